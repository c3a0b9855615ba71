"""Inference: held against owlrl on the real graph, and the rules of the headline one by one."""

from __future__ import annotations

from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
import rdflib

from dxgraph import assemble, reason
from dxgraph.errors import BuildError
from dxgraph.namespaces import BASE, DXO, ID, OWL, PREFIXES, RDF, RDFS, SKOS, graph
from dxgraph.workspace import Workspace

TYPE = rdflib.URIRef(RDF + "type")
#: Predicates whose entailments are kept, apart from all of our own.
KEPT = {rdflib.URIRef(RDFS + "label"), TYPE}


def asserted(place: Workspace) -> ox.Store:
    """The graph before any inference, without alignments, of which no rule is made."""
    store = assemble.read_ontology(place)
    store.remove_graph(graph("alignment"))
    for _, quads in assemble.read_records(place, store):
        store.extend(quads)
    return store


def as_rdflib(store: ox.Store) -> rdflib.Graph:
    data = rdflib.Graph()
    data.parse(data="".join({f"{quad.triple} .\n" for quad in store}), format="nt")
    return data


def is_ours(triple: tuple[rdflib.term.Node, ...]) -> bool:
    """What a reader of the graph asks for: facts about things, in our terms.

    Left out of owlrl's closure: literals as subjects, sameAs of a thing with itself, owl:Thing and
    types of other vocabularies, and everything about terms, which the ontology itself says.
    """
    subject, predicate, thing = triple
    if not isinstance(subject, rdflib.URIRef) or str(subject).startswith((DXO, BASE + "ontology")):
        return False
    if predicate == TYPE:
        return str(thing).startswith((DXO, SKOS))
    return predicate in KEPT or predicate.startswith(DXO)


@pytest.fixture(scope="module")
def closure(place: Workspace) -> rdflib.Graph:
    """owlrl's closure of the asserted graph; computed once, since it takes a minute."""
    expanded = as_rdflib(asserted(place))
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(expanded)
    return expanded


def test_the_rules_made_from_axioms_entail_exactly_what_owlrl_entails(
    place: Workspace, closure: rdflib.Graph
) -> None:
    store = asserted(place)
    before = as_rdflib(store)
    reason.entail(store, reason.Axioms(store).rules())
    ours = {triple for triple in as_rdflib(store) if triple not in before}
    theirs = {triple for triple in closure if triple not in before and is_ours(triple)}
    assert ours == theirs


def test_owlrl_finds_no_contradiction_in_the_graph(closure: rdflib.Graph) -> None:
    errors = rdflib.URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
    assert list(closure.objects(None, errors)) == []


def test_nothing_asserted_is_inferred_again(place: Workspace) -> None:
    store = assemble.assemble(place)
    inferred = store.quads_for_pattern(None, None, None, reason.INFERRED)
    again = [
        quad
        for quad in inferred
        if len(list(store.quads_for_pattern(quad.subject, quad.predicate, quad.object))) > 1
    ]
    assert again == []


