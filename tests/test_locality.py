"""Locality: which rules never join what two towns say."""

from __future__ import annotations

from pathlib import Path

import pytest

from dxgraph import assemble, reason
from dxgraph.logic.locality import Fact, Locality, doubtful, fact, strays
from dxgraph.namespaces import DXO, ID, RDF
from dxgraph.reason import Rule
from dxgraph.workspace import Workspace

LOCAL = {
    "one fact": "?a dxo:cites ?b",
    "subjects": "?a dxo:hasMeasure ?m . ?m dxo:namesTechnology ?b",
    "a path": "?a dxo:hasMeasure/dxo:hasActivity/dxo:namesTechnology ?b",
    "a path backwards": "?a ^dxo:measureOf/dxo:namesTechnology ?b",
    "a shared thing's own facts": "?a dxo:phase ?b . ?b dxo:order ?order",
    "a comparison with what is shared": "?a dxo:unit ?u . ?b a dxo:NationalPlan ; dxo:unit ?u",
    "a plan and its government": "?a dxo:adoptedBy ?g . ?b dxo:adoptedBy ?g",
    "what may be missing": "?a dxo:cites ?b OPTIONAL { ?a dxo:note ?n }",
    "what must be missing": "?a dxo:cites ?b FILTER NOT EXISTS { ?a dxo:note ?n }",
    "one graph": "GRAPH ?g { ?a dxo:source ?s } GRAPH ?g { ?b dxo:sourceLine ?l }",
    "an aggregate of a town": (
        "{ SELECT ?a (MIN(?y) AS ?b) { ?e dxo:entryOf ?x ; dxo:adoptedBy ?a ; dxo:unit ?y }"
        " GROUP BY ?a }"
    ),
}
CROSSING = {
    "objects": "?a dxo:namesTechnology ?t . ?b dxo:namesTechnology ?t",
    "values": "?a dxo:unit ?u . ?b dxo:unit ?u",
    "nothing at all": "?a dxo:unit ?u . ?b dxo:value ?v",
    "paths": "?a dxo:hasMeasure/dxo:namesTechnology ?t . ?b dxo:phase/dxo:order ?t",
    "what may be missing": "?a dxo:cites ?x . ?b dxo:note ?y OPTIONAL { ?a dxo:note ?b }",
    "what must be missing": (
        "?a dxo:cites ?b FILTER NOT EXISTS { ?other dxo:cites ?b ; dxo:note ?a . ?z dxo:unit ?b }"
    ),
    "a hidden condition": "?a dxo:cites ?b FILTER (?a = ?b || EXISTS { ?z dxo:cites ?b })",
    "one branch of several": "{ ?a dxo:cites ?b } UNION { ?a dxo:unit ?u . ?b dxo:unit ?u }",
    "an aggregate of a shared thing": (
        "{ SELECT ?a (COUNT(?b) AS ?n) { ?b dxo:namesTechnology ?a } GROUP BY ?a } BIND (?a AS ?b)"
    ),
    "a step that may be none": "?a dxo:cites* ?t . ?b dxo:namesTechnology ?t",
    "a named graph": (
        "GRAPH graph:inferred { ?a dxo:source ?s } GRAPH graph:inferred { ?b dxo:source ?t }"
    ),
    "a type alone": "?a a dxo:Measure . ?b dxo:restates ?a ; dxo:note ?n",
    "what cannot be read": "?a ?p ?b . ?b dxo:note ?n",
}


def crossing(body: str) -> bool:
    rule = Rule("rule", f"CONSTRUCT {{ ?a dxo:basedOn ?b }} WHERE {{ {body} }}")
    return Locality.of([rule]).crossing == ("rule",)


@pytest.mark.parametrize("body", LOCAL.values(), ids=LOCAL.keys())
def test_a_rule_that_stays_within_a_town_is_local(body: str) -> None:
    assert not crossing(body)


@pytest.mark.parametrize("body", CROSSING.values(), ids=CROSSING.keys())
def test_a_rule_that_may_join_towns_is_not_local(body: str) -> None:
    assert crossing(body)


def test_the_rules_of_the_project_stay_within_a_town(place: Workspace) -> None:
    axioms = reason.Axioms(assemble.read_ontology(place)).rules()
    files = reason.rule_files(place.ontology / "rules")
    found = Locality.of([*axioms, *files])
    assert found.crossing == ()
    assert {DXO + "basedOn", DXO + "namesTechnology"} <= found.joined
    assert DXO + "note" not in found.joined


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("05-data-plan-lineage.rq", "a dxo:NationalPlan ;", ""),
        ("05-data-plan-lineage.rq", "?prefectural dxo:adoptedBy", "?prefectural dxo:issuedBy"),
        ("15-stated-in.rq", "GRAPH ?record { ?owner dxo:source ?own }", "?owner dxo:source ?own"),
        ("40-technology-adoption.rq", "/dxo:measureOf/dxo:adoptedBy", "/dxo:measureOf/dxo:unit"),
    ],
)
def test_a_rule_of_the_project_stays_so_by_what_it_says(
    place: Workspace, file: str, old: str, new: str
) -> None:
    text = Path(place.ontology / "rules" / file).read_text(encoding="utf-8")
    assert old in text
    assert Locality.of([Rule(file, text.replace(old, new))]).crossing == (file,)


JOINED = Locality(frozenset({DXO + "cites", DXO + "Measure"}), ())
TOWN, OTHER, LAW = f"{ID}plan/24343/x", f"{ID}plan/24324/x", f"{ID}law/1"


@pytest.mark.parametrize(
    ("said", "reaches"),
    [
        ((TOWN, DXO + "cites", LAW), False),
        ((TOWN, DXO + "adoptedBy", f"{ID}municipality/24343"), False),
        ((TOWN, DXO + "adoptedBy", f"{ID}prefecture/24"), True),
        ((TOWN, DXO + "startYear", ""), True),
        ((TOWN, RDF + "type", DXO + "NationalPlan"), True),
        ((LAW, DXO + "note", ""), False),
        ((LAW, DXO + "cites", TOWN), True),
        ((LAW, RDF + "type", DXO + "Measure"), True),
        ((LAW, RDF + "type", DXO + "Law"), False),
        ((f"{ID}law/2", RDF + "type", DXO + "Measure"), False),
        ((OTHER, DXO + "cites", LAW), True),
    ],
)
def test_what_reaches_beyond_a_town(said: Fact, reaches: bool) -> None:
    codes = frozenset({"24343"})
    doubts = doubtful([said], codes, {TOWN})
    assert strays(doubts, codes, JOINED, {LAW}) == reaches


def test_a_line_is_a_fact_whatever_its_object() -> None:
    assert fact(f'<{TOWN}> <{DXO}note> "a <b> c" <{LAW}> .') == (TOWN, DXO + "note", "")
