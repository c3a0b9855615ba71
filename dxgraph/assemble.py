"""Assembly: ontology, vocabularies and records to one graph in memory, each statement in its place.

Statements are printed, editorial or inferred, and which one a statement is, its property says: the
ontology marks phases, technologies, priority items and reference codes as editorial, so a record
may write them inline. Blank nodes of Turtle become IRIs, so that the published graph has none.

Cost in triples n: parsing n, inference as in ``reason``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from dxgraph import reason, records, turtle
from dxgraph.context import Context
from dxgraph.errors import BuildError
from dxgraph.namespaces import DXO, ID, OWL, TYPE, VOID, dxo, graph
from dxgraph.workspace import Workspace

#: Called with the English name of a step as it begins.
Progress = Callable[[str], None]

_KIND = f"{ID}statement-kind/"
_EDITORIAL, _INFERRED = (ox.NamedNode(_KIND + kind) for kind in ("editorial", "inferred"))
_SOURCE = f"{ID}source/"
#: Named graphs, by the first part of their names, that hold no printed statement.
_EDITED = ("alignment", "editorial", "ontology", "vocabulary")


class Clock:
    """Names each step to the caller and keeps its seconds."""

    def __init__(self, times: dict[str, float], progress: Progress) -> None:
        self.times = times
        self._progress = progress

    def step(self, name: str) -> AbstractContextManager[None]:
        """To be entered for the time the step takes, by any thread; it is named at once."""
        self._progress(name)
        return self._timed(name)

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.times[name] = round(time.perf_counter() - start, 4)


def assemble(workspace: Workspace, clock: Clock | None = None) -> ox.Store:
    """The whole graph in memory, asserted and inferred, nothing written."""
    clock = clock or Clock({}, lambda step: None)
    with clock.step("read the ontology"):
        store = read_ontology(workspace)
    with clock.step("read the records"):
        for _, quads in read_records(workspace, store):
            store.extend(quads)
    with clock.step("infer"):
        axioms = reason.Axioms(store).rules()
        infer(store, axioms, reason.rule_files(workspace.ontology / "rules"))
    return store


def infer(store: ox.Store, axioms: list[reason.Rule], files: list[reason.Rule]) -> None:
    """Describe the graphs of a store and add all that follows."""
    describe_graphs(store)
    reason.infer(store, axioms, files)
    _describe(store, reason.INFERRED, _INFERRED)


def infer_more(
    store: ox.Store,
    more: Iterable[ox.Quad],
    axioms: list[reason.Rule],
    files: list[reason.Rule],
) -> None:
    """Add statements to a store, and all that follows, where nothing more follows by axioms alone.

    What was inferred and is now stated is no longer inferred.
    """
    added = ox.Store()
    added.extend(more)
    describe_graphs(added)
    for quad in added:
        twin = ox.Quad(quad.subject, quad.predicate, quad.object, reason.INFERRED)
        if twin in store:
            store.remove(twin)
    store.extend(added)
    reason.infer(store, axioms, files, added)
    _describe(store, reason.INFERRED, _INFERRED)


def read_ontology(workspace: Workspace) -> ox.Store:
    """Modules, alignments and vocabularies as a store, blank nodes made IRIs."""
    store = ox.Store()
    for path in sorted(workspace.ontology.glob("**/*.ttl")):
        store.extend(_turtle(workspace, path, _turtle_graph(workspace, path)))
    if not len(store):
        raise BuildError(
            f"{workspace.ontology} holds no Turtle files",
            f"{workspace.ontology} に Turtle ファイルがありません",
        )
    return store


def _turtle_graph(workspace: Workspace, path: Path) -> ox.NamedNode:
    """Alignments have a graph of their own: they are published, but no rule is made of them."""
    if path.parent.name == "vocabularies":
        return graph("vocabulary")
    return graph("alignment") if path.stem == "alignments" else graph("ontology")


def _turtle(workspace: Workspace, path: Path, target: ox.NamedNode) -> list[ox.Quad]:
    return [
        ox.Quad(triple.subject, triple.predicate, triple.object, target)
        for triple in turtle.named(workspace, path)
    ]


def record_files(workspace: Workspace) -> list[Path]:
    """Every record of a workspace, in path order."""
    return sorted(workspace.data.glob("**/*.yaml"))


class Reader:
    """Reads records one by one, each statement in the graph of its kind."""

    def __init__(self, workspace: Workspace, ontology: ox.Store) -> None:
        self.context = Context(workspace.data / "context.jsonld")
        self._data = workspace.data
        self._editorial = {
            quad.subject.value
            for quad in ontology.quads_for_pattern(None, dxo("statementKind"), _EDITORIAL, None)
            if isinstance(quad.subject, ox.NamedNode)
        }
        declared = ontology.quads_for_pattern(None, TYPE, ox.NamedNode(OWL + "Class"), None)
        self._classes = [
            quad.subject.value.removeprefix(DXO)
            for quad in declared
            if isinstance(quad.subject, ox.NamedNode)
        ]

    def told(self) -> list[Any]:
        """What of the workspace decides how a record is read, as JSON."""
        return [self.context.document, sorted(self._editorial), sorted(self._classes)]

    def read(self, path: Path, data: bytes | None = None) -> tuple[records.Record, list[ox.Quad]]:
        """A record and its quads; a record from elsewhere is taken for a municipality's.

        ``data`` are the bytes of the file where they are at hand. Raises RecordError or
        BadIdentifier.
        """
        record = records.load(path, self.context, self._classes, data)
        inside = path.is_relative_to(self._data)
        elsewhere = Path("municipalities") / (record.code or path.stem)
        place = path.relative_to(self._data) if inside else elsewhere
        printed, read = graphs_of(place)
        return record, [_route(triple, printed, read, self._editorial) for triple in record.triples]


def read_records(
    workspace: Workspace, ontology: ox.Store
) -> Iterator[tuple[records.Record, list[ox.Quad]]]:
    """Each record of a workspace with its quads; raises for the first that cannot be read."""
    reader = Reader(workspace, ontology)
    for path in record_files(workspace):
        yield reader.read(path)


def graphs_of(path: Path) -> tuple[ox.NamedNode, ox.NamedNode]:
    """The graphs for the printed and the editorial statements of a record, by its place in data/.

    >>> [name.value for name in graphs_of(Path("municipalities/24343-asahi.yaml"))]
    ['https://w3id.org/dxgraph/graph/plan/24343', 'https://w3id.org/dxgraph/graph/editorial/24343']
    """
    folder = path.parts[0] if len(path.parts) > 1 else ""
    owner = path.stem.partition("-")[0]
    if folder == "municipalities":
        return graph(f"plan/{owner}"), graph(f"editorial/{owner}")
    if folder == "prefectures":
        return graph(f"prefecture/{owner}"), graph("editorial")
    if folder == "national":
        return graph("national"), graph("editorial")
    return graph("editorial"), graph("editorial")


def _route(
    triple: ox.Triple, printed: ox.NamedNode, read: ox.NamedNode, editorial: set[str]
) -> ox.Quad:
    """Ours is what the property marks so, and what no plan prints: translations, its own hash."""
    language = triple.object.language if isinstance(triple.object, ox.Literal) else None
    of_source = isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(
        _SOURCE
    )
    ours = triple.predicate.value in editorial or language == "en" or of_source
    return ox.Quad(triple.subject, triple.predicate, triple.object, read if ours else printed)


def describe_graphs(store: ox.Store) -> None:
    """Say of each named graph which kind of statement it holds."""
    for name in list(store.named_graphs()):
        if isinstance(name, ox.NamedNode):
            _describe(store, name, ox.NamedNode(_KIND + kind_of_graph(name.value)))


def kind_of_graph(iri: str) -> str:
    """Which kind of statement a named graph of ours holds: printed, editorial or inferred.

    >>> kind_of_graph("https://w3id.org/dxgraph/graph/plan/24343")
    'printed'
    """
    if iri == reason.INFERRED.value:
        return "inferred"
    stem = iri.partition("/graph/")[2].partition("/")[0]
    return "editorial" if stem in _EDITED else "printed"


def _describe(store: ox.Store, name: ox.NamedNode, kind: ox.NamedNode) -> None:
    store.add(ox.Quad(name, TYPE, ox.NamedNode(VOID + "Dataset"), name))
    store.add(ox.Quad(name, dxo("statementKind"), kind, name))
