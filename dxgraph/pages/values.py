"""Values as HTML: links, texts, lists of both, and the lines of a source.

A page about a town shows some 900 of them; macros of Jinja would take twice as long for the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from dxgraph.addresses import Site
from dxgraph.pages.words import called, literal, local

_LINK = Markup('<a href="%s">%s</a>')
_PHASE = Markup('<a href="%s" class="phase phase-%s">%s</a>')
_TEXT = Markup("<span>%s</span>")
_FOREIGN = Markup('<span lang="%s">%s</span>')
_LIST = Markup('<ul class="several">%s</ul>')
_ITEM = Markup("<li>%s</li>")
_FOLDED = Markup("%s\n<details><summary>%s</summary>\n%s</details>")
_LINE = Markup('<a class="line" href="%s#L%s" title="%s">%s</a>')
#: So many of a long list stand before the rest, which is folded.
_FIRST = 8

#: As ``views.statements.value_of`` makes it, with its name where it is a thing.
Value = Mapping[str, Any]


class Values:
    """Writes values in the language of a site.

    >>> asahi = "https://w3id.org/dxgraph/id/municipality/24343"
    >>> str(Values(Site(language="en")).value({"iri": asahi, "ja": "朝日町", "en": "Asahi"}))
    '<a href="/en/doc/municipality/24343">Asahi</a>'
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._language = site.language

    def value(self, it: Value) -> Markup:
        """A link, or a text, which tells its language where that is not the page's."""
        if "iri" not in it:
            text, language = literal(it, self._language), it["language"]
            foreign = language and language != self._language
            return _FOREIGN % (language, text) if foreign else _TEXT % text
        iri, name = it["iri"], called(it, self._language)
        if "/id/phase/" in iri:
            return _PHASE % (self._site.of(iri), local(iri), name)
        return _LINK % (self._site.of(iri), name)

    def values(self, found: Sequence[Value], most: int = 12) -> Markup:
        """Values side by side; where they are more than ``most``, the rest is folded."""
        if len(found) < 2:
            return self.value(found[0]) if found else Markup()
        if len(found) <= most:
            return self._listed(found)
        left = len(found) - _FIRST
        said = f"{left} more" if self._language == "en" else f"ほか {left} 件"
        return _FOLDED % (self._listed(found[:_FIRST]), said, self._listed(found[_FIRST:]))

    def _listed(self, found: Iterable[Value]) -> Markup:
        return _LIST % Markup().join(_ITEM % self.value(each) for each in found)

    def line(self, number: int, source: Value) -> Markup:
        """A line of a source document, to follow."""
        said = f"line {number}" if self._language == "en" else f"{number}行"
        return _LINE % (self._site.of(source["iri"]), number, source[self._language], said)

    def lines(self, found: Iterable[Value]) -> Markup:
        """Lines as ``views.sections.Evidence`` has them, each once."""
        sources: dict[int, Value] = {}
        for each in found:
            sources.setdefault(each["line"], each["source"])
        return Markup().join(self.line(number, sources[number]) + " " for number in sources)
