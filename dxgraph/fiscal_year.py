"""Japanese fiscal years: 年度 N runs from 1 April of year N to 31 March of N+1.

A plan prints them as 令和6年度, R6年度, 2024年度 or FY2024. A calendar year (令和6年, 2026年3月) is
another thing and is refused, because taking one for the other moves a target by a year.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date

from dxgraph.errors import NotAFiscalYear

#: Era letter -> (Japanese name, offset to the Gregorian year, first and last fiscal year).
ERAS = {
    "S": ("昭和", 1925, 1926, 1988),
    "H": ("平成", 1988, 1989, 2019),
    "R": ("令和", 2018, 2019, 9999),
}
_LETTER = {name: letter for letter, (name, *_) in ERAS.items()}
_ERA = re.compile(r"(昭和|平成|令和|[SHR])\.?\s*(元|\d{1,2})\s*(年度|年)?", re.IGNORECASE)
_GREGORIAN = re.compile(r"(?:FY\s*)?(\d{4})\s*(年度|年)?", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class FiscalYear:
    """One fiscal year, known by the Gregorian year it starts in.

    >>> FiscalYear.parse("令和6年度").start
    2024
    >>> FiscalYear.parse("平成31年度") == FiscalYear.parse("令和元年度")
    True
    >>> FiscalYear.parse("令和6年")
    Traceback (most recent call last):
    dxgraph.errors.NotAFiscalYear: '令和6年' is a calendar year, which touches two fiscal years; ...
    """

    start: int

    @classmethod
    def parse(cls, text: str) -> FiscalYear:
        """The fiscal year a text names: 令和6年度, R6, FY2024, 2024, any width of digits.

        Raises NotAFiscalYear for anything else, above all for calendar years.
        """
        folded = unicodedata.normalize("NFKC", text).strip()
        if match := _ERA.fullmatch(folded):
            era, number, unit = match.groups()
            start = cls._from_era(_LETTER.get(era, era.upper()), number, text)
        elif match := _GREGORIAN.fullmatch(folded):
            start, unit = int(match[1]), match[2]
        else:
            raise NotAFiscalYear(
                f"'{text}' names no fiscal year; write it as 2024, FY2024 or 令和6年度",
                f"「{text}」は年度として読めません。2024、FY2024、令和6年度 のように書いてください",
            )
        if unit == "年":
            raise NotAFiscalYear(
                f"'{text}' is a calendar year, which touches two fiscal years; "
                f"write {start}年度 if the year beginning in April {start} is meant",
                f"「{text}」は暦年で、二つの年度にまたがります。"
                f"{start}年4月に始まる年度なら {start}年度 と書いてください",
            )
        if not MINYEAR <= start < MAXYEAR:
            raise NotAFiscalYear(
                f"'{text}' is beyond the calendar; write it as 2024, FY2024 or 令和6年度",
                f"「{text}」は暦にない年です。2024、FY2024、令和6年度 のように書いてください",
            )
        return cls(start)

    @staticmethod
    def _from_era(letter: str, number: str, text: str) -> int:
        name, offset, first, last = ERAS[letter]
        start = offset + (1 if number == "元" else int(number))
        if not first <= start <= last:
            raise NotAFiscalYear(
                f"'{text}': {name} has no such fiscal year",
                f"「{text}」: {name}にその年度はありません",
            )
        return start

    @property
    def first_day(self) -> date:
        """1 April of the start year."""
        return date(self.start, 4, 1)

    @property
    def last_day(self) -> date:
        """31 March of the following year."""
        return date(self.start + 1, 3, 31)

    @property
    def era(self) -> tuple[str, int]:
        """Letter and number of its era, the new one where a year has two; no letter before 1926.

        >>> FiscalYear(2024).era
        ('R', 6)
        """
        for letter, (_, offset, first, _) in reversed(ERAS.items()):
            if self.start >= first:
                return letter, self.start - offset
        return "", self.start

    @property
    def ja(self) -> str:
        """The era label: the new era's name where a year has two.

        >>> FiscalYear(2019).ja, FiscalYear(2018).ja
        ('令和元年度', '平成30年度')
        """
        letter, number = self.era
        name = ERAS[letter][0] if letter else ""
        return f"{name}{'元' if letter and number == 1 else number}年度"

    @property
    def short(self) -> str:
        """The era label for narrow columns, as officials abbreviate it.

        >>> FiscalYear(2024).short, FiscalYear(2019).short, FiscalYear(2018).short
        ('R6', 'R元', 'H30')
        """
        for letter, (_, offset, first, _) in reversed(ERAS.items()):
            if self.start >= first:
                number = self.start - offset
                return f"{letter}{'元' if number == 1 else number}"
        return str(self.start)

    @property
    def en(self) -> str:
        """``FY2024``."""
        return f"FY{self.start}"

    def __str__(self) -> str:
        return f"{self.ja} ({self.en})"
