"""``/graphs``: the Graph Store HTTP Protocol, read side."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from dxgraph.errors import MalformedRequest
from dxgraph.pool.tasks import Task
from dxgraph.web import negotiation, replies

blueprint = Blueprint("graphs", __name__)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`]*")


@blueprint.get("/graphs", strict_slashes=False)
@blueprint.get("/graphs.<extension>")
def graphs(extension: str | None = None) -> Response:
    """``?default`` or ``?graph=IRI`` gives a graph; without either, the list of graphs."""
    names = request.args.getlist("graph")
    default = "default" in request.args
    if len(names) + default > 1:
        raise MalformedRequest(
            "name one graph, or the default graph, not both",
            "グラフは一つ、または default のどちらかを指定してください",
        )
    asked = extension or request.args.get("format")
    if not names and not default:
        return _listed()
    if names and not _ABSOLUTE.fullmatch(names[0]):
        raise MalformedRequest(
            "name the graph by an absolute IRI", "グラフは絶対 IRI で指定してください"
        )
    offset, limit = replies.part()
    formats = {"triples": negotiation.choose(negotiation.TRIPLES, asked)}
    text = names[0] if names else ""
    timeout = replies.timeout()
    return replies.answer(Task("graph", text, timeout, formats, offset=offset, limit=limit))


def _listed() -> Response:
    found: list[dict[str, Any]] = replies.graph_list()
    default = {"default": url_for("graphs.graphs", default="")}
    named = [{**each, "url": url_for("graphs.graphs", graph=each["iri"])} for each in found]
    return jsonify({**default, "graphs": named})
