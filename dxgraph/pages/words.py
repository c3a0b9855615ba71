"""Filters of the templates: names, years and JSON as pages write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from dxgraph.fiscal_year import FiscalYear

#: Kind of statement -> what pages call it.
KINDS = {
    "printed": {"ja": "原資料の記載", "en": "printed"},
    "editorial": {"ja": "編集者の読み", "en": "editorial"},
    "inferred": {"ja": "推論", "en": "inferred"},
}


def name(thing: Mapping[str, str], language: str) -> str:
    """What a thing is called in a language."""
    return thing[language]


def kind(word: str, language: str) -> str:
    """What a kind of statement is called."""
    return KINDS[word][language]


def year(start: int | str, language: str) -> str:
    """A fiscal year with its era, as officials write it.

    >>> year(2024, "ja"), year("2024", "en")
    ('令和6年度', 'FY2024')
    """
    fiscal = FiscalYear(int(start))
    return fiscal.ja if language == "ja" else fiscal.en


def thousands(number: int) -> str:
    """A whole number, its digits in threes.

    >>> thousands(26692)
    '26,692'
    """
    return f"{number:,}"


def size(number: int) -> str:
    """A size in bytes as people read it.

    >>> size(305106), size(512)
    ('298 KiB', '512 B')
    """
    amount, units = float(number), ["B", "KiB", "MiB", "GiB"]
    while amount >= 1024 and len(units) > 1:
        amount, units = amount / 1024, units[1:]
    return f"{amount:.1f} {units[0]}" if units[0] in ("MiB", "GiB") else f"{amount:.0f} {units[0]}"


def data_block(text: str) -> Markup:
    """JSON to stand inside a script element, where nothing in it may end the element."""
    return Markup(text.replace("<", "\\u003c"))


FILTERS: dict[str, Callable[..., Any]] = {
    "name": name,
    "kind": kind,
    "year": year,
    "thousands": thousands,
    "size": size,
    "data_block": data_block,
}
