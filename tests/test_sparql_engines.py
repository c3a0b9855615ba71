"""The same questions, the same answers: embedded Oxigraph, the Oxigraph server, Virtuoso 7."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from servers import Server
from test_questions import of_every_town
from test_thirty_questions import Question, cell, questions

from dxgraph import build, counts, load
from dxgraph.build import Version
from dxgraph.catalog import Catalog
from dxgraph.errors import CutAnswer, ForbiddenQuery, NotLoaded, UnknownValue
from dxgraph.remote import RemoteStore
from dxgraph.session import Graph, connect
from dxgraph.tables import Table, as_csv
from dxgraph.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
NAMES = sorted(path.stem for path in (ROOT / "queries").glob("*.rq"))
ENGINES = ("oxigraph", "virtuoso")
TOWNS = ("23208", "24324", "24343", "24461", "43367")


@pytest.fixture(scope="session", params=ENGINES)
def server(request: pytest.FixtureRequest, place: Workspace, version: Version) -> Server:
    """A server that holds the graph of the checkout."""
    started: Server = request.getfixturevalue(request.param)
    load.load(place, version, started.writing, restart=True)
    return started


@pytest.fixture(scope="session")
def there(server: Server, place: Workspace) -> Graph:
    return Graph(RemoteStore(server.url, seconds=8), Catalog(place.queries))


@pytest.mark.parametrize("name", NAMES)
def test_a_question_is_answered_as_expected_by_every_engine(there: Graph, name: str) -> None:
    answer = as_csv(there.query(name, **of_every_town(there.catalog[name])))
    found = list(csv.reader(answer.splitlines()))
    path = ROOT / "tests" / "expected" / f"{name}.csv"
    expected = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    assert found[0] == expected[0]
    assert Counter(map(tuple, found[1:])) == Counter(map(tuple, expected[1:]))


@pytest.mark.parametrize("name", NAMES)
def test_rows_come_in_the_same_order_from_every_engine(
    graph: Graph, there: Graph, name: str
) -> None:
    values = of_every_town(graph.catalog[name])
    assert there.query(name, **values).texts() == graph.query(name, **values).texts()


def asked_otherwise() -> list[tuple[str, dict[str, object]]]:
    """Questions with other parameters than their examples, which reach other branches."""
    found: list[tuple[str, dict[str, object]]] = []
    for query in Catalog(ROOT / "queries"):
        town = query.by_name.get("municipality")
        if town is not None and not town.required:
            found += [(query.name, {"municipality": code}) for code in TOWNS]
    for technology in (
        "rpa",
        "chatbot",
        "document-management",
        "security-cloud",
        "paperless-meeting",
    ):
        found += [
            ("towns-by-technology", {"technology": technology}),
            ("towns-by-technology", {"technology": technology, "by": 2022, "broader": "true"}),
            ("technology-timeline", {"technology": technology}),
            ("gaps", {"technology": technology}),
        ]
    found += [("gaps", {"item": item}) for item in ("ai-rpa", "digital-divide", "bpr")]
    found += [(query.name, dict(query.example)) for query in Catalog(ROOT / "queries")]
    found += [("compare-plans", {"municipality": "23208", "other": "43367"})]
    found += [("departments-like", {"department": "department/24324/zaisei"})]
    found += [("lineage", {"plan": f"plan/{name}"}) for name in ("24343/dx-2023", "23208/dx-2024")]
    found += [("after-national-plan", {"plan": "plan/national/data-basic-plan"})]
    found += [("same-subject", {"municipality": "43367", "measure": "1-1-1"})]
    found += [("schedule", {"municipality": "24461", "measure": "1-1-2"})]
    found += [("instrument-contents", {"scheme": "取組"})]
    return found


@pytest.mark.parametrize(("name", "values"), asked_otherwise(), ids=str)
def test_other_parameters_are_answered_alike_by_every_engine(
    graph: Graph, there: Graph, name: str, values: dict[str, object]
) -> None:
    found, expected = there.query(name, **values), graph.query(name, **values)
    assert Counter(map(tuple, found.texts())) == Counter(map(tuple, expected.texts()))


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.title[:12])
def test_the_thirty_questions_are_answered_alike_by_every_engine(
    there: Graph, question: Question
) -> None:
    if question.language == "sparql":
        answer = there.sparql(question.text)
    else:
        name, *values = question.text.removeprefix("dxgraph query ").split()
        answer = there.query(name, **dict(value.split("=", 1) for value in values))
    assert isinstance(answer, Table)
    assert {
        tuple(cell(row[column]) for column in question.columns) for row in answer
    } == question.rows


def test_every_statement_arrives_as_it_is(there: Graph, version: Version) -> None:
    lines = version.dump.read_text(encoding="utf-8").splitlines()
    for name in there.store.graphs:
        sent = {
            line.removesuffix(f" <{name}> .") for line in lines if line.endswith(f" <{name}> .")
        }
        arrived: set[str] = set()
        for predicate in {line.split(" ", 2)[1] for line in sent}:
            told = f"?s {predicate} ?o"
            answer = there.sparql(f"CONSTRUCT {{ {told} }} WHERE {{ GRAPH <{name}> {{ {told} }} }}")
            assert isinstance(answer, list)
            assert len(answer) < 10_000, "Virtuoso cuts CONSTRUCT there and does not say so"
            arrived |= {str(triple) for triple in answer}
        assert arrived == sent


def test_no_statement_stands_in_two_graphs_since_engines_count_it_twice(version: Version) -> None:
    quads = ox.parse(path=str(version.dump), format=ox.RdfFormat.N_QUADS)
    assert [triple for triple, n in Counter(quad.triple for quad in quads).items() if n > 1] == []


def test_a_label_names_the_same_thing_there(graph: Graph, there: Graph) -> None:
    for value in ("東員町", "24324", "Toin Town"):
        found = there.query("measures", municipality=value)
        assert found == graph.query("measures", municipality=value)
    with pytest.raises(UnknownValue) as caught:
        there.query("measures", municipality="東印町")
    assert "東員町" in caught.value.nearest


def test_ask_and_construct_are_answered_with_the_prefixes_known_here(there: Graph) -> None:
    town = "municipality:24343"
    assert there.sparql(f"ASK {{ {town} a dxo:Municipality }}") is True
    assert there.sparql(f"ASK {{ {town} a dxo:Prefecture }}") is False
    triples = there.sparql(f"CONSTRUCT {{ {town} dxo:code ?c }} WHERE {{ {town} dxo:code ?c }}")
    assert [str(triple.object) for triple in triples] == ['"24343"']


def test_a_query_may_narrow_the_graphs_and_a_request_too(graph: Graph, there: Graph) -> None:
    count = "SELECT (COUNT(*) AS ?n) {} WHERE {{ ?s ?p ?o }}"
    name = "https://w3id.org/dxgraph/graph/national"
    expected = counts.triples(graph.store)["national"]
    by_query = there.sparql(count.format(f"FROM <{name}>"))
    assert [row["n"] for row in by_query] == [expected]
    by_request = there.answer(count.format(""), default_graphs=[name])
    assert [row["n"] for row in Table.of(by_request)] == [expected]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * FROM <http://example.org/> { ?s ?p ?o }",
        "DROP GRAPH <https://w3id.org/dxgraph/graph/national>",
    ],
)
def test_the_guard_stands_before_every_engine(there: Graph, query: str) -> None:
    with pytest.raises(ForbiddenQuery):
        there.sparql(query)
    with pytest.raises(ForbiddenQuery):
        there.answer("ASK {}", default_graphs=["http://example.org/"])


def test_every_engine_counts_the_same(graph: Graph, there: Graph) -> None:
    assert counts.triples(there.store) == counts.triples(graph.store)
    assert counts.things(there.store) == counts.things(graph.store)
    assert isinstance(graph.store.raw, ox.Store)
    assert counts.triples(graph.store) == build.graph_counts(graph.store.raw)
    assert counts.things(graph.store) == build.entity_counts(graph.store.raw)


def test_an_answer_virtuoso_cuts_is_an_error_not_an_answer(
    virtuoso: Server, place: Workspace, version: Version
) -> None:
    load.load(place, version, virtuoso.writing)
    with pytest.raises(CutAnswer, match="10000"):
        connect(virtuoso.url).sparql("SELECT ?s WHERE { ?s ?p ?o }")


def test_a_server_without_the_graph_says_how_to_fill_it(tmp_path: Path) -> None:
    from servers import oxigraph

    with oxigraph(tmp_path) as empty:
        with pytest.raises(NotLoaded, match="dxgraph load"):
            connect(empty.url).query("plans")
        assert connect(empty.url).sparql("ASK {}") is True
