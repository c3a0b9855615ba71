"""Content codings: which to use for a response, and the bytes in it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import brotli
from flask import request
from werkzeug.http import parse_accept_header

_SMALL = 1000
_LEVEL = {"br": 4, "gzip": 5}
_GZIP_WINDOW = 31


class _Compressor(Protocol):
    def process(self, data: bytes, /) -> bytes: ...

    def finish(self) -> bytes: ...


class _Gzip:
    def __init__(self) -> None:
        self._inner = zlib.compressobj(_LEVEL["gzip"], zlib.DEFLATED, _GZIP_WINDOW)

    def process(self, data: bytes, /) -> bytes:
        return self._inner.compress(data)

    def finish(self) -> bytes:
        return self._inner.flush()


def coding() -> str | None:
    """``br`` or ``gzip`` when the client takes it as readily as anything else."""
    return _best(request.headers.get("Accept-Encoding", ""))


@lru_cache(256)
def _best(header: str) -> str | None:
    accepted = parse_accept_header(header)
    best = max(_LEVEL, key=lambda name: accepted[name])
    return best if accepted[best] > 0 and accepted[best] >= accepted["identity"] else None


def worth(size: int, media: str) -> bool:
    """Whether a response gains; workbooks are compressed already."""
    return size >= _SMALL and "spreadsheet" not in media


@lru_cache(64)
def of_file(path: Path, changed: int, name: str) -> bytes:
    """The bytes of a file in a content coding; ``changed`` is when it was, so that none is old."""
    return b"".join(compressed(iter([path.read_bytes()]), name))


def compressed(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """The chunks in a content coding, as they come."""
    inner: _Compressor = brotli.Compressor(quality=_LEVEL["br"]) if name == "br" else _Gzip()
    for chunk in chunks:
        if data := inner.process(chunk):
            yield data
    yield inner.finish()
