"""``/id/…`` names things, ``/doc/…`` tells of them: linked data by 303 and content negotiation."""

from __future__ import annotations

import re

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Redirection

from dxgraph import addresses
from dxgraph.pool.tasks import Task
from dxgraph.views.things import unknown
from dxgraph.web import negotiation, replies, site

blueprint = Blueprint("things", __name__)

#: What follows the dot of an address -> name of a format.
EXTENSIONS = {"html": "html", "ttl": "ttl", "nt": "nt", "jsonld": "json", "rdf": "xml"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*(?:/[A-Za-z0-9][A-Za-z0-9.-]*)+")


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
    stem, dot, extension = name.rpartition(".")
    asked = request.args.get("format")
    if dot and extension in EXTENSIONS:
        name, asked = stem, EXTENSIONS[extension]
    iri = _known(name)
    form = negotiation.choose(negotiation.DOCUMENTS, asked)
    if form == "html":
        response = site.page("thing.html", "thing", {"iri": iri}, name=name)
    else:
        formats = {"triples": form}
        response = replies.answer(Task("description", iri, replies.timeout(), formats))
    response.headers.add("Link", f'<{here(f"/doc/{name}")}>; rel="canonical"')
    response.headers.add("Link", f'<{iri}>; rel="describes"')
    return response


def _known(name: str) -> str:
    """The IRI a path stands for; raises UnknownThing for what no IRI of ours looks like."""
    if not _NAME.fullmatch(name):
        raise unknown(addresses.thing(name))
    return addresses.thing(name)
