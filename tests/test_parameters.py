"""What people type for a parameter, and the terms it is taken for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from dxgraph import parameters
from dxgraph.catalog import Parameter, SavedQuery, Term
from dxgraph.errors import AmbiguousValue, BadParameter, NotAFiscalYear, UnknownValue
from dxgraph.namespaces import ID, XSD
from dxgraph.parameters import fold, names, resolve
from dxgraph.session import Graph
from dxgraph.store import Store

AI_OCR = ox.NamedNode(ID + "technology/ai-ocr")
TOIN = ox.NamedNode(ID + "municipality/24324")
INTEGER = ox.NamedNode(XSD + "integer")

Take = Callable[[str, object], Term]


@pytest.fixture
def take(graph: Graph) -> Take:
    """What a value is taken for, by a parameter of the type given."""

    def taken(kind: str, value: object) -> Term:
        saved = asked(Parameter("x", kind, {"ja": "値", "en": "Value"}))
        return resolve(graph.store, saved, {"x": value})["x"]

    return taken


def asked(*parameters: Parameter) -> SavedQuery:
    """A query with these parameters and nothing else."""
    said = {"ja": "問い", "en": "Question?"}
    return SavedQuery("asked", Path("asked.rq"), said, said, said, said, "", (), parameters)


# Things by their names


@pytest.mark.parametrize(
    "value",
    [
        "AI-OCR",
        "ＡＩ－ＯＣＲ",
        "ai ocr",
        "ai-ocr",
        "AI\u3000OCR",
        "technology/ai-ocr",
        AI_OCR.value,
    ],
)
def test_a_technology_is_known_by_any_spelling_of_its_name(take: Take, value: str) -> None:
    assert take("technology", value) == AI_OCR


@pytest.mark.parametrize("value", ["24324", "municipality/24324", TOIN.value])
def test_an_identifier_is_known_without_reading_the_names_of_all(
    graph: Graph, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    def none(store: Store, kind: str) -> list[tuple[str, str, bool]]:
        raise AssertionError(kind)

    monkeypatch.setattr(parameters, "names", none)
    saved = asked(Parameter("x", "municipality", {"ja": "値", "en": "Value"}))
    assert resolve(graph.store, saved, {"x": value})["x"] == TOIN


@pytest.mark.parametrize("value", ["AI‐OCR", "AI‑OCR", "AI–OCR", "AI−OCR", "AI—OCR"])
def test_a_technology_is_known_whatever_the_hyphen(take: Take, value: str) -> None:
    assert take("technology", value) == AI_OCR


@pytest.mark.parametrize("value", ["朝日", "東員"])
def test_part_of_a_name_is_not_taken_for_the_name(take: Take, value: str) -> None:
    with pytest.raises(UnknownValue):
        take("municipality", value)


@pytest.mark.parametrize(
    "value",
    ["東員町", "24324", "243248", "２４３２４", "toin town", "TOIN TOWN", "municipality/24324"],
)
def test_a_municipality_is_known_by_name_and_by_code(take: Take, value: str) -> None:
    assert take("municipality", value) == TOIN


def test_a_municipality_is_known_by_its_iri(take: Take) -> None:
    assert take("municipality", TOIN.value) == TOIN


def test_a_code_may_be_a_number(take: Take) -> None:
    assert take("municipality", 24324) == TOIN


def test_a_phase_is_known_by_its_english_name(take: Take) -> None:
    assert take("phase", "introduction") == ox.NamedNode(ID + "phase/introduction")


def test_a_name_of_another_kind_of_thing_is_unknown(take: Take) -> None:
    with pytest.raises(UnknownValue):
        take("technology", "東員町")


def test_an_iri_that_is_not_in_the_graph_is_unknown(take: Take) -> None:
    with pytest.raises(UnknownValue):
        take("municipality", ID + "municipality/99999")


def test_an_unknown_value_is_answered_with_the_nearest_labels(take: Take) -> None:
    with pytest.raises(UnknownValue, match=r"'AI-OCRR' names nothing.*nearest: .*AI-OCR") as caught:
        take("technology", "AI-OCRR")
    assert "AI-OCR" in caught.value.nearest


def test_the_nearest_labels_are_named_in_japanese_too(take: Take) -> None:
    with pytest.raises(UnknownValue) as caught:
        take("municipality", "東員")
    assert caught.value.in_language("ja") == (
        "x: 「東員」はグラフにありません。近いもの: " + ", ".join(caught.value.nearest)
    )
    assert caught.value.nearest[0] == "東員町"


def test_no_more_than_five_nearest_labels_are_named(take: Take) -> None:
    with pytest.raises(UnknownValue) as caught:
        take("technology", "シス")
    assert 0 < len(caught.value.nearest) <= 5


def test_a_value_like_nothing_at_all_is_refused_with_a_dash(take: Take) -> None:
    with pytest.raises(UnknownValue, match=r"nearest: -$"):
        take("municipality", "§§§§§§§§")


def test_a_label_several_towns_have_is_answered_with_the_candidates(take: Take) -> None:
    with pytest.raises(AmbiguousValue, match="'総務課' names several") as caught:
        take("department", "総務課")
    assert "24324/somu" in str(caught.value)
    assert "24343/somu" in str(caught.value)


def test_the_candidates_are_named_in_japanese_too(take: Take) -> None:
    with pytest.raises(AmbiguousValue) as caught:
        take("department", "総務課")
    assert "「総務課」は複数あります" in caught.value.in_language("ja")
    assert "24343/somu" in caught.value.in_language("ja")


def test_every_candidate_of_an_ambiguous_label_can_be_written(take: Take) -> None:
    with pytest.raises(AmbiguousValue) as caught:
        take("department", "総務課")
    for candidate in str(caught.value).rpartition(": ")[2].split(", "):
        assert take("department", candidate) == ox.NamedNode(ID + "department/" + candidate)


@pytest.mark.parametrize(
    "kind",
    ["technology", "municipality", "department", "plan", "phase", "national-plan", "item"],
)
def test_the_graph_has_names_for_every_kind_of_thing(graph: Graph, kind: str) -> None:
    assert names(graph.store, kind)


@pytest.mark.parametrize(
    "kind",
    ["technology", "municipality", "department", "plan", "phase", "national-plan", "item"],
)
def test_every_thing_is_known_by_its_iri(graph: Graph, take: Take, kind: str) -> None:
    for iri in {thing for thing, _, _ in names(graph.store, kind)}:
        assert take(kind, iri) == ox.NamedNode(iri)


@pytest.mark.parametrize(
    "kind",
    ["technology", "municipality", "department", "plan", "phase", "national-plan", "item"],
)
def test_every_thing_is_known_by_its_short_name(graph: Graph, take: Take, kind: str) -> None:
    for iri in {thing for thing, _, _ in names(graph.store, kind)}:
        assert take(kind, iri.removeprefix(ID).partition("/")[2]) == ox.NamedNode(iri)


@pytest.mark.parametrize("kind", ["technology", "municipality", "phase", "item"])
def test_every_label_of_a_vocabulary_names_one_thing(graph: Graph, kind: str) -> None:
    meant: dict[str, set[str]] = {}
    for thing, name, _ in names(graph.store, kind):
        meant.setdefault(fold(name), set()).add(thing)
    assert {name: things for name, things in meant.items() if len(things) > 1} == {}


# Values


@pytest.mark.parametrize(
    "value",
    [
        "令和6年度",
        "令和６年度",
        "R6",
        "r6",
        "R6年度",
        "FY2024",
        "2024",
        "２０２４",
        "2024年度",
        2024,
    ],
)
def test_a_fiscal_year_becomes_the_year_it_starts_in(take: Take, value: object) -> None:
    assert take("fiscal-year", value) == ox.Literal("2024", datatype=INTEGER)


@pytest.mark.parametrize("value", ["令和6年", "2024年", "R6年", "2024年3月"])
def test_a_calendar_year_is_refused(take: Take, value: str) -> None:
    with pytest.raises(NotAFiscalYear):
        take("fiscal-year", value)


def test_a_refused_calendar_year_is_told_what_to_write(take: Take) -> None:
    with pytest.raises(NotAFiscalYear) as caught:
        take("fiscal-year", "令和6年")
    assert "2024年度" in caught.value.in_language("ja")


@pytest.mark.parametrize(
    ("value", "number"),
    [("12", "12"), ("１２", "12"), (" 12 ", "12"), ("-3", "-3"), ("+007", "7"), ("－３", "-3")],
)
def test_an_integer_is_read_in_any_width(take: Take, value: str, number: str) -> None:
    assert take("integer", value) == ox.Literal(number, datatype=INTEGER)


@pytest.mark.parametrize("value", ["twelve", "1.5", "1,000", "十二", "1" * 30, "--1"])
def test_what_is_no_integer_is_refused(take: Take, value: str) -> None:
    with pytest.raises(BadParameter, match=f"x: '{value}' is not a whole number"):
        take("integer", value)


def test_zero_is_a_value(take: Take) -> None:
    assert take("integer", 0) == ox.Literal("0", datatype=INTEGER)


@pytest.mark.parametrize("value", ["true", "TRUE", "True", "1", "yes", True])
def test_yes_in_any_spelling_is_true(take: Take, value: object) -> None:
    assert take("boolean", value) == ox.Literal(True)


@pytest.mark.parametrize("value", ["false", "FALSE", "0", "no", False])
def test_no_in_any_spelling_is_false(take: Take, value: object) -> None:
    assert take("boolean", value) == ox.Literal(False)


@pytest.mark.parametrize("value", ["ｔｒｕｅ", "１", " true "])
def test_a_boolean_is_read_in_any_width(take: Take, value: str) -> None:
    assert take("boolean", value) == ox.Literal(True)


@pytest.mark.parametrize("value", ["maybe", "2", "はい"])
def test_what_is_neither_true_nor_false_is_refused(take: Take, value: str) -> None:
    with pytest.raises(BadParameter) as caught:
        take("boolean", value)
    assert caught.value.in_language("ja") == f"x: 「{value}」はtrue か falseではありません"


@pytest.mark.parametrize("value", ["2-2", " 2-2 ", "ＡＩ", '"', "\\"])
def test_a_text_is_taken_as_it_is(take: Take, value: str) -> None:
    assert take("text", value) == ox.Literal(value)


@pytest.mark.parametrize("value", [None, ""])
def test_an_empty_value_is_none(graph: Graph, value: object) -> None:
    saved = asked(Parameter("x", "text", {"ja": "値", "en": "Value"}))
    assert resolve(graph.store, saved, {"x": value}) == {}


def test_a_default_stands_in_for_a_value_not_given(graph: Graph) -> None:
    saved = asked(Parameter("x", "boolean", {"ja": "値", "en": "Value"}, default="false"))
    assert resolve(graph.store, saved, {}) == {"x": ox.Literal(False)}


def test_a_value_given_goes_before_the_default(graph: Graph) -> None:
    saved = asked(Parameter("x", "boolean", {"ja": "値", "en": "Value"}, default="false"))
    assert resolve(graph.store, saved, {"x": "true"}) == {"x": ox.Literal(True)}


def test_an_unknown_parameter_is_refused_by_the_query(graph: Graph) -> None:
    with pytest.raises(BadParameter, match="has no parameter 'colour'"):
        graph.query("plans", colour="red")


@pytest.mark.parametrize("name", ["name", "self"])
def test_an_unknown_parameter_of_any_name_is_refused_by_the_query(graph: Graph, name: str) -> None:
    values = {name: "plans"}
    with pytest.raises(BadParameter, match=f"has no parameter '{name}'"):
        graph.query("plans", **values)


# Folding


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＡＩ－ＯＣＲ", "ai-ocr"),
        ("AI OCR", "aiocr"),
        ("ﾁｬｯﾄﾎﾞｯﾄ", "チャットボット"),
        ("か\u3099", "が"),
        ("Straße", "STRASSE"),
    ],
)
def test_what_does_not_tell_labels_apart_is_folded_away(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("AI-OCR", "OCR"), ("データ", "デタ"), ("は", "ば"), ("1", "一")]
)
def test_what_tells_labels_apart_is_kept(one: str, other: str) -> None:
    assert fold(one) != fold(other)
