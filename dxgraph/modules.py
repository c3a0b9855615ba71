"""The Turtle files a workspace publishes: modules of the ontology, and shapes by class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from dxgraph import turtle
from dxgraph.namespaces import BASE, DXO, OWL, SH, TYPE
from dxgraph.workspace import Workspace

SHAPE = BASE + "shapes#"
#: Constraints that say which values a property takes.
_VALUES = ("class", "datatype", "hasValue")
_MAIN = "dxgraph"


@dataclass(frozen=True)
class Constraint:
    """What a shape asks of the things of a class.

    ``name`` is the shape's own. ``path`` is the IRI of a property, read against its direction if
    ``inverse``, and empty where the shape looks at the thing as a whole; ``values`` are classes,
    datatypes or values.
    """

    name: str
    path: str
    inverse: bool
    least: int | None
    most: int | None
    values: tuple[str, ...]
    severity: str
    message: dict[str, str]


def ontology(workspace: Workspace) -> dict[str, Path]:
    """The files of the ontology's modules, and of its alignments, by name."""
    found = {path.stem: path for path in sorted(workspace.ontology.glob("*.ttl"))}
    return {name: path for name, path in found.items() if name != _MAIN}


def shapes(workspace: Workspace) -> dict[str, Path]:
    """The files of shapes by name."""
    return {path.stem: path for path in sorted(workspace.shapes.glob("*.ttl"))}


def terms(workspace: Workspace) -> dict[str, str]:
    """The local name of each class and property -> the name of the module that defines it."""
    kinds = {OWL + kind for kind in ("Class", "ObjectProperty", "DatatypeProperty")}
    kinds.add(OWL + "AnnotationProperty")
    return {
        triple.subject.value.removeprefix(DXO): name
        for name, path in ontology(workspace).items()
        for triple in turtle.read(workspace, path)
        if triple.predicate == TYPE
        and isinstance(triple.subject, ox.NamedNode)
        and triple.subject.value.startswith(DXO)
        and isinstance(triple.object, ox.NamedNode)
        and triple.object.value in kinds
    }


def constraints(workspace: Workspace) -> dict[str, list[Constraint]]:
    """The IRI of each class -> what its shape asks; under "" what is asked of any thing."""
    reader = _Shapes(workspace)
    found: dict[str, list[Constraint]] = {}
    for shape, target in reader.targets():
        asked = [reader.constraint(part) for part in reader.parts(shape) if reader.says(part)]
        found.setdefault(target, []).extend(asked)
    return found


class _Shapes:
    """All shapes of a workspace in one store."""

    def __init__(self, workspace: Workspace) -> None:
        self._store = ox.Store()
        for path in shapes(workspace).values():
            self._store.extend(ox.Quad(*triple) for triple in turtle.named(workspace, path))

    def targets(self) -> Iterator[tuple[ox.NamedNode, str]]:
        """Shapes with the classes they are for, in order; "" for those of a property's subjects."""
        found = [(quad.subject, quad.object.value) for quad in self._quads(None, "targetClass")]
        found += [(quad.subject, "") for quad in self._quads(None, "targetSubjectsOf")]
        yield from sorted(found, key=lambda each: (each[1], each[0].value))

    def parts(self, shape: ox.NamedNode) -> list[ox.NamedNode]:
        """A shape and those of its properties."""
        own = sorted((quad.object for quad in self._quads(shape, "property")), key=str)
        return [shape, *own]

    def says(self, shape: ox.NamedNode) -> bool:
        """Whether a shape has a message, which is for people."""
        return next(self._quads(shape, "message"), None) is not None

    def constraint(self, shape: ox.NamedNode) -> Constraint:
        """What a shape says."""
        path, inverse = self._path(shape)
        qualified = self._count(shape, "qualifiedMinCount")
        values = {quad.object.value for kind in _VALUES for quad in self._quads(shape, kind)}
        return Constraint(
            shape.value.removeprefix(SHAPE),
            path,
            inverse,
            self._count(shape, "minCount") if qualified is None else qualified,
            self._count(shape, "maxCount"),
            tuple(sorted(values)),
            next(self._quads(shape, "severity")).object.value.removeprefix(SH),
            {quad.object.language: quad.object.value for quad in self._quads(shape, "message")},
        )

    def _path(self, shape: ox.NamedNode) -> tuple[str, bool]:
        path = next((quad.object for quad in self._quads(shape, "path")), None)
        if path is None:
            return "", False
        inverse = next((quad.object for quad in self._quads(path, "inversePath")), None)
        named = inverse or path
        return ("" if named.value.startswith(turtle.GENID) else named.value), inverse is not None

    def _count(self, shape: ox.NamedNode, name: str) -> int | None:
        return next((int(quad.object.value) for quad in self._quads(shape, name)), None)

    def _quads(self, shape: ox.NamedNode | None, name: str) -> Iterator[Any]:
        return self._store.quads_for_pattern(shape, ox.NamedNode(SH + name), None)
