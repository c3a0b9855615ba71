"""Findings as one JSON object: what other programs read, and what a baseline is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from dxgraph import __version__
from dxgraph.findings.baseline import TOOL, fingerprint
from dxgraph.findings.model import Finding, gravest_first, tally
from dxgraph.findings.words import encodable


def as_json(found: Sequence[Finding], language: str) -> str:
    """The report with every field in both languages, gravest first; ``language`` changes nothing.

    ``counts`` are of all findings, ``known`` of those that the baseline holds.
    """
    report = {
        "tool": {"name": TOOL, "version": __version__},
        "counts": tally(found),
        "known": sum(finding.known is True for finding in found),
        "findings": [_object(finding) for finding in sorted(found, key=gravest_first)],
    }
    return encodable(json.dumps(report, ensure_ascii=False, indent=1)) + "\n"


def _object(finding: Finding) -> dict[str, object]:
    fields = asdict(finding)
    for holder in (fields, *fields["premises"]):
        for name in ("message", "remedy", "text"):
            if name in holder:
                ja, en = holder[name]
                holder[name] = {"ja": ja, "en": en}
    return {**fields, "fingerprint": fingerprint(finding)}
