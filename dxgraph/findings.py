"""Findings of a validation, and the forms they are reported in.

A finding is what a maintainer needs to mend a record: the rule, how grave, which thing, which
property and value, message and remedy in both languages, and the place it was written in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

from dxgraph.errors import DxgraphError, UnknownFormat

SEVERITIES = ("Violation", "Warning", "Info")
_JA = {"Violation": "違反", "Warning": "警告", "Info": "参考"}


class Text(NamedTuple):
    """A text in both languages."""

    ja: str = ""
    en: str = ""

    def in_language(self, language: str) -> str:
        """Japanese for ``ja``, English for any other tag."""
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True)
class Place:
    """A place in a file of the workspace; ``line`` and ``column`` from 1, None when unknown."""

    file: str = ""
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """``file:line:column`` as far as known, for an editor to jump to."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


@dataclass(frozen=True)
class Premise:
    """A statement that a finding rests on, and where it was written or what it follows from.

    ``focus`` and ``path`` are the IRIs of the subject and property that lead to its place.
    """

    text: Text
    place: Place = Place()
    focus: str = ""
    path: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing a check found.

    ``rule`` is the local name of a shape or the name of an error, ``severity`` one of SEVERITIES;
    ``focus`` and ``path`` are IRIs, ``value`` an IRI or a lexical form, each empty when none.
    """

    rule: str
    severity: str
    message: Text
    remedy: Text
    focus: str = ""
    path: str = ""
    value: str = ""
    place: Place = Place()
    premises: tuple[Premise, ...] = ()

    @classmethod
    def of_error(cls, error: DxgraphError, file: str) -> Finding:
        """The finding that a record cannot be read; its text is what is wrong, then the remedy."""
        what_ja, _, remedy_ja = error.ja.partition("。")
        what_en, _, remedy_en = error.en.partition("; ")
        return cls(
            type(error).__name__,
            "Violation",
            Text(f"{what_ja}。", f"{what_en[:1].upper()}{what_en[1:]}."),
            Text(f"{remedy_ja}。", f"{remedy_en[:1].upper()}{remedy_en[1:]}."),
            place=Place(file, error.line, error.column),
        )


def gravest_first(found: Finding) -> tuple[object, ...]:
    """A key to sort findings by severity, then by place."""
    place = found.place
    return (SEVERITIES.index(found.severity), place.file, place.line or 0, found.rule, found.value)


def failing(found: Sequence[Finding]) -> bool:
    """True when a finding breaks the graph, not merely wants mending."""
    return any(finding.severity == "Violation" for finding in found)


def as_text(found: Sequence[Finding], language: str) -> str:
    """One finding a paragraph, the place first so that editors can jump to it, then a count."""
    lines = []
    for finding in found:
        severity = _JA[finding.severity] if language == "ja" else finding.severity
        message = finding.message.in_language(language)
        lines.append(f"{str(finding.place) or '-'}: {severity}: {message} [{finding.rule}]")
        if remedy := finding.remedy.in_language(language):
            lines.append(f"    → {remedy}")
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
