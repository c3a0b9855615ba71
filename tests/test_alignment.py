"""Measures side by side: each once, with those it has most in common with."""

from __future__ import annotations

from dxgraph.views import alignment
from dxgraph.views.town_data import Measure, TownData


def town(**measures: str) -> TownData:
    """A town whose measures, by name, address no item and name technologies."""
    held = {
        name: Measure(name, line, technologies=set(named.split()))
        for line, (name, named) in enumerate(measures.items())
    }
    return TownData(held, {}, {}, {})


def test_measures_without_an_item_share_the_row_of_a_technology() -> None:
    toin, asahi = town(a="gis drone", b="sns"), town(c="drone")
    groups, rest = alignment.by_technology([toin, asahi])
    assert groups == {"drone": [["a"], ["c"]]}
    assert rest == [["b"], []]


def test_the_technology_of_most_towns_makes_the_row() -> None:
    towns = [town(a="drone gis"), town(b="gis"), town(c="gis"), town(d="drone")]
    groups, rest = alignment.by_technology(towns)
    assert groups == {"gis": [["a"], ["b"], ["c"], []]}
    assert rest == [[], [], [], ["d"]]


def test_of_technologies_as_wide_the_rarest_makes_the_row() -> None:
    towns = [town(a="website drone", b="website"), town(c="drone website")]
    groups, rest = alignment.by_technology(towns)
    assert groups == {"drone": [["a"], ["c"]]}
    assert rest == [["b"], []]


def test_a_measure_stands_in_the_row_of_each_of_its_items() -> None:
    asahi = TownData({"2-7": Measure("2-7", 1, {"telework", "bpr"})}, {}, {}, {})
    assert alignment.by_item([asahi]) == {"telework": [["2-7"]], "bpr": [["2-7"]]}
    assert alignment.by_technology([asahi]) == ({}, [[]])
