"""Marking in a label what was asked for, however it is written there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from dxgraph.folding import fold, words
from dxgraph.labels.grams import is_short

#: A piece of a label, and whether it was asked for.
Part = tuple[str, bool]


def marked(label: str, asked: Sequence[str]) -> list[Part]:
    """A label in pieces, which joined are the label; the words asked for are folded.

    >>> marked("ＡＩ-ＯＣＲ等の導入", ["ocr", "導入"])
    [('ＡＩ-', False), ('ＯＣＲ', True), ('等の', False), ('導入', True)]
    """
    hits = [False] * len(label)
    missing = set(asked)
    for way in (fold, partial(fold, apart=True), _together):
        if missing:
            missing -= _mark(label, missing, way, hits)
    return _pieces(label, hits)


def _together(label: str) -> str:
    """A label folded, its words run together."""
    return fold(label).replace("_", "")


def _mark(label: str, asked: set[str], way: Callable[[str], str], hits: list[bool]) -> set[str]:
    """Note the characters that, folded in this way, are words asked for; gives those words."""
    form = way(label)
    found = {word: list(_places(form, word)) for word in asked}
    if not any(found.values()):
        return set()
    sizes = [len(way(label[:end])) for end in range(len(label) + 1)]
    for word, places in found.items():
        for at in places:
            first = max(n for n, size in enumerate(sizes) if size <= at)
            last = max(n for n, size in enumerate(sizes) if size <= at + len(word))
            while last > first and _nothing(label[last - 1]):
                last -= 1
            while first < last and _nothing(label[first]):
                first += 1
            hits[first:last] = [True] * (last - first)
    return {word for word, places in found.items() if places}


def _places(form: str, word: str) -> Iterator[int]:
    """Where a word stands in a folded label; a short one of Latin script only begins words."""
    at = form.find(word)
    while word and at >= 0:
        before = form[at - 1 : at]
        if not (is_short(word) and before.isascii() and before not in ("", "_")):
            yield at
        at = form.find(word, at + 1)


def _nothing(char: str) -> bool:
    """Whether a character is neither read nor part of what was read before it."""
    return not words(char) and char not in "ーｰﾞﾟ"


def _pieces(label: str, hits: Sequence[bool]) -> list[Part]:
    pieces: list[Part] = []
    for char, hit in zip(label, hits, strict=True):
        if pieces and pieces[-1][1] == hit:
            pieces[-1] = pieces[-1][0] + char, hit
        else:
            pieces.append((char, hit))
    return pieces
