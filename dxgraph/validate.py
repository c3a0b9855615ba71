"""Validation: records that cannot be read, then the SHACL shapes over the whole graph.

An engine of ``shapes`` judges the union of all named graphs, asserted and inferred; each result is
led back to the file and line of the record that wrote the node or, for terms and concepts, of the
Turtle file.

Cost: one build in memory, its triples once as text, and the engine's pass over the shapes.
"""

from __future__ import annotations

from pathlib import Path

from dxgraph import assemble
from dxgraph.errors import DxgraphError
from dxgraph.findings import Finding, Text, gravest_first
from dxgraph.places import Places
from dxgraph.shapes import Result, Shapes, judge
from dxgraph.workspace import Workspace


def validate(
    workspace: Workspace,
    progress: assemble.Progress = lambda step: None,
    engine: str = "shacl",
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
    shapes, places = Shapes(workspace), Places(workspace)
    data = "".join({f"{quad.triple} .\n" for quad in store})
    results = judge(shapes, data, engine)
    found = _without_echoes([places.locate(_finding(shapes, result)) for result in results])
    return sorted(found, key=gravest_first)


def _finding(shapes: Shapes, result: Result) -> Finding:
    shape = shapes[result.rule]
    return Finding(
        result.rule,
        shape.severity,
        Text(shape.message["ja"], shape.message["en"]),
        Text(shape.remedy["ja"], shape.remedy["en"]),
        focus=result.focus,
        path=result.path,
        value=result.value,
    )


def _without_echoes(found: list[Finding]) -> list[Finding]:
    """Leave out what is found on a thing nobody wrote when the reference to it is found itself."""
    references = {finding.value for finding in found if finding.place.file}
    return [f for f in found if f.place.file or f.focus not in references]


def _file(workspace: Workspace, path: str | None) -> str:
    return workspace.relative(Path(path)) if path else ""
