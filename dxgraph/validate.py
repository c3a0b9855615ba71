"""Validation: records that cannot be read, then the SHACL shapes over the whole graph.

pySHACL judges the union of all named graphs, asserted and inferred; each result is led back to the
file and line of the record that wrote the node or, for terms and concepts, of the Turtle file.

Cost: one build in memory, one copy of the graph for rdflib, and pySHACL's pass over the shapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from dxgraph import assemble, records
from dxgraph.errors import DxgraphError, MissingExtra, RecordError
from dxgraph.findings import SEVERITIES, Finding
from dxgraph.namespaces import ID
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
    read = [record for record, _ in assemble.read_records(workspace, ontology, on_error=note)]
    if unreadable:
        return unreadable
    progress("build the graph in memory")
    store = assemble.assemble(workspace)
    progress("judge it by the shapes")
    places = Places(workspace, read)
    found = [places.locate(result) for result in _results(workspace, store)]
    return sorted(found, key=lambda f: (SEVERITIES.index(f.severity), f.file, f.line or 0, f.rule))


def _file(workspace: Workspace, path: str | None) -> str:
    return workspace.relative(Path(path)) if path else ""


class Places:
    """Where each node and property was written."""

    def __init__(self, workspace: Workspace, read: list[records.Record]) -> None:
        self._workspace = workspace
        self._records = read
        self._context = records.Context(workspace.data / "context.jsonld")

    def locate(self, finding: Finding) -> Finding:
        """The finding with file, line and column, as near as the record tells."""
        for record in self._records:
            node = record.nodes.get(finding.focus)
            if node is None:
                continue
            keys = [
                position
                for key in self._context.key_of(finding.path)
                if (position := record.keys.get((finding.focus, key)))
            ]
            return self._placed(finding, self._workspace.relative(record.path), (keys or [node])[0])
        for file, line in self._in_turtle(finding.focus):
            return self._placed(finding, file, records.Position(line, 1))
        return finding

    @staticmethod
    def _placed(finding: Finding, file: str, position: records.Position) -> Finding:
        fields = {**vars(finding), "file": file, "line": position.line, "column": position.column}
        return Finding(**fields)

    def _in_turtle(self, iri: str) -> Iterator[tuple[str, int]]:
        local = re.escape(re.split(r"[/#]", iri)[-1])
        pattern = re.compile(rf"^(?:[\w-]*:|<[^>]*[/#]){local}>? a ", re.MULTILINE)
        for path in sorted(self._workspace.ontology.glob("**/*.ttl")):
            text = path.read_text(encoding="utf-8")
            if match := pattern.search(text):
                yield self._workspace.relative(path), text.count("\n", 0, match.start()) + 1


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
        rule=field(sh.sourceShape).removeprefix(f"{ID.removesuffix('id/')}shapes#"),
        severity=field(sh.resultSeverity).removeprefix(_SHACL),
        ja=messages.get("ja", anything),
        en=messages.get("en", anything),
        focus=field(sh.focusNode),
        path=field(sh.resultPath),
        value=field(sh.value),
    )
