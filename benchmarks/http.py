"""``dxgraph serve`` beside the public ``oxigraph`` server, both with derived facts.

Both are started on loopback and asked the same SPARQL over sixteen connections in turns; a median
of rounds is kept. Pages and saved questions are asked over one connection, one after the other.
"""

from __future__ import annotations

import json
import queue
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from benchmarks.engines import Dataset, Engine, Failure, Limits, roster
from benchmarks.engines.served import Served
from benchmarks.engines.servers import free_port
from benchmarks.load import Load, rate
from benchmarks.processes import held
from dxgraph.namespaces import PREFIXES
from dxgraph.session import Graph
from dxgraph.workspace import Workspace

JSON = "application/sparql-results+json"
#: Saved question, its parameters, and what kind of answer it has with five towns.
QUESTIONS: list[tuple[str, dict[str, str], str]] = [
    ("towns-by-technology", {"technology": "AI-OCR", "by": "2024"}, "small"),
    ("plans", {}, "small"),
    ("indicators", {}, "medium"),
    ("measures", {}, "medium"),
    ("schedule", {}, "large"),
]
#: What is asked one after the other; the first is the floor, the second the headline.
PATHS = {
    "health": "/health/live",
    "headline": "/queries/towns-by-technology.json?"
    + urlencode({"technology": "AI-OCR", "by": "2024"}),
    "town": "/doc/municipality/24343",
}
#: Triples beyond which nobody is asked for all measures, indicators or entries at once.
_WHOLE = 1_000_000
_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Effort:
    """How long each rate is measured, how often, how many requests are timed one by one.

    In seconds as well: how long a start may take, and how long visitors ask in a phase. While they
    ask, so many ``versions`` are built.
    """

    seconds: float = 3.0
    rounds: int = 3
    requests: int = 200
    start: float = 300.0
    phase: float = 40.0
    versions: int = 5


def measured(
    place: Workspace,
    graph: Graph,
    data: Dataset,
    folder: Path,
    effort: Effort,
    limits: Limits,
    python: str,
    say: Callable[[str], None] = lambda text: None,
) -> dict[str, Any]:
    """Start, memory, times and rates; a server that fails has its reason in place of numbers."""
    found: dict[str, Any] = {"triples": data.count}
    begin = time.perf_counter()
    with serving(place, "--cache", "0") as plain:
        say("http: start, and one request after the other")
        until_answered(plain.port, effort.start)
        found["start"] = round(time.perf_counter() - begin, 3)
        until_held(plain.port, effort.start)
        found["held"] = round(time.perf_counter() - begin, 3)
        found["times"] = {name: _times(plain.port, path, effort) for name, path in PATHS.items()}
        found["memory"] = round(held(plain.pid), 1)
        with serving(place) as cached:
            until_answered(cached.port, effort.start)
            until_held(cached.port, effort.start)
            with roster.made("oxigraph", folder / "oxigraph", limits, python) as peer:
                ports = {"oxigraph": _filled(peer, data), "uncached": plain.port}
                ports["cached"] = cached.port
                say("http: rates")
                found["rates"] = [
                    {
                        "question": name,
                        "kind": kind,
                        **_rates(graph.bind(name, **values), ports, effort),
                    }
                    for name, values, kind in QUESTIONS
                    if kind == "small" or data.count <= _WHOLE
                ]
        found["after"] = round(held(plain.pid), 1)
    return found


@dataclass(frozen=True)
class Serving:
    """A ``dxgraph serve`` on a port."""

    port: int
    pid: int


@contextmanager
def serving(place: Workspace, *flags: str) -> Iterator[Serving]:
    """``dxgraph serve`` as users start it, ended at the end."""
    port = free_port()
    command = [sys.executable, "-m", "dxgraph.cli", "serve", "--workspace", str(place.root)]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--log", "off", *flags],
        cwd=_ROOT,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Serving(port, process.pid)
    finally:
        process.terminate()
        process.wait()


def _filled(peer: Engine, data: Dataset) -> int | dict[str, Any]:
    """The port of the peer, filled; or why there is none."""
    assert isinstance(peer, Served)
    try:
        peer.load(data)
    except Failure as failure:
        return {"failed": [failure.kind, failure.detail]}
    return peer.port


def _rates(text: str, ports: dict[str, Any], effort: Effort) -> dict[str, Any]:
    """Answers a second of each server, the median of rounds in turns."""
    head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    query = urlencode({"query": head + text})
    found: dict[str, list[float]] = {name: [] for name in ports}
    failed = {name: port for name, port in ports.items() if isinstance(port, dict)}
    for _ in range(effort.rounds):
        for name, port in ports.items():
            if name in failed:
                continue
            path = f"/{'query' if name == 'oxigraph' else 'sparql'}?{query}"
            try:
                found[name].append(rate(Load(port, path, JSON), effort.seconds))
            except (RuntimeError, OSError, queue.Empty) as error:
                failed[name] = {"failed": ["refused", str(error).partition("\r")[0] or "no answer"]}
    return {
        name: failed.get(name) or round(statistics.median(rates), 1)
        for name, rates in found.items()
    }


def _times(port: int, path: str, effort: Effort) -> dict[str, Any]:
    """Milliseconds of an answer, one request after the other: the median, and 99 of 100."""
    try:
        taken = sorted(_asked(port, path) for _ in range(effort.requests))
    except (OSError, HTTPException) as error:
        return {"failed": ["refused", str(error)]}
    last = taken[min(int(len(taken) * 0.99), len(taken) - 1)]
    return {"median": round(statistics.median(taken) * 1000, 2), "p99": round(last * 1000, 2)}


def _asked(port: int, path: str) -> float:
    """Seconds until the whole answer is there; HTTPException unless its status is 200."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    begin = time.perf_counter()
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
    finally:
        connection.close()
    if response.status != 200:
        raise HTTPException(f"status {response.status}")
    return time.perf_counter() - begin


def until_answered(port: int, seconds: float) -> None:
    """Return with the first answer to the headline; Failure when there is none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            _asked(port, PATHS["headline"])
        except (OSError, HTTPException):
            time.sleep(0.02)
        else:
            return
    raise Failure("allowance", f"dxgraph serve gave no answer within {seconds:g} s")


def until_held(port: int, seconds: float) -> None:
    """Return when the graph is in memory; Failure when it is not in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with urlopen(f"http://127.0.0.1:{port}/health") as reply:
            if json.load(reply)["held"]:
                return
        time.sleep(0.1)
    raise Failure("allowance", f"dxgraph serve did not load its graph within {seconds:g} s")
