"""Schedules: the cells of the plans as printed, on one axis of years, as page, rows and picture."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

import openpyxl
import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from dxgraph import build, views
from dxgraph.errors import BadParameter, UnknownValue
from dxgraph.session import Graph
from dxgraph.store import EmbeddedStore
from dxgraph.web import create_app

ASAHI = "/id/plan/24343/dx-2023"
EARLIER = """
PREFIX dxo: <https://w3id.org/dxgraph/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
BASE <https://w3id.org/dxgraph/id/>
GRAPH <https://w3id.org/dxgraph/graph/plan/24343> {
  <plan/24343/dx-2023> dxo:supersedes <plan/24343/dx-2018> .
  <plan/24343/dx-2018> a dxo:DXPlan ; dxo:adoptedBy <municipality/24343> ;
    rdfs:label "朝日町の前の計画"@ja ; dxo:hasMeasure <plan/24343/dx-2018/measure/1> ,
      <plan/24343/dx-2018/measure/2> .
  <plan/24343/dx-2018/measure/1> dxo:number "1" ; dxo:sourceLine 10 ;
    rdfs:label "行政手続のオンライン化"@ja ; dxo:hasActivity <plan/24343/dx-2018/a/1> .
  <plan/24343/dx-2018/measure/2> dxo:number "2" ; dxo:sourceLine 20 ;
    rdfs:label "電子掲示板"@ja ; dxo:hasActivity <plan/24343/dx-2018/a/2> .
  <plan/24343/dx-2018/a/1> rdfs:label "取組内容"@ja ; dxo:sourceLine 11 ;
    dxo:hasScheduleEntry <plan/24343/dx-2018/a/1/2024> .
  <plan/24343/dx-2018/a/2> rdfs:label "取組内容"@ja ; dxo:sourceLine 21 ;
    dxo:hasScheduleEntry <plan/24343/dx-2018/a/2/2022> .
  <plan/24343/dx-2018/a/1/2024> rdfs:label "導入"@ja ; dxo:sourceLine 12 ;
    dxo:fiscalYear <fiscal-year/2024> ; dxo:phase <phase/introduction> .
  <plan/24343/dx-2018/a/2/2022> rdfs:label "運用"@ja ; dxo:sourceLine 22 ;
    dxo:fiscalYear <fiscal-year/2022> ; dxo:phase <phase/operation> .
}
"""


@pytest.fixture(scope="module")
def client(graph: Graph) -> FlaskClient:
    return create_app(graph).test_client()


def measure(view: Mapping[str, Any], number: str) -> Any:
    """The first measure of this number."""
    found = (m for p in view["plans"] for each in p["pillars"] for m in each["measures"])
    return next(each for each in found if each["number"] == number)


def test_a_cell_is_what_the_plan_prints(graph: Graph) -> None:
    """朝日町 1-1, lines 266 and 267 of its record."""
    view = views.look(graph, "schedule", {"town": "24343"})
    first, second, *_ = measure(view, "1-1")["activities"][0]["entries"]
    assert view["years"] == [2022, 2023, 2024, 2025, 2026]
    assert (first["year"], first["line"], first["certain"]) == (2022, 266, True)
    assert first["phases"] == ["study", "introduction", "operation"]
    assert (second["year"], second["text"]) == (2023, "マイナンバーカードの利活用検討")


def test_the_rows_are_those_of_the_question(graph: Graph) -> None:
    for code in ("23208", "24324", "24343", "24461", "43367"):
        asked = {row["iri"] for row in graph.query("schedule", municipality=code)}
        shown = [row["iri"] for row in views.table(graph, "schedule", {"town": code})]
        assert len(shown) == len(asked)
        assert set(shown) == asked


def test_without_a_town_one_plan_is_shown(graph: Graph) -> None:
    view = views.look(graph, "schedule", {})
    assert [each["town"]["code"] for each in view["plans"]] == ["23208"]


def test_towns_are_named_by_code_or_name(graph: Graph) -> None:
    view = views.look(graph, "schedule", {"town": "東員町|24343"})
    assert [each["town"]["code"] for each in view["plans"]] == ["24324", "24343"]


def test_a_town_that_is_none_is_answered_with_the_nearest(graph: Graph) -> None:
    with pytest.raises(UnknownValue) as caught:
        views.look(graph, "schedule", {"town": "朝日"})
    assert "朝日町" in caught.value.nearest


def test_no_more_towns_than_a_page_holds(graph: Graph) -> None:
    with pytest.raises(BadParameter):
        views.look(graph, "schedule", {"town": "|".join(map(str, range(5)))})


def test_a_technology_leaves_the_activities_that_name_it(graph: Graph) -> None:
    """東員町 3-4 has an activity for AI-OCR; AI and the rest go."""
    rows = list(views.table(graph, "schedule", {"town": "24324", "technology": "ai-ocr"}))
    assert "AI-OCR" in {row["activity"] for row in rows}
    assert {row["number"] for row in rows} == {
        row["number"] for row in graph.query("schedule", municipality="24324", measure="3-4")
    }


def test_a_pillar_and_a_phase_narrow_together(graph: Graph) -> None:
    values = {"town": "24343", "pillar": "plan/24343/dx-2023/pillar/1", "phase": "decision"}
    every = list(views.table(graph, "schedule", {**values, "pillar": ""}))
    assert {row["number"].partition("-")[0] for row in every} == {"2"}
    assert len(views.table(graph, "schedule", values)) == 0


def test_a_filter_that_is_not_in_the_plan_is_refused(graph: Graph) -> None:
    with pytest.raises(UnknownValue):
        views.look(graph, "schedule", {"town": "24343", "phase": "dreaming"})


@pytest.fixture
def revised(version: build.Version, graph: Graph) -> Graph:
    """朝日町's plan after an earlier one: 1-2 was to come in 2024, a measure was dropped."""
    store = ox.Store()
    store.bulk_load(path=str(version.dump))
    store.bulk_load(EARLIER.encode(), format=ox.RdfFormat.TRIG)
    return Graph(EmbeddedStore(store), graph.catalog)


