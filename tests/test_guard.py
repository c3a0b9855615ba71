"""The gate for free queries: what passes, what is refused, and that no text breaks it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxgraph import guard
from dxgraph.errors import ForbiddenQuery, MalformedQuery, QueryError
from dxgraph.namespaces import PREFIXES

OURS = ["https://w3id.org/dxgraph/graph/inferred", "https://w3id.org/dxgraph/graph/plan/24343"]
SERVED = "<http://127.0.0.1:9/> { ?s ?p ?o }"


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ SERVICE {SERVED} }}",
        f"SELECT * {{ service {SERVED} }}",
        f"SELECT * {{ SeRvIcE SILENT {SERVED} }}",
        "SELECT * { SERVICE ?where { ?s ?p ?o } }",
        f"SELECT * {{ {{ SELECT * {{ OPTIONAL {{ SERVICE {SERVED} }} }} }} }}",
        f"SELECT * {{ #\nSERVICE#\n{SERVED} }}",
        f"SELECT * {{ ?s ?p '#' . SERVICE {SERVED} }}",
        f"SELECT * {{ ?s ?p '\\'' . SERVICE {SERVED} }}",
        f"SELECT * {{ ?s ?p '''a'b''' . SERVICE {SERVED} }}",
        f"SELECT * {{ \\u0053ERVICE {SERVED} }}",
        f"SELECT * {{ S\\U00000045RVICE {SERVED} }}",
        f"SELECT * {{ FILTER(1<2)SERVICE {SERVED} }}",
        f"SELECT * {{ FILTER(?a<?b&&EXISTS{{SERVICE{SERVED}}}) }}",
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH ?g {{ SERVICE {SERVED} }} }}",
        f"ASK {{ ?s ?p ?o MINUS {{ SERVICE {SERVED} }} }}",
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "delete where { ?s ?p ?o }",
        "PREFIX a: <urn:a> LOAD <http://127.0.0.1:9/>",
        "BASE <urn:a> # comment\nCLEAR ALL",
        "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        "SELECT * FROM <http://127.0.0.1:9/> { ?s ?p ?o }",
        "SELECT * FROM NAMED <http://127.0.0.1:9/> { ?s ?p ?o }",
        "SELECT * from\nnamed<http://127.0.0.1:9/> { ?s ?p ?o }",
        "PREFIX x: <http://127.0.0.1:9/> SELECT * FROM x:g { ?s ?p ?o }",
        "PREFIX graph: <http://127.0.0.1:9/> SELECT * FROM graph:inferred { ?s ?p ?o }",
        "BASE <https://w3id.org/dxgraph/graph/> SELECT * FROM <other> { ?s ?p ?o }",
    ],
)
def test_a_query_that_would_reach_out_or_write_is_refused(query: str) -> None:
    with pytest.raises(ForbiddenQuery) as refused:
        guard.admit(query, OURS, PREFIXES)
    assert refused.value.line is not None
    assert refused.value.ja != refused.value.en


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p 'SERVICE <http://127.0.0.1:9/>' }",
        'SELECT * { ?s ?p """SERVICE "x" FROM <y>""" }',
        "SELECT * { ?s <urn:SERVICE> ?o } # SERVICE <http://127.0.0.1:9/>",
        "PREFIX SERVICE: <urn:x> SELECT * { ?service SERVICE:FROM $FROM }",
        "SELECT * FROM <https://w3id.org/dxgraph/graph/inferred> { ?s ?p ?o }",
        "SELECT * FROM NAMED graph:inferred FROM <https://w3id.org/dxgraph/graph/plan/24343> {}",
        "SELECT ('INSERT' AS ?x) {}",
        "SELECT * { VALUES ?x { " + "<urn:a> " * 5000 + "} }",
        "SELECT * { ?s ?p ?o FILTER (?o < 3 && ?o > 1) }",
    ],
)
def test_words_within_strings_iris_comments_and_names_count_for_nothing(query: str) -> None:
    assert guard.admit(query, OURS, PREFIXES) == query


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { FILTER " + "(" * 5000 + "1" + ")" * 5000 + " }",
        "SELECT * { FILTER (" + "!" * 5000 + "true) }",
        "SELECT * " + "{" * 101 + "}" * 101,
        "SELECT * { FILTER (1" + "+1" * 7000 + ") }",
        "SELECT * { " + "OPTIONAL { ?s ?p ?o } " * 2700 + "}",
        "SELECT * { " + "{} UNION " * 5000 + "{} }",
        "SELECT * { FILTER (" + "!-" * 4000 + "1) }",
        "ASK {}" + " " * 100_001,
        "SELECT * { \\uD800 }",
    ],
)
def test_a_query_too_deep_or_too_long_is_refused_before_a_parser_sees_it(query: str) -> None:
    with pytest.raises(MalformedQuery):
        guard.admit(query, OURS)


def test_a_refusal_tells_line_and_column() -> None:
    with pytest.raises(ForbiddenQuery) as refused:
        guard.admit(f"SELECT * {{\n  SERVICE {SERVED} }}", OURS)
    assert (refused.value.line, refused.value.column) == (2, 3)


def test_the_text_to_run_has_its_escapes_undone() -> None:
    assert guard.admit("SELECT * { ?s ?p '\\u5C0E' }", OURS) == "SELECT * { ?s ?p '導' }"


@given(st.text())
def test_no_text_breaks_the_gate(text: str) -> None:
    try:
        admitted = guard.admit(text, OURS, PREFIXES)
    except QueryError:
        return
    if "\\u" not in text and "\\U" not in text:
        assert admitted == text


PIECES = ["SELECT * ", "{", "}", "SERVICE", "FROM", " ", "<urn:a>", "'", '"', "#", "\n", "?a", "\\"]


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_no_mixture_of_pieces_breaks_the_gate(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        admitted = guard.admit(text, OURS)
    except QueryError:
        return
    assert admitted == text
