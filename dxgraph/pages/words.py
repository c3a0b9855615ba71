"""Filters of the templates: names, years and JSON as pages write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from dxgraph.addresses import LANGUAGES
from dxgraph.fiscal_year import FiscalYear
from dxgraph.namespaces import ID, PREFIXES, XSD

#: Kind of statement -> what pages call it.
KINDS = {
    "printed": {"ja": "原資料の記載", "en": "printed"},
    "editorial": {"ja": "編集者の読み", "en": "editorial"},
    "inferred": {"ja": "推論", "en": "inferred"},
}
_TRUTH = {True: {"ja": "はい", "en": "yes"}, False: {"ja": "いいえ", "en": "no"}}
_FISCAL_YEAR = ID + "fiscal-year/"


def name(thing: Mapping[str, str], language: str) -> str:
    """What a thing is called in a language."""
    return thing[language]


def kind(word: str, language: str) -> str:
    """What a kind of statement is called."""
    return KINDS[word][language]


def local(iri: str) -> str:
    """The last part of an IRI, which names a property on pages and in their anchors.

    >>> local("https://w3id.org/dxgraph/ontology#supportsGoal")
    'supportsGoal'
    """
    return iri.rpartition("#")[2].rpartition("/")[2]


def prefixed(iri: str) -> str:
    """An IRI as addresses of our own write it: ``dxo:fiscalYear``."""
    for prefix, space in PREFIXES.items():
        if iri.startswith(space):
            return f"{prefix}:{iri.removeprefix(space)}"
    return iri


def year(start: int | str, language: str) -> str:
    """A fiscal year with its era, as officials write it.

    >>> year(2024, "ja"), year("2024", "en")
    ('令和6年度', 'FY2024')
    """
    fiscal = FiscalYear(int(start))
    return fiscal.ja if language == "ja" else fiscal.en


def called(thing: Mapping[str, str], language: str) -> str:
    """A thing's name; of a fiscal year, with its Gregorian year as well.

    >>> it = "https://w3id.org/dxgraph/id/fiscal-year/2024"
    >>> called({"iri": it, "ja": "令和6年度", "en": "FY2024"}, "ja")
    '令和6年度 (2024)'
    """
    said = thing[language]
    start = thing["iri"].removeprefix(_FISCAL_YEAR)
    return f"{said} ({start})" if start.isdecimal() and start not in said else said


def literal(value: Mapping[str, str], language: str) -> str:
    """A literal as people write it: truth in words, dates by year, month and day.

    >>> literal({"text": "false", "datatype": XSD + "boolean"}, "ja")
    'いいえ'
    >>> literal({"text": "2023-02", "datatype": XSD + "gYearMonth"}, "ja")
    '2023年2月'
    """
    text, kind = value["text"], value["datatype"].removeprefix(XSD)
    if kind == "boolean":
        return _TRUTH[text == "true"][language]
    if language == "ja" and kind in ("date", "gYearMonth", "gYear"):
        parts = zip(text.split("-"), "年月日", strict=False)
        return "".join(f"{int(part)}{unit}" for part, unit in parts)
    return text


def spoken(values: list[dict[str, str]], language: str) -> list[dict[str, str]]:
    """Values without texts in another language, where there are texts in this one."""
    spoken = {value["language"] for value in values if value.get("language") in LANGUAGES}
    if language not in spoken:
        return values
    return [value for value in values if value.get("language", language) in (language, "")]


def data_block(text: str) -> Markup:
    """JSON to stand inside a script element, where nothing in it may end the element."""
    return Markup(text.replace("<", "\\u003c"))


FILTERS: dict[str, Callable[..., Any]] = {
    "name": name,
    "kind": kind,
    "year": year,
    "data_block": data_block,
    "called": called,
    "literal": literal,
    "local": local,
    "prefixed": prefixed,
    "spoken": spoken,
}
