"""The HTTP door: the protocol as a table, refusals, and a real client over real HTTP."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
import SPARQLWrapper
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from dxgraph.session import Graph
from dxgraph.web import create_app

PLANS = "SELECT ?title WHERE { ?p a dxo:DXPlan ; rdfs:label ?title FILTER (LANG(?title)='ja') }"
THING = "CONSTRUCT { ?p rdfs:label ?l } WHERE { ?p a dxo:DXPlan ; rdfs:label ?l }"


@pytest.fixture(scope="module")
def app(graph: Graph) -> Flask:
    return create_app(graph)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """A server on a free loopback port, for clients that speak real HTTP."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def send(client: FlaskClient, way: str, query: str, **headers: str) -> Any:
    if way == "get":
        return client.get("/sparql", query_string={"query": query}, headers=headers)
    if way == "form":
        return client.post("/sparql", data={"query": query}, headers=headers)
    body = query.encode("utf-8")
    return client.post(
        "/sparql", data=body, content_type="application/sparql-query", headers=headers
    )


WAYS = ("get", "form", "direct")
SELECT_TYPES = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("media", SELECT_TYPES)
def test_a_select_is_answered_in_the_type_accepted(
    client: FlaskClient, way: str, media: str
) -> None:
    response = send(client, way, PLANS, Accept=media)
    assert response.status_code == 200
    assert response.mimetype == media
    assert "朝日町デジタル戦略推進計画" in response.get_data(as_text=True)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "media", ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"]
)
def test_a_construct_is_answered_in_the_type_accepted(
    client: FlaskClient, way: str, media: str
) -> None:
    response = send(client, way, THING, Accept=media)
    assert (response.status_code, response.mimetype) == (200, media)
    assert response.data


def test_an_ask_is_answered_with_a_boolean(client: FlaskClient) -> None:
    response = send(client, "get", "ASK { ?s a dxo:DXPlan }")
    assert json.loads(response.data)["boolean"] is True


def test_a_type_nobody_writes_is_not_acceptable(client: FlaskClient) -> None:
    response = send(client, "get", PLANS, Accept="image/png")
    assert response.status_code == 406
    assert response.mimetype == "application/problem+json"


def test_quality_values_choose_among_types(client: FlaskClient) -> None:
    response = send(client, "get", PLANS, Accept="text/csv;q=0.2, application/sparql-results+xml")
    assert response.mimetype == "application/sparql-results+xml"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "iri",
    [
        "http://ja.dbpedia.org/resource/朝日町_(三重県)",
        "http://ja.dbpedia.org/resource/%E6%9C%9D%E6%97%A5%E7%94%BA",
        "http://example.org/a%2520b+c",
    ],
)
def test_an_iri_raw_or_percent_encoded_arrives_unchanged(
    client: FlaskClient, way: str, iri: str
) -> None:
    response = send(client, way, f"SELECT (STR(<{iri}>) AS ?iri) {{}}", Accept="text/csv")
    assert response.get_data(as_text=True).split("\r\n")[1] == iri


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403),
        ("SELECT * FROM <file:///etc/hosts> WHERE { ?s ?p ?o }", 403),
        ("SELECT * FROM NAMED <http://127.0.0.1:9/g> WHERE { ?s ?p ?o }", 403),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", 403),
        ("DROP ALL", 403),
        ("SELECT * WHERE {", 400),
        ("SELECT * WHERE { " + "(" * 5000 + " }", 400),
    ],
)
def test_a_query_that_may_not_run_gets_a_problem_document(
    client: FlaskClient, way: str, query: str, status: int
) -> None:
    response = send(client, way, query)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    body = json.loads(response.data)
    assert body["status"] == status
    assert "Traceback" not in response.get_data(as_text=True)
    assert "/site-packages/" not in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("method", "arguments", "status"),
    [
        ("get", {"query_string": "default-graph-uri=http%3A%2F%2Fexample.org%2Fg"}, 400),
        ("get", {"query_string": "query=%FF%FE"}, 400),
        ("get", {"query_string": "query=ASK%7B%7D&query=ASK%7B%7D"}, 400),
        ("get", {"query_string": {"update": "DROP ALL"}}, 400),
        ("post", {"data": {"update": "DROP ALL"}}, 400),
        ("post", {"data": "ASK {}", "content_type": "text/plain"}, 415),
        ("post", {"data": b"\xff\xfe", "content_type": "application/sparql-query"}, 400),
        ("put", {"data": "ASK {}"}, 405),
        ("delete", {}, 405),
    ],
)
def test_a_request_that_is_no_query_is_refused(
    client: FlaskClient, method: str, arguments: dict[str, Any], status: int
) -> None:
    response = getattr(client, method)("/sparql", **arguments)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"


