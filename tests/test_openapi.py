"""The server as OpenAPI says it: a valid document, filled from the graph, that the server keeps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi import checks as promises

from dxgraph import dumps, parameters
from dxgraph.catalog import TYPES, Catalog, Parameter
from dxgraph.session import Graph
from dxgraph.settings import Settings
from dxgraph.web import create_app, negotiation, openapi

ROOT = Path(__file__).resolve().parent.parent
QUERIES = list(Catalog(ROOT / "queries"))
#: Addresses whose rules a schema cannot tell: SPARQL's grammar, one parameter out of several.
RULED = {"sparql", "graphs", "towns"} | {query.name for query in QUERIES if query.one_of}
KEPT = [
    checks.not_a_server_error,
    promises.status_code_conformance,
    promises.content_type_conformance,
    promises.response_headers_conformance,
    promises.response_schema_conformance,
    promises.negative_data_rejection,
    promises.unsupported_method,
]

bounded = settings(
    max_examples=6,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def app(graph: Graph) -> Flask:
    assert graph.version is not None
    dumps.make(graph.version.folder, graph.catalog.folder)  # their maker would wait for tests
    return create_app(graph)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def document(app: Flask) -> Any:
    return app.test_client().get("/openapi.json").get_json()


@pytest.fixture(scope="module")
def api(app: Flask) -> Any:
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


def test_the_document_is_valid_openapi(document: Any) -> None:
    assert document["openapi"] == "3.1.0"
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_the_document_names_every_address_but_pages(app: Flask, document: Any) -> None:
    api = [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith("explorer.")]
    rules = {rule.rule for rule in api}
    plain = {rule for rule in rules if "<" not in rule}
    assert plain <= set(document["paths"])
    assert {f"/queries/{query.name}" for query in QUERIES} <= set(document["paths"])


def test_choices_are_the_labels_of_the_graph(document: Any) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["municipality"]["enum"] == ["南関町", "朝日町", "東員町", "津島市", "玉城町"]
    assert "AI-OCR" in schemas["technology"]["enum"]
    assert {"2024", "令和6年度"} <= set(schemas["fiscal-year"]["enum"])


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind not in openapi.SCALARS])
def test_every_choice_names_one_thing(graph: Graph, document: Any, kind: str) -> None:
    asked = replace(QUERIES[0], parameters=(Parameter("it", kind, {"ja": "", "en": ""}),))
    for choice in document["components"]["schemas"][kind]["enum"]:
        assert set(parameters.resolve(graph.store, asked, {"it": choice})) == {"it"}


def test_two_departments_of_one_name_are_told_apart(document: Any) -> None:
    choices = document["components"]["schemas"]["department"]["enum"]
    assert {"department/24324/somu", "department/24343/somu"} <= set(choices)
    assert "総務課" not in choices


def test_a_question_tells_its_parameters_and_its_columns(document: Any) -> None:
    told = document["paths"]["/queries/towns-by-technology"]["get"]
    known = {parameter.get("name"): parameter for parameter in told["parameters"]}
    assert known["technology"]["required"]
    assert known["technology"]["description"] == "技術 / Technology"
    assert known["broader"]["schema"] == {"type": "boolean", "default": False}
    content = document["components"]["responses"]["towns-by-technology"]["content"]
    assert set(content) == set(negotiation.TABLES.values())
    assert "sourceLine" in content["application/json"]["schema"]["items"]["required"]


def test_limits_are_those_of_the_settings(graph: Graph) -> None:
    strict = Settings(deadline=2.5, rows=50, public_url="https://dx.example/")
    told = create_app(graph, settings=strict).test_client().get("/openapi.json").get_json()
    shared = told["components"]["parameters"]
    assert told["servers"] == [{"url": "https://dx.example"}]
    assert shared["timeout"]["schema"]["default"] == 2.5
    assert shared["limit"]["schema"]["default"] == 50


def test_a_client_that_has_the_document_is_told_so(client: FlaskClient) -> None:
    tag = client.get("/openapi.json").headers["ETag"]
    again = client.get("/openapi.json", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_a_graph_without_labels_leaves_any_text_allowed() -> None:
    told = openapi.document(QUERIES, Settings(), {"technology": []})
    assert "enum" not in told["components"]["schemas"]["technology"]


def operations() -> list[tuple[str, str]]:
    told = openapi.document(QUERIES, Settings(), {})
    return [
        (path, method)
        for path, item in told["paths"].items()
        for method in item
        if method != "parameters"
    ]


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("path", "method"), operations())
def test_the_server_keeps_what_it_promises_whatever_is_asked(
    api: Any, path: str, method: str, mode: GenerationMode
) -> None:
    operation = api[path][method]
    ruled = path.split("/")[-1].partition(".")[0] in RULED
    kept = KEPT if ruled else [*KEPT, promises.positive_data_acceptance]

    @seed(1)
    @bounded
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=kept, headers={"Accept-Encoding": "identity"})

    if mode.is_negative and not [*operation.query, *operation.path_parameters, *operation.body]:
        with pytest.raises(Unsatisfiable):
            ask()
    else:
        ask()
