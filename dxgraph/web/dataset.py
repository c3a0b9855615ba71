"""The dataset about itself: VoID, DCAT, examples of SPARQL, its named graphs; pages and RDF."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from flask import Blueprint, Response, current_app, redirect, request
from werkzeug.wrappers import Response as Redirection

from dxgraph.answers import TRIPLES
from dxgraph.catalog import Catalog
from dxgraph.errors import UnknownGraph
from dxgraph.metadata import Description, Published, dcat, examples, files, schema_org, void
from dxgraph.namespaces import DXO, GRAPH
from dxgraph.pool.tasks import Task
from dxgraph.web import downloads, negotiation, replies, site, waiting
from dxgraph.web.things import EXTENSIONS

blueprint = Blueprint("dataset", __name__)

#: RDF before a page: what reads these addresses is rarely a browser.
DOCUMENTS = {
    **{name: negotiation.TRIPLES[name] for name in ("ttl", "json", "nt", "xml")},
    **negotiation.PAGE,
}
#: Plans on one page of downloads.
ROWS = 300
#: Makes a description of what was read of the graph.
Maker = Callable[[], Description]
_ENDINGS = "any(html, ttl, nt, jsonld, rdf):extension"


@blueprint.get("/.well-known/void")
@blueprint.get(f"/.well-known/void.<{_ENDINGS}>")
def void_description(extension: str | None = None) -> Response:
    """The dataset in VoID."""
    return _described("void.html", extension, lambda it: partial(void.describe, _seen(), it))


@blueprint.get("/catalog")
@blueprint.get(f"/catalog.<{_ENDINGS}>")
def catalog(extension: str | None = None) -> Response:
    """The dataset in DCAT."""
    plans = partial(replies.known, "dataset-plans")
    make = dcat.describe
    return _described("catalog.html", extension, lambda it: partial(make, _seen(), plans(), it))


@blueprint.get("/dump/")
def downloads_page() -> Response:
    """The page of all downloads."""
    offset, _ = replies.part()
    return _page(
        "downloads.html", published(), listed=True, first=offset - offset % ROWS, rows=ROWS
    )


@blueprint.get("/.well-known/sparql-examples")
@blueprint.get(f"/.well-known/sparql-examples.<{_ENDINGS}>")
def sparql_examples(extension: str | None = None) -> Response | Redirection:
    """The saved questions as SHACL executables; a browser sees the questions."""
    queries = list(cast(Catalog, current_app.extensions["catalog"]))
    form = _form(extension)
    if form == "html":
        return redirect(site.here().page("/queries"), 303)
    texts = partial(replies.known, "dataset-examples")
    said = [(query.text, dict(query.title), dict(query.question)) for query in queries]
    make = partial(examples.describe, queries)
    return _rdf(form, published(0), lambda it: partial(make, texts(), it), said)


@blueprint.get("/.well-known/sparql-examples/<name>")
def sparql_example(name: str) -> Redirection:
    """An example is described with the others, and has a page as a question."""
    form = _form(None)
    path = f"/queries/{name}" if form == "html" else "/.well-known/sparql-examples"
    return redirect(site.here().page(path) if form == "html" else site.here().file(path), 303)


@blueprint.get("/.well-known/genid/<name>")
def skolem(name: str) -> Redirection:
    """What was a blank node is part of an axiom, and the ontology tells it."""
    response = redirect(site.here().page("/ontology"), 303)
    response.headers["Vary"] = "Accept"
    return response


@blueprint.get("/graph/<path:name>")
def named_graph(name: str) -> Response:
    """A page about a named graph, or its triples."""
    stem, dot, extension = name.rpartition(".")
    asked = request.args.get("format")
    if dot and extension in EXTENSIONS:
        name, asked = stem, EXTENSIONS[extension]
    iri = GRAPH + name
    found = next((each for each in _seen()["graphs"] if each["graph"] == iri), None)
    if found is None:
        raise UnknownGraph(
            f"there is no graph <{iri}>; /graphs lists them",
            f"<{iri}> というグラフはありません。/graphs に一覧があります",
        )
    form = negotiation.choose(negotiation.DOCUMENTS, asked)
    if form != "html":
        offset, limit = replies.part()
        formats = {"triples": form}
        return replies.answer(
            Task("graph", iri, replies.timeout(), formats, offset=offset, limit=limit)
        )
    code = name.partition("/")[2] if name.startswith(("plan/", "editorial/")) else None
    plans = [each for each in replies.known("dataset-plans") if each["code"] == code]
    return site.shown("graph.html", lambda: {**found, "plans": plans}, name=name)


def _seen() -> Any:
    return replies.known("dataset")


def published(patience: float = 5.0) -> Published:
    """The dataset as this server publishes it; without files where they are still being made."""
    found = downloads.files(patience)
    return Published(replies.public_url(), replies.engine().version, found or ())


def _form(extension: str | None) -> str:
    asked = EXTENSIONS[extension] if extension else request.args.get("format")
    return negotiation.choose(DOCUMENTS, asked)


def _described(
    template: str, extension: str | None, describe: Callable[[Published], Maker]
) -> Response:
    form, it = _form(extension), published(0)
    return _page(template, it) if form == "html" else _rdf(form, it, describe)


def _rdf(
    form: str, it: Published, describe: Callable[[Published], Maker], *said: object
) -> Response:
    def make() -> bytes:
        """What is asked of the graph is asked here: a thread aside belongs to no request."""
        maker = describe(it)
        return waiting.aside(lambda: maker().serialize(TRIPLES[form]))

    return replies.made(make, "triples", form, form, it, *said)


def _size(seen: Mapping[str, Any], name: str) -> int:
    """How many things of a class of ours there are."""
    found = (each["entities"] for each in seen["classes"] if each["class"] == DXO + name)
    return next(found, 0)


def _page(template: str, it: Published, *, listed: bool = False, **more: object) -> Response:
    """A page; with the list of plans, which is long, where it is ``listed``."""

    def view() -> dict[str, Any]:
        seen = _seen()
        language = site.here().language
        return {
            **seen,
            "size": _size(seen, "DXPlan"),
            "plans": replies.known("dataset-plans") if listed else [],
            "jsonld": schema_org.describe(seen, it, language),
        }

    return site.shown(template, view, it, published=it, types=files, targets=void.TARGETS, **more)
