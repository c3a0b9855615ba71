"""A thing: all that is said of it and with it, by whom, and where it stands.

Cost: its own statements, one count over the statements that name it, and at most 50 of each kind
of those.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from dxgraph.catalog import fill
from dxgraph.errors import UnknownThing
from dxgraph.namespaces import DXO, LABEL, TYPE
from dxgraph.session import Graph
from dxgraph.views.asking import both, named, rows, text

#: A statement that several graphs make counts as the first of these.
KINDS = ("printed", "editorial", "inferred")
#: From a thing to what it is part of, the nearest first.
_PARENTS = (
    *("entryOf", "reportOf", "activityOf", "measureOf", "indicatorOf", "pillarOf", "subPillarOf"),
    *("departmentOf", "articleOf", "editionOf", "adoptedBy", "inPrefecture"),
)
_MOST_PARENTS = 8


def view(graph: Graph, values: Mapping[str, str]) -> dict[str, Any]:
    """The thing ``iri``: names, types, statements both ways, parents, and its JSON-LD.

    A statement is ``{"property", "kind", "value"}``; what names it, ``{"property", "kind", "count",
    "subjects"}``. Raises UnknownThing when nothing is said of it.
    """
    it = ox.NamedNode(values["iri"])
    said = rows(graph, "thing-statements", it=it)
    if not said:
        raise unknown(it.value)
    kinds = graph_kinds(graph)
    statements = _statements(said, kinds)
    mentions = _mentions(graph, it, kinds)
    parents = _parents(graph, it.value, said)
    iris = {row["property"].value for row in said} | set(parents)
    iris |= {each["property"] for each in mentions}
    iris |= {row["value"].value for row in said if isinstance(row["value"], ox.NamedNode)}
    iris |= {subject for each in mentions for subject in each["subjects"]}
    names = named(graph, iris)
    for each in statements:
        each["property"] = names[each["property"]]
        if "iri" in each["value"]:
            each["value"] = names[each["value"]["iri"]]
    for each in mentions:
        each["property"] = names[each["property"]]
        each["subjects"] = [names[subject] for subject in each["subjects"]]
    labels = {r["value"].language or "": r["value"].value for r in said if r["property"] == LABEL}
    triples = {ox.Triple(it, row["property"], row["value"]) for row in said}
    jsonld = ox.serialize(sorted(triples, key=str), format=ox.RdfFormat.JSON_LD) or b""
    return {
        "iri": it.value,
        "name": {"iri": it.value, **both(labels, names.get(it.value, {}).get("ja", it.value))},
        "types": [each["value"] for each in statements if each["property"]["iri"] == TYPE.value],
        "parents": [names[parent] for parent in parents],
        "statements": sorted(statements, key=lambda s: (s["property"]["ja"], str(s["value"]))),
        "mentions": sorted(mentions, key=lambda s: s["property"]["ja"]),
        "jsonld": jsonld.decode(),
    }


def describe(graph: Graph, iri: str) -> ox.QueryTriples:
    """The triples of a thing: all it is the subject of, and some thousand it is the object of.

    Raises UnknownThing when there is none.
    """
    it = ox.NamedNode(iri)
    if not rows(graph, "thing-statements", it=it):
        raise unknown(iri)
    found = graph.answer(fill(text("thing-description"), {"it": it}, inline=graph.store.inline))
    assert isinstance(found, ox.QueryTriples)
    return found


def subjects(graph: Graph) -> list[str]:
    """The IRI of everything of which something is said, sorted."""
    return sorted(str(row["subject"].value) for row in rows(graph, "subjects"))


def unknown(iri: str) -> UnknownThing:
    """The error for a thing of which nothing is said."""
    return UnknownThing(f"nothing is known of {iri}", f"{iri} については何も知られていません")


def graph_kinds(graph: Graph) -> dict[str, str]:
    """Named graph -> the kind of statement it holds; one that does not say holds printed ones."""
    found = rows(graph, "graph-kinds")
    return {row["graph"].value: row["kind"].value.rpartition("/")[2] for row in found}


def _kind(graphs: list[str], kinds: Mapping[str, str]) -> str:
    found = {kinds.get(name, KINDS[0]) for name in graphs}
    return next((kind for kind in KINDS if kind in found), KINDS[0])


def _statements(said: list[dict[str, Any]], kinds: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each statement once, with its kind."""
    graphs: dict[tuple[str, Any], list[str]] = defaultdict(list)
    for row in said:
        graphs[row["property"].value, row["value"]].append(row["graph"].value)
    return [
        {"property": name, "value": _value(value), "kind": _kind(found, kinds)}
        for (name, value), found in graphs.items()
    ]


def _value(term: Any) -> dict[str, str]:
    if isinstance(term, ox.Literal):
        literal = {"text": term.value, "language": term.language or ""}
        return {**literal, "datatype": term.datatype.value}
    return {"iri": term.value}


def _mentions(graph: Graph, it: ox.NamedNode, kinds: Mapping[str, str]) -> list[dict[str, Any]]:
    counts: dict[ox.NamedNode, list[tuple[int, str]]] = defaultdict(list)
    for row in rows(graph, "thing-mentions", it=it):
        counts[row["property"]].append((int(row["n"].value), row["graph"].value))
    return [
        {
            "property": name.value,
            "kind": _kind([place for _, place in found], kinds),
            "count": sum(n for n, _ in found),
            "subjects": sorted(
                row["subject"].value
                for row in rows(graph, "thing-subjects", it=it, property=name)
                if isinstance(row["subject"], ox.NamedNode)
            ),
        }
        for name, found in counts.items()
    ]


def _parents(graph: Graph, iri: str, said: list[dict[str, Any]]) -> list[str]:
    """What the thing is part of, the outermost first."""
    chain: list[str] = []
    while len(chain) < _MOST_PARENTS:
        of = {row["property"].value.removeprefix(DXO): row["value"] for row in said}
        above = next((of[name] for name in _PARENTS if name in of), None)
        if not isinstance(above, ox.NamedNode) or above.value in {iri, *chain}:
            break
        chain.insert(0, above.value)
        said = rows(graph, "thing-statements", it=above)
    return chain
