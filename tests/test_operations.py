"""Running it: health, metrics, logs, cache, compression, new builds, settings, stopping."""

from __future__ import annotations

import gzip
import json
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

import brotli
import pytest
from flask.testing import FlaskClient
from serving import KILLERS, Server, start

from dxgraph import build, cli, labels, settings
from dxgraph.errors import BadSetting
from dxgraph.metadata import Description, dcat
from dxgraph.namespaces import DXO, ID, LABEL
from dxgraph.session import Graph
from dxgraph.settings import Settings
from dxgraph.web import create_app, replies
from dxgraph.web.cache import Cache, Entry
from dxgraph.workspace import Workspace

LABELS = "SELECT ?s ?label { ?s rdfs:label ?label } ORDER BY ?s ?label LIMIT 200"
PLANS = "SELECT ?plan { ?plan a dxo:DXPlan }"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "server.log"


@pytest.fixture(scope="module")
def server(place: Workspace, version: build.Version, log: Path) -> Iterator[Server]:
    server = start(place, log, workers=4, deadline=5.0)
    yield server
    server.stop()


@pytest.fixture
def client(graph: Graph) -> FlaskClient:
    return create_app(graph).test_client()


def test_health_tells_life_readiness_and_the_graph(server: Server, version: build.Version) -> None:
    for path in ("/health", "/health/ready", "/health/live"):
        reply = server.send("GET", path)
        assert reply.status == 200
        told = reply.json()
        assert (told["ready"], told["version"], told["held"]) == (True, version.name, True)


@pytest.mark.parametrize(
    "path", ["/catalog", "/.well-known/void", "/.well-known/sparql-examples", "/ontology"]
)
def test_the_dataset_is_described_without_waiting_for_its_dumps(server: Server, path: str) -> None:
    """By a real server, whose descriptions are written aside from the request."""
    reply = server.send("GET", path, Accept="text/turtle")
    assert (reply.status, reply.headers["content-type"].partition(";")[0]) == (200, "text/turtle")


def test_health_knows_no_other_probe(client: FlaskClient) -> None:
    assert client.get("/health/well").status_code == 404


def test_a_server_without_a_graph_lives_but_is_not_ready(tmp_path: Path, graph: Graph) -> None:
    from dxgraph.pool.client import Pool

    client = create_app(Pool(tmp_path, 0.1), graph.catalog).test_client()
    assert client.get("/health/live").status_code == 200
    assert client.get("/health").status_code == 503
    assert client.get("/sparql?query=ASK%7B%7D").status_code == 503


def test_workers_search_the_index_beside_the_version(
    server: Server, version: build.Version
) -> None:
    found = server.send("GET", f"/search.json?q={quote('導入')}").json()
    assert found["hits"][0]["ja"] == "導入"
    assert not found["approximate"]
    assert (version.folder / labels.FILE).is_file()


def test_metrics_count_what_was_asked(server: Server) -> None:
    before = _metric(server, 'dxgraph_requests_total{cached="false",route="sparql",status="400"}')
    server.ask("ASK {")
    after = _metric(server, 'dxgraph_requests_total{cached="false",route="sparql",status="400"}')
    assert after == before + 1
    assert _metric(server, "dxgraph_ready") == 1
    assert _metric(server, "dxgraph_workers") == 4


def _metric(server: Server, name: str) -> float:
    lines = server.send("GET", "/metrics").body.decode().splitlines()
    return next((float(line.split()[-1]) for line in lines if line.startswith(name + " ")), 0.0)


def test_what_many_ask_for_at_once_is_made_once(server: Server) -> None:
    """By one front, as when a new version is there and nothing of it is kept yet."""
    made = 'dxgraph_requests_total{cached="false",route="other",status="200"}'
    before = _metric(server, made)
    with ThreadPoolExecutor(12) as threads:
        replies = list(
            threads.map(lambda _: server.send("GET", "/doc/municipality/24461"), range(12))
        )
    assert {(reply.status, len(reply.body)) for reply in replies} == {(200, len(replies[0].body))}
    assert _metric(server, made) == before + 1


def test_every_request_is_a_line_of_the_log_with_its_id(server: Server, log: Path) -> None:
    reply = server.ask(PLANS, X_Request_Id="town-hall-7")
    assert reply.headers["x-request-id"] == "town-hall-7"
    time.sleep(0.2)
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    line = next(each for each in lines if each["id"] == "town-hall-7")
    assert (line["method"], line["path"], line["status"]) == ("GET", "/sparql", 200)
    assert line["bytes"] == len(reply.body)


def test_an_id_unfit_for_a_log_is_replaced(server: Server) -> None:
    reply = server.ask(PLANS, X_Request_Id='a"b {}')
    assert reply.headers["x-request-id"].isalnum()


def test_the_same_question_again_is_answered_304(server: Server) -> None:
    for send in (server.ask, lambda query, **headers: _post(server, query, **headers)):
        first = send(LABELS)
        again = send(LABELS, If_None_Match=first.headers["etag"])
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]


