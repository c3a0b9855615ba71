"""Places: from a finding about a thing back to the file, line and column that wrote it.

What nobody wrote, because a rule inferred it, is led to the statement it was inferred from: the
record's reference to it, else the nearest written thing that it is said to follow from.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pyoxigraph as ox

from dxgraph.assemble import record_files
from dxgraph.context import Context
from dxgraph.findings import Finding, Place
from dxgraph.namespaces import ID, LABEL, SKOS, dxo
from dxgraph.records import Record, load
from dxgraph.workspace import Workspace
from dxgraph.yaml_nodes import Position

_PREFIX = re.compile(r"@prefix ([\w-]*:) <([^>]*)>")
_TERM = re.compile(r"([\w-]*:)(\S+) a ")
_DERIVED_FROM = dxo("derivedFrom")
_LABELS = (LABEL, ox.NamedNode(SKOS + "prefLabel"))


def turtle_places(workspace: Workspace) -> dict[str, Place]:
    """Where each term of the ontology and the vocabularies is described."""
    found: dict[str, Place] = {}
    for path in sorted(workspace.ontology.glob("**/*.ttl")):
        file, namespaces = workspace.relative(path), {}
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
            if prefix := _PREFIX.match(line):
                namespaces[prefix[1]] = prefix[2]
            elif (term := _TERM.match(line)) and term[1] in namespaces:
                found.setdefault(namespaces[term[1]] + term[2], Place(file, number, 1))
    return found


class Places:
    """Where each node, property and value of some records, and each term, was written."""

    def __init__(
        self,
        workspace: Workspace,
        context: Context,
        records: Sequence[Record],
        store: ox.Store,
        turtle: Mapping[str, Place],
    ) -> None:
        self._workspace = workspace
        self._context = context
        self._store = store
        self._turtle = turtle
        self._writers: dict[str, list[Record]] = {}
        for record in records:
            for iri in record.nodes:
                self._writers.setdefault(iri, []).append(record)

    @classmethod
    def of(cls, workspace: Workspace, store: ox.Store) -> Places:
        """The places of everything a workspace holds; ``store`` is its graph."""
        context = Context(workspace.data / "context.jsonld")
        read = [load(path, context) for path in record_files(workspace)]
        return cls(workspace, context, read, store, turtle_places(workspace))

    def locate(self, finding: Finding) -> Finding:
        """The finding, and each of its premises, with file, line and column as far as known."""
        found = self.place(finding.focus, finding.path, finding.value)
        premises = (
            replace(each, place=self.place(each.focus, each.path) or each.place)
            for each in finding.premises
        )
        return replace(finding, place=found or finding.place, premises=tuple(premises))

    def place(self, focus: str, path: str = "", value: str = "") -> Place | None:
        """Where a statement was written: its value, else its key, else its subject."""
        return (
            self._in_records(focus, path, value)
            or self._turtle.get(focus)
            or next(self._around(focus), None)
        )

    def nearest(self, iri: str) -> str:
        """The end of the labelled thing whose IRI is most like one that nothing is said of."""
        kind, slash, name = iri.removeprefix(ID).partition("/")
        if not iri.startswith(ID) or not slash or self._is_labelled(iri):
            return ""
        start = f"{ID}{kind}/"
        known = {
            quad.subject.value.removeprefix(start)
            for label in _LABELS
            for quad in self._store.quads_for_pattern(None, label, None)
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(start)
        }
        return next(iter(difflib.get_close_matches(name, sorted(known), n=1)), "")

    def _is_labelled(self, iri: str) -> bool:
        node = ox.NamedNode(iri)
        return any(any(self._store.quads_for_pattern(node, label, None)) for label in _LABELS)

    def is_written(self, iri: str) -> bool:
        """True when a record or Turtle file describes the thing."""
        return iri in self._writers or iri in self._turtle

    def is_stated(self, focus: str, path: str, value: str) -> bool:
        """True when a record writes the value, by its name, under a key of the property."""
        writers = self._writers.get(focus, [])
        return any(self._values(record, focus, path, value) for record in writers)

    def _values(self, record: Record, focus: str, path: str, value: str) -> list[Position]:
        return [
            position
            for key in self._context.key_of(path)
            for text, position in record.values.get((focus, key), [])
            if value and (value == text or value.endswith(f"/{text}"))
        ]

    def _in_records(self, focus: str, path: str, value: str) -> Place | None:
        """Of several records that write a node, the one with the property, else the fullest.

        A value that the record describes, rather than names, is where its description begins. What
        is found of a thing and itself, along no one property, is where the thing names itself.
        """
        writers = self._writers.get(focus, [])
        for record in writers:
            if named := self._values(record, focus, path, value):
                return self._placed(record, named[0])
            for key in self._context.key_of(path):
                if written := record.keys.get((focus, key)):
                    return self._placed(record, record.nodes.get(value, written))
            if not path and value == focus and (own := _names_itself(record, focus)):
                return self._placed(record, own)
        if not writers:
            return None
        fullest = max(writers, key=lambda r: sum(node == focus for node, _ in r.keys))
        outermost = fullest.keys.get((focus, "id")) if focus == fullest.root else None
        return self._placed(fullest, outermost or fullest.nodes[focus])

    def _placed(self, record: Record, position: Position) -> Place:
        return Place(self._workspace.relative(record.path), position.line, position.column)

    def _around(self, iri: str) -> Iterator[Place]:
        """The places of the statements that name a thing, then of those it follows from."""
        if not iri.startswith(ID):
            return
        node = ox.NamedNode(iri)
        for quad in self._store.quads_for_pattern(None, None, node):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value in self._writers:
                found = self._in_records(quad.subject.value, quad.predicate.value, iri)
                if found:
                    yield found
        for quad in self._store.quads_for_pattern(node, _DERIVED_FROM, None):
            if isinstance(quad.object, ox.NamedNode):
                found = self._in_records(quad.object.value, "", "")
                if found:
                    yield found


def _names_itself(record: Record, iri: str) -> Position | None:
    for (node, key), texts in record.values.items():
        for text, position in texts:
            if node == iri and key != "id" and iri in (text, ID + text):
                return position
    return None
