"""The dataset about itself: what VoID, DCAT, SHACL and schema.org say is true of the graph."""

from __future__ import annotations

import hashlib
import json
import re
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from dxgraph import dumps, views
from dxgraph.build import Version
from dxgraph.metadata import DATASET, DCAT, SPDX
from dxgraph.metadata.dcat import CATALOG
from dxgraph.namespaces import BASE, DCTERMS, SH, VOID
from dxgraph.session import Graph
from dxgraph.settings import Settings
from dxgraph.store import EmbeddedStore
from dxgraph.web import create_app
from dxgraph.workspace import Workspace

PREFIXES = {
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "sh": SH,
    "spdx": SPDX,
    "void": VOID,
    "schema": "https://schema.org/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}
FORMATS = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
}
DESCRIPTIONS = ["/.well-known/void", "/catalog", "/.well-known/sparql-examples"]


@pytest.fixture(scope="module")
def client(graph: Graph, version: Version, place: Workspace) -> FlaskClient:
    dumps.make(version.folder, place.queries)
    return create_app(graph).test_client()


class Told:
    """A description to ask in SPARQL."""

    def __init__(self, client: FlaskClient, path: str) -> None:
        self.store = ox.Store()
        self.store.load(client.get(path + ".ttl").data, format=ox.RdfFormat.TURTLE)

    def rows(self, query: str) -> list[tuple[str, ...]]:
        found = self.store.query(query, prefixes=PREFIXES, base_iri=BASE)
        assert isinstance(found, ox.QuerySolutions)
        return sorted(tuple(str(getattr(term, "value", "")) for term in row) for row in found)


@pytest.fixture(scope="module")
def void(client: FlaskClient) -> Told:
    return Told(client, "/.well-known/void")


@pytest.fixture(scope="module")
def catalog(client: FlaskClient) -> Told:
    return Told(client, "/catalog")


def counted(graph: Graph, query: str) -> list[tuple[str, ...]]:
    found = graph.answer(query)
    assert isinstance(found, ox.QuerySolutions)
    return sorted(tuple(str(term.value) for term in row) for row in found)


@pytest.mark.parametrize("path", DESCRIPTIONS)
@pytest.mark.parametrize("extension", FORMATS)
def test_a_description_says_the_same_in_every_format(
    client: FlaskClient, path: str, extension: str
) -> None:
    media, form = FORMATS[extension]
    by_extension = client.get(f"{path}.{extension}")
    by_accept = client.get(path, headers={"Accept": media})
    assert by_extension.mimetype == by_accept.mimetype == media
    reference = {q.triple for q in ox.parse(client.get(f"{path}.nt").data, FORMATS["nt"][1])}
    assert {quad.triple for quad in ox.parse(by_accept.data, format=form)} == reference
    assert not any(isinstance(triple.subject, ox.BlankNode) for triple in reference)


@pytest.mark.parametrize("path", ["/.well-known/void", "/catalog"])
def test_a_browser_gets_a_page_and_a_program_rdf(client: FlaskClient, path: str) -> None:
    assert client.get(path).mimetype == "text/turtle"
    for address, language in ((path, "ja"), ("/en" + path, "en")):
        page = client.get(address, headers={"Accept": "text/html,*/*;q=0.8"})
        assert (page.mimetype, page.headers["Content-Language"]) == ("text/html", language)


