"""What a matrix writes into narrow columns, and what it reads out for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dxgraph.fiscal_year import FiscalYear

#: English letters of phases whose first two are not theirs alone.
_LETTERS = {"decision": "Dc", "development": "Dv"}


def letter(phase: Mapping[str, Any], language: str) -> str:
    """The sign that stands for a phase beside its colour: one character, or two letters.

    >>> letter({"id": "introduction", "ja": "導入", "en": "introduction"}, "ja")
    '導'
    >>> letter({"id": "decision", "ja": "決定", "en": "decision"}, "en")
    'Dc'
    """
    if language == "ja":
        return str(phase["ja"][:1])
    return _LETTERS.get(phase["id"], str(phase["en"][:2]).capitalize())


def column_year(start: int | str, years: str) -> str:
    """A fiscal year at the head of a narrow column: by era, or Gregorian (``ad``).

    >>> column_year(2024, "era"), column_year(2024, "ad")
    ('R6', '2024')
    """
    return FiscalYear(int(start)).short if years == "era" else str(start)


def whole_year(start: int | str, years: str, language: str) -> str:
    """A fiscal year in a sentence.

    >>> whole_year(2024, "era", "ja"), whole_year(2024, "ad", "ja"), whole_year(2024, "era", "en")
    ('令和6年度', '2024年度', 'FY2024 (R6)')
    """
    fiscal = FiscalYear(int(start))
    if language == "ja":
        return fiscal.ja if years == "era" else f"{fiscal.start}年度"
    return f"{fiscal.en} ({fiscal.short})" if years == "era" else fiscal.en


def by_id(phases: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Phases by their local names."""
    return {phase["id"]: phase for phase in phases}


FILTERS: dict[str, Callable[..., Any]] = {
    "letter": letter,
    "column_year": column_year,
    "whole_year": whole_year,
    "by_id": by_id,
}
