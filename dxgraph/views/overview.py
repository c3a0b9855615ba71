"""The front page: what the graph holds, its towns by prefecture, and what may be asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dxgraph.namespaces import DXO
from dxgraph.session import Graph
from dxgraph.views import municipalities
from dxgraph.views.asking import named, rows

#: As many towns are named on the page; where there are more, prefectures stand for them.
LISTED = 40


def view(graph: Graph, values: Mapping[str, str]) -> dict[str, Any]:
    """``counts`` by class name, ``uncertain`` entries, ``prefectures``, ``technologies``, years.

    A prefecture has its ``towns`` counted and, while they are few, ``named``. Technologies come by
    the number of towns that plan them. ``version`` and ``built`` are empty where nobody knows.
    """
    return graph.once(_overview)


def _overview(graph: Graph) -> dict[str, Any]:
    towns = municipalities.towns(graph)
    listed = towns if len(towns) <= LISTED else []
    prefectures = [
        {**each, "named": [town for town in listed if town["code"][:2] == each["code"]]}
        for each in municipalities.prefectures(towns)
    ]
    counts = {
        row["class"].value.removeprefix(DXO): int(row["n"].value)
        for row in rows(graph, "overview-counts")
    }
    years = sorted(int(row["year"].value) for row in rows(graph, "overview-years"))
    stamp = graph.stamp
    return {
        "version": stamp.version if stamp else "",
        "built": stamp.built.isoformat() if stamp and stamp.built else "",
        "counts": {**counts, "towns": len(towns)},
        "uncertain": int(rows(graph, "overview-uncertain")[0]["n"].value),
        "prefectures": prefectures,
        "technologies": _technologies(graph),
        "years": years,
    }


def _technologies(graph: Graph) -> list[dict[str, Any]]:
    found = {
        row["it"].value: int(row["n"].value)
        for row in rows(graph, "overview-technologies")
        if "it" in row
    }
    names = named(graph, found)
    listed = [
        {**names[iri], "id": iri.rpartition("/")[2], "towns": count} for iri, count in found.items()
    ]
    return sorted(listed, key=lambda it: (-it["towns"], it["ja"]))
