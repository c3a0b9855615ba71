"""What ``dxgraph serve`` answers is what the application answers, page by page and form by form.

The application of the other tests runs in one thread and asks its graph itself; the server's views
wait in an event loop for workers and compute aside.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from urllib.parse import quote

import brotli
import pytest
from flask.testing import FlaskClient
from serving import PAGES, Server, start

from dxgraph import build
from dxgraph.session import Graph
from dxgraph.web import create_app
from dxgraph.workspace import Workspace

ACCEPTED = ("text/html", "*/*", "text/turtle", "application/json", "text/csv", "image/svg+xml")
#: Addresses of data, which have no page or another address for it.
DATA = ("/.well-known/void", "/.well-known/sparql-examples", "/sitemap.xml", "/openapi.json")


@pytest.fixture(scope="module")
def server(
    place: Workspace, version: build.Version, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    server = start(place, tmp_path_factory.mktemp("served") / "log")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def client(graph: Graph) -> FlaskClient:
    return create_app(graph).test_client()


@pytest.mark.parametrize("path", [*PAGES, *DATA])
def test_the_server_answers_what_the_application_answers(
    server: Server, client: FlaskClient, path: str
) -> None:
    path = quote(path, safe="/?=&%:")
    for accept in ACCEPTED:
        expected = client.get(path, headers={"Accept": accept})
        found = server.send("GET", path, Accept=accept)
        assert found.status == expected.status_code, (accept, found.body)
        assert found.status < 500, accept
        assert found.headers.get("content-type") == expected.headers.get("Content-Type"), accept


def test_what_pages_load_is_sent_compressed_and_not_again(server: Server) -> None:
    plain = server.send("GET", "/static/site.css")
    for coding, opened in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        packed = server.send("GET", "/static/site.css", Accept_Encoding=coding)
        assert packed.headers["content-encoding"] == coding
        assert opened(packed.body) == plain.body
        assert packed.headers["etag"] != plain.headers["etag"]
        tag = packed.headers["etag"]
        again = server.send("GET", "/static/site.css", Accept_Encoding=coding, If_None_Match=tag)
        assert (again.status, again.body) == (304, b"")
