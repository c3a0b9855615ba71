"""Questions as pages: the gallery, forms filled from the graph, answers in words and links."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.serving import make_server

from dxgraph import snippets, views
from dxgraph.catalog import Catalog
from dxgraph.namespaces import ID
from dxgraph.pages import answer
from dxgraph.session import Graph
from dxgraph.web import create_app

ROOT = Path(__file__).resolve().parent.parent
QUERIES = list(Catalog(ROOT / "queries"))
NAMES = [query.name for query in QUERIES]
HEADLINE = "/queries/towns-by-technology"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(scope="module")
def app(graph: Graph) -> Flask:
    return create_app(graph)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def page(client: FlaskClient, path: str, status: int = 200) -> Any:
    """The page at a path, as a tree."""
    response = client.get(path, headers=BROWSER)
    assert (response.status_code, response.mimetype) == (status, "text/html")
    return html.fromstring(response.get_data(as_text=True))


def texts(tree: Any, path: str) -> list[str]:
    return [" ".join(each.text_content().split()) for each in tree.xpath(path)]


# The gallery


def test_a_browser_is_shown_every_question_under_a_group(client: FlaskClient) -> None:
    tree = page(client, "/queries")
    links = tree.xpath("//section//h3/a/@href")
    assert sorted(links) == sorted(f"/queries/{name}" for name in NAMES)
    assert texts(tree, "//section/h2")[0] == "技術"


def test_a_question_of_no_known_group_stands_among_the_others() -> None:
    found = answer.groups([replace(QUERIES[0], tags=("new",))], "ja")
    assert [(name, len(held)) for name, held in found] == [("そのほか", 1)]


@pytest.mark.parametrize("accept", ["*/*", "", "application/json"])
def test_a_program_is_sent_the_list_as_json(client: FlaskClient, accept: str) -> None:
    listed = client.get("/queries", headers={"Accept": accept})
    assert listed.mimetype == "application/json"
    assert listed.data == client.get("/queries.json", headers=BROWSER).data


@pytest.mark.parametrize("accept", ["*/*", "", "application/json"])
def test_a_program_is_sent_the_answer_as_json(client: FlaskClient, accept: str) -> None:
    response = client.get("/queries/plans", headers={"Accept": accept})
    assert response.mimetype == "application/json"


# Answers


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("query", QUERIES, ids=NAMES)
def test_every_question_opens_with_an_answer(
    client: FlaskClient, query: Any, language: str
) -> None:
    tree = page(client, f"{language}/queries/{query.name}")
    assert tree.xpath("//main//tbody/tr/td//a[starts-with(@href, '/')]")
    assert not re.search(r"https?://\S*/id/", " ".join(texts(tree, "//main//tbody//td")))


def test_cells_say_in_words_what_data_say_in_code(client: FlaskClient) -> None:
    rows = texts(
        page(client, f"{HEADLINE}?technology=AI-OCR&by=2024"), "//section[1]//tbody/tr[1]/td"
    )
    assert rows[:5] == ["津島市", "令和4年度", "運用", "取組が名指し", "不確か"]
    english = page(client, f"/en{HEADLINE}?technology=AI-OCR&by=2024")
    assert texts(english, "//section[1]//tbody/tr[1]/td")[:5] == [
        "Tsushima City",
        "FY2022",
        "operation",
        "named by the activity",
        "uncertain",
    ]


def test_an_uncertain_reading_is_hatched(client: FlaskClient) -> None:
    tree = page(client, HEADLINE)
    assert set(texts(tree, "//td[@class='uncertain']")) == {"不確か"}


def test_a_code_of_a_town_is_its_name_and_leads_to_its_page(client: FlaskClient) -> None:
    links = page(client, "/queries/item-coverage").xpath("//td/a[text()='朝日町']/@href")
    assert set(links) == {"/doc/municipality/24343"}


def test_a_row_is_linked_at_the_name_of_its_subject(client: FlaskClient) -> None:
    tree = page(client, "/en/queries/measures?municipality=24343")
    [link] = tree.xpath("//td/a[@href='/en/doc/plan/24343/dx-2023/measure/2-2']")
    assert link.text == "Use of AI and RPA"


def test_japanese_in_an_english_page_says_that_it_is(client: FlaskClient) -> None:
    tree = page(client, "/en/queries/governance")
    assert all(
        each.get("lang") == "ja"
        for each in tree.xpath("//td//*[not(*)]")
        if re.search("[ぁ-ん一-龠]", each.text or "")
    )


def test_a_long_answer_comes_in_pages(client: FlaskClient) -> None:
    first = page(client, "/queries/schedule?municipality=24343&limit=60")
    [following] = set(first.xpath("//a[@rel='next']/@href"))
    second = page(client, f"/queries/schedule{following}")
    count = [len(tree.xpath("//section[1]//tbody/tr")) for tree in (first, second)]
    assert count == [60, 45]
    assert "61〜105 行目 / 全 105 行" in texts(second, "//nav[@class='paging']")[0]
    assert not second.xpath("//a[@rel='next']")


def test_a_page_beyond_the_answer_is_empty_and_no_error(client: FlaskClient) -> None:
    assert page(client, "/queries/plans?offset=50").xpath("//p[@class='empty']")


def test_markup_in_a_value_is_text() -> None:
    view = {
        "columns": ["title", "iri"],
        "rows": [
            [{"value": "<b>x</b>", "iris": []}, {"value": ID + "a/b", "iris": []}],
        ],
        "names": {},
    }
    [[cell]] = answer.shown(view, {}, "ja").rows
    assert cell.parts[0].text == "<b>x</b>"


def test_downloads_ask_what_the_page_asked(client: FlaskClient) -> None:
    tree = page(client, f"{HEADLINE}?technology=AI-OCR&by=")
    links = tree.xpath("//ul[@class='downloads']//a/@href")
    assert links[:2] == [
        f"{HEADLINE}.xlsx?technology=AI-OCR",
        f"{HEADLINE}.csv?technology=AI-OCR&bom=1",
    ]
    assert all(client.get(link).status_code == 200 for link in links)


def test_the_permalink_brings_the_same_answer(client: FlaskClient) -> None:
    tree = page(client, f"{HEADLINE}?by=R6&technology={quote('ＡＩ－ＯＣＲ')}")
    [link] = tree.xpath("//input[@id='permalink']/@value")
    again = page(client, link.removeprefix("http://localhost"))
    path = "//section[1]//tbody/tr"
    assert texts(again, path) == texts(tree, path)


def test_the_language_is_switched_without_losing_the_question(client: FlaskClient) -> None:
    tree = page(client, f"{HEADLINE}?technology=RPA")
    assert tree.xpath("//a[@class='language']/@href") == [f"/en{HEADLINE}?technology=RPA"]


def test_the_sparql_shown_answers_the_same(client: FlaskClient, graph: Graph) -> None:
    tree = page(client, HEADLINE)
    [text] = tree.xpath("//pre[@id='sparql']")
    found: Any = graph.sparql(text.text_content())
    assert list(found) == list(graph.query("towns-by-technology", technology="AI-OCR", by=2024))


@pytest.mark.parametrize("query", QUERIES, ids=NAMES)
def test_the_explanation_speaks_of_what_the_query_does(query: Any) -> None:
    named = {
        word
        for text in query.explanation.values()
        for word in re.findall(r"\b[a-z]+(?:[A-Z][a-z]+)+\b|\b[A-Z][a-z]+[A-Z][A-Za-z]+\b", text)
    }
    ontology = " ".join(path.read_text("utf-8") for path in (ROOT / "ontology").glob("*.ttl"))
    columns = {column.name for column in query.columns}
    unknown = {word for word in named - columns if f":{word}" not in ontology + query.text}
    assert unknown == set()


# Forms


def test_a_form_offers_what_the_graph_holds(client: FlaskClient) -> None:
    tree = page(client, HEADLINE)
    assert "AI-OCR" in texts(tree, "//select[@name='technology']/option")
    assert texts(tree, "//select[@name='technology']/option[@selected]") == ["AI-OCR"]
    assert texts(tree, "//select[@name='by']/option[@selected]") == ["令和6年度"]


@pytest.mark.parametrize("kind", ["municipality", "technology", "department", "plan", "item"])
def test_every_choice_of_a_form_is_a_value_that_names_it(graph: Graph, kind: str) -> None:
    [query] = [q for q in QUERIES if q.name == _asking(kind)]
    [name] = [p.name for p in query.parameters if p.type == kind][:1]
    for choice in views.look(graph, "choices", {"kind": kind}):
        others = {} if query.one_of else {k: v for k, v in query.example.items() if k != name}
        assert f"<{choice['iri']}>" in graph.bind(query.name, **{**others, name: choice["value"]})


def _asking(kind: str) -> str:
    return next(q.name for q in QUERIES if any(p.type == kind for p in q.parameters))


def test_departments_of_one_name_stand_under_their_towns(client: FlaskClient) -> None:
    tree = page(client, "/queries/departments-like")
    groups = tree.xpath("//optgroup[option[normalize-space()='総務課']]/@label")
    assert {"東員町", "朝日町"} <= set(groups)


def test_choices_beyond_what_a_page_lists_are_searched(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dxgraph.views.choices.MOST", 3)
    tree = page(client, "/queries/measures?municipality=24343&limit=1")
    [field] = tree.xpath("//input[@name='municipality']")
    assert field.get("value") == "24343"
    assert field.get("data-choices") == "/choices/municipality.json"


@pytest.mark.parametrize(
    ("kind", "held", "found"),
    [
        ("municipality", "朝日", "朝日町"),
        ("municipality", "あさひ", "朝日町"),
        ("municipality", "asahi", "朝日町"),
        ("municipality", "24343", "朝日町"),
        ("technology", "ａｉ-ocr", "AI-OCR"),
    ],
)
def test_a_choice_is_found_by_name_reading_or_code(
    client: FlaskClient, kind: str, held: str, found: str
) -> None:
    answered = client.get(f"/choices/{kind}.json", query_string={"q": held}).get_json()
    assert found in [choice["ja"] for choice in answered]


def test_choices_of_what_is_no_type_are_not_there(client: FlaskClient) -> None:
    assert client.get("/choices/colour.json").status_code == 404


# Mistakes


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("technology=AIOCRR", "technology"),
        ("technology=AI-OCR&by=" + quote("令和6年"), "by"),
        ("technology=AI-OCR&broader=perhaps", "broader"),
        ("by=2024", "technology"),
        ("technology=AI&technology=RPA", "technology"),
    ],
)
@pytest.mark.parametrize("language", ["", "/en"])
def test_a_value_that_does_not_fit_is_marked_at_its_field(
    client: FlaskClient, asked: str, field: str, language: str
) -> None:
    tree = page(client, f"{language}{HEADLINE}?{asked}", 422)
    [wrong] = tree.xpath("//*[@aria-invalid='true']")
    assert wrong.get("name") == field
    assert tree.get_element_by_id(wrong.get("aria-describedby")).text_content()
    assert tree.xpath("//*[@role='alert']")


def test_the_nearest_names_are_one_click_away(client: FlaskClient) -> None:
    tree = page(client, f"{HEADLINE}?technology=AIOCRR&by=2024", 422)
    [link] = tree.xpath("//*[@role='alert']//a[text()='AI-OCR']/@href")
    assert texts(page(client, HEADLINE + link), "//section[1]//tbody/tr")


def test_what_is_typed_is_not_lost_by_a_mistake(client: FlaskClient) -> None:
    tree = page(client, f"{HEADLINE}?technology=AIOCRR&by=2024", 422)
    assert tree.xpath("//input[@name='technology']/@value") == ["AIOCRR"]
    assert tree.xpath("//select[@name='by']/option[@selected]/@value") == ["2024"]


def test_neither_of_two_conditions_is_a_mistake_of_the_first(client: FlaskClient) -> None:
    tree = page(client, "/queries/gaps?technology=AI&item=ai-rpa", 422)
    assert tree.xpath("//*[@aria-invalid='true']/@name") == ["technology"]


def test_a_condition_nobody_knows_is_told_above_the_form(client: FlaskClient) -> None:
    tree = page(client, "/queries/plans?colour=blue", 422)
    assert "colour" in texts(tree, "//*[@role='alert']")[0]


def test_a_program_is_told_which_parameter_does_not_fit(client: FlaskClient) -> None:
    told = client.get(f"{HEADLINE}?technology=AI&by=R99x").get_json()
    assert told["parameter"] == "by"


def test_an_unknown_question_has_a_page_that_says_so(client: FlaskClient) -> None:
    page(client, "/queries/no-such-question", 404)


# Snippets


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


VALUES = {"technology": "AI-OCR", "by": "令和6年度"}


@pytest.mark.parametrize("make", [snippets.python, snippets.pandas, snippets.library])
@pytest.mark.parametrize("values", [VALUES, {**VALUES, "technology": 'a"b\\'}])
def test_a_python_snippet_compiles(make: Any, values: dict[str, str]) -> None:
    compile(make("https://town.example", "towns-by-technology", values), "snippet", "exec")


@pytest.mark.parametrize("make", [snippets.python, snippets.library])
def test_a_python_snippet_brings_the_answer(address: str, make: Any) -> None:
    text = make(address, "towns-by-technology", VALUES)
    ran = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", text], capture_output=True, text=True, check=True
    )
    assert "24461" in ran.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_snippet_brings_the_answer(address: str) -> None:
    text = snippets.curl(address, "towns-by-technology", VALUES)
    ran = subprocess.run(["sh", "-c", text], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[0].startswith("municipality,name")
    assert len(ran.stdout.splitlines()) == 5


def test_a_command_can_be_pasted_into_a_shell() -> None:
    told = snippets.command("schedule", {"municipality": "朝日町", "measure": "2'; rm -rf ~"})
    ran = subprocess.run(
        ["sh", "-c", told.replace("dxgraph", "printf '%s\\n'", 1)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.splitlines() == [
        "query",
        "schedule",
        "municipality=朝日町",
        "measure=2'; rm -rf ~",
    ]


def test_power_query_doubles_quotes_and_escapes_its_escape() -> None:
    told = snippets.power_query("https://town.example", "schedule", {"measure": '2"#(lf)'})
    assert 'Query = [#"measure" = "2""#(#)(lf)"]' in told


def test_codes_stay_texts_in_r() -> None:
    assert 'municipality = "character"' in snippets.r("", "plans", {}, True)
    assert "colClasses" not in snippets.r("", "lineage", {}, False)


# Order


def test_a_page_holds_no_script_or_style_of_its_own(client: FlaskClient) -> None:
    class Finder(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            names = dict(attrs)
            assert "style" not in names
            assert not [name for name in names if name.startswith("on")]
            assert tag != "style"
            assert tag != "script" or "src" in names

    for path in ("/queries", HEADLINE):
        Finder().feed(client.get(path, headers=BROWSER).get_data(as_text=True))


@pytest.mark.parametrize("query", QUERIES, ids=NAMES)
def test_a_page_is_smaller_than_200_kb(client: FlaskClient, query: Any) -> None:
    response = client.get(f"/queries/{query.name}?limit=200", headers=BROWSER)
    assert len(response.data) < 200_000


def test_the_data_of_a_page_is_json(graph: Graph) -> None:
    values = {"question": "plans", "values": "{}", "offset": "0", "limit": "5"}
    assert json.loads(json.dumps(views.look(graph, "question", values)))["total"] == 5
