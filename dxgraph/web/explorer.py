"""The explorer's own pages, and the files that pages load."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from flask import Blueprint, Response, current_app, request, send_from_directory

from dxgraph import pages
from dxgraph.catalog import Catalog
from dxgraph.pages import manual
from dxgraph.web import compression, replies, search, site, towns, waiting

blueprint = Blueprint("explorer", __name__)

#: Saved questions the front page leads to, beside the one it asks itself.
_QUESTIONS = (
    *("gaps", "schedule", "comparable-indicators", "item-coverage"),
    *("departments-like", "after-national-plan"),
)


@blueprint.get("/")
def front() -> Response:
    """The front page."""
    catalog: Catalog = current_app.extensions["catalog"]
    questions = [catalog[name] for name in _QUESTIONS if name in catalog]
    return site.page("front.html", "overview", questions=questions)


@blueprint.get("/search", strict_slashes=False)
def found() -> Response:
    """What a search finds, or how to search."""
    return site.page("search.html", "search", search.values())


@blueprint.get("/towns")
def municipalities() -> Response:
    """The towns with a plan."""
    return site.page("towns.html", "towns", {**towns.values(), "page": replies.page()})


@blueprint.get("/manual")
@blueprint.get("/manual/<name>")
def chapter(name: str = manual.INDEX) -> Response:
    """A chapter of the manual; without a name, the list of them."""
    here = site.here()
    text = manual.source(name, here.language)
    return site.shown("manual.html", partial(manual.shown, name, here), replies.etag(text))


@blueprint.get("/static/<path:name>")
def static(name: str) -> Response:
    """A style, a script or a picture."""
    response = send_from_directory(pages.STATIC, name, max_age=3600, conditional=False)
    response.headers["Cache-Control"] = "public, max-age=3600"
    coding = compression.coding()
    if coding and compression.worth(response.content_length or 0, response.mimetype or ""):
        path = Path(pages.STATIC, name)
        data = waiting.aside(partial(compression.of_file, path, path.stat().st_mtime_ns, coding))
        response.direct_passthrough = False
        response.set_data(data)
        response.headers["Content-Encoding"] = coding
        response.set_etag(f"{response.get_etag()[0]}-{coding}")
    response.vary.add("Accept-Encoding")
    response.make_conditional(request)
    return response
