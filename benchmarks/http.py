"""Requests a second of ``dxgraph serve`` beside the public ``oxigraph`` server on the same graph.

    pip install oxigraph
    python -m benchmarks.http [SECONDS]

Both are started on loopback with the built graph of this checkout and asked the same SPARQL in
turns, three rounds; the median and its ratio to Oxigraph's are printed as a Markdown table.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

import dxgraph
from benchmarks.load import Load, rate
from dxgraph import build, workspace
from dxgraph.namespaces import PREFIXES

JSON = "application/sparql-results+json"
ROUNDS = 3
#: Saved question, its parameters, and what kind of answer it has.
QUESTIONS = [
    ("towns-by-technology", {"technology": "AI-OCR", "by": "2024"}, "small"),
    ("plans", {}, "small"),
    ("indicators", {}, "medium"),
    ("measures", {}, "medium"),
    ("schedule", {}, "large"),
]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def until_open(port: int) -> None:
    """Return when somebody listens."""
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nobody listens on {port}")


def oxigraph(dump: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    """The public server over the same graph, optimised, read-only, with the same default graph."""
    command = shutil.which("oxigraph", path=os.pathsep.join([str(Path(sys.executable).parent)]))
    if command is None:
        raise SystemExit("install the server first: pip install oxigraph")
    store = ["-l", str(folder / "store")]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([command, "load", *store, "-f", str(dump)], check=True, **quiet)
    subprocess.run([command, "optimize", *store], check=True, **quiet)
    bind = ["--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    return subprocess.Popen([command, "serve-read-only", *store, *bind], **quiet)


def ours(port: int, *flags: str) -> subprocess.Popen[bytes]:
    """``dxgraph serve`` as users start it."""
    command = [sys.executable, "-m", "dxgraph.cli", "serve", "--port", str(port), "--log", "off"]
    return subprocess.Popen([*command, *flags], stderr=subprocess.DEVNULL)


def main() -> None:
    """Measure and print."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    graph = dxgraph.open()
    version = build.current(workspace.find())
    assert version is not None
    head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    ports = [free_port() for _ in range(3)]
    with tempfile.TemporaryDirectory() as folder:
        running = [
            oxigraph(version.dump, Path(folder), ports[0]),
            ours(ports[1], "--cache", "0"),
            ours(ports[2]),
        ]
        try:
            for port in ports:
                until_open(port)
            print("| question | answer | oxigraph | uncached | ratio | cached | ratio |")
            print("|---|---|---|---|---|---|---|")
            for name, values, kind in QUESTIONS:
                query = urlencode({"query": head + graph.bind(name, **values)})
                paths = [f"/query?{query}", f"/sparql?{query}", f"/sparql?{query}"]
                found: list[list[float]] = [[], [], []]
                for _ in range(ROUNDS):
                    for number, (port, path) in enumerate(zip(ports, paths, strict=True)):
                        found[number].append(rate(Load(port, path, JSON), seconds))
                base, plain, cached = (statistics.median(each) for each in found)
                print(
                    f"| `{name}` | {kind} | {base:.0f} | {plain:.0f} | {plain / base:.2f} "
                    f"| {cached:.0f} | {cached / base:.1f} |",
                    flush=True,
                )
        finally:
            for process in running:
                process.terminate()
                process.wait()


if __name__ == "__main__":
    main()
