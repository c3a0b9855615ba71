"""Fiscal years: the ways plans print them, and what is no fiscal year."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxgraph.errors import NotAFiscalYear
from dxgraph.fiscal_year import FiscalYear

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("令和6年度", 2024),
        ("令和 6 年度", 2024),
        ("令和６年度", 2024),
        ("令和元年度", 2019),
        ("R6", 2024),
        ("R6年度", 2024),
        ("Ｒ６年度", 2024),
        ("r.6", 2024),
        ("平成31年度", 2019),
        ("平成元年度", 1989),
        ("H29", 2017),
        ("昭和63年度", 1988),
        ("FY2024", 2024),
        ("fy 2024", 2024),
        ("2024", 2024),
        ("2024年度", 2024),
        ("２０２４年度", 2024),
    ],
)
def test_a_fiscal_year_is_read_however_it_is_printed(text: str, start: int) -> None:
    assert FiscalYear.parse(text).start == start


@pytest.mark.parametrize("text", ["令和6年", "2024年", "R6年", "平成31年", "２０２４年"])
def test_a_calendar_year_is_refused_with_the_fiscal_year_that_may_be_meant(text: str) -> None:
    with pytest.raises(NotAFiscalYear, match="calendar year") as refused:
        FiscalYear.parse(text)
    assert "年度" in refused.value.ja


@pytest.mark.parametrize(
    "text",
    ["", "年度", "令和", "令和0年度", "平成32年度", "昭和64年度", "2026年3月末", "24", "R6.5"],
)
def test_what_names_no_fiscal_year_is_refused(text: str) -> None:
    with pytest.raises(NotAFiscalYear):
        FiscalYear.parse(text)


def test_the_last_of_heisei_and_the_first_of_reiwa_are_one() -> None:
    assert FiscalYear.parse("平成31年度") == FiscalYear.parse("令和元年度")


def test_it_runs_from_april_to_march() -> None:
    year = FiscalYear(2024)
    assert (year.first_day, year.last_day) == (date(2024, 4, 1), date(2025, 3, 31))


@given(st.integers(1926, 2100))
def test_every_label_reads_back_as_the_same_year(start: int) -> None:
    year = FiscalYear(start)
    assert FiscalYear.parse(year.ja) == year
    assert FiscalYear.parse(year.en) == year
    assert FiscalYear.parse(year.ja.translate(WIDE)) == year
    assert FiscalYear.parse(str(start)) == year
