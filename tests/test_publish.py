"""A published site: the same pages at the same addresses, as files that any server can send."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from few import few
from serving import PAGES

from dxgraph import cli, publish
from dxgraph.errors import UnusableFile
from dxgraph.namespaces import ID
from dxgraph.publish import names
from dxgraph.publish.links import fragments, links
from dxgraph.session import Graph
from dxgraph.store import EmbeddedStore
from dxgraph.web import create_app
from dxgraph.workspace import Workspace


@pytest.fixture(scope="module")
def small(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace of few things."""
    return few(root, tmp_path_factory.mktemp("few"))


@pytest.fixture(scope="module")
def published(small: Workspace, tmp_path_factory: pytest.TempPathFactory) -> publish.Published:
    """That workspace, published for a folder of a host."""
    folder = tmp_path_factory.mktemp("out") / "site"
    return publish.publish(small, folder, "https://x.example/dx")


def test_every_link_of_every_page_leads_somewhere(published: publish.Published) -> None:
    assert published.broken == []


def test_a_page_is_the_index_of_a_folder_and_its_data_lie_beside(
    published: publish.Published,
) -> None:
    page = published.folder / "doc/municipality/24343/index.html"
    data = published.folder / "doc/municipality/24343.ttl"
    assert 'href="/dx/static/site.css"' in page.read_text(encoding="utf-8")
    told = {quad.subject for quad in ox.parse(data.read_bytes(), format=ox.RdfFormat.TURTLE)}
    assert ox.NamedNode(ID + "municipality/24343") in told


def test_an_identifier_leads_on_to_its_document(published: publish.Published) -> None:
    page = (published.folder / "id/municipality/24343/index.html").read_text(encoding="utf-8")
    assert 'http-equiv="refresh" content="0; url=/dx/doc/municipality/24343"' in page


def test_publishing_again_replaces_what_was_published(
    small: Workspace, published: publish.Published
) -> None:
    (published.folder / "left-over.html").touch()
    again = publish.publish(small, published.folder, "https://x.example/dx")
    assert not (again.folder / "left-over.html").exists()
    assert (again.folder / "index.html").is_file()


def test_a_folder_with_anything_else_in_it_is_left_alone(small: Workspace, tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(UnusableFile, match="something else"):
        publish.publish(small, tmp_path)
    assert (tmp_path / "thesis.docx").exists()


def index(published: publish.Published) -> Any:
    return json.loads((published.folder / "search/names.json").read_bytes())


def test_the_index_for_search_has_ai_ocr_with_its_folded_forms(
    published: publish.Published,
) -> None:
    found = {forms: names for forms, *names in index(published)["names"]}
    assert found["^_aiocr_$\n^_ai_ocr_$\n~_aiocr_$\n~_ai_ocr_$"] == ["AI-OCR", "AI-OCR"]
    assert ["朝日町", "Asahi Town"] in [names[:2] for names in found.values()]


def test_everything_in_the_index_for_search_has_a_page(published: publish.Published) -> None:
    paths = {path.lstrip("/") if path[0] == "/" else f"doc/{path}" for path in paths_of(published)}
    pages = {path.partition("#")[0] for path in paths}
    assert "doc/municipality/24343" in pages
    assert [path for path in pages if not (published.folder / path / "index.html").exists()] == []


def paths_of(published: publish.Published) -> list[str]:
    return [path for _, _, path, *_ in index(published)["things"]]


@pytest.mark.parametrize("language", ["", "en/"])
def test_every_page_sends_a_search_to_the_page_that_answers_it(
    published: publish.Published, language: str
) -> None:
    page = (published.folder / f"{language}doc/municipality/24343/index.html").read_text("utf-8")
    found = (published.folder / f"{language}search/index.html").read_text("utf-8")
    assert f'role="search" action="/dx/{language}search/"' in page
    assert 'data-names="/dx/search/names.json"' in found
    assert "data-suggest" not in page + found


def test_kinds_are_left_out_of_an_index_that_were_too_large(graph: Graph) -> None:
    assert isinstance(graph.store, EmbeddedStore)
    every = names.made(graph.store.raw)
    fewer = names.made(graph.store.raw, largest=300_000)
    assert (every.left_out, fewer.left_out[-2:]) == ((), ("citation", "reading"))
    assert len(fewer.data) <= 300_000 < len(every.data)
    said = json.loads(fewer.data)
    assert [kind["name"] for kind in said["leftOut"]] == list(fewer.left_out)
    assert {kind["name"] for kind in said["kinds"]}.isdisjoint(fewer.left_out)
    assert json.loads(every.data)["things"][: len(said["things"])] == said["things"]


def test_the_command_says_what_search_had_to_leave_out(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def written(*arguments: object) -> publish.Published:
        return publish.Published(tmp_path, left_out=("citation", "reading"))

    monkeypatch.setattr(publish, "publish", written)
    monkeypatch.setenv("DXGRAPH_LANG", "ja")
    assert cli.main(["publish", str(tmp_path)]) == 0
    assert "引用、SDGsとの対応" in capsys.readouterr().err


def test_a_page_as_a_file_asks_nothing_of_a_server(graph: Graph) -> None:
    client = create_app(graph, static=True).test_client()
    names = [f"/queries/{query.name}" for query in graph.catalog]
    for path in [path for path in (*PAGES, *names) if "?" not in path]:
        page = client.get(path, headers={"Accept": "text/html"}).text
        ours = [link for link in re.findall(r'href="([^"]*)"', page) if "://" not in link]
        assert not [link for link in ours if "?" in link], path


def test_links_to_other_sites_are_not_followed() -> None:
    page = (
        '<a href="https://x.example/a">a</a><a href="mailto:a@b.example">b</a><a href="c#d">c</a>'
    )
    assert [(link.path, link.fragment) for link in links(page, "/x/")] == [("/x/c", "d")]


def test_places_are_the_ids_of_a_page() -> None:
    assert fragments('<p id="a"><b id=b></b></p>') == {"a", "b"}
