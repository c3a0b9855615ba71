"""The index by which a published site is searched in the browser, where no server answers.

It holds the things, kinds and names that ``dxgraph.labels`` reads, in the order of hits:

    folding  the tables of ``dxgraph.folding``
    kinds    name, Japanese and English, English of several, whether details, whether of a year
    leftOut  names of the kinds that are not in it
    years    Gregorian year -> Japanese and English
    places   the words of a town and prefecture, parted by spaces
    names    the folded forms of all names, a line each; Japanese, English and other names
    things   numbers of kind and names, path, mark, numbers of the whole and of the place

A whole that is not in the index has a number that no thing has.
A path without a slash at its beginning is one below ``/doc/``. ``finding.js`` reads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from dxgraph.addresses import path_of
from dxgraph.fiscal_year import FiscalYear
from dxgraph.folding import TABLES
from dxgraph.labels import KINDS
from dxgraph.labels.grams import texts
from dxgraph.labels.writing import Name, Thing, excerpt, in_order
from dxgraph.views.asking import both

#: Where the index is on the site.
PATH = "/search/names.json"
#: Bytes it may have; beyond, kinds are left out.
LARGEST = 5_000_000
_OF_A_YEAR = ("entry", "report", "past")
_YEAR = re.compile(r"[0-9]{4}")
_NONE = -1
_DOC = "/doc/"


@dataclass(frozen=True)
class Names:
    """The index as JSON, and the kinds that were left out lest it be larger than allowed."""

    data: bytes
    left_out: tuple[str, ...] = ()


def made(store: ox.Store, largest: int = LARGEST) -> Names:
    """The index of a store; the last kinds are left out lest it have more than ``largest`` bytes.

    The first kind stays in any case.
    """
    things = {kind: [it for _, it in found] for kind, found in in_order(excerpt(store)) if found}
    kinds = [kind for kind in KINDS if kind in things]
    index = _Index([it.iri for kind in kinds for it in things[kind]])
    kept = len(kinds)
    for number, kind in enumerate(kinds):
        if not index.add(number, things[kind], largest if number else None):
            kept = number
            break
    marks = {it.mark for kind in kinds[:kept] if kind in _OF_A_YEAR for it in things[kind]}
    data = {
        "folding": TABLES,
        "kinds": [_kind(kind) for kind in kinds[:kept]],
        "leftOut": [_kind(kind) for kind in kinds[kept:]],
        "years": _years(marks),
        "places": list(index.places),
        "names": index.shown,
        "things": index.rows,
    }
    return Names(_json(data), tuple(kinds[kept:]))


class _Index:
    """The parts that grow with the things, which have the numbers of their order."""

    def __init__(self, iris: Sequence[str]) -> None:
        self._numbers = {iri: number for number, iri in enumerate(iris)}
        self._names: dict[tuple[Name, ...], int] = {}
        self.places: dict[str, int] = {}
        self.shown: list[list[str]] = []
        self.rows: list[list[int | str]] = []
        self._size = len(_json([TABLES, [_kind(kind) for kind in KINDS]]))

    def add(self, kind: int, things: Sequence[Thing], largest: int | None) -> bool:
        """Add the things of a kind, unless the index were too large then; whether it has them."""
        names, places = dict(self._names), dict(self.places)
        shown, rows = list[list[str]](), list[list[int | str]]()
        for it in things:
            name = names.setdefault(tuple(it.names), len(names))
            if name == len(self.shown) + len(shown):
                shown.append(["\n".join(texts(it.marked)), *_shown(it)])
            place = places.setdefault(it.words, len(places))
            whole = self._numbers.get(it.parent or "", _NONE)
            rows.append([kind, name, _path(it.iri), it.mark, whole, place])
        size = self._size + len(_json([shown, rows, list(places)[len(self.places) :]]))
        if largest is not None and size > largest:
            return False
        self._size, self._names, self.places = size, names, places
        self.shown += shown
        self.rows += rows
        return True


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _shown(thing: Thing) -> list[str]:
    """The Japanese, the English and the other names of a thing."""
    labels = {language: text for role, language, text in thing.names if role == "label"}
    said = both(labels, thing.iri)
    others = dict.fromkeys(text for _, _, text in thing.names)
    return [said["ja"], said["en"], *(text for text in others if text not in said.values())]


def _path(iri: str) -> str:
    """Where a thing is on the site.

    >>> _path("https://w3id.org/dxgraph/id/municipality/24343"), _path("https://x.example/")
    ('municipality/24343', 'https://x.example/')
    """
    path = path_of(iri)
    return iri if path is None else path.removeprefix(_DOC)


def _kind(name: str) -> dict[str, Any]:
    kind = KINDS[name]
    said = {"name": name, "ja": kind.ja, "en": kind.en, "several": kind.several}
    return {**said, "detail": kind.detail, "ofYear": name in _OF_A_YEAR}


def _years(marks: Iterable[str]) -> dict[str, list[str]]:
    years = {mark: FiscalYear(int(mark)) for mark in sorted(marks) if _YEAR.fullmatch(mark)}
    return {mark: [year.ja, year.en] for mark, year in years.items()}
