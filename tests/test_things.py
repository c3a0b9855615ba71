"""Things dereference: 303 to a document, in the format and language that are asked for."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from dxgraph import pages, views
from dxgraph.addresses import Site
from dxgraph.namespaces import ID
from dxgraph.session import Graph
from dxgraph.settings import Settings
from dxgraph.web import create_app

ASAHI = "municipality/24343"


@pytest.fixture
def client(graph: Graph) -> FlaskClient:
    return create_app(graph).test_client()


def test_an_identifier_leads_to_its_document_by_303(client: FlaskClient) -> None:
    answer = client.get(f"/id/{ASAHI}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/doc/{ASAHI}")


def test_a_site_in_a_folder_leads_within_that_folder(graph: Graph) -> None:
    client = create_app(graph, settings=Settings(public_url="https://x.example/dx/")).test_client()
    for path in (f"/id/{ASAHI}", f"/dx/id/{ASAHI}"):
        assert client.get(path).headers["Location"] == f"/dx/doc/{ASAHI}"
    page = client.get(f"/dx/en/doc/{ASAHI}").text
    assert f'rel="canonical" href="https://x.example/dx/en/doc/{ASAHI}"' in page
    assert 'href="/dx/static/site.css"' in page


@pytest.mark.parametrize(
    ("extension", "media", "form"),
    [
        ("ttl", "text/turtle", ox.RdfFormat.TURTLE),
        ("nt", "application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("jsonld", "application/ld+json", ox.RdfFormat.JSON_LD),
        ("rdf", "application/rdf+xml", ox.RdfFormat.RDF_XML),
    ],
)
def test_a_document_says_the_same_in_every_format(
    client: FlaskClient, extension: str, media: str, form: ox.RdfFormat
) -> None:
    by_extension = client.get(f"/doc/{ASAHI}.{extension}")
    by_accept = client.get(f"/doc/{ASAHI}", headers={"Accept": media})
    assert by_extension.mimetype == by_accept.mimetype == media
    reference = client.get(f"/doc/{ASAHI}.nt").data
    told = {quad.triple for quad in ox.parse(by_accept.data, format=form)}
    assert told == {quad.triple for quad in ox.parse(reference, format=ox.RdfFormat.N_TRIPLES)}
    assert any(triple.subject == ox.NamedNode(ID + ASAHI) for triple in told)


def test_a_page_carries_its_statements_as_json_ld(client: FlaskClient) -> None:
    page = client.get(f"/doc/{ASAHI}", headers={"Accept": "text/html"}).text
    block = page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert json.loads(block)[0]["@id"] == ID + ASAHI


def test_english_is_one_address_away(client: FlaskClient) -> None:
    english = client.get(f"/en/doc/{ASAHI}")
    assert english.headers["Content-Language"] == "en"
    assert "<h1>Asahi Town</h1>" in english.text or "<h1>Asahi" in english.text
    assert f'href="/doc/{ASAHI}" lang="ja"' in english.text


@pytest.mark.parametrize("path", ["/doc/municipality/99999", "/id/x", "/doc/..%2f..%2fetc/passwd"])
def test_what_is_not_known_is_404_with_help(client: FlaskClient, path: str) -> None:
    data = client.get(path)
    page = client.get(path, headers={"Accept": "text/html"})
    assert (data.status_code, data.mimetype) == (404, "application/problem+json")
    assert (page.status_code, page.mimetype) == (404, "text/html")


def test_a_label_with_markup_is_shown_as_text(graph: Graph) -> None:
    view = views.look(graph, "thing", {"iri": ID + ASAHI})
    name = {"iri": "urn:x", "ja": "<script>alert(1)</script>", "en": "x"}
    view |= {"name": name, "parents": [name], "jsonld": '{"a": "</script><b>"}'}
    view["statements"][0]["values"] = [name]
    page = pages.render("thing.html", Site(), "/doc/x/y", view, name="x/y")
    assert "<script>alert" not in page
    assert "</script><b>" not in page
