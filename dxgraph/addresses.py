"""Where things are on the site: from an IRI to the path of its page, and back.

An IRI is a name and never changes; the address is where a server, a proxy's folder or a static
copy shows what it names. Japanese pages are at the plain path, English ones under ``/en``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from dxgraph.namespaces import BASE, GRAPH, ID, ONTOLOGY, SDG

LANGUAGES = ("ja", "en")
_GENID = f"{BASE}.well-known/genid/"


@dataclass(frozen=True)
class Site:
    """A copy of the site as one reader sees it.

    ``origin`` and ``prefix`` are the public address's host and path, without a slash at the end;
    ``static`` tells that no server answers questions there.
    """

    origin: str = ""
    prefix: str = ""
    language: str = "ja"
    static: bool = False

    @classmethod
    def at(cls, public_url: str, language: str = "ja", *, static: bool = False) -> Site:
        """The site at a public address.

        >>> Site.at("https://town.example/dx/", "en").page("/compare")
        '/dx/en/compare'
        """
        parts = urlsplit(public_url)
        origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
        return cls(origin, parts.path.rstrip("/"), language, static)

    def page(self, path: str) -> str:
        """The address of a page in the reader's language."""
        return self.prefix + ("" if self.language == "ja" else f"/{self.language}") + path

    @property
    def search(self) -> str:
        """The address that forms send a search to; of files, the folder, as few servers redirect.

        >>> Site().search, Site(static=True).search
        ('/search', '/search/')
        """
        return self.page("/search/" if self.static else "/search")

    def file(self, path: str) -> str:
        """The address of what is the same in every language: data, styles, downloads."""
        return self.prefix + path

    def speaking(self, language: str) -> Site:
        """The same site in another language."""
        return replace(self, language=language)

    def of(self, iri: str) -> str:
        """The address that shows what an IRI names; the IRI itself where that is not ours.

        >>> Site().of("https://w3id.org/dxgraph/id/municipality/24343")
        '/doc/municipality/24343'
        >>> Site().of("http://metadata.un.org/sdg/9"), Site().of("https://www.e-gov.go.jp/")
        ('/doc/sdg/9', 'https://www.e-gov.go.jp/')
        """
        path = path_of(iri)
        return iri if path is None else self.page(path)


def path_of(iri: str) -> str | None:
    """The path of the Japanese page about what an IRI names; None where that is not ours."""
    if iri.startswith(ID):
        return "/doc/" + iri.removeprefix(ID)
    if iri.startswith(SDG) and iri.removeprefix(SDG).isdecimal():
        return "/doc/sdg/" + iri.removeprefix(SDG)
    if iri.startswith(GRAPH):
        return "/graph/" + iri.removeprefix(GRAPH)
    if iri.startswith(ONTOLOGY):
        return "/ontology" + iri.removeprefix(ONTOLOGY)
    return "/ontology" if iri.startswith(_GENID) else None


def thing(path: str) -> str:
    """The IRI of the thing whose page is at ``/doc/`` and this path.

    >>> thing("technology/ai-ocr"), thing("sdg/9")
    ('https://w3id.org/dxgraph/id/technology/ai-ocr', 'http://metadata.un.org/sdg/9')
    """
    kind, _, rest = path.partition("/")
    return SDG + rest if kind == "sdg" and rest.isdecimal() else ID + path
