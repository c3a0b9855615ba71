"""Saved questions as pages: the gallery, and each question with its form and its answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Response, request

from dxgraph import pages
from dxgraph.catalog import Catalog, SavedQuery
from dxgraph.errors import (
    BadParameter,
    DxgraphError,
    NotAFiscalYear,
    QueryMemory,
    QueryTimeout,
    ResultTooLarge,
)
from dxgraph.parameters import CLASSES
from dxgraph.web import problems, replies, site

#: Types of parameters that are chosen among things of the graph.
CHOSEN = (*CLASSES, "fiscal-year")
#: Rows of an answer on one page unless asked otherwise, and at most.
_ROWS, _MOST_ROWS = 100, 200
_MENDED = (BadParameter, NotAFiscalYear, QueryTimeout, QueryMemory, ResultTooLarge)


def listed(catalog: Catalog) -> Response:
    """The gallery."""
    queries = list(catalog)
    return site.shown("questions.html", lambda: queries, [query.text for query in queries])


def answered(query: SavedQuery) -> Response:
    """The page of a question: answered with the values given or, where it needs some, its example.

    Where the values do not fit, the form says so at the field.
    """
    given = {k: v for k, v in request.args.items() if k not in replies.RESERVED and v}
    sample = not given and not query.bare
    values = dict(query.example) if sample else given
    more = {"query": query, "given": values, "sample": sample, "pages": site.address()}
    more["asking"] = {name: [value] for name, value in values.items()}
    asked = {"question": query.name, "values": json.dumps(values)}
    try:
        replies.once()
        offset, limit = replies.part()
        asked |= {"offset": str(offset), "limit": str(min(limit or _ROWS, _MOST_ROWS))}
        view = partial(replies.seen, "question", **asked)
        return site.shown("question.html", view, asked, query.text, **more)
    except _MENDED as error:
        return _mistaken(error, more)


def _mistaken(error: DxgraphError, more: Mapping[str, Any]) -> Response:
    """The page with its form, and what is wrong with the values in it.

    An example that names nothing in this graph is nobody's mistake.
    """
    here = site.here()
    view = replies.seen("form", question=more["query"].name)
    told = {
        "detail": error.ja if here.language == "ja" else error.en,
        "parameter": getattr(error, "parameter", None),
        "nearest": getattr(error, "nearest", []),
    }
    said = {**more, "asked": request.args.to_dict(flat=False)}
    body = pages.render("question.html", here, request.path, {**view, "error": told}, **said)
    ours = more["sample"] and isinstance(error, BadParameter | NotAFiscalYear)
    status = 200 if ours else problems.status_of(error)
    response = Response(body, status, mimetype="text/html")
    response.headers["Vary"] = "Accept"
    return site.allowed(response)
