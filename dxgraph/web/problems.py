"""Errors as ``application/problem+json``: exactly our own errors become 4xx, nothing leaks.

A client that would rather have a page than JSON, as browsers do, gets a page.
"""

from __future__ import annotations

import json

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_accept_header

from dxgraph import pages
from dxgraph.errors import (
    BadParameter,
    BeingMade,
    DxgraphError,
    ForbiddenQuery,
    LimitExceeded,
    NotAFiscalYear,
    NotLoaded,
    Overloaded,
    QueryError,
    RemoteError,
    ResultTooLarge,
    ServerTooSlow,
    UnknownFormat,
    UnknownGraph,
    UnknownPage,
    UnknownQuery,
    UnknownThing,
    UnknownValue,
    UnsupportedMedia,
    WithdrawnThing,
    WorkerLost,
)
from dxgraph.web import site

#: The most specific class that an error is an instance of gives its status.
_STATUS: dict[type[DxgraphError], int] = {
    UnknownQuery: 404,
    BadParameter: 422,
    NotAFiscalYear: 422,
    UnknownFormat: 406,
    ForbiddenQuery: 403,
    UnknownGraph: 404,
    UnknownThing: 404,
    WithdrawnThing: 410,
    UnknownPage: 404,
    UnsupportedMedia: 415,
    ResultTooLarge: 413,
    LimitExceeded: 503,
    QueryError: 400,
    NotLoaded: 503,
    ServerTooSlow: 504,
    RemoteError: 502,
}
_PROBLEM = "application/problem+json"
_SOON = "1"
_TOLD = {
    400: ("the request cannot be read", "要求を読めません"),
    404: ("there is nothing at this address", "このアドレスには何もありません"),
    405: ("this method is not allowed here", "このメソッドは使えません"),
    406: ("no format that you accept", "受け取れる形式がありません"),
    413: ("the request is too large", "要求が大きすぎます"),
    500: ("the server could not answer", "サーバーが答えられませんでした"),
}


def register(app: Flask) -> None:
    """Make the application answer errors with problem documents."""
    app.register_error_handler(DxgraphError, _ours)
    app.register_error_handler(HTTPException, _werkzeug)


def language() -> str:
    """``ja`` unless the client asks for English first; of a page, the language of its address."""
    if _wants_page():
        return site.here().language
    return preferred(request.headers.get("Accept-Language", ""))


def _wants_page() -> bool:
    return request.accept_mimetypes.best_match([_PROBLEM, "text/html"]) == "text/html"


def preferred(header: str) -> str:
    """The language that an Accept-Language header asks for, whatever its region.

    >>> preferred("en-GB, ja;q=0.5"), preferred("fr")
    ('en', 'ja')
    """
    asked = (tag.partition("-")[0].lower() for tag, weight in parse_accept_header(header) if weight)
    return next((tag for tag in asked if tag in ("ja", "en")), "ja")


def _ours(error: DxgraphError) -> Response:
    status = status_of(error)
    if status == 500:
        return problem(500, "InternalError", _told(500))
    known = {name: value for name, value in _members(error).items() if value is not None}
    response = problem(status, type(error).__name__, told(error), **known)
    if isinstance(error, BeingMade | Overloaded | WorkerLost | NotLoaded):
        response.headers["Retry-After"] = _SOON
    return response


def _members(error: DxgraphError) -> dict[str, object]:
    """What an error holds beside its text; a page also gets the ``things`` it may lead to."""
    members: dict[str, object] = {"line": error.line, "column": error.column}
    if isinstance(error, UnknownValue):
        members["nearest"] = error.nearest
    if isinstance(error, BadParameter | NotAFiscalYear):
        members["parameter"] = error.parameter
    for kind, name in ((UnknownThing, "nearest"), (WithdrawnThing, "replacedBy")):
        if isinstance(error, kind):
            members[name] = [each["iri"] for each in error.things]
            members["things"] = (error.things or None) if _wants_page() else None
    return members


def status_of(error: DxgraphError) -> int:
    """The status an error is answered with."""
    return next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)


def told(error: DxgraphError) -> str:
    """What an error says, in the client's language."""
    return error.ja if language() == "ja" else error.en


def _werkzeug(error: HTTPException) -> Response:
    code = error.code or 500
    response = problem(code, error.name, _told(code, error.description))
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _told(code: int, otherwise: str | None = None) -> str:
    """What a status means, in the client's language."""
    en, ja = _TOLD.get(code, (otherwise or "", otherwise or ""))
    return ja if language() == "ja" else en


def problem(status: int, title: str, detail: str, **members: object) -> Response:
    """A problem document (RFC 9457), or a page that says the same."""
    if not _wants_page():
        body = document(status, title, detail, **members)
        response = Response(body, status, mimetype=_PROBLEM)
    else:
        said = {"status": status, "title": title, "detail": detail, **members}
        body = pages.render("problem.html", site.here(), request.path, said)
        response = site.allowed(Response(body, status, mimetype="text/html"))
    response.headers["Vary"] = "Accept"
    return response


def document(status: int, title: str, detail: str, **members: object) -> str:
    """The text of a problem document."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **members}
    return json.dumps(body, ensure_ascii=False)
