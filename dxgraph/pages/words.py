"""Filters of the templates: names, years and JSON as pages write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from dxgraph.fiscal_year import FiscalYear
from dxgraph.namespaces import ID, PREFIXES

#: Kind of statement -> what pages call it.
KINDS = {
    "printed": {"ja": "原資料の記載", "en": "printed"},
    "editorial": {"ja": "編集者の読み", "en": "editorial"},
    "inferred": {"ja": "推論", "en": "inferred"},
}
#: Phase -> the word that fits on a bar or in a cell: its label, cut in English where that is long.
PHASES = {
    "study": {"ja": "検討", "en": "study"},
    "planning": {"ja": "計画", "en": "planning"},
    "decision": {"ja": "決定", "en": "decision"},
    "preparation": {"ja": "準備", "en": "prep."},
    "development": {"ja": "構築", "en": "develop."},
    "trial": {"ja": "試行", "en": "trial"},
    "introduction": {"ja": "導入", "en": "introd."},
    "operation": {"ja": "運用", "en": "operation"},
    "expansion": {"ja": "拡充", "en": "expansion"},
    "review": {"ja": "見直し", "en": "review"},
}


def name(thing: Mapping[str, str], language: str) -> str:
    """What a thing is called in a language."""
    return thing[language]


def kind(word: str, language: str) -> str:
    """What a kind of statement is called."""
    return KINDS[word][language]


def phase(word: str, language: str) -> str:
    """The short word for a phase; one that the table lacks stands for itself.

    >>> phase("introduction", "ja"), phase("introduction", "en")
    ('導入', 'introd.')
    """
    return PHASES[word][language] if word in PHASES else word


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


def short(iri: str) -> str:
    """An IRI with a prefix for the longest namespace it is in, ours first among those.

    >>> short("https://w3id.org/dxgraph/id/plan/24343/dx-2023"), short("https://example.org/")
    ('id:plan/24343/dx-2023', 'https://example.org/')
    """
    spaces = {"id": ID, **PREFIXES}
    fitting = [(len(space), name) for name, space in spaces.items() if iri.startswith(space)]
    return f"{max(fitting)[1]}:{iri[max(fitting)[0] :]}" if fitting else iri


def data_block(text: str) -> Markup:
    """JSON to stand inside a script element, where nothing in it may end the element."""
    return Markup(text.replace("<", "\\u003c"))


FILTERS: dict[str, Callable[..., Any]] = {
    "name": name,
    "kind": kind,
    "phase": phase,
    "year": year,
    "query": query,
    "short": short,
    "data_block": data_block,
}
