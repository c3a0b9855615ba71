"""The process of an engine that is a library: loads, and answers as told by lines of JSON.

    {"load": "nation.nq", "store": "folder"}          {"version": "0.5.13", "count": 15293}
    {"ask": "SELECT …", "answer": "file", …}          {"times": [0.01, 0.009]}
    either                                            {"failed": ["refused", "what it said"]}

A question is asked in a fork of the process that loaded, so that one that is killed costs no other
load; but not where a library has threads that a fork would lose. Needs nothing but the library.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from benchmarks.engines import repeated

#: Asked after a load, so that no question pays for what a library makes at its first.
_FIRST = "SELECT * { VALUES ?x { 1 } }"
#: So often in a fork, until it has its own copies of what every question writes to.
_OFTEN = 10


class Library(Protocol):
    """A library that holds triples."""

    package: str
    forks: bool

    def load(self, path: Path, folder: Path) -> None:
        """Read a file; what is kept on disk goes into the folder."""

    def count(self) -> int:
        """The number of statements."""

    def ask(self, text: str) -> bytes:
        """The answer as SPARQL's JSON."""


class Memory:
    """Our store as ``dxgraph serve`` has it: Oxigraph, in memory."""

    package, forks = "pyoxigraph", True

    def load(self, path: Path, folder: Path) -> None:
        """Load in bulk."""
        import pyoxigraph as ox

        self._raw = ox.Store()
        self._raw.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
        self._open()

    def _open(self) -> None:
        from dxgraph.store import EmbeddedStore

        self._store = EmbeddedStore(self._raw)

    def count(self) -> int:
        """Of all graphs."""
        return len(self._raw)

    def ask(self, text: str) -> bytes:
        """Through our guard, as every query of anyone."""
        import pyoxigraph as ox

        answer = self._store.ask(text)
        assert isinstance(answer, ox.QuerySolutions)
        return answer.serialize(format=ox.QueryResultsFormat.JSON) or b""


class Disk(Memory):
    """Our store as ``dxgraph.open`` has it: Oxigraph, on disk, optimised, read-only."""

    def load(self, path: Path, folder: Path) -> None:
        """Load as a build does."""
        import pyoxigraph as ox

        from dxgraph.increment import disk

        disk.loaded(path, folder)
        self._raw = ox.Store.read_only(str(folder))
        self._open()


class Rdflib:
    """rdflib's Dataset, its default graph the union."""

    package, forks = "rdflib", True

    def load(self, path: Path, folder: Path) -> None:
        """Parse with rdflib's own parser."""
        import rdflib

        self._data = rdflib.Dataset(default_union=True)
        self._data.parse(path, format="nquads")

    def count(self) -> int:
        """Of all graphs."""
        return sum(len(graph) for graph in self._data.graphs())

    def ask(self, text: str) -> bytes:
        """Evaluate and serialise."""
        return self._data.query(text).serialize(format="json") or b""


class Maplib:
    """maplib's Model, all triples in its default graph."""

    package, forks = "maplib", False

    def load(self, path: Path, folder: Path) -> None:
        """Read N-Triples, which it does in parallel."""
        from maplib import Model

        self._model: Any = Model()
        self._model.read(str(path), format="ntriples")

    def count(self) -> int:
        """Of the default graph."""
        return int(self._model.size())

    def ask(self, text: str) -> bytes:
        """Evaluate and serialise."""
        return str(self._model.query(text, return_json=True)).encode()


LIBRARIES: dict[str, Callable[[], Library]] = {
    "memory": Memory,
    "disk": Disk,
    "rdflib": Rdflib,
    "maplib": Maplib,
}


def load(library: Library, told: dict[str, Any]) -> dict[str, Any]:
    """Load as told; what to say of it."""
    try:
        version = importlib.metadata.version(library.package)
    except importlib.metadata.PackageNotFoundError:
        return {"failed": ["absent", f"pip install {library.package}"]}
    importlib.import_module(library.package)
    begin = time.perf_counter()
    library.load(Path(told["load"]), Path(told["store"]))
    seconds = time.perf_counter() - begin
    library.ask(_FIRST)
    return {"version": version, "count": library.count(), "seconds": seconds}


def ask(library: Library, told: dict[str, Any]) -> dict[str, Any]:
    """Ask as told, the answer into a file; the times."""
    for _ in range(_OFTEN if library.forks else 0):
        library.ask(_FIRST)
    answer = repeated(lambda: library.ask(told["ask"]), told["repeats"], told["deadline"])
    Path(told["answer"]).write_bytes(answer.body)
    return {"times": [answer.first, *answer.again]}


def tried(task: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a task says, or what it failed with; ``lost`` where the library is not fit to go on."""
    try:
        return task()
    except BaseException as error:  # what a library in Rust panics with is no Exception
        said = " ".join(str(error).split())[:300] or "-"
        kind = "refused" if isinstance(error, Exception) else "lost"
        return {"failed": [kind, f"{type(error).__name__}: {said}"]}


def apart(task: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a task says in a thread, whose memory lies apart, as ``dxgraph serve`` loads a graph."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(task).result()


def forked(task: Callable[[], dict[str, Any]], deadline: float) -> dict[str, Any]:
    """What a task says in a fork of this process, which is killed at the deadline."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writing, json.dumps(tried(task)).encode())
        os._exit(0)
    os.close(writing)
    in_time = bool(select.select([reading], [], [], deadline)[0])
    if not in_time:
        os.kill(pid, signal.SIGKILL)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(pid, 0)
    if not in_time:
        return {"failed": ["deadline", f"{deadline:g}"]}
    if not said:
        return {"failed": ["lost", f"exit code {os.waitstatus_to_exitcode(status)}"]}
    found: dict[str, Any] = json.loads(said)
    return found


def main() -> None:
    """Answer until the input ends. Arguments: the library, and the GiB it may take."""
    library = LIBRARIES[sys.argv[1]]()
    most = int(float(sys.argv[2]) * 2**30)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        told = json.loads(line)
        if "load" in told:
            said = apart(partial(tried, partial(load, library, told)))
        elif library.forks:
            said = forked(partial(ask, library, told), told["deadline"])
        else:
            said = tried(partial(ask, library, told))
        replies.write(json.dumps(said) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
