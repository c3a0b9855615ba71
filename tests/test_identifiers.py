"""Identifiers: made of what is printed, ASCII, the same tomorrow."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dxgraph import identifiers
from dxgraph.errors import BadIdentifier
from dxgraph.identifiers import PLACES
from dxgraph.namespaces import ID

SLUGS = st.from_regex(r"[a-z0-9]{1,4}(-[a-z0-9]{1,3})?", fullmatch=True)
YEARS = st.integers(1926, 2100).map(str)
PLAN = "plan/24343/dx-2023"
PILLAR = f"{PLAN}/pillar/2"


@st.composite
def nodes(draw: st.DrawFn) -> tuple[str, str | None, int]:
    """A key with the name and position a node under it may have."""
    key = draw(st.sampled_from(sorted(PLACES)))
    by = PLACES[key].by
    name = None if by is None else draw(YEARS if by == "year" else SLUGS)
    return key, name, draw(st.integers(1, 50))


@pytest.mark.parametrize(
    ("code", "digit"),
    [
        ("24343", "4"),
        ("24324", "8"),
        ("24461", "9"),
        ("23208", "4"),
        ("43367", "5"),
        ("24000", "1"),
        ("23000", "6"),
        ("43000", "5"),
    ],
)
def test_the_check_digit_is_the_ministrys(code: str, digit: str) -> None:
    assert identifiers.check_digit(code) == digit


def test_a_six_digit_code_names_the_same_municipality() -> None:
    assert identifiers.municipality("243434") == identifiers.municipality("24343")


@pytest.mark.parametrize("code", ["243435", "2434", "24343a", "２４３４３", "", "2434344"])
def test_a_code_that_cannot_be_is_refused(code: str) -> None:
    with pytest.raises(BadIdentifier):
        identifiers.municipality(code)


@pytest.mark.parametrize(
    ("parent", "key", "name", "position", "expected"),
    [
        ("plan/1/dx", "pillars", "2", 1, "plan/1/dx/pillar/2"),
        ("plan/1/dx/pillar/2", "subPillars", "2-1", 1, "plan/1/dx/pillar/2-1"),
        ("plan/1/dx/pillar/2", "measures", "2-2", 5, "plan/1/dx/measure/2-2"),
        ("plan/1/dx/measure/2-2", "activities", None, 3, "plan/1/dx/measure/2-2/activity/3"),
        ("plan/1/dx/measure/2-2/activity/1", "schedule", "2024", 9, None),
        ("plan/1/dx/measure/2-2/activity/1", "reports", "2024", 9, None),
        ("plan/1/dx", "period", None, 1, "plan/1/dx/period"),
        ("plan/1/dx", "citations", None, 7, "plan/1/dx/citation/7"),
    ],
)
def test_a_nested_thing_is_named_by_parent_and_place(
    parent: str, key: str, name: str | None, position: int, expected: str | None
) -> None:
    found = identifiers.nested(parent, key, name, position)
    ending = "report/2024" if key == "reports" else "2024"
    assert found == (expected or f"{parent}/{ending}")


@pytest.mark.parametrize("key", [key for key, place in PLACES.items() if place.by])
def test_a_thing_named_by_a_key_needs_that_key(key: str) -> None:
    with pytest.raises(BadIdentifier, match="needs"):
        identifiers.nested("plan/1/dx", key, None, 1)


def test_a_thing_under_any_other_key_needs_an_id() -> None:
    with pytest.raises(BadIdentifier, match="needs an id"):
        identifiers.nested("plan/1/dx", "adoptedBy", None, 1)


@given(st.sampled_from(sorted(PLACES)), SLUGS, st.integers(1, 50))
def test_an_identifier_is_ascii_and_the_same_each_time(key: str, name: str, place: int) -> None:
    first = identifiers.nested("plan/24343/dx-2023", key, name, place)
    assert first.isascii()
    assert first == identifiers.nested("plan/24343/dx-2023", key, name, place)
    assert identifiers.absolute(first).startswith("https://w3id.org/dxgraph/id/plan/24343/")


@given(SLUGS, SLUGS)
def test_two_names_never_give_one_identifier(one: str, other: str) -> None:
    assume(one != other)
    parent = "plan/24343/dx-2023/measure/2-2/activity/1"
    for key in ("schedule", "reports", "measures"):
        found = {identifiers.nested(parent, key, name, 1) for name in (one, other)}
        assert len(found) == 2


@given(st.text(min_size=1))
def test_a_slug_is_what_it_was_or_is_refused(text: str) -> None:
    try:
        made = identifiers.slug(text)
    except BadIdentifier:
        return
    assert made == text
    assert made.isascii()


@pytest.mark.parametrize("text", ["計画/1", "plan", "plan//1", "../plan/1", "plan/a b", ""])
def test_what_is_no_relative_identifier_is_refused(text: str) -> None:
    with pytest.raises(BadIdentifier):
        identifiers.absolute(text)


@given(st.from_regex(r"[0-9]{5}", fullmatch=True))
def test_a_check_digit_is_one_digit(code: str) -> None:
    assert re.fullmatch("[0-9]", identifiers.check_digit(code))


@pytest.mark.parametrize("code", ["2434", "243434", "2434a", "２４３４３", "", "24343\n", "-2434"])
def test_a_check_digit_needs_five_half_width_digits(code: str) -> None:
    with pytest.raises(BadIdentifier, match="five half-width digits"):
        identifiers.check_digit(code)


def test_a_wrong_check_digit_is_refused_and_the_right_one_told() -> None:
    with pytest.raises(BadIdentifier, match="the check digit should be 4"):
        identifiers.municipality("243435")


@pytest.mark.parametrize("code", ["24343434", "朝日町", "24343４", "24343\n"])
def test_a_code_of_another_length_or_script_names_no_municipality(code: str) -> None:
    with pytest.raises(BadIdentifier):
        identifiers.municipality(code)


@pytest.mark.parametrize("text", ["2-2", "1.10", "ai-ocr", "2024", "a", "kikaku-joho", "1-1.2"])
def test_a_slug_is_lower_case_digits_and_single_marks(text: str) -> None:
    assert identifiers.slug(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "A", "2--2", "-2", "2-", "2..2", ".", "..", "a b", "a/b", "a_b", "２-２", "柱", "a\n"],
)
def test_a_text_that_cannot_be_a_path_segment_is_refused(text: str) -> None:
    with pytest.raises(BadIdentifier, match="cannot be part of an identifier"):
        identifiers.slug(text)


@pytest.mark.parametrize(
    ("key", "name", "expected"),
    [
        ("period", None, f"{PILLAR}/period"),
        ("pillars", "3", f"{PLAN}/pillar/3"),
        ("subPillars", "2-1", f"{PLAN}/pillar/2-1"),
        ("measures", "2-2", f"{PLAN}/measure/2-2"),
        ("activities", None, f"{PILLAR}/activity/7"),
        ("schedule", "2024", f"{PILLAR}/2024"),
        ("reports", "2024", f"{PILLAR}/report/2024"),
        ("indicators", None, f"{PILLAR}/indicator/7"),
        ("baseline", None, f"{PILLAR}/baseline"),
        ("targets", None, f"{PILLAR}/target/7"),
        ("citations", None, f"{PILLAR}/citation/7"),
        ("anomalies", None, f"{PILLAR}/anomaly/7"),
        ("pastInitiatives", None, f"{PILLAR}/past-initiative/7"),
        ("governance", None, f"{PILLAR}/governance/7"),
        ("goals", "9", f"{PILLAR}/goal/9"),
        ("uncited", None, f"{PILLAR}/uncited/7"),
    ],
)
def test_a_thing_under_each_key_is_named_as_its_place_says(
    key: str, name: str | None, expected: str
) -> None:
    assert identifiers.nested(PILLAR, key, name, 7) == expected


@pytest.mark.parametrize("key", sorted(PLACES))
def test_every_key_that_makes_identifiers_makes_one_below_its_plan(key: str) -> None:
    name = "2024" if PLACES[key].by else None
    made = identifiers.absolute(identifiers.nested(PILLAR, key, name, 1))
    assert made.startswith(f"{ID}{PLAN}/")


def test_a_measure_keeps_its_identifier_when_its_pillar_is_split() -> None:
    split = f"{PLAN}/pillar/2-b"
    before = identifiers.nested(PILLAR, "measures", "2-2", 1)
    assert identifiers.nested(split, "measures", "2-2", 5) == before


@pytest.mark.parametrize("name", ["２-２", "施策1", "Ⅱ"])
def test_a_name_that_is_not_ascii_makes_no_identifier(name: str) -> None:
    with pytest.raises(BadIdentifier):
        identifiers.nested(PILLAR, "measures", name, 1)


@given(nodes(), nodes())
def test_two_things_of_one_parent_never_share_an_identifier(
    one: tuple[str, str | None, int], other: tuple[str, str | None, int]
) -> None:
    def said(node: tuple[str, str | None, int]) -> tuple[identifiers.Place, str | int | None]:
        key, name, position = node
        place = PLACES[key]
        if place.single:
            return place, None
        return place, name if place.by else position

    assume(said(one) != said(other))
    assert identifiers.nested(PILLAR, *one) != identifiers.nested(PILLAR, *other)


@pytest.mark.parametrize("iri", ["http://metadata.un.org/sdg/9", "https://example.org/a#b"])
def test_an_absolute_iri_stays_as_it_is(iri: str) -> None:
    assert identifiers.absolute(iri) == iri


@pytest.mark.parametrize(
    "text",
    [
        "/municipality/1",
        "municipality/",
        "urn:x:y",
        "file:///etc/passwd",
        "//example.org/x",
        "a/b?c",
        "a/b#c",
        "_:b1",
        "a/b\n",
        "plan/../municipality/1",
        "./plan/1",
        "plan/1/.",
    ],
)
def test_a_text_that_could_lead_elsewhere_is_no_relative_identifier(text: str) -> None:
    with pytest.raises(BadIdentifier, match="is no identifier"):
        identifiers.absolute(text)


@pytest.mark.parametrize(
    "iri", ["http://example.org/a b", "https://", "http://例え.jp/", "http://a/<b>", "http://a/\n"]
)
def test_an_absolute_iri_that_is_none_is_refused(iri: str) -> None:
    with pytest.raises(BadIdentifier):
        identifiers.absolute(iri)