def test_the_dataset_can_be_narrowed_to_one_graph(client: FlaskClient) -> None:
    where = "SELECT DISTINCT ?s WHERE { ?s a dxo:DXPlan }"
    graph = "https://w3id.org/dxgraph/graph/plan/24343"
    options = {"query": where, "default-graph-uri": graph, "format": "csv"}
    response = client.get("/sparql", query_string=options)
    assert response.get_data(as_text=True).split() == [
        "s",
        "https://w3id.org/dxgraph/id/plan/24343/dx-2023",
    ]


def test_a_foreign_dataset_is_refused(client: FlaskClient) -> None:
    options = {"query": "ASK {}", "default-graph-uri": "file:///etc/hosts"}
    assert client.get("/sparql", query_string=options).status_code == 403


def test_a_problem_is_told_in_the_language_asked_for(client: FlaskClient) -> None:
    query = "DROP ALL"
    english = send(client, "get", query, **{"Accept-Language": "en"}).get_json()["detail"]
    japanese = send(client, "get", query, **{"Accept-Language": "ja"}).get_json()["detail"]
    assert "read-only" in english
    assert "読み取り専用" in japanese


def test_a_saved_question_answers_as_json_csv_and_excel(client: FlaskClient) -> None:
    values = {"technology": "AI-OCR", "by": "2024"}
    rows = client.get("/queries/towns-by-technology", query_string=values).get_json()
    assert {"朝日町", "東員町"} <= {row["name"] for row in rows}
    text = client.get("/queries/towns-by-technology.csv", query_string=values).data.decode()
    assert text.splitlines()[0].startswith("municipality,name,fiscalYear")
    book = client.get("/queries/towns-by-technology.xlsx", query_string=values).data
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert sheet["B2"].value == "津島市"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/queries/no-such-question", 404),
        ("/queries/towns-by-technology", 422),
        ("/queries/towns-by-technology?technology=AIOCRR", 422),
        ("/queries/towns-by-technology?technology=AI&technology=RPA", 422),
        ("/queries/towns-by-technology?technology=AI&by=" + quote("令和6年"), 422),
        ("/queries/measures?colour=blue", 422),
        ("/queries/measures.exe", 406),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(
    client: FlaskClient, path: str, status: int
) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.get_json()["detail"]


def test_an_unknown_technology_is_answered_with_the_nearest(client: FlaskClient) -> None:
    response = client.get("/queries/towns-by-technology?technology=AIOCRR")
    assert "AI-OCR" in response.get_json()["nearest"]


def test_the_catalog_lists_every_question(client: FlaskClient, graph: Graph) -> None:
    listed = {item["name"] for item in client.get("/queries").get_json()}
    assert listed == {query.name for query in graph.catalog}


@pytest.mark.parametrize("method", [SPARQLWrapper.GET, SPARQLWrapper.POST])
def test_sparqlwrapper_asks_it_over_http(address: str, method: str) -> None:
    wrapper = SPARQLWrapper.SPARQLWrapper(f"{address}/sparql")
    wrapper.setMethod(method)
    wrapper.setReturnFormat(SPARQLWrapper.JSON)
    wrapper.setQuery(
        "PREFIX dxo: <https://w3id.org/dxgraph/ontology#>"
        "SELECT ?code { ?t a dxo:Municipality ; dxo:code ?code } ORDER BY ?code"
    )
    answer = wrapper.query().convert()
    found = [row["code"]["value"] for row in answer["results"]["bindings"]]
    assert found == ["23208", "24324", "24343", "24461", "43367"]


def test_sparqlwrapper_reads_a_construct_as_a_graph(address: str) -> None:
    wrapper = SPARQLWrapper.SPARQLWrapper(f"{address}/sparql")
    wrapper.setReturnFormat(SPARQLWrapper.TURTLE)
    wrapper.setQuery(
        "PREFIX dxo: <https://w3id.org/dxgraph/ontology#>"
        "CONSTRUCT { ?p a dxo:DXPlan } WHERE { ?p a dxo:DXPlan }"
    )
    assert b"dx-2023" in wrapper.query().convert()
