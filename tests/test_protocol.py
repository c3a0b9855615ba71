"""The SPARQL 1.1 Protocol and the read side of the Graph Store Protocol as tables.

The first table is the W3C's tests of the Protocol, query side, in our words and on our graph;
``benchmarks/protocol_suite.py`` runs the originals.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient

from dxgraph.session import Graph
from dxgraph.settings import Settings
from dxgraph.web import create_app

ASAHI = "https://w3id.org/dxgraph/graph/plan/24343"
TOIN = "https://w3id.org/dxgraph/graph/plan/24324"
TAMAKI = "https://w3id.org/dxgraph/graph/plan/24461"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
SD = "http://www.w3.org/ns/sparql-service-description#"


@pytest.fixture(scope="module")
def app(graph: Graph) -> Flask:
    return create_app(graph)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def encoded(*pairs: tuple[str, str]) -> str:
    return urlencode(pairs)


def plan(code: str) -> str:
    return f"<https://w3id.org/dxgraph/id/municipality/{code}>"


IN_ASAHI = f"{{ ?p dxo:adoptedBy {plan('24343')} }}"
IN_TOIN = f"{{ ?q dxo:adoptedBy {plan('24324')} }}"
BOTH = f"ASK {{ ?p dxo:adoptedBy {plan('24343')} . ?q dxo:adoptedBy {plan('24324')} }}"
NAMED = f"ASK {{ GRAPH ?g {IN_ASAHI} GRAPH ?h {IN_TOIN} }}"
FULL = f"ASK {{ ?t dxo:adoptedBy {plan('24461')} GRAPH ?g {IN_ASAHI} GRAPH ?h {IN_TOIN} }}"
OVERRULED = f"ASK FROM <{TAMAKI}> {{ GRAPH ?g {IN_ASAHI} GRAPH ?h {IN_TOIN} }}"
DEFAULTS = (("default-graph-uri", ASAHI), ("default-graph-uri", TOIN))
NAMES = (("named-graph-uri", ASAHI), ("named-graph-uri", TOIN))
WHOLE = (("default-graph-uri", TAMAKI), *NAMES)

#: What a request is, method, query string, media type, body, status, and what the answer is.
PROTOCOL: list[tuple[str, str, str, str | None, str | bytes, int, str]] = [
    ("form", "POST", "", FORM, "query=ASK%20%7B%7D", 200, "true"),
    (
        "form, dataset in the URL",
        "POST",
        encoded(DEFAULTS[0]),
        FORM,
        "query=ASK+%7B%7D",
        200,
        "true",
    ),
    ("two default graphs", "GET", encoded(("query", BOTH), *DEFAULTS), None, "", 200, "true"),
    ("one default graph", "GET", encoded(("query", BOTH), DEFAULTS[0]), None, "", 200, "false"),
    ("direct, default graphs", "POST", encoded(*DEFAULTS), QUERY, BOTH, 200, "true"),
    ("direct, named graphs", "POST", encoded(*NAMES), QUERY, NAMED, 200, "true"),
    ("named graphs", "GET", encoded(("query", NAMED), *NAMES), None, "", 200, "true"),
    ("no named graphs", "GET", encoded(("query", NAMED), *DEFAULTS), None, "", 200, "false"),
    ("default and named graphs", "POST", encoded(*WHOLE), QUERY, FULL, 200, "true"),
    ("FROM overruled by the request", "POST", encoded(*NAMES), QUERY, OVERRULED, 200, "true"),
    ("GET", "GET", "query=ASK%20%7B%7D", None, "", 200, "true"),
    ("direct", "POST", "", QUERY, "ASK {}", 200, "true"),
    ("direct, UTF-8 named", "POST", "", QUERY + "; charset=UTF-8", "ASK {}", 200, "true"),
    ("SELECT", "POST", "", QUERY, "SELECT (1 AS ?value) {}", 200, "solutions"),
    ("DESCRIBE", "POST", "", QUERY, "DESCRIBE <http://example.org/>", 200, "triples"),
    ("CONSTRUCT", "POST", "", QUERY, "CONSTRUCT { <s> <p> 1 } WHERE {}", 200, "triples"),
    ("PUT", "PUT", "query=ASK%20%7B%7D", None, "", 405, ""),
    ("PUT of a form", "PUT", "", FORM, "query=ASK%20%7B%7D", 405, ""),
    ("DELETE", "DELETE", "", None, "", 405, ""),
    ("PATCH", "PATCH", "", UPDATE, "DROP ALL", 405, ""),
    ("two queries", "POST", "", FORM, "query=ASK%20%7B%7D&query=SELECT%20*%20%7B%7D", 400, ""),
    ("two queries by GET", "GET", "query=ASK%7B%7D&query=ASK%7B%7D", None, "", 400, ""),
    ("a query in URL and body", "POST", "query=ASK%7B%7D", QUERY, "ASK {}", 400, ""),
    ("a query in URL and form", "POST", "query=ASK%7B%7D", FORM, "query=ASK%7B%7D", 400, ""),
    ("no query", "POST", "", FORM, "", 400, ""),
    ("no query but a dataset", "GET", encoded(DEFAULTS[0]), None, "", 400, ""),
    ("a query as plain text", "POST", "", "text/plain", "ASK {}", 415, ""),
    ("a form without its type", "POST", "", None, "query=ASK%20%7B%7D", 415, ""),
    ("a query without its type", "POST", "", None, "ASK {}", 415, ""),
    ("a form in parts", "POST", "", "multipart/form-data; boundary=b", "--b--", 415, ""),
    ("UTF-16", "POST", "", QUERY + "; charset=UTF-16", "ASK {}".encode("utf-16"), 415, ""),
    ("UTF-16 untold", "POST", "", QUERY, "ASK {}".encode("utf-16"), 400, ""),
    ("broken UTF-8 in a form", "POST", "", FORM, "query=ASK%7B%7D%23%FF", 400, ""),
    ("broken UTF-8 in the URL", "GET", "query=ASK%7B%7D%23%FF", None, "", 400, ""),
    ("syntax", "GET", "query=ASK%20%7B", None, "", 400, ""),
    ("an empty query", "GET", "query=", None, "", 400, ""),
    ("update by GET", "GET", "update=CLEAR%20ALL", None, "", 400, ""),
    ("update by form", "POST", "", FORM, "update=CLEAR+ALL", 400, ""),
    ("two updates", "POST", "", FORM, "update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", 400, ""),
    ("update directly", "POST", "", UPDATE, "CLEAR ALL", 403, ""),
    ("update as a query", "POST", "", QUERY, "INSERT DATA { <a:b> <a:b> <a:b> }", 403, ""),
    ("update as plain text", "POST", "", "text/plain", "CLEAR NAMED", 415, ""),
    ("update without its type", "POST", "", None, "update=CLEAR%20NAMED", 415, ""),
    ("update in UTF-16", "POST", "", UPDATE + "; charset=UTF-16", "A".encode("utf-16"), 415, ""),
    ("broken update", "POST", "", FORM, "update=CLEAR%20XYZ", 400, ""),
    (
        "using-graph-uri",
        "GET",
        encoded(("query", "ASK {}"), ("using-graph-uri", ASAHI)),
        None,
        "",
        400,
        "",
    ),
    (
        "a foreign graph",
        "GET",
        encoded(("query", "ASK {}"), ("default-graph-uri", "http://example.org/g")),
        None,
        "",
        403,
        "",
    ),
    (
        "a foreign named graph",
        "GET",
        encoded(("query", "ASK {}"), ("named-graph-uri", "file:///etc/hosts")),
        None,
        "",
        403,
        "",
    ),
    ("a time too short", "GET", "query=ASK%7B%7D&timeout=5e-324", None, "", 422, ""),
    ("a time that is none", "GET", "query=ASK%7B%7D&timeout=soon", None, "", 422, ""),
    ("a limit that is none", "GET", "query=ASK%7B%7D&limit=-1", None, "", 422, ""),
]


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
@pytest.mark.parametrize("case", PROTOCOL, ids=lambda case: case[0])
def test_the_protocol_answers_each_request_as_it_must(
    client: FlaskClient, case: tuple[str, str, str, str | None, str | bytes, int, str], path: str
) -> None:
    _, method, query, kind, body, status, answer = case
    response = client.open(
        path, method=method, query_string=query, data=body or None, content_type=kind
    )
    assert response.status_code == status
    if answer in ("true", "false"):
        assert response.get_json(force=True)["boolean"] is (answer == "true")
    elif answer == "solutions":
        assert response.mimetype == "application/sparql-results+json"
    elif answer == "triples":
        assert response.mimetype == "text/turtle"
    else:
        assert response.mimetype == "application/problem+json"


SELECT = "SELECT ?label { ?plan a dxo:DXPlan ; rdfs:label ?label FILTER (LANG(?label) = 'ja') }"
CONSTRUCT = "CONSTRUCT { ?plan rdfs:label ?label } WHERE { ?plan a dxo:DXPlan ; rdfs:label ?label }"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
TURTLE, NT, JSONLD = "text/turtle", "application/n-triples", "application/ld+json"
RDFXML, TRIG, NQ = "application/rdf+xml", "application/trig", "application/n-quads"

#: Query, Accept, the media type sent; None for 406.
ACCEPT: list[tuple[str, str, str | None]] = [
    *((SELECT, media, media) for media in (JSON, XML, CSV, TSV)),
    *(("ASK {}", media, media) for media in (JSON, XML)),
    *((CONSTRUCT, media, media) for media in (TURTLE, NT, JSONLD, RDFXML, TRIG, NQ)),
    (SELECT, "", JSON),
    (SELECT, "*/*", JSON),
    (CONSTRUCT, "*/*", TURTLE),
    (SELECT, "application/json", JSON),
    (SELECT, "application/xml", XML),
    (CONSTRUCT, "application/json", JSONLD),
    (SELECT, f"{JSON};q=0.2, {CSV};q=0.9", CSV),
    (SELECT, f"{JSON};q=0, */*;q=0.1", XML),
    (SELECT, f"text/*;q=0.3, {TSV};q=0.1, {XML};q=0.2", CSV),
    (CONSTRUCT, f"{RDFXML};q=0.7, {TURTLE};q=0.4", RDFXML),
    (CONSTRUCT, f"{JSON}, {TURTLE};q=0.1", TURTLE),
    (SELECT, "image/png", None),
    (SELECT, TURTLE, None),
    (CONSTRUCT, CSV, None),
    (SELECT, f"{JSON};q=0", None),
]


@pytest.mark.parametrize(("query", "accept", "media"), ACCEPT)
def test_the_client_is_sent_what_it_accepts_best(
    client: FlaskClient, query: str, accept: str, media: str | None
) -> None:
    response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    assert response.status_code == (406 if media is None else 200)
    assert response.mimetype == (media or "application/problem+json")
    assert "Accept" in response.headers.get("Vary", "Accept")


@pytest.mark.parametrize(
    ("query", "name", "media"),
    [
        *(
            (SELECT, name, media)
            for name, media in zip(
                ("json", "xml", "csv", "tsv"), (JSON, XML, CSV, TSV), strict=True
            )
        ),
        *(
            (CONSTRUCT, name, media)
            for name, media in zip(
                ("ttl", "nt", "json", "xml", "trig", "nq"),
                (TURTLE, NT, JSONLD, RDFXML, TRIG, NQ),
                strict=True,
            )
        ),
        (CONSTRUCT, "turtle", TURTLE),
        (CONSTRUCT, "jsonld", JSONLD),
        (CONSTRUCT, "rdf", RDFXML),
        (CONSTRUCT, "n-quads", NQ),
        (SELECT, "srj", JSON),
    ],
)
def test_a_format_by_name_or_by_extension_wins_over_accept(
    client: FlaskClient, query: str, name: str, media: str
) -> None:
    for path, given in (("/sparql", {"format": name}), (f"/sparql.{name}", {})):
        response = client.get(
            path, query_string={"query": query, **given}, headers={"Accept": "text/html"}
        )
        assert (response.status_code, response.mimetype) == (200, media)


@pytest.mark.parametrize("media", [JSON, "text/csv", "application/trig"])
def test_a_format_may_be_named_by_its_media_type(client: FlaskClient, media: str) -> None:
    query = CONSTRUCT if media == TRIG else SELECT
    response = client.get("/sparql", query_string={"query": query, "format": media})
    assert response.mimetype == media


@pytest.mark.parametrize("name", ["exe", "../../etc/passwd", "ttl"])
def test_a_format_nobody_writes_is_refused(client: FlaskClient, name: str) -> None:
    response = client.get("/sparql", query_string={"query": SELECT, "format": name})
    assert response.status_code == 406


@pytest.mark.parametrize(
    "path", ["/sparql?query=ASK%7B%7D", "/graphs", "/graphs?default", "/sparql"]
)
def test_head_says_what_get_would_without_the_body(client: FlaskClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag"):
        assert head.headers.get(name) == got.headers.get(name)


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/sparql", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("/graphs", {"GET", "HEAD", "OPTIONS"}),
        ("/queries", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_options_names_the_methods(client: FlaskClient, path: str, methods: set[str]) -> None:
    response = client.options(path, headers={"Origin": "https://example.org"})
    assert response.status_code == 200
    assert set(response.headers["Allow"].split(", ")) == methods
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in response.headers["Access-Control-Allow-Methods"]


def test_pages_of_other_origins_may_read_every_answer(client: FlaskClient) -> None:
    for path in ("/sparql?query=ASK%7B%7D", "/sparql?query=ASK", "/nowhere", "/health"):
        response = client.get(path, headers={"Origin": "https://example.org"})
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "X-Request-Id" in response.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("media", [TURTLE, NT, JSONLD, RDFXML])
def test_the_endpoint_describes_itself(client: FlaskClient, media: str) -> None:
    response = client.get("/sparql", headers={"Accept": media})
    assert response.mimetype == media
    said = {
        (quad.subject, quad.predicate, quad.object)
        for quad in ox.parse(response.data, format=ox.RdfFormat.from_media_type(media))
    }
    endpoint = ox.NamedNode("http://localhost/sparql")
    assert endpoint in {o for _, p, o in said if p == ox.NamedNode(SD + "endpoint")}
    names = {o.value for _, p, o in said if p == ox.NamedNode(SD + "name")}
    assert ASAHI in names
    languages = {o.value for _, p, o in said if p == ox.NamedNode(SD + "supportedLanguage")}
    assert languages == {SD + "SPARQL11Query"}


def test_the_description_names_the_address_it_is_told(graph: Graph) -> None:
    client = create_app(graph, settings=Settings(public_url="https://dx.example.jp/")).test_client()
    assert b"<https://dx.example.jp/sparql>" in client.get("/sparql").data


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/graphs?graph={quote(ASAHI, safe='')}", 200),
        ("/graphs?default", 200),
        ("/graphs?default=", 200),
        ("/graphs", 200),
        ("/graphs/", 200),
        ("/graphs?graph=http%3A%2F%2Fexample.org%2Fno-such-graph", 404),
        ("/graphs?graph=plan%2F24343", 400),
        ("/graphs?graph=", 400),
        (f"/graphs?graph={quote(ASAHI, safe='')}&default", 400),
        (f"/graphs?graph={quote(ASAHI, safe='')}&graph={quote(TOIN, safe='')}", 400),
        (f"/graphs?graph={quote(ASAHI, safe='')}&format=csv", 406),
    ],
)
def test_a_graph_is_read_by_its_name(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status
    assert client.head(path).status_code == status


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_graphs_cannot_be_written(client: FlaskClient, method: str) -> None:
    path = f"/graphs?graph={quote(ASAHI, safe='')}"
    response = client.open(path, method=method, data=b"", content_type=TURTLE)
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize("media", [TURTLE, NT, JSONLD, RDFXML, TRIG, NQ])
def test_a_graph_comes_whole_in_every_format(client: FlaskClient, graph: Graph, media: str) -> None:
    response = client.get("/graphs", query_string={"graph": ASAHI}, headers={"Accept": media})
    read = ox.parse(response.data, format=ox.RdfFormat.from_media_type(media))
    stored = graph.store.raw.quads_for_pattern(None, None, None, ox.NamedNode(ASAHI))
    assert {str(quad.triple) for quad in read} == {str(quad.triple) for quad in stored}


def test_the_list_of_graphs_leads_to_each(client: FlaskClient) -> None:
    listed = client.get("/graphs").get_json()["graphs"]
    assert ASAHI in {each["iri"] for each in listed}
    found = client.get(listed[0]["url"], headers={"Accept": NT})
    assert len(found.data.splitlines()) == listed[0]["triples"]


def test_a_page_of_an_answer_says_that_it_was_cut_and_where_it_goes_on(client: FlaskClient) -> None:
    query = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o"
    asked = {"query": query, "limit": "3"}
    first = client.get("/sparql", query_string=asked)
    assert len(first.get_json(force=True)["results"]["bindings"]) == 3
    assert first.get_json(force=True)["cut"] == {"rows": 3, "nextOffset": 3}
    assert first.headers["X-Result-Cut"] == "rows=3; next-offset=3"
    target = first.headers["Link"].partition("<")[2].partition(">")[0]
    second = client.get(target)
    both = client.get("/sparql", query_string={**asked, "limit": "6"})
    rows = [each.get_json(force=True)["results"]["bindings"] for each in (first, second, both)]
    assert rows[0] + rows[1] == rows[2]


def test_an_answer_that_is_not_cut_does_not_say_so(client: FlaskClient) -> None:
    for limit in ({}, {"limit": "5000"}):
        response = client.get("/sparql", query_string={"query": SELECT, **limit})
        assert "X-Result-Cut" not in response.headers
        assert "Link" not in response.headers
        assert "cut" not in response.get_json(force=True)


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_a_page_reads_as_the_whole_does(client: FlaskClient, name: str) -> None:
    query = (
        "SELECT ?s (?x AS ?y) ?l { ?s rdfs:label ?l OPTIONAL { ?s dxo:number ?x } "
        'VALUES ?l { "a\\tb\\n\\"c\\""@en UNDEF } } ORDER BY ?s ?l'
    )
    asked: dict[str, Any] = {"query": query, "format": name}
    whole = client.get("/sparql", query_string=asked).data
    page = client.get("/sparql", query_string={**asked, "limit": "100000"}).data
    assert page == whole


def test_a_server_that_cuts_says_so(graph: Graph) -> None:
    client = create_app(graph, settings=Settings(rows=2)).test_client()
    answer = client.get("/sparql", query_string={"query": "SELECT * { ?s ?p ?o }"})
    assert len(json.loads(answer.data)["results"]["bindings"]) == 2
    assert answer.headers["X-Result-Cut"].startswith("rows=2")
    triples = client.get("/graphs?default&format=nt")
    assert len(triples.data.splitlines()) == 2
    assert 'rel="next"' in triples.headers["Link"]


def test_an_open_world_takes_an_unknown_graph_for_an_empty_one() -> None:
    from dxgraph.catalog import Catalog
    from dxgraph.store import EmbeddedStore
    from dxgraph.workspace import find

    store = ox.Store()
    store.add(ox.Quad(*[ox.NamedNode("http://example.org/a")] * 4))
    graph = Graph(EmbeddedStore(store, open_world=True), Catalog(find().queries))
    client = create_app(graph).test_client()
    ask = {"query": "ASK { ?s ?p ?o }"}
    for name, status in (("http://example.org/none", 200), ("file:///etc/hosts", 403), ("x", 403)):
        response = client.get("/sparql", query_string={**ask, "default-graph-uri": name})
        assert response.status_code == status
        assert status != 200 or response.get_json(force=True)["boolean"] is False
