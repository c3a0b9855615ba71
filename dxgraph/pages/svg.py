"""Shapes of a drawing, measured here and written by ``drawing.svg``; lengths are pixels.

Colours are those of light pages, as attributes; a page that holds a drawing gives its own by class.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

_SHEET = Path(__file__).parent / "static" / "site.css"
#: Width of a full-width character in ems, and of a half-width one.
_FULL, _HALF = 1.0, 0.56
#: What does not begin a line of Japanese.
_NOT_FIRST = frozenset("、。，．・：；）」』】〉》ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々〜！？")


@dataclass(frozen=True)
class Box:
    """A rectangle with lines of text in its middle, a link where it names an IRI."""

    x: float
    y: float
    width: float
    height: float
    words: tuple[str, ...] = ()
    name: str = "plain"
    fill: str = "#ffffff"
    ink: str = "#1b2430"
    size: float = 12
    hatched: bool = False
    dash: str = ""
    iri: str = ""
    title: str = ""


@dataclass(frozen=True)
class Label:
    """A text that stands free; ``vertical`` runs down, ``halo`` keeps lines behind it off."""

    x: float
    y: float
    text: str
    size: float = 12
    anchor: str = "start"
    bold: bool = False
    vertical: bool = False
    halo: bool = False
    iri: str = ""


@dataclass(frozen=True)
class Line:
    """A path; ``arrow`` puts a head at its end."""

    path: str
    name: str = "rule"
    ink: str = "#d5dbe3"
    dash: str = ""
    width: float = 1
    arrow: bool = False


@dataclass
class Drawing:
    """What is drawn, from the back to the front."""

    width: float
    height: float
    title: str
    desc: str = ""
    lines: list[Line] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)


def titled(box: Box, title: str) -> Box:
    """The box with its text in full for who points at it."""
    return replace(box, title=title)


@cache
def colour(token: str) -> str:
    """A colour of light pages by the name it has in the style sheet.

    >>> colour("on-phase-in-use")
    '#ffffff'
    """
    found = re.search(rf"--{re.escape(token)}: (#[0-9a-f]+);", _SHEET.read_text(encoding="utf-8"))
    assert found is not None, token
    return found[1]


@cache
def phase_colours(phase: str) -> tuple[str, str]:
    """Ground and ink of a phase; those of plain text for one that the sheet lacks."""
    sheet = _SHEET.read_text(encoding="utf-8")
    if f"--phase-{phase}:" not in sheet:
        return colour("raised"), colour("ink")
    in_use = re.search(r"^(.*) \{ color: var\(--on-phase-in-use\)", sheet, re.MULTILINE)
    strong = in_use is not None and f".phase-{phase}" in in_use[1].split(", ")
    return colour(f"phase-{phase}"), colour("on-phase-in-use" if strong else "on-phase-before")


def width(text: str, size: float) -> float:
    """About how wide a text is.

    >>> width("導入AI", 10) > width("導入", 10) == 20
    True
    """
    wide = sum(_FULL if unicodedata.east_asian_width(char) in "WFA" else _HALF for char in text)
    return wide * size


def wrapped(text: str, room: float, size: float, most: int = 2) -> tuple[str, ...]:
    """A text in lines of like length within the room, the last cut with … where there are too many.

    >>> wrapped("みえデジタル戦略推進計画", 80, 10)
    ('みえデジタル', '戦略推進計画')
    """
    lines = _broken(text, room, size)
    if len(lines) > most:
        last = lines[most - 1]
        while last and width(last + "…", size) > room:
            last = last[:-1]
        return (*lines[: most - 1], last.rstrip() + "…")
    while len(lines) > 1 and room > size:
        room -= size / 2
        closer = _broken(text, room, size)
        if len(closer) > len(lines):
            break
        lines = closer
    return tuple(lines)


def _broken(text: str, room: float, size: float) -> list[str]:
    """Lines as full as they can be; what must not begin a line hangs over the end of one."""
    lines = [""]
    for part in re.findall(r"[\w.,'&/()-]+\s*|[（「『【〈《]?.", text, re.ASCII):
        hanging = size if part in _NOT_FIRST else 0
        if lines[-1] and width(lines[-1] + part.rstrip(), size) > room + hanging:
            lines.append("")
        lines[-1] += part if lines[-1] else part.lstrip()
    return [line.rstrip() for line in lines]
