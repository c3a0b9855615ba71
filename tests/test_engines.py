"""Engines: the default one reports what pySHACL, the reference, reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from faults import faulty, report

from dxgraph import assemble
from dxgraph.namespaces import DXO, ID, SH, TYPE
from dxgraph.shapes import ENGINES, Result, Shapes, judge, merged, results_of
from dxgraph.workspace import Workspace


def test_both_engines_report_the_same_of_the_records_of_the_project(place: Workspace) -> None:
    data = "".join({f"{quad.triple} .\n" for quad in assemble.assemble(place)})
    found = judge(Shapes(place), data)
    assert found
    assert found == judge(Shapes(place), data, "pyshacl")


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


def test_both_engines_report_the_same_of_every_fault(tmp_path: Path) -> None:
    data, aimed, fault_of = faulty()
    (tmp_path / "shapes").mkdir()
    aimed.serialize(tmp_path / "shapes" / "aimed.ttl", format="turtle")
    shapes = Shapes(Workspace(tmp_path, tmp_path))
    ours = set(named(judge(shapes, data.serialize(format="nt"))))
    theirs = set(named(merged(results_of(report()))))
    assert {result.focus for result in ours} == {thing for thing in fault_of if is_iri(thing)}
    assert ours == theirs


def named(results: Iterable[Result]) -> Iterator[Result]:
    """The results about things with an IRI; the labels of blank nodes are each engine's own."""
    return (result for result in results if is_iri(result.focus))


def is_iri(term: str) -> bool:
    return term.startswith("http")
