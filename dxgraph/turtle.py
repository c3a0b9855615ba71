"""Turtle files of a workspace: their triples, or where and why they cannot be read."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from dxgraph.errors import RecordError
from dxgraph.workspace import Workspace


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
