"""Filters of the templates: names, years and JSON as pages write them."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Callable, Mapping, Sequence
from datetime import date as Day
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from dxgraph.addresses import LANGUAGES
from dxgraph.fiscal_year import FiscalYear
from dxgraph.namespaces import ID, XSD, shortened

#: Kind of statement -> what pages call it.
KINDS = {
    "printed": {"ja": "原資料の記載", "en": "printed"},
    "editorial": {"ja": "編集者の読み", "en": "editorial"},
    "inferred": {"ja": "推論", "en": "inferred"},
}
_TRUTH = {True: {"ja": "はい", "en": "yes"}, False: {"ja": "いいえ", "en": "no"}}
_FISCAL_YEAR = ID + "fiscal-year/"
_ERAS = {"令和": "Reiwa ", "平成": "Heisei ", "昭和": "Showa ", "元": "1"}
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


def local(iri: str) -> str:
    """The last part of an IRI, which names a property on pages and in their anchors.

    >>> local("https://w3id.org/dxgraph/ontology#supportsGoal")
    'supportsGoal'
    """
    return iri.rpartition("#")[2].rpartition("/")[2]


def phase(word: str, language: str) -> str:
    """The short word for a phase; one that the table lacks stands for itself.

    >>> phase("introduction", "ja"), phase("introduction", "en")
    ('導入', 'introd.')
    """
    return PHASES[word][language] if word in PHASES else word


def adds(text: str, phases: Sequence[str]) -> bool:
    """Whether a printed text says more than the words of its phases; an arrow alone does not.

    >>> adds("導入", ["introduction"]), adds("▶", ["study"]), adds("拡充検討", ["study"])
    (False, False, True)
    """
    known = {phase(word, "ja") for word in phases}
    return text not in known and any(char.isalnum() for char in text)


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


def year_head(start: int, language: str, years: str) -> tuple[str, str]:
    """A fiscal year for the head of a column: as ``era`` or ``ad`` has it, and the other way.

    >>> year_head(2024, "ja", "era"), year_head(2024, "en", "ad")
    (('令和6', '2024'), ('FY2024', 'Reiwa 6'))
    """
    fiscal = FiscalYear(start)
    era, ad = fiscal.ja.removesuffix("年度"), str(start)
    if language == "en":
        for japanese, latin in _ERAS.items():
            era = era.replace(japanese, latin)
        ad = fiscal.en
    return (era, ad) if years == "era" else (ad, era)


def year_mark(start: int, years: str) -> str:
    """A fiscal year in the fewest characters officials read.

    >>> year_mark(2024, "era"), year_mark(2024, "ad")
    ('R6', '2024')
    """
    letter, number = FiscalYear(start).era
    return f"{letter}{number}" if years == "era" else str(start)


def query(asked: Mapping[str, Sequence[str]], **changes: str | None) -> str:
    """The query string of an address with some of its parameters changed, None for taken out.

    >>> query({"town": ["24343", "24324"], "years": ["era"]}, years="ad")
    '?town=24343&town=24324&years=ad'
    """
    kept = {key: values for key, values in asked.items() if key not in changes and any(values)}
    kept |= {key: [value] for key, value in changes.items() if value is not None}
    return f"?{urlencode(kept, doseq=True)}" if kept else ""


def plain_number(text: str) -> str:
    """A number as people write it, thousands parted; as it is where it is none.

    >>> plain_number("5000.0"), plain_number("-60"), plain_number("0.5")
    ('5,000', '-60', '0.5')
    """
    try:
        number = float(text)
    except ValueError:
        return text
    return f"{number:,.0f}" if number.is_integer() else f"{number:,}"


def around(page: int, pages: int) -> list[int]:
    """The numbers of the pages near one, the first and the last.

    >>> around(5, 20)
    [1, 3, 4, 5, 6, 7, 20]
    """
    near = range(max(1, page - 2), min(pages, page + 2) + 1)
    return sorted({1, *near, pages})


def date(text: str, language: str) -> str:
    """A day, as ISO 8601 has it, as people write it.

    >>> date("2026-04-01", "ja"), date("2026-04-01", "en")
    ('2026年4月1日', '1 April 2026')
    """
    day = Day.fromisoformat(text)
    if language == "ja":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {month_name[day.month]} {day.year}"


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
    "date": date,
    "name": name,
    "kind": kind,
    "adds": adds,
    "phase": phase,
    "plain_number": plain_number,
    "query": query,
    "year": year,
    "year_head": year_head,
    "year_mark": year_mark,
    "around": around,
    "thousands": thousands,
    "size": size,
    "short": shortened,
    "data_block": data_block,
    "called": called,
    "local": local,
    "spoken": spoken,
}
