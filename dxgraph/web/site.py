"""The site a request is about: language and folder taken from its address, and pages in answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Response, current_app, request

from dxgraph import pages
from dxgraph.addresses import LANGUAGES, Site
from dxgraph.web import replies, waiting

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LANGUAGE = "dxgraph.language"
#: What a page may load: what this server sends, and nothing written into the page itself.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


class Addressed:
    """A WSGI application that sees paths without the site's folder and without ``/en``.

    A proxy may have taken the folder off already.
    """

    def __init__(self, wsgi: WSGIApplication, public_url: str) -> None:
        self._wsgi = wsgi
        self._prefix = urlsplit(public_url).path.rstrip("/")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as the application does for the plain path."""
        path = _without(environ["PATH_INFO"], self._prefix)
        for language in LANGUAGES[1:]:
            if (plain := _without(path, f"/{language}")) != path:
                environ[_LANGUAGE], path = language, plain
        environ["PATH_INFO"] = path
        return self._wsgi(environ, start_response)


def _without(path: str, folder: str) -> str:
    inside = bool(folder) and (path == folder or path.startswith(folder + "/"))
    return (path.removeprefix(folder) or "/") if inside else path


def here() -> Site:
    """The site as this request addresses it."""
    language = request.environ.get(_LANGUAGE, LANGUAGES[0])
    static: bool = current_app.extensions["static"]
    public = replies.settings().public_url if static else replies.public_url()
    return Site.at(public, language, static=static)


def address() -> str:
    """The whole address of the site in the language of this request, without a slash at the end."""
    found = here()
    return found.origin + found.page("")


def page(template: str, view: str, values: dict[str, str] | None = None, **more: Any) -> Response:
    """A page about a view of the graph; ``more`` goes to the template."""
    return shown(template, partial(replies.seen, view, **(values or {})), values, **more)


def shown(template: str, view: Callable[[], Any], *said: object, **more: Any) -> Response:
    """A page about what ``view`` gives; ``said`` is what that depends on beside the graph.

    The template knows the parameters of the address as ``asked``.
    """
    site, path = here(), request.path
    more = {"asked": request.args.to_dict(flat=False), **more}

    def make() -> str:
        seen = view()
        return waiting.aside(lambda: pages.render(template, site, path, seen, **more))

    response = replies.made(make, "page", "html", site, request.query_string.decode(), said)
    return allowed(response)


def allowed(response: Response) -> Response:
    """A response that browsers may show with our styles and scripts."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Content-Language"] = here().language
    return response
