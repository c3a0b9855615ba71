"""Marking in a label what was asked for, however it is written there."""

from __future__ import annotations

from collections.abc import Sequence

from dxgraph.folding import words

#: A piece of a label, and whether it was asked for.
Part = tuple[str, bool]


def marked(label: str, asked: Sequence[str]) -> list[Part]:
    """A label in pieces, which joined are the label; the words asked for are folded.

    >>> marked("ＡＩ-ＯＣＲ等の導入", ["aiocr", "導入"])
    [('ＡＩ-ＯＣＲ', True), ('等の', False), ('導入', True)]
    """
    hits = [False] * len(label)
    for joint in ("_", ""):
        if not any(hits):
            _mark(label, joint, asked, hits)
    return _pieces(label, hits)


def _mark(label: str, joint: str, asked: Sequence[str], hits: list[bool]) -> None:
    """Note the characters that, folded and with words joined so, are what was asked for."""
    form = joint.join(words(label))
    sizes = [len(joint.join(words(label[:end]))) for end in range(len(label) + 1)]
    for word in filter(None, asked):
        at = form.find(word)
        while at >= 0:
            first = max(n for n, size in enumerate(sizes) if size <= at)
            last = max(n for n, size in enumerate(sizes) if size <= at + len(word))
            while last > first and _nothing(label[last - 1]):
                last -= 1
            while first < last and _nothing(label[first]):
                first += 1
            hits[first:last] = [True] * (last - first)
            at = form.find(word, at + len(word))


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
