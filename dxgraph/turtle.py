"""Turtle files of a workspace: their triples, or where and why they cannot be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph as ox

from dxgraph.errors import RecordError
from dxgraph.namespaces import BASE
from dxgraph.workspace import Workspace

GENID = f"{BASE}.well-known/genid/"


def read(workspace: Workspace, path: Path) -> list[ox.Triple]:
    """The triples of a file; raises RecordError with file, line and column."""
    try:
        return [quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]
    except SyntaxError as error:
        raise RecordError(
            f"not valid Turtle ({error.msg}); mend the statement here",
            f"Turtle として読めません({error.msg})。ここの記述を直してください",
            path=workspace.relative(path),
            line=error.lineno,
            column=error.offset,
        ) from error


def named(workspace: Workspace, path: Path) -> list[ox.Triple]:
    """The triples of a file, its blank nodes named after it, in file order."""
    names: dict[str, ox.NamedNode] = {}

    def name(term: Any) -> Any:
        if not isinstance(term, ox.BlankNode):
            return term
        iri = f"{GENID}{path.stem}-{len(names) + 1}"
        return names.setdefault(term.value, ox.NamedNode(iri))

    return [
        ox.Triple(name(triple.subject), triple.predicate, name(triple.object))
        for triple in read(workspace, path)
    ]
