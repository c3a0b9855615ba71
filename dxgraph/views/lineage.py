"""The lineage of a plan: what it rests on up to the law, and its pillars and measures below.

Cost: two queries bound to the plan and one for each instrument it rests on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from dxgraph.namespaces import DXO
from dxgraph.session import Graph
from dxgraph.tables import Table
from dxgraph.views import plans, towns
from dxgraph.views.asking import named, rows
from dxgraph.views.statements import KINDS

COLUMNS = ("from", "relation", "to", "kind", "iri")
#: Class -> the level it is drawn on; the plan itself stands below all of them.
_LEVELS = {
    "Law": "law",
    "LawArticle": "article",
    "PrefecturalPlan": "prefectural",
    "MunicipalPlan": "municipal",
    "NationalPlan": "national",
}
_OTHER = "national"


def view(graph: Graph, values: Mapping[str, str]) -> dict[str, Any]:
    """``plan``, ``towns``, ``nodes``, ``edges``, and ``pillars`` with their measures.

    A node has a ``level``; an edge leads from what rests to what it rests on, with ``relation``,
    ``kind`` and, where the article says one, ``modality``. Without ``plan`` it is that of the town,
    or of the first. Raises UnknownValue.
    """
    plan, chosen = _plan(graph, values)
    found = _steps(graph, plan)
    iris = {plan} | {iri for step in found for iri in step[::2]}
    sorts = {iri: _sort(graph, iri) for iri in iris}
    modalities = {modality for _, modality in sorts.values() if modality}
    names = named(graph, iris | {step[1] for step in found} | modalities)
    nodes = [
        {**names[iri], "level": "plan" if iri == plan else sorts[iri][0]} for iri in sorted(iris)
    ]
    edges = [
        {
            "from": start,
            "to": end,
            "relation": names[relation],
            "kind": kind,
            "modality": names.get(sorts[end][1] if relation == _UNDER else ""),
        }
        for (start, relation, end), kind in found.items()
    ]
    pillars = plans.pillars(graph, plan)
    return {
        "plan": names[plan],
        "towns": chosen,
        "nodes": nodes,
        "edges": edges,
        "pillars": pillars,
    }


def table(graph: Graph, values: Mapping[str, str]) -> Table:
    """The answer to the saved question ``lineage`` about the plan shown."""
    plan, _ = _plan(graph, values)
    return graph.query("lineage", plan=plan)


_UNDER = DXO + "establishedUnder"
_BASED = DXO + "basedOn"


def _plan(graph: Graph, values: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """The plan asked for, and the towns to choose from."""
    chosen = towns.chosen(graph, values, first=1, most=1)
    if not values.get("plan"):
        return chosen["chosen"][0]["plan"], chosen
    plan = towns.thing(graph, "plan", "plan", values["plan"])
    codes = [town["code"] for town in chosen["listed"] if town["plan"] == plan]
    chosen["chosen"] = [town for town in chosen["listed"] if town["code"] in codes]
    return plan, chosen


def _steps(graph: Graph, plan: str) -> dict[tuple[str, str, str], str]:
    """(from, property, to) -> the strongest kind of statement that says so.

    What a rule makes of ``basedOn`` is left out, since it only joins other steps.
    """
    found: dict[tuple[str, str, str], str] = {}
    for row in rows(graph, "lineage-steps", plan=ox.NamedNode(plan)):
        kind = plans.short(row["kind"].value)
        step = (row["from"].value, row["property"].value, row["to"].value)
        if step[1] == _BASED and kind == "inferred":
            continue
        found[step] = min(kind, found.get(step, kind), key=KINDS.index)
    return dict(sorted(found.items()))


def _sort(graph: Graph, iri: str) -> tuple[str, str]:
    """The level of an instrument and its modality."""
    found = rows(graph, "instrument", it=ox.NamedNode(iri))
    classes = {row["class"].value.removeprefix(DXO) for row in found}
    level = next((level for name, level in _LEVELS.items() if name in classes), _OTHER)
    modality = next((row["modality"].value for row in found if "modality" in row), "")
    return level, modality
