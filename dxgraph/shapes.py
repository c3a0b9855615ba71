"""Shapes: the SHACL constraints, what each says to a person, and the engines that judge by them.

The engine by default is ``shacl``, which judges five plans in 0.1 s. pySHACL is the reference;
``tests/test_engines.py`` holds the two reports against each other. An engine reports which shape is
broken where; severity, message and remedy are read from the shape, in both languages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pyoxigraph as ox

from dxgraph.errors import MissingExtra, RecordError
from dxgraph.namespaces import BASE, SH
from dxgraph.workspace import Workspace

SHAPE = BASE + "shapes#"


class Result(NamedTuple):
    """What breaks a shape: the shape's local name, and IRIs or lexical forms.

    ``components`` are the IRIs of the constraint components that are broken there, in order.
    """

    rule: str
    focus: str
    path: str = ""
    value: str = ""
    components: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shape:
    """What a shape says: ``severity``, and ``message`` and ``remedy`` by language."""

    severity: str
    message: dict[str, str]
    remedy: dict[str, str]


class Shapes:
    """The shapes of a workspace, read once."""

    def __init__(self, workspace: Workspace) -> None:
        self._graph = ox.Store()
        for path in sorted(workspace.shapes.glob("*.ttl")):
            try:
                triples = list(ox.parse(path=path, format=ox.RdfFormat.TURTLE))
            except SyntaxError as error:
                raise RecordError(
                    f"not valid Turtle: {error.msg}; mend the shape here",
                    f"Turtle として読めません: {error.msg}。シェイプを直してください",
                    path=workspace.relative(path),
                    line=error.lineno,
                    column=error.offset,
                ) from error
            self._graph.extend(triples)

    def __getitem__(self, rule: str) -> Shape:
        """What the shape of this local name says."""
        shape = ox.NamedNode(SHAPE + rule)
        return Shape(
            next(self._said(shape, SH + "severity"), ("", SH + "Violation"))[1].removeprefix(SH),
            dict(self._said(shape, SH + "message")),
            dict(self._said(shape, SHAPE + "remedy")),
        )

    def __iter__(self) -> Iterator[str]:
        """The local names of all shapes that are rules, that is, have a severity."""
        stated = self._graph.quads_for_pattern(None, ox.NamedNode(SH + "severity"), None)
        named = (quad.subject.value for quad in stated if isinstance(quad.subject, ox.NamedNode))
        return iter(sorted(name.removeprefix(SHAPE) for name in named))

    def _said(self, shape: ox.NamedNode, predicate: str) -> Iterator[tuple[str, str]]:
        for quad in self._graph.quads_for_pattern(shape, ox.NamedNode(predicate), None):
            if isinstance(quad.object, ox.Literal):
                yield quad.object.language or "", quad.object.value
            elif isinstance(quad.object, ox.NamedNode):
                yield "", quad.object.value

    @cached_property
    def ntriples(self) -> str:
        """All shapes as N-Triples."""
        return "".join(f"{quad.triple} .\n" for quad in self._graph)


def _by_shacl(shapes: Shapes, data: str) -> Iterator[Result]:
    try:
        import shacl
    except ImportError as error:
        raise MissingExtra("validate", "shacl") from error
    compiled = shacl.Shapes.from_text(shapes.ntriples, format="ntriples")
    report = compiled.validate_text(data, format="ntriples")
    for result in report.results:
        yield Result(
            _plain(result.root_shape or result.source_shape).removeprefix(SHAPE),
            _plain(result.focus_node),
            _plain(result.path),
            result.value_plain or "",
            (result.component_iri,),
        )


def _plain(term: str | None) -> str:
    return (term or "").removeprefix("<").removesuffix(">")


def _by_pyshacl(shapes: Shapes, data: str) -> Iterator[Result]:
    try:
        import pyshacl
        import rdflib
    except ImportError as error:
        raise MissingExtra("reference", "pySHACL") from error
    sh = rdflib.Namespace(SH)
    graphs = [rdflib.Graph().parse(data=text, format="nt") for text in (data, shapes.ntriples)]
    _, report, _ = pyshacl.validate(
        graphs[0], shacl_graph=graphs[1], advanced=False, inference="none"
    )
    fields = (sh.sourceShape, sh.focusNode, sh.resultPath, sh.value)
    for result in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        rule, focus, path, value = (str(report.value(result, field) or "") for field in fields)
        component = str(report.value(result, sh.sourceConstraintComponent))
        yield Result(rule.removeprefix(SHAPE), focus, path, value, (component,))


#: Engine name -> what judges N-Triples by shapes.
ENGINES: dict[str, Callable[[Shapes, str], Iterator[Result]]] = {
    "shacl": _by_shacl,
    "pyshacl": _by_pyshacl,
}


def judge(shapes: Shapes, data: str, engine: str = "shacl") -> set[Result]:
    """What an engine of ENGINES finds in a graph given as N-Triples.

    A value that breaks several components of one shape is one result with all of them. Raises
    MissingExtra where the engine is not installed.
    """
    broken: dict[Result, set[str]] = {}
    for result in ENGINES[engine](shapes, data):
        broken.setdefault(result._replace(components=()), set()).update(result.components)
    return {one._replace(components=tuple(sorted(names))) for one, names in broken.items()}