@pytest.mark.parametrize(
    ("axiom", "fact", "entailed"),
    [
        ("ex:A rdfs:subClassOf ex:B .", "ex:x a ex:A .", "ex:x a ex:B"),
        ("ex:A owl:equivalentClass ex:B .", "ex:x a ex:B .", "ex:x a ex:A"),
        ("ex:p rdfs:subPropertyOf ex:q .", "ex:x ex:p ex:y .", "ex:x ex:q ex:y"),
        ("ex:p owl:equivalentProperty ex:q .", "ex:x ex:q ex:y .", "ex:x ex:p ex:y"),
        ("ex:p rdfs:domain ex:A .", "ex:x ex:p ex:y .", "ex:x a ex:A"),
        ("ex:p a owl:ObjectProperty ; rdfs:range ex:A .", "ex:x ex:p ex:y .", "ex:y a ex:A"),
        ("ex:p owl:inverseOf ex:q .", "ex:x ex:p ex:y .", "ex:y ex:q ex:x"),
        ("ex:p owl:inverseOf ex:q .", "ex:x ex:q ex:y .", "ex:y ex:p ex:x"),
        ("ex:p a owl:TransitiveProperty .", "ex:x ex:p ex:y . ex:y ex:p ex:z .", "ex:x ex:p ex:z"),
        ("ex:p a owl:SymmetricProperty .", "ex:x ex:p ex:y .", "ex:y ex:p ex:x"),
        (
            "ex:p owl:propertyChainAxiom ( ex:q ex:r ex:q ) .",
            "ex:w ex:q ex:x . ex:x ex:r ex:y . ex:y ex:q ex:z .",
            "ex:w ex:p ex:z",
        ),
        (
            "[] a owl:Restriction ; owl:onProperty ex:p ; owl:hasValue ex:v ;"
            " rdfs:subClassOf ex:A .",
            "ex:x ex:p ex:v .",
            "ex:x a ex:A",
        ),
        (
            "[] a owl:Restriction ; owl:onProperty ex:p ; owl:someValuesFrom ex:B ;"
            " rdfs:subClassOf ex:A .",
            "ex:x ex:p ex:y . ex:y a ex:B .",
            "ex:x a ex:A",
        ),
    ],
)
def test_each_kind_of_axiom_becomes_a_rule(axiom: str, fact: str, entailed: str) -> None:
    prefixes = f"@prefix ex: <urn:ex:> . @prefix owl: <{OWL}> . @prefix rdfs: <{RDFS}> .\n"
    store = ox.Store()
    store.load((prefixes + axiom + fact).encode(), format=ox.RdfFormat.TURTLE)
    question = f"ASK {{ {entailed} }}"
    options = {"prefixes": {**PREFIXES, "ex": "urn:ex:"}, "use_default_graph_as_union": True}
    assert not bool(store.query(question, **options))
    reason.entail(store, reason.Axioms(store, ox.DefaultGraph()).rules())
    assert bool(store.query(question, **options))


def test_a_range_of_literals_types_nothing() -> None:
    store = ox.Store()
    text = f"<urn:p> <{RDFS}range> <urn:D> . <urn:x> <urn:p> 'text' ."
    store.load(text.encode(), format=ox.RdfFormat.TURTLE)
    assert reason.Axioms(store, ox.DefaultGraph()).rules() == []


def test_a_rule_file_that_is_not_sparql_names_itself(tmp_path: Path) -> None:
    (tmp_path / "10-wrong.rq").write_text("CONSTRUCT { ?x } WHERE", encoding="utf-8")
    with pytest.raises(BuildError, match=r"10-wrong\.rq"):
        reason.infer(ox.Store(), [], reason.rule_files(tmp_path))


TOWN = """
@prefix dxo: <https://w3id.org/dxgraph/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix id: <https://w3id.org/dxgraph/id/> .
@prefix technology: <https://w3id.org/dxgraph/id/technology/> .
@prefix phase: <https://w3id.org/dxgraph/id/phase/> .
@prefix fy: <https://w3id.org/dxgraph/id/fiscal-year/> .
<urn:town> rdfs:label "町"@ja , "Town"@en ; dxo:code "24343" .
<urn:plan> dxo:adoptedBy <urn:town> ; dxo:hasPillar <urn:pillar> .
<urn:pillar> dxo:groupsMeasure <urn:measure> .
<urn:measure> dxo:hasActivity <urn:one> , <urn:two> .
<urn:one> dxo:sourceLine 7 .
"""


