"""The manual on the site: chapters in Markdown, the same files that are read beside the code.

A chapter is two files, ``<name>.ja.md`` and ``<name>.en.md``; ``index`` lists the chapters in the
order in which they are read. Links between files become addresses of the site, links to files the
site does not show become plain text, and the address of a page of the menu, written as code, leads
there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from dxgraph import pages, workspace
from dxgraph.addresses import LANGUAGES, Site
from dxgraph.errors import MissingExtra, UnknownPage

try:
    from markdown_it import MarkdownIt
    from markdown_it.common.utils import escapeHtml
    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token
except ImportError as error:
    raise MissingExtra("web", "markdown-it-py") from error

INDEX = "index"
#: Tokens of what every chapter begins with: the title, and a paragraph that says what it is about.
_TITLE = _LEAD = 3
_FILE = re.compile(rf"([a-z-]+)\.({'|'.join(LANGUAGES)})\.md(#.*)?")
_PICTURE = re.compile(r"[a-z-]+\.(?:ja|en)\.svg")
_PAGES = {path for path, *_ in pages.MENU}
#: The letters on both sides of a line's end between which Japanese has no blank.
_NO_BLANK = re.compile(r"[^\x00-\x7f]{2}|[、。「」・].|.[、。「」・]")


@dataclass(frozen=True)
class Section:
    """A heading below the title: its level, what a link names it, and its text."""

    level: int
    place: str
    title: str


@dataclass(frozen=True)
class Chapter:
    """A chapter as a page shows it: ``lead`` is its first paragraph, ``body`` what follows."""

    title: str
    summary: str
    lead: Markup
    sections: tuple[Section, ...]
    body: Markup


def source(name: str, language: str) -> str:
    """The Markdown of a chapter; raises UnknownPage where the manual has no such chapter."""
    path = workspace.manual() / f"{name}.{language}.md"
    if not re.fullmatch(r"[a-z-]+", name) or not path.is_file():
        raise UnknownPage(
            f"the manual has no chapter '{name}'", f"手引きに「{name}」という章はありません"
        )
    return path.read_text(encoding="utf-8")


def names() -> list[str]:
    """The chapters in the order of the index, which comes first."""
    text = source(INDEX, LANGUAGES[0])
    linked = re.findall(rf"\]\(([a-z-]+)\.{LANGUAGES[0]}\.md\)", text)
    return [INDEX, *dict.fromkeys(linked)]


def address(name: str) -> str:
    """The path of a chapter's page."""
    return "/manual" if name == INDEX else f"/manual/{name}"


def shown(name: str, site: Site) -> dict[str, Any]:
    """What the page of a chapter shows: the chapter, all chapters, and its neighbours."""
    ordered = names()
    if name not in ordered:
        raise UnknownPage(
            f"the manual has no chapter '{name}'", f"手引きに「{name}」という章はありません"
        )
    listed = [{"path": address(each), "title": _title(each, site.language)} for each in ordered]
    at = ordered.index(name)
    return {
        "chapter": chapter(name, site),
        "chapters": listed,
        "before": listed[at - 1] if at else None,
        "after": listed[at + 1] if at + 1 < len(listed) else None,
    }


def _title(name: str, language: str) -> str:
    return source(name, language).partition("\n")[0].removeprefix("# ")


def chapter(name: str, site: Site) -> Chapter:
    """A chapter in the language of a site, with links as that site has them."""
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")
    tokens = parser.parse(source(name, site.language))
    headings = _name_headings(tokens)
    for token in tokens:
        _dress(token, site)
    _lift_pictures(tokens)
    rendered = partial(parser.renderer.render, options=parser.options, env={"site": site})
    lead, rest = tokens[_TITLE : _TITLE + _LEAD], tokens[_TITLE + _LEAD :]
    first, *sections = headings
    shown, body = Markup(rendered(lead)), Markup(rendered(rest))
    return Chapter(first.title, _plain(lead[1]), shown, tuple(sections), body)


def _name_headings(tokens: Sequence[Token]) -> list[Section]:
    """Give each heading the id that code hosts give it, so that one link is right in both."""
    found: list[Section] = []
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            title = _plain(inline)
            place = slug(title)
            token.attrSet("id", place)
            found.append(Section(int(token.tag[1:]), place, title))
    return found


def slug(title: str) -> str:
    """What a link calls a heading.

    >>> slug("AI-OCR を 令和6年度までに?"), slug("`dxgraph build`")
    ('ai-ocr-を-令和6年度までに', 'dxgraph-build')
    """
    return re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-")


def _plain(inline: Token) -> str:
    texts = (each.content for each in inline.children or () if each.type in ("text", "code_inline"))
    return "".join(texts)


def _edge(tokens: Sequence[Token], at: int) -> str:
    """The first (0) or last (-1) letter that some inline tokens show."""
    letters = "".join(token.content for token in tokens)
    return letters[at] if letters else " "


def _dress(token: Token, site: Site) -> None:
    """Classes in place of inline styles, and links as the site has them."""
    if token.attrs.pop("style", "") == "text-align:right":
        token.attrSet("class", "number")
    open_links: list[Token] = []
    for each in token.children or ():
        if each.type == "link_open":
            _lead(each, site)
            open_links.append(each)
        elif each.type == "link_close":
            each.hidden = open_links.pop().hidden


def _lead(link: Token, site: Site) -> None:
    target = str(link.attrs["href"])
    if found := _FILE.fullmatch(target):
        name, language, place = found.groups()
        link.attrSet("href", site.speaking(language).page(address(name)) + (place or ""))
    elif not target.startswith(("https://", "http://", "#")):
        link.hidden = True


def _lift_pictures(tokens: Sequence[Token]) -> None:
    """A drawing that is all of a paragraph stands in no paragraph."""
    for opened, inline, closed in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opened.type == "paragraph_open" and [c.type for c in inline.children or ()] == ["image"]:
            opened.hidden = closed.hidden = True


class _Renderer(RendererHTML):
    """HTML as the site's styles and its policy ask for it."""

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A block of code that scrolls by keyboard as well."""
        code = escapeHtml(tokens[idx].content)
        return f'<pre tabindex="0"><code>{code}</code></pre>\n'

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A table in a box that scrolls."""
        label = "Table" if env["site"].language == "en" else "表"
        return f'<div class="scroll" tabindex="0" role="group" aria-label="{label}"><table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """The end of both."""
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A head cell; those of a table in Markdown are heads of columns."""
        tokens[idx].attrSet("scope", "col")
        return self.renderToken(tokens, idx, options, env)

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A drawing of the manual, itself, so that it follows the colours of the page."""
        name = str(tokens[idx].attrs["src"])
        if not _PICTURE.fullmatch(name):
            return escapeHtml(tokens[idx].content)
        drawing = (workspace.manual() / name).read_text(encoding="utf-8")
        return f'<div class="scroll model" tabindex="0">{drawing}</div>\n'

    def softbreak(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """The end of a line of source: a blank only where a Latin word meets another word."""
        ends = [_edge(tokens[:idx], -1), _edge(tokens[idx + 1 :], 0)]
        return "" if _NO_BLANK.fullmatch("".join(ends)) else "\n"

    def code_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """Code; the address of a page of the menu leads there."""
        code = tokens[idx].content
        shown = f"<code>{escapeHtml(code)}</code>"
        return f'<a href="{env["site"].page(code)}">{shown}</a>' if code in _PAGES else shown
