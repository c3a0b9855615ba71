"""The comparison matrix as a flat table: one row an entry and phase, with the line it stands in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from dxgraph.session import Graph
from dxgraph.tables import Cell, Table
from dxgraph.views.asking import named
from dxgraph.views.compare import Matrix
from dxgraph.views.town_data import Entry, TownData

#: Names as in saved questions; an empty ``fiscalYear`` says that no entry counts.
COLUMNS = (
    *("section", "subject", "municipality", "name", "fiscalYear", "phase", "certainty"),
    *("mention", "measure", "activity", "label", "sourceLine", "subjectIri", "iri"),
)
_IRIS = ("subjectIri", "iri")


def table(graph: Graph, values: Mapping[str, str]) -> Table:
    """All of the matrix, uncut, in its order.

    A town whose plan has measures on a subject but no entry that counts has one row, whose ``iri``
    is the first measure's; a town with a gap has one row without measure and ``iri``. ``mention``
    is ``past`` in the row of what the plan reports as done.
    """
    matrix = Matrix(graph, values)
    lines = [line for section in matrix.sections() for line in _lines(matrix, section)]
    iris = {line[key] for line in lines for key in ("measure", "activity", "iri") if line[key]}
    names = named(graph, iris)
    numbers = {iri: it.number for data in matrix.data for iri, it in data.measures.items()}
    rows = []
    for line in lines:
        measure, activity, entry = (names.get(line[k]) for k in ("measure", "activity", "iri"))
        title = f"{numbers[line['measure']]} {measure['ja']}" if measure else None
        said = {
            **line,
            "measure": title,
            "activity": activity["ja"] if activity else None,
            "label": entry["ja"] if entry and line["fiscalYear"] else None,
        }
        rows.append(tuple(_term(name, said[name]) for name in COLUMNS))
    return Table(COLUMNS, tuple(rows))


def _term(column: str, value: str | int | None) -> Cell:
    if value is None:
        return None
    return ox.NamedNode(str(value)) if column in _IRIS else ox.Literal(value)


def _lines(matrix: Matrix, section: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for row in section["rows"]:
        subject = row["subject"]
        for town, data, cell in zip(matrix.towns, matrix.data, row["cells"], strict=True):
            line: dict[str, Any] = {
                **dict.fromkeys(COLUMNS),
                "section": section["name"]["ja"],
                "subject": subject["ja"],
                "subjectIri": subject.get("iri"),
                "municipality": town["code"],
                "name": town["ja"],
            }
            done = matrix.past(data, subject.get("iri", ""))
            found = [] if done is None else [_done(done)]
            found += _entries(matrix, data, cell, subject.get("iri", ""))
            for entry in found:
                yield {**line, **entry}
            if not found:
                first = next(iter(cell["measures"]), None)
                yield {**line, "measure": first, "iri": first}


def _entries(
    matrix: Matrix, data: TownData, cell: Mapping[str, Any], subject: str
) -> Iterator[dict[str, Any]]:
    """What counts in a cell, by year, phase and line."""
    about = matrix.asked["rows"] == "technologies"
    counted = [
        (entry.year, matrix.order[phase], entry.line, iri, entry, phase)
        for iri, entry in data.of(cell["measures"]).items()
        if not about or (iri, subject) in data.about
        for phase in entry.phases
        if matrix.scope.holds(entry, phase)
    ]
    for _, _, _, iri, entry, phase in sorted(counted, key=lambda it: it[:4]):
        mention = data.about[iri, subject] if about else None
        yield _said(iri, entry, phase, mention)


def _done(past: Mapping[str, Any]) -> dict[str, Any]:
    """What the plan reports as done; it belongs to no measure."""
    year, line = past["year"], past["line"]
    return {"fiscalYear": year, "mention": "past", "sourceLine": line, "iri": past["iri"]}


def _said(iri: str, entry: Entry, phase: str, mention: str | None) -> dict[str, Any]:
    return {
        "fiscalYear": entry.year,
        "phase": phase.rpartition("/")[2],
        "certainty": "certain" if entry.certain else "uncertain",
        "mention": mention,
        "measure": entry.measure,
        "activity": entry.activity,
        "sourceLine": entry.line,
        "iri": iri,
    }
