"""WSGI seen from ASGI: the environment of a request, and one call of an application."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

Pairs = list[tuple[bytes, bytes]]

#: A body up to here is joined; a longer one is sent in pieces.
WHOLE = 256 * 1024


def environ_of(scope: dict[str, Any], body: bytes) -> dict[str, Any]:
    """A WSGI environment (PEP 3333)."""
    raw = scope.get("raw_path") or scope["path"].encode("utf-8")
    path = unquote_to_bytes(raw.split(b"?")[0])
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": path.decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": str(client[0]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        key = name.decode("latin-1").upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return environ


def call(
    wsgi: Callable[..., Iterable[bytes]], environ: dict[str, Any]
) -> tuple[int, Pairs, bytes | Iterator[bytes]]:
    """Call a WSGI application; the body as bytes when it is whole already."""
    started: list[Any] = []

    def start_response(status: str, pairs: list[tuple[str, str]], _: object = None) -> None:
        started[:] = [int(status[:3]), pairs]

    result = wsgi(environ, start_response)
    status, named = started
    pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in named]
    length = dict(pairs).get(b"content-length")
    small = length is not None and int(length) <= WHOLE
    if small or environ["REQUEST_METHOD"] == "HEAD":
        body = b"".join(result)
        close = getattr(result, "close", None)
        if close is not None:
            close()
        return status, pairs, body
    return status, pairs, iter(result)
