"""Findings as workflow commands of GitHub Actions, which annotate the lines of a change.

GitHub shows ten annotations of a kind and step, so no more are written; the last line counts all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dxgraph.findings.model import SEVERITIES, Finding, gravest_first
from dxgraph.findings.words import about, because, counts, label, other, severity, visible

#: How many annotations of a kind GitHub shows for a step.
MOST = 10
_COMMANDS = dict(zip(SEVERITIES, ("error", "warning", "notice"), strict=True))


def as_annotations(found: Sequence[Finding], language: str) -> str:
    """One command a finding, violations first, known ones left out; then one line that counts."""
    new = sorted((finding for finding in found if not finding.known), key=gravest_first)
    lines = []
    for name in SEVERITIES:
        of_kind = [finding for finding in new if finding.severity == name]
        lines += [_command(finding, language) for finding in of_kind[:MOST]]
    total = counts(found, language)
    if left := len(new) - len(lines):
        total += (
            f"。うち {len(lines)} 件を注釈にしました。残り {left} 件は --format text で見られます"
            if language == "ja"
            else f"; {len(lines)} of them are annotated, see the other {left} with --format text"
        )
    return "".join(f"{line}\n" for line in [*lines, total])


def _command(finding: Finding, language: str) -> str:
    place = finding.place
    title = f"{severity(finding.severity, language)}: {visible(finding.rule)}"
    properties = {"file": visible(place.file), "line": place.line, "col": place.column}
    told = ",".join(
        f"{name}={_escaped(str(value), within='%,:')}"
        for name, value in {**properties, "title": title}.items()
        if value
    )
    message = "\n".join(_message(finding, language))
    return f"::{_COMMANDS[finding.severity]} {told}::{_escaped(message, within='%')}"


def _message(finding: Finding, language: str) -> Iterator[str]:
    """What is wrong and what to do, in the language chosen and the other; then what it is about."""
    for tongue in (language, other(language)):
        for text in (finding.message, finding.remedy):
            if said := text.in_language(tongue):
                yield visible(said)
    for name, part in about(finding, language):
        yield f"{name}: {part}"
    for premise in finding.premises:
        yield f"{label('premise', language)}: {because(premise, language)}"


def _escaped(text: str, within: str) -> str:
    """A text with line ends and the characters of ``within`` as percent and two hex digits."""
    for character in (*within, "\r", "\n"):
        text = text.replace(character, f"%{ord(character):02X}")
    return text
