"""The dataset as a whole: what VoID and DCAT say of it.

Cost: of a built version, whose census is kept, a look at that; of another graph some passes over
all statements by SPARQL, so that a server asks once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from dxgraph.assemble import kind_of_graph
from dxgraph.catalog import SavedQuery, fill
from dxgraph.errors import BadParameter
from dxgraph.increment.census import Census
from dxgraph.namespaces import TYPE
from dxgraph.session import Graph
from dxgraph.views.asking import named, rows

Data = dict[str, Any]


def view(graph: Graph, values: Mapping[str, str]) -> dict[str, Any]:
    """Sizes, ``classes``, ``properties``, ``graphs``, ``links`` out of it, dates and examples.

    A class has its ``properties`` with the triples that use them on its things.
    """
    return graph.once(described)


def described(graph: Graph) -> dict[str, Any]:
    """The same, read from the graph."""
    counted = _of_census(graph.census) if graph.census else _counted(graph)
    classes, properties = counted.pop("classes"), counted.pop("properties")
    terms = {each["class"] for each in classes} | {each["property"] for each in properties}
    return {
        "triples": sum(each["triples"] for each in properties),
        **counted,
        "classes": sorted(classes, key=lambda each: (-each["entities"], each["class"])),
        "properties": sorted(properties, key=lambda each: (-each["triples"], each["property"])),
        "graphs": _graphs(graph),
        "header": _plain(next(iter(rows(graph, "dataset-header")), {})),
        "names": named(graph, terms),
    }


def _counted(graph: Graph) -> Data:
    """What is counted by SPARQL."""
    return {
        **_plain(rows(graph, "dataset-size")[0]),
        "classes": _classes(map(_plain, rows(graph, "dataset-classes"))),
        "properties": [_plain(row) for row in rows(graph, "dataset-properties")],
        "links": sorted(
            (_plain(row) for row in rows(graph, "dataset-links")),
            key=lambda each: (each["space"], each["property"]),
        ),
        "examples": [row["it"].value for row in rows(graph, "dataset-examples")],
    }


def _of_census(census: Census) -> Data:
    """The same of a built version."""
    triples, subjects, objects, used, having = (
        dict(census.of(what)) for what in ("triples", "subjects", "objects", "used", "having")
    )
    return {
        "subjects": census.tally["subject",],
        "objects": census.tally["object",],
        "entities": census.tally["thing",],
        "classes": _classes(
            {"class": cls, "property": name, "triples": n, "entities": having[cls, name]}
            for (cls, name), n in used.items()
        ),
        "properties": [
            {"property": key[0], "triples": n, "subjects": subjects[key], "objects": objects[key]}
            for key, n in triples.items()
        ],
        "links": [
            {"property": name, "space": space, "triples": n}
            for (name, space), n in sorted(census.of("link"), key=lambda each: each[0][::-1])
        ],
        "examples": sorted(census.least.values()),
    }


def _graphs(graph: Graph) -> list[Data]:
    """The named graphs, their size and the kind of their statements, in the order of their IRIs."""
    if graph.version:
        sizes = graph.version.graphs
        return [
            {"graph": iri, "kind": kind_of_graph(iri), "triples": sizes[iri]}
            for iri in sorted(sizes)
        ]
    graphs = [_plain(row) for row in rows(graph, "dataset-graphs")]
    for each in graphs:
        each["kind"] = each.get("kind", "").rpartition("/")[2] or "printed"
    return graphs


def plans(graph: Graph, values: Mapping[str, str]) -> list[dict[str, Any]]:
    """The DX plans with their towns, prefectures and sources, in the order of the towns' codes."""
    return graph.once(listed)


def listed(graph: Graph) -> list[dict[str, Any]]:
    """The same, read from the graph."""
    found = rows(graph, "dataset-plans")
    things = ("plan", "town", "prefecture", "source")
    names = named(graph, (row[key].value for row in found for key in things if key in row))
    return [
        {key: names[row[key].value] if key in things else row[key].value for key in row}
        for row in found
    ]


def _classes(found: Iterable[Data]) -> list[Data]:
    """Each class with its things and the use of properties on them."""
    used: dict[str, list[Data]] = defaultdict(list)
    sizes: dict[str, int] = {}
    for row in sorted(found, key=lambda each: str(each["property"])):
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
