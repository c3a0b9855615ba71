"""The front page: what the graph holds, and the towns in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dxgraph.namespaces import DXO
from dxgraph.session import Graph
from dxgraph.views.asking import named, rows


def view(graph: Graph, values: Mapping[str, str]) -> dict[str, Any]:
    """``counts`` by class name, and ``towns`` with plan and prefecture."""
    counts = {
        row["class"].value.removeprefix(DXO): int(row["n"].value)
        for row in rows(graph, "overview-counts")
    }
    found = rows(graph, "overview-towns")
    names = named(graph, (row[key].value for row in found for key in row if key != "code"))
    towns = [
        {key: row[key].value if key == "code" else names[row[key].value] for key in row}
        for row in found
    ]
    return {"counts": counts, "towns": towns}
