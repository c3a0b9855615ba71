"""The nation that is measured: a workspace of so many towns, built, and its statements as files.

The five real plans are always among them, so that every saved question has an answer.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from benchmarks import nation
from benchmarks.engines import Dataset
from dxgraph import build, parameters
from dxgraph.build import Version
from dxgraph.catalog import Catalog
from dxgraph.namespaces import PREFIXES
from dxgraph.reason import INFERRED
from dxgraph.session import Graph
from dxgraph.store import EmbeddedStore
from dxgraph.workspace import Workspace

_PARTS = ("ontology", "data", "shapes", "queries")
#: Which statements an engine is given: what the records say, or what follows from it as well.
SETS = ("asserted", "derived")


@dataclass(frozen=True)
class Question:
    """A saved question bound to the values of its example."""

    name: str
    text: str


def written(folder: Path, towns: int) -> Workspace:
    """A workspace with so many towns, as the checkout is now; what was built there is kept.

    Raises ValueError for a number of towns that cannot be had.
    """
    for part in _PARTS:
        shutil.rmtree(folder / part, ignore_errors=True)
    return nation.write(folder, towns, real=True)


def built(place: Workspace) -> Version:
    """The version of a workspace, built where its inputs changed."""
    return build.up_to_date(place) or build.build(place)


def opened(place: Workspace, version: Version) -> Graph:
    """The graph of a version, to bind questions with."""
    return Graph(EmbeddedStore.open(version.store), Catalog(place.queries), version)


def datasets(version: Version, folder: Path) -> dict[str, Dataset]:
    """The files of both sets of statements, written into a folder that is emptied."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    ends = f" <{INFERRED.value}> .\n".encode()
    counts = dict.fromkeys(SETS, 0)
    paths = {name: (folder / f"{name}.nq", folder / f"{name}.nt") for name in SETS}
    files = {name: [path.open("wb") for path in pair] for name, pair in paths.items()}
    with version.stream() as lines:
        for line in lines:
            triple = line[: line.rindex(b" <")] + b" .\n"
            for name in SETS if not line.endswith(ends) else SETS[1:]:
                counts[name] += 1
                quads, triples = files[name]
                quads.write(line)
                triples.write(triple)
    for pair in files.values():
        for file in pair:
            file.close()
    return {name: Dataset(*paths[name], counts[name]) for name in SETS}


def questions(graph: Graph) -> list[Question]:
    """Every saved question in the one text that all engines get, prefixes first."""
    found = []
    for saved in graph.catalog:
        terms = parameters.resolve(graph.store, saved, dict(saved.example))
        found.append(Question(saved.name, _plain(saved.bind(terms))))
    return found


def _plain(text: str) -> str:
    head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#+"))
    return head + body
