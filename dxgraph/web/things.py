"""``/id/…`` names things, ``/doc/…`` tells of them: linked data by 303 and content negotiation.

``/why/…`` tells by which rules the inferred statements of a thing hold.
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Redirection

from dxgraph import addresses
from dxgraph.pool.tasks import Task
from dxgraph.views.things import unknown
from dxgraph.web import negotiation, replies, site

blueprint = Blueprint("things", __name__)

#: What follows the dot of an address -> name of a format; ``data`` is what the page shows.
EXTENSIONS = {
    **{"html": "html", "ttl": "ttl", "nt": "nt", "jsonld": "json", "rdf": "xml"},
    **{"json": "data"},
}
#: What follows ``/id/`` in the IRI of a thing, as a regular expression.
NAME = "[A-Za-z0-9][A-Za-z0-9.-]*(?:/[A-Za-z0-9][A-Za-z0-9.-]*)+"
#: Parameters that ask for a part of a page.
_PARTS = ("of", "section")


@blueprint.get("/id/<path:name>")
def identified(name: str) -> Redirection:
    """See the document about a thing."""
    _known(name)
    response = redirect(here(f"/doc/{name}"), 303)
    response.headers["Vary"] = "Accept"
    return response


def here(path: str) -> str:
    """The address of a page in the language of the request."""
    return site.here().page(path)


@blueprint.get("/doc/<path:name>")
def document(name: str) -> Response:
    """The page about a thing, or its triples; Accept, ``format=`` or an extension choose."""
    name, asked = _named(name, request.args.get("format"))
    iri = _known(name)
    view, values = _view(iri)
    if asked == "data":
        return _linked(replies.document(lambda: replies.seen(view, **values), values), name, iri)
    form = negotiation.choose(negotiation.DOCUMENTS, asked)
    if form == "html":
        response = site.page(f"{view.replace('-', '_')}.html", view, values, name=name)
    else:
        formats = {"triples": form}
        response = replies.answer(Task("description", iri, replies.timeout(), formats))
    return _linked(response, name, iri)


@blueprint.get("/why/<path:name>")
def explained(name: str) -> Response:
    """The page that tells why the inferred statements of a thing hold; ``.json`` for its data."""
    name, asked = _named(name, None)
    values = {"iri": _known(name)}
    if asked == "data":
        return replies.document(lambda: replies.seen("why", **values), values)
    return site.page("why.html", "why", values, name=name)


def _named(name: str, asked: str | None) -> tuple[str, str | None]:
    """A path without its extension, and the format that an extension or else ``asked`` names."""
    stem, dot, extension = name.rpartition(".")
    if dot and extension in EXTENSIONS:
        return stem, EXTENSIONS[extension]
    return name, asked


def _view(iri: str) -> tuple[str, dict[str, str]]:
    """The view of the whole thing or, where the request names one, of a part."""
    parts = {key: request.args[key] for key in _PARTS if request.args.get(key)}
    if not parts:
        return "thing", {"iri": iri}
    return "thing-part", {"iri": iri, **parts, "offset": str(replies.part()[0])}


def _linked(response: Response, name: str, iri: str) -> Response:
    """The response with links to the document's other forms and to what it describes."""
    own, page = site.here(), f"/doc/{name}"
    response.headers.add("Link", f'<{own.origin}{own.page(page)}>; rel="canonical"')
    for extension, form in EXTENSIONS.items():
        if form in negotiation.TRIPLES:
            media = negotiation.TRIPLES[form]
            address = own.origin + own.file(f"{page}.{extension}")
            response.headers.add("Link", f'<{address}>; rel="alternate"; type="{media}"')
    response.headers.add("Link", f'<{iri}>; rel="describes"')
    return response


def _known(name: str) -> str:
    """The IRI a path stands for; raises UnknownThing for what no IRI of ours looks like."""
    if not re.fullmatch(NAME, name):
        raise unknown(addresses.thing(name))
    return addresses.thing(name)
