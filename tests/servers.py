"""Servers for tests: those of other makers, skipped where not installed, and servers that err."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from benchmarks.engines import servers
from benchmarks.engines.servers import Server, free_port, oxigraph, program

__all__ = ["Server", "answering", "free_port", "oxigraph", "saying", "virtuoso"]


@contextmanager
def virtuoso(folder: Path) -> Iterator[Server]:
    """Virtuoso 7 of Debian with an empty database; skips the test where it is not installed."""
    if program("virtuoso-t") is None:
        pytest.skip("needs Virtuoso 7: apt-get install virtuoso-opensource")
    with servers.virtuoso(folder) as server:
        yield server


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