def adoptions(place: Workspace, facts: str) -> dict[str, tuple[int, str, str, bool]]:
    """Technology -> year, phase, mention, certain, for a town whose plan says these facts."""
    store = assemble.read_ontology(place)
    store.load((TOWN + facts).encode(), format=ox.RdfFormat.TURTLE)
    rules = reason.rule_files(place.ontology / "rules")
    reason.infer(store, reason.Axioms(store).rules(), rules)
    rows = store.query(
        """SELECT ?t ?y ?p ?m ?c WHERE {
          ?a dxo:adoptedTechnology ?t ; dxo:firstYear/dxo:startYear ?y ;
            dxo:phase ?p ; dxo:mention ?m ; dxo:certain ?c }""",
        prefixes=PREFIXES,
        use_default_graph_as_union=True,
    )
    assert isinstance(rows, ox.QuerySolutions)

    def name(term: object) -> str:
        return str(term.value).rpartition("/")[2]

    return {
        name(row["t"]): (
            int(row["y"].value),
            name(row["p"]),
            name(row["m"]),
            row["c"].value == "true",
        )
        for row in rows
    }


def entry(activity: str, year: int, phase: str, more: str = "") -> str:
    node = f"<urn:{activity}-{year}>"
    return (
        f"<urn:{activity}> dxo:hasScheduleEntry {node} . "
        f"{node} dxo:fiscalYear fy:{year} ; dxo:phase phase:{phase} {more} .\n"
    )


def test_an_activity_that_names_a_technology_adopts_it_in_its_first_year_of_use(
    place: Workspace,
) -> None:
    facts = "<urn:one> dxo:namesTechnology technology:ai-ocr .\n"
    facts += entry("one", 2022, "study") + entry("one", 2023, "introduction")
    facts += entry("one", 2024, "operation")
    found = adoptions(place, facts)
    assert found["ai-ocr"] == (2023, "introduction", "activity", True)


@pytest.mark.parametrize("phase", ["study", "planning", "decision", "preparation", "trial"])
def test_work_before_introduction_adopts_nothing(place: Workspace, phase: str) -> None:
    facts = "<urn:one> dxo:namesTechnology technology:ai-ocr .\n" + entry("one", 2022, phase)
    assert adoptions(place, facts) == {}


def test_naming_a_narrower_technology_adopts_the_broader(place: Workspace) -> None:
    facts = "<urn:one> dxo:namesTechnology technology:ai-ocr .\n" + entry("one", 2023, "operation")
    found = adoptions(place, facts)
    assert found["ocr"] == found["ai"] == (2023, "operation", "activity", True)


def test_naming_only_a_broader_technology_is_said_to_be_so(place: Workspace) -> None:
    facts = "<urn:one> dxo:namesTechnology technology:ai .\n" + entry("one", 2023, "operation")
    assert adoptions(place, facts)["ai-ocr"] == (2023, "operation", "broader", True)


def test_a_technology_only_the_measure_names_is_adopted_by_an_entry_that_names_none(
    place: Workspace,
) -> None:
    facts = "<urn:measure> dxo:namesTechnology technology:telework .\n"
    facts += entry("one", 2025, "introduction")
    assert adoptions(place, facts)["telework"] == (2025, "introduction", "measure", True)


def test_an_entry_about_something_else_says_nothing_of_what_the_measure_names(
    place: Workspace,
) -> None:
    facts = "<urn:measure> dxo:namesTechnology technology:telework .\n"
    facts += entry(
        "one", 2022, "introduction", "; dxo:namesTechnology technology:attendance-system"
    )
    assert "telework" not in adoptions(place, facts)


def test_an_entry_about_a_broader_technology_speaks_for_what_the_measure_names(
    place: Workspace,
) -> None:
    facts = "<urn:measure> dxo:namesTechnology technology:ai-ocr .\n"
    facts += entry("one", 2024, "introduction", "; dxo:namesTechnology technology:ai")
    assert adoptions(place, facts)["ai-ocr"] == (2024, "introduction", "measure", True)


def test_where_an_activity_names_the_technology_no_other_speaks_for_it(place: Workspace) -> None:
    facts = "<urn:measure> dxo:namesTechnology technology:drone .\n"
    facts += "<urn:one> dxo:namesTechnology technology:drone .\n" + entry("one", 2022, "study")
    facts += entry("two", 2022, "operation")
    assert "drone" not in adoptions(place, facts)