def test_the_workers_fill_the_description_which_is_answered_304_again(server: Server) -> None:
    first = server.send("GET", "/openapi.json")
    assert "東員町" in first.json()["components"]["schemas"]["municipality"]["enum"]
    again = server.send("GET", "/openapi.json", If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def _post(server: Server, query: str, **headers: str) -> object:
    kind = {"Content-Type": "application/sparql-query", **headers}
    return server.send("POST", "/sparql", query.encode(), **kind)


def test_what_is_sent_differs_by_format_and_coding_and_so_does_the_tag(server: Server) -> None:
    tags = {
        server.ask(LABELS, Accept=accept, Accept_Encoding=coding).headers["etag"]
        for accept in ("application/sparql-results+json", "text/csv")
        for coding in ("identity", "gzip", "br")
    }
    assert len(tags) == 6


def test_a_compressed_answer_says_the_same(server: Server) -> None:
    plain = server.ask(LABELS)
    for coding, undo in (("gzip", gzip.decompress), ("br", brotli.decompress)):
        for _ in range(2):
            reply = server.ask(LABELS, Accept_Encoding=f"{coding};q=1.0, identity;q=0.5")
            assert reply.headers["content-encoding"] == coding
            assert undo(reply.body) == plain.body
            assert "Accept-Encoding" in reply.headers["vary"]


def test_a_coding_the_client_refuses_is_not_used(server: Server) -> None:
    for header in ("gzip;q=0, br;q=0", "identity", "deflate"):
        assert "content-encoding" not in server.ask(LABELS, Accept_Encoding=header).headers


def test_a_large_answer_is_streamed_whole(server: Server) -> None:
    query = "SELECT * { GRAPH ?g { ?s ?p ?o } }"
    plain = server.ask(query)
    assert len(plain.json()["results"]["bindings"]) > 10_000
    packed = server.ask(query, Accept_Encoding="gzip")
    assert gzip.decompress(packed.body) == plain.body


def test_a_slow_reader_holds_no_worker(
    place: Workspace, version: build.Version, tmp_path: Path
) -> None:
    server = start(place, tmp_path / "log", workers=1, deadline=5.0)
    connections = []
    for _ in range(3):
        connection = HTTPConnection("127.0.0.1", server.port)
        connection.request("GET", "/sparql?query=" + quote("SELECT * { GRAPH ?g { ?s ?p ?o } }"))
        connections.append(connection)
        time.sleep(0.3)
    reply = server.ask(PLANS)
    for connection in connections:
        connection.close()
    server.stop()
    assert reply.status == 200


def test_what_the_server_makes_is_kept_however_large(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    described: list[int] = []
    describe = dcat.describe

    def counted(*given: Any) -> Description:
        described.append(len(given))
        return describe(*given)

    monkeypatch.setattr(replies, "_WHOLE", 1000)
    monkeypatch.setattr(dcat, "describe", counted)
    bodies = {client.get("/catalog.ttl").data for _ in range(2)}
    assert len(bodies.pop()) > 1000
    assert (bodies, len(described)) == (set(), 1)


def test_the_cache_is_bounded_and_shared(tmp_path: Path) -> None:
    one, other = Cache(40_000, tmp_path), Cache(40_000, tmp_path)
    for number in range(100):
        one.put(f"key-{number}", Entry((("ETag", str(number)),), bytes(1000)))
    assert other.get("key-99") == Entry((("ETag", "99"),), bytes(1000))
    assert other.get("key-0") is None
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 50_000


def test_an_entry_larger_than_its_share_is_not_kept(tmp_path: Path) -> None:
    cache = Cache(10_000, tmp_path)
    cache.put("key", Entry((), bytes(9_000)))
    assert cache.get("key") is None


def test_a_new_build_is_served_without_a_lost_request(copy: Workspace, tmp_path: Path) -> None:
    old = build.build(copy)
    server = start(copy, tmp_path / "log", workers=4, deadline=3.0)
    statuses: list[int] = []
    versions: set[str] = set()
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            reply = server.ask(PLANS)
            statuses.append(reply.status)
            versions.add(reply.headers.get("x-graph-version", ""))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    path = copy.data / "editorial" / "sdg.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# read again\n", encoding="utf-8")
    new = build.build(copy)
    until = time.monotonic() + 20
    while server.send("GET", "/health").json()["version"] != new.name:
        assert time.monotonic() < until
        time.sleep(0.1)
    time.sleep(0.5)
    done.set()
    for thread in threads:
        thread.join()
    assert server.stop() == 0
    assert set(statuses) == {200}
    assert versions == {old.name, new.name}


def test_a_request_in_progress_is_finished_before_the_server_stops(
    place: Workspace, version: build.Version, tmp_path: Path
) -> None:
    server = start(place, tmp_path / "log", workers=2, deadline=1.5)
    found: list[int] = []
    asking = threading.Thread(
        target=lambda: found.append(server.ask(KILLERS["cross product counted"]).status)
    )
    asking.start()
    time.sleep(0.4)
    assert server.stop() == 0
    asking.join()
    assert found == [503]


def test_rdf_files_are_served_instead_of_the_graph(place: Workspace, tmp_path: Path) -> None:
    first, second = tmp_path / "a.ttl", tmp_path / "b.trig"
    first.write_text("<http://example.org/a> <http://example.org/p> 1 .")
    second.write_text("<http://example.org/g> { <http://example.org/b> <http://example.org/p> 2 }")
    server = start(place, tmp_path / "log", data=(first, second), workers=2)
    rows = server.ask("SELECT ?s { ?s <http://example.org/p> ?o } ORDER BY ?s", Accept="text/csv")
    server.stop()
    assert rows.body.split() == [b"s", b"http://example.org/a", b"http://example.org/b"]


def test_rdf_files_are_searched_by_names_as_well(place: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "own.ttl"
    path.write_text(
        f"<{ID}technology/mesh> a <{DXO}Technology> ; <{LABEL.value}> 'メッシュ網'@ja .", "utf-8"
    )
    server = start(place, tmp_path / "log", data=(path,), workers=2)
    found = server.send("GET", f"/search.json?q={quote('ﾒｯｼｭ')}").json()
    server.stop()
    assert [hit["ja"] for hit in found["hits"]] == ["メッシュ網"]


@pytest.mark.parametrize("text", ["<a> <b>", "not turtle", "@prefix : <"])
def test_a_file_that_is_not_rdf_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text(text)
    assert cli.main(["serve", "--port", "1", "--data", str(path)]) == 2
    assert "broken.ttl" in capsys.readouterr().err


def test_flags_win_over_environment_over_file_over_default(tmp_path: Path) -> None:
    (tmp_path / "dxgraph.toml").write_text(
        '[serve]\nport = 1\nqueue = 2\npublic-url = "http://a"\n'
    )
    found = settings.read([tmp_path], {"DXGRAPH_PORT": "2", "DXGRAPH_DEADLINE": "4"}, {"port": "3"})
    assert (found.port, found.queue, found.deadline) == (3, 2.0, 4.0)
    assert (found.public_url, found.host) == ("http://a", "127.0.0.1")


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        ("[serve]\ncolour = 1\n", {}),
        ("[serve]\nport = 'many'\n", {}),
        ("[serve\n", {}),
        ("serve = 1\n", {}),
        ("", {"DXGRAPH_PORT": "70000"}),
        ("", {"DXGRAPH_LOG": "loud"}),
        ("", {"DXGRAPH_DEADLINE": "nan"}),
    ],
)
def test_a_setting_that_is_none_says_where_and_what(
    tmp_path: Path, text: str, environment: dict[str, str]
) -> None:
    (tmp_path / "dxgraph.toml").write_text(text)
    with pytest.raises(BadSetting) as raised:
        settings.read([tmp_path], environment)
    assert "dxgraph.toml" in str(raised.value) or "DXGRAPH_" in str(raised.value)
    assert raised.value.ja != raised.value.en


