"""Explanations: facts of the real graph led back to what is asserted, and rules one by one."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from dxgraph import assemble, reason
from dxgraph.errors import BuildError
from dxgraph.logic.explain import Explainer, Proof
from dxgraph.logic.rule_parser import parse
from dxgraph.namespaces import BASE, DXO, GRAPH, ID, PREFIXES, TYPE, dxo
from dxgraph.workspace import Workspace

PLAN = "plan/24343/dx-2023"
ENTRY = f"{PLAN}/measure/2-2/activity/1/2024"


@pytest.fixture(scope="module")
def built(place: Workspace) -> ox.Store:
    return assemble.assemble(place)


@pytest.fixture(scope="module")
def rules(place: Workspace, built: ox.Store) -> list[reason.Rule]:
    return reason.Axioms(built).rules() + reason.rule_files(place.ontology / "rules")


@pytest.fixture(scope="module")
def explainer(built: ox.Store, rules: list[reason.Rule]) -> Explainer:
    return Explainer(built, rules)


def thing(name: str) -> ox.NamedNode:
    return ox.NamedNode(ID + name)


def short(triple: ox.Triple) -> str:
    return " ".join(getattr(t, "value", "").replace(BASE, "").replace("id/", "") for t in triple)


def ends(proof: Proof) -> set[str]:
    return {short(end.triple) for end in proof.asserted}


def test_the_adoption_of_ai_ocr_by_asahi_is_explained_by_its_rule_and_its_entry(
    explainer: Explainer,
) -> None:
    adoption = thing("adoption/24343/ai-ocr")
    proof = explainer.why(ox.Triple(adoption, dxo("firstYear"), thing("fiscal-year/2024")))
    assert proof
    assert proof.rule == "40-technology-adoption.rq"
    assert {
        f"{ENTRY} ontology#mayConcernTechnology technology/ai-ocr",
        f"{ENTRY} ontology#fiscalYear fiscal-year/2024",
        f"{ENTRY} ontology#phase phase/introduction",
        "phase/introduction ontology#impliesAdoption true",
        f"{PLAN} ontology#adoptedBy municipality/24343",
    } <= {short(premise.triple) for premise in proof.premises}
    concern = next(p for p in proof.premises if p.triple.predicate == dxo("mayConcernTechnology"))
    assert concern.rule == "30-may-concern-technology.rq"
    assert f"{PLAN}/measure/2-2 ontology#namesTechnology technology/ai-ocr" in ends(concern)


def test_a_plan_rests_on_the_law_by_way_of_its_article(explainer: Explainer) -> None:
    law = thing("law/428AC1000000103")
    proof = explainer.why(ox.Triple(thing(PLAN), dxo("basedOn"), law))
    assert proof
    assert proof.rule == f"transitive {DXO}basedOn {DXO}basedOn"
    assert [premise.rule for premise in proof.premises] == [
        f"subPropertyOf {DXO}establishedUnder {DXO}basedOn",
        f"subPropertyOf {DXO}articleOf {DXO}basedOn",
    ]
    article = "law/428AC1000000103/article/9/3"
    assert ends(proof) == {
        f"{PLAN} ontology#establishedUnder {article}",
        f"{article} ontology#articleOf law/428AC1000000103",
    }


def test_an_asserted_fact_names_the_graphs_that_state_it(explainer: Explainer) -> None:
    proof = explainer.why(ox.Triple(thing(PLAN), dxo("adoptedBy"), thing("municipality/24343")))
    assert proof
    assert (proof.rule, proof.premises) == ("", ())
    assert proof.graphs == (f"{GRAPH}plan/24343",)


def test_what_does_not_hold_has_no_proof(explainer: Explainer) -> None:
    fact = ox.Triple(thing("municipality/24343"), TYPE, dxo("Prefecture"))
    assert explainer.why(fact) is None


def test_every_inferred_fact_of_a_plan_is_explained_by_what_is_asserted(
    built: ox.Store, explainer: Explainer
) -> None:
    facts = [
        quad.triple
        for quad in built.quads_for_pattern(None, None, None, reason.INFERRED)
        if "24343" in quad.subject.value
    ]
    proofs = [explainer.why(fact) for fact in facts]
    assert len(proofs) > 500
    assert [short(fact) for fact, proof in zip(facts, proofs, strict=True) if not proof] == []
    assert all(end.graphs for proof in proofs if proof for end in proof.asserted)


def test_vocabulary_and_the_asserted_ends_of_a_proof_are_enough_for_the_rules_to_yield_it_again(
    place: Workspace, explainer: Explainer
) -> None:
    fact = ox.Triple(thing("adoption/24343/ai-ocr"), dxo("phase"), thing("phase/introduction"))
    proof = explainer.why(fact)
    assert proof
    store = assemble.read_ontology(place)
    axioms = reason.Axioms(store).rules()
    plan = ox.NamedNode(f"{GRAPH}plan/24343")
    store.extend(ox.Quad(*end.triple, plan) for end in proof.asserted)
    reason.infer(store, axioms, reason.rule_files(place.ontology / "rules"))
    assert list(store.quads_for_pattern(*fact, reason.INFERRED))


def by(*constructs: str) -> list[reason.Rule]:
    return [reason.Rule(f"rule-{n}", text) for n, text in enumerate(constructs, 1)]


def explained(facts: str, rules: list[reason.Rule], fact: str) -> list[Proof]:
    """Proofs of a fact, once the rules have run over the facts to a fixpoint."""
    prefix = f"@prefix : <{DXO}> ."
    store = ox.Store()
    store.load((prefix + facts).encode(), format=ox.RdfFormat.TURTLE)
    reason.entail(store, rules)
    wanted = next(iter(ox.parse(prefix + fact, format=ox.RdfFormat.TURTLE))).triple
    return list(Explainer(store, rules).proofs(wanted))


def names(proof: Proof) -> list[str]:
    return [step.rule for step in proof.walk() if step.rule]


def test_rules_that_yield_each_other_are_explained_without_a_circle() -> None:
    rules = by(
        "CONSTRUCT { ?y dxo:q ?x } WHERE { ?x dxo:p ?y }",
        "CONSTRUCT { ?y dxo:p ?x } WHERE { ?x dxo:q ?y }",
        "CONSTRUCT { ?x dxo:p ?y } WHERE { ?x dxo:r ?y }",
    )
    proofs = explained(":a :r :b .", rules, ":b :q :a .")
    assert [names(proof) for proof in proofs] == [["rule-3", "rule-1"]]


def test_a_circle_of_based_on_ends_at_what_is_asserted() -> None:
    rules = by("CONSTRUCT { ?x dxo:p ?y } WHERE { ?x dxo:p ?z . ?z dxo:p ?y }")
    proofs = explained(":a :p :b . :b :p :c . :c :p :a .", rules, ":a :p :a .")
    assert proofs
    assert all(end.graphs for proof in proofs for end in proof.asserted)
    assert len(proofs[0].asserted) == 3


def test_the_proof_of_fewest_steps_comes_first() -> None:
    rules = by(
        "CONSTRUCT { ?x dxo:goal ?y } WHERE { ?x dxo:q ?y }",
        "CONSTRUCT { ?x dxo:q ?y } WHERE { ?x dxo:p ?y }",
        "CONSTRUCT { ?x dxo:goal ?y } WHERE { ?x dxo:r ?y . ?x dxo:p ?y }",
    )
    proofs = explained(":a :p :b ; :r :b .", rules, ":a :goal :b .")
    assert [names(proof) for proof in proofs] == [["rule-3"], ["rule-2", "rule-1"]]


def test_an_asserted_fact_that_also_follows_is_first_of_all_asserted() -> None:
    rules = by("CONSTRUCT { ?x dxo:q ?y } WHERE { ?x dxo:p ?y }")
    assert [p.rule for p in explained(":a :p :b ; :q :b .", rules, ":a :q :b .")] == ["", "rule-1"]


def test_only_the_branch_that_makes_the_fact_explains_it() -> None:
    rules = by(
        "CONSTRUCT { ?x dxo:goal ?y . ?x dxo:other ?z }"
        " WHERE { { ?x dxo:p ?y } UNION { ?x dxo:q ?z } }"
    )
    (proof,) = explained(":a :p :b ; :q :c .", rules, ":a :goal :b .")
    assert ends(proof) == {"ontology#a ontology#p ontology#b"}


@pytest.mark.parametrize(
    ("body", "facts", "premises"),
    [
        ("?x dxo:p/dxo:q ?y", ":a :p :m . :m :q :b .", {"a p m", "m q b"}),
        ("?y ^dxo:p ?x", ":a :p :b .", {"a p b"}),
        ("?x dxo:p|dxo:q ?y", ":a :q :b .", {"a q b"}),
        ("?x (dxo:p/dxo:q)? ?y", ":a :p :m . :m :q :b .", {"a p m", "m q b"}),
        ("?x dxo:p+ ?y", ":a :p :m . :m :p :n , :b . :n :p :b .", {"a p m", "m p b"}),
        ("?x dxo:q ?z . ?z dxo:p* ?y", ":a :q :b .", {"a q b"}),
        ("?x dxo:p ?y . OPTIONAL { ?x dxo:q ?z }", ":a :p :b ; :q :c .", {"a p b", "a q c"}),
        ("?x dxo:p ?y . OPTIONAL { ?x dxo:q ?z }", ":a :p :b .", {"a p b"}),
        ("?x dxo:p ?y FILTER NOT EXISTS { ?x dxo:q ?y }", ":a :p :b .", {"a p b"}),
        ("?x dxo:p ?z ; dxo:q ?y FILTER (?z > 1)", ":a :p 1, 2 ; :q :b .", {"a p 2", "a q b"}),
        ("?x dxo:p ?y FILTER EXISTS { ?x dxo:q ?z }", ":a :p :b ; :q :c .", {"a p b", "a q c"}),
        ("?x dxo:p ?z BIND (IRI(?z) AS ?y)", f':a :p "{DXO}b" .', {"a p b"}),
        ("VALUES ?z { 2 } ?x dxo:p ?z ; dxo:q ?y", ":a :p 1, 2 ; :q :b .", {"a p 2", "a q b"}),
        (
            "{ SELECT ?x (MIN(?n) AS ?least) { ?x dxo:p ?m . ?m dxo:n ?n } GROUP BY ?x }"
            " ?y dxo:n ?least",
            ":a :p :b , :c . :b :n 1 . :c :n 2 .",
            {"a p b", "b n 1"},
        ),
        (
            "{ SELECT ?x (COUNT(?m) AS ?n) { ?x dxo:p ?m } GROUP BY ?x } ?x dxo:q ?y"
            " FILTER (?n = 2)",
            ":a :p :b , :c ; :q :b .",
            {"a p b", "a p c", "a q b"},
        ),
    ],
)
def test_each_form_of_a_body_gives_its_premises(body: str, facts: str, premises: set[str]) -> None:
    rules = by(f"CONSTRUCT {{ ?x dxo:goal ?y }} WHERE {{ {body} }}")
    proof = explained(facts, rules, ":a :goal :b .")[0]
    assert {end.replace("ontology#", "").replace(DXO, "") for end in ends(proof)} == premises


@pytest.mark.parametrize(
    "body",
    [
        "?x dxo:p ?y FILTER NOT EXISTS { ?y dxo:q ?x }",
        "?x dxo:p ?y FILTER EXISTS { ?x dxo:q ?x }",
        "?x dxo:p ?y FILTER (?x = ?y)",
    ],
)
def test_what_a_filter_refuses_explains_nothing(body: str) -> None:
    store = ox.Store()
    store.load(f"@prefix : <{DXO}> . :a :p :b . :b :q :a .", format=ox.RdfFormat.TURTLE)
    rules = by(f"CONSTRUCT {{ ?x dxo:goal ?y }} WHERE {{ {body} }}")
    assert Explainer(store, rules).why(ox.Triple(dxo("a"), dxo("goal"), dxo("b"))) is None


def test_a_rule_that_asks_whether_its_own_fact_is_there_explains_it() -> None:
    rules = by("CONSTRUCT { ?x dxo:q ?y } WHERE { ?x dxo:p ?y FILTER NOT EXISTS { ?x dxo:q ?z } }")
    assert [names(p) for p in explained(":a :p :b .", rules, ":a :q :b .")] == [["rule-1"]]


@pytest.mark.parametrize(
    "body",
    [
        "?x dxo:p [ dxo:q ?y ]",
        "?x dxo:p ?y SERVICE <http://x> { ?x dxo:q ?y }",
        "{ SELECT ?x (GROUP_CONCAT(?z; separator=' ') AS ?y) { ?x dxo:p ?z } GROUP BY ?x }",
        "?x unknown:p ?y",
        "?x dxo:p ?y",
    ],
)
def test_a_rule_that_cannot_be_read_says_which_and_where(body: str) -> None:
    end = "" if body == "?x dxo:p ?y" else "}"
    with pytest.raises(BuildError, match="rule 99 cannot be explained at"):
        parse("99", f"CONSTRUCT {{ ?x dxo:goal ?y }} WHERE {{ {body} {end}")


def test_the_prefixes_of_a_rule_are_its_own() -> None:
    rule = parse("1", "PREFIX ex: <urn:x:> CONSTRUCT { ?x ex:p 'a'@ja } WHERE { ?x ex:q 1.5 }")
    assert rule.head[0].object == ox.Literal("a", language="ja")
    assert "ex" not in PREFIXES
