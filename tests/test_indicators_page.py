"""Indicators: as printed, beside each other where they may be compared, ranked nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient

from dxgraph import views
from dxgraph.session import Graph
from dxgraph.tables import Table
from dxgraph.web import create_app


@pytest.fixture(scope="module")
def client(graph: Graph) -> FlaskClient:
    return create_app(graph).test_client()


@pytest.fixture(scope="module")
def view(graph: Graph) -> Any:
    return views.look(graph, "indicators", {})


def group(view: Mapping[str, Any], name: str) -> Any:
    return next(each for each in view["groups"] if each["group"]["ja"] == name)


def facts(rows: Table, *columns: str) -> list[tuple[str, ...]]:
    """These columns as texts, sorted."""
    return sorted(tuple(str(row[column]) for column in columns) for row in rows)


def test_rows_are_those_of_the_questions(graph: Graph) -> None:
    shown = views.table(graph, "indicators", {})
    by_kind = {
        kind: Table(shown.columns, tuple(r for r in shown.rows if r[2] and r[2].value == kind))
        for kind in ("own", "quoted")
    }
    own = ("iri", "printed", "target", "unit", "comparator", "fiscalYear", "sourceLine")
    quoted = ("iri", "printed", "fiscalYear", "direction", "sourceLine")
    assert facts(by_kind["own"], *own) == facts(graph.query("indicators"), *own)
    assert facts(by_kind["quoted"], *quoted) == facts(graph.query("national-indicators"), *quoted)


def test_groups_hold_what_the_question_about_comparable_ones_does(
    graph: Graph, view: Mapping[str, Any]
) -> None:
    shown = {
        (each["group"]["ja"], row["indicator"]["iri"], row["printed"])
        for each in view["groups"]
        for one in each["sets"]
        for row in one["rows"]
    }
    asked = graph.query("comparable-indicators")
    assert shown == {(row["group"], row["iri"], row["printed"]) for row in asked}


def test_one_unit_and_direction_make_a_set(view: Mapping[str, Any]) -> None:
    """5,000人 in 玉城町 and 南関町; for the card 100% in both, and words in 東員町."""
    (readers,) = group(view, "情報発信の登録者または利用者")["sets"]
    assert (readers["unit"], readers["towns"]) == ("人", 2)
    assert [(row["town"]["code"], row["line"]) for row in readers["rows"]] == [
        ("24461", 461),
        ("43367", 595),
    ]
    rates, words = group(view, "マイナンバーカードの普及率")["sets"]
    assert (rates["unit"], rates["towns"], words["unit"]) == ("%", 2, None)
    assert [row["printed"] for row in words["rows"]] == ["全ての町民がマイナンバーカードを所持"]


def test_different_units_are_never_in_one_set(view: Mapping[str, Any]) -> None:
    """新規3件 of 玉城町 and 10業務 of 南関町 count different things."""
    sets = group(view, "AI・RPA を導入した業務の数")["sets"]
    assert sorted(each["unit"] for each in sets) == ["件", "業務"]
    assert {each["towns"] for each in sets} == {1}


def test_towns_stand_in_the_order_of_codes_not_of_values(view: Mapping[str, Any]) -> None:
    for each in view["groups"]:
        for one in each["sets"]:
            codes = [row["town"]["code"] for row in one["rows"]]
            assert codes == sorted(codes)


def test_the_page_says_that_nothing_is_ranked(client: FlaskClient) -> None:
    assert "順位は付けません" in client.get("/indicators").text
    assert "Nothing is ranked" in client.get("/en/indicators").text


def test_a_baseline_is_shown_as_printed(client: FlaskClient) -> None:
    """東員町 line 212: 58%."""
    page = client.get("/indicators?town=24324").text
    assert "58%" in page
    assert "―" in page


def test_plans_without_indicators_are_named(client: FlaskClient) -> None:
    page = client.get("/indicators").text
    note = page.partition("指標を掲げていない計画")[2].partition("</p>")[0]
    assert "津島市" in note
    assert "朝日町" in note
    assert "東員町" not in note


def test_a_group_alone_is_shown_and_an_unknown_one_leaves_nothing(
    graph: Graph, client: FlaskClient
) -> None:
    rows = views.table(graph, "indicators", {"group": "my-number-card-rate"})
    assert {row["group"] for row in rows} == {"マイナンバーカードの普及率"}
    assert "比べられる指標はありません" in client.get("/indicators?group=none").text


def test_indicators_have_no_picture(client: FlaskClient) -> None:
    assert client.get("/indicators.svg").status_code == 406
