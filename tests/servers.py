"""SPARQL servers of other makers, started on free ports of this machine, and servers that err."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

import pytest

STARTED_WITHIN = 120
_INI = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DirsAllowed = {folder}
NumberOfBuffers = 4000
MaxDirtyBuffers = 3000
SchedulerInterval = 10
CaseMode = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 4
Charset = UTF-8
[Replication]
ServerName = db
[SPARQL]
ResultSetMaxRows = 10000
MaxQueryExecutionTime = 60
[Plugins]
"""


class Server(NamedTuple):
    """A running server: its query endpoint, and the same with the name and password to write."""

    url: str
    writing: str


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def _running(command: list[str], folder: Path, url: str) -> Iterator[None]:
    """A process that answers at ``url``, ended at the end."""
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
        try:
            end = time.monotonic() + STARTED_WITHIN
            while not _answers(url):
                if process.poll() is not None or time.monotonic() > end:
                    said = (folder / "output").read_text(errors="replace")
                    raise RuntimeError(f"{command[0]} does not answer at {url}: {said}")
                time.sleep(0.1)
            yield
        finally:
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}?query=ASK%7B%7D", timeout=5).close()
    except urllib.error.HTTPError as error:
        error.close()
    except OSError:
        return False
    return True


@contextmanager
def oxigraph(folder: Path, *options: str, port: int = 0) -> Iterator[Server]:
    """The ``oxigraph`` server of PyPI, its data in memory unless an option says where."""
    program = shutil.which("oxigraph", path=Path(sys.executable).parent) or "oxigraph"
    port = port or free_port()
    url = f"http://127.0.0.1:{port}/query"
    with _running([program, "serve", "--bind", f"127.0.0.1:{port}", *options], folder, url):
        yield Server(url, url)


@contextmanager
def virtuoso(folder: Path) -> Iterator[Server]:
    """Virtuoso 7 of Debian with an empty database; skips the test where it is not installed."""
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.skip("needs Virtuoso 7: apt-get install virtuoso-opensource")
    http = free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(_INI.format(folder=folder, sql=free_port(), http=http), encoding="utf-8")
    url = f"http://127.0.0.1:{http}/sparql"
    command = [program, "+foreground", "+configfile", str(settings)]
    with _running(command, folder, url):
        yield Server(url, url.replace("//", "//dba:dba@"))


@contextmanager
def answering(status: int, media: str, body: bytes, **headers: str) -> Iterator[str]:
    """A web server that gives the same answer to every request."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Type", media)
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_DELETE = do_GET

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/query"
        server.shutdown()


@contextmanager
def saying(greeting: bytes) -> Iterator[str]:
    """A server of another protocol: it greets, or says nothing, and hears the client out."""
    done = Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while not done.is_set():
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(greeting)
                    while connection.recv(65_536):
                        continue

        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/query"
        done.set()
        listener.shutdown(socket.SHUT_RDWR)
