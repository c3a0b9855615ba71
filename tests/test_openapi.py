"""The server as OpenAPI says it: a valid document, filled from the graph, that the server keeps."""

from __future__ import annotations

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

from dxgraph.catalog import Catalog
from dxgraph.session import Graph
from dxgraph.settings import Settings
from dxgraph.web import create_app, openapi

ROOT = Path(__file__).resolve().parent.parent
KEPT = [
    checks.not_a_server_error,
    promises.status_code_conformance,
    promises.content_type_conformance,
    promises.response_headers_conformance,
    promises.response_schema_conformance,
]

bounded = settings(
    max_examples=8,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def app(graph: Graph) -> Flask:
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


def operations() -> list[tuple[str, str]]:
    told = openapi.document(Catalog(ROOT / "queries"), Settings(), {})
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

    @seed(1)
    @bounded
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=KEPT)

    try:
        ask()
    except Unsatisfiable:
        assert mode.is_negative and "parameters" not in operation.definition.raw
