"""``/sparql`` for people: an editor, and the answer to a query as a table of links.

The form works as it is. Where the build has put YASGUI among the files of the site, a script puts
its editor and its tables in place of the form.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pyoxigraph as ox
from flask import Response, current_app, request

from dxgraph import pages
from dxgraph.errors import DxgraphError, Overloaded, QueryError, WorkerLost
from dxgraph.namespaces import ID
from dxgraph.pool.tasks import Answer, Task
from dxgraph.web import negotiation, problems, replies, site

_ROWS, _MOST_ROWS = 100, 500
#: The kinds of answers, and the format each comes in to be drawn.
_DRAWN = {"solutions": "json", "boolean": "json", "triples": "nt"}
#: The one style sheet that YASGUI's tables write into the page, by its digest.
_STYLES = "'sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk='"
_LOOSE = site.POLICY.replace("style-src 'self'", f"style-src 'self' {_STYLES}")
_YASGUI = ("yasgui/yasgui.min.js", "yasgui/yasgui.min.css")


def has_yasgui() -> bool:
    """Whether the build has put YASGUI among the files of the site."""
    return all((pages.STATIC / name).is_file() for name in _YASGUI)


def page(query: Callable[[], str]) -> Response:
    """The editor and, for a request that holds a query, its answer."""
    try:
        if request.method in ("GET", "HEAD") and "query" not in request.values:
            return _loosened(_empty())
        return _loosened(_answered(query()))
    except QueryError as error:
        if isinstance(error, Overloaded | WorkerLost):
            raise
        return _loosened(_mistaken(error))


def _empty() -> Response:
    view = partial(replies.seen, "editor", example=request.args.get("example", ""))
    return site.shown("sparql.html", view, has_yasgui(), **_more())


def _answered(text: str) -> Response:
    offset, limit = replies.part()
    task = Task(
        "query",
        text,
        timeout=replies.timeout(),
        formats=_DRAWN,
        default_graphs=tuple(request.values.getlist("default-graph-uri")),
        named_graphs=tuple(request.values.getlist("named-graph-uri")),
        offset=offset,
        limit=min(limit or _ROWS, _MOST_ROWS),
    )

    def view() -> dict[str, Any]:
        found = replies.engine().ask(task)
        return {"query": text, **_drawn(found), "offset": offset, "next": found.next_offset}

    return site.shown("sparql.html", view, task.as_message(), has_yasgui(), **_more())


def _more() -> dict[str, Any]:
    return {
        "yasgui": has_yasgui(),
        "ids": ID,
        "queries": list(current_app.extensions["catalog"]),
        "asking": {
            name: values
            for name, values in request.values.to_dict(flat=False).items()
            if name not in replies.RESERVED
        },
    }


def _drawn(found: Answer) -> dict[str, Any]:
    """An answer as rows of terms, each ``{"text", "iri", "language"}``; None where unbound."""
    with found.body as body:
        data = body.read()
    if found.kind == "triples":
        triples = ox.parse(io.BytesIO(data), format=ox.RdfFormat.N_TRIPLES)
        rows = [[_term(term) for term in quad.triple] for quad in triples]
        return {"kind": "triples", "columns": ["subject", "predicate", "object"], "rows": rows}
    told = json.loads(data)
    if found.kind == "boolean":
        return {"kind": "boolean", "value": told["boolean"], "columns": [], "rows": []}
    columns = told["head"]["vars"]
    bindings = told["results"]["bindings"]
    cells = [[_binding(row.get(name)) for name in columns] for row in bindings]
    return {"kind": "solutions", "columns": columns, "rows": cells}


def _binding(said: dict[str, Any] | None) -> dict[str, str] | None:
    if said is None:
        return None
    if said["type"] == "triple":
        return {"text": json.dumps(said["value"], ensure_ascii=False), "iri": "", "language": ""}
    iri = said["value"] if said["type"] == "uri" else ""
    return {"text": said["value"], "iri": iri, "language": said.get("xml:lang", "")}


def _term(term: Any) -> dict[str, str]:
    if isinstance(term, ox.Literal):
        return {"text": term.value, "iri": "", "language": term.language or ""}
    iri = term.value if isinstance(term, ox.NamedNode) else ""
    return {"text": getattr(term, "value", str(term)), "iri": iri, "language": ""}


def _mistaken(error: DxgraphError) -> Response:
    """The editor with the query as it was sent, and what is wrong with it."""
    here = site.here()
    told = {"detail": error.ja if here.language == "ja" else error.en}
    place = {"line": error.line, "column": error.column}
    view = {"query": request.values.get("query", ""), "error": {**told, **place}}
    more = {**_more(), "asked": request.values.to_dict(flat=False)}
    body = pages.render("sparql.html", here, request.path, view, **more)
    response = Response(body, problems.status_of(error), mimetype=negotiation.PAGE["html"])
    response.headers["Vary"] = "Accept"
    return site.allowed(response)


def _loosened(response: Response) -> Response:
    """A response whose page may hold YASGUI's style sheet, where YASGUI is there."""
    if has_yasgui():
        response.headers["Content-Security-Policy"] = _LOOSE
    return response
