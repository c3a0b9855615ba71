"""Search, suggestions, the front page and the list of towns, over HTTP."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from dxgraph import views
from dxgraph.labels import KINDS
from dxgraph.namespaces import ID, LABEL, TYPE, dxo
from dxgraph.session import Graph
from dxgraph.store import EmbeddedStore, Result
from dxgraph.views import municipalities, overview
from dxgraph.web import create_app


@pytest.fixture(scope="module")
def app(graph: Graph) -> Flask:
    return create_app(graph)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def text_of(page: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", page))


def test_a_search_shows_hits_with_the_words_marked_and_where_they_stand(
    client: FlaskClient,
) -> None:
    page = client.get("/search?q=ＡＩ－ＯＣＲ&town=24324").text
    assert "<mark>AI-OCR</mark>" in page
    assert "東員町 › 東員町デジタル化推進計画 › AI・RPAの利用促進" in re.sub(
        r"\s+", " ", text_of(page)
    )


def test_a_search_in_english_has_english_names_and_addresses(client: FlaskClient) -> None:
    page = client.get("/en/search?q=電子申請").text
    assert '<a href="/en/doc/technology/online-application">Online application</a>' in page
    assert "also: <mark>電子申請</mark>" in page


def test_the_other_language_keeps_the_search(client: FlaskClient) -> None:
    page = unescape(client.get("/search?q=導入&kind=measure").text)
    assert 'href="/en/search?q=%E5%B0%8E%E5%85%A5&kind=measure"' in page


def test_counts_by_kind_stay_when_one_is_chosen(client: FlaskClient) -> None:
    every = client.get("/search.json?q=導入").get_json()
    one = client.get("/search.json?q=導入&kind=measure").get_json()
    assert every["kinds"] == one["kinds"]
    assert {hit["kind"]["name"] for hit in one["hits"]} == {"measure"}
    assert one["total"] == len(one["hits"])


def test_pages_of_hits_go_on_where_the_last_ended(client: FlaskClient) -> None:
    asked = "/search.json?q=導入"
    pages = [client.get(f"{asked}&page={number}").get_json() for number in range(1, 8)]
    iris = [hit["iri"] for page in pages for hit in page["hits"]]
    assert len(iris) == len(set(iris)) == pages[0]["total"]


def test_a_page_beyond_the_last_is_the_last(client: FlaskClient) -> None:
    assert client.get("/search.json?q=導入&page=9999").get_json()["page"] == 7


def test_a_search_that_finds_nothing_suggests_the_nearest_names(client: FlaskClient) -> None:
    page = client.get("/search?q=AI-ORC").text
    assert "見つかりませんでした" in page
    assert 'href="/search?q=AI-OCR"' in page


def test_a_search_for_nothing_tells_how_to_search(client: FlaskClient) -> None:
    assert "漢字二文字" in client.get("/search").text
    assert client.get("/search.json").get_json()["hits"] == []


@pytest.mark.parametrize("asked", ["kind=town", "page=0", "page=x", "page=１", "page=99999"])
def test_what_no_search_knows_is_refused(client: FlaskClient, asked: str) -> None:
    assert client.get(f"/search.json?q=導入&{asked}").status_code == 422


def test_markup_in_a_search_and_in_a_label_is_text(graph: Graph) -> None:
    store = ox.Store()
    thing = ox.NamedNode(f"{ID}technology/odd")
    store.add(ox.Quad(thing, TYPE, dxo("Technology")))
    store.add(ox.Quad(thing, LABEL, ox.Literal("<script>alert(1)</script> 導入", language="ja")))
    odd = create_app(Graph(EmbeddedStore(store), graph.catalog)).test_client()
    page = odd.get("/search?q=<script>alert(1)</script> 導入").text
    assert "<script>alert" not in page
    assert "&lt;<mark>script</mark>&gt;" in page


def test_a_suggestion_has_a_name_a_kind_and_an_address(client: FlaskClient) -> None:
    first = client.get("/suggest?q=ai-o").get_json()[0]
    assert (first["name"], first["kind"], first["url"]) == (
        "AI-OCR",
        "技術",
        "/doc/technology/ai-ocr",
    )
    assert first["marked"] == [["AI-O", True], ["CR", False]]


def test_suggestions_in_english_lead_to_english_pages(client: FlaskClient) -> None:
    first = client.get("/en/suggest?q=とういん").get_json()[0]
    assert (first["name"], first["url"]) == ("Toin Town", "/en/doc/municipality/24324")


def test_suggestions_of_one_name_are_one_that_leads_to_a_search(client: FlaskClient) -> None:
    found = {each["name"]: each for each in client.get("/suggest?q=総務").get_json()}
    assert found["総務課"]["alike"] > 1
    assert found["総務課"]["within"] == ""
    hits = client.get(found["総務課"]["url"].replace("/search", "/search.json")).get_json()["hits"]
    assert sum(hit["ja"] == "総務課" for hit in hits) == found["総務課"]["alike"]
    assert len(found) > 1


def test_no_entry_of_a_table_is_suggested(client: FlaskClient) -> None:
    details = {kind.ja for kind in KINDS.values() if kind.detail}
    assert not details & {each["kind"] for each in client.get("/suggest?q=導入").get_json()}


def test_the_front_page_asks_the_question_and_names_the_towns(client: FlaskClient) -> None:
    page = client.get("/").text
    assert 'action="/queries/towns-by-technology"' in page
    assert '<option value="ai-ocr" selected>' in page
    assert {"津島市", "東員町", "朝日町", "玉城町", "南関町"} <= set(
        re.findall(r">([^<]+)</a>", page)
    )


def test_the_form_of_the_front_page_asks_what_the_saved_question_takes(
    client: FlaskClient, graph: Graph
) -> None:
    page = client.get("/").text
    technologies = re.findall(r'<option value="([^"]+)"', page)
    for technology in map(unescape, technologies[:5]):
        assert len(graph.query("towns-by-technology", technology=technology, by=2026)) > 0


def test_counts_of_the_front_page_are_those_of_the_graph(graph: Graph) -> None:
    seen = views.look(graph, "overview", {})
    assert seen["counts"]["Measure"] == len(graph.query("measures"))
    assert seen["counts"]["towns"] == len(graph.query("plans"))


def test_many_towns_are_prefectures_on_the_front_page(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "LISTED", 4)
    again = Graph(graph.store, graph.catalog)
    page = create_app(again).test_client().get("/").text
    assert 'href="/towns?prefecture=24">三重県</a> <small>3</small>' in page
    assert "朝日町" not in page


def test_an_empty_graph_has_a_front_page_and_a_list(graph: Graph) -> None:
    empty = create_app(Graph(EmbeddedStore(ox.Store()), graph.catalog)).test_client()
    for path in ("/", "/towns", "/search?q=導入", "/suggest?q=導", "/towns.csv"):
        assert empty.get(path).status_code == 200


def rows(body: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body)))


def test_the_list_of_towns_has_plan_period_and_counts(client: FlaskClient) -> None:
    towns = {row["municipality"]: row for row in rows(client.get("/towns.csv").text)}
    asahi = towns["24343"]
    assert (asahi["name"], asahi["prefecture"], asahi["plan"]) == (
        *("朝日町", "三重県", "朝日町デジタル戦略推進計画"),
    )
    assert (asahi["fromYear"], asahi["toYear"]) == ("2022", "2026")
    measures = client.get("/queries/measures.json?municipality=24343").get_json()
    assert asahi["measures"] == str(len(measures))


def test_technologies_are_counted_as_the_saved_question_has_them(graph: Graph) -> None:
    towns: dict[str, int] = {}
    for technology in views.look(graph, "overview", {})["technologies"]:
        found = graph.query("towns-by-technology", technology=technology["iri"])
        assert technology["towns"] == len(found)
        for row in found:
            towns[str(row["municipality"])] = towns.get(str(row["municipality"]), 0) + 1
    assert {town["code"]: town["technologies"] for town in municipalities.towns(graph)} == towns


@pytest.mark.parametrize(("sort", "turned"), [("measures", False), ("-measures", True)])
def test_towns_are_sorted_as_asked(client: FlaskClient, sort: str, turned: bool) -> None:
    counts = [int(row["measures"]) for row in rows(client.get(f"/towns.csv?sort={sort}").text)]
    assert counts == sorted(counts, reverse=turned)


def test_towns_are_sorted_by_how_their_names_are_read(client: FlaskClient) -> None:
    names = [row["name"] for row in rows(client.get("/towns.csv?sort=name").text)]
    assert names == ["朝日町", "玉城町", "津島市", "東員町", "南関町"]


@pytest.mark.parametrize("prefecture", ["24", "三重県", "Mie Prefecture"])
def test_towns_of_a_prefecture_are_listed_alone(client: FlaskClient, prefecture: str) -> None:
    found = rows(client.get(f"/towns.csv?prefecture={prefecture}").text)
    assert [row["municipality"] for row in found] == ["24324", "24343", "24461"]


@pytest.mark.parametrize("asked", ["sort=size", "prefecture=13", "page=0"])
def test_what_the_list_does_not_know_is_refused(client: FlaskClient, asked: str) -> None:
    assert client.get(f"/towns?{asked}").status_code == 422


def test_the_list_of_towns_opens_as_a_workbook(client: FlaskClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get("/towns.xlsx").data))
    sheet: Any = book.worksheets[0]
    assert sheet.max_row >= 6


def test_the_list_is_cut_into_pages(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(municipalities, "ON_A_PAGE", 2)
    page = unescape(client.get("/towns?sort=code&page=2").text)
    assert 'href="/towns?sort=code&page=3"' in page
    assert ("玉城町" in page, "津島市" in page) == (True, False)


class Elsewhere:
    """A graph as another server's is seen: queries go in, and nothing else is known of it."""

    inline = True

    def __init__(self, graph: Graph) -> None:
        self._store = graph.store
        self.graphs = graph.store.graphs

    def ask(self, text: str, *narrowed: Sequence[str], like: str = "") -> Result:
        return self._store.ask(text, *narrowed, like=like)


def test_a_graph_in_another_server_is_searched_without_an_index(graph: Graph) -> None:
    far = create_app(Graph(Elsewhere(graph), graph.catalog)).test_client()
    found = far.get("/search.json?q=ai 導入").get_json()
    assert found["approximate"]
    assert "AI・RPAの導入" in {hit["ja"] for hit in found["hits"]}
    assert "索引がありません" in far.get("/search?q=導入").text
    assert far.get("/suggest?q=導入").get_json() == []


def test_an_index_that_is_gone_is_done_without(graph: Graph, tmp_path: Path) -> None:
    here = Graph(graph.store, graph.catalog, index=tmp_path / "labels.sqlite")
    assert here.labels is not None
    (tmp_path / "labels.sqlite").unlink()
    client = create_app(here).test_client()
    assert client.get("/search.json?q=導入").get_json()["approximate"]
    assert client.get("/suggest?q=導入").get_json() == []


def test_what_is_read_of_a_graph_elsewhere_is_read_again(graph: Graph) -> None:
    far, here = Graph(Elsewhere(graph), graph.catalog), Graph(graph.store, graph.catalog)
    assert here.once(municipalities.towns) is here.once(municipalities.towns)
    assert far.once(municipalities.towns) is not far.once(municipalities.towns)
