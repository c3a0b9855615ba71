"""Records as N-Quads without a detour through YAML, each statement in the graph of its kind.

What comes out is what reading the record would give; a test holds the two against each other.
"""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox

from benchmarks.nation.habits import Node
from dxgraph import assemble, build, identifiers
from dxgraph.context import Context
from dxgraph.namespaces import ID, dxo
from dxgraph.workspace import Workspace


class Quads:
    """Turns synthetic records of one workspace into quads."""

    def __init__(self, workspace: Workspace, ontology: ox.Store) -> None:
        self._context = Context(workspace.data / "context.jsonld")
        editorial = ox.NamedNode(f"{ID}statement-kind/editorial")
        found = ontology.quads_for_pattern(None, dxo("statementKind"), editorial, None)
        self._editorial = {str(quad.subject) for quad in found}

    def of(self, record: Node, graphs: tuple[ox.NamedNode, ox.NamedNode]) -> list[ox.Quad]:
        """The statements of a record, in its graphs for printed and for editorial ones."""
        document = self._node(record, None, "", 1) | {"@context": self._context.document}
        text = json.dumps(document, ensure_ascii=False)
        parsed = ox.parse(text, format=ox.RdfFormat.JSON_LD, base_iri=ID)
        return [
            ox.Quad(quad.subject, quad.predicate, quad.object, graphs[self._is_ours(quad)])
            for quad in parsed
        ]

    def _is_ours(self, quad: ox.Quad) -> bool:
        return (
            str(quad.predicate) in self._editorial
            or (isinstance(quad.object, ox.Literal) and quad.object.language == "en")
            or str(quad.subject).startswith(f"<{ID}source/")
        )

    def _node(self, node: Node, parent: str | None, key: str, place: int) -> Node:
        """The node with its identifier, and its values as texts, as they are read from YAML."""
        name = node.get("id")
        if name is None and parent is not None:
            by = identifiers.PLACES[key].by
            name = identifiers.nested(parent, key, str(node[by]) if by else None, place)
        made = {each: self._value(value, name, each) for each, value in node.items()}
        return made | ({"id": name} if name else {})

    def _value(self, value: Any, parent: str | None, key: str) -> Any:
        if isinstance(value, list):
            return [self._single(each, parent, key, at + 1) for at, each in enumerate(value)]
        return self._single(value, parent, key, 1)

    def _single(self, value: Any, parent: str | None, key: str, place: int) -> Any:
        if isinstance(value, dict):
            return self._node(value, parent, key, place)
        return value if isinstance(value, bool) else str(value)


def described(quads: list[ox.Quad]) -> str:
    """Quads, and what is said of the graphs they are in, as sorted lines of N-Quads."""
    store = ox.Store()
    store.extend(quads)
    assemble.describe_graphs(store)
    return build.canonical(store)
