"""The explorer's own pages, and the files that pages load."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, send_from_directory

from dxgraph import pages
from dxgraph.pages import manual
from dxgraph.web import replies, site

blueprint = Blueprint("explorer", __name__)


@blueprint.get("/")
def front() -> Response:
    """The front page."""
    return site.page("front.html", "overview")


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
    response = send_from_directory(pages.STATIC, name, max_age=3600)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
