"""``/queries``: saved questions as an API."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from dxgraph.catalog import SavedQuery
from dxgraph.errors import BadParameter
from dxgraph.session import Graph
from dxgraph.tables import render
from dxgraph.web import negotiation

blueprint = Blueprint("questions", __name__, url_prefix="/queries")


@blueprint.get("")
def questions() -> Response:
    """Every saved question with its parameters and columns."""
    graph: Graph = current_app.extensions["dxgraph"]
    return jsonify([_described(query) for query in graph.catalog])


def _described(query: SavedQuery) -> dict[str, Any]:
    return {
        "name": query.name,
        "title": query.title,
        "question": query.question,
        "parameters": [
            {"name": p.name, "type": p.type, "label": p.label, "required": p.required}
            for p in query.parameters
        ],
        "columns": [{"name": c.name, "meaning": c.meaning} for c in query.columns],
    }


@blueprint.get("/<name>")
@blueprint.get("/<name>.<extension>")
def question(name: str, extension: str | None = None) -> Response:
    """The answer to one question; ``.csv`` and the like, or Accept, choose the format."""
    graph: Graph = current_app.extensions["dxgraph"]
    chosen = negotiation.choose(negotiation.TABLES, extension or request.args.get("format"))
    values = {key: value for key, value in request.args.items() if key != "format"}
    if any(len(request.args.getlist(key)) > 1 for key in values):
        raise BadParameter("give each parameter once", "条件は一つずつ書いてください")
    body = render(graph.query(name, **values), chosen)
    response = Response(body, mimetype=negotiation.TABLES[chosen])
    response.headers["Vary"] = "Accept"
    return response
