"""A server of its own for a test: started and stopped as users do, and plain HTTP to it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from dxgraph.settings import Settings
from dxgraph.workspace import Workspace

_RUN = """
import json, sys
from pathlib import Path
from dxgraph.settings import Settings
from dxgraph.server import serve
from dxgraph.workspace import Workspace
root, cache, settings, data, store = json.loads(sys.argv[1])
place = Workspace(Path(root), Path(cache))
serve(place, Settings(**settings), [Path(name) for name in data], store)
"""
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
#: Queries that never end, or end in more than anybody may have.
KILLERS = {
    "cross product counted": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}",
    "cross product ordered": f"SELECT * {{ {CROSS} }} ORDER BY ?i ?a",
    "cross product distinct": f"SELECT DISTINCT ?a ?e ?i {{ {CROSS} }}",
    "cross product streamed": f"SELECT * {{ {CROSS} }}",
    "paths of any length": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:y>|^!<urn:y>)* ?b . "
    "?b (!<urn:z>|^!<urn:z>)* ?c }",
    "paths kept": "SELECT DISTINCT * { ?a (!<urn:y>|^!<urn:y>)+ ?b . ?c ?d ?e }",
    "cross product concatenated": "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?g))) AS ?n) "
    f"{{ {CROSS} }}",
    "nested NOT EXISTS": "SELECT * { ?a ?b ?c FILTER NOT EXISTS { ?d ?e ?f . ?g ?h ?i "
    "FILTER NOT EXISTS { ?j ?k ?l . ?m ?n ?o FILTER (?j = ?a && ?o = ?f && ?l = ?i && ?m = 1) } "
    "} }",
}

#: One address of each kind of page.
PAGES = [
    "/",
    "/search",
    "/search?q=導入",
    "/search?q=AI-ORC",
    "/towns",
    "/doc/municipality/24343",
    "/doc/plan/24324/dx-2023",
    "/doc/plan/24324/dx-2023/measure/3-4",
    "/doc/plan/43367/dx-2022/measure/1-3-5/activity/1",
    "/doc/technology/ai-ocr",
    "/doc/fiscal-year/2024",
    "/doc/law/428AC1000000103/article/9/3",
    "/doc/source/24324-dx-2023",
    "/doc/item/ai-rpa",
    "/doc/sdg/9",
    "/doc/department/24343/zeimu",
    "/doc/plan/43367/dx-2022/measure/1-2-3/indicator/2",
    "/doc/adoption/23208/ai-ocr",
    "/doc/fiscal-year/2024?of=dxo:fiscalYear",
    "/why/adoption/24324/ai-ocr",
    "/doc/nothing/here",
    "/schedule/23208",
    "/schedule?town=24343&town=24461&technology=ai&years=ad",
    "/lineage/24461",
    "/indicators",
    "/departments",
    "/departments?town=24324&department=24324/zaisei&technology=ai",
    "/compare",
    "/compare/technologies?town=24343&town=24324",
    "/compare/measures",
    "/coverage",
    "/catalog",
    "/dump/",
    "/.well-known/void.html",
    "/graph/plan/24343",
    "/queries",
    "/queries/towns-by-technology",
    "/queries/towns-by-technology?technology=AIOCRR",
    "/queries/departments-like",
    "/queries/measures",
    "/sparql",
    "/sparql?query=SELECT%20*%20%7B%20%3Fplan%20a%20dxo%3ADXPlan%20%7D",
    "/sparql?query=SELECT",
    "/ontology",
    "/ontology/vocabulary/technology",
    "/shapes",
    "/manual",
    "/manual/model",
    "/manual/cookbook",
]


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Server:
    """A running ``dxgraph serve``."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        began = time.monotonic()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, named)
        response: HTTPResponse = connection.getresponse()
        data = response.read()
        connection.close()
        fields = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, fields, data, time.monotonic() - began)

    def ask(self, query: str, **headers: str) -> Reply:
        return self.send("GET", "/sparql?" + urlencode({"query": query}), None, **headers)

    def processes(self) -> set[int]:
        """All processes that descend from the server, itself included."""
        parents: dict[int, int] = {}
        for entry in Path("/proc").iterdir():
            try:
                stat = (entry / "stat").read_text(encoding="utf-8")
            except (OSError, ValueError):
                continue
            if entry.name.isdigit():
                parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found

    def stop(self) -> int:
        """Stop it as a service manager does; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def start(
    place: Workspace,
    log_file: Path,
    data: tuple[Path, ...] = (),
    *,
    store: str = "",
    **settings: Any,
) -> Server:
    """A server on a free port, once it is ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    chosen = {**vars(Settings()), "workers": 12, **settings, "port": port}
    told = [str(place.root), str(place.cache), chosen, [str(path) for path in data], store]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with log_file.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-c", _RUN, json.dumps(told)],
            stdout=stream,
            stderr=stream,
            env=environment,
        )
    server = Server(process, port)
    for _ in range(600):
        if process.poll() is not None:
            raise AssertionError(log_file.read_text(encoding="utf-8"))
        try:
            if server.send("GET", "/health/live" if store else "/health").status == 200:
                return server
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server did not become ready")
