"""The comparison matrix: what it reads of the plans, and how its rows and columns are chosen."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from dxgraph import views
from dxgraph.errors import BadParameter, NotAFiscalYear, UnknownValue
from dxgraph.namespaces import ID
from dxgraph.session import Graph
from dxgraph.views import compare
from dxgraph.web import create_app

ASAHI, TOIN, TAMAKI, TSUSHIMA, NANKAN = "24343", "24324", "24461", "23208", "43367"
#: Read by hand in the plans: 津島市 line 699, 玉城町 732, 東員町 370, 朝日町 391 to 395.
AI_OCR = {
    TSUSHIMA: {"2022": ["operation?"]},
    TAMAKI: {"2021": ["study?", "trial?"], "2022": ["introduction?"], "2023": ["expansion?"]},
    TOIN: {"2022": ["study"], "2023": ["introduction"], "2024": ["operation"]},
    ASAHI: {
        **{"2022": ["study"], "2023": ["study"], "2024": ["introduction"]},
        **{"2025": ["study"], "2026": ["study"]},
    },
    NANKAN: {},
}


@pytest.fixture
def client(graph: Graph) -> FlaskClient:
    return create_app(graph).test_client()


def seen(graph: Graph, **values: str) -> Any:
    return views.look(graph, "compare", {"from": values.pop("since", ""), **values})


def rows(view: Any) -> list[Any]:
    return [row for section in view["sections"] for row in section["rows"]]


def said(cell: Any) -> dict[str, list[str]]:
    """The phases of a cell by year, with ? after an uncertain one."""
    return {
        year: [mark["phase"] + ("" if mark["certain"] else "?") for mark in marks]
        for year, marks in cell["years"].items()
    }


def ai_ocr(view: Any) -> dict[str, Any]:
    row = next(row for row in rows(view) if row["subject"]["ja"] == "AI-OCR")
    return {town["code"]: cell for town, cell in zip(view["towns"], row["cells"], strict=True)}


def test_a_technology_shows_the_phases_the_plans_print(graph: Graph) -> None:
    cells = ai_ocr(seen(graph, rows="technologies", technology="AI-OCR"))
    assert {code: said(cell) for code, cell in cells.items()} == AI_OCR


def test_the_first_year_of_use_is_that_of_the_question_about_adoption(graph: Graph) -> None:
    cells = ai_ocr(seen(graph, rows="technologies", technology="AI-OCR"))
    asked = graph.query("towns-by-technology", technology="AI-OCR")
    adopted = {
        row["municipality"]: {"year": row["fiscalYear"], "certain": row["certainty"] == "certain"}
        for row in asked
    }
    assert {code: cell["first"] for code, cell in cells.items() if cell["first"]} == adopted


def test_a_mark_of_one_entry_leads_to_the_entry(graph: Graph) -> None:
    cell = ai_ocr(seen(graph, rows="technologies", technology="AI-OCR", town=TOIN))[TOIN]
    entry = f"{ID}plan/24324/dx-2023/measure/3-4/activity/2/2023"
    assert [mark["to"] for mark in cell["years"]["2023"]] == [entry]


def test_a_mark_of_several_entries_leads_to_their_measure_if_that_is_one(graph: Graph) -> None:
    shown = rows(seen(graph, rows="items", item="ai-rpa", town=TOIN))
    mark = next(it for it in shown[0]["cells"][0]["years"]["2022"] if it["count"] > 1)
    assert mark["to"] == f"{ID}plan/24324/dx-2023/measure/3-4"


def test_a_mark_of_several_measures_leads_to_no_one_of_them(graph: Graph) -> None:
    shown = rows(seen(graph, rows="items", item="bpr", town=TSUSHIMA))
    marks = [it for found in shown[0]["cells"][0]["years"].values() for it in found]
    assert any(it["count"] > 1 and it["to"] is None for it in marks)


def test_an_item_no_measure_answers_is_a_gap(graph: Graph) -> None:
    shown = rows(seen(graph, item="open-data", town=f"{TSUSHIMA}|{ASAHI}"))
    assert [len(cell["measures"]) for cell in shown[0]["cells"]] == [0, 1]


def test_towns_stand_in_the_order_asked_for(graph: Graph) -> None:
    view = seen(graph, town="東員町,24343")
    assert [town["code"] for town in view["towns"]] == [TOIN, ASAHI]


def test_all_towns_are_columns_while_they_fit(graph: Graph) -> None:
    codes = [TSUSHIMA, TOIN, ASAHI, TAMAKI, NANKAN]
    assert [town["code"] for town in seen(graph)["towns"]] == codes


def test_a_prefecture_chooses_its_towns(graph: Graph) -> None:
    assert [town["code"] for town in seen(graph, prefecture="43")["towns"]] == [NANKAN]
    assert seen(graph, prefecture="13")["towns"] == []


def test_years_outside_the_range_do_not_count(graph: Graph) -> None:
    view = seen(graph, rows="technologies", technology="AI-OCR", since="令和5年度", to="2024")
    assert view["years"] == [2023, 2024]
    assert said(ai_ocr(view)[TOIN]) == {"2023": ["introduction"], "2024": ["operation"]}


def test_only_certain_readings_may_be_asked_for(graph: Graph) -> None:
    cells = ai_ocr(seen(graph, rows="technologies", technology="AI-OCR", certain="true"))
    assert {code for code, cell in cells.items() if cell["years"]} == {TOIN, ASAHI}


def test_one_phase_may_be_asked_for(graph: Graph) -> None:
    cells = ai_ocr(seen(graph, rows="technologies", technology="AI-OCR", phase="導入"))
    found = {code: said(cell) for code, cell in cells.items() if cell["years"]}
    assert found == {
        TAMAKI: {"2022": ["introduction?"]},
        TOIN: {"2023": ["introduction"]},
        ASAHI: {"2024": ["introduction"]},
    }


def test_two_towns_are_told_apart_by_who_begins_first(graph: Graph) -> None:
    view = seen(graph, rows="technologies", town=f"{ASAHI}|{TOIN}", technology="AI-OCR")
    assert rows(view)[0]["lead"] == -1
    assert view["leads"]["secondEarlier"] == 1
    sections = seen(graph, rows="technologies", town=f"{ASAHI}|{TOIN}")["sections"]
    headings = [section["name"]["en"] for section in sections]
    assert headings[:2] == ["Named by both plans", "Named by Asahi Town only"]


def test_what_a_plan_reports_as_done_began_then(graph: Graph) -> None:
    view = seen(graph, rows="technologies", town=f"{ASAHI}|{TAMAKI}", technology="school-terminals")
    shown = rows(view)[0]
    assert shown["cells"][0]["past"]["year"] == 2018
    assert shown["lead"] == 3
    later = seen(graph, rows="technologies", town=ASAHI, technology="school-terminals", since="R4")
    assert rows(later)[0]["cells"][0]["past"] is None


def test_measures_of_one_item_share_a_row(graph: Graph) -> None:
    view = seen(graph, rows="measures", item="ai-rpa")
    cells = dict(zip([t["code"] for t in view["towns"]], rows(view)[0]["cells"], strict=True))
    numbers = {code: [it["number"] for it in cell["listed"]] for code, cell in cells.items()}
    asked = graph.query("item-coverage")
    counted = {
        row["municipality"]: row["numbers"].split("|")
        for row in asked
        if row["item"] == "AI・RPAの利用推進" and row["numbers"]
    }
    assert {code: sorted(found) for code, found in numbers.items()} == counted


def test_every_measure_but_restated_ones_stands_in_a_row(graph: Graph) -> None:
    start, shown = 0, []
    while True:
        view = seen(graph, rows="measures", start=str(start))
        shown += rows(view)
        start = next((page for page in view["pages"] if page > start), 0)
        if not start:
            break
    listed = {iri for row in shown for cell in row["cells"] for iri in cell["measures"]}
    assert listed == {row["iri"] for row in graph.query("measures") if not row["restates"]}


def test_a_page_ends_where_its_marks_do_and_the_next_goes_on(graph: Graph) -> None:
    first = seen(graph, rows="technologies")
    second = seen(graph, rows="technologies", start=str(first["pages"][1]))
    assert len(rows(first)) == first["pages"][1]
    assert not {row["subject"]["iri"] for row in rows(first)} & {
        row["subject"]["iri"] for row in rows(second)
    }


def test_as_a_table_every_entry_has_its_line(graph: Graph) -> None:
    table = views.table(graph, "compare", {"rows": "technologies", "technology": "AI-OCR"})
    wanted = {
        (TSUSHIMA, 2022, "operation"): ("uncertain", 699),
        (TAMAKI, 2022, "introduction"): ("uncertain", 732),
        (TOIN, 2023, "introduction"): ("certain", 370),
        (ASAHI, 2024, "introduction"): ("certain", 393),
    }
    found = {
        (row["municipality"], row["fiscalYear"], row["phase"]): (
            row["certainty"],
            row["sourceLine"],
        )
        for row in table
    }
    assert {key: found[key] for key in wanted} == wanted


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"town": "どこか町"}, UnknownValue),
        ({"town": "|".join([ASAHI] * 13)}, BadParameter),
        ({"rows": "departments"}, BadParameter),
        ({"since": "令和6年"}, NotAFiscalYear),
        ({"start": "-1"}, BadParameter),
        ({"years": "heisei"}, BadParameter),
        ({"prefecture": "99"}, BadParameter),
        ({"colour": "red"}, BadParameter),
    ],
)
def test_a_value_that_means_nothing_is_refused(
    graph: Graph, values: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        seen(graph, **values)


def test_more_towns_than_fit_are_refused(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare.columns, "MOST", 2)
    with pytest.raises(BadParameter):
        seen(graph, town=f"{ASAHI}|{TOIN}|{TAMAKI}")


def test_where_towns_are_many_the_first_of_a_prefecture_are_columns(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare.columns, "MOST", 2)
    monkeypatch.setattr(compare.columns, "_LISTED", 2)
    view = seen(graph)
    assert [town["code"] for town in view["towns"]] == [TSUSHIMA]
    assert [len(each["towns"]) for each in view["offered"]["prefectures"]] == [0, 0, 0]


def test_the_page_reads_a_mark_out_in_words(client: FlaskClient) -> None:
    page = client.get(f"/compare/technologies?technology=AI-OCR&town={TSUSHIMA}").text
    assert 'aria-label="津島市 AI-OCR 令和4年度 運用 不確か"' in page
    assert 'class="phase phase-operation uncertain"' in page


def test_years_are_written_by_era_or_not(client: FlaskClient) -> None:
    era, ad = (client.get(f"/compare?years={years}").text for years in ("era", "ad"))
    assert (">令和4年度<" in era, ">2022年度<" in era) == (True, False)
    assert (">令和4年度<" in ad, ">2022年度<" in ad) == (False, True)


@pytest.mark.parametrize(
    ("extension", "media", "begins"),
    [
        ("csv", "text/csv", b"section,subject,"),
        ("json", "application/json", b"["),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("svg", "image/svg+xml", b"<svg"),
    ],
)
def test_the_same_query_gives_every_format(
    client: FlaskClient, extension: str, media: str, begins: bytes
) -> None:
    answer = client.get(f"/compare/technologies.{extension}?technology=AI-OCR")
    assert (answer.status_code, answer.mimetype) == (200, media)
    assert answer.data.lstrip().startswith(begins)


def test_the_picture_has_a_title_a_description_and_text(client: FlaskClient) -> None:
    picture = client.get(f"/compare/technologies.svg?technology=AI-OCR&town={TOIN}").text
    for part in ('<title id="drawing-title">', "<desc>", ">導入</text>"):
        assert part in picture
    assert "style=" not in picture


def test_a_picture_of_nothing_says_so(client: FlaskClient) -> None:
    picture = client.get(f"/compare/technologies.svg?technology=AI-OCR&town={NANKAN}").text
    assert "<desc>条件に合うものはない。</desc>" in picture


@pytest.mark.parametrize("path", ["/compare", "/compare/technologies", "/compare/measures"])
def test_a_page_stays_small(client: FlaskClient, path: str) -> None:
    assert len(client.get("/en" + path).data) < 200_000
