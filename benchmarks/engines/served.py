"""Engines that are servers, filled by their own bulk loaders and asked over HTTP."""

from __future__ import annotations

import shutil
import subprocess
import time
from contextlib import AbstractContextManager, ExitStack
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from benchmarks.engines import Answer, Dataset, Failure, Limits, Loaded, repeated, servers
from benchmarks.engines.libraries import size_of
from benchmarks.engines.servers import Server
from benchmarks.processes import Watch, held
from dxgraph.namespaces import BASE, GRAPH

_JSON = "application/sparql-results+json"
_PIECE = 1 << 20
#: Buffers of 8 KiB that Virtuoso's handbook advises for 4 GiB, and parts it loads at once.
_BUFFERS, _PARTS = 340_000, 2
_NOBODY_CUTS = 100_000_000


class Served:
    """A server; one that is asked beyond the deadline is killed and started again."""

    def __init__(self, name: str, folder: Path, limits: Limits, python: str) -> None:
        self.name = name
        self._folder = folder
        self._limits = limits
        self._python = python
        self._stack = ExitStack()
        self._server: Server | None = None

    def __enter__(self) -> Served:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop()

    def load(self, data: Dataset) -> Loaded:
        """Fill an empty store; the server runs then."""
        self._stop()
        self._where = self._folder / f"store-{time.monotonic_ns()}"
        self._where.mkdir()
        version = self._version()
        self._prepare()
        begin = time.perf_counter()
        peak = self._fill(data)
        server = self._started()
        seconds = time.perf_counter() - begin
        count = self._count()
        if count != data.count:
            raise Failure("count", f"{count} of {data.count}")
        now = held(server.pid)
        return Loaded(seconds, size_of(self._where), max(peak, now), now, version)

    def ask(self, text: str) -> Answer:
        """Ask over a connection that is kept."""
        return self._asked(text, self._limits.repeats, self._limits.deadline)

    def _asked(self, text: str, repeats: int, deadline: float) -> Answer:
        url = urlsplit(self._started().url)
        connection = HTTPConnection(url.hostname or "", url.port, timeout=deadline)
        form = {"Content-Type": "application/x-www-form-urlencoded", "Accept": _JSON}
        try:
            return repeated(
                lambda: _posted(connection, url.path, text, form, deadline), repeats, deadline
            )
        except TimeoutError as error:
            self._stop()
            raise Failure("deadline", f"{deadline:g}") from error
        except (OSError, HTTPException) as error:
            self._stop()
            raise Failure("lost", f"{type(error).__name__}: {error}") from error
        finally:
            connection.close()

    @property
    def port(self) -> int:
        """Where it listens."""
        return urlsplit(self._started().url).port or 0

    def _count(self) -> int:
        text = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER (STRSTARTS(STR(?g), "
        text += f'"{BASE}")) }}'
        body = self._asked(text, 0, self._limits.allowance).body
        return int(body.partition(b'"value"')[2].split(b'"')[1])

    def _started(self) -> Server:
        if self._server is None:
            try:
                self._server = self._stack.enter_context(self._serving())
            except RuntimeError as error:
                raise Failure("lost", str(error)[:300]) from error
        return self._server

    def _stop(self) -> None:
        self._server = None
        self._stack.close()

    def _ran(self, *command: str) -> float:
        """Run a loader to its end; MiB at most. Raises Failure when the allowance is over."""
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        with Watch(process.pid) as watch:
            try:
                said, _ = process.communicate(timeout=self._limits.allowance)
            except subprocess.TimeoutExpired as error:
                raise Failure("allowance", f"{self._limits.allowance:g}") from error
            finally:
                process.kill()
                process.wait()
        if process.returncode:
            raise Failure("refused", said.decode(errors="replace").strip()[-300:])
        return watch.peak

    def _prepare(self) -> None:
        """What is done once for an empty store, and not counted."""

    def _version(self) -> str:
        raise NotImplementedError

    def _fill(self, data: Dataset) -> float:
        raise NotImplementedError

    def _serving(self) -> AbstractContextManager[Server]:
        raise NotImplementedError


class Oxigraph(Served):
    """The ``oxigraph`` server of PyPI: loaded in bulk, optimised, served read-only."""

    def _version(self) -> str:
        command = servers.installed("oxigraph", "pip install oxigraph", self._python)
        said = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
        self._command = command
        return said.stdout.split()[-1]

    def _fill(self, data: Dataset) -> float:
        store = ["-l", str(self._where)]
        peak = self._ran(self._command, "load", *store, "-f", str(data.quads))
        return max(peak, self._ran(self._command, "optimize", *store))

    def _serving(self) -> AbstractContextManager[Server]:
        options = ["-l", str(self._where), "--union-default-graph"]
        python = self._python
        return servers.oxigraph(self._folder, *options, mode="serve-read-only", python=python)


class Virtuoso(Served):
    """Virtuoso 7 of Debian: two loaders over two halves of the data, then a checkpoint."""

    def _version(self) -> str:
        command = servers.installed("virtuoso-t", "apt-get install virtuoso-opensource")
        servers.installed("isql-vt", "apt-get install virtuoso-opensource")
        said = subprocess.run([command, "-?"], capture_output=True, text=True, check=False)
        words = (said.stdout + said.stderr).split()
        return words[words.index("Version") + 1] if "Version" in words else "7"

    def _prepare(self) -> None:
        """Virtuoso makes an empty database when it starts."""
        self._started()

    def _fill(self, data: Dataset) -> float:
        parts = self._folder / "parts"
        shutil.rmtree(parts, ignore_errors=True)
        _split(data.quads, parts)
        server = self._started()
        with Watch(server.pid) as watch:
            self._sql(server, f"ld_dir('{parts}', '*.nq', '{GRAPH}none');")
            self._sql(server, *["rdf_loader_run();"] * _PARTS)
            self._sql(server, "checkpoint;")
        return watch.peak

    def _sql(self, server: Server, *statements: str) -> None:
        """Run statements at the same time, each over a connection of its own."""
        where = ["isql-vt", f"127.0.0.1:{server.sql}", "dba", "dba"]
        nowhere = subprocess.DEVNULL
        started = [
            subprocess.Popen([*where, f"exec={each}"], stdin=nowhere, stdout=nowhere)
            for each in statements
        ]
        end = time.monotonic() + self._limits.allowance
        try:
            for process in started:
                process.wait(max(end - time.monotonic(), 0))
        except subprocess.TimeoutExpired as error:
            raise Failure("allowance", f"{self._limits.allowance:g}") from error
        finally:
            for process in started:
                process.kill()
                process.wait()

    def _serving(self) -> AbstractContextManager[Server]:
        return servers.virtuoso(
            self._where,
            buffers=_BUFFERS,
            rows=_NOBODY_CUTS,
            seconds=int(max(self._limits.deadline, self._limits.allowance)) + 1,
            dirs=str(self._folder / "parts"),
        )


def _posted(
    connection: HTTPConnection, path: str, text: str, headers: dict[str, str], deadline: float
) -> bytes:
    """The whole body of an answer; TimeoutError beyond the deadline, Failure for an error."""
    end = time.monotonic() + deadline
    connection.request("POST", path, urlencode({"query": text}), headers)
    response = connection.getresponse()
    pieces = []
    while piece := response.read(_PIECE):
        pieces.append(piece)
        if time.monotonic() > end:
            raise TimeoutError
    body = b"".join(pieces)
    if response.status != 200:
        said = " ".join(body.decode(errors="replace").split())[:300]
        raise Failure("refused", f"{response.status}: {said}")
    return body


def _split(dump: Path, folder: Path) -> None:
    """Write the lines of a dump into as many files as are loaded at once."""
    folder.mkdir(parents=True)
    with ExitStack() as stack, dump.open("rb") as lines:
        names = [folder / f"part-{number}.nq" for number in range(_PARTS)]
        parts = [stack.enter_context(name.open("wb")) for name in names]
        for number, line in enumerate(lines):
            parts[number % _PARTS].write(line)
