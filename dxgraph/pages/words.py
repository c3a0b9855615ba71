"""Filters of the templates: names, years and JSON as pages write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

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


def query(asked: Mapping[str, Sequence[str]], **changes: str | None) -> str:
    """The query string of an address with some of its parameters changed, None for taken out.

    >>> query({"town": ["24343", "24324"], "years": ["era"]}, years="ad")
    '?town=24343&town=24324&years=ad'
    """
    kept = {key: values for key, values in asked.items() if key not in changes and any(values)}
    kept |= {key: [value] for key, value in changes.items() if value is not None}
    return f"?{urlencode(kept, doseq=True)}" if kept else ""


def around(page: int, pages: int) -> list[int]:
    """The numbers of the pages near one, the first and the last.

    >>> around(5, 20)
    [1, 3, 4, 5, 6, 7, 20]
    """
    near = range(max(1, page - 2), min(pages, page + 2) + 1)
    return sorted({1, *near, pages})


def data_block(text: str) -> Markup:
    """JSON to stand inside a script element, where nothing in it may end the element."""
    return Markup(text.replace("<", "\\u003c"))


FILTERS: dict[str, Callable[..., Any]] = {
    "name": name,
    "kind": kind,
    "year": year,
    "query": query,
    "around": around,
    "data_block": data_block,
}
