"""Codes of local governments: every municipality is found, and what is none is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from dxgraph import codes
from dxgraph.errors import BadIdentifier, UnknownCode


@pytest.fixture
def fresh() -> Iterator[None]:
    """The table is read again in the test and after it."""
    codes._table.cache_clear()
    yield
    codes._table.cache_clear()


def test_the_table_holds_every_municipality() -> None:
    assert len(codes._table()) == 1741


def test_every_municipality_has_a_name_and_a_reading_in_hiragana() -> None:
    odd = [
        town
        for town in codes._table().values()
        if not town.name or not re.fullmatch("[ぁ-ゖー・]+", town.reading)
    ]
    assert odd == []


def test_a_code_of_six_digits_is_that_of_five() -> None:
    assert codes.find("242055") == codes.find("24205")


def test_a_town_tells_its_check_digit() -> None:
    assert codes.find("24205").code6 == "242055"


def test_a_wrong_check_digit_is_refused() -> None:
    with pytest.raises(BadIdentifier, match="the check digit should be 5"):
        codes.find("242054")


@pytest.mark.parametrize("code", ["24", "24000", "240001"])
def test_a_prefecture_is_refused_as_one(code: str) -> None:
    with pytest.raises(BadIdentifier, match="is the code of a prefecture") as caught:
        codes.find(code)
    assert "都道府県の計画のひな形はありません" in caught.value.ja


@pytest.mark.parametrize("code", ["", "2420", "2420555", "２４２０５", "kuwana"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(BadIdentifier):
        codes.find(code)


def test_an_unknown_code_is_refused_with_the_nearest_of_its_prefecture() -> None:
    with pytest.raises(UnknownCode) as caught:
        codes.find("24342")
    near = re.findall(r"(\d{5}) \S+町", caught.value.en.partition("nearest")[2])
    assert len(near) == 3
    assert all(code.startswith("24") for code in near)
    assert "24343 朝日町" in caught.value.ja


def test_a_code_of_no_prefecture_is_refused_with_the_range() -> None:
    with pytest.raises(UnknownCode, match="01 to 47"):
        codes.find("48201")


@pytest.mark.usefixtures("fresh")
def test_without_the_table_a_town_has_its_code_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "files", missing)
    assert codes.find("24205") == codes.Town("24205")


@pytest.mark.usefixtures("fresh")
def test_a_table_of_another_package_is_not_taken_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Other:
        name = "data.csv"

        def locate(self) -> Path:
            path = tmp_path / "data.csv"
            path.write_text("code,city\n242055,桑名市\n", encoding="utf-8")
            return path

    monkeypatch.setattr(metadata, "files", lambda name: [Other()])
    assert codes.find("24205").name == ""
