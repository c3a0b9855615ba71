"""Workbooks as officials open them: what a sheet shows, where it leads, what it says of itself."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from dxgraph import imprint, workbook
from dxgraph.errors import ResultTooLarge
from dxgraph.namespaces import ID
from dxgraph.session import Graph
from dxgraph.tables import render
from dxgraph.web import create_app
from dxgraph.workbook import About, Value

BUILT = datetime(2026, 4, 1, 12, 30, tzinfo=UTC)
ASAHI = f"{ID}municipality/24343"
VALUES = {"technology": "AI-OCR", "by": "令和6年度"}


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def sheet(columns: list[str], *rows: list[Value], about: About | None = None) -> Any:
    return opened(workbook.write(columns, rows, about or About())).worksheets[0]


@pytest.fixture(scope="module")
def answered(graph: Graph) -> Any:
    """The headline question as a workbook of a site at an address."""
    about = imprint.of_question(graph, "towns-by-technology", VALUES, "https://town.example/dx")
    table = graph.query("towns-by-technology", **VALUES)
    found = render(table, "xlsx", about=about)
    assert isinstance(found, bytes)
    return opened(found)


def facts(book: Any) -> dict[str, Any]:
    return {label.value: value.value for label, value in book.worksheets[1].iter_rows()}


def test_a_fiscal_year_has_its_era_beside_it() -> None:
    found = sheet(["fiscalYear", "phase"], [2024, "導入"], [2019, "検討"], [None, "運用"])
    rows = [[cell.value for cell in row] for row in found]
    assert rows == [
        ["fiscalYear", "fiscalYear (和暦)", "phase"],
        [2024, "令和6年度", "導入"],
        [2019, "令和元年度", "検討"],
        [None, None, "運用"],
    ]


def test_each_of_two_columns_of_years_has_its_eras() -> None:
    found = sheet(["fromYear", "toYear"], [2018, 2022])
    assert [cell.value for cell in found[2]] == [2018, "平成30年度", 2022, "令和4年度"]


def test_a_year_that_is_none_has_no_era() -> None:
    assert [cell.value for cell in sheet(["fiscalYear"], ["未定"])[2]] == ["未定", None]


def test_the_header_stays_and_is_repeated_in_print() -> None:
    found = sheet(["name", "fiscalYear"], ["朝日町", 2024])
    assert (found.freeze_panes, found.auto_filter.ref) == ("A2", "A1:C2")
    assert found.print_title_rows == "$1:$1"


def test_a_column_is_as_wide_as_what_it_shows_within_reason() -> None:
    found = sheet(["a", "b", "c"], ["導入" * 5, "x", "長い題" * 100])
    widths = [found.column_dimensions[letter].width for letter in "ABC"]
    assert widths == [22, 8, 60]


def test_a_text_wider_than_its_column_is_wrapped() -> None:
    found = sheet(["a", "b"], ["長い題" * 100, "短い題"])
    assert [cell.alignment.wrap_text for cell in found[2]] == [True, None]


def test_an_iri_leads_to_where_the_site_shows_it() -> None:
    about = About(address=lambda iri: iri.replace(ID, "https://town.example/doc/"))
    cell = sheet(["iri"], [ASAHI], about=about)["A2"]
    assert cell.value == ASAHI
    assert cell.hyperlink.target == "https://town.example/doc/municipality/24343"


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "file:///etc/hosts", "https://a b", "朝日町"]
)
def test_what_is_no_address_is_no_link(text: str) -> None:
    assert sheet(["x"], [text])["A2"].hyperlink is None


@pytest.mark.parametrize("text", ["=1+1", "+81", "-1", "@SUM(A1)", "\t=1", "#N/A", "#REF!"])
def test_a_text_is_no_formula_and_no_error(text: str) -> None:
    cell = sheet(["x"], [text])["A2"]
    assert (cell.data_type, cell.value) == ("s", text)


@pytest.mark.parametrize(("text", "quoted"), [("=1+1", True), ("@x", True), ("導入", False)])
def test_a_text_that_begins_like_a_formula_stays_text_when_edited(text: str, quoted: bool) -> None:
    assert bool(sheet(["x"], [text])["A2"].quotePrefix) is quoted


def test_the_same_rows_are_the_same_bytes_whenever_they_are_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    about = About("schedule", (("a", "b"),), BUILT)
    first = workbook.write(["x"], [["導入"]], about)
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 5, 5, 5, 5, 5, 0, 125, 0))
    assert workbook.write(["x"], [["導入"]], about) == first
    moments = {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(first)).infolist()}
    assert moments == {(2026, 4, 1, 12, 30, 0)}
    assert opened(first).properties.modified == BUILT.replace(tzinfo=None)


def test_rows_beyond_what_a_sheet_holds_are_refused() -> None:
    rows: list[list[Value]] = [[1]] * 1_048_576
    with pytest.raises(ResultTooLarge, match="holds 1,048,575 rows"):
        workbook.write(["x"], rows, About())


def test_links_beyond_what_a_sheet_holds_are_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_LINKS", 1)
    found = sheet(["iri"], [ASAHI], [ASAHI])
    assert [found[name].hyperlink is None for name in ("A2", "A3")] == [False, True]


def test_a_text_longer_than_a_cell_says_that_it_goes_on() -> None:
    text = str(sheet(["x"], ["あ" * 40_000])["A2"].value)
    assert (len(text), text[-1]) == (32_767, "…")


@pytest.mark.parametrize("title", ["", "a/b:c", "'", "題" * 40])
def test_any_title_names_a_sheet(title: str) -> None:
    assert sheet(["x"], [1], about=About(title))["A2"].value == 1


# What a workbook says of itself


def test_the_first_sheet_is_the_answer_under_the_name_of_the_question(answered: Any) -> None:
    assert answered.sheetnames == ["towns-by-technology", "出典 About"]
    assert [row[1].value for row in answered.worksheets[0]][:2] == ["name", "津島市"]


def test_the_second_sheet_says_how_it_was_asked_and_how_it_is_again(answered: Any) -> None:
    said = facts(answered)
    assert said["質問 / Question"].endswith("Which towns target AI-OCR by FY2024?")
    assert said["条件 / Parameters"] == "technology=AI-OCR\nby=令和6年度"
    assert said["この答え / This answer"].startswith(
        "https://town.example/dx/queries/towns-by-technology?technology=AI-OCR&by=%E4%BB%A4"
    )
    assert said["コマンド / Command"].endswith("technology=AI-OCR by=令和6年度")
    assert "id/technology/ai-ocr>" in said["SPARQL"]
    assert "#+" not in said["SPARQL"]


def test_the_second_sheet_names_source_licence_and_versions(answered: Any, graph: Graph) -> None:
    said = facts(answered)
    assert graph.stamp is not None
    assert said["ライセンス / Licence"] == "CC BY 4.0"
    assert said["グラフの版 / Version of the graph"] == graph.stamp.version
    assert said["グラフの構築日 / Graph built on"] == f"{graph.stamp.built:%Y-%m-%d}"
    assert said["ソフトウェア / Software"].startswith("dxgraph ")
    assert "sourceLine" in said["出典 / Source"]


def test_an_iri_of_an_answer_leads_to_the_site_it_came_from(answered: Any) -> None:
    first = answered.worksheets[0]
    last = first.cell(2, first.max_column)
    assert last.hyperlink.target.startswith("https://town.example/dx/doc/")


# Over HTTP


@pytest.fixture
def client(graph: Graph) -> FlaskClient:
    return create_app(graph).test_client()


def test_csv_begins_with_a_mark_for_excel_only_on_request(client: FlaskClient) -> None:
    plain, marked = (client.get(f"/queries/plans.csv{mark}").data for mark in ("", "?bom=1"))
    assert marked == b"\xef\xbb\xbf" + plain


def test_json_has_no_mark_whatever_is_asked(client: FlaskClient) -> None:
    assert client.get("/queries/plans.json?bom=1").data.startswith(b"[")


def test_a_mark_that_is_neither_there_nor_not_is_refused(client: FlaskClient) -> None:
    assert client.get("/queries/plans.csv?bom=yes").status_code == 422


def test_a_workbook_over_http_links_to_the_pages_of_its_language(client: FlaskClient) -> None:
    first = opened(client.get("/en/queries/plans.xlsx").data).worksheets[0]
    target = first.cell(2, first.max_column).hyperlink.target
    assert target.startswith("http://localhost/en/doc/plan/")


def test_the_same_answer_is_the_same_workbook(client: FlaskClient, graph: Graph) -> None:
    again = create_app(graph).test_client()
    assert client.get("/queries/plans.xlsx").data == again.get("/queries/plans.xlsx").data
