"""Saved queries: what their headers must say, and how parameters are bound to their slots."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dxgraph.catalog import TYPES, Catalog, SavedQuery, fill, read
from dxgraph.errors import BadHeader, BadParameter, UnknownQuery
from dxgraph.namespaces import PREFIXES
from dxgraph.parameters import resolve
from dxgraph.session import Graph
from dxgraph.store import EmbeddedStore

ROOT = Path(__file__).resolve().parent.parent
SAVED = tuple(Catalog(ROOT / "queries"))
DRONE = ox.NamedNode(PREFIXES["technology"] + "drone")

each_saved = pytest.mark.parametrize("saved", SAVED, ids=lambda saved: saved.name)

HEADER = """\
#+ title: {ja: 題, en: Title}
#+ summary: {ja: 要約, en: Summary}
#+ question: {ja: 問い, en: "Question?"}
#+ explanation: {ja: 説明, en: Explanation}
#+ columns:
#+   - {name: x, meaning: 値 / value}
"""
PARAMETERS = """\
#+ parameters:
#+   - name: x
#+     type: text
#+     label: {ja: 値, en: Value}
"""
ECHO = "SELECT ?x WHERE { VALUES ?_x { UNDEF } BIND (?_x AS ?x) }\n"
TWO = """\
#+ parameters:
#+   - {name: one, type: text, label: {ja: 一, en: One}}
#+   - {name: two, type: text, label: {ja: 二, en: Two}}
"""
PICK = """\
SELECT ?x WHERE {
  #? one
  VALUES ?_one { UNDEF }
  BIND (?_one AS ?x)
  #? end
  #? two
  VALUES ?_two { UNDEF }
  BIND (CONCAT(?_two, "!") AS ?x)
  #? end
}
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a query file and give its path."""

    def written(text: str) -> Path:
        path = tmp_path / "asked.rq"
        path.write_text(text, encoding="utf-8")
        return path

    return written


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> SavedQuery:
    """A query that answers with the text it is given."""
    path = tmp_path_factory.mktemp("queries") / "echo.rq"
    path.write_text(HEADER + PARAMETERS + ECHO, encoding="utf-8")
    return read(path)


@pytest.fixture
def pick(write: Write) -> SavedQuery:
    """A query that answers with ``one``, or with ``two`` and an exclamation mark."""
    return read(write(HEADER + TWO + PICK))


def solutions(
    query: str,
) -> list[list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None]]:
    """The rows a query has over nothing."""
    found = ox.Store().query(query)
    assert isinstance(found, ox.QuerySolutions)
    return [list(row) for row in found]


# Headers


def test_a_header_is_read_in_full(write: Write) -> None:
    saved = read(
        write(
            HEADER
            + PARAMETERS
            + "#+     required: true\n#+ tags: [plan]\n#+ example: {x: y}\n"
            + ECHO
        )
    )
    assert saved.name == "asked"
    assert saved.title == {"ja": "題", "en": "Title"}
    assert [column.name for column in saved.columns] == ["x"]
    assert [(p.name, p.type, p.required) for p in saved.parameters] == [("x", "text", True)]
    assert (saved.tags, saved.example) == (("plan",), {"x": "y"})


def test_a_query_may_have_no_parameters(write: Write) -> None:
    assert read(write(HEADER + "SELECT (1 AS ?x) {}")).parameters == ()


@pytest.mark.parametrize("key", ["title", "summary", "question", "explanation", "columns"])
def test_a_header_without_a_key_it_needs_names_the_key_and_the_file(write: Write, key: str) -> None:
    path = write(re.sub(rf"#\+ {key}:.*\n(#\+  .*\n)*", "", HEADER) + "SELECT (1 AS ?x) {}")
    with pytest.raises(BadHeader, match=f"'{key}'") as caught:
        read(path)
    assert caught.value.place == f"{path}:1"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_title_in_one_language_only_is_refused(write: Write, language: str) -> None:
    title = f"#+ title: {{{language}: x}}\n"
    with pytest.raises(BadHeader, match=r"header is not as described"):
        read(write(re.sub(r"#\+ title.*\n", title, HEADER) + "SELECT (1 AS ?x) {}"))


def test_a_query_without_a_header_is_refused(write: Write) -> None:
    with pytest.raises(BadHeader):
        read(write("SELECT (1 AS ?x) {}"))


def test_broken_yaml_is_reported_with_file_and_line(write: Write) -> None:
    path = write(HEADER + "#+ tags: [plan\n#+ example: {x: y}\n" + ECHO)
    with pytest.raises(BadHeader) as caught:
        read(path)
    assert caught.value.path == str(path)
    assert caught.value.line in (7, 8)


def test_the_line_of_broken_yaml_counts_lines_before_the_header(write: Write) -> None:
    path = write("# a remark\n\n" + HEADER + "#+ tags: [plan\n#+ example: {x: y}\n" + ECHO)
    with pytest.raises(BadHeader) as caught:
        read(path)
    assert caught.value.line in (9, 10)


def test_a_header_error_is_told_in_japanese_with_its_place(write: Write) -> None:
    path = write("SELECT (1 AS ?x) {}")
    with pytest.raises(BadHeader) as caught:
        read(path)
    assert caught.value.in_language("ja").startswith(f"{path}:1: ヘッダーが")


def test_a_key_a_parameter_does_not_have_is_refused(write: Write) -> None:
    with pytest.raises(BadHeader, match="colour"):
        read(write(HEADER + PARAMETERS + "#+     colour: red\n" + ECHO))


def test_a_parameter_without_a_slot_is_refused(write: Write) -> None:
    with pytest.raises(BadHeader, match=r"slots and declared parameters differ.*: x$"):
        read(write(HEADER + PARAMETERS + "SELECT (1 AS ?x) {}"))


def test_a_slot_without_a_parameter_is_refused(write: Write) -> None:
    with pytest.raises(BadHeader, match=r"slots and declared parameters differ.*: x$"):
        read(write(HEADER + ECHO))


def test_an_unknown_type_is_refused(write: Write) -> None:
    with pytest.raises(BadHeader, match="colour"):
        read(write(HEADER + PARAMETERS.replace("text", "colour") + ECHO))


def test_one_of_names_declared_parameters_only(write: Write) -> None:
    with pytest.raises(BadHeader, match="other"):
        read(write(HEADER + PARAMETERS + "#+ oneOf: [x, other]\n" + ECHO))


def test_a_label_in_one_language_only_is_refused(write: Write) -> None:
    with pytest.raises(BadHeader):
        read(write(HEADER + PARAMETERS.replace(", en: Value", "") + ECHO))


def test_a_block_of_an_undeclared_parameter_is_refused(write: Write) -> None:
    with pytest.raises(BadHeader, match="three"):
        read(write(HEADER + TWO + PICK.replace("#? two", "#? three")))


def test_a_file_that_is_not_utf_8_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "asked.rq"
    path.write_bytes((HEADER + PARAMETERS + ECHO).encode("shift_jis"))
    with pytest.raises(BadHeader) as caught:
        read(path)
    assert caught.value.path == str(path)


def test_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "asked.rq"
    path.write_bytes((HEADER + TWO + PICK).replace("\n", "\r\n").encode())
    bound = read(path).bind({"two": ox.Literal("b")})
    assert solutions(bound) == [[ox.Literal("b!")]]


# Binding


def test_a_term_stands_for_its_variable(echo: SavedQuery) -> None:
    bound = echo.bind({"x": DRONE})
    assert "BIND (<https://w3id.org/dxgraph/id/technology/drone> AS ?x)" in bound
    assert "VALUES" not in bound


def test_a_slot_of_a_parameter_not_given_is_dropped(echo: SavedQuery) -> None:
    bound = echo.bind({})
    assert "UNDEF" not in bound
    assert solutions(bound) == [[None]]


def test_a_term_reaches_into_sub_selects(write: Write) -> None:
    body = "SELECT ?x WHERE { { SELECT ?x WHERE { VALUES ?_x { UNDEF } BIND (?_x AS ?x) } } }"
    saved = read(write(HEADER + PARAMETERS + body))
    assert solutions(saved.bind({"x": ox.Literal("a")})) == [[ox.Literal("a")]]
    assert solutions(saved.bind({})) == [[None]]


def test_a_block_is_kept_when_its_parameter_is_given(pick: SavedQuery) -> None:
    assert solutions(pick.bind({"two": ox.Literal("b")})) == [[ox.Literal("b!")]]


def test_a_block_is_dropped_when_its_parameter_is_not_given(pick: SavedQuery) -> None:
    bound = pick.bind({"one": ox.Literal("a")})
    assert "CONCAT" not in bound
    assert solutions(bound) == [[ox.Literal("a")]]


def test_no_mark_of_a_block_is_left_after_binding(pick: SavedQuery) -> None:
    assert "#?" not in pick.bind({"one": ox.Literal("a"), "two": ox.Literal("b")})


def test_whether_a_parameter_is_bound_is_true_of_one_that_is_given(write: Write) -> None:
    body = ECHO.replace("AS ?x)", "AS ?x) FILTER (!BOUND(?_x) || ?_x = 'a')")
    saved = read(write(HEADER + PARAMETERS + body))
    bound = saved.bind({"x": ox.Literal("a")})
    assert "?_x" not in bound
    assert solutions(bound) == [[ox.Literal("a")]]
    assert solutions(saved.bind({})) == [[None]]


def test_a_value_that_looks_like_a_slot_or_a_block_stays_a_value(pick: SavedQuery) -> None:
    text = "\n#? two\nVALUES ?_two { UNDEF }\n#? end\n"
    assert solutions(pick.bind({"one": ox.Literal(text)})) == [[ox.Literal(text)]]


def test_an_unknown_parameter_is_refused_with_those_known(pick: SavedQuery) -> None:
    with pytest.raises(BadParameter, match=r"no parameter 'three'; it has: one, two"):
        pick.bind({"three": ox.Literal("c")})


def test_a_required_parameter_must_be_given(write: Write) -> None:
    saved = read(write(HEADER + PARAMETERS + "#+     required: true\n" + ECHO))
    with pytest.raises(BadParameter, match=r"needs x=… \(Value\)"):
        saved.bind({})


def test_a_missing_required_parameter_is_told_in_japanese(write: Write) -> None:
    saved = read(write(HEADER + PARAMETERS + "#+     required: true\n" + ECHO))
    with pytest.raises(BadParameter) as caught:
        saved.bind({})
    assert caught.value.in_language("ja") == "asked には x=… (値)が必要です"


@pytest.mark.parametrize("given", [(), ("one", "two")], ids=["none", "both"])
def test_of_one_of_exactly_one_is_needed(write: Write, given: tuple[str, ...]) -> None:
    saved = read(write(HEADER + TWO + "#+ oneOf: [one, two]\n" + PICK))
    with pytest.raises(BadParameter, match="exactly one of: one=…, two=…"):
        saved.bind({name: ox.Literal("a") for name in given})


def test_one_of_one_of_is_enough(write: Write) -> None:
    saved = read(write(HEADER + TWO + "#+ oneOf: [one, two]\n" + PICK))
    assert solutions(saved.bind({"one": ox.Literal("a")})) == [[ox.Literal("a")]]


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
@example(text='"} UNION { ?s ?p ?o } #')
@example(text="\\")
@example(text="\\u0041")
@example(text="\\1\\g<0>")
@example(text="UNDEF")
@example(text="\r\n\t\x00\u2028")
@example(text="朝日町\U0002000b")
def test_any_text_bound_comes_back_as_exactly_that_literal(echo: SavedQuery, text: str) -> None:
    assert solutions(echo.bind({"x": ox.Literal(text)})) == [[ox.Literal(text)]]
    slots = fill(echo.text, {"x": ox.Literal(text)})
    assert solutions(slots) == [[ox.Literal(text)]]


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
@example(text="\\u0041")
@example(text="C:\\users")
@example(text="INSERT SERVICE FROM <file:///etc/passwd>")
def test_any_text_bound_passes_the_gate_unchanged(echo: SavedQuery, text: str) -> None:
    answer = EmbeddedStore(ox.Store()).ask(echo.bind({"x": ox.Literal(text)}))
    assert isinstance(answer, ox.QuerySolutions)
    assert [list(row) for row in answer] == [[ox.Literal(text)]]


# The catalogue


def test_a_catalogue_lists_every_file_of_its_folder() -> None:
    names = sorted(saved.name for saved in SAVED)
    assert names == sorted(path.stem for path in (ROOT / "queries").glob("*.rq"))


def test_a_catalogue_knows_what_it_holds() -> None:
    catalog = Catalog(ROOT / "queries")
    assert "plans" in catalog
    assert "plants" not in catalog


def test_an_unknown_query_is_refused_with_those_known() -> None:
    with pytest.raises(UnknownQuery, match=r"no saved query 'plants'; there are: .*\bplans\b"):
        Catalog(ROOT / "queries")["plants"]


def test_one_wrong_file_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "good.rq").write_text(HEADER + PARAMETERS + ECHO, encoding="utf-8")
    (tmp_path / "wrong.rq").write_text("SELECT (1 AS ?x) {}", encoding="utf-8")
    assert Catalog(tmp_path)["good"].name == "good"


# The queries of the checkout


@each_saved
def test_the_file_runs_as_it_is_and_has_the_columns_of_its_header_in_order(
    saved: SavedQuery,
) -> None:
    found = ox.Store().query(saved.text)
    assert isinstance(found, ox.QuerySolutions)
    assert [column.name for column in saved.columns] == [name.value for name in found.variables]


@each_saved
def test_the_last_column_is_the_iri_of_the_row(saved: SavedQuery) -> None:
    assert saved.columns[-1].name == "iri"


@each_saved
def test_every_column_says_what_it_means(saved: SavedQuery) -> None:
    assert all(column.meaning.strip() for column in saved.columns)


@each_saved
@pytest.mark.parametrize("part", ["title", "summary", "question"])
def test_a_query_is_described_in_japanese_and_english(saved: SavedQuery, part: str) -> None:
    said = getattr(saved, part)
    assert re.search(r"[ぁ-んァ-ヶ一-龠]", said["ja"]) or re.search(r"SDGs", said["ja"])
    assert re.fullmatch(r"[ -~]+", said["en"])


@each_saved
def test_a_question_in_english_ends_as_a_question(saved: SavedQuery) -> None:
    assert saved.question["en"].endswith("?")


@each_saved
def test_every_parameter_has_a_label_in_both_languages_and_a_known_type(saved: SavedQuery) -> None:
    for parameter in saved.parameters:
        assert parameter.label["ja"]
        assert parameter.label["en"]
        assert parameter.type in TYPES


@each_saved
def test_the_example_binds(graph: Graph, saved: SavedQuery) -> None:
    assert "UNDEF" not in graph.bind(saved.name, **saved.example)


def test_an_example_names_declared_parameters_only(write: Write) -> None:
    with pytest.raises(BadHeader, match="other"):
        read(write(HEADER + PARAMETERS + "#+ example: {other: y}\n" + ECHO))


def test_a_default_that_is_no_text_is_refused_or_taken_as_written(write: Write) -> None:
    boolean = PARAMETERS.replace("text", "boolean") + "#+     default: false\n"
    try:
        saved = read(write(HEADER + boolean + ECHO))
    except BadHeader:
        return
    assert resolve(ox.Store(), saved, {}) == {"x": ox.Literal(False)}
