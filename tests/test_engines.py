"""Engines: the default one reports what pySHACL, the reference, reports."""

from __future__ import annotations

import pytest

from dxgraph import assemble
from dxgraph.namespaces import DXO, ID, SH, TYPE
from dxgraph.shapes import ENGINES, Shapes, judge
from dxgraph.workspace import Workspace

PLANS = ("24343", "24324")


def test_both_engines_report_the_same_of_the_records_of_the_project(copy: Workspace) -> None:
    """Of two plans, for the reference is slow; constraint by constraint, see ``test_shapes``."""
    for path in copy.data.glob("municipalities/*.yaml"):
        if path.name[:5] not in PLANS:
            path.unlink()
    data = "".join({f"{quad.triple} .\n" for quad in assemble.assemble(copy)})
    found = judge(Shapes(copy), data)
    assert found
    assert found == judge(Shapes(copy), data, "pyshacl")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_value_that_breaks_two_components_of_a_shape_is_one_result(
    place: Workspace, engine: str
) -> None:
    year = f"<{ID}fiscal-year/2024>"
    data = f'{year} <{TYPE.value}> <{DXO}FiscalYear> .\n{year} <{DXO}startYear> "x" .\n'
    found = [one for one in judge(Shapes(place), data, engine) if one.path == DXO + "startYear"]
    assert [(one.rule, [name.removeprefix(SH) for name in one.components]) for one in found] == [
        (
            "FiscalYear-startYear",
            [
                "DatatypeConstraintComponent",
                "MaxInclusiveConstraintComponent",
                "MinInclusiveConstraintComponent",
            ],
        )
    ]
