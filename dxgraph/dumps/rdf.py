"""The graph of a version as RDF files: whole in each format, and what one plan says."""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from dxgraph.build import Version
from dxgraph.namespaces import PREFIXES, graph
from dxgraph.store import EmbeddedStore

#: Ending -> format. Turtle holds the union of the named graphs, the others keep them apart.
FORMATS = {
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_PLAN = graph("plan/").value
_LEVEL = 6
_CHUNK = 1024 * 1024


def linked(version: Version, path: Path) -> bool:
    """Whether the canonical N-Quads could be given a second name rather than be copied."""
    try:
        os.link(version.dump, path)
    except OSError:
        return False
    return True


def write(version: Version, form: str, stream: IO[bytes]) -> None:
    """Write the graph in a format of FORMATS."""
    if form == "nq":
        with version.dump.open("rb") as source:
            shutil.copyfileobj(source, stream, _CHUNK)
    elif form == "ttl":
        ox.serialize(_triples(version.dump), stream, FORMATS[form], prefixes=PREFIXES)
    else:
        prefixes = PREFIXES if form == "trig" else None
        store = ox.Store.read_only(str(version.store))
        store.dump(stream, FORMATS[form], prefixes=prefixes)


def _triples(dump: Path) -> Iterator[ox.Triple]:
    """Each triple of sorted N-Quads once: what several graphs say stands together."""
    quads = ox.parse(path=str(dump), format=ox.RdfFormat.N_QUADS)
    return (triple for triple, _ in groupby(quad.triple for quad in quads))


def pack(path: Path, target: Path) -> None:
    """Compress a file, without name and time, so that its bytes depend on nothing else."""
    with path.open("rb") as source, target.open("wb") as stream, packed(stream) as out:
        shutil.copyfileobj(source, out, _CHUNK)


def packed(stream: IO[bytes]) -> IO[bytes]:
    """A gzip stream into another, to be closed before that."""
    return cast(IO[bytes], gzip.GzipFile("", "wb", _LEVEL, stream, mtime=0))


def plans(store: EmbeddedStore) -> list[str]:
    """The codes of the municipalities whose plans have graphs."""
    return [name.removeprefix(_PLAN) for name in store.graphs if name.startswith(_PLAN)]


def write_plan(store: EmbeddedStore, code: str, path: Path) -> Path:
    """Write what one plan prints and what we read into it, each in its graph, as packed TriG."""
    quads = [
        quad
        for kind in ("plan", "editorial")
        for quad in sorted(
            store.raw.quads_for_pattern(None, None, None, graph(f"{kind}/{code}")), key=str
        )
    ]
    with path.open("wb") as stream, packed(stream) as out:
        out.write(ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=PREFIXES) or b"")
    return path
