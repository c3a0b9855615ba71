"""Content negotiation: which format each kind of answer is sent in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from flask import request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

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
    "trig": "application/trig",
    "nq": "application/n-quads",
}
TABLES = {
    "json": "application/json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "md": "text/markdown",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: A page, or the triples of what it shows.
PAGE = {"html": "text/html"}
DRAWING = {"svg": "image/svg+xml"}
DOCUMENTS = {**PAGE, **{name: TRIPLES[name] for name in ("ttl", "json", "nt", "xml")}}
KINDS = {
    "page": PAGE,
    "drawing": DRAWING,
    "sitemap": {"xml": "application/xml"},
    "solutions": {**SOLUTIONS, "xlsx": TABLES["xlsx"]},
    "boolean": SOLUTIONS,
    "triples": TRIPLES,
    "table": TABLES,
}
#: Other names clients send in ``format=``, and media types that mean the same.
_ALIASES = {
    "turtle": "ttl",
    "n3": "ttl",
    "ntriples": "nt",
    "n-triples": "nt",
    "nquads": "nq",
    "n-quads": "nq",
    "json-ld": "json",
    "jsonld": "json",
    "rdf+xml": "xml",
    "rdf": "xml",
    "htm": "html",
    "xhtml": "html",
    "srj": "json",
    "srx": "xml",
    "markdown": "md",
    "excel": "xlsx",
}
_SAME = {"application/json": "json", "application/xml": "xml", "text/xml": "xml"}


def choose(formats: Mapping[str, str], asked: str | None = None) -> str:
    """The name of the format to send: the one asked for by name, else the best by Accept.

    Raises UnknownFormat when none fits.
    """
    name = _chosen(tuple(formats.items()), asked, request.headers.get("Accept", ""))
    if name is not None:
        return name
    known = ", ".join(formats if asked else formats.values())
    wanted = f"'{asked}'" if asked else "what you accept"
    raise UnknownFormat(
        f"this cannot be sent as {wanted}; it can be sent as: {known}",
        f"{asked or 'Accept の形式'} では送れません。送れる形式: {known}",
    )


def for_each(*kinds: str, asked: str | None = None) -> dict[str, str]:
    """Kind of answer -> format name, for every kind that can be sent as the client wishes.

    What kind a query's answer is, is known only after parsing. Raises UnknownFormat when no kind
    can be sent.
    """
    accept = request.headers.get("Accept", "")
    found = {kind: _chosen(tuple(KINDS[kind].items()), asked, accept) for kind in kinds}
    fitting = {kind: name for kind, name in found.items() if name is not None}
    if not fitting:
        choose({key: media for kind in kinds for key, media in KINDS[kind].items()}, asked)
    return fitting


def prefers_page() -> bool:
    """Whether the client would rather have a page than any format of SPARQL, as browsers do."""
    formats = {media: media for media in (*SOLUTIONS.values(), *TRIPLES.values(), *_SAME)}
    offers = (*formats.items(), *((media, media) for media in PAGE.values()))
    accept = request.headers.get("Accept", "")
    return _chosen(offers, None, accept) in PAGE.values()


@lru_cache(1024)
def _chosen(offers: tuple[tuple[str, str], ...], asked: str | None, accept: str) -> str | None:
    """The format asked for, or the one of the highest quality; None when there is none.

    Among equals the more specific range of Accept decides, then our favourite.
    """
    formats = dict(offers)
    offered = {media: name for name, media in offers}
    offered |= {media: name for media, name in _SAME.items() if name in formats}
    if asked:
        lower = asked.lower().replace(" ", "+")
        name = offered.get(lower) or _ALIASES.get(lower, lower)
        return name if name in formats else None
    if not accept.strip():
        return offers[0][0]
    best = parse_accept_header(accept, MIMEAccept).best_match(offered)
    return None if best is None else offered[best]
