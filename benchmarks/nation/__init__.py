"""A synthetic nation: a plan for any number of the 1,741 municipalities, shaped like the real ones.

Codes and names are those of the municipalities; what the plans say is drawn at random from the
habits of the five real plans and a vocabulary of generic words, seeded by the code of the town. So
a town's record is the same at any size of nation and at every run.

Cost: 7 ms a record; one record is held at a time.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks.nation import habits, places, plan, writing
from benchmarks.nation.habits import Country, Node
from benchmarks.nation.quads import Quads, described
from dxgraph import assemble, workspace
from dxgraph.codes import Town
from dxgraph.workspace import Workspace

_PARTS = ("ontology", "data", "shapes", "queries")


def write(folder: Path, count: int, real: bool = False) -> Workspace:
    """Write a workspace with so many towns into a folder; with ``real``, five are the real plans.

    Raises ValueError for a number of towns that cannot be had.
    """
    source = workspace.find()
    country = survey(source)
    kept = _real(source) if real else {}
    chosen = places.spread(count, kept)
    for part in _PARTS:
        shutil.copytree(source.root / part, folder / part, dirs_exist_ok=True)
    target = Workspace(folder, folder / ".dxgraph")
    for path in (target.data / "municipalities").glob("*.yaml"):
        if path.name[:5] not in kept:
            path.unlink()
    for path, record in records(country, source, [t for t in chosen if t.code not in kept]):
        (target.data / path).write_text(writing.text(record, plan.HEADING), encoding="utf-8")
    return target


def write_quads(file: Path, count: int, real: bool = False) -> None:
    """Write all that a workspace with so many towns asserts as N-Quads, nothing inferred.

    Raises ValueError for a number of towns that cannot be had.
    """
    source = workspace.find()
    country = survey(source)
    kept = _real(source) if real else {}
    chosen = places.spread(count, kept)
    ontology = assemble.read_ontology(source)
    reader, quads = assemble.Reader(source, ontology), Quads(source, ontology)
    shared = list(ontology)
    for path in assemble.record_files(source):
        if path.parent.name != "municipalities" or path.name[:5] in kept:
            shared += reader.read(path)[1]
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(described(shared))
        for path, record in records(country, source, [t for t in chosen if t.code not in kept]):
            stream.write(described(quads.of(record, assemble.graphs_of(path))))


def survey(source: Workspace) -> Country:
    """The habits of the real plans, and the prefectures' instruments, real and synthetic."""
    country = habits.read(source)
    for number, name in country.prefectures.items():
        for thing in plan.prefectural_record(country, number, name)["included"]:
            country.instruments[thing["id"]] = (thing["title"], thing["titleEn"])
    return country


def records(country: Country, source: Workspace, towns: list[Town]) -> Iterator[tuple[Path, Node]]:
    """The records of a nation one by one, each with its path within ``data/``.

    First those of the prefectures that have none, if there is any synthetic town.
    """
    for number, name in country.prefectures.items() if towns else ():
        record = plan.prefectural_record(country, number, name)
        yield Path("prefectures") / f"{number}-synthetic.yaml", record
    for town in towns:
        file = f"{town.code}-{places.stem(town)}.yaml"
        yield Path("municipalities") / file, plan.record(country, town)


def _real(source: Workspace) -> set[str]:
    return {path.name[:5] for path in (source.data / "municipalities").glob("*.yaml")}
