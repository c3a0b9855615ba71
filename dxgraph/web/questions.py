"""``/queries``: saved questions as an API, and the values that their parameters take."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, request

from dxgraph.catalog import Catalog, SavedQuery
from dxgraph.errors import UnknownPage
from dxgraph.pool.tasks import Task
from dxgraph.web import gallery, negotiation, replies, site

blueprint = Blueprint("questions", __name__)

_LIST = {"json": "application/json", **negotiation.PAGE}
_ANSWER = {**negotiation.TABLES, **negotiation.PAGE}


@blueprint.get("/queries", strict_slashes=False)
@blueprint.get("/queries.json")
def questions() -> Response:
    """Every saved question with its parameters and columns, or the gallery of them."""
    asked = "json" if request.path.endswith(".json") else request.args.get("format")
    catalog = _catalog()
    if negotiation.choose(_LIST, asked) == "html":
        return gallery.listed(catalog)
    listed = [_described(query) for query in catalog]
    return replies.document(lambda: listed, listed)


def _catalog() -> Catalog:
    catalog: Catalog = current_app.extensions["catalog"]
    return catalog


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


@blueprint.get("/queries/<name>")
@blueprint.get("/queries/<name>.<extension>")
def question(name: str, extension: str | None = None) -> Response:
    """The answer to one question; ``.csv`` and the like, or Accept, choose the format."""
    chosen = negotiation.choose(_ANSWER, extension or request.args.get("format"))
    if chosen == "html":
        return gallery.answered(_catalog()[name])
    values = {key: value for key, value in request.args.items() if key not in replies.RESERVED}
    replies.once()
    offset, limit = replies.part()
    task = Task(
        "question",
        name,
        replies.timeout(),
        {"table": chosen},
        values=values,
        offset=offset,
        limit=limit,
        bom=replies.bom(),
        pages=site.address() if chosen == "xlsx" else "",
    )
    return replies.answer(task)


@blueprint.get("/choices/<kind>.json")
def choices(kind: str) -> Response:
    """The values a type of parameter takes: those that hold the text ``q``, if one is given."""
    if kind not in gallery.CHOSEN:
        raise UnknownPage(
            f"there are no choices of '{kind}'; there are: {', '.join(gallery.CHOSEN)}",
            f"「{kind}」の選択肢はありません。あるもの: {', '.join(gallery.CHOSEN)}",
        )
    held = request.args.get("q", "")
    return replies.document(lambda: replies.seen("choices", kind=kind, q=held), held)
