"""Headers every response carries: for browsers' safety, for other origins, and the request's id."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ID = re.compile(r"[A-Za-z0-9._\-]{1,64}")
_SAFETY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_ORIGINS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "ETag, Link, Retry-After, X-Graph-Version, X-Request-Id, X-Result-Cut"
    ),
}
_PREFLIGHT = (
    ("Access-Control-Allow-Methods", "GET, HEAD, POST, OPTIONS"),
    (
        "Access-Control-Allow-Headers",
        "Accept, Accept-Language, Content-Type, If-None-Match, X-Request-Id",
    ),
    ("Access-Control-Max-Age", "86400"),
)
#: The same for every response, as pairs.
FIXED = tuple({**_SAFETY, **_ORIGINS}.items())


def request_id(given: str | None) -> str:
    """The id a client or proxy gave, if it is one to put into a log, else a new one."""
    return given if given and _ID.fullmatch(given) else secrets.token_hex(8)


class Headed:
    """A WSGI application whose every response carries the headers."""

    def __init__(self, wsgi: WSGIApplication) -> None:
        self._wsgi = wsgi

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as the application does, with the headers."""
        identity = environ.get("dxgraph.id") or request_id(environ.get("HTTP_X_REQUEST_ID"))

        def start(status: str, pairs: list[tuple[str, str]], failure: Any = None) -> Any:
            more = _PREFLIGHT if environ["REQUEST_METHOD"] == "OPTIONS" else ()
            named = {name.lower() for name, _ in pairs}
            own = [pair for pair in FIXED if pair[0].lower() not in named]
            headed = [*pairs, *own, *more, ("X-Request-Id", identity)]
            return start_response(status, headed, failure)

        return self._wsgi(environ, start)
