"""Making an index: every thing of a kind with its names, where it stands, and its place.

    things  id, iri, mark (number, code or year), names, parent (an id), town (code)
    grams   FTS5 over ``text`` (the grams of its names) and ``place`` (codes and names of its town
            and prefecture, a word each); rowids are ids of things
    made    what the index was made of

An id holds kind, length of the label and a running number, in this order, so that rows come in the
order of hits without being sorted, and the things of a kind are a range.

Cost in labels n: n log n; 1,000 labels a tenth of a second.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from dxgraph.labels.grams import SIGNS, cut
from dxgraph.labels.kinds import KINDS, ORDER
from dxgraph.labels.things import Thing, in_order

#: Changes when what is written below does, so that older indexes are made anew.
FORM = 3
#: Bits of an id below its kind, and below its length.
KIND_BITS, _LENGTH_BITS = 48, 40
_LONGEST = 255
_SCHEMA = f"""
CREATE TABLE things (
  id INTEGER PRIMARY KEY, iri TEXT, mark TEXT, names TEXT, parent INTEGER, town TEXT
);
CREATE VIRTUAL TABLE grams USING fts5(
  text, place, content = '', columnsize = 0, tokenize = "ascii tokenchars '{SIGNS}'"
);
CREATE TABLE made (form INTEGER, version TEXT);
"""


def first_id(kind: int, length: int = 0) -> int:
    """The least id of a kind, by its number, and of a label of some length within it."""
    return (kind << KIND_BITS) | (min(length, _LONGEST) << _LENGTH_BITS)


def kind_of(thing: int) -> str:
    """The kind of a thing, by its id."""
    return list(KINDS)[thing >> KIND_BITS]


def write(store: ox.Store, path: Path, version: str) -> None:
    """An index of all labels of a store, in a file that does not exist yet."""
    base = sqlite3.connect(path)
    try:
        base.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        ids: dict[str, int] = {}
        for kind, things in in_order(store):
            _write_kind(base, things, ORDER[kind], ids)
        base.execute("INSERT INTO made VALUES (?, ?)", (FORM, version))
        base.execute("INSERT INTO grams (grams) VALUES ('optimize')")
        base.commit()
        base.execute("VACUUM")
    finally:
        base.close()


def _write_kind(
    base: sqlite3.Connection, known: Sequence[Thing], kind: int, ids: dict[str, int]
) -> None:
    """The things of a kind; what they are part of is of this kind or of one written before."""
    for number, it in enumerate(known):
        ids[it.iri] = first_id(kind, len(it.label)) + number
    base.executemany(
        "INSERT INTO things VALUES (?, ?, ?, ?, ?, ?)",
        (
            (
                ids[it.iri],
                it.iri,
                it.mark,
                json.dumps(it.names, ensure_ascii=False, separators=(",", ":")),
                ids.get(it.parent or ""),
                it.place.town,
            )
            for it in known
        ),
    )
    base.executemany(
        "INSERT INTO grams (rowid, text, place) VALUES (?, ?, ?)",
        (
            (
                ids[it.iri],
                _grams(it.marked),
                " ".join(sorted(it.place.words)),
            )
            for it in known
        ),
    )


@lru_cache(20_000)
def _grams(names: tuple[tuple[str, str], ...]) -> str:
    """Grams of names; entries of tables often bear the same."""
    return cut(names)
