"""Validation: records that cannot be read, then the SHACL shapes over the whole graph.

pySHACL judges the union of all named graphs, asserted and inferred; each result is led back to the
file and line of the record that wrote the node or, for terms and concepts, of the Turtle file.

Cost: one build in memory, one copy of the graph for rdflib, and pySHACL's pass over the shapes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from dxgraph import assemble
from dxgraph.errors import DxgraphError, MissingExtra, RecordError
from dxgraph.findings import SEVERITIES, Finding
from dxgraph.namespaces import BASE
from dxgraph.places import Places
from dxgraph.workspace import Workspace

_SHACL = "http://www.w3.org/ns/shacl#"


def validate(
    workspace: Workspace, progress: assemble.Progress = lambda step: None
) -> list[Finding]:
    """Everything the checks find in a workspace, gravest first, then by file and line."""
    progress("read the records")
    unreadable: list[Finding] = []

    def note(error: DxgraphError) -> None:
        unreadable.append(Finding.of_error(error, _file(workspace, error.path)))

    ontology = assemble.read_ontology(workspace)
    for _ in assemble.read_records(workspace, ontology, on_error=note):
        pass
    if unreadable:
        return unreadable
    progress("build the graph in memory")
    store = assemble.assemble(workspace)
    progress("judge it by the shapes")
    places = Places(workspace)
    found = _without_echoes([places.locate(result) for result in _results(workspace, store)])
    return sorted(found, key=lambda f: (SEVERITIES.index(f.severity), f.file, f.line or 0, f.rule))


def _without_echoes(found: list[Finding]) -> list[Finding]:
    """Leave out what is found on a thing nobody wrote when the reference to it is found itself."""
    references = {finding.value for finding in found if finding.place}
    return [f for f in found if f.place or f.focus not in references]


def _file(workspace: Workspace, path: str | None) -> str:
    return workspace.relative(Path(path)) if path else ""


def _results(workspace: Workspace, store: ox.Store) -> Iterator[Finding]:
    try:
        import pyshacl
        import rdflib
        from rdflib.plugins.parsers.notation3 import BadSyntax
    except ImportError as error:
        raise MissingExtra("validate", "pySHACL") from error
    shapes = rdflib.Graph()
    for path in sorted(workspace.shapes.glob("*.ttl")):
        try:
            shapes.parse(path, format="turtle")
        except BadSyntax as error:
            raise RecordError(
                f"not valid Turtle: {error.message}",
                f"Turtle として読めません: {error.message}",
                path=workspace.relative(path),
                line=error.lines + 1,
            ) from error
    data = rdflib.Graph()
    data.parse(data="".join({f"{quad.triple} .\n" for quad in store}), format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=False, inference="none")
    sh = rdflib.Namespace(_SHACL)
    for result in report.subjects(rdflib.RDF.type, sh.ValidationResult):
        yield _finding(report, result, sh)


def _finding(report: Any, result: Any, sh: Any) -> Finding:
    messages = {text.language: str(text) for text in report.objects(result, sh.resultMessage)}
    anything = next(iter(messages.values()), "")

    def field(predicate: Any) -> str:
        term = report.value(result, predicate)
        return "" if term is None else str(term)

    return Finding(
        rule=field(sh.sourceShape).removeprefix(BASE + "shapes#"),
        severity=field(sh.resultSeverity).removeprefix(_SHACL),
        ja=messages.get("ja", anything),
        en=messages.get("en", anything),
        focus=field(sh.focusNode),
        path=field(sh.resultPath),
        value=field(sh.value),
    )
