"""Lineage: each step a plan rests on, in layers from the law down to the measures."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from itertools import combinations
from typing import Any

import pytest
from flask.testing import FlaskClient

from dxgraph import views
from dxgraph.errors import UnknownValue
from dxgraph.pages import layers, lineage, svg
from dxgraph.session import Graph
from dxgraph.web import create_app

ASAHI = "https://w3id.org/dxgraph/id/plan/24343/dx-2023"
CODES = ("23208", "24324", "24343", "24461", "43367")


@pytest.fixture(scope="module")
def client(graph: Graph) -> FlaskClient:
    return create_app(graph).test_client()


def steps(view: Mapping[str, Any]) -> set[tuple[str, str, str, str]]:
    names = {node["iri"]: node["ja"] for node in view["nodes"]}
    return {
        (names[e["from"]], e["relation"]["iri"].rpartition("#")[2], names[e["to"]], e["kind"])
        for e in view["edges"]
    }


@pytest.mark.parametrize("code", CODES)
def test_the_steps_are_those_of_the_question(graph: Graph, code: str) -> None:
    view = views.look(graph, "lineage", {"town": code})
    asked = graph.query("lineage", plan=view["plan"]["iri"])
    assert steps(view) == {tuple(list(row.values())[:4]) for row in asked}


def test_article_9_makes_an_effort_of_a_towns_plan_and_a_duty_of_a_prefectures(
    graph: Graph,
) -> None:
    view = views.look(graph, "lineage", {"town": "24343"})
    told = {
        (edge["from"].rpartition("/id/")[2], edge["modality"]["ja"])
        for edge in view["edges"]
        if edge["modality"]
    }
    assert {
        ("plan/24343/dx-2023", "努力義務"),
        ("plan/24/digital-strategy-2020", "義務"),
    } <= told


def test_law_stands_above_nation_prefecture_town_and_plan(graph: Graph) -> None:
    view = views.look(graph, "lineage", {"town": "24343"})
    drawn = {box.iri: box for box in lineage.drawing(view, "ja").boxes}
    levels = {node["level"]: drawn[node["iri"]].y for node in view["nodes"]}
    order = ["law", "article", "national", "prefectural", "municipal", "plan"]
    assert [levels[level] for level in order] == sorted(levels[level] for level in order)
    assert len({levels[level] for level in order}) == len(order)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("code", CODES)
def test_no_box_lies_on_another_or_outside_the_drawing(
    graph: Graph, code: str, language: str
) -> None:
    drawn = lineage.drawing(views.look(graph, "lineage", {"town": code}), language)

    def overlap(one: svg.Box, other: svg.Box) -> bool:
        across = one.x < other.x + other.width and other.x < one.x + one.width
        return across and one.y < other.y + other.height and other.y < one.y + one.height

    assert [pair for pair in combinations(drawn.boxes, 2) if overlap(*pair)] == []
    assert all(
        box.x >= 0 and box.x + box.width <= drawn.width and box.y + box.height <= drawn.height
        for box in drawn.boxes
    )


def test_every_measure_is_in_the_drawing_and_in_the_list(graph: Graph, client: FlaskClient) -> None:
    page = client.get("/lineage/24324").text
    for row in graph.query("measures", municipality="24324"):
        address = "/doc/" + str(row["iri"]).partition("/id/")[2]
        assert page.count(f'href="{address}"') == 2


def test_printed_editorial_and_inferred_steps_have_lines_of_their_own(client: FlaskClient) -> None:
    root = ET.fromstring(client.get("/lineage/24343.svg").text)
    paths = list(root.iter("{http://www.w3.org/2000/svg}path"))
    dashes = {str(p.get("class")): p.get("stroke-dasharray") for p in paths if p.get("marker-end")}
    assert dashes == {"edge printed": None, "edge editorial": "7 4", "edge inferred": "2 3"}


def test_a_plan_is_named_by_its_title_or_identifier(graph: Graph) -> None:
    for name in ("朝日町デジタル戦略推進計画", "plan/24343/dx-2023", ASAHI):
        assert views.look(graph, "lineage", {"plan": name})["plan"]["iri"] == ASAHI
    with pytest.raises(UnknownValue):
        views.look(graph, "lineage", {"plan": "火星移住計画"})


def test_a_plan_that_rests_on_nothing_recorded_is_drawn_alone(graph: Graph) -> None:
    view = views.look(graph, "lineage", {"plan": "plan/24343/machinami"})
    drawn = lineage.drawing(view, "ja")
    assert (view["edges"], view["pillars"]) == ([], [])
    assert [box.words for box in drawn.boxes] == [("朝日まちなみプラン",)]


def test_an_instrument_reached_twice_is_opened_once(graph: Graph) -> None:
    view = views.look(graph, "lineage", {"town": "24343"})

    def opened(tree: list[dict[str, Any]]) -> list[str]:
        return [
            iri
            for branch in tree
            for iri in ([branch["node"]["iri"]] if branch["below"] else [])
            + opened(branch["below"])
        ]

    found = opened(lineage.tree(view))
    assert len(found) == len(set(found)) > 0


def test_rings_of_instruments_are_drawn(graph: Graph) -> None:
    view = views.look(graph, "lineage", {"town": "24343"})
    upper = next(node["iri"] for node in view["nodes"] if node["level"] == "municipal")
    back = {**view["edges"][0], "from": upper, "to": view["plan"]["iri"]}
    assert lineage.drawing({**view, "edges": [*view["edges"], back]}, "ja").height > 0


def test_an_edge_over_a_layer_passes_between_its_boxes() -> None:
    ranks = {"plan": 2, "left": 1, "right": 1, "law": 0}
    edges = [("plan", "law"), ("plan", "left"), ("plan", "right")]
    found = layers.arranged(ranks, edges, 100, 20, 10)
    ((rank, lane),) = found.passes["plan", "law"]
    assert rank == 1
    assert all(abs(lane - found.middle[box]) >= 70 for box in ("left", "right"))


def test_a_town_without_a_page_is_404(client: FlaskClient) -> None:
    assert client.get("/lineage/99999").status_code == 404
