"""``/towns.csv`` and the like: the towns with a plan, as rows."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, request

from dxgraph.pool.tasks import Task
from dxgraph.web import negotiation, replies, site

blueprint = Blueprint("towns", __name__)


@blueprint.get("/towns.<extension>")
def listed(extension: str) -> Response:
    """All towns, or those of a prefecture, in the order asked for."""
    formats = {"table": negotiation.choose(negotiation.TABLES, extension)}
    task = Task("table", "towns", replies.timeout(), formats, values=values())
    offset, limit = replies.part()
    part = replace(task, offset=offset, limit=limit, bom=replies.bom(), pages=site.address())
    return replies.answer(part)


def values() -> dict[str, str]:
    """Which towns the request wants, and in which order."""
    return {name: request.args.get(name, "") for name in ("prefecture", "sort")}