@pytest.mark.parametrize("name", list(vars(Settings())))
def test_every_setting_is_told_by_help_and_in_the_manual(
    name: str, capsys: pytest.CaptureFixture[str], root: Path
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["serve", "--help"])
    shown = capsys.readouterr().out
    manual = (root / "docs" / "operations.md").read_text(encoding="utf-8")
    for text in (f"--{name.replace('_', '-')}", f"DXGRAPH_{name.upper()}"):
        assert text in shown.replace("\n", "")
    assert f"`{name.replace('_', '-')}`" in manual


@pytest.mark.parametrize(("tongue", "word"), [("ja", "設定:"), ("en", "settings:")])
def test_help_tells_units_and_where_settings_come_from(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tongue: str, word: str
) -> None:
    monkeypatch.setenv("DXGRAPH_LANG", tongue)
    with pytest.raises(SystemExit):
        cli.main(["serve", "--help"])
    shown = capsys.readouterr().out
    for text in (word, "dxgraph.toml", "--deadline SECONDS", "--memory MiB", "--public-url URL"):
        assert text in shown
    assert "STR" not in shown
    assert "[;" not in shown


def test_the_server_listens_on_loopback_unless_told(root: Path) -> None:
    assert Settings().host == "127.0.0.1"
    assert "--host" in (root / "Dockerfile").read_text(encoding="utf-8")


def test_answers_carry_the_headers_that_keep_browsers_safe(client: FlaskClient) -> None:
    for path in ("/sparql?query=ASK%7B%7D", "/nowhere", "/health"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_the_cache_folder_goes_with_the_server(place: Workspace, tmp_path: Path) -> None:
    build.build(place)
    os.environ["TMPDIR"] = str(tmp_path)
    try:
        server = start(place, tmp_path / "log", workers=2)
        assert len(list(tmp_path.glob("dxgraph-*"))) == 1
        server.stop()
    finally:
        del os.environ["TMPDIR"]
    assert list(tmp_path.glob("dxgraph-*")) == []
