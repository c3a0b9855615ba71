"""The manual on the site: chapters as pages, links that lead there, and a drawing that is true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from chapters import FOLDER, NAMES, tokens
from flask import Flask
from flask.testing import FlaskClient
from reference import PAGES

from dxgraph import pages
from dxgraph.addresses import LANGUAGES, Site
from dxgraph.pages import manual
from dxgraph.session import Graph
from dxgraph.web import create_app

_LIMIT = 200_000
_KINDS = {"printed": "plan/|national|prefecture/", "editorial": "editorial", "inferred": "inferred"}
_SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def app(graph: Graph) -> Flask:
    return create_app(graph)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == 200, address
    return answer.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_chapter_is_a_page_in_both_languages(
    client: FlaskClient, name: str, language: str
) -> None:
    text = page(client, Site(language=language).page(manual.address(name)))
    title = tokens(f"{name}.{language}")[1].content
    assert f"<h1>{title}</h1>" in text
    assert len(text.encode()) < _LIMIT


def test_the_index_lists_every_chapter() -> None:
    assert sorted(manual.names()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_links_of_a_chapter_lead_to_pages_and_to_places_in_them(
    client: FlaskClient, name: str
) -> None:
    menu = {path for path, *_ in pages.MENU} | {"/"}
    for language in LANGUAGES:
        here = Site(language=language)
        text = page(client, here.page(manual.address(name)))
        (article,) = re.findall(r"<article>(.*)</article>", text, re.DOTALL)
        for link in re.findall(r'href="([^"]+)"', article):
            address, _, place = link.partition("#")
            path = address.removeprefix("/en")
            assert path.startswith(("/manual", "https://")) or path in menu | {""}, link
            if not address or path.startswith("/manual"):
                shown = page(client, address) if address else text
                assert not place or f'id="{place}"' in shown, link


def test_a_place_of_a_chapter_is_named_once() -> None:
    for name in NAMES:
        for language in LANGUAGES:
            places = [s.place for s in manual.chapter(name, Site(language=language)).sections]
            assert sorted(set(places)) == sorted(places)


def test_search_engines_are_told_of_every_chapter(client: FlaskClient) -> None:
    text = page(client, "/sitemap/1.xml")
    told = re.findall(r"<loc>http://localhost(/manual[^<]*)</loc>", text)
    assert sorted(told) == sorted(manual.address(name) for name in NAMES)


def test_no_page_of_the_manual_has_styles_or_scripts_of_its_own(client: FlaskClient) -> None:
    for name in NAMES:
        text = page(client, manual.address(name))
        assert not re.search(r" style=| on\w+=|<style|<script>", text)


def test_a_static_copy_has_the_same_chapters_without_queries_in_their_links() -> None:
    site = Site.at("https://town.example/dx/", static=True)
    for name in NAMES:
        shown = manual.shown(name, site)
        links = re.findall(r'href="([^"]+)"', str(shown["chapter"].body))
        ours = [link for link in links if not link.startswith(("https://", "#"))]
        assert [link for link in ours if "?" in link or not link.startswith("/dx/")] == []


def test_markup_in_a_chapter_is_shown_as_text(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    text = "# T\n\n<script>alert(1)</script> [x](javascript:alert(1))\n"
    monkeypatch.setattr(manual, "source", lambda name, language: text)
    shown = manual.chapter("t", Site()).lead
    assert "&lt;script&gt;" in shown
    assert "href" not in shown


@pytest.mark.parametrize("name", ["nothing", "..", "index.ja", "%2e%2e%2fdecisions"])
def test_there_is_no_page_for_what_is_no_chapter(client: FlaskClient, name: str) -> None:
    assert client.get(f"/manual/{name}", headers={"Accept": "text/html"}).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_steps_tell_of_every_page_of_the_menu(language: str) -> None:
    text = (FOLDER / f"first-steps.{language}.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(/\w+)` \|", text, re.MULTILINE)
    assert told == [path for path, *_ in pages.MENU if path != "/manual"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_chapter_made_from_the_project_is_as_it_would_be_made_now(
    name: str, language: str
) -> None:
    written = (FOLDER / f"{name}.{language}.md").read_text(encoding="utf-8")
    assert written == PAGES[name](language), "run: python tests/reference.py"


# The drawing of the model


def drawing(language: str) -> ElementTree.Element:
    return ElementTree.parse(FOLDER / f"model.{language}.svg").getroot()


def groups(language: str, attribute: str) -> Iterator[tuple[dict[str, str], str, str]]:
    """What is drawn of classes or properties: its attributes, its text, the kind of its line."""
    for group in drawing(language).iter(f"{_SVG}g"):
        if attribute in group.attrib:
            line = group.find(f"{_SVG}path")
            kind = "" if line is None else line.attrib["class"]
            yield dict(group.attrib), "".join(group.itertext()), kind


def geometry(language: str) -> list[tuple[str, dict[str, str]]]:
    return [
        (each.tag, {key: value for key, value in each.attrib.items() if key != "lang"})
        for each in drawing(language).iter()
        if each.tag not in (f"{_SVG}text", f"{_SVG}tspan")
    ]


def test_the_drawing_is_the_same_in_both_languages() -> None:
    assert geometry("ja") == geometry("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_drawing_says_what_it_shows(language: str) -> None:
    root = drawing(language)
    title, text = root.findtext(f"{_SVG}title"), root.findtext(f"{_SVG}desc")
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "model-title model-desc"
    assert title
    assert text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("attribute", ["data-class", "data-property"])
def test_the_drawing_calls_things_as_the_ontology_does(
    graph: Graph, language: str, attribute: str
) -> None:
    drawn = list(groups(language, attribute))
    assert len(drawn) > 10
    for said, text, _ in drawn:
        term = f"dxo:{said[attribute]}"
        assert graph.sparql(f'ASK {{ {term} rdfs:label "{text}"@{language} }}'), term


def test_every_line_of_the_drawing_stands_in_graphs_of_its_kind(graph: Graph) -> None:
    for said, _, kind in groups("ja", "data-property"):
        assert graph.sparql(
            f"""ASK {{
              GRAPH ?graph {{ ?one dxo:{said["data-property"]} ?other }}
              FILTER (REGEX(STR(?graph), "/graph/({_KINDS[kind]})"))
              ?one a dxo:{said["data-from"]} . ?other a dxo:{said["data-to"]} .
            }}"""
        ), said
