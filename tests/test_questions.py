"""Each saved question against its expected answer: ``tests/expected/<query>.csv``."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from dxgraph.catalog import Catalog, SavedQuery
from dxgraph.identifiers import check_digit
from dxgraph.session import Graph
from dxgraph.tables import Table, as_csv

ROOT = Path(__file__).resolve().parent.parent
EXPECTED = ROOT / "tests" / "expected"
NAMES = sorted(path.stem for path in (ROOT / "queries").glob("*.rq"))


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8").splitlines()))


def test_every_question_has_an_expected_answer_and_no_answer_is_left_over() -> None:
    assert sorted(path.stem for path in EXPECTED.glob("*.csv")) == NAMES


def of_every_town(query: SavedQuery) -> dict[str, str]:
    """The example of a question or, where that could be asked bare about all towns, nothing."""
    one = {"municipality", "technology"}
    return {k: v for k, v in query.example.items() if not (query.bare and k in one)}


@pytest.mark.parametrize("name", NAMES)
def test_a_question_answers_as_expected(graph: Graph, name: str) -> None:
    answer = as_csv(graph.query(name, **of_every_town(graph.catalog[name])))
    found = list(csv.reader(answer.splitlines()))
    expected = rows(EXPECTED / f"{name}.csv")
    assert found[0] == expected[0]
    assert {tuple(row) for row in found[1:]} == {tuple(row) for row in expected[1:]}
    assert len(found) == len(expected)
    assert len(found) > 1


def takes_only_a_town(query: SavedQuery) -> bool:
    parameter = query.by_name.get("municipality")
    return parameter is not None and not parameter.required


@pytest.mark.parametrize(
    "name", [query.name for query in Catalog(ROOT / "queries") if takes_only_a_town(query)]
)
def test_a_question_about_one_town_answers_its_rows_only(graph: Graph, name: str) -> None:
    found = graph.query(name, municipality="朝日町")
    everything = graph.query(name)
    assert [row for row in everything if row["municipality"] == "24343"] == list(found)


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_a_question_is_answered(graph: Graph, name: str) -> None:
    assert len(graph.query(name, **graph.catalog[name].example)) > 0


def test_the_headline_names_four_towns_with_their_lines(graph: Graph) -> None:
    answer = graph.query("towns-by-technology", technology="AI-OCR", by="令和6年度")
    found = {(r["name"], r["fiscalYear"], r["mention"], r["sourceLine"]) for r in answer}
    assert found == {
        ("津島市", 2022, "activity", "699"),
        ("玉城町", 2022, "measure", "732"),
        ("東員町", 2023, "activity", "370"),
        ("朝日町", 2024, "measure", "393"),
    }


def test_a_year_before_introduction_leaves_a_town_out(graph: Graph) -> None:
    answer = graph.query("towns-by-technology", technology="AI-OCR", by=2023)
    assert {row["name"] for row in answer} == {"津島市", "玉城町", "東員町"}


def test_a_broader_technology_only_is_shown_only_when_asked_for(graph: Graph) -> None:
    plain = graph.query("towns-by-technology", technology="AI-OCR")
    asked = graph.query("towns-by-technology", technology="AI-OCR", broader="true")
    more = [row for row in asked if row["mention"] == "broader"]
    assert [row["name"] for row in more] == ["南関町"]
    assert len(asked) == len(plain) + 1


@pytest.mark.parametrize(
    ("query", "counts"),
    [
        ("measures", {"24343": 21, "24324": 24, "43367": 23, "23208": 30, "24461": 28}),
        ("schedule", {"24343": 105, "24324": 133, "43367": 113, "23208": 51, "24461": 98}),
    ],
)
def test_every_measure_and_every_cell_of_the_five_plans_is_there(
    graph: Graph, query: str, counts: dict[str, int]
) -> None:
    found = Counter(row["municipality"] for row in graph.query(query))
    assert found == counts


def test_restated_measures_name_their_originals_and_are_not_doubled(graph: Graph) -> None:
    restated = {r["number"]: r["restates"] for r in graph.query("measures") if r["restates"]}
    assert restated == {"2-1-1": "1-1-3", "2-3-2": "2-1-2"}
    assert not [
        r for r in graph.query("schedule", municipality="南関町") if r["number"] in restated
    ]


def test_one_measure_of_a_schedule_can_be_asked_for(graph: Graph) -> None:
    found = graph.query("schedule", municipality="24324", measure="3-4")
    assert {row["number"] for row in found} == {"3-4"}
    assert len(found) == 12


def test_every_row_ends_with_the_iri_of_a_thing_in_the_graph(graph: Graph) -> None:
    for name in NAMES:
        for row in graph.query(name, **of_every_town(graph.catalog[name])):
            assert graph.sparql(f"ASK {{ <{row['iri']}> ?p ?o }}") is True, (name, row)


def test_every_code_has_the_check_digit_of_the_ministry(graph: Graph) -> None:
    answer = graph.sparql("SELECT ?code ?code6 { ?g dxo:code ?code ; dxo:code6 ?code6 }")
    assert isinstance(answer, Table)
    codes = [(str(row["code"]).ljust(5, "0"), row["code6"]) for row in answer]
    assert len(codes) == 5 + 47
    assert [code6 for code, code6 in codes if code6 != code + check_digit(code)] == []


def test_every_plan_period_runs_forward_and_every_line_is_within_its_source(graph: Graph) -> None:
    backward = """SELECT ?period { ?period dxo:fromYear/dxo:startYear ?from ;
      dxo:toYear/dxo:startYear ?to . FILTER (?from > ?to) }"""
    beyond = """SELECT ?thing { GRAPH ?g { ?plan dxo:source ?source . ?thing ?any ?value }
      ?source dxo:lineCount ?lines . ?thing dxo:sourceLine ?line . FILTER (?line > ?lines) }"""
    for question in (backward, beyond):
        answer = graph.sparql(question)
        assert isinstance(answer, Table)
        assert list(answer) == []


def shared_between(
    graph: Graph, name: str, asked: dict[str, dict[str, str]]
) -> set[tuple[str, ...]]:
    """Who shares what with whom, of a question asked for each thing."""
    return {
        (iri, row["iri"], str(row["shared"]))
        for iri, values in asked.items()
        for row in graph.query(name, **values)
    }


def test_measures_on_the_same_subject_are_each_others(graph: Graph) -> None:
    measures = {
        row["iri"]: {"municipality": row["municipality"], "measure": row["number"]}
        for row in graph.query("measures")
    }
    found = shared_between(graph, "same-subject", measures)
    assert found == {(other, one, common) for one, other, common in found}
    assert len(found) > 600


def test_departments_alike_share_the_same_both_ways_whatever_their_names(graph: Graph) -> None:
    rows = graph.query("departments")
    asked = {row["iri"]: {"department": row["iri"]} for row in rows}
    found = shared_between(graph, "departments-like", asked)
    assert found == {(other, one, common) for one, other, common in found}
    somu = {"24324": "department/24324/somu", "24343": "department/24343/somu"}
    row = next(
        row
        for row in graph.query("departments-like", department=somu["24324"])
        if row["iri"].endswith(somu["24343"])
    )
    assert (row["sameName"], row["shared"]) == (
        True,
        "テレワークの推進|デジタル人材の確保・育成",
    )


TECHNOLOGIES = "SELECT ?it { ?it a dxo:Technology } ORDER BY ?it"
NAMING = """SELECT DISTINCT ?code { ?own skos:broader* <IT> . ?thing dxo:namesTechnology ?own .
  ?thing dxo:measureOf|dxo:activityOf/dxo:measureOf|dxo:entryOf/dxo:activityOf/dxo:measureOf ?plan .
  ?plan dxo:adoptedBy/dxo:code ?code }"""


def test_the_towns_without_a_technology_are_those_that_do_not_name_it(graph: Graph) -> None:
    everyone = {row["municipality"] for row in graph.query("plans")}
    asked = graph.sparql(TECHNOLOGIES)
    assert isinstance(asked, Table)
    for technology in [row["it"] for row in asked]:
        naming = graph.sparql(NAMING.replace("IT", technology))
        assert isinstance(naming, Table)
        without = {row["municipality"] for row in graph.query("gaps", technology=technology)}
        assert without == everyone - {row["code"] for row in naming}, technology


def test_a_measure_of_any_town_can_be_asked_for(graph: Graph) -> None:
    found = graph.query("schedule", measure="1-1")
    assert {row["number"] for row in found} == {"1-1"}
    assert len({row["municipality"] for row in found}) > 1
