"""Changing an index: that of the version before, with the things of some towns put in anew.

A town's things stand under the names of the town and its prefecture and are part of each other, so
that all of them are put in again when a label of one has changed. Where a label changed of what no
one town owns, or another town's thing is part of such a thing, the index must be made from nothing.

Cost: a copy of the file, and as many labels as the towns have.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from dxgraph.identifiers import town
from dxgraph.labels import writing
from dxgraph.labels.writing import Reader, Thing
from dxgraph.namespaces import ID


class _Tied(Exception):
    """Something outside the towns would have to change as well."""


def change(
    source: Path,
    target: Path,
    stores: tuple[ox.Store, ox.Store],
    lines: Iterable[bytes],
    subjects: Iterable[str],
) -> bool:
    """Write the index of a store beside its version; False where it must be made from nothing.

    ``stores`` are those before and after, ``lines`` the statements that only one of them has, and
    ``subjects`` all things of the towns that those are about, after.
    """
    quads = ox.parse(b"".join(line + b"\n" for line in lines), format=ox.RdfFormat.N_QUADS)
    about = {q.subject for q in quads if q.predicate in writing.READ or _is_label(q)}
    codes = {town(it.value) if isinstance(it, ox.NamedNode) else "" for it in about}
    if "" in codes:
        return False
    shutil.copyfile(source, target)
    base = sqlite3.connect(target)
    try:
        base.executescript(writing.FAST)
        _remove(base, Reader(stores[0]), codes)
        chosen = sorted(iri for iri in subjects if town(iri) in codes)
        _put(base, Reader(stores[1]), chosen)
        base.execute("UPDATE made SET version = ?", (target.parent.name,))
        base.commit()
    except _Tied:
        return False
    finally:
        base.close()
    return True


def _is_label(quad: ox.Quad) -> bool:
    return quad.predicate in writing.LABELS


def _remove(base: sqlite3.Connection, reader: Reader, codes: Iterable[str]) -> None:
    """Take the things of some towns out of an index; raises _Tied."""
    found: dict[int, str] = {}
    for code in codes:
        rows = base.execute("SELECT id, iri FROM things WHERE iri GLOB ?", (f"{ID}*/{code}*",))
        found |= {number: iri for number, iri in rows if town(iri) == code}
    base.execute("CREATE TEMP TABLE gone (id INTEGER PRIMARY KEY)")
    base.executemany("INSERT INTO gone VALUES (?)", ((number,) for number in found))
    parts = base.execute("SELECT id FROM things WHERE parent IN (SELECT id FROM gone)")
    if any(number not in found for (number,) in parts):
        raise _Tied
    for number, iri in found.items():
        thing = reader.thing(ox.NamedNode(iri))
        if thing is None:
            raise _Tied
        base.execute(
            "INSERT INTO grams (grams, rowid, text, place) VALUES ('delete', ?, ?, ?)",
            (number, thing.grams, thing.words),
        )
    base.execute("DELETE FROM things WHERE id IN (SELECT id FROM gone)")


def _put(base: sqlite3.Connection, reader: Reader, subjects: Iterable[str]) -> None:
    """Put things into an index, those they are part of first."""
    known: dict[str, int | None] = {}
    things: list[tuple[int, int, Thing]] = []
    for iri in subjects:
        kind = reader.kind(ox.NamedNode(iri))
        thing = reader.thing(ox.NamedNode(iri)) if kind is not None else None
        if kind is not None and thing is not None:
            number = writing.id_of(kind, thing)
            while base.execute("SELECT 1 FROM things WHERE id = ?", (number,)).fetchone():
                number += 1
            known[iri] = number
            things.append((number, kind, thing))
            base.execute("INSERT INTO things (id) VALUES (?)", (number,))
    for number, kind, thing in things:
        parent = thing.parent or ""
        if parent not in known:
            row = base.execute("SELECT id FROM things WHERE iri = ?", (parent,)).fetchone()
            known[parent] = row[0] if row else None
        writing.put(base, number, thing, writing.within(known[parent], kind))
