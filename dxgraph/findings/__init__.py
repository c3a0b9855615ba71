"""Findings of a check, and the formats they are reported in.

A finding is what a maintainer needs to mend a record: the rule, how grave, which thing, which
property and value, message and remedy in both languages, and the place it was written in.

>>> found = [Finding("Measure-line", "Violation", Text("行がありません", "no line"), Text())]
>>> print(render(found, "text", "ja"), end="")
-: 違反: 行がありません [Measure-line]
違反 1 件、警告 0 件、参考 0 件
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dxgraph.errors import UnknownFormat
from dxgraph.findings.annotations import as_annotations
from dxgraph.findings.baseline import Baseline, fingerprint
from dxgraph.findings.json_report import as_json
from dxgraph.findings.junit import as_junit
from dxgraph.findings.model import (
    SEVERITIES,
    Finding,
    Place,
    Premise,
    Text,
    at_least,
    gravest_first,
)
from dxgraph.findings.page import as_page
from dxgraph.findings.sarif import as_sarif
from dxgraph.findings.shacl_report import as_turtle
from dxgraph.findings.terminal import as_text

__all__ = [
    "FORMATS",
    "SEVERITIES",
    "Baseline",
    "Finding",
    "Place",
    "Premise",
    "Text",
    "at_least",
    "failing",
    "fingerprint",
    "gravest_first",
    "render",
]

#: Format name -> writer of findings in a language.
FORMATS: dict[str, Callable[[Sequence[Finding], str], str]] = {
    "text": as_text,
    "json": as_json,
    "turtle": as_turtle,
    "sarif": as_sarif,
    "junit": as_junit,
    "github": as_annotations,
    "html": as_page,
}


def failing(
    found: Sequence[Finding], baseline: Baseline | None = None, least: str = "Violation"
) -> bool:
    """True when a finding as grave as ``least`` is in no baseline, neither this nor one before."""
    marked = found if baseline is None else baseline.mark(found)
    return any(not finding.known for finding in at_least(marked, least))


def render(
    found: Sequence[Finding],
    name: str,
    language: str = "en",
    baseline: Baseline | None = None,
) -> str:
    """Findings in a format of FORMATS; raises UnknownFormat for another.

    With a baseline the formats tell known findings from new ones.
    """
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        raise UnknownFormat(
            f"findings cannot be written as '{name}'; choose one of: {known}",
            f"検証結果は「{name}」では書けません。次から選んでください: {known}",
        )
    return FORMATS[name](found if baseline is None else baseline.mark(found), language)
