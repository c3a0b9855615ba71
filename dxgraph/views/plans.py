"""A plan by its parts: pillars, measures, activities and the cells of their schedules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from dxgraph.namespaces import ID
from dxgraph.session import Graph
from dxgraph.views.asking import named, rows

Names = Mapping[str, Mapping[str, str]]


def short(iri: str) -> str:
    """What follows the last slash of an IRI: the id of a phase or a direction."""
    return iri.rpartition("/")[2]


def relative(iri: str) -> str:
    """An IRI without what all of ours begin with, as an address gives it."""
    return iri.removeprefix(ID)


def pillars(graph: Graph, plan: str) -> list[dict[str, Any]]:
    """The pillars of a plan in its order, each with the pillar above it and its measures.

    ``{"pillar", "upper", "measures": [{"iri", "number", "line", "ja", "en"}]}``; measures that
    stand under no pillar come under None.
    """
    found = rows(graph, "plan-measures", plan=ox.NamedNode(plan))
    names = named(graph, _iris(found))
    groups: dict[str | None, dict[str, Any]] = {}
    seen: set[str] = set()
    for row in found:
        measure = row["measure"].value
        if measure in seen:
            continue
        seen.add(measure)
        pillar, upper = (row[key].value if key in row else None for key in ("pillar", "upper"))
        group = groups.setdefault(pillar, {"pillar": None, "upper": None, "measures": []})
        group["pillar"] = names.get(pillar or "")
        group["upper"] = names.get(upper or "")
        line = int(row["line"].value)
        told = {**names[measure], "number": row["number"].value, "line": line}
        group["measures"].append(told)
    return list(groups.values())


def activities(graph: Graph, plan: str) -> dict[str, list[dict[str, Any]]]:
    """Measure -> its activities with their schedule, as printed.

    An activity is its names and ``entries``: year, text, line, ``certain`` and phases of each cell.
    """
    found = rows(graph, "plan-entries", plan=ox.NamedNode(plan))
    names = named(graph, {row["activity"].value for row in found})
    measures: dict[str, dict[str, dict[str, Any]]] = {}
    entries: dict[str, dict[str, Any]] = {}
    for row in found:
        own = measures.setdefault(row["measure"].value, {})
        activity = row["activity"].value
        told = own.setdefault(activity, {**names[activity], "entries": []})
        iri = row["entry"].value
        if iri not in entries:
            entries[iri] = {
                "iri": iri,
                "year": int(row["year"].value),
                "text": row["text"].value,
                "line": int(row["line"].value),
                "certain": "certain" not in row or row["certain"].value != "false",
                "phases": [],
            }
            told["entries"].append(entries[iri])
        if "phase" in row:
            entries[iri]["phases"].append(short(row["phase"].value))
    return {measure: list(own.values()) for measure, own in measures.items()}


def period(graph: Graph, plan: str) -> tuple[int, int] | None:
    """First and last fiscal year of a plan, where it says them."""
    for row in rows(graph, "plan-periods", plan=ox.NamedNode(plan)):
        return int(row["from"].value), int(row["to"].value)
    return None


def _iris(found: list[dict[str, Any]]) -> set[str]:
    keys = ("measure", "pillar", "upper")
    return {row[key].value for row in found for key in keys if key in row}
