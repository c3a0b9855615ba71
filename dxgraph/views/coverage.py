"""The heat map of priority items: how many measures of which plan answer which item.

``town`` and ``prefecture`` choose the columns as in ``columns``; ``restated`` counts restated
measures as well. Totals are of all plans in force, whatever the columns: one aggregate over the
measures that address an item, made once for a graph.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from dxgraph import parameters
from dxgraph.catalog import Parameter
from dxgraph.errors import BadParameter
from dxgraph.session import Graph
from dxgraph.tables import Cell, Table
from dxgraph.views import columns, matrix_rows
from dxgraph.views.asking import rows

COLUMNS = ("section", "item", "editions", "municipality", "name", "measures", "numbers", "iri")
RESTATED = Parameter("restated", "boolean", {"ja": "再掲を数える", "en": "Count restated measures"})
_NAMES = {"town", "prefecture", "restated"}


class Coverage:
    """The measures that answer each item, for the columns and in all."""

    def __init__(self, graph: Graph, values: Mapping[str, str]) -> None:
        for name in values:
            if name not in _NAMES:
                listed = ", ".join(sorted(_NAMES))
                raise BadParameter(
                    f"the heat map has no parameter '{name}'; it has: {listed}",
                    f"対応表に「{name}」という条件はありません。使えるもの: {listed}",
                )
        said = values.get("restated") or "false"
        self.restated = parameters.term(graph.store, RESTATED, said).value == "true"
        self.graph = graph
        self.towns = columns.chosen(graph, values)
        self.sections = graph.once(matrix_rows.items)
        self.totals = graph.once(_with_restated if self.restated else _totals)
        read = [self._read(town["iri"]) for town in self.towns]
        self.answers = [answers for answers, _ in read]
        self.sizes = [size for _, size in read]

    def _read(self, town: str) -> tuple[dict[str, list[dict[str, str]]], tuple[int, int]]:
        """Item -> a town's measures by line; and how many answer an item, of how many."""
        bound = {"town": ox.NamedNode(town)}
        found: dict[str, tuple[int, str, set[str]]] = {}
        for row in rows(self.graph, "matrix-measures", **bound):
            place = int(row["line"].value), row["number"].value
            it = found.setdefault(row["measure"].value, (*place, set()))
            it[2].update([row["item"].value] if "item" in row else [])
        if self.restated:
            for row in rows(self.graph, "coverage-restated", **bound):
                place = int(row["line"].value), row["number"].value
                items = found[original][2] if (original := row["original"].value) in found else ()
                found[row["measure"].value] = (*place, set(items))
        answers: dict[str, list[dict[str, str]]] = {}
        for iri, (_, number, items) in sorted(found.items(), key=lambda it: (it[1][0], it[0])):
            for item in items:
                answers.setdefault(item, []).append({"iri": iri, "number": number})
        return answers, (sum(bool(items) for _, _, items in found.values()), len(found))

    def is_mapped(self, section: Mapping[str, Any]) -> bool:
        """Whether any plan's measures have been matched with the items of a list at all."""
        return any(item["iri"] in self.totals for item in section["items"])


def _totals(graph: Graph) -> dict[str, dict[str, int]]:
    """Item -> ``towns`` and ``measures`` of all plans in force, restated measures left out."""
    return {
        row["item"].value: {name: int(row[name].value) for name in ("towns", "measures")}
        for row in rows(graph, "coverage-totals")
    }


def _with_restated(graph: Graph) -> dict[str, dict[str, int]]:
    totals = _totals(graph)
    for row in rows(graph, "coverage-totals-restated"):
        if row["item"].value in totals:
            totals[row["item"].value]["measures"] += int(row["measures"].value)
    return totals


def view(graph: Graph, values: Mapping[str, str]) -> dict[str, Any]:
    """Sections of rows ``{"item", "cells", "total"}``; a cell is the measures of one town.

    Lists that no plan was matched with stand under ``unmapped``, since a gap in the readings is
    none of the plans. ``towns`` have ``answered`` items, ``matched`` measures and ``measures``.
    """
    it = Coverage(graph, values)
    offered = columns.offered(graph, values)
    none = {"towns": 0, "measures": 0}
    sections = [
        {
            "name": section["name"],
            "rows": [
                {
                    "item": item,
                    "cells": [answers.get(item["iri"], []) for answers in it.answers],
                    "total": it.totals.get(item["iri"], none),
                }
                for item in section["items"]
            ],
        }
        for section in it.sections
        if it.is_mapped(section)
    ]
    return {
        "towns": [
            {**town, "answered": len(answers), "matched": matched, "measures": measures}
            for town, answers, (matched, measures) in zip(
                it.towns, it.answers, it.sizes, strict=True
            )
        ],
        "sections": sections,
        "unmapped": [section for section in it.sections if not it.is_mapped(section)],
        "items": sum(len(section["rows"]) for section in sections),
        "plans": sum(each["count"] for each in offered["prefectures"]),
        "restated": it.restated,
        "offered": offered,
    }


def table(graph: Graph, values: Mapping[str, str]) -> Table:
    """The same, one row an item and town; ``measures`` is 0 where the plan has none."""
    it = Coverage(graph, values)
    found: list[tuple[Cell, ...]] = []
    for section in it.sections:
        for item in section["items"] if it.is_mapped(section) else ():
            for town, answers in zip(it.towns, it.answers, strict=True):
                held = answers.get(item["iri"], [])
                numbers = "|".join(each["number"] for each in held)
                said = (section["name"]["ja"], item["ja"], "|".join(item["editions"]))
                texts = [ox.Literal(text) for text in (*said, town["code"], town["ja"])]
                counted = ox.Literal(len(held)), ox.Literal(numbers) if held else None
                found.append((*texts, *counted, ox.NamedNode(item["iri"])))
    return Table(COLUMNS, tuple(found))
