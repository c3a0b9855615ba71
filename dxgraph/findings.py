"""Findings of a validation, and the forms they are reported in.

A finding is what a maintainer needs to mend a record: the rule, how grave, which thing, which
property and value, the message in both languages, and the file and line it was written in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from dxgraph.errors import DxgraphError, UnknownFormat

SEVERITIES = ("Violation", "Warning", "Info")
_JA = {"Violation": "違反", "Warning": "警告", "Info": "参考"}


@dataclass(frozen=True)
class Finding:
    """One thing a check found; ``line`` and ``column`` are counted from 1, None when unknown."""

    rule: str
    severity: str
    ja: str
    en: str
    focus: str = ""
    path: str = ""
    value: str = ""
    file: str = ""
    line: int | None = None
    column: int | None = None

    @property
    def place(self) -> str:
        """``file:line:column`` as far as known."""
        parts = (self.file, self.line, self.column)
        return ":".join(str(part) for part in parts if part)

    @classmethod
    def of_error(cls, error: DxgraphError, file: str) -> Finding:
        """The finding that a record cannot be read."""
        return cls(
            type(error).__name__,
            "Violation",
            error.ja,
            error.en,
            file=file,
            line=error.line,
            column=error.column,
        )


def failing(found: Sequence[Finding]) -> bool:
    """True when a finding breaks the graph, not merely wants mending."""
    return any(finding.severity == "Violation" for finding in found)


def as_text(found: Sequence[Finding], language: str) -> str:
    """One finding a paragraph, the place first so that editors can jump to it, then a count."""
    lines = []
    for finding in found:
        severity = _JA[finding.severity] if language == "ja" else finding.severity
        message = finding.ja if language == "ja" else finding.en
        lines.append(f"{finding.place or '-'}: {severity}: {message} [{finding.rule}]")
        about = [part for part in (finding.focus, finding.path, finding.value) if part]
        if about:
            lines.append(f"    {'  '.join(about)}")
    lines.append(_count(found, language))
    return "\n".join(lines) + "\n"


def _count(found: Sequence[Finding], language: str) -> str:
    counts = [sum(f.severity == severity for f in found) for severity in SEVERITIES]
    if language == "ja":
        return "、".join(f"{_JA[s]} {n} 件" for s, n in zip(SEVERITIES, counts, strict=True))
    return ", ".join(f"{s}: {n}" for s, n in zip(SEVERITIES, counts, strict=True))


def as_json(found: Sequence[Finding], language: str) -> str:
    """A list of objects with every field."""
    return json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=1) + "\n"


#: Format name -> writer of findings in a language.
FORMATS: dict[str, Callable[[Sequence[Finding], str], str]] = {"text": as_text, "json": as_json}


def render(found: Sequence[Finding], name: str, language: str = "en") -> str:
    """Findings in a format of FORMATS; raises UnknownFormat for another."""
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        raise UnknownFormat(
            f"findings cannot be written as '{name}'; choose one of: {known}",
            f"検証結果は「{name}」では書けません。次から選んでください: {known}",
        )
    return FORMATS[name](found, language)
