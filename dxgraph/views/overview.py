"""The front page: what the graph holds, its towns by prefecture, and what may be asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dxgraph.increment.census import Census
from dxgraph.namespaces import DXO, TYPE
from dxgraph.session import Graph
from dxgraph.views import municipalities
from dxgraph.views.asking import named, rows

#: As many towns are named on the page; where there are more, prefectures stand for them.
LISTED = 40
#: Kinds of things that are counted; ``overview-counts.rq`` names the same.
_KINDS = frozenset(
    ("Municipality", "DXPlan", "Measure", "Activity", "ScheduleEntry", "Indicator", "Technology")
)

#: Things by class name, uncertain entries, towns by technology, years something is adopted in.
Counted = tuple[dict[str, int], int, dict[str, int], set[int]]


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
    counted = _of_census(graph.census) if graph.census else _counted(graph)
    counts, uncertain, adopted, years = counted
    stamp = graph.stamp
    return {
        "version": stamp.version if stamp else "",
        "built": stamp.built.isoformat() if stamp and stamp.built else "",
        "counts": {**counts, "towns": len(towns)},
        "uncertain": uncertain,
        "prefectures": prefectures,
        "technologies": _technologies(graph, adopted),
        "years": sorted(years),
    }


def _counted(graph: Graph) -> Counted:
    """What is counted by SPARQL."""
    counts = {
        row["class"].value.removeprefix(DXO): int(row["n"].value)
        for row in rows(graph, "overview-counts")
    }
    adopted = {
        row["it"].value: int(row["n"].value)
        for row in rows(graph, "overview-technologies")
        if "it" in row
    }
    years = {int(row["year"].value) for row in rows(graph, "overview-years")}
    return counts, int(rows(graph, "overview-uncertain")[0]["n"].value), adopted, years


def _of_census(census: Census) -> Counted:
    """The same of a built version."""
    counts = {
        name: n
        for (cls, used), n in census.of("having")
        if used == TYPE.value and (name := cls.removeprefix(DXO)) in _KINDS
    }
    uncertain = census.tally["uncertain", f"{DXO}ScheduleEntry"]
    adopted = {iri: n for (iri,), n in census.of("adopted")}
    years = {int(year.rpartition("/")[2]) for (_, year, _), _ in census.of("first")}
    return counts, uncertain, adopted, years


def _technologies(graph: Graph, found: Mapping[str, int]) -> list[dict[str, Any]]:
    names = named(graph, found)
    listed = [
        {**names[iri], "id": iri.rpartition("/")[2], "towns": count} for iri, count in found.items()
    ]
    return sorted(listed, key=lambda it: (-it["towns"], it["ja"]))
