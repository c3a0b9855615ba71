"""Fixtures every test may use: the checkout, its graph built once, a copy to change, a listener."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

#: The benchmarks are no part of the package; what is installed comes before the checkout.
sys.path.append(str(Path(__file__).resolve().parent.parent))

import servers
from hypothesis import settings
from servers import Server

from dxgraph import build
from dxgraph.catalog import Catalog
from dxgraph.session import Graph
from dxgraph.store import EmbeddedStore
from dxgraph.validate import validate
from dxgraph.workspace import Workspace

settings.register_profile("untimed", settings(deadline=None))
settings.load_profile("untimed")

FOLDERS = ("ontology", "data", "queries", "shapes")


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the checkout."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def place(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The checkout as a workspace whose built versions go to a temporary folder."""
    return Workspace(root, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def version(place: Workspace) -> build.Version:
    """The graph of the checkout, built once a session."""
    return build.build(place)


@pytest.fixture(scope="session")
def graph(place: Workspace, version: build.Version) -> Graph:
    """The graph of the checkout, opened."""
    catalog, rules = Catalog(place.queries), place.ontology / "rules"
    return Graph(EmbeddedStore.open(version.store), catalog, version, rules=rules)


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Workspace:
    """A workspace of one's own, to change records in."""
    for folder in FOLDERS:
        shutil.copytree(root / folder, tmp_path / folder)
    return Workspace(tmp_path, tmp_path / ".dxgraph")


@pytest.fixture
def built(copy: Workspace, place: Workspace, version: build.Version) -> Workspace:
    """The same, with the graph of the checkout already built in it."""
    shutil.copytree(place.cache, copy.cache, symlinks=True)
    return copy


@pytest.fixture(scope="session")
def verdicts(place: Workspace) -> Path:
    """What is remembered of judging the checkout, judged once a session."""
    validate(place)
    return place.cache / "validated.json"


@pytest.fixture
def judged_copy(copy: Workspace, verdicts: Path) -> Workspace:
    """A workspace of one's own whose records were judged before."""
    copy.cache.mkdir()
    shutil.copy(verdicts, copy.cache)
    return copy


@dataclass
class Listener:
    """A web server that notes every request, to prove that none was made."""

    address: str
    requests: list[str]


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A server on this machine that answers any request with an empty SPARQL result."""
    heard = Listener("", [])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.requests.append(self.path)
            body = b'{"head": {"vars": []}, "results": {"bindings": []}}'
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        heard.address = f"http://127.0.0.1:{server.server_port}/"
        Thread(target=server.serve_forever, daemon=True).start()
        yield heard
        server.shutdown()


@pytest.fixture(scope="session")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An empty Oxigraph server whose default graph is not the union."""
    with servers.oxigraph(tmp_path_factory.mktemp("oxigraph")) as server:
        yield server


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An empty Virtuoso server, where it is installed."""
    with servers.virtuoso(tmp_path_factory.mktemp("virtuoso")) as server:
        yield server