def test_an_activity_that_names_it_outweighs_an_earlier_year_of_the_measure(
    place: Workspace,
) -> None:
    facts = "<urn:measure> dxo:namesTechnology technology:ai-ocr .\n"
    facts += entry("one", 2022, "operation")
    facts += "<urn:plan> dxo:hasPillar <urn:p2> . <urn:p2> dxo:groupsMeasure <urn:m2> .\n"
    facts += "<urn:m2> dxo:hasActivity <urn:three> .\n"
    facts += "<urn:three> dxo:namesTechnology technology:ai-ocr .\n"
    facts += entry("three", 2024, "introduction")
    assert adoptions(place, facts)["ai-ocr"] == (2024, "introduction", "activity", True)


def test_an_uncertain_year_makes_an_uncertain_adoption(place: Workspace) -> None:
    facts = "<urn:one> dxo:namesTechnology technology:gis .\n"
    facts += entry("one", 2024, "introduction", "; dxo:certain false")
    assert adoptions(place, facts)["gis"] == (2024, "introduction", "activity", False)


def test_a_certain_reading_outweighs_an_uncertain_one_of_the_same_year(place: Workspace) -> None:
    facts = "<urn:one> dxo:namesTechnology technology:gis .\n"
    facts += "<urn:two> dxo:namesTechnology technology:gis .\n"
    facts += entry("one", 2024, "introduction", "; dxo:certain false")
    facts += entry("two", 2024, "operation")
    assert adoptions(place, facts)["gis"] == (2024, "operation", "activity", True)


def test_an_entry_without_a_line_stands_on_the_line_of_its_activity(place: Workspace) -> None:
    store = assemble.read_ontology(place)
    store.load((TOWN + entry("one", 2022, "study")).encode(), format=ox.RdfFormat.TURTLE)
    rules = reason.rule_files(place.ontology / "rules")
    reason.infer(store, reason.Axioms(store).rules(), rules)
    line = ox.NamedNode(DXO + "sourceLine")
    found = store.quads_for_pattern(ox.NamedNode("urn:one-2022"), line, None, None)
    assert [quad.object.value for quad in found] == ["7"]


def test_a_thing_is_stated_in_the_source_of_the_plan_it_is_part_of(place: Workspace) -> None:
    town, first, second = (f"<{ID}{name}>" for name in ("town/1", "plan/1/a", "plan/1/b"))
    part = f"<{ID}plan/1/a/measure/1>"
    facts = f"""GRAPH <urn:record> {{
      {first} dxo:source <urn:old> . {second} dxo:source <urn:new> .
      {part} dxo:sourceLine 4 . {town} dxo:sourceLine 9 }}"""
    store = ox.Store()
    store.update(f"INSERT DATA {{ {facts} }}", prefixes=PREFIXES)
    reason.infer(store, [], reason.rule_files(place.ontology / "rules"))
    stated = store.quads_for_pattern(None, ox.NamedNode(DXO + "statedIn"), None, None)
    found = {(f"<{quad.subject.value}>", quad.object.value) for quad in stated}
    assert found == {(part, "urn:old"), (town, "urn:old"), (town, "urn:new")}


def test_a_plan_under_article_9_conforms_to_the_national_plan_and_heeds_the_prefectures(
    place: Workspace,
) -> None:
    store = assemble.assemble(place)
    plan = ox.NamedNode(ID + "plan/24343/dx-2023")

    def objects(name: str) -> list[str]:
        found = store.quads_for_pattern(plan, ox.NamedNode(DXO + name), None, reason.INFERRED)
        return [quad.object.value.removeprefix(ID) for quad in found]

    assert objects("conformsTo") == ["plan/national/data-basic-plan"]
    assert objects("takesIntoAccount") == ["plan/24/digital-strategy-2020"]


def test_law_and_measure_are_one_path(place: Workspace) -> None:
    store = assemble.assemble(place)
    question = "ASK { ?m dxo:number '2-2' ; dxo:basedOn <" + ID + "law/428AC1000000103> }"
    assert bool(store.query(question, prefixes=PREFIXES, use_default_graph_as_union=True))
