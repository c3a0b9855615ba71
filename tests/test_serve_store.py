"""``dxgraph serve --store``: the endpoint over a graph that another server holds."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import servers
from serving import KILLERS, Reply, Server, start

from dxgraph import cli, load, views
from dxgraph.build import Version
from dxgraph.errors import (
    DxgraphError,
    ServerRefused,
    ServerTooSlow,
    UnknownThing,
    UnknownValue,
    WithdrawnThing,
)
from dxgraph.namespaces import GRAPH, ID
from dxgraph.pool.tasks import as_error, from_error
from dxgraph.session import Graph
from dxgraph.workspace import Workspace

PLANS = "SELECT ?plan { ?plan a dxo:DXPlan } ORDER BY ?plan"
TOWNS = "/queries/towns-by-technology.csv?technology=AI-OCR&by=R6"
DEADLINE = 3.0


@pytest.fixture(scope="module")
def held(
    tmp_path_factory: pytest.TempPathFactory, place: Workspace, version: Version
) -> Iterator[servers.Server]:
    """An Oxigraph server that holds the graph of the checkout."""
    with servers.oxigraph(tmp_path_factory.mktemp("held")) as server:
        load.load(place, version, server.writing, restart=True)
        yield server


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "server.log"


@pytest.fixture(scope="module")
def front(held: servers.Server, place: Workspace, log: Path) -> Iterator[Server]:
    server = start(place, log, store=f"sparql:{held.url}", workers=4, deadline=DEADLINE)
    yield server
    server.stop()


def until(server: Server, path: str, status: int) -> Reply:
    """The first reply with a status, waited for."""
    for _ in range(200):
        if (reply := server.send("GET", path)).status == status:
            return reply
        time.sleep(0.05)
    raise AssertionError((reply.status, reply.body))


def test_names_are_searched_in_the_other_server(front: Server) -> None:
    found = json.loads(front.send("GET", f"/search.json?q={quote('導入 ai')}").body)
    assert "AI・RPAの導入" in {hit["ja"] for hit in found["hits"]}


def test_a_saved_question_is_answered_from_the_other_server(front: Server, graph: Graph) -> None:
    from dxgraph.tables import as_csv

    reply = front.send("GET", TOWNS)
    assert reply.status == 200
    expected = as_csv(graph.query("towns-by-technology", technology="AI-OCR", by="R6"))
    assert reply.body.decode() == expected


def test_select_and_construct_are_answered_from_the_other_server(
    front: Server, graph: Graph
) -> None:
    rows = front.ask(PLANS, Accept="application/sparql-results+json").json()["results"]["bindings"]
    answer = graph.query("plans")
    assert len(rows) == len(answer) > 0
    built = front.ask("CONSTRUCT WHERE { ?plan a dxo:DXPlan }", Accept="application/n-triples")
    assert built.headers["content-type"].startswith("application/n-triples")
    assert len(built.body.splitlines()) == len(rows)


def test_graphs_are_listed_with_their_sizes(front: Server, graph: Graph) -> None:
    listed = front.send("GET", "/graphs").json()["graphs"]
    assert tuple(each["iri"] for each in listed) == graph.store.graphs
    one = listed[0]
    body = front.send("GET", one["url"], Accept="application/n-triples").body
    assert len(body.splitlines()) == one["triples"]


def test_health_says_where_the_graph_is(front: Server, held: servers.Server) -> None:
    body = front.send("GET", "/health").json()
    assert (body["ready"], body["version"], body["store"]) == (True, "remote", held.url)


def test_health_keeps_a_name_and_a_password_to_itself() -> None:
    from dxgraph.server import shown

    assert shown("sparql:http://dba:secret@localhost:8890/sparql") == "http://localhost:8890/sparql"


def test_a_password_is_shown_by_no_process(
    held: servers.Server, place: Workspace, tmp_path: Path
) -> None:
    store = held.url.replace("//", "//somebody:secret@")
    front = start(place, tmp_path / "log", store=store, workers=2)
    try:
        lines = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in front.processes()]
        until(front, "/health/ready", 200)
        reply = front.ask(PLANS)
    finally:
        front.stop()
    assert reply.status == 200
    assert sum(b"pool.keeper" in line for line in lines) > 1
    assert not any(b"secret" in line for line in lines if b"pool.keeper" in line)


def test_answers_are_kept_nowhere_and_show_a_change_at_once(
    front: Server, held: servers.Server
) -> None:
    from dxgraph.endpoints import Address
    from dxgraph.writers import GraphStore

    query = "ASK { <urn:test:a> <urn:test:b> <urn:test:c> }"
    before = front.ask(query, Accept="application/sparql-results+json")
    store = GraphStore(Address.parse(held.url.replace("/query", "/store")), 10)
    name = GRAPH + "ontology"
    store.add(name, b"<urn:test:a> <urn:test:b> <urn:test:c> .\n")
    after = front.ask(query, Accept="application/sparql-results+json")
    assert (before.json()["boolean"], after.json()["boolean"]) == (False, True)
    assert "etag" not in after.headers
    assert after.headers["cache-control"] == "no-store"


def test_an_update_is_refused_before_the_other_server_hears_of_it(front: Server) -> None:
    assert front.ask("INSERT DATA { <urn:a> <urn:b> <urn:c> }").status in (400, 403)


@pytest.mark.parametrize("name", ["cross product counted", "nested NOT EXISTS"])
def test_the_deadline_holds_for_the_other_server(front: Server, name: str) -> None:
    reply = front.ask(KILLERS[name])
    assert reply.status in (503, 504)
    assert reply.json()["title"] in ("ServerTooSlow", "QueryTimeout")


def test_a_client_may_shorten_the_deadline(front: Server) -> None:
    query = quote(KILLERS["cross product counted"])
    reply = front.send("GET", f"/sparql?timeout=1&query={query}")
    assert (reply.status, reply.json()["title"]) == (503, "QueryTimeout")


def test_a_server_that_goes_away_is_a_502_and_is_noticed_when_it_returns(
    tmp_path: Path, place: Workspace, version: Version
) -> None:
    port, log = servers.free_port(), tmp_path / "log"
    options = ("--location", str(tmp_path / "data"))
    url = f"http://127.0.0.1:{port}/query"
    front = start(place, log, store=url, workers=2, deadline=DEADLINE)
    try:
        never = front.send("GET", TOWNS, Accept_Language="en")
        assert never.headers["content-type"] == "application/problem+json"
        assert (never.status, never.json()["title"]) == (502, "ServerUnreachable")
        assert url in never.json()["detail"]
        with servers.oxigraph(tmp_path, *options, port=port) as held:
            assert until(front, TOWNS, 503).json()["title"] == "NotLoaded"
            assert front.send("GET", "/health").status == 503
            load.load(place, version, held.writing, restart=True)
            there = until(front, TOWNS, 200).body
            assert front.send("GET", "/health").status == 200
        gone = front.send("GET", TOWNS, Accept_Language="ja")
        assert (gone.status, gone.json()["title"]) == (502, "ServerUnreachable")
        health = front.send("GET", "/health")
        assert (health.status, health.json()["ready"]) == (503, False)
        assert front.send("GET", "/health/live").status == 200
        with servers.oxigraph(tmp_path, *options, port=port):
            assert until(front, TOWNS, 200).body == there
    finally:
        assert front.stop() == 0
    assert "Traceback" not in log.read_text(encoding="utf-8")


def test_a_server_that_says_nothing_is_a_504(tmp_path: Path, place: Workspace) -> None:
    with servers.saying(b"") as url:
        front = start(place, tmp_path / "log", store=url, workers=2, deadline=2.0)
        try:
            reply = front.ask(PLANS)
            assert (reply.status, reply.json()["title"]) == (504, "ServerTooSlow")
            assert front.send("GET", "/health").status == 503
        finally:
            front.stop()


def test_what_another_server_refuses_is_a_502_with_its_words(
    tmp_path: Path, place: Workspace
) -> None:
    with servers.answering(429, "text/plain", b"come back tomorrow") as url:
        front = start(place, tmp_path / "log", store=url, workers=2)
        try:
            reply = front.ask(PLANS)
        finally:
            front.stop()
    assert (reply.status, reply.json()["title"]) == (502, "ServerRefused")
    assert "come back tomorrow" in reply.json()["detail"]


@pytest.mark.parametrize(
    "name", ["fiscal-year/2024", "phase/introduction", "plan/24324/dx-2023/measure/3-4"]
)
def test_a_thing_elsewhere_has_the_sections_it_has_here(
    front: Server, graph: Graph, name: str
) -> None:
    there = front.send("GET", f"/doc/{name}.json").json()
    here = views.look(graph, "thing", {"iri": ID + name})
    for part in (there, here):
        part["sections"] = [(each["name"], each["count"]) for each in part["sections"]]
        part["mentions"] = [
            (each["property"], each["kind"], each["count"]) for each in part["mentions"]
        ]
    assert (there["sections"], there["mentions"]) == (here["sections"], here["mentions"])
    assert front.send("GET", f"/doc/{name}.ttl").status == 200
    assert front.send("GET", f"/why/{name}.json").status == 404


def test_nothing_in_the_log_is_a_traceback(front: Server, log: Path) -> None:
    front.ask("SELECT")
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "error",
    [
        ServerRefused("no", "いいえ", 429),
        UnknownValue("no", "いいえ", ["AI-OCR"]),
        ServerTooSlow("late", "遅い"),
        UnknownThing("no", "いいえ", [{"iri": "urn:x", "ja": "朝日町", "en": "Asahi Town"}]),
        WithdrawnThing("gone", "取下げ", [{"iri": "urn:x", "ja": "朝日町", "en": "Asahi Town"}]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_of_a_worker_arrives_whole(error: Exception) -> None:
    assert isinstance(error, DxgraphError)
    arrived = from_error(json.loads(json.dumps(as_error(error))))
    assert type(arrived) is type(error)
    assert (arrived.ja, vars(arrived)) == (error.ja, vars(error))


def test_an_address_that_is_none_is_told_before_anything_listens(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DXGRAPH_LANG", "en")
    assert cli.main(["serve", "--store", "sparql:nowhere"]) == 2
    assert "nowhere' is no address" in capsys.readouterr().err


def test_files_and_another_server_cannot_be_served_at_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["serve", "--store", "sparql:http://localhost/query", "--data", "a.ttl"])
    assert "--data" in capsys.readouterr().err
