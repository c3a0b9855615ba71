"""Statements as pages show them: values, and which kind of statement each graph makes."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

import pyoxigraph as ox

from dxgraph.session import Graph
from dxgraph.views.asking import named, of_each

#: A statement that several graphs make counts as the first of these.
KINDS = ("printed", "editorial", "inferred")

Data = dict[str, Any]


class Kinds:
    """Which kind of statement a named graph holds; a graph that does not say holds printed ones."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._known: dict[str, str] = {}

    def learn(self, graphs: Iterable[str]) -> None:
        """Look up many graphs at once, before ``of`` asks for each."""
        missing = {name for name in graphs if name not in self._known}
        if not missing:
            return
        for row in of_each(self._graph, "kinds-of-graphs", missing):
            self._known[row["it"].value] = row["kind"].value.rpartition("/")[2]
        self._known |= dict.fromkeys(missing - self._known.keys(), KINDS[0])

    def of(self, graphs: Iterable[str]) -> str:
        """The kind of a statement that these graphs make."""
        asked = set(graphs)
        if not asked <= self._known.keys():
            self.learn(asked)
        return leading({self._known[name] for name in asked})


def leading(found: Container[str]) -> str:
    """The kind of a statement that is made in graphs of these kinds."""
    return next((kind for kind in KINDS if kind in found), KINDS[0])


def value_of(term: Any) -> Data:
    """A term as JSON says it; the name of a thing is put in by ``put_names``."""
    if isinstance(term, ox.Literal):
        literal = {"text": term.value, "language": term.language or ""}
        return {**literal, "datatype": term.datatype.value}
    return {"iri": term.value}


def put_names(graph: Graph, data: Any) -> None:
    """Give every thing in a view's data that has none its name, all with one look-up."""
    unnamed: dict[str, list[Data]] = {}
    parts = [data]
    while parts:
        part = parts.pop()
        inner = part
        if isinstance(part, dict):
            if isinstance(part.get("iri"), str) and "ja" not in part:
                unnamed.setdefault(part["iri"], []).append(part)
            inner = part.values()
        parts += [each for each in inner if isinstance(each, dict | list)]
    for iri, found in named(graph, unnamed).items():
        for each in unnamed[iri]:
            each.update(found)
