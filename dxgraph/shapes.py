"""Shapes: the SHACL constraints, what each says to a person, and the engines that judge by them.

The engine by default is ``shacl``, which judges five plans in 0.1 s. pySHACL is the reference;
``tests/test_engines.py`` holds the two reports against each other. An engine reports which shape is
broken where; severity, message and remedy are read from the shape, in both languages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from dxgraph import turtle
from dxgraph.constraints import Asked
from dxgraph.errors import BuildError, MissingExtra
from dxgraph.namespaces import BASE, SH
from dxgraph.workspace import Workspace

if TYPE_CHECKING:
    import rdflib
    import shacl

SHAPE = BASE + "shapes#"


class Result(NamedTuple):
    """What breaks a shape: the shape's local name, and IRIs or lexical forms.

    ``path`` is empty where a shape looks along more than one property, or against one;
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
            triples = turtle.read(workspace, path)
            self._graph.extend(ox.Quad(*triple) for triple in triples)

    def __getstate__(self) -> list[ox.Quad]:
        """So that a worker in another process can judge by them."""
        return list(self._graph)

    def __setstate__(self, quads: list[ox.Quad]) -> None:
        self._graph = ox.Store()
        self._graph.extend(quads)

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
        return self._text(frozenset())

    def _text(self, without: frozenset[ox.Triple]) -> str:
        triples = (quad.triple for quad in self._graph)
        return "".join(f"{triple} .\n" for triple in triples if triple not in without)

    def compiled_for(self, data: ox.Store) -> shacl.Shapes:
        """All shapes that a graph may break, as the engine ``shacl`` takes them.

        Raises MissingExtra without that engine, ValueError for shapes that it cannot run.
        """
        try:
            import shacl
        except ImportError as error:
            raise MissingExtra("validate", "shacl") from error
        kept = frozenset(self._asked.kept(data))
        if kept not in self._compiled:
            self._compiled[kept] = shacl.Shapes.from_text(self._text(kept), format="ntriples")
        return self._compiled[kept]

    @cached_property
    def _asked(self) -> Asked:
        return Asked(self._graph)

    @cached_property
    def _compiled(self) -> dict[frozenset[ox.Triple], shacl.Shapes]:
        return {}


def _by_shacl(shapes: Shapes, data: str, store: ox.Store) -> Iterator[Result]:
    try:
        report = shapes.compiled_for(store).validate_text(data, format="ntriples")
    except ValueError as error:
        raise BuildError(
            f"the shapes cannot be run ({error}); mend them in shapes/",
            f"シェイプを実行できません({error})。shapes/ を直してください",
        ) from error
    for result in report.results:
        yield Result(
            _plain(result.root_shape or result.source_shape).removeprefix(SHAPE),
            _plain(result.focus_node),
            _plain(result.path) if result.path and result.path[0] == "<" else "",
            result.value_plain or "",
            (result.component_iri,),
        )


def _plain(term: str | None) -> str:
    return (term or "").removeprefix("<").removesuffix(">")


def _by_pyshacl(shapes: Shapes, data: str, _: ox.Store) -> Iterator[Result]:
    try:
        import rdflib
    except ImportError as error:
        raise MissingExtra("reference", "pySHACL") from error
    graphs = [rdflib.Graph().parse(data=text, format="nt") for text in (shapes.ntriples, data)]
    yield from results_of(reference_report(*graphs))


def reference_report(shapes: rdflib.Graph, data: rdflib.Graph) -> rdflib.Graph:
    """The report of pySHACL.

    It asks a query of a shape once for each thing, which rdflib would parse as often, for 50 ms.
    """
    try:
        import pyshacl
        import rdflib
        from rdflib.plugins.sparql import prepareQuery
    except ImportError as error:
        raise MissingExtra("reference", "pySHACL") from error
    prepared = cache(prepareQuery)

    class Prepared(rdflib.Graph):
        def query(self, query_object: Any, *args: Any, **kwargs: Any) -> rdflib.query.Result:
            return super().query(prepared(query_object), *args, **kwargs)

    graph = Prepared()
    graph += data
    report: rdflib.Graph = pyshacl.validate(
        graph, shacl_graph=shapes, advanced=False, inference="none", inplace=True
    )[1]
    return report


def results_of(report: rdflib.Graph) -> Iterator[Result]:
    """The results of a SHACL validation report."""
    import rdflib

    sh = rdflib.Namespace(SH)
    for result in report.objects(None, sh.result):
        path, value = report.value(result, sh.resultPath), report.value(result, sh.value)
        yield Result(
            str(report.value(result, sh.sourceShape)).removeprefix(SHAPE),
            str(report.value(result, sh.focusNode)),
            str(path) if isinstance(path, rdflib.URIRef) else "",
            "" if value is None else str(value),
            (str(report.value(result, sh.sourceConstraintComponent)),),
        )


#: Engine name -> what judges N-Triples, and the same graph as a store, by shapes.
ENGINES: dict[str, Callable[[Shapes, str, ox.Store], Iterator[Result]]] = {
    "shacl": _by_shacl,
    "pyshacl": _by_pyshacl,
}


def judge(
    shapes: Shapes, data: str, engine: str = "shacl", store: ox.Store | None = None
) -> set[Result]:
    """What an engine of ENGINES finds in a graph given as N-Triples.

    ``store`` holds the same triples, in whatever graphs; without it they are read once more.
    Raises MissingExtra where the engine is not installed.
    """
    if store is None:
        store = ox.Store()
        store.load(data.encode(), format=ox.RdfFormat.N_TRIPLES)
    return merged(ENGINES[engine](shapes, data, store))


def merged(results: Iterable[Result]) -> set[Result]:
    """Results in which a value that breaks several components of one shape is one with them all."""
    broken: dict[Result, set[str]] = {}
    for result in results:
        broken.setdefault(result._replace(components=()), set()).update(result.components)
    return {one._replace(components=tuple(sorted(names))) for one, names in broken.items()}
