"""Errors as ``application/problem+json``: exactly our own errors become 4xx, nothing leaks."""

from __future__ import annotations

from flask import Flask, Response, json, request
from werkzeug.exceptions import HTTPException

from dxgraph.errors import (
    BadParameter,
    DxgraphError,
    ForbiddenQuery,
    NotAFiscalYear,
    QueryError,
    UnknownFormat,
    UnknownQuery,
    UnknownValue,
)

#: The most specific class that an error is an instance of gives its status.
_STATUS: dict[type[DxgraphError], int] = {
    UnknownQuery: 404,
    BadParameter: 422,
    NotAFiscalYear: 422,
    UnknownFormat: 406,
    ForbiddenQuery: 403,
    QueryError: 400,
}


def register(app: Flask) -> None:
    """Make the application answer errors with problem documents."""
    app.register_error_handler(DxgraphError, _ours)
    app.register_error_handler(HTTPException, _werkzeug)


def language() -> str:
    """``ja`` unless the client asks for English first."""
    return request.accept_languages.best_match(("ja", "en")) or "ja"


def _ours(error: DxgraphError) -> Response:
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)
    if status == 500:
        return problem(500, "InternalError", "The server could not answer.")
    members: dict[str, object] = {"line": error.line, "column": error.column}
    if isinstance(error, UnknownValue):
        members["nearest"] = error.nearest
    detail = error.ja if language() == "ja" else error.en
    known = {name: value for name, value in members.items() if value is not None}
    return problem(status, type(error).__name__, detail, **known)


def _werkzeug(error: HTTPException) -> Response:
    response = problem(error.code or 500, error.name, error.description or error.name)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def problem(status: int, title: str, detail: str, **members: object) -> Response:
    """A problem document (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **members}
    return Response(
        json.dumps(body, ensure_ascii=False), status, mimetype="application/problem+json"
    )
