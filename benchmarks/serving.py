"""A server as its visitors have it: from its start, through a new version, to some time after that.

Four clients ask ``dxgraph serve`` with two workers for pages, saved questions, names and RDF, with
pauses of a tenth of a second and hardly anything twice: first while a large graph is read from its
files, then from memory. Then, several times, a title is changed and ``dxgraph build`` runs beside
them until the new version answers, which they ask for some time. Memory is the most that all
processes of the server hold, each page once.
"""

from __future__ import annotations

import json
import random
import statistics
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode

from benchmarks.building import edited, rebuilt
from benchmarks.http import Effort, serving, until_answered, until_held
from benchmarks.processes import Watch
from dxgraph import build
from dxgraph.workspace import Workspace

PHASES = ("files", "memory", "during", "after")
_CLIENTS, _PAUSE, _LOOK = 4, 0.1, 2.0
_TECHNOLOGIES = ("ai", "ai-ocr", "ocr", "rpa", "chatbot", "minutes-system")
_WORDS = ("導入", "AI-OCR", "窓口", "オンライン申請", "情報", "子育て", "研修")


class Visitors:
    """Clients of a server, and what they saw in each phase."""

    def __init__(self, port: int, codes: list[str]) -> None:
        self.phase = "memory" if _health(port)["held"] else "files"
        self.times: dict[str, list[float]] = defaultdict(list)
        self.failures: Counter[str] = Counter()
        self._port = port
        self._codes = codes
        self._done = threading.Event()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Have them ask until this is left."""
        clients = [threading.Thread(target=self._ask, args=(seed,)) for seed in range(_CLIENTS)]
        for client in clients:
            client.start()
        try:
            yield
        finally:
            self._done.set()
            for client in clients:
                client.join()

    def _ask(self, seed: int) -> None:
        chance = random.Random(seed)
        while not self._done.is_set():
            path, phase, begin = self._path(chance), self.phase, time.perf_counter()
            try:
                status, _ = sent(self._port, path)
            except (OSError, HTTPException) as error:
                status = type(error).__name__
            self.times[phase].append(time.perf_counter() - begin)
            if status != "200":
                self.failures[f"{status} {path.partition('?')[0]}"] += 1
            self._done.wait(_PAUSE)

    def _path(self, chance: random.Random) -> str:
        """What a visitor might ask for; parameters that change nothing make it a new request."""
        code, fresh = chance.choice(self._codes), {"timeout": f"{chance.uniform(8, 10):.5f}"}
        technology = {"technology": chance.choice(_TECHNOLOGIES), "by": chance.randint(2021, 2028)}
        return chance.choice(
            [
                f"/doc/municipality/{code}.ttl",
                f"/doc/municipality/{code}",
                "/queries/towns-by-technology.json?" + urlencode({**technology, **fresh}),
                "/queries/measures.json?" + urlencode({"municipality": code, **fresh}),
                "/search.json?" + urlencode({"q": f"{chance.choice(_WORDS)} {code}"}),
                "/catalog",
                "/",
            ]
        )

    def seen(self) -> dict[str, dict[str, float]]:
        """Requests of each phase, and their milliseconds: the median, 99 of 100, the longest."""
        found = {}
        for phase in PHASES:
            if times := sorted(self.times[phase]):
                last = times[min(int(len(times) * 0.99), len(times) - 1)]
                cuts = {"median": statistics.median(times), "p99": last, "most": times[-1]}
                found[phase] = {name: round(cut * 1000, 1) for name, cut in cuts.items()}
                found[phase]["requests"] = len(times)
        return found


def measured(
    place: Workspace, effort: Effort, say: Callable[[str], None] = lambda text: None
) -> dict[str, Any]:
    """Start, memory, the slowest new version, and what visitors saw.

    Times are in s, those of answers in ms.
    """
    codes = sorted(path.name[:5] for path in (place.data / "municipalities").glob("*.yaml"))
    begin = time.perf_counter()
    found: dict[str, Any] = {}
    with serving(place, "--workers", "2") as server, Watch(server.pid, _LOOK) as watch:
        until_answered(server.port, effort.start)
        found["start"] = round(time.perf_counter() - begin, 3)
        visitors = Visitors(server.port, codes)
        with visitors.asking():
            say("serving: until the graph is in memory")
            until_held(server.port, effort.start)
            found["held"] = round(time.perf_counter() - begin, 3)
            visitors.phase = "memory"
            time.sleep(effort.phase)
            changes = []
            for number in range(effort.versions):
                say(f"serving: a new version, {number + 1} of {effort.versions}")
                visitors.phase = "during"
                changes.append(_changed(place, server.port))
                visitors.phase = "after"
                time.sleep(effort.phase / effort.versions)
        for name in ("built", "renewed"):
            found[name] = round(max(each[name] for each in changes), 3)
        found["peak"] = round(watch.peak, 1)
    build.build(place)
    return {**found, "phases": visitors.seen(), "failures": dict(visitors.failures)}


def _changed(place: Workspace, port: int) -> dict[str, float]:
    """Seconds of a build after an edit, and until the new version answers."""
    with edited(place):
        begin = time.perf_counter()
        seconds = rebuilt(place).get("seconds", 0.0)
        _until_served(place, port)
        return {"built": seconds, "renewed": time.perf_counter() - begin}


def sent(port: int, path: str) -> tuple[str, bytes]:
    """Status and body of the answer to a GET."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return str(response.status), response.read()
    finally:
        connection.close()


def _until_served(place: Workspace, port: int) -> None:
    version = build.current(place)
    while version and _health(port)["version"] != version.name:
        time.sleep(0.05)


def _health(port: int) -> Any:
    return json.loads(sent(port, "/health")[1])
