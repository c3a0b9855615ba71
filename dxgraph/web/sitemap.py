"""``/sitemap.xml`` and ``/robots.txt``: which pages search engines may read, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from flask import Blueprint, Response, current_app

from dxgraph.addresses import LANGUAGES, Site, path_of
from dxgraph.catalog import Catalog
from dxgraph.errors import UnknownPage
from dxgraph.pages import MENU, manual
from dxgraph.web import replies, site, waiting

blueprint = Blueprint("sitemap", __name__)

#: Things in one part of the map; each has an address in each language, and 50,000 is the most.
PART = 10_000
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_LINKS = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
#: What crawlers need not ask: answers to anything, and pages by other parameters.
_DISALLOWED = ("/sparql?", "/sparql.", "/graphs", "/search", "/metrics", "/health", "/*?")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Rules for crawlers."""
    here = site.here()
    lines = ["User-agent: *"]
    for language in LANGUAGES:
        lines += [f"Disallow: {here.speaking(language).page(path)}" for path in _DISALLOWED]
    lines += [f"Sitemap: {replies.public_url()}/sitemap.xml", ""]
    return Response("\n".join(dict.fromkeys(lines)), mimetype="text/plain")


@blueprint.get("/sitemap.xml")
def index() -> Response:
    """The list of the parts."""
    parts = -(-len(_paths()) // PART)
    address = escape(replies.public_url())

    def make() -> str:
        listed = (
            f"<sitemap><loc>{address}/sitemap/{number}.xml</loc></sitemap>\n"
            for number in range(1, parts + 1)
        )
        return f"{_XML}<sitemapindex {_SPACE}>\n{''.join(listed)}</sitemapindex>\n"

    return replies.made(make, "sitemap", "xml", address)


@blueprint.get("/sitemap/<int:number>.xml")
def part(number: int) -> Response:
    """Some of the pages."""
    paths = _paths()[(number - 1) * PART : number * PART] if number else []
    if not paths:
        raise UnknownPage("the map has no such part", "サイトマップにその部分はありません")
    here = site.here()

    def make() -> str:
        return waiting.aside(lambda: "".join(_mapped(here, paths)))

    return replies.made(make, "sitemap", "xml", here, number)


def _mapped(here: Site, paths: list[str]) -> Iterator[str]:
    yield f"{_XML}<urlset {_SPACE} {_LINKS}>\n"
    for path in paths:
        addresses = {
            language: escape(here.origin + here.speaking(language).page(path))
            for language in LANGUAGES
        }
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href="{address}"/>'
            for language, address in addresses.items()
        )
        for address in addresses.values():
            yield f"<url><loc>{address}</loc>{links}</url>\n"
    yield "</urlset>\n"


def _paths() -> list[str]:
    """Paths of pages: those of the menu first, then those of things."""
    served = {rule.rule for rule in current_app.url_map.iter_rules()}
    fixed = [path for path, _, _ in MENU if path in served and path != "/sparql"]
    fixed += [path for path in ("/dump/", "/ontology") if path in served]
    fixed += [manual.address(name) for name in manual.names() if name != manual.INDEX]
    catalog: Catalog = current_app.extensions["catalog"]
    fixed += [f"/queries/{query.name}" for query in catalog if "/queries" in served]
    things = (path_of(iri) for iri in replies.known("sitemap"))
    return ["/", *fixed, *(path for path in things if path is not None)]
