"""The ontology in documents: every term and every kind of name we mint leads somewhere."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from dxgraph import modules
from dxgraph.namespaces import BASE, DXO
from dxgraph.session import Graph
from dxgraph.web import create_app
from dxgraph.workspace import Workspace

HTML = {"Accept": "text/html"}
TURTLE = {"Accept": "text/turtle"}
FORMS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}


@pytest.fixture(scope="module")
def client(graph: Graph) -> FlaskClient:
    return create_app(graph).test_client()


def terms(graph: Graph) -> list[str]:
    found = graph.answer(
        """SELECT DISTINCT ?term { ?term a ?kind VALUES ?kind { owl:Class owl:ObjectProperty
        owl:DatatypeProperty owl:AnnotationProperty } FILTER (STRSTARTS(STR(?term), STR(dxo:))) }"""
    )
    assert isinstance(found, ox.QuerySolutions)
    return [row["term"].value for row in found]


@pytest.mark.parametrize("extension", FORMS)
def test_the_ontology_is_the_same_in_every_format(
    graph: Graph, client: FlaskClient, extension: str
) -> None:
    answer = client.get(f"/ontology.{extension}")
    told = {quad.triple for quad in ox.parse(answer.data, format=FORMS[extension])}
    assert told == set(graph.triples(BASE + "graph/ontology"))


@pytest.mark.parametrize("language", ["", "/en"])
def test_every_term_has_its_place_on_the_page(
    graph: Graph, client: FlaskClient, language: str
) -> None:
    page = client.get(f"{language}/ontology", headers=HTML).text
    anchors = re.findall(r'\bid="([^"]+)"', page)
    assert {iri.removeprefix(DXO) for iri in terms(graph)} <= set(anchors)
    assert len(anchors) == len(set(anchors))


def test_a_page_speaks_one_language(client: FlaskClient) -> None:
    japanese = client.get("/ontology", headers=HTML).text
    english = client.get("/en/ontology", headers=HTML).text
    assert "計画が番号と題を付けて掲げる一つの取組単位。" in japanese
    assert "A unit of action that a plan lists" not in japanese
    assert "A unit of action that a plan lists with number and title." in english
    assert "計画が番号と題を付けて" not in english


def test_a_term_tells_its_relations_and_its_use(client: FlaskClient) -> None:
    page = client.get("/ontology", headers=HTML).text
    term = page.partition('id="hasMeasure"')[2].partition("</article>")[0]
    assert 'href="/ontology#measureOf"' in term
    assert 'href="/doc/plan/' in term
    assert "126件" in term
    defined = page.partition('id="PublicPrivateDataPlan"')[2].partition("</article>")[0]
    assert 'href="/doc/law/428AC1000000103/article/9/3"' in defined


@pytest.mark.parametrize("path", ["/ontology", "/shapes", "/ontology/vocabulary/technology"])
def test_pages_stay_below_200_kb(client: FlaskClient, path: str) -> None:
    assert len(client.get(path, headers=HTML).data) < 200_000


def test_every_module_and_its_version_answer_with_their_triples(
    client: FlaskClient, place: Workspace
) -> None:
    for name in modules.ontology(place):
        for path in (f"/ontology/{name}", f"/ontology/0.1.0/{name}"):
            data = client.get(path, headers=TURTLE).data
            told = {quad.subject for quad in ox.parse(data, format=ox.RdfFormat.TURTLE)}
            assert ox.NamedNode(f"{BASE}ontology/{name}") in told
            page = client.get(path, headers=HTML, follow_redirects=True)
            assert page.request.path == "/ontology"


def test_the_modules_together_are_the_ontology(client: FlaskClient, place: Workspace) -> None:
    whole = {q.triple for q in ox.parse(client.get("/ontology.nt").data, FORMS["nt"])}
    for name in modules.ontology(place):
        if name != "alignments":
            data = client.get(f"/ontology/{name}.nt").data
            assert {quad.triple for quad in ox.parse(data, FORMS["nt"])} <= whole


def test_a_vocabulary_shows_each_concept_under_the_broader(
    graph: Graph, client: FlaskClient
) -> None:
    page = client.get("/ontology/vocabulary/technology", headers=HTML).text
    tree = page.partition('id="tree"')[2].partition("</section>")[0]
    below = tree.partition('<a href="#ai">')[2]
    assert below.index('href="#ai-ocr"') < below.index("</ul>")
    assert 'id="ai-ocr"' in page
    assert "AI OCR" in page


def test_every_vocabulary_has_a_page(graph: Graph, client: FlaskClient) -> None:
    page = client.get("/ontology", headers=HTML).text
    found = set(re.findall(r'href="(/ontology/vocabulary/[^"]+)"', page))
    assert len(found) == 23
    for path in found:
        assert client.get(path, headers=HTML).status_code == 200


def test_shapes_have_a_page_by_class_and_triples(client: FlaskClient, place: Workspace) -> None:
    page = client.get("/shapes", headers=HTML).text
    assert 'id="Measure"' in page
    assert 'id="Measure-number"' in page
    anchors = re.findall(r'\bid="([^"]+)"', page)
    assert len(anchors) == len(set(anchors))
    for name in modules.shapes(place):
        data = client.get(f"/shapes/{name}", headers=TURTLE).data
        told = {quad.subject for quad in ox.parse(data, format=ox.RdfFormat.TURTLE)}
        assert ox.NamedNode(f"{BASE}shapes/{name}") in told


@pytest.mark.parametrize(
    "path", ["/ontology/nothing", "/ontology/9.9.9", "/ontology/vocabulary/no", "/shapes/no"]
)
def test_what_the_ontology_does_not_have_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers=HTML).status_code == 404


def minted(graph: Graph) -> list[str]:
    """Every IRI of ours, whether it is a subject, a property, a value or a graph."""
    found = graph.answer(
        """SELECT DISTINCT ?it {
          { ?it ?p ?o } UNION { ?s ?it ?o } UNION { ?s ?p ?it } UNION { GRAPH ?it { ?s ?p ?o } }
          FILTER (isIRI(?it) && STRSTARTS(STR(?it), "https://w3id.org/dxgraph/"))
        }"""
    )
    assert isinstance(found, ox.QuerySolutions)
    return sorted(row["it"].value for row in found)


def kind(iri: str) -> str:
    """The shape of an IRI: its path with what tells things apart left out."""
    parts = iri.removeprefix(BASE).partition("#")
    path = parts[0].split("/")
    kept = [part for part in path if part.isalpha() and part.islower()]
    return "/".join(kept[:4]) + parts[1]


def test_every_kind_of_name_we_mint_leads_to_a_page_and_to_data(
    graph: Graph, client: FlaskClient
) -> None:
    seen: dict[str, int] = {}
    for iri in minted(graph):
        seen[kind(iri)] = seen.get(kind(iri), 0) + 1
        if seen[kind(iri)] > 3:
            continue
        path, _, anchor = ("/" + iri.removeprefix(BASE)).partition("#")
        for headers in (HTML, TURTLE):
            answer = client.get(path, headers=headers, follow_redirects=True)
            assert answer.status_code == 200, iri
            assert answer.mimetype == headers["Accept"], iri
            if anchor and headers is HTML:
                assert f'id="{anchor}"' in answer.text, iri
    assert {"graph/plan", "ontology#", "id/technology"} <= set(seen)
    assert any(name.startswith("id/plan/measure/activity") for name in seen)


def test_what_was_a_blank_node_is_told_by_the_ontology(client: FlaskClient) -> None:
    answer = client.get("/.well-known/genid/restrictions-1", headers=TURTLE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/ontology")
    told = client.get("/ontology", headers=TURTLE).text
    assert "<https://w3id.org/dxgraph/.well-known/genid/restrictions-1>" in told
