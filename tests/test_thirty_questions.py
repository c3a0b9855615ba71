"""The thirty questions of ``docs/questions.md`` are answered as they were by reading the plans."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from dxgraph.session import Graph
from dxgraph.tables import Table

PAGE = Path(__file__).resolve().parent.parent / "docs" / "questions.md"


class Question(NamedTuple):
    """A section of the page: how it asks, and the rows of its answer."""

    title: str
    language: str
    text: str
    columns: list[str]
    rows: set[tuple[str, ...]]


def questions() -> list[Question]:
    found = []
    for section in re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        fence = re.search(r"```(\w+)\n(.*?)```", section, re.DOTALL)
        assert fence is not None, section[:40]
        lines = [line for line in section.splitlines() if line.startswith("| ")]
        table = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]
        rows = {tuple(row) for row in table[1:]}
        found.append(Question(section.splitlines()[0], fence[1], fence[2], table[0], rows))
    return found


def cell(value: object) -> str:
    whole = isinstance(value, float) and value == int(value)
    return "" if value is None else str(int(value)) if whole else str(value)


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.title[:12])
def test_a_question_is_answered_as_it_was_by_reading(graph: Graph, question: Question) -> None:
    if question.language == "sparql":
        answer = graph.sparql(question.text)
    else:
        name, *values = question.text.removeprefix("dxgraph query ").split()
        answer = graph.query(name, **dict(value.split("=", 1) for value in values))
    assert isinstance(answer, Table)
    found = {tuple(cell(row[column]) for column in question.columns) for row in answer}
    assert found == question.rows
    assert found


def test_there_are_thirty() -> None:
    assert len(questions()) == 30