def test_the_sizes_are_those_of_the_graph(graph: Graph, void: Told) -> None:
    told = void.rows(f"SELECT ?n {{ <{DATASET}> void:triples ?n }}")
    assert told == counted(graph, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    told = void.rows(f"SELECT ?n {{ <{DATASET}> void:distinctSubjects ?n }}")
    assert told == counted(graph, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }")
    told = void.rows(f"SELECT ?n {{ <{DATASET}> void:classes ?n }}")
    assert told == counted(graph, "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }")


def test_the_partitions_cover_the_graph(graph: Graph, void: Told) -> None:
    parts = f"{{ <{DATASET}> void:propertyPartition [ void:property ?p ; void:triples ?n ] }}"
    told = void.rows(f"SELECT ?p ?n {parts}")
    assert told == counted(graph, "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p")
    told = void.rows(
        f"SELECT ?c ?n {{ <{DATASET}> void:classPartition [ void:class ?c ; void:entities ?n ] }}"
    )
    assert told == counted(graph, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c")


def test_the_use_of_properties_by_class_is_that_of_the_graph(graph: Graph, void: Told) -> None:
    told = void.rows(
        """SELECT ?p ?n { ?part void:class <ontology#Measure> ;
        void:propertyPartition [ void:property ?p ; void:triples ?n ] }"""
    )
    wanted = "SELECT ?p (COUNT(*) AS ?n) { ?s a dxo:Measure ; ?p ?o } GROUP BY ?p"
    assert told == counted(graph, wanted)


def test_the_named_graphs_are_parts_with_their_kind(graph: Graph, void: Told) -> None:
    told = void.rows(
        f"SELECT ?g ?kind ?n {{ <{DATASET}> void:subset ?g . "
        "?g <ontology#statementKind> ?kind ; void:triples ?n }"
    )
    assert {row[0] for row in told} == set(graph.store.graphs)
    wanted = """SELECT ?g ?kind (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o }
    ?g dxo:statementKind ?kind } GROUP BY ?g ?kind"""
    assert told == counted(graph, wanted)


def test_links_lead_to_the_un_to_e_stat_and_to_e_gov(graph: Graph, void: Told) -> None:
    told = void.rows(
        """SELECT ?space ?predicate ?n { ?set a void:Linkset ; void:objectsTarget ?target ;
        void:linkPredicate ?predicate ; void:triples ?n . ?target void:uriSpace ?space }"""
    )
    found = {(row[0], row[1].rpartition("#")[2]): int(row[2]) for row in told}
    assert found["http://data.e-stat.go.jp/lod/sac/", "closeMatch"] == 8
    for (space, local), number in found.items():
        if local == "seeAlso" and "e-gov" in space:
            query = "SELECT (COUNT(*) AS ?n) { ?s a dxo:Law ; rdfs:seeAlso ?o }"
            assert [(str(number),)] == counted(graph, query)
    assert ("http://metadata.un.org/sdg/", "supportsGoal") in found


def test_examples_of_things_lead_to_pages(client: FlaskClient, void: Told) -> None:
    found = void.rows(f"SELECT ?it {{ <{DATASET}> void:exampleResource ?it }}")
    assert len(found) >= 8
    for (iri,) in found:
        path = "/" + iri.removeprefix(BASE)
        assert client.get(path, follow_redirects=True).status_code == 200


#: What DCAT-AP 3 makes mandatory, and what it recommends and we can give.
WANTED = {
    "dcat:Catalog": "dcterms:title dcterms:description dcterms:publisher dcat:dataset "
    "dcterms:license dcterms:language foaf:homepage dcat:themeTaxonomy dcterms:spatial "
    "dcterms:issued dcterms:modified dcat:service",
    "dcat:Dataset": "dcterms:title dcterms:description dcterms:publisher dcterms:issued",
    "dcat:Distribution": "dcat:accessURL dcterms:license dcterms:title dcterms:description",
    "dcat:DataService": "dcterms:title dcat:endpointURL dcat:endpointDescription "
    "dcat:servesDataset dcat:keyword dcat:theme dcterms:license",
    "dcat:DatasetSeries": "dcterms:title dcterms:description ^dcat:inSeries",
    "foaf:Agent": "foaf:name",
    "spdx:Checksum": "spdx:algorithm spdx:checksumValue",
}


@pytest.mark.parametrize("kind", WANTED)
def test_the_catalogue_has_what_dcat_ap_wants(catalog: Told, kind: str) -> None:
    assert catalog.rows(f"SELECT ?it {{ ?it a {kind} }}")
    for path in WANTED[kind].split():
        lacking = f"SELECT ?it {{ ?it a {kind} FILTER NOT EXISTS {{ ?it {path} ?value }} }}"
        assert catalog.rows(lacking) == [], path


def test_what_may_be_said_once_is_said_once(catalog: Told) -> None:
    for path in ("dcterms:issued", "dcterms:publisher", "dcat:byteSize", "spdx:checksum"):
        twice = f"SELECT ?it {{ ?it {path} ?a, ?b FILTER (?a != ?b) }}"
        assert catalog.rows(twice) == [], path


def test_each_plan_is_a_dataset_of_the_catalogue(graph: Graph, catalog: Told) -> None:
    found = catalog.rows(
        f"""SELECT ?plan {{ <{CATALOG}> dcat:dataset ?it . ?it dcat:inSeries ?series ;
        dcterms:subject ?plan ; dcat:distribution/dcat:byteSize ?size
        FILTER (CONTAINS(STR(?plan), "/plan/")) }}"""
    )
    assert found == counted(graph, "SELECT ?plan { ?plan a dxo:DXPlan }")


def test_every_distribution_answers_as_described(client: FlaskClient, catalog: Told) -> None:
    found = catalog.rows(
        """SELECT ?url ?size ?sum { ?it dcat:downloadURL ?url ; dcat:byteSize ?size ;
        spdx:checksum/spdx:checksumValue ?sum }"""
    )
    assert len(found) == 9 + 5
    for url, size, digest in found:
        data = client.get(url).data
        assert (len(data), hashlib.sha256(data).hexdigest()) == (int(size), digest)


def test_the_licence_of_data_and_the_rights_of_the_plans_are_both_stated(catalog: Told) -> None:
    rights = catalog.rows(f"SELECT ?text {{ <{DATASET}> dcterms:rights/rdfs:label ?text }}")
    assert any("not included" in text for (text,) in rights)
    licences = set(catalog.rows("SELECT ?it { ?s dcterms:license ?it }"))
    assert licences == {("https://creativecommons.org/licenses/by/4.0/",)}


def test_addresses_are_the_public_ones_and_names_do_not_move(
    graph: Graph, version: Version
) -> None:
    settings = Settings(public_url="https://town.example/dx/")
    moved = Told(create_app(graph, settings=settings).test_client(), "/catalog")
    (found,) = moved.rows("SELECT ?it ?url { ?it dcat:endpointURL ?url }")
    assert found == (f"{BASE}catalog#sparql", "https://town.example/dx/sparql")


def test_the_page_tells_search_engines_of_the_dataset(client: FlaskClient) -> None:
    page = client.get("/catalog", headers={"Accept": "text/html"}).text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert block is not None
    told = json.loads(block[1])
    assert (told["@type"], told["@id"]) == ("Dataset", DATASET)
    assert told["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert {each["encodingFormat"] for each in told["distribution"]} >= {"text/csv"}


def test_every_saved_question_is_an_example_that_runs(graph: Graph, client: FlaskClient) -> None:
    told = Told(client, "/.well-known/sparql-examples")
    found = told.rows("SELECT ?it ?text { ?it a sh:SPARQLExecutable ; sh:select ?text }")
    names = [iri.rpartition("/")[2] for iri, _ in found]
    assert names == sorted(query.name for query in graph.catalog)
    for _, text in found:
        answer = graph.answer(text)
        assert isinstance(answer, ox.QuerySolutions)
        next(answer)


def test_an_example_without_its_values_in_the_graph_is_asked_of_everything(graph: Graph) -> None:
    empty = Graph(EmbeddedStore(ox.Store()), graph.catalog)
    client = create_app(empty).test_client()
    told = Told(client, "/.well-known/sparql-examples")
    assert len(told.rows("SELECT ?it { ?it a sh:SPARQLExecutable }")) == len(list(graph.catalog))


def test_an_example_has_both_languages_keywords_and_prefixes(client: FlaskClient) -> None:
    told = Told(client, "/.well-known/sparql-examples")
    lacking = """SELECT ?it { ?it a sh:SPARQLExecutable FILTER NOT EXISTS {
    ?it rdfs:comment ?ja, ?en ; schema:keywords ?word ; schema:target ?endpoint ;
      sh:prefixes/sh:declare [ sh:prefix "dxo" ; sh:namespace ?space ] .
    FILTER (LANG(?ja) = "ja" && LANG(?en) = "en") } }"""
    assert told.rows(lacking) == []


_MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_LINK = "{http://www.w3.org/1999/xhtml}link"


def mapped(client: FlaskClient) -> list[ElementTree.Element]:
    index = ElementTree.fromstring(client.get("/sitemap.xml").text)
    found = []
    for part in index.iter(f"{_MAP}loc"):
        urls = list(ElementTree.fromstring(client.get(str(part.text)).text))
        assert 0 < len(urls) <= 50_000
        found += urls
    return found


def test_every_address_of_the_site_map_is_a_page(client: FlaskClient) -> None:
    """Those in Japanese; that each has its like in English is held below."""
    for url in mapped(client):
        address = str(url.findtext(f"{_MAP}loc"))
        if not address.startswith("http://localhost/en/"):
            page = client.head(address, headers={"Accept": "text/html"})
            assert page.status_code == 200, address


def test_the_site_map_has_both_languages_of_each_page(client: FlaskClient) -> None:
    urls = mapped(client)
    addresses = {url.findtext(f"{_MAP}loc") for url in urls}
    assert {
        f"http://localhost/en{path}" for path in ("/doc/technology/ai-ocr", "/queries/gaps")
    } <= (addresses)
    assert len(addresses) == len(urls)
    for url in urls:
        links = {link.get("hreflang"): link.get("href") for link in url.iter(_LINK)}
        assert set(links) == {"ja", "en"}
        assert set(links.values()) <= addresses


def test_a_part_the_site_map_does_not_have_is_not_found(client: FlaskClient) -> None:
    assert client.get("/sitemap/0.xml").status_code == 404
    assert client.get("/sitemap/99.xml").status_code == 404


def test_robots_are_led_to_the_map_and_away_from_queries(graph: Graph) -> None:
    settings = Settings(public_url="https://town.example/dx")
    lines = create_app(graph, settings=settings).test_client().get("/robots.txt").text.splitlines()
    assert "Sitemap: https://town.example/dx/sitemap.xml" in lines
    assert {"Disallow: /dx/sparql?", "Disallow: /dx/en/*?"} <= set(lines)


def test_a_named_graph_has_a_page_and_its_triples(graph: Graph, client: FlaskClient) -> None:
    for name in graph.store.graphs:
        path = "/" + name.removeprefix(BASE)
        page = client.get(path, headers={"Accept": "text/html"})
        assert (page.status_code, page.mimetype) == (200, "text/html")
        data = client.get(path, headers={"Accept": "application/n-triples"}).data
        assert len(data.splitlines()) == sum(1 for _ in graph.triples(name))


def test_a_graph_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/graph/plan/99999").status_code == 404


@pytest.mark.parametrize("view", ["dataset", "overview"])
def test_what_a_build_has_counted_is_what_sparql_counts(
    graph: Graph, view: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = Graph(graph.store, graph.catalog, graph.version)
    kept = views.look(graph, view, {})
    counting = Graph(graph.store, graph.catalog)
    monkeypatch.setattr(counting, "stamp", graph.stamp, raising=False)
    assert counting.census is None
    assert views.look(counting, view, {}) == kept
