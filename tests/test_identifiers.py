"""Identifiers: made of what is printed, ASCII, the same tomorrow."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dxgraph import identifiers
from dxgraph.errors import BadIdentifier
from dxgraph.identifiers import PLACES

SLUGS = st.from_regex(r"[a-z0-9]{1,4}(-[a-z0-9]{1,3})?", fullmatch=True)


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
