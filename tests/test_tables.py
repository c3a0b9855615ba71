"""Answers as tables: every format, and what Python, a terminal and a spreadsheet make of them."""

from __future__ import annotations

import csv
import io
import json
import sys
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import openpyxl
import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dxgraph.errors import MissingExtra, UnknownFormat
from dxgraph.namespaces import ID, XSD
from dxgraph.tables import FORMATS, Cell, Table, as_xlsx, render, text, value

ASAHI = ox.NamedNode(ID + "municipality/24343")
TITLE = "AI・RPAの「利用」, 推進"
QUOTED = 'the "digital" | counter\nat 役場'


def typed(lexical: str, name: str) -> ox.Literal:
    """A literal of a datatype of XML Schema."""
    return ox.Literal(lexical, datatype=ox.NamedNode(XSD + name))


TABLE = Table(
    ("name", "number", "share", "certain", "note", "iri"),
    (
        (
            ox.Literal(TITLE, language="ja"),
            ox.Literal(2024),
            typed("0.50", "decimal"),
            ox.Literal(True),
            ox.Literal(QUOTED),
            ASAHI,
        ),
        (ox.Literal("朝日町"), ox.Literal(-3), None, ox.Literal(False), None, ASAHI),
    ),
)
EMPTY = Table(("name", "iri"), ())


def one(cell: Cell) -> Table:
    """A table of one cell."""
    return Table(("x",), ((cell,),))


def written(table: Table, name: str) -> str:
    """A table in a format that is text."""
    found = render(table, name)
    assert isinstance(found, str)
    return found


def sheet(table: Table) -> Any:
    """The sheet of a table written as a workbook and opened again."""
    return openpyxl.load_workbook(io.BytesIO(as_xlsx(table))).active


def cells(line: str) -> list[str]:
    """The cells of a line of a Markdown table, escaped pipes undone."""
    parts = line.replace("\\|", "\0").split("|")
    return [part.strip().replace("\0", "|") for part in parts[1:-1]]


# Python


def test_a_table_gives_rows_of_python_values() -> None:
    assert next(iter(TABLE)) == {
        "name": TITLE,
        "number": 2024,
        "share": 0.5,
        "certain": True,
        "note": QUOTED,
        "iri": ASAHI.value,
    }


def test_an_empty_cell_is_none() -> None:
    assert (list(TABLE)[1]["share"], list(TABLE)[1]["certain"]) == (None, False)


def test_a_table_can_be_read_twice() -> None:
    assert list(TABLE) == list(TABLE)


def test_a_table_knows_its_length() -> None:
    assert (len(TABLE), len(EMPTY)) == (2, 0)


def test_a_table_is_made_of_solutions() -> None:
    found = ox.Store().query("SELECT ?x ?y { VALUES (?x ?y) { (1 UNDEF) (2 'a') } }")
    assert isinstance(found, ox.QuerySolutions)
    table = Table.of(found)
    assert table.columns == ("x", "y")
    assert list(table) == [{"x": 1, "y": None}, {"x": 2, "y": "a"}]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (ox.Literal(7), 7),
        (typed("1.5", "decimal"), 1.5),
        (typed("1e3", "double"), 1000.0),
        (typed("1", "boolean"), True),
        (typed("0", "boolean"), False),
        (typed("2023-03", "gYearMonth"), "2023-03"),
        (ox.Literal("導入", language="ja"), "導入"),
        (ox.Literal("12"), "12"),
        (ASAHI, ASAHI.value),
        (ox.BlankNode("b"), "b"),
        (None, None),
    ],
)
def test_a_cell_becomes_a_python_value_by_its_datatype(cell: Cell, expected: object) -> None:
    assert value(cell) == expected
    assert type(value(cell)) is type(expected)


@pytest.mark.parametrize("datatype", ["integer", "decimal", "double"])
def test_a_number_that_is_none_stays_a_text(datatype: str) -> None:
    assert value(typed("unknown", datatype)) == "unknown"


def test_a_text_is_the_lexical_form() -> None:
    assert text(typed("0.50", "decimal")) == "0.50"


def test_pandas_missing_is_said_with_the_command_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtra, match=r"needs pandas.*; run: pip install"):
        TABLE.to_pandas()