def test_an_earlier_plan_lies_over_the_one_in_force(revised: Graph) -> None:
    view = views.look(revised, "schedule", {"town": "24343"})
    (plan,) = view["plans"]
    entries = measure(view, "1-2")["activities"][0]["entries"]
    (old,) = (entry for entry in entries if "earlier" in entry)
    assert plan["plan"]["ja"] == "朝日町デジタル戦略推進計画"
    assert (old["year"], old["phases"]) == (2024, ["introduction"])
    assert [m["ja"] for m in plan["pillars"][-1]["measures"]] == ["電子掲示板"]


def test_what_an_earlier_plan_said_is_told_apart(revised: Graph) -> None:
    page = create_app(revised).test_client().get("/schedule/24343").text
    assert page.count('class="bar earlier"') == 2
    assert "前の計画だけにあるもの" in page


def test_years_are_written_as_asked_for(client: FlaskClient) -> None:
    era, ad = (client.get(f"/schedule/24343?years={years}").text for years in ("era", "ad"))
    assert '<th scope="col">令和4 <small>2022</small></th>' in era
    assert '<th scope="col">2022 <small>令和4</small></th>' in ad
    assert client.get("/schedule?years=moon").status_code == 422


def test_a_bar_leads_to_its_entry_and_says_its_phase(client: FlaskClient) -> None:
    page = client.get("/schedule/24343").text
    bar = re.search(
        rf'<a class="bar" href="/doc{ASAHI[3:]}/measure/1-2/activity/1/2022">.*?</a>', page
    )
    assert bar is not None
    assert "導入" in bar[0]
    assert "スマート申請システム導入" in bar[0]


def test_an_uncertain_reading_is_hatched_and_said_to_be(client: FlaskClient) -> None:
    page = client.get("/schedule/23208").text
    assert re.search(r'class="phase phase-\w+ uncertain">\w+<span class="unseen">（不確か）', page)


def test_the_picture_has_a_bar_for_every_cell(graph: Graph, client: FlaskClient) -> None:
    answer = client.get("/schedule/24343.svg")
    root = ET.fromstring(answer.text)
    linked = [a.get("href", "") for a in root.iter("{http://www.w3.org/2000/svg}a")]
    asked = {
        row["iri"].partition("/id/")[2] for row in graph.query("schedule", municipality="24343")
    }
    assert answer.mimetype == "image/svg+xml"
    assert asked <= {href.partition("/doc/")[2] for href in linked}
    assert "style" not in answer.text


def test_a_page_and_its_files_keep_the_same_parameters(client: FlaskClient) -> None:
    page = client.get("/schedule?town=24343&phase=decision").text
    assert 'href="/schedule.csv?town=24343&amp;phase=decision"' in page
    assert 'href="/en/schedule?town=24343&amp;phase=decision"' in page
    rows = client.get("/schedule.json?town=24343&phase=decision").get_json()
    assert {row["municipality"] for row in rows} == {"24343"}


def test_a_workbook_says_where_its_rows_are_shown(client: FlaskClient) -> None:
    answer = client.get("/schedule.xlsx?town=24343&town=24324&phase=trial&phase=&limit=5")
    rows, about = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets
    facts = {row[0]: row[1] for row in about.iter_rows(values_only=True)}
    assert (rows.freeze_panes, rows.cell(1, 1).value) == ("A2", "municipality")
    assert str(facts["この答え / This answer"]).endswith(
        "/schedule?town=24343&town=24324&phase=trial"
    )


def test_a_drawing_refuses_what_the_rows_refuse(client: FlaskClient) -> None:
    assert client.get("/schedule.svg?offset=x").status_code == 422
    assert client.get("/schedule.csv?offset=x").status_code == 422
