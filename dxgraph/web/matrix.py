"""``/compare`` and ``/coverage``: pages, drawings and tables of one address and one query."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, request

from dxgraph import pages
from dxgraph.errors import BadParameter
from dxgraph.pages import drawings
from dxgraph.pool.tasks import Task
from dxgraph.web import negotiation, replies, site, waiting

blueprint = Blueprint("matrix", __name__)

#: What each address is sent as.
FORMATS = {**negotiation.PAGE, **negotiation.DRAWING, **negotiation.TABLES}
_OWN = ("format", "timeout", "bom")


@blueprint.get("/compare")
@blueprint.get("/compare.<extension>")
@blueprint.get("/compare/<any(items, technologies, measures):rows>")
@blueprint.get("/compare/<any(items, technologies, measures):rows>.<extension>")
def compare(rows: str | None = None, extension: str | None = None) -> Response:
    """Towns side by side: a page, a drawing, or one row an entry."""
    values = _asked()
    if rows is not None:
        values["rows"] = rows
    return _sent("compare", values, extension)


@blueprint.get("/coverage")
@blueprint.get("/coverage.<extension>")
def coverage(extension: str | None = None) -> Response:
    """Priority items against towns: a page, a drawing, or one row an item and town."""
    return _sent("coverage", _asked(), extension)


def _sent(view: str, values: dict[str, str], extension: str | None) -> Response:
    """A view in the format that the ending, ``format=`` or Accept chooses."""
    form = negotiation.choose(FORMATS, extension or request.args.get("format"))
    bom = replies.bom()
    years = values.get("years", "ad" if site.here().language == "en" else "era")
    if form == "html":
        asked = {name: found for name, found in request.args.lists() if name not in _OWN}
        return site.page(f"{view}.html", view, values, asked=asked, years=years)
    if form == "svg":
        return _drawn(view, values, years)
    task = Task("table", view, replies.timeout(), {"table": form}, values=values)
    return replies.answer(replace(task, bom=bom, pages=site.address()))


def _asked() -> dict[str, str]:
    """The values of the address, several towns parted by ``|``; raises BadParameter."""
    values = {}
    for name, given in request.args.lists():
        if len(given) > 1 and name != "town":
            raise BadParameter("give each parameter once", "条件は一つずつ書いてください")
        text = "|".join(each for each in given if each)
        if text and name not in _OWN:
            values[name] = text
    return values


def _drawn(view: str, values: dict[str, str], years: str) -> Response:
    """The SVG of a view."""
    here, path = site.here(), request.path

    def make() -> str:
        seen = replies.seen(view, **values)
        drawn = drawings.DRAWN[view](seen, here.language, years)
        return waiting.aside(lambda: pages.render("drawing.svg", here, path, drawn))

    return replies.made(make, "drawing", "svg", here, values, years)