@pytest.mark.parametrize("module", ["pandas", "openpyxl"])
def test_the_extra_named_for_a_missing_module_exists(
    root: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra) as caught:
        TABLE.to_pandas() if module == "pandas" else as_xlsx(TABLE)
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert any(f"dxgraph[{extra}]" in str(caught.value) for extra in extras)


def test_openpyxl_missing_is_said_in_japanese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtra) as caught:
        render(TABLE, "xlsx")
    assert "pip install 'dxgraph[xlsx]'" in caught.value.in_language("ja")


# Formats


def test_csv_gives_every_cell_back() -> None:
    assert list(csv.reader(io.StringIO(written(TABLE, "csv"), newline=""))) == [
        list(TABLE.columns),
        [TITLE, "2024", "0.50", "true", QUOTED, ASAHI.value],
        ["朝日町", "-3", "", "false", "", ASAHI.value],
    ]


def test_csv_quotes_only_what_must_be_quoted() -> None:
    assert written(TABLE, "csv").splitlines()[-1] == f"朝日町,-3,,false,,{ASAHI.value}"


@given(content=st.text(st.characters(exclude_categories=["Cs"])))
@example(content='a,"b"\r\nc')
@example(content="\r")
def test_csv_gives_any_text_back(content: str) -> None:
    table = Table(("x", "y"), ((ox.Literal(content), ox.Literal("end")),))
    rows = csv.reader(io.StringIO(written(table, "csv"), newline=""))
    assert list(rows)[1] == [content, "end"]


def test_tsv_has_a_line_a_row_and_a_tab_between_cells() -> None:
    assert [line.split("\t") for line in written(TABLE, "tsv").splitlines()] == [
        list(TABLE.columns),
        [TITLE, "2024", "0.50", "true", 'the "digital" | counter at 役場', ASAHI.value],
        ["朝日町", "-3", "", "false", "", ASAHI.value],
    ]


def test_a_tab_in_a_cell_of_tsv_becomes_a_space() -> None:
    assert written(one(ox.Literal("a\tb\r\nc")), "tsv") == "x\na b c\n"


def test_json_gives_numbers_booleans_and_null() -> None:
    assert json.loads(written(TABLE, "json")) == list(TABLE)


def test_json_is_written_in_readable_japanese() -> None:
    assert "朝日町" in written(TABLE, "json")


@pytest.mark.parametrize("number", ["NaN", "INF", "-INF"])
def test_json_is_valid_whatever_the_number(number: str) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    json.loads(written(one(typed(number, "double")), "json"), parse_constant=refuse)


def test_markdown_has_a_header_a_rule_and_a_line_a_row() -> None:
    lines = written(TABLE, "md").splitlines()
    assert [cells(line) for line in lines] == [
        list(TABLE.columns),
        ["---"] * 6,
        [TITLE, "2024", "0.50", "true", 'the "digital" | counter at 役場', ASAHI.value],
        ["朝日町", "-3", "", "false", "", ASAHI.value],
    ]


def test_a_pipe_in_a_cell_of_markdown_is_escaped() -> None:
    assert written(one(ox.Literal("a|b")), "md").splitlines()[2] == r"| a\|b |"


@pytest.mark.parametrize("name", ["csv", "tsv", "md", "json", "table"])
def test_text_ends_with_one_line_break(name: str) -> None:
    assert written(TABLE, name).endswith("\n")
    assert not written(TABLE, name).endswith("\n\n")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("csv", "name,iri\r\n"),
        ("tsv", "name\tiri\n"),
        ("json", "[]\n"),
        ("md", "| name | iri |\n| --- | --- |\n"),
        ("table", "name  iri\n────  ───\n(0)\n"),
    ],
)
def test_an_answer_without_rows_has_its_header(name: str, expected: str) -> None:
    assert written(EMPTY, name) == expected


def test_an_unknown_format_is_refused_with_those_known() -> None:
    with pytest.raises(UnknownFormat, match="no format 'pdf'; there are: table, csv") as caught:
        render(TABLE, "pdf")
    assert "「pdf」という形式はありません" in caught.value.in_language("ja")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_writes_a_quoted_triple(name: str) -> None:
    triple = ox.Triple(ASAHI, ASAHI, ox.Literal("a"))
    assert render(one(triple), name)


