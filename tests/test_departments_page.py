"""Departments by technology: counts checked against the records of the plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient

from dxgraph import views
from dxgraph.errors import BadParameter
from dxgraph.pages import crossing
from dxgraph.session import Graph
from dxgraph.web import create_app


@pytest.fixture(scope="module")
def client(graph: Graph) -> FlaskClient:
    return create_app(graph).test_client()


def cells(view: Mapping[str, Any], row: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in view["rows"] if each["id"] == row)["cells"]
    return found


def numbers(cell: Mapping[str, Any]) -> list[str]:
    return [measure["number"] for measure in cell["measures"]]


def test_a_cell_counts_measures_and_tells_the_first_year_in_use(graph: Graph) -> None:
    """東員町 会計課, measure 1-4, line 258: 2022 随時検討・拡充, which means it is in use."""
    found = cells(views.look(graph, "departments", {"town": "24324"}), "24324/kaikei")
    cashless = found["cashless-payment"]
    assert (numbers(cashless), cashless["first"], cashless["certain"]) == (["1-4"], 2022, True)


def test_narrower_technologies_count_under_the_topmost(graph: Graph) -> None:
    """東員町 財政課: chatbots in 1-3, AI-OCR in 3-4 and its minutes by AI in 2022, line 372."""
    top = cells(views.look(graph, "departments", {"town": "24324"}), "24324/zaisei")
    each = cells(
        views.look(graph, "departments", {"town": "24324", "level": "all", "columns": "all"}),
        "24324/zaisei",
    )
    assert (numbers(top["ai"]), top["ai"]["first"]) == (["1-3", "3-4"], 2022)
    assert "ai-ocr" not in top
    assert (numbers(each["ai-ocr"]), each["ai-ocr"]["first"]) == (["3-4"], 2023)


def test_a_year_is_uncertain_where_only_the_measure_names_the_technology(graph: Graph) -> None:
    """朝日町 1-10: the measure names the mail magazine, line 367 a new system."""
    found = cells(
        views.look(graph, "departments", {"town": "24343", "columns": "all"}), "24343:every"
    )
    mail = found["email-magazine"]
    assert (numbers(mail), mail["first"], mail["certain"]) == (["1-10"], 2022, False)


def test_what_every_department_does_has_a_row_of_its_own(graph: Graph) -> None:
    """朝日町 prints 各課 for eight measures."""
    view = views.look(graph, "departments", {"town": "24343"})
    every = next(row for row in view["rows"] if row["kind"] == "every")
    asked = graph.query("measures", municipality="24343")
    assert every["measures"] == sum(row["allDepartments"] is True for row in asked) == 8
    assert crossing.called(every, "ja") == "各課・全課"


def test_restated_measures_count_once_unless_asked_for(graph: Graph) -> None:
    """南関町 restates two of its 23 measures: 2-1-1 is 1-1-3 and 2-3-2 is 2-1-2, about RPA."""
    once = views.look(graph, "departments", {"town": "43367", "columns": "all"})
    twice = views.look(
        graph, "departments", {"town": "43367", "columns": "all", "restated": "with"}
    )
    assert [row["measures"] for row in once["rows"]] == [21]
    assert [row["measures"] for row in twice["rows"]] == [23]
    assert numbers(cells(once, "43367:none")["rpa"]) == ["2-1-2"]
    assert numbers(cells(twice, "43367:none")["rpa"]) == ["2-1-2", "2-3-2"]


def test_every_measure_of_a_town_is_in_some_row(graph: Graph) -> None:
    for code in ("23208", "24324", "24343", "24461"):
        view = views.look(graph, "departments", {"town": code, "columns": "all", "level": "all"})
        shown = {
            number
            for row in view["rows"]
            for cell in row["cells"].values()
            for number in numbers(cell)
        }
        asked = graph.query("measures", municipality=code)
        assert {row["number"] for row in asked if row["technologies"]} <= shown


def test_a_cell_of_several_measures_leads_to_them(client: FlaskClient) -> None:
    page = client.get("/departments?town=24324").text
    address = "/departments?town=24324&amp;department=24324%2Fzaisei&amp;technology=ai#picked"
    assert f'href="{address}"' in page
    picked = client.get(address.partition("#")[0].replace("&amp;", "&")).text
    panel = picked.partition('id="picked"')[2].partition("</section>")[0]
    assert "/doc/plan/24324/dx-2023/measure/1-3" in panel
    assert "/doc/plan/24324/dx-2023/measure/3-4" in panel


def test_a_cell_of_one_measure_leads_to_it(client: FlaskClient) -> None:
    page = client.get("/departments?town=24324&columns=all").text
    assert 'class="n1" href="/doc/plan/24324/dx-2023/measure/1-4"' in page


def test_columns_are_bounded_and_the_rest_is_said(graph: Graph, client: FlaskClient) -> None:
    view = views.look(graph, "departments", {})
    assert len(view["columns"]) == 24
    assert f"ほかに {view['hidden']} の技術があります" in client.get("/departments").text
    every = views.look(graph, "departments", {"columns": "all"})
    assert (len(every["columns"]), every["hidden"]) == (24 + view["hidden"], 0)


def test_rows_hold_what_the_page_shows(graph: Graph) -> None:
    rows = list(views.table(graph, "departments", {"town": "24324"}))
    (cashless,) = [
        row
        for row in rows
        if row["department"] == "会計課" and row["technology"] == "キャッシュレス決済"
    ]
    assert (cashless["measures"], cashless["numbers"], cashless["fiscalYear"]) == (1, "1-4", 2022)


def test_a_way_to_count_that_is_none_is_refused(graph: Graph) -> None:
    with pytest.raises(BadParameter):
        views.look(graph, "departments", {"level": "deep"})
