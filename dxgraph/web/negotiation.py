"""Content negotiation: which format an answer is sent in."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
from werkzeug.exceptions import NotAcceptable

from dxgraph.errors import UnknownFormat

#: Format name -> media type, the server's favourite first.
SOLUTIONS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
TRIPLES = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "json": "application/ld+json",
    "xml": "application/rdf+xml",
}
TABLES = {
    "json": "application/json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "md": "text/markdown",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: Other names clients send in ``format=``.
_ALIASES = {
    "turtle": "ttl",
    "text/turtle": "ttl",
    "n3": "ttl",
    "ntriples": "nt",
    "n-triples": "nt",
    "json-ld": "json",
    "jsonld": "json",
    "rdf+xml": "xml",
    "rdf": "xml",
}


def choose(formats: Mapping[str, str], asked: str | None = None) -> str:
    """The name of the format to send: the one asked for by name, else the best by Accept.

    Raises UnknownFormat or NotAcceptable when none fits.
    """
    if asked:
        asked = _ALIASES.get(asked.lower(), asked.lower())
        if asked not in formats:
            known = ", ".join(formats)
            raise UnknownFormat(
                f"there is no format '{asked}'; there are: {known}",
                f"「{asked}」という形式はありません。あるもの: {known}",
            )
        return asked
    by_type = {media: name for name, media in formats.items()}
    accepted = request.accept_mimetypes
    if not accepted:
        return next(iter(formats))
    if "json" in formats and accepted["application/json"] == 1:
        return "json"
    best = accepted.best_match(by_type)
    if best is None:
        raise NotAcceptable(f"this can be sent as: {', '.join(by_type)}")
    return by_type[best]
