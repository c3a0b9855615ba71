"""Contradictions: each kind put into a copy of the real records, and found once, with its premises.

owlrl is the oracle where OWL 2 RL has a rule for the kind: what a finding gives as premises is
inconsistent by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import owlrl
import pyoxigraph as ox
import pytest
import rdflib

from dxgraph import assemble, reason
from dxgraph.findings import Finding
from dxgraph.logic.consistency import contradictions
from dxgraph.namespaces import BASE, DXO, ID, OWL, RDF, RDFS, SKOS, XSD, graph
from dxgraph.workspace import Workspace

ASAHI = "data/municipalities/24343-asahi.yaml"
TSUSHIMA = "data/municipalities/23208-tsushima.yaml"
LAWS = "data/national/laws.yaml"
CONTEXT = "data/context.jsonld"
PLAN = "plan/24343/dx-2023"
MEASURE = f"{PLAN}/measure/2-2"
LAW = "law/428AC1000000103"


@dataclass(frozen=True)
class Mistake:
    """Texts replaced in a record, and what is to be found: the statement blamed and premises.

    Premises are subject and property, as short IRIs: the axiom, inferred ones by the axiom that
    made them, asserted ones.
    """

    edits: tuple[tuple[str, str, str], ...]
    rule: str
    blamed: tuple[str, str, str]
    premises: tuple[str, ...]
    owlrl_agrees: bool = True


TITLE = "titleEn: Asahi Town Digital Strategy Promotion Plan\n"
OF_MEASURE = "        titleEn: Use of AI and RPA\n"

MISTAKES = {
    "a town as the prefecture of another": Mistake(
        ((TSUSHIMA, "inPrefecture: prefecture/23", "inPrefecture: municipality/24324"),),
        "owl-range",
        ("municipality/23208", "dxo:inPrefecture", "municipality/24324"),
        (
            "dxo:Prefecture owl:disjointWith",
            "dxo:inPrefecture rdfs:range",
            "municipality/24324 rdf:type",
            "municipality/23208 dxo:inPrefecture",
        ),
    ),
    "a pillar as the measure that another restates": Mistake(
        ((ASAHI, OF_MEASURE, f"{OF_MEASURE}        restates: {PLAN}/pillar/1\n"),),
        "owl-range",
        (MEASURE, "dxo:restates", f"{PLAN}/pillar/1"),
        (
            "dxo:Pillar owl:members",
            "dxo:restates rdfs:range",
            "dxo:hasPillar rdfs:range",
            f"{MEASURE} dxo:restates",
            f"{PLAN} dxo:hasPillar",
        ),
    ),
    "a plan with what only articles have": Mistake(
        ((ASAHI, TITLE, f"{TITLE}articleOf: {LAW}\n"),),
        "owl-domain",
        (PLAN, "dxo:articleOf", LAW),
        (
            "dxo:Plan owl:disjointWith",
            "dxo:articleOf rdfs:domain",
            "dxo:DXPlan rdfs:subClassOf",
            "dxo:MunicipalPlan rdfs:subClassOf",
            f"{PLAN} dxo:articleOf",
            f"{PLAN} rdf:type",
        ),
    ),
    "a measure called a law": Mistake(
        ((ASAHI, OF_MEASURE, f"{OF_MEASURE}        type: Law\n"),),
        "owl-disjoint",
        (MEASURE, "rdf:type", "dxo:Law"),
        (
            "dxo:Instrument owl:members",
            "dxo:Law rdfs:subClassOf",
            "dxo:groupsMeasure rdfs:range",
            f"{MEASURE} rdf:type",
            f"{PLAN}/pillar/2 dxo:groupsMeasure",
        ),
    ),
    "a class under two that share no member": Mistake(
        (
            (
                "ontology/instrument.ttl",
                "dxo:DXPlan a owl:Class ;",
                "dxo:DXPlan rdfs:subClassOf dxo:Law .\ndxo:DXPlan a owl:Class ;",
            ),
        ),
        "owl-unsatisfiable",
        ("dxo:DXPlan", "rdfs:subClassOf", "dxo:Law"),
        (
            "dxo:Plan owl:disjointWith",
            " ",
            "dxo:DXPlan rdfs:subClassOf",
            "dxo:DXPlan rdfs:subClassOf",
            "dxo:MunicipalPlan rdfs:subClassOf",
        ),
    ),
    "two codes of one town": Mistake(
        ((ASAHI, 'code: "24343"', 'code: ["24343", "24344"]'),),
        "owl-functional",
        ("municipality/24343", "dxo:code", "24343"),
        ("dxo:code rdf:type", "municipality/24343 dxo:code", "municipality/24343 dxo:code"),
        owlrl_agrees=False,
    ),
    "one measure under two pillars": Mistake(
        ((ASAHI, '      - number: "3-1"', f'      - {MEASURE}\n      - number: "3-1"'),),
        "owl-functional",
        (f"{PLAN}/pillar/3", "dxo:groupsMeasure", MEASURE),
        (
            "dxo:inPillar rdf:type",
            "dxo:groupsMeasure owl:inverseOf",
            "dxo:groupsMeasure owl:inverseOf",
            f"{PLAN}/pillar/2 dxo:groupsMeasure",
            f"{PLAN}/pillar/3 dxo:groupsMeasure",
        ),
        owlrl_agrees=False,
    ),
    "a plan that conforms to itself": Mistake(
        ((ASAHI, TITLE, f"{TITLE}conformsTo: {PLAN}\n"),),
        "owl-irreflexive",
        (PLAN, "dxo:conformsTo", PLAN),
        ("dxo:conformsTo rdf:type", f"{PLAN} dxo:conformsTo"),
    ),
    "a plan that supersedes itself": Mistake(
        ((ASAHI, TITLE, f"{TITLE}supersedes: {PLAN}\n"),),
        "owl-irreflexive",
        (PLAN, "dxo:supersedes", PLAN),
        ("dxo:supersedes rdf:type", f"{PLAN} dxo:supersedes"),
    ),
    "two plans, each positioned under the other": Mistake(
        (
            (
                ASAHI,
                "    titleEn: 6th Asahi Town Comprehensive Plan\n",
                f"    titleEn: 6th Asahi Town Comprehensive Plan\n    positionedUnder: {PLAN}\n",
            ),
        ),
        "owl-asymmetric",
        ("plan/24343/comprehensive-6", "dxo:positionedUnder", PLAN),
        (
            "dxo:positionedUnder rdf:type",
            "plan/24343/comprehensive-6 dxo:positionedUnder",
            f"{PLAN} dxo:positionedUnder",
        ),
    ),
    "a day written as words": Mistake(
        (
            (CONTEXT, '"dxo:asOf", "@type": "xsd:date"', '"dxo:asOf", "@type": "xsd:string"'),
            (LAWS, "asOf: 2021-09-01", 'asOf: "2021-09-01"'),
        ),
        "owl-datatype",
        ("law/503AC0000000035/article/37/2", "dxo:asOf", "2021-09-01"),
        ("dxo:asOf rdfs:range", "law/503AC0000000035/article/37/2 dxo:asOf"),
        owlrl_agrees=False,
    ),
    "words where a thing is due": Mistake(
        ((CONTEXT, '"dxo:chairedBy", "@type": "@id"', '"dxo:chairedBy", "@type": "xsd:string"'),),
        "owl-literal",
        (
            "plan/43367/dx-2022/governance/1",
            "dxo:chairedBy",
            "plan/43367/dx-2022/governance/2",
        ),
        ("dxo:chairedBy rdf:type", "plan/43367/dx-2022/governance/1 dxo:chairedBy"),
        owlrl_agrees=False,
    ),
    "a thing where a day is due": Mistake(
        (
            (CONTEXT, '"dxo:asOf", "@type": "xsd:date"', '"dxo:asOf", "@type": "@id"'),
            (LAWS, "asOf: 2021-09-01", "asOf: fiscal-year/2021"),
        ),
        "owl-iri",
        ("law/503AC0000000035/article/37/2", "dxo:asOf", "fiscal-year/2021"),
        ("dxo:asOf rdf:type", "law/503AC0000000035/article/37/2 dxo:asOf"),
        owlrl_agrees=False,
    ),
}
NAMES = {ID: "", DXO: "dxo:", OWL: "owl:", RDFS: "rdfs:", RDF: "rdf:", SKOS: "skos:", XSD: "xsd:"}


def short(iri: str) -> str:
    for namespace, prefix in {**NAMES, "http://purl.org/dc/terms/": "dcterms:"}.items():
        iri = iri.replace(namespace, prefix)
    return iri


def spoilt(copy: Workspace, mistake: Mistake) -> ox.Store:
    for file, old, new in mistake.edits:
        path = copy.root / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new), encoding="utf-8")
    return assemble.assemble(copy)


def judged(copy: Workspace, store: ox.Store) -> list[Finding]:
    return contradictions(store, reason.rule_files(copy.ontology / "rules"))


@pytest.mark.parametrize("name", MISTAKES)
def test_a_contradiction_is_found_once_with_its_premises(name: str, copy: Workspace) -> None:
    mistake = MISTAKES[name]
    store = spoilt(copy, mistake)
    found = judged(copy, store)
    assert [f.rule for f in found] == [mistake.rule]
    blamed = (found[0].focus, found[0].path, found[0].value)
    assert tuple(map(short, blamed)) == mistake.blamed
    premises = [f"{short(p.focus)} {short(p.path)}" for p in found[0].premises]
    assert tuple(premises) == mistake.premises
    assert bool(owlrl_errors(store, found[0])) == mistake.owlrl_agrees


def owlrl_errors(store: ox.Store, finding: Finding) -> list[object]:
    """What owlrl finds wrong with the ontology and the asserted premises of a finding alone.

    A class that can have no member is no error yet, so it is given one.
    """
    data = rdflib.Graph()
    statements = {q.triple for q in store.quads_for_pattern(None, None, None, graph("ontology"))}
    for premise in finding.premises[1:]:
        if premise.focus:
            subject, path = ox.NamedNode(premise.focus), ox.NamedNode(premise.path)
            quads = store.quads_for_pattern(subject, path, None, None)
            statements |= {quad.triple for quad in quads if quad.graph_name != reason.INFERRED}
    if finding.rule == "owl-unsatisfiable":
        member = ox.Triple(
            ox.NamedNode(ID + "x"), ox.NamedNode(RDF + "type"), ox.NamedNode(finding.focus)
        )
        statements.add(member)
    data.parse(data="".join(f"{triple} .\n" for triple in statements), format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(data)
    errors = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
    return list(data.objects(None, errors))


def test_the_graph_of_the_project_has_no_contradiction(place: Workspace) -> None:
    assert contradictions(assemble.assemble(place)) == []


def test_a_contradiction_is_told_in_words_of_both_languages(copy: Workspace) -> None:
    (found,) = judged(copy, spoilt(copy, MISTAKES["a town as the prefecture of another"]))
    assert found.severity == "Violation"
    assert found.message.ja == (
        "「東員町」(municipality/24324)は「市町村」(dxo:Municipality)であり"
        "「都道府県」(dxo:Prefecture)でもあるとされているが、両方であるものはない。"
    )
    assert found.message.en == (
        '"Toin Town" (municipality/24324) is said to belong to both "municipality"'
        ' (dxo:Municipality) and "prefecture" (dxo:Prefecture), which share no member.'
    )
    assert "「津島市」(municipality/23208)の「属する都道府県」は「東員町」" in found.remedy.ja
    assert [premise.text.ja for premise in found.premises] == [
        "「都道府県」と「市町村」の両方であるものはない",
        "「東員町」(municipality/24324)は「都道府県」(「属する都道府県」の値は「都道府県」)",
        "「東員町」(municipality/24324)は「市町村」",
        "「津島市」(municipality/23208)の「属する都道府県」は「東員町」(municipality/24324)",
    ]
    assert found.premises[1].text.en == (
        '"Toin Town" (municipality/24324) belongs to "prefecture"'
        ' (the values of "in prefecture" belong to "prefecture")'
    )


def found_in(facts: str) -> list[Finding]:
    """Contradictions of a few facts under axioms of their own."""
    prefixes = f"@prefix : <{DXO}> . @prefix id: <{ID}> . @prefix owl: <{OWL}> ."
    prefixes += f"@prefix rdfs: <{RDFS}> . @prefix xsd: <{XSD}> . @prefix ex: <urn:x:> ."
    axioms, _, said = facts.partition("---")
    store = ox.Store()
    for text, name in ((axioms, "ontology"), (said, "plan/24343")):
        store.load(f"{prefixes} {text}".encode(), format=ox.RdfFormat.TURTLE, to_graph=graph(name))
    reason.entail(store, reason.Axioms(store).rules())
    return contradictions(store)


ONE = ":of a owl:FunctionalProperty , owl:ObjectProperty ."
VALUE = ":size a owl:FunctionalProperty , owl:DatatypeProperty ."


@pytest.mark.parametrize(
    "facts",
    [
        f"{ONE} --- id:a :of id:b , id:c .",
        f"{ONE} --- id:a :of ex:b , ex:c . ex:c owl:differentFrom ex:b .",
        f"{ONE} :B owl:disjointWith :C . --- id:a :of ex:b , ex:c . ex:b a :B . ex:c a :C .",
        f'{VALUE} --- id:a :size 1 , "2"^^xsd:decimal .',
        f'{VALUE} --- id:a :size "小"@ja , "小"@en .',
    ],
)
def test_two_values_known_to_differ_contradict_a_functional_property(facts: str) -> None:
    assert [finding.rule for finding in found_in(facts)] == ["owl-functional"]


@pytest.mark.parametrize(
    "facts",
    [
        f"{ONE} --- id:a :of ex:b , ex:c .",
        f"{ONE} --- id:a :of id:b . id:c :of id:b .",
        f'{VALUE} --- id:a :size 1 , "1.0"^^xsd:decimal .',
    ],
)
def test_values_that_may_be_the_same_contradict_nothing(facts: str) -> None:
    assert found_in(facts) == []


@pytest.mark.parametrize("day", ['"2021-09-31"^^xsd:date', '"2023-13"^^xsd:gYearMonth'])
def test_a_value_that_is_none_of_its_datatype_is_a_contradiction(day: str) -> None:
    (finding,) = found_in(f":on a owl:DatatypeProperty . --- id:a :on {day} .")
    assert (finding.rule, finding.value) == ("owl-lexical", day.split('"')[1])


def test_an_integer_is_a_decimal() -> None:
    assert (
        found_in(":size a owl:DatatypeProperty ; rdfs:range xsd:decimal . --- id:a :size 3 .") == []
    )


def test_the_side_with_fewer_statements_behind_it_is_blamed() -> None:
    axioms = ":A owl:disjointWith :B . :p a owl:ObjectProperty ; rdfs:range :B ."
    (finding,) = found_in(f"{axioms} --- id:x a :A . id:one :p id:x . id:two :p id:x .")
    assert (short(finding.path), short(finding.value)) == ("rdf:type", "dxo:A")


def test_between_equals_the_statement_printed_later_is_blamed() -> None:
    axioms = ":of a owl:ObjectProperty ; owl:inverseOf :has . :of a owl:FunctionalProperty ."
    said = "id:a :has id:x ; :sourceLine 9 . id:b :has id:x ; :sourceLine 10 ."
    (finding,) = found_in(f"{axioms} --- {said}")
    assert short(finding.focus) == "b"


def test_one_wrong_statement_is_one_finding_however_much_follows_from_it() -> None:
    axioms = ":A owl:disjointWith :B . :C rdfs:subClassOf :A . :D rdfs:subClassOf :C , :E ."
    axioms += " :E owl:disjointWith :B ."
    found = found_in(f"{axioms} --- id:x a :B , :F ; a :D . id:y :p id:x . id:x :sourceLine 1 .")
    assert [f"{short(f.focus)} {short(f.value)}" for f in found] == ["x dxo:B"]


def test_a_class_that_can_have_no_member_is_told_once_and_not_for_each_member() -> None:
    axioms = ":A owl:disjointWith :B . :C rdfs:subClassOf :A , :B . :D rdfs:subClassOf :C ."
    found = found_in(f"{axioms} --- id:x a :D . id:y a :C .")
    assert [(f.rule, short(f.focus)) for f in found] == [("owl-unsatisfiable", "dxo:C")]


def test_a_statement_only_a_rule_file_makes_is_blamed_when_nothing_written_is() -> None:
    store = ox.Store()
    axioms = f"<{DXO}of> a <{OWL}FunctionalProperty> ."
    store.load(axioms, format=ox.RdfFormat.TURTLE, to_graph=graph("ontology"))
    facts = f"<{ID}a> <{DXO}of> <{ID}b> , <{ID}c> ."
    store.load(facts, format=ox.RdfFormat.TURTLE, to_graph=reason.INFERRED)
    (finding,) = contradictions(store)
    assert finding.rule == "owl-functional"
    assert finding.focus == ID + "a"


def test_alignments_rule_nothing_out() -> None:
    store = ox.Store()
    text = f"<{BASE}A> <{OWL}disjointWith> <{BASE}B> . <{ID}x> a <{BASE}A> , <{BASE}B> ."
    store.load(text, format=ox.RdfFormat.TURTLE, to_graph=graph("alignment"))
    assert contradictions(store) == []
