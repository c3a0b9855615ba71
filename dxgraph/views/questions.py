"""A saved question answered for a page: some rows, the names of what they speak of, the SPARQL.

The values of the question come as JSON in ``values``, so that none meets a name of our own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from dxgraph import imprint, parameters
from dxgraph.namespaces import DXO, ID
from dxgraph.session import Graph
from dxgraph.tables import Table
from dxgraph.views import choices
from dxgraph.views.asking import named

#: Column -> the namespace whose things the words in its cells are the local names of.
WORDS = {
    "municipality": f"{ID}municipality/",
    "phase": f"{ID}phase/",
    "phases": f"{ID}phase/",
    "otherPhase": f"{ID}phase/",
    "mention": f"{ID}mention/",
    "direction": f"{ID}direction/",
    "basis": f"{ID}statement-kind/",
    "relation": DXO,
}
_WORD = re.compile(r"[A-Za-z0-9.-]+")


def view(graph: Graph, values: Mapping[str, str]) -> dict[str, Any]:
    """The answer to ``question`` from row ``offset`` on, ``limit`` rows at most, and its form.

    ``{"columns", "rows", "total", "offset", "limit", "names", "sparql", "chosen", "choices"}``:
    a cell is ``{"value", "iris"}``, ``chosen`` gives for each parameter the IRI or the text it was
    taken for, and ``names`` has every IRI among these or that a cell is or means. Raises a
    QueryError.
    """
    name, given = values["question"], json.loads(values["values"])
    offset, limit = int(values["offset"]), int(values["limit"])
    table = graph.query(name, **given)
    part = Table(table.columns, table.rows[offset : offset + limit])
    rows = [[_cell(column, value) for column, value in row.items()] for row in part]
    terms = parameters.resolve(graph.store, graph.catalog[name], given)
    spoken = {iri for row in rows for cell in row for iri in cell["iris"]}
    spoken |= {term.value for term in terms.values() if isinstance(term, ox.NamedNode)}
    return {
        **form(graph, values),
        "columns": list(table.columns),
        "rows": rows,
        "total": len(table),
        "offset": offset,
        "limit": limit,
        "names": named(graph, spoken),
        "sparql": imprint.sparql(graph, name, given),
        "chosen": {key: term.value for key, term in terms.items()},
    }


def form(graph: Graph, values: Mapping[str, str]) -> dict[str, Any]:
    """The choices of each type of parameter that ``question`` has; None where they are too many."""
    query = graph.catalog[values["question"]]
    listed = {*parameters.CLASSES, "fiscal-year"} & {each.type for each in query.parameters}
    return {"choices": {kind: choices.all_of(graph, kind) for kind in sorted(listed)}}


def _cell(column: str, value: Any) -> dict[str, Any]:
    return {"value": value, "iris": meanings(column, value) if isinstance(value, str) else []}


def meanings(column: str, cell: str) -> list[str]:
    """The IRIs a cell speaks of: itself, or those of its words in a column of words.

    >>> meanings("phases", "study|introduction")[1]
    'https://w3id.org/dxgraph/id/phase/introduction'
    """
    if cell.startswith(("http://", "https://")):
        return [cell]
    space = WORDS.get(column)
    return [space + word for word in cell.split("|") if _WORD.fullmatch(word)] if space else []
