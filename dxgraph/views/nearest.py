"""Things whose identifiers are like one that nobody knows, to help whoever mistyped it."""

from __future__ import annotations

from difflib import get_close_matches

import pyoxigraph as ox

from dxgraph.namespaces import DXO, ID
from dxgraph.session import Graph
from dxgraph.views.asking import about
from dxgraph.views.statements import Data, put_names

_MOST = 5
_LIKE = 0.6
_COMPARED = 2000


def nearest(graph: Graph, iri: str) -> list[Data]:
    """Things beside or under what is known of the path, or else of the class it begins with.

    Cost: at most 5,000 names of one class are read, and 2,000 compared.
    """
    if not iri.startswith(ID):
        return []
    *above, _ = iri.removeprefix(ID).split("/")
    found: list[str] = []
    while len(above) > 1 and not found:
        found = _beside(graph, "/".join(above), iri)
        above.pop()
    found = found or _of_class(graph, above[0] if above else "")
    beside = [each for each in found if each.startswith(iri.rpartition("/")[0] + "/")]
    like = get_close_matches(iri, beside or found[:_COMPARED], _MOST, _LIKE)
    near = [{"iri": each} for each in like]
    put_names(graph, near)
    return near


def _beside(graph: Graph, path: str, iri: str) -> list[str]:
    above = ox.NamedNode(ID + path)
    if not about(graph, "thing-statements", it=above):
        return []
    return [above.value, *_named(graph, "above", above)]


def _of_class(graph: Graph, kind: str) -> list[str]:
    """The things of the class that a path's first part is named after."""
    name = "".join(word.capitalize() for word in kind.split("-"))
    return _named(graph, "class", ox.NamedNode(DXO + name)) if name.isalnum() else []


def _named(graph: Graph, slot: str, value: ox.NamedNode) -> list[str]:
    found = [row["near"] for row in about(graph, "nearest", **{slot: value})]
    return [
        one.value for one in found if isinstance(one, ox.NamedNode) and one.value.startswith(ID)
    ]
