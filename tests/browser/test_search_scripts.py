"""The scripts that search a published site fold and find as the server does: all five plans."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page

from dxgraph.folding import TABLES, fold
from dxgraph.publish import names
from dxgraph.session import Graph
from dxgraph.store import EmbeddedStore
from dxgraph.web import create_app

#: Spellings that the names of the plans may lack.
SPELLINGS = (
    *("ＡＩ－ＯＣＲ", "ｻｰﾊﾞｰ", "ディジタル", "ヴァーチャル", "3ヶ月", "３箇月", "檜原村", "髙橋"),
    *("葛󠄀城市", "Tōin", "citizen’s", "2-1 1.10", "AI － ＯＣＲ", "Asahi Town — AI", "Straße"),
)
#: What is searched for, and in which town.
SEARCHES = (
    *(("導入", ""), ("ＡＩ−ＯＣＲ", ""), ("ai", ""), ("AI OCR", ""), ("市", ""), ("2-1", "")),
    *(("朝日町 導入", ""), ("導入", "24324"), ("rpa", "三重県"), ("サーバ", ""), ("町", "・")),
    *(("デジタル化", ""), ("標準化 システム", "東員町"), ("とういん", ""), ("令和6年度", "")),
    *(("Toin Town", ""), ("online", ""), ("AI・RPA", ""), ("24343", ""), ("ないもの", "")),
)
_FOLDED = """async ([tables, texts]) => {
  const { Folding } = await import("/static/folding.js");
  const folding = new Folding(tables);
  return texts.map((text) => [folding.fold(text), folding.fold(text, true)]);
}"""
_KEEP = """async (index) => {
  const { Names } = await import("/static/finding.js");
  window.names = new Names(index);
}"""
_FOUND = """([text, town]) => {
  const found = names.find(text, town).slice(0, 20);
  const words = names.words(text);
  return found.map(({ path, name }) => [path, names.marked(name.ja, words)]);
}"""


@pytest.fixture(scope="module")
def index(graph: Graph) -> Any:
    assert isinstance(graph.store, EmbeddedStore)
    return json.loads(names.made(graph.store.raw).data)


@pytest.fixture(scope="module")
def client(graph: Graph) -> FlaskClient:
    return create_app(graph).test_client()


def test_every_name_of_the_plans_is_folded_as_in_python(page: Page, index: Any) -> None:
    texts = [*SPELLINGS, *(text for _, *texts in index["names"] for text in texts)]
    page.goto("/towns")
    folded = page.evaluate(_FOLDED, [TABLES, texts])
    expected = [[fold(text), fold(text, apart=True)] for text in texts]
    wrong = [each for each in zip(texts, folded, expected, strict=True) if each[1] != each[2]]
    assert wrong == []


def test_a_search_finds_and_marks_what_the_server_does_in_its_order(
    page: Page, index: Any, client: FlaskClient
) -> None:
    page.goto("/towns")
    page.evaluate(_KEEP, index)
    for asked, town in SEARCHES:
        said = client.get("/search.json", query_string={"q": asked, "town": town}).get_json()
        expected = [
            [hit["url"].rpartition("localhost")[2].removeprefix("/doc/"), hit["marked"]["ja"]]
            for hit in said["hits"]
        ]
        assert page.evaluate(_FOUND, [asked, town]) == expected, (asked, town)
