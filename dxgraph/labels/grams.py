"""Grams: the pieces of folded labels that an index keeps, and the phrases that find them.

Every character begins a gram: of three characters where it is of Latin script or a digit, of two
otherwise. So 導入 is one gram, wherever it stands. A name is cut with a mark before it and ``$``
behind it, which makes the beginning and the whole of a name phrases as well: ``^`` before Japanese
labels, ``~`` before translations, readings and codes, whose beginnings count for less.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from dxgraph.folding import fold, has_hyphen

START, ALSO, END = "^", "~", "$"
#: Characters of grams that SQLite's tokenizer for ASCII takes for separators unless told.
SIGNS = "^~$_-.:="
#: Characters that begin a gram of three.
_THREE = frozenset(map(chr, range(128))) - {START, ALSO}
_JOINED_WORDS = 3
_LONG = 4


def forms(label: str) -> list[str]:
    """The ways to fold a label: as it is, with its hyphens parting words, and, where it is short
    and of Latin script, with its words run together; bounded.

    >>> forms("AI-OCR"), forms("AI OCR"), forms("導入")
    (['_aiocr_', '_ai_ocr_'], ['_ai_ocr_', '_aiocr_'], ['導入'])
    """
    folded = fold(label)
    found = [folded, fold(label, apart=True)] if has_hyphen(label) else [folded]
    if folded.isascii() and folded.count("_") < _JOINED_WORDS:
        found.append(folded.replace("_", ""))
    return [bounded(form) for form in dict.fromkeys(found) if form]


def bounded(folded: str, *, end: bool = True) -> str:
    """A folded text that says where its words of Latin script begin and, with ``end``, end.

    >>> bounded("ai"), bounded("ai", end=False), bounded("導入")
    ('_ai_', '_ai', '導入')
    """
    before = "_" if folded[:1].isascii() and folded else ""
    return before + folded + ("_" if end and folded[-1:].isascii() and folded else "")


def is_short(word: str) -> bool:
    """Whether a folded word is of Latin script and so short that other words hold it by chance."""
    return word.isascii() and len(word) < _LONG


def cut(names: Iterable[tuple[str, str]]) -> str:
    """The grams of some names, each with the mark before it, for an index to keep.

    >>> cut([("^", "導入"), ("~", "RPA")])
    '^導 導入 入$ $ ~_ _rp rpa pa_ a_$ _$ $'
    """
    return " ".join(" ".join(_grams(text)) for text in texts(names))


def texts(names: Iterable[tuple[str, str]]) -> list[str]:
    """The forms of some names between the marks of their beginning and end.

    >>> texts([("^", "AI-OCR"), ("~", "文字の読み取り")])
    ['^_aiocr_$', '^_ai_ocr_$', '~文字の読み取り$']
    """
    return list(dict.fromkeys(mark + form + END for mark, name in names for form in forms(name)))


def _grams(marked: str) -> Iterator[str]:
    rest = marked[1:]
    for one, two, three in zip_longest(marked, rest, rest[1:], fillvalue=""):
        yield one + two + three if one in _THREE else one + two


def _size(char: str) -> int:
    return 3 if char in _THREE else 2


def phrase(folded: str) -> str:
    """What SQLite's FTS5 is asked for a folded text inside, before or as a label.

    >>> phrase("導入支援"), phrase("ai"), phrase("^導入$")
    ('"導入 入支 支援"', '"ai" *', '"^導 導入 入$"')
    """
    grams: list[str] = []
    for at, char in enumerate(folded):
        end = at + _size(char)
        grams.append(folded[at:end])
        if end >= len(folded):
            return f'"{" ".join(grams)}"' + (" *" if end > len(folded) else "")
    return '""'
