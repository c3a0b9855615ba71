"""Drawings of plans: schedules, lineage, indicators, departments by technology.

Each is a page, and its data at the same path and parameters with the ending of a format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request

from dxgraph import pages
from dxgraph.errors import BadParameter, UnknownFormat, UnknownPage, UnknownValue
from dxgraph.pages import drawings
from dxgraph.pool.tasks import Task
from dxgraph.views.towns import SEVERAL
from dxgraph.web import negotiation, replies, site, waiting

blueprint = Blueprint("drawings", __name__)

_NAMES = "any(schedule, lineage, indicators, departments)"


@blueprint.get(f"/<{_NAMES}:name>")
@blueprint.get(f"/<{_NAMES}:name>/<string(length=5):code>")
def page(name: str, code: str | None = None) -> Response:
    """The page; a town may be part of the path, which is unknown where the town is."""
    how = {**_shown(name), "draw": drawings.SEEN.get(name)}
    try:
        return site.page(f"{name}.html", name, _values(code), **how)
    except UnknownValue as error:
        if code is None or request.args.get("town"):
            raise
        raise UnknownPage(error.en, error.ja) from error


@blueprint.get(f"/<{_NAMES}:name>.<extension>")
@blueprint.get(f"/<{_NAMES}:name>/<string(length=5):code>.<extension>")
def data(name: str, extension: str, code: str | None = None) -> Response:
    """What the page shows, as rows or as a picture."""
    offset, limit, timeout = *replies.part(), replies.timeout()
    if extension in negotiation.DRAWING:
        return _drawing(name, code)
    _shown(name)
    form = negotiation.choose(negotiation.TABLES, extension)
    task = Task("table", name, timeout, {"table": form}, values=_values(code))
    part = replace(task, offset=offset, limit=limit, bom=replies.bom(), pages=site.address())
    return replies.answer(part)


def _drawing(name: str, code: str | None) -> Response:
    if name not in drawings.DRAWN:
        raise UnknownFormat(
            f"/{name} is a table; take it as csv, xlsx or json",
            f"/{name} は表です。csv、xlsx、json で取得できます",
        )
    values, here, shown, path = _values(code), site.here(), _shown(name), request.path

    def make() -> str:
        view = replies.seen(name, **values)
        drawn = drawings.DRAWN[name](view, here.language, shown["years"])
        return waiting.aside(lambda: pages.render("drawing.svg", here, path, drawn))

    return replies.made(make, "drawing", "svg", here, request.query_string.decode(), values)


def _values(code: str | None) -> dict[str, str]:
    """What the address asks the view, parameters given more than once in one text."""
    given = ((name, found) for name, found in request.args.lists() if name not in replies.RESERVED)
    values = {name: SEVERAL.join(filter(None, found)) for name, found in given if any(found)}
    if code is not None and not values.get("town"):
        values["town"] = code
    return values


def _shown(name: str) -> dict[str, Any]:
    """What the address asks of the page itself."""
    asked: Mapping[str, list[str]] = request.args.to_dict(flat=False)
    usual = "era" if site.here().language == "ja" else "ad"
    years = request.args.get("years") or usual
    if years not in ("era", "ad"):
        raise BadParameter(
            f"years: '{years}' is neither era nor ad",
            f"years: 「{years}」は era か ad ではありません",
        )
    return {"asked": asked, "years": years}
