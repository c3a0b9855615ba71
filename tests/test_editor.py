"""``/sparql`` for people: a form that works as it is, answers as tables of links."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from dxgraph import pages
from dxgraph.catalog import Catalog
from dxgraph.namespaces import PREFIXES
from dxgraph.session import Graph
from dxgraph.settings import Settings
from dxgraph.store import EmbeddedStore
from dxgraph.web import create_app, editor
from dxgraph.workspace import find

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PLANS = "SELECT ?plan ?title { ?plan a dxo:DXPlan ; rdfs:label ?title } ORDER BY ?plan ?title"
TRIPLES = "CONSTRUCT { ?plan a dxo:DXPlan } WHERE { ?plan a dxo:DXPlan }"


@pytest.fixture(scope="module")
def app(graph: Graph) -> Flask:
    return create_app(graph)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def page(client: FlaskClient, status: int = 200, path: str = "/sparql", **asked: str) -> Any:
    response = client.get(path, query_string=asked, headers=BROWSER)
    assert (response.status_code, response.mimetype) == (status, "text/html")
    return html.fromstring(response.get_data(as_text=True))


def rows(tree: Any) -> list[list[str]]:
    found = tree.xpath("//section[@id='answer']//tbody/tr")
    return [[cell.text_content() for cell in row] for row in found]


def test_a_browser_is_shown_a_form_with_a_query_that_runs(client: FlaskClient) -> None:
    [field] = page(client).xpath("//textarea[@name='query']")
    assert len(rows(page(client, query=field.text_content()))) == 5


@pytest.mark.parametrize("query", list(Catalog(find().queries)), ids=lambda query: query.name)
def test_every_saved_question_is_an_example_that_runs(client: FlaskClient, query: Any) -> None:
    tree = page(client, example=query.name)
    assert f"?example={query.name}" in tree.xpath("//details//a/@href")
    [field] = tree.xpath("//textarea[@name='query']")
    assert rows(page(client, query=field.text_content()))


def test_an_example_that_is_none_is_not_found(client: FlaskClient) -> None:
    assert page(client, 404, example="nothing").xpath("//*[@role='alert']")


def test_an_answer_is_a_table_whose_things_lead_to_their_pages(client: FlaskClient) -> None:
    tree = page(client, query=PLANS)
    [link] = tree.xpath("//td/a[text()='id:plan/24343/dx-2023']/@href")[:1]
    assert link == "/doc/plan/24343/dx-2023"
    assert ["id:plan/24343/dx-2023", "朝日町デジタル戦略推進計画"] in rows(tree)


def test_the_pages_of_an_english_answer_are_english(client: FlaskClient) -> None:
    tree = page(client, path="/en/sparql", query=PLANS)
    assert tree.xpath("//td/a/@href")[0].startswith("/en/doc/plan/")


def test_triples_are_a_table_of_three_columns(client: FlaskClient) -> None:
    tree = page(client, query=TRIPLES)
    assert ["id:plan/24343/dx-2023", "rdf:type", "dxo:DXPlan"] in rows(tree)
    links = tree.xpath("//ul[@class='downloads']//a/@href")
    assert links[0].startswith("/sparql.ttl?query=CONSTRUCT")


@pytest.mark.parametrize(
    ("query", "word"), [("ASK { ?p a dxo:DXPlan }", "はい"), ("ASK { ?p a dxo:None }", "いいえ")]
)
def test_a_question_of_yes_and_no_is_answered_in_words(
    client: FlaskClient, query: str, word: str
) -> None:
    assert page(client, query=query).xpath("//p[@class='empty']/strong")[0].text == word


def test_the_query_stays_in_the_form(client: FlaskClient) -> None:
    assert page(client, query=PLANS).xpath("//textarea")[0].text_content().strip() == PLANS


def test_a_cut_answer_says_so_and_leads_on(client: FlaskClient) -> None:
    first = page(client, query=PLANS, limit="4")
    [following] = first.xpath("//p[contains(@class, 'cut')]/a/@href")
    second = html.fromstring(client.get(f"/sparql{following}&limit=100", headers=BROWSER).data)
    assert rows(first) + rows(second) == rows(page(client, query=PLANS))
    assert not second.xpath("//p[contains(@class, 'cut')]")


@pytest.mark.parametrize(
    ("query", "status"),
    [("SELECT * {", 400), ("DROP ALL", 403), ("", 400), ("SELECT ?x { ?x", 400)],
)
def test_a_query_that_may_not_run_stays_to_be_mended(
    client: FlaskClient, query: str, status: int
) -> None:
    tree = page(client, status, query=query)
    [field] = tree.xpath("//textarea[@aria-invalid='true']")
    assert field.text_content().strip() == query
    assert tree.get_element_by_id(field.get("aria-describedby")).text_content()


def test_a_syntax_error_names_its_line(client: FlaskClient) -> None:
    tree = page(client, 400, query="SELECT *\nWHERE { ?s ?p }")
    assert "2 行" in tree.xpath("//*[@role='alert']")[0].text_content()


def test_markup_in_an_answer_is_text(client: FlaskClient) -> None:
    tree = page(client, query='SELECT ("<img src=x onerror=alert(1)>" AS ?x) {}')
    assert rows(tree) == [["<img src=x onerror=alert(1)>"]]
    assert not tree.xpath("//td//img")


def test_an_iri_that_is_no_address_is_no_link(client: FlaskClient) -> None:
    tree = page(client, query="SELECT (IRI('javascript:alert(1)') AS ?x) {}")
    assert rows(tree) == [["javascript:alert(1)"]]
    assert not tree.xpath("//td//a")


def test_a_form_that_is_posted_is_answered_with_a_page(client: FlaskClient) -> None:
    response = client.post("/sparql", data={"query": PLANS}, headers=BROWSER)
    assert (response.status_code, response.mimetype) == (200, "text/html")


# Machines


@pytest.mark.parametrize(
    ("query", "accept", "media"),
    [
        ("", "*/*", "text/turtle"),
        ("", "text/*", "text/turtle"),
        ("", "text/turtle, text/html;q=0.9", "text/turtle"),
        (PLANS, "*/*", "application/sparql-results+json"),
        (PLANS, "text/*", "text/csv"),
        (PLANS, "text/html;q=0.5, text/csv", "text/csv"),
        (PLANS, "application/sparql-results+xml, text/html", "application/sparql-results+xml"),
        (TRIPLES, "text/turtle, text/html;q=0.9", "text/turtle"),
    ],
)
def test_a_client_that_prefers_data_gets_no_page(
    client: FlaskClient, query: str, accept: str, media: str
) -> None:
    asked = {"query": query} if query else {}
    response = client.get("/sparql", query_string=asked, headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (200, media)


def test_an_answer_is_a_workbook_on_request(client: FlaskClient) -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(client.get("/sparql.xlsx", query_string={"query": PLANS}).data)
    )
    first, second = book.worksheets
    assert [cell.value for cell in first[1]] == ["plan", "title"]
    assert first["A2"].hyperlink.target.startswith("http://localhost/doc/plan/")
    assert [row[1].value for row in second if row[0].value == "SPARQL"] == [PLANS]


def test_a_part_of_an_answer_as_a_workbook_says_that_more_follows(client: FlaskClient) -> None:
    response = client.get("/sparql.xlsx", query_string={"query": PLANS, "limit": "3"})
    assert openpyxl.load_workbook(io.BytesIO(response.data)).worksheets[0].max_row == 4
    assert response.headers["X-Result-Cut"] == "rows=3; next-offset=3"


@pytest.mark.parametrize("query", ["ASK {}", TRIPLES])
def test_what_is_no_table_is_no_workbook(client: FlaskClient, query: str) -> None:
    assert client.get("/sparql.xlsx", query_string={"query": query}).status_code == 406


def test_csv_is_marked_for_excel_on_request(client: FlaskClient) -> None:
    asked = {"query": PLANS}
    plain = client.get("/sparql.csv", query_string=asked).data
    marked = client.get("/sparql.csv", query_string={**asked, "bom": "1"}).data
    assert marked == b"\xef\xbb\xbf" + plain


# What the editor loads


def test_the_editor_completes_our_terms_and_prefixes(client: FlaskClient) -> None:
    told = client.get("/sparql/terms.json").get_json()
    assert told["prefixes"] == PREFIXES
    assert PREFIXES["dxo"] + "Measure" in {each["iri"] for each in told["classes"]}
    properties = {each["iri"]: each for each in told["properties"]}
    assert {PREFIXES["dxo"] + "hasMeasure", PREFIXES["rdfs"] + "label"} <= set(properties)
    assert not {each["iri"] for each in told["classes"]} & set(properties)


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A build that could not fetch YASGUI."""
    monkeypatch.setattr(pages, "STATIC", tmp_path)


