"""``/queries``: saved questions as an API."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, current_app, request

from dxgraph.catalog import Catalog, SavedQuery
from dxgraph.errors import BadParameter
from dxgraph.pool.tasks import Task
from dxgraph.web import negotiation, replies, site

blueprint = Blueprint("questions", __name__, url_prefix="/queries")


@blueprint.get("", strict_slashes=False)
def questions() -> Response:
    """Every saved question with its parameters and columns."""
    catalog: Catalog = current_app.extensions["catalog"]
    listed = [_described(query) for query in catalog]
    return replies.document(lambda: listed, listed)


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
    values = {key: value for key, value in request.args.items() if key not in replies.RESERVED}
    if any(len(request.args.getlist(key)) > 1 for key in request.args):
        raise BadParameter("give each parameter once", "条件は一つずつ書いてください")
    chosen = negotiation.choose(negotiation.TABLES, extension or request.args.get("format"))
    offset, limit = replies.part()
    timeout, formats = replies.timeout(), {"table": chosen}
    task = Task("question", name, timeout, formats, values=values, offset=offset, limit=limit)
    pages = site.address() if chosen == "xlsx" else ""
    return replies.answer(replace(task, bom=replies.bom(), pages=pages))
