"""Addresses of other SPARQL servers, and what goes wrong on the way to them, said for people.

A server is named by the address of its query endpoint, ``http://host:7878/query``, with or without
``sparql:`` before it. A name and a password may stand in it; no message ever shows them.
"""

from __future__ import annotations

import http.client
import re
import time
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote, urlsplit, urlunsplit

from dxgraph.errors import (
    BadAddress,
    NotAnEndpoint,
    ServerRefused,
    ServerTooSlow,
    ServerUnreachable,
)

_PIECE = 65_536
_LONGEST_MESSAGE = 300


@dataclass(frozen=True)
class Address:
    """Where a server listens; ``url`` without the name and password it may ask for."""

    url: str
    user: str | None = None
    password: str | None = None

    @classmethod
    def parse(cls, text: str) -> Address:
        """The address somebody wrote; raises BadAddress when it is none.

        >>> Address.parse("sparql:http://dba:secret@localhost:8890/sparql").url
        'http://localhost:8890/sparql'
        """
        written = text.strip().removeprefix("sparql:")
        try:
            parts = urlsplit(written)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise _no_address(text) from None
        if (
            parts.scheme not in ("http", "https")
            or not host
            or re.search(r"[\s\x00-\x1f]", written)
        ):
            raise _no_address(text)
        named = f"[{host}]" if ":" in host else host
        place = named if port is None else f"{named}:{port}"
        url = urlunsplit((parts.scheme, place, parts.path or "/", parts.query, ""))
        user = None if parts.username is None else unquote(parts.username)
        return cls(url, user, None if parts.password is None else unquote(parts.password))

    def ending(self, old: str, new: str) -> Address | None:
        """The address with one end of its path for another; None when it does not end so.

        >>> Address.parse("http://localhost:7878/query").ending("/query", "/store").url
        'http://localhost:7878/store'
        """
        parts = urlsplit(self.url)
        path = parts.path.rstrip("/")
        if not path.endswith(old):
            return None
        url = urlunsplit((parts.scheme, parts.netloc, path.removesuffix(old) + new, "", ""))
        return Address(url, self.user, self.password)


def _no_address(text: str) -> BadAddress:
    shown = re.sub(r"//[^/@]*@", "//", text)
    return BadAddress(
        f"'{shown}' is no address of a SPARQL server; write it like http://localhost:7878/query",
        f"「{shown}」は SPARQL サーバーのアドレスではありません。"
        "http://localhost:7878/query のように書いてください",
    )


class Body(Protocol):
    """What an answer is read from."""

    def read(self, amount: int) -> bytes:
        """At most so many bytes; none at the end."""


def read(body: Body, url: str, seconds: float) -> bytes:
    """All of an answer; raises ServerTooSlow when it is not there within the seconds given."""
    end = time.monotonic() + seconds
    pieces = []
    while piece := body.read(_PIECE):
        pieces.append(piece)
        if time.monotonic() > end:
            raise _too_slow(url, seconds)
    return b"".join(pieces)


@contextmanager
def explained(url: str, seconds: float) -> Iterator[None]:
    """Turn what HTTP raises into ServerUnreachable, ServerTooSlow, ServerRefused, NotAnEndpoint."""
    try:
        yield
    except urllib.error.HTTPError as error:
        with error:
            raise refused(url, error.code, error.read(_PIECE)) from error
    except TimeoutError as error:
        raise _too_slow(url, seconds) from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise _too_slow(url, seconds) from error
        reason = error.reason
        raise _unreachable(url, getattr(reason, "strerror", None) or reason) from error
    except http.client.HTTPException as error:
        raise no_endpoint(url, "what is no HTTP", "HTTP ではないもの") from error
    except OSError as error:
        raise _unreachable(url, error.strerror or error) from error


def refused(url: str, status: int, body: bytes) -> ServerRefused:
    """The error for an answer of 400 or above, with the first lines the server says."""
    said = message(body) or "-"
    return ServerRefused(
        f"{url} answered {status}: {said}", f"{url} が {status} を返しました: {said}", status
    )


def message(body: bytes) -> str:
    """The first paragraph of an error page or text, on one line and not too long."""
    text = body.decode("utf-8", errors="replace").strip()
    text = re.sub(r"(?is)<(head|style|script)\b.*?</\1>|<[^>]*>", " ", text)
    first = re.split(r"\n\s*\n", text.strip())[0]
    line = " ".join("".join(c if c.isprintable() else " " for c in first).split())
    return line if len(line) <= _LONGEST_MESSAGE else line[:_LONGEST_MESSAGE] + " …"


def no_endpoint(url: str, en: str, ja: str) -> NotAnEndpoint:
    """The error for an answer that is none of SPARQL's."""
    return NotAnEndpoint(
        f"{url} answered with {en}; give the address of the server's query endpoint, such as "
        "http://localhost:7878/query (Oxigraph) or http://localhost:8890/sparql (Virtuoso)",
        f"{url} の返事は{ja}でした。サーバーの問い合わせ先のアドレスを書いてください。"
        "例: http://localhost:7878/query (Oxigraph)、http://localhost:8890/sparql (Virtuoso)",
    )


def _unreachable(url: str, reason: object) -> ServerUnreachable:
    return ServerUnreachable(
        f"no server answers at {url} ({reason}); check the address, and that it runs",
        f"{url} のサーバーから返事がありません({reason})。"
        "アドレスと、動いていることを確かめてください",
    )


def _too_slow(url: str, seconds: float) -> ServerTooSlow:
    return ServerTooSlow(
        f"{url} did not answer within {seconds:g} seconds; narrow the query or allow more time",
        f"{url} から {seconds:g} 秒以内に返事がありません。問いを狭めるか、時間を延ばしてください",
    )