# Terminal


def columns_of(line: str) -> str:
    """A line with a second character after each wide one, so that positions are columns."""
    return "".join(
        char + "\0" if unicodedata.east_asian_width(char) in "WF" else char for char in line
    )


def test_columns_line_up_though_characters_are_wide() -> None:
    rows = [("朝日町", "導入"), ("Toin", "study"), ("ｱｻﾋ", "検討"), ("Ａ", "x")]
    table = Table(("town", "phase"), tuple((ox.Literal(a), ox.Literal(b)) for a, b in rows))
    lines = [columns_of(line) for line in written(table, "table").splitlines()]
    starts = [
        line.index(columns_of(second))
        for line, (_, second) in zip([lines[0], *lines[2:-1]], [("", "phase"), *rows], strict=True)
    ]
    assert set(starts) == {8}


def test_a_line_of_rules_is_as_wide_as_its_column() -> None:
    assert written(one(ox.Literal("朝日町")), "table") == "x\n──────\n朝日町\n(1)\n"


def test_a_combining_mark_takes_no_column() -> None:
    assert written(one(ox.Literal("か\u3099")), "table").splitlines()[1] == "──"


def test_a_row_is_one_line_though_a_cell_has_several() -> None:
    assert len(written(TABLE, "table").splitlines()) == len(TABLE) + 3


def test_a_terminal_gets_no_control_characters() -> None:
    shown = written(one(ox.Literal("a\x1b[31mb")), "table")
    assert "\x1b" not in shown


def test_our_iris_are_shortened_for_a_terminal() -> None:
    assert "id:municipality/24343" in written(TABLE, "table")
    assert ID not in written(TABLE, "table")


def test_the_number_of_rows_ends_a_table() -> None:
    assert written(TABLE, "table").splitlines()[-1] == "(2)"


def test_no_line_of_a_table_ends_in_blanks() -> None:
    assert all(line == line.rstrip() for line in written(TABLE, "table").splitlines())


def test_an_answer_without_columns_is_a_table() -> None:
    assert written(Table((), ((),)), "table").endswith("(1)\n")


# Excel


def test_a_workbook_holds_the_header_and_the_values() -> None:
    assert [list(row) for row in sheet(TABLE).iter_rows(values_only=True)] == [
        list(TABLE.columns),
        [TITLE, 2024, 0.5, True, QUOTED, ASAHI.value],
        ["朝日町", -3, None, False, None, ASAHI.value],
    ]


def test_the_header_of_a_workbook_is_frozen_and_filtered() -> None:
    found = sheet(TABLE)
    assert found.freeze_panes == "A2"
    assert found.auto_filter.ref == "A1:F3"


def test_a_workbook_without_rows_has_its_header() -> None:
    assert [cell.value for cell in sheet(EMPTY)[1]] == ["name", "iri"]


FORMULAS = ["=1+1", "+81", "-", "@SUM(A1)", '=HYPERLINK("http://example.org")']


@pytest.mark.parametrize("content", FORMULAS)
def test_text_that_begins_like_a_formula_stays_text(content: str) -> None:
    assert sheet(one(ox.Literal(content)))["A2"].data_type == "s"


@pytest.mark.parametrize("content", FORMULAS)
def test_text_that_begins_like_a_formula_is_unchanged(content: str) -> None:
    assert sheet(one(ox.Literal(content)))["A2"].value == content


def test_a_negative_number_stays_a_number_in_a_workbook() -> None:
    assert sheet(one(ox.Literal(-3)))["A2"].value == -3


@pytest.mark.parametrize("content", ["a\x0bb", "\x00", "\x1b[0m"])
def test_a_control_character_does_not_stop_a_workbook(content: str) -> None:
    assert sheet(one(ox.Literal(content))).max_row == 2


def test_a_number_that_is_none_does_not_stop_a_workbook() -> None:
    assert sheet(one(typed("NaN", "double"))).max_row == 2


def test_a_backslash_before_a_pipe_opens_no_cell_of_markdown() -> None:
    line = written(one(ox.Literal("a\\|b")), "md").splitlines()[2]
    assert line.replace("\\\\", "").count("\\|") == 1
