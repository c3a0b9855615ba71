"""``/towns.csv`` and the like: the towns with a plan, as rows."""

from __future__ import annotations

from flask import Blueprint, Response, request

from dxgraph.errors import BadParameter
from dxgraph.pool.tasks import Task
from dxgraph.web import negotiation, replies

blueprint = Blueprint("towns", __name__)

_LAST_PAGE = 1_000


@blueprint.get("/towns.<extension>")
def listed(extension: str) -> Response:
    """All towns, or those of a prefecture, in the order asked for."""
    form = negotiation.choose(negotiation.TABLES, extension)
    offset, limit = replies.part()
    timeout, formats = replies.timeout(), {"table": form}
    asked = values()
    return replies.answer(
        Task("table", "municipalities", timeout, formats, values=asked, offset=offset, limit=limit)
    )


def values() -> dict[str, str]:
    """Which towns the request wants, and in which order; raises BadParameter for no page."""
    page = request.args.get("page", "1")
    if not (page.isascii() and page.isdigit() and len(page) < 5 and 0 < int(page) <= _LAST_PAGE):
        raise BadParameter(
            f"page: '{page}' is not a whole number from 1 to {_LAST_PAGE}",
            f"page: 「{page}」は 1 から {_LAST_PAGE} までの整数ではありません",
        )
    asked = {name: request.args.get(name, "") for name in ("prefecture", "sort")}
    return {**asked, "page": page}
