"""Engines: the default one reports what pySHACL, the reference, reports."""

from __future__ import annotations

from dxgraph import assemble
from dxgraph.shapes import Shapes, judge
from dxgraph.workspace import Workspace


def test_both_engines_report_the_same_of_the_records_of_the_project(place: Workspace) -> None:
    data = "".join({f"{quad.triple} .\n" for quad in assemble.assemble(place)})
    found = judge(Shapes(place), data)
    assert found
    assert found == judge(Shapes(place), data, "pyshacl")
