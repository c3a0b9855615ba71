"""Constraints written as queries: what one question of the whole graph may leave out."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib
from faults import add_copy, passing, read_faults, shapes

from dxgraph.constraints import Asked, is_open
from dxgraph.errors import BuildError
from dxgraph.namespaces import BASE, SH
from dxgraph.shapes import SHAPE, judge
from dxgraph.shapes import Shapes as Read
from dxgraph.workspace import Workspace

shacl = pytest.importorskip("shacl")

BROKEN = SH + "SPARQLConstraintComponent"
BY_QUERY = {str(shape).removeprefix(SHAPE) for shape in shapes().subjects(rdflib.SH.sparql)}


def store(graph: rdflib.Graph) -> ox.Store:
    held = ox.Store()
    held.load(graph.serialize(format="nt").encode(), format=ox.RdfFormat.N_TRIPLES)
    return held


def left_out(asked: Asked, data: rdflib.Graph) -> set[str]:
    """The shapes whose constraint the engine need not be given."""
    return {str(link.subject.value).removeprefix(SHAPE) for link in asked.kept(store(data))}


def test_a_graph_without_faults_leaves_every_one_out() -> None:
    assert len(BY_QUERY) > 30
    assert left_out(Asked(store(shapes())), passing()) == BY_QUERY


def test_none_is_left_out_that_the_engine_finds_broken() -> None:
    """The engine judges each fault by all shapes; each constraint has such a fault."""
    asked = Asked(store(shapes()))
    engine = shacl.Shapes.from_text(shapes().serialize(format="nt"), format="ntriples")
    seen = set()
    for fault in read_faults():
        if BY_QUERY.isdisjoint(fault.rule.split("&")):
            continue
        data = rdflib.Graph()
        add_copy(data, passing(), fault, f"{BASE}0/id/")
        found = engine.validate_text(data.serialize(format="nt"), format="ntriples").results
        broken = {
            result.source_shape.strip("<>").removeprefix(SHAPE)
            for result in found
            if result.component_iri == BROKEN
        }
        assert broken.isdisjoint(left_out(asked, data)), fault
        seen |= broken
    assert seen == BY_QUERY


BODY = "$this dxo:number ?n . FILTER (?n > 9)"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this WHERE { {} UNION { $this dxo:number ?n } }",
        "SELECT $this WHERE { ?n dxo:order ?o . FILTER ($this = ?o) }",
        f"SELECT $this WHERE {{ $this a ?c OPTIONAL {{ {BODY} }} }}",
        f"SELECT $this WHERE {{ $this a ?c MINUS {{ {BODY} }} }}",
        f"SELECT $this WHERE {{ $this a ?c GRAPH ?g {{ {BODY} }} }}",
        f"SELECT $this WHERE {{ $this a ?c {{ {BODY} }} }}",
        f"SELECT $this WHERE {{ $this a ?c {{ SELECT $this WHERE {{ {BODY} }} }} }}",
        "SELECT $this WHERE { $this a ?c . FILTER EXISTS { SELECT ?n WHERE { ?n a ?c } } }",
        "SELECT $this WHERE { $this dxo:number ?n } GROUP BY $this HAVING (COUNT(?n) > 1)",
        f"SELECT $this WHERE {{ {BODY} }} LIMIT 1",
        "SELECT $this WHERE { $this $PATH ?n }",
        "ASK { $this dxo:number ?n }",
    ],
)
def test_a_query_that_may_miss_things_with_this_left_open_is_not_asked(query: str) -> None:
    assert not is_open(query)


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT $this WHERE {{ {BODY} }}",
        f"SELECT DISTINCT $this ?n WHERE {{ # {{ of each\n {BODY} }}",
        'SELECT ?this WHERE { ?this rdfs:label ?n FILTER (REGEX(?n, "^{[0-9]{2} UNION {")) }',
        f"SELECT $this ?path WHERE {{ $this ?path ?n FILTER NOT EXISTS {{ {BODY} }} }}",
    ],
)
def test_a_query_that_begins_at_this_is_asked(query: str) -> None:
    assert is_open(query)


def test_a_query_that_is_no_sparql_is_left_to_the_engine_which_says_so(copy: Workspace) -> None:
    path = copy.shapes / "odd.ttl"
    path.write_text(
        f"@prefix sh: <{SH}> .\n"
        f"<{SHAPE}Odd> a sh:NodeShape ; sh:targetClass <{BASE}x> ; sh:severity sh:Warning ;\n"
        '  sh:sparql [ sh:select "SELECT $this WHERE { $this a ?c FILTER (1 +) }" ] .\n',
        encoding="utf-8",
    )
    data = f"<{BASE}a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{BASE}x> .\n"
    with pytest.raises(BuildError, match="shapes cannot be run"):
        judge(Read(copy), data)
