"""A published site: the same pages at the same addresses, as files that any server can send."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from serving import PAGES

from dxgraph import publish
from dxgraph.errors import UnusableFile
from dxgraph.namespaces import ID
from dxgraph.publish.links import fragments, links
from dxgraph.session import Graph
from dxgraph.web import create_app
from dxgraph.workspace import Workspace

_TOWN = """\
"@context": ../context.jsonld
id: plan/24343/dx-2023
type: DXPlan
title: 朝日町デジタル戦略推進計画
adoptedBy: {id: municipality/24343, type: Municipality, name: 朝日町, code: "24343"}
"""
FOLDERS = ("ontology", "data", "queries", "shapes")


@pytest.fixture(scope="module")
def few(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace of few things: no vocabularies but phases, and one plan without measures."""
    folder = tmp_path_factory.mktemp("few")
    for name in FOLDERS:
        shutil.copytree(root / name, folder / name)
    for path in (folder / "ontology" / "vocabularies").iterdir():
        if path.name not in ("phases.ttl", "kinds.ttl"):
            path.unlink()
    for path in (folder / "data").rglob("*.yaml"):
        path.unlink()
    (folder / "data" / "municipalities" / "24343-asahi.yaml").write_text(_TOWN, encoding="utf-8")
    return Workspace(folder, folder / ".dxgraph")


@pytest.fixture(scope="module")
def published(few: Workspace, tmp_path_factory: pytest.TempPathFactory) -> publish.Published:
    """That workspace, published for a folder of a host."""
    folder = tmp_path_factory.mktemp("out") / "site"
    return publish.publish(few, folder, "https://x.example/dx")


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
    few: Workspace, published: publish.Published
) -> None:
    (published.folder / "left-over.html").touch()
    again = publish.publish(few, published.folder, "https://x.example/dx")
    assert not (again.folder / "left-over.html").exists()
    assert (again.folder / "index.html").is_file()


def test_a_folder_with_anything_else_in_it_is_left_alone(few: Workspace, tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(UnusableFile, match="something else"):
        publish.publish(few, tmp_path)
    assert (tmp_path / "thesis.docx").exists()


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
