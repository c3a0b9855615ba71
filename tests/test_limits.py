"""Limits that hold: whatever one client asks, the others are served, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest
from serving import CROSS, KILLERS, Reply, Server, start

from dxgraph import build
from dxgraph.pool.worker import SLOW
from dxgraph.workspace import Workspace

DEADLINE = 2.0
LIGHT = "SELECT ?plan { ?plan a dxo:DXPlan }"


@pytest.fixture(scope="module")
def server(
    place: Workspace, version: build.Version, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("log") / "server.log"
    server = start(place, log, deadline=DEADLINE, memory=256, result=4, cache=0, queue=1.0)
    yield server
    server.stop()


@pytest.mark.parametrize("name", KILLERS)
def test_a_killer_query_ends_in_a_clear_refusal(server: Server, name: str) -> None:
    reply = server.ask(KILLERS[name])
    assert reply.status in (413, 503)
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["title"] in ("QueryTimeout", "QueryMemory", "ResultTooLarge")
    assert reply.seconds < DEADLINE + 1


def test_killers_together_leave_the_others_served(server: Server) -> None:
    ended: list[Reply] = []
    with ThreadPoolExecutor(8) as threads:
        running = [threads.submit(server.ask, query) for query in KILLERS.values()]
        light = [server.ask(LIGHT) for _ in range(50)]
        ended = [each.result() for each in running]
    assert {reply.status for reply in light} == {200}
    assert {reply.status for reply in ended} <= {413, 503}


@pytest.mark.parametrize(
    ("query", "status", "title"),
    [
        (f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", 503, "QueryTimeout"),
        (f"SELECT * {{ {CROSS} }}", 413, "ResultTooLarge"),
        ("SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a", 503, "QueryMemory"),
    ],
)
def test_the_refusal_names_the_limit(
    place: Workspace, version: build.Version, tmp_path: Path, query: str, status: int, title: str
) -> None:
    server = start(place, tmp_path / "log", deadline=8.0, memory=64, result=2, workers=2)
    reply = server.ask(query)
    server.stop()
    assert (reply.status, reply.json()["title"]) == (status, title)


def test_a_client_gives_less_time_than_the_server_would(server: Server) -> None:
    query = quote(KILLERS["cross product counted"])
    reply = server.send("GET", f"/sparql?query={query}&timeout=1")
    assert reply.json()["title"] == "QueryTimeout"
    assert reply.seconds < DEADLINE


def test_a_client_cannot_give_more_time(server: Server) -> None:
    query = quote(KILLERS["cross product counted"])
    assert server.send("GET", f"/sparql?query={query}&timeout=600").seconds < DEADLINE + 1


def test_a_client_that_leaves_frees_its_worker(
    place: Workspace, version: build.Version, tmp_path: Path
) -> None:
    server = start(place, tmp_path / "log", deadline=30.0, workers=1)
    query = quote(KILLERS["cross product counted"])
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(0.5)
    replies = [server.ask(LIGHT).status for _ in range(5)]
    server.stop()
    assert 200 in replies


def test_overload_is_told_at_once_and_when_to_come_back(
    place: Workspace, version: build.Version, tmp_path: Path
) -> None:
    server = start(place, tmp_path / "log", deadline=4.0, workers=1, queue=0.2)
    threading.Thread(target=server.ask, args=(KILLERS["cross product counted"],)).start()
    time.sleep(0.5)
    reply = server.ask(LIGHT)
    server.stop()
    assert (reply.status, reply.json()["title"]) == (503, "Overloaded")
    assert reply.headers["retry-after"] == "1"


def test_more_requests_than_may_be_in_progress_are_turned_away(
    place: Workspace, version: build.Version, tmp_path: Path
) -> None:
    server = start(place, tmp_path / "log", deadline=3.0, waiting=1, fronts=1)
    threading.Thread(target=server.ask, args=(KILLERS["cross product counted"],)).start()
    time.sleep(0.5)
    reply = server.ask(LIGHT)
    server.stop()
    assert (reply.status, reply.headers["retry-after"]) == (503, "1")


def test_no_worker_ends_by_answering(
    place: Workspace, version: build.Version, tmp_path: Path
) -> None:
    """A worker ends when its client leaves, and must not take anything else for that."""
    server = start(place, tmp_path / "log", workers=2, cache=0)
    queries = [f"{LIGHT} LIMIT {n}" for n in range(1, 501)]
    statuses = {server.ask(query).status for query in queries}
    told = server.send("GET", "/metrics").body.decode()
    server.stop()
    assert statuses == {200}
    assert "\ndxgraph_workers_ended_total 0.0\n" in told


def test_only_who_has_had_the_processor_for_long_gives_way(
    place: Workspace, version: build.Version, tmp_path: Path
) -> None:
    """To wait is not to work: a worker that was stopped for longer stays and keeps its rank."""
    server = start(place, tmp_path / "log", workers=1, cache=0)
    (worker,) = _children_of_engine(server)
    os.kill(worker, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(server.ask, LIGHT)
        time.sleep(3 * SLOW)
        os.kill(worker, signal.SIGCONT)
        assert waiting.result().status == 200
        assert _children_of_engine(server) == {worker}
        assert os.getpriority(os.PRIO_PROCESS, worker) == 0
        working = threads.submit(server.ask, KILLERS["cross product counted"])
        while os.getpriority(os.PRIO_PROCESS, worker) == 0:
            assert not working.done()
            time.sleep(0.05)
    server.stop()


def test_workers_that_are_killed_are_replaced(server: Server) -> None:
    workers = _children_of_engine(server)
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    replies = [server.ask(LIGHT).status for _ in range(20)]
    assert set(replies) == {200}
    assert not _children_of_engine(server) & workers


def _children_of_engine(server: Server) -> set[int]:
    """Processes at the end of the line: keeper, engine, worker."""
    found = server.processes()
    parents = {pid: _parent(pid) for pid in found}
    ends = found - set(parents.values())
    return {pid for pid in ends if _parent(parents[pid]) in found - {server.process.pid}}


def _parent(pid: int) -> int:
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    return int(stat.rpartition(")")[2].split()[1])


def test_the_server_leaves_no_process_behind(
    place: Workspace, version: build.Version, tmp_path: Path
) -> None:
    server = start(place, tmp_path / "log", workers=3)
    family = server.processes()
    assert server.stop() == 0
    time.sleep(0.3)
    assert len(family) >= 6
    assert [pid for pid in family if _lives(pid)] == []


def test_a_server_that_is_killed_takes_its_processes_along(
    place: Workspace, version: build.Version, tmp_path: Path
) -> None:
    server = start(place, tmp_path / "log", workers=3)
    family = server.processes()
    server.process.kill()
    server.process.wait()
    time.sleep(0.5)
    assert [pid for pid in family if _lives(pid)] == []


def _lives(pid: int) -> bool:
    """Whether a process runs; one that nobody has waited for yet does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_a_body_larger_than_any_query_is_not_read(server: Server) -> None:
    body = b"query=" + b"a" * 1_100_000
    kind = "application/x-www-form-urlencoded"
    assert server.send("POST", "/sparql", body, Content_Type=kind).status == 413
