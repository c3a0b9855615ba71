"""Looking things up in an index: hits in order, how many of each kind, the nearest labels.

Hits are whole things before details; among them labels that are the words asked for, then labels
that begin with them, then those that hold them as words, then other names that begin with them,
then the rest; then by kind, and shorter labels first.
"""

from __future__ import annotations

import difflib
import json
import os
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dxgraph.folding import fold, words
from dxgraph.labels import grams
from dxgraph.labels.kinds import KINDS, ORDER, WHOLE
from dxgraph.labels.writing import KIND_BITS, first_id, kind_of

#: Hits that are put in order; more are counted, but not shown.
MOST = 1_000
_WORDS = 8
_NEAREST = 5
_CANDIDATES = 400
_DETAILS = first_id(WHOLE)


@dataclass(frozen=True)
class Wanted:
    """What is looked for: words, and the kind, town or prefecture it must be of."""

    text: str
    kind: str = ""
    town: str = ""

    @property
    def words(self) -> list[str]:
        """The folded words; all of them must be met."""
        return list(dict.fromkeys(words(self.text)))[:_WORDS]


@dataclass(frozen=True)
class Found:
    """A thing of the index; ``names`` are role, language and text, labels first."""

    id: int
    iri: str
    mark: str
    names: list[list[str]]
    parent: int | None
    town: str

    @property
    def kind(self) -> str:
        """The name of its kind."""
        return kind_of(self.id)


class LostIndex(Exception):
    """An index whose file is gone: two newer versions were built while this one answered."""


class Index:
    """An index on disk, read by whatever process asks: a connection is never shared by two.

    Every question raises LostIndex where the file cannot be opened any more.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._base: sqlite3.Connection | None = None
        self._process = 0

    def _rows(self, text: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        if self._base is None or self._process != os.getpid():
            address = f"{self.path.resolve().as_uri()}?mode=ro&immutable=1"
            try:
                self._base = sqlite3.connect(address, uri=True, check_same_thread=False)
            except sqlite3.OperationalError as error:
                raise LostIndex from error
            self._process = os.getpid()
        return self._base.execute(text, values).fetchall()

    def hits(self, wanted: Wanted, most: int = MOST, *, whole: bool = False) -> list[int]:
        """Ids of the first hits in order; ``whole`` leaves details out."""
        low, high = _range(wanted.kind)
        parts = [(low, min(high, _DETAILS)), (max(low, _DETAILS), high)][: 1 if whole else 2]
        found: dict[int, None] = {}
        for start, end in parts:
            for question in _questions(wanted):
                if start < end and len(found) < most:
                    found.update(dict.fromkeys(self._ids(question, start, end, most)))
        return list(found)[:most]

    def _ids(self, question: str, low: int, high: int, most: int) -> list[int]:
        text = (
            "SELECT rowid FROM grams WHERE grams MATCH ? AND rowid >= ? AND rowid < ? "
            "ORDER BY rowid LIMIT ?"
        )
        return [row[0] for row in self._rows(text, (question, low, high, most))]

    def counts(self, wanted: Wanted) -> dict[str, int]:
        """Kind -> hits, for kinds that have any."""
        questions = _questions(wanted)
        if not questions:
            return {}
        text = f"SELECT rowid >> {KIND_BITS}, count(*) FROM grams WHERE grams MATCH ? GROUP BY 1"
        names = list(KINDS)
        return {names[kind]: count for kind, count in self._rows(text, (questions[-1],))}

    def things(self, ids: Iterable[int]) -> list[Found]:
        """Things by their ids, in the order given."""
        wanted = list(ids)
        marks = ", ".join("?" * len(wanted))
        text = f"SELECT id, iri, mark, names, parent, town FROM things WHERE id IN ({marks})"
        known = {
            row[0]: Found(row[0], row[1], row[2], json.loads(row[3]), row[4], row[5])
            for row in self._rows(text, wanted)
        }
        return [known[each] for each in wanted if each in known]

    def above(self, things: Iterable[Found]) -> dict[int, Found]:
        """Id -> thing, for all that the things are part of, up to the top."""
        known: dict[int, Found] = {}
        wanted = {each.parent for each in things if each.parent is not None}
        while wanted:
            found = self.things(sorted(wanted))
            known |= {each.id: each for each in found}
            wanted = {each.parent for each in found if each.parent is not None} - known.keys()
        return known

    def nearest(self, text: str) -> list[str]:
        """Labels of whole things that are most like a text that finds nothing."""
        folded = fold(text)
        pieces = list(dict.fromkeys(folded[at : at + 2] for at in range(len(folded) - 1)))
        question = " OR ".join(f"text : {grams.phrase(piece)}" for piece in pieces[:24])
        if not question:
            return []
        found = self.things(self._ids(question, 0, _DETAILS, _CANDIDATES))
        by_form: dict[str, str] = {}
        for each in found:
            for _, _, name in each.names:
                by_form.setdefault(fold(name), name)
        close = difflib.get_close_matches(folded, list(by_form), n=_NEAREST, cutoff=0.4)
        return [by_form[form] for form in close]


def _range(kind: str) -> tuple[int, int]:
    """Ids of a kind, or of all, from the first to before the last."""
    if not kind:
        return 0, first_id(len(KINDS))
    return first_id(ORDER[kind]), first_id(ORDER[kind] + 1)


def _questions(wanted: Wanted) -> list[str]:
    """What FTS5 is asked, the better hits first, the last with all hits."""
    asked = wanted.words
    if not asked:
        return []
    text = fold(wanted.text)
    forms = dict.fromkeys((text, text.replace("_", "") if text.isascii() else text))
    whole = [grams.bounded(form) + grams.END for form in forms]
    begun = [grams.bounded(form, end=False) for form in forms]
    groups = [
        _any(grams.START + form for form in whole)
        + " OR "
        + _any(grams.ALSO + form for form in whole),
        _any(grams.START + form for form in begun),
        _words(asked, [grams.bounded(word) for word in asked]),
        _any(grams.ALSO + form for form in begun),
        _words(asked, [grams.bounded(word, end=False) for word in asked]),
    ]
    every = _words(asked, [_anywhere(word) for word in asked])
    better = [group for group in dict.fromkeys(groups) if group != every]
    return [f"({group}){_within(wanted)}" for group in [*better, every]]


def _any(forms: Iterable[str]) -> str:
    return " OR ".join(f"text : {grams.phrase(form)}" for form in forms)


def _words(asked: Sequence[str], forms: Sequence[str]) -> str:
    """Every word, in the form given, in a name, or all but one in the name of its town."""
    named = [f"text : {grams.phrase(form)}" for form in forms]
    if len(asked) == 1:
        return named[0]
    either = [f'({name} OR place : "{word}")' for name, word in zip(named, asked, strict=True)]
    return f"{' AND '.join(either)} AND ({' OR '.join(named)})"


def _anywhere(word: str) -> str:
    """A word inside others as well, unless it is short and of Latin script."""
    return grams.bounded(word, end=False) if grams.is_short(word) else word


def _within(wanted: Wanted) -> str:
    """What keeps hits to a town or prefecture, by code or by name."""
    place = wanted.town.strip()
    if not place:
        return ""
    marks = [f'"={place}"'] if place.isascii() and place.isdigit() else _quoted(place)
    return "".join(f" AND place : {mark}" for mark in marks)


def _quoted(place: str) -> list[str]:
    return [f'"{word}"' for word in words(place)] or ['"="']
