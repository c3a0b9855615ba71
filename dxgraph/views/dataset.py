"""The dataset as a whole: what VoID and DCAT say of it, counted by SPARQL.

Cost: some passes over all statements, so a server asks once a version.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from dxgraph.catalog import SavedQuery, fill
from dxgraph.errors import BadParameter
from dxgraph.namespaces import TYPE
from dxgraph.session import Graph
from dxgraph.views.asking import Row, named, rows


def view(graph: Graph, values: Mapping[str, str]) -> dict[str, Any]:
    """Sizes, ``classes``, ``properties``, ``graphs``, ``links`` out of it, dates and examples.

    A class has its ``properties`` with the triples that use them on its things.
    """
    properties = [_plain(row) for row in rows(graph, "dataset-properties")]
    classes = _classes(rows(graph, "dataset-classes"))
    graphs = [_plain(row) for row in rows(graph, "dataset-graphs")]
    for each in graphs:
        each["kind"] = each.get("kind", "").rpartition("/")[2] or "printed"
    terms = {each["class"] for each in classes} | {each["property"] for each in properties}
    return {
        "triples": sum(each["triples"] for each in properties),
        **_plain(rows(graph, "dataset-size")[0]),
        "classes": sorted(classes, key=lambda each: (-each["entities"], each["class"])),
        "properties": sorted(properties, key=lambda each: (-each["triples"], each["property"])),
        "graphs": graphs,
        "links": sorted(
            (_plain(row) for row in rows(graph, "dataset-links")),
            key=lambda each: (each["space"], each["property"]),
        ),
        "header": _plain(next(iter(rows(graph, "dataset-header")), {})),
        "examples": [row["it"].value for row in rows(graph, "dataset-examples")],
        "names": named(graph, terms),
    }


def plans(graph: Graph, values: Mapping[str, str]) -> list[dict[str, Any]]:
    """The DX plans with their towns, prefectures and sources, in the order of the towns' codes."""
    found = rows(graph, "dataset-plans")
    things = ("plan", "town", "prefecture", "source")
    names = named(graph, (row[key].value for row in found for key in things if key in row))
    return [
        {key: names[row[key].value] if key in things else row[key].value for key in row}
        for row in found
    ]


def _classes(found: list[Row]) -> list[dict[str, Any]]:
    """Each class with its things and the use of properties on them."""
    used: dict[str, list[dict[str, Any]]] = defaultdict(list)
    sizes: dict[str, int] = {}
    for row in sorted(map(_plain, found), key=lambda each: str(each["property"])):
        name = row.pop("class")
        used[name].append(row)
        if row["property"] == TYPE.value:
            sizes[name] = row["entities"]
    return [
        {"class": name, "entities": sizes[name], "properties": each} for name, each in used.items()
    ]


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A solution as text and whole numbers."""
    counts = ("triples", "subjects", "objects", "entities")
    return {key: int(row[key].value) if key in counts else row[key].value for key in row}


def examples(graph: Graph, values: Mapping[str, str]) -> dict[str, str]:
    """The SPARQL of each saved question, bound to the values of its example, without its header.

    Where the graph has no such values, nothing is bound, which is a question of everything.
    """
    return {query.name: _without_comments(_example(graph, query)) for query in graph.catalog}


def _example(graph: Graph, query: SavedQuery) -> str:
    try:
        return graph.bind(query.name, **query.example)
    except BadParameter:
        return fill(query.text, {})


def _without_comments(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("#"))


def pages(graph: Graph, values: Mapping[str, str]) -> list[str]:
    """IRIs of the things whose pages a map of the site lists."""
    return [row["it"].value for row in rows(graph, "sitemap")]
