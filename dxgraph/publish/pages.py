"""One process's share of publishing: an application of its own, and addresses asked of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dxgraph.addresses import Site
from dxgraph.build import Version
from dxgraph.catalog import Catalog
from dxgraph.namespaces import ID
from dxgraph.publish import names
from dxgraph.publish.links import Link, links
from dxgraph.session import Graph
from dxgraph.settings import Settings
from dxgraph.store import EmbeddedStore
from dxgraph.views import subjects
from dxgraph.web import create_app
from dxgraph.workspace import Workspace

_ACCEPT = {"Accept": "text/html, */*;q=0.5"}
#: What stands in for a redirection where no server can send one.
_LEADS_ON = (
    '<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{to}</title>'
    '<meta http-equiv="refresh" content="0; url={to}"><link rel="canonical" href="{to}"></head>'
    '<body><p><a href="{to}">{to}</a></p></body></html>\n'
)


@dataclass(frozen=True)
class Frozen:
    """An address, the file it was written to or why it was not, and the links of a page."""

    address: str
    file: str = ""
    size: int = 0
    reason: str = ""
    links: tuple[Link, ...] = ()


@dataclass
class _Press:
    graph: Graph
    store: EmbeddedStore
    client: FlaskClient
    site: Site
    folder: Path


#: The press of this process, made once by ``begin``.
_press: list[_Press] = []


def begin(root: str, cache: str, version: str, public_url: str, folder: str) -> None:
    """Prepare this process to freeze pages of a built version into a folder."""
    place = Workspace(Path(root), Path(cache))
    built = Version(place.cache / "versions" / version)
    store = EmbeddedStore.open(built.store)
    graph = Graph(store, Catalog(place.queries), built)
    settings = Settings(public_url=public_url, cache=0)
    app = create_app(graph, settings=settings, static=True)
    _press[:] = [_Press(graph, store, app.test_client(), Site.at(public_url), Path(folder))]


def things() -> list[str]:
    """The address of every thing of ours that the graph says something of, and of the site map."""
    listed = _press[0].client.get("/sitemap.xml").text
    parts = [f"/sitemap/{number}.xml" for number in re.findall(r"/sitemap/(\d+)\.xml<", listed)]
    paths = (iri.removeprefix(ID) for iri in subjects(_press[0].graph) if iri.startswith(ID))
    return [*parts, *(f"/{kind}/{path}" for path in paths for kind in ("doc", "id"))]


def index() -> tuple[Frozen, tuple[str, ...]]:
    """Write the index that the site is searched by; also gives the kinds that are not in it."""
    press = _press[0]
    found = names.made(press.store.raw)
    file = _file(names.PATH, page=False)
    return Frozen(names.PATH, file, _put(press.folder / file, [found.data])), found.left_out


def freeze(addresses: list[str]) -> list[Frozen]:
    """Write what the application answers at each address."""
    return [_freeze(_press[0], address) for address in addresses]


def _freeze(press: _Press, address: str) -> Frozen:
    origin = press.site.origin or "http://localhost"
    answer = press.client.get(address, headers=_ACCEPT, base_url=origin)
    if answer.status_code in (301, 302, 303, 307, 308):
        return _leading_on(press, address, answer)
    if answer.status_code != 200 and not address.endswith("/404.html"):
        return Frozen(address, reason=answer.status)
    page = answer.mimetype == "text/html"
    file = _file(address, page)
    if not page:
        return Frozen(address, file, _put(press.folder / file, answer.iter_encoded()))
    return _page(press, address, file, answer.text)


def _page(press: _Press, address: str, file: str, text: str) -> Frozen:
    size = _put(press.folder / file, [text.encode()])
    found = links(text, press.site.prefix + address, press.site.origin)
    return Frozen(address, file, size, links=tuple(found))


def _leading_on(press: _Press, address: str, answer: TestResponse) -> Frozen:
    to = answer.headers["Location"]
    language = "en" if address.startswith("/en/") else "ja"
    text = _LEADS_ON.format(to=escape(to, quote=True), language=language)
    return _page(press, address, _file(address, page=True), text)


def _file(address: str, page: bool) -> str:
    """Where an address is written: a page as the index of a folder, so that servers find it.

    >>> _file("/doc/municipality/24343", page=True), _file("/robots.txt", page=False)
    ('doc/municipality/24343/index.html', 'robots.txt')
    """
    path = address.strip("/")
    if not page or path.endswith(".html"):
        return path
    return f"{path}/index.html" if path else "index.html"


def _put(path: Path, chunks: Iterable[bytes]) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        return sum(stream.write(chunk) for chunk in chunks)
