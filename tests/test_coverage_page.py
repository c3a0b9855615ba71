"""The heat map of priority items: counts as the plans have them, gaps, totals and formats."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from dxgraph import views
from dxgraph.errors import BadParameter
from dxgraph.session import Graph
from dxgraph.web import create_app

ASAHI, TSUSHIMA, NANKAN = "24343", "23208", "43367"


@pytest.fixture
def client(graph: Graph) -> FlaskClient:
    return create_app(graph).test_client()


def seen(graph: Graph, **values: str) -> Any:
    return views.look(graph, "coverage", values)


def row(view: Any, item: str) -> Any:
    rows = [row for section in view["sections"] for row in section["rows"]]
    return next(row for row in rows if row["item"]["iri"].endswith(f"/item/{item}"))


def test_counts_are_those_of_the_saved_question(graph: Graph) -> None:
    found, asked = (
        {
            (row["item"], row["municipality"]): (
                row["measures"],
                set(str(row["numbers"]).split("|")),
            )
            for row in table
        }
        for table in (views.table(graph, "coverage", {}), graph.query("item-coverage"))
    )
    assert found == asked


def test_a_town_without_a_measure_has_an_empty_cell(graph: Graph) -> None:
    view = seen(graph, town=f"{TSUSHIMA}|{ASAHI}")
    cells = row(view, "open-data")["cells"]
    assert [[each["number"] for each in cell] for cell in cells] == [[], ["1-8"]]


def test_totals_are_of_all_plans_whatever_the_columns(graph: Graph) -> None:
    assert row(seen(graph, town=ASAHI), "bpr")["total"] == {"towns": 5, "measures": 12}


def test_a_restated_measure_counts_only_when_asked_for(graph: Graph) -> None:
    without, counted = (seen(graph, town=NANKAN, restated=word) for word in ("false", "true"))
    numbers = [[it["number"] for it in row(view, "bpr")["cells"][0]] for view in (without, counted)]
    assert numbers == [["1-1-3", "2-1-3"], ["1-1-3", "2-1-1", "2-1-3"]]
    assert row(counted, "bpr")["total"]["measures"] == row(without, "bpr")["total"]["measures"] + 1
    assert [view["towns"][0]["measures"] for view in (without, counted)] == [21, 23]


def test_lists_no_plan_was_matched_with_are_no_gaps(graph: Graph) -> None:
    view = seen(graph)
    names = [section["name"]["en"] for section in view["unmapped"]]
    assert "The five pillars of a municipal data plan" in names
    assert not set(names) & {section["name"]["en"] for section in view["sections"]}


def test_national_items_come_in_the_order_of_the_national_plan(graph: Graph) -> None:
    sections = {
        section["name"]["ja"]: [row["item"]["iri"].rpartition("/")[2] for row in section["rows"]]
        for section in seen(graph)["sections"]
    }
    assert sections["国の重点取組事項"] == [
        *("standardisation", "my-number-card", "online-procedures"),
        *("ai-rpa", "telework", "security"),
    ]
    assert sections["国が併せて取り組むよう求める事項"] == [
        *("local-society", "digital-divide", "digital-garden-city", "rule-review"),
    ]


def test_an_item_of_two_editions_stands_once_and_names_both(graph: Graph) -> None:
    assert row(seen(graph), "telework")["item"]["editions"] == ["2020", "2022"]
    assert row(seen(graph), "rule-review")["item"]["editions"] == ["2022"]


def test_a_count_of_one_leads_to_the_measure_and_of_more_to_all_of_them(
    client: FlaskClient,
) -> None:
    page = client.get(f"/coverage?town={ASAHI}").text
    assert 'href="/doc/plan/24343/dx-2023/measure/2-2"' in page
    assert f'href="/compare/measures?town={ASAHI}&amp;item=telework"' in page


def test_a_parameter_it_does_not_have_is_refused(graph: Graph) -> None:
    with pytest.raises(BadParameter):
        seen(graph, rows="items")


def test_a_prefecture_without_plans_is_told_so(client: FlaskClient) -> None:
    answer = client.get("/coverage?prefecture=13")
    assert answer.status_code == 200
    assert "この県の計画はまだありません" in answer.text


@pytest.mark.parametrize("extension", ["csv", "json", "xlsx", "svg"])
def test_it_comes_in_every_format(client: FlaskClient, extension: str) -> None:
    assert client.get(f"/coverage.{extension}?town={ASAHI}").status_code == 200


def test_the_picture_writes_every_count(client: FlaskClient) -> None:
    picture = client.get(f"/coverage.svg?town={TSUSHIMA}").text
    assert "<desc>" in picture
    assert picture.count(">4</text>") == 2
