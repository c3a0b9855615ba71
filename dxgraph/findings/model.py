"""What a check found: the rule, how grave, which thing, what to do, and where it was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dxgraph.errors import DxgraphError

#: From grave to mild, with SHACL's names.
SEVERITIES = ("Violation", "Warning", "Info")


class Text(NamedTuple):
    """A text in both languages."""

    ja: str = ""
    en: str = ""

    def in_language(self, language: str) -> str:
        """Japanese for ``ja``, English for any other tag; the other where that one is empty.

        >>> Text("年度がありません", "no fiscal year").in_language("ja")
        '年度がありません'
        """
        return (self.ja or self.en) if language == "ja" else (self.en or self.ja)


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
    ``shape`` is the IRI of the SHACL shape that is the rule and ``components`` the IRIs of its
    constraint components that are broken. ``known`` says whether an earlier report holds it, None
    when it was compared with none.
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
    shape: str = ""
    components: tuple[str, ...] = ()
    known: bool | None = None

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
    """A key to sort findings by severity, then by place, then so that the order is one."""
    place = found.place
    return (
        *(SEVERITIES.index(found.severity), place.file, place.line or 0, place.column or 0),
        *(found.rule, found.focus, found.path, found.value, repr(found)),
    )


def at_least(found: Sequence[Finding], severity: str) -> list[Finding]:
    """The findings as grave as one of SEVERITIES, or graver.

    >>> mild = Finding("NationalPlan-issuedBy", "Info", Text(), Text())
    >>> at_least([mild], "Warning")
    []
    """
    limit = SEVERITIES.index(severity)
    return [finding for finding in found if SEVERITIES.index(finding.severity) <= limit]


def tally(found: Sequence[Finding]) -> dict[str, int]:
    """How many findings there are of each severity, zeros kept."""
    return {s: sum(finding.severity == s for finding in found) for s in SEVERITIES}
