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


@pytest.mark.parametrize(
    ("text", "start"),
    [
        (" 令和 6 年度 ", 2024),
        ("令和6年度\n", 2024),
        ("\u3000２０２４\u3000年度", 2024),
        ("ＦＹ２０２４", 2024),
        ("㋿6年度", 2024),
        ("昭和元年度", 1926),
        ("S63年度", 1988),
        ("H31", 2019),
    ],
)
def test_blanks_widths_and_era_signs_do_not_hide_a_fiscal_year(text: str, start: int) -> None:
    assert FiscalYear.parse(text) == FiscalYear(start)


def test_the_refusal_of_a_calendar_year_says_how_to_write_the_fiscal_year() -> None:
    with pytest.raises(NotAFiscalYear, match="write 2024年度") as caught:
        FiscalYear.parse("令和6年")
    assert "2024年度 と書いてください" in caught.value.ja


@pytest.mark.parametrize("text", ["2024-05", "令和6年3月", "2026年3月", "令和6年度末", "4月"])
def test_a_month_or_a_part_of_a_year_is_refused(text: str) -> None:
    with pytest.raises(NotAFiscalYear):
        FiscalYear.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        " ",
        "令和年度",
        "R",
        "R123",
        "FY24",
        "20240",
        "-2024",
        "2024.0",
        "二〇二四",
        "AI-OCR",
        "大正15年度",
        "2022～2025",
        "令和6年度まで",
        "令和6年度 令和7年度",
    ],
)
def test_nonsense_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(NotAFiscalYear, match="FY2024"):
        FiscalYear.parse(text)


@pytest.mark.parametrize("text", ["令和0年度", "平成0", "昭和0年度", "昭和64年度", "平成32年度"])
def test_the_refusal_of_a_year_outside_its_era_names_the_era(text: str) -> None:
    with pytest.raises(NotAFiscalYear, match=f"{text[:2]} has no such fiscal year"):
        FiscalYear.parse(text)


@pytest.mark.parametrize("text", ["0000", "FY0000", "9999年度"])
def test_a_year_no_calendar_has_is_refused(text: str) -> None:
    with pytest.raises(NotAFiscalYear):
        FiscalYear.parse(text)


@given(st.text())
def test_any_text_is_a_fiscal_year_or_refused_as_none(text: str) -> None:
    try:
        year = FiscalYear.parse(text)
    except NotAFiscalYear:
        return
    assert year.first_day < year.last_day


@given(st.integers(1926, 2100))
def test_fiscal_years_follow_each_other_without_a_gap(start: int) -> None:
    assert (FiscalYear(start + 1).first_day - FiscalYear(start).last_day).days == 1


def test_the_first_year_of_an_era_is_written_as_gannen() -> None:
    assert [FiscalYear(year).ja for year in (1989, 2019)] == ["平成元年度", "令和元年度"]


def test_a_year_before_the_eras_is_written_by_its_gregorian_number() -> None:
    assert FiscalYear(1925).ja == "1925年度"


def test_a_printed_fiscal_year_shows_both_calendars() -> None:
    assert str(FiscalYear(2024)) == "令和6年度 (FY2024)"


def test_fiscal_years_sort_by_time() -> None:
    years = [FiscalYear.parse(text) for text in ("R6", "H30", "2021", "S63")]
    assert [year.start for year in sorted(years)] == [1988, 2018, 2021, 2024]
