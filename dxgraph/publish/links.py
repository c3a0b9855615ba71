"""What a page links to, and the places in it that links may name."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

_ATTRIBUTES = ("href", "src", "action", "xlink:href")


@dataclass(frozen=True)
class Link:
    """A link within the site: as written, and its absolute path, query and fragment."""

    text: str
    path: str
    query: str
    fragment: str


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.links += [value for name in _ATTRIBUTES if (value := given.get(name))]
        if place := given.get("id"):
            self.places.add(place)


def links(page: str, address: str, origin: str = "") -> list[Link]:
    """The links of a page that stay on its site, each once, in the page's order.

    >>> page = '<a href="/doc/plan/24343/dx-2023#line">x</a> <a href="https://x.example/">y</a>'
    >>> links(page, "/")[0].path, len(links(page, "/"))
    ('/doc/plan/24343/dx-2023', 1)
    """
    reader = _Reader()
    reader.feed(page)
    here = f"{origin}{address}"
    found: dict[str, Link] = {}
    for text in reader.links:
        parts = urlsplit(urljoin(here, text))
        if f"{parts.scheme}://{parts.netloc}" != origin and (parts.scheme or parts.netloc):
            continue
        found[text] = Link(text, parts.path, parts.query, unquote(parts.fragment))
    return list(found.values())


def fragments(page: str) -> frozenset[str]:
    """The places of a page that a link may name."""
    reader = _Reader()
    reader.feed(page)
    return frozenset(reader.places)
