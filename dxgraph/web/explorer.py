"""The explorer's own pages, and the files that pages load."""

from __future__ import annotations

from flask import Blueprint, Response, send_from_directory

from dxgraph import pages
from dxgraph.web import site

blueprint = Blueprint("explorer", __name__)


@blueprint.get("/")
def front() -> Response:
    """The front page."""
    return site.page("front.html", "overview")


@blueprint.get("/static/<path:name>")
def static(name: str) -> Response:
    """A style, a script or a picture."""
    response = send_from_directory(pages.STATIC, name, max_age=3600)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