@pytest.fixture
def bundled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A build that put YASGUI in."""
    (tmp_path / "yasgui").mkdir()
    for name in ("yasgui.min.js", "yasgui.min.css"):
        (tmp_path / "yasgui" / name).write_text("", encoding="utf-8")
    monkeypatch.setattr(pages, "STATIC", tmp_path)


@pytest.mark.usefixtures("without")
def test_a_build_without_the_editor_has_the_plain_form(client: FlaskClient) -> None:
    response = client.get("/sparql", headers=BROWSER)
    assert b"yasgui" not in response.data
    assert "'sha256" not in response.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("bundled")
def test_only_the_page_of_the_editor_may_hold_its_styles(client: FlaskClient) -> None:
    response = client.get("/sparql", headers=BROWSER)
    assert b"/static/yasgui/yasgui.min.js" in response.data
    policy = response.headers["Content-Security-Policy"]
    assert "'sha256-" in policy
    assert "unsafe" not in policy
    assert "connect-src 'self'" in policy
    assert (
        "'sha256" not in client.get("/queries", headers=BROWSER).headers["Content-Security-Policy"]
    )


def test_the_editor_is_told_by_its_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pages, "STATIC", tmp_path)
    assert not editor.has_yasgui()


def test_any_graph_can_be_asked_in_the_form() -> None:
    store = ox.Store()
    store.add(ox.Quad(*[ox.NamedNode("http://example.org/a")] * 3))
    graph = Graph(EmbeddedStore(store, open_world=True), Catalog(find().queries))
    client = create_app(graph).test_client()
    assert page(client).xpath("//textarea")
    assert rows(page(client, query="SELECT * { ?s ?p ?o }")) == [["http://example.org/a"] * 3]


def test_links_stay_within_the_folder_of_the_site(graph: Graph) -> None:
    client = create_app(
        graph, settings=Settings(public_url="https://town.example/dx")
    ).test_client()
    [form] = page(client).xpath("//form[@class='sparql']")
    assert (form.get("action"), form.get("data-pages")) == ("/dx/sparql", "/dx/doc/")
