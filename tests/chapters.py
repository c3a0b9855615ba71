"""The chapters of the manual taken apart: headings, links, blocks of code and their answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from dxgraph.addresses import LANGUAGES

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "manual"
NAMES = sorted({path.name.partition(".")[0] for path in FOLDER.glob("*.md")})
CHAPTERS = [f"{name}.{language}" for name in NAMES for language in LANGUAGES]
#: What the last line of an answer shows where more follows.
MORE = "…"


@dataclass
class Block:
    """A block of code, and what is printed below it: a text, or the rows of a table."""

    language: str
    code: str
    text: str = ""
    rows: list[list[str]] = field(default_factory=list)

    @property
    def columns(self) -> list[str]:
        return self.rows[0]

    @property
    def shown(self) -> list[list[str]]:
        """The rows of the answer that are printed."""
        return [row for row in self.rows[1:] if set(row) != {MORE}]

    @property
    def whole(self) -> bool:
        return len(self.shown) == len(self.rows) - 1


def tokens(name: str) -> list[Token]:
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    return MarkdownIt("commonmark", {"html": False}).enable("table").parse(text)


def blocks(name: str) -> list[Block]:
    """The blocks of code of a chapter; what follows one at once is its answer."""
    found: list[Block] = []
    told = tokens(name)
    for number, token in enumerate(told):
        if token.type == "fence" and token.info == "text" and told[number - 1].type == "fence":
            found[-1].text = token.content
        elif token.type == "fence":
            found.append(Block(token.info, token.content.strip()))
        elif token.type == "table_open" and told[number - 1].type == "fence":
            found[-1].rows = list(_rows(told[number:]))
    return found


def _rows(told: list[Token]) -> Iterator[list[str]]:
    row: list[str] = []
    for token in told:
        if token.type == "table_close":
            return
        if token.type == "inline":
            row.append(token.content.replace("\\|", "|"))
        elif token.type == "tr_close":
            yield row
            row = []


def outline(name: str) -> dict[str, list[str]]:
    """What two languages of a chapter must share: headings, code, answers and links."""
    told = tokens(name)
    inline = [child for token in told for child in token.children or ()]
    links = [str(each.attrs["href"]) for each in inline if each.type == "link_open"]
    drawings = [str(each.attrs["src"]) for each in inline if each.type == "image"]
    return {
        "headings": [token.tag for token in told if token.type == "heading_open"],
        "code": [f"{each.language}: {each.code}" for each in blocks(name) if each.language],
        "answers": [str(each.rows) for each in blocks(name)],
        "tables": [token.type for token in told if token.type in ("table_open", "tr_open")],
        "links": [_same(link) for link in links + drawings],
    }


def _same(link: str) -> str:
    """A link without its language; ``index`` of one language links to the other."""
    return re.sub(r"\.(ja|en)\.(md|svg)(#.*)?$", r".\2", link)
