"""Findings as text for a terminal, the place first so that editors can jump to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dxgraph.findings.model import Finding, Place, gravest_first
from dxgraph.findings.words import about, because, counts, label, severity, visible

#: How many warnings and remarks are shown; every new violation is.
MOST_MILD = 100


def as_text(found: Sequence[Finding], language: str) -> str:
    """One finding a paragraph, those of one place together, then a count; known ones only counted.

    Of findings that are no violations the first MOST_MILD are shown, and it is said how many more
    there are.
    """
    new = sorted((finding for finding in found if not finding.known), key=gravest_first)
    grave = sum(finding.severity == "Violation" for finding in new)
    shown = new[: grave + MOST_MILD]
    lines = [line for finding in _together(shown) for line in _paragraph(finding, language)]
    if left := len(new) - len(shown):
        lines.append(
            f"ほか {left} 件は省きました。すべて見るには --format json か html を使ってください"
            if language == "ja"
            else f"{left} more are left out; use --format json or html to see all"
        )
    lines.append(counts(found, language))
    return "\n".join(lines) + "\n"


def _together(found: Sequence[Finding]) -> Iterator[Finding]:
    """Findings with those of one place side by side, each place where its gravest stood."""
    places: dict[Place, list[Finding]] = {}
    for finding in found:
        places.setdefault(finding.place, []).append(finding)
    for group in places.values():
        yield from group


def _paragraph(finding: Finding, language: str) -> Iterator[str]:
    place = visible(str(finding.place)) or "-"
    message = visible(finding.message.in_language(language))
    yield f"{place}: {severity(finding.severity, language)}: {message} [{visible(finding.rule)}]"
    if remedy := visible(finding.remedy.in_language(language)):
        yield f"    → {remedy}"
    if parts := about(finding, language):
        yield "    " + "  ".join(f"{name}: {text}" for name, text in parts)
    for premise in finding.premises:
        yield f"    {label('premise', language)}: {because(premise, language)}"
