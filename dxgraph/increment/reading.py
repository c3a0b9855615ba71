"""Reading: one record to its statements, kept with what decides where they are inferred.

Cost: as in ``records``, then one sort; the statements are kept compressed, a tenth of their size.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from dxgraph.assemble import Reader, graphs_of
from dxgraph.errors import BadIdentifier, RecordError
from dxgraph.identifiers import town
from dxgraph.kept import name_of, software
from dxgraph.logic.locality import Fact, doubtful, fact
from dxgraph.pieces import names, towns

_LEVEL = 1


@dataclass(frozen=True)
class Source:
    """A record to be read: its path, where in ``data/`` that is, and its bytes."""

    path: Path
    place: str
    data: bytes


@dataclass(frozen=True)
class Reading:
    """What is known of a record's statements, which are kept under ``name``.

    ``codes`` are those of the towns it describes, ``named`` of those it names, ``graph`` the one
    its printed statements are in; ``doubtful`` are statements that may reach beyond its towns.
    ``plan`` is the code of the town whose plan it is, ``others`` are those of the other towns it
    names, and ``names`` is as in ``pieces.names``.
    """

    name: str
    place: str
    graph: str
    codes: frozenset[str]
    named: frozenset[str]
    doubtful: tuple[Fact, ...]
    plan: str
    others: frozenset[str]
    names: dict[str, tuple[int, int]]

    def about(self) -> dict[str, Any]:
        """The reading as JSON; ``of`` reads it."""
        return {
            "place": self.place,
            "graph": self.graph,
            "codes": sorted(self.codes),
            "named": sorted(self.named),
            "doubtful": self.doubtful,
            "plan": self.plan,
            "others": sorted(self.others),
            "names": self.names,
        }

    @classmethod
    def of(cls, name: str, about: dict[str, Any]) -> Reading:
        """The reading such JSON says."""
        facts = tuple((subject, what, thing) for subject, what, thing in about["doubtful"])
        codes, named = frozenset(about["codes"]), frozenset(about["named"])
        names = {iri: (line, column) for iri, (line, column) in about["names"].items()}
        said = (about["plan"], frozenset(about["others"]), names)
        return cls(name, about["place"], about["graph"], codes, named, facts, *said)


def maker_of(reader: Reader) -> str:
    """A name for all that decides what a record says but the record itself."""
    return name_of([software(), json.dumps(reader.told(), sort_keys=True)])


def read(reader: Reader, source: Source) -> tuple[Source, Reading | Exception, bytes]:
    """A task: the reading of a record, its name still empty, and its statements.

    The reading is a RecordError or BadIdentifier where the record cannot be read.
    """
    try:
        record, quads = reader.read(source.path, source.data)
    except (RecordError, BadIdentifier) as error:
        return source, error, b""
    lines = sorted_lines(stored(quads))
    facts = [fact(line) for line in lines]
    graph = graphs_of(Path(source.place))[0].value
    things = {subject for subject, _, _ in facts}
    codes = frozenset({town(graph), *map(town, things)} - {""})
    named = frozenset({*map(town, {thing for _, _, thing in facts})} - {""} - codes)
    own = {thing for thing in things if town(thing)}
    said = (record.code, frozenset(towns(record)), names(record))
    doubts = tuple(doubtful(facts, codes, own))
    found = Reading("", source.place, graph, codes, named, doubts, *said)
    return source, found, packed(lines)


def stored(quads: list[ox.Quad]) -> ox.Store:
    """Quads in a store, which writes some numbers in its own form."""
    store = ox.Store()
    store.extend(quads)
    return store


def sorted_lines(store: ox.Store) -> list[str]:
    """The canonical lines of a store: one a quad, without the line end, sorted by code point."""
    text = (store.dump(format=ox.RdfFormat.N_QUADS) or b"").decode()
    return sorted(text.split("\n")[:-1])


def packed(lines: list[str]) -> bytes:
    """Lines compressed."""
    return zlib.compress("".join(f"{line}\n" for line in lines).encode(), _LEVEL)


def unpacked(data: bytes) -> bytes:
    """The N-Quads that were compressed."""
    return zlib.decompress(data)
