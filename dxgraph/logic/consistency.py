"""Contradictions, each told once, at the statement that is most likely wrong, with its premises.

``clashes`` says which statements cannot all be true; here each is led back to what is asserted
(``explain``), and the side with the fewest asserted statements behind it is blamed. Between equals
it is the one that stands outside the record of the thing, then the one whose subject is printed
later in the source. Clashes that blame the same statement are one finding.

Two different IRIs of ours are two different things: the unique name assumption holds for ``id/``,
so two of them on a functional property contradict each other, although OWL alone would conclude
that they are one thing.

Cost: that of ``clashes`` for a graph without contradiction (0.07 s for 24,500 triples on two
cores); for each contradiction, the proofs of its sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from dxgraph.findings import Finding, Premise, Text
from dxgraph.logic.clashes import Clash, Clashes
from dxgraph.logic.explain import Explainer, Proof
from dxgraph.logic.wording import Words
from dxgraph.namespaces import OWL, RDF, RDFS, dxo
from dxgraph.reason import Axioms, Rule

#: Nobody infers axioms about terms, so what follows of subclasses is found when it is asked for.
_SUBCLASSES = Rule(
    "hierarchy",
    "CONSTRUCT { ?x rdfs:subClassOf ?y } WHERE { ?x rdfs:subClassOf+ ?y }",
)
_MESSAGES = {
    "owl-disjoint": Text(
        "{0}は{1}であり{2}でもあるとされているが、両方であるものはない",
        "{0} is said to belong to both {1} and {2}, which share no member",
    ),
    "owl-unsatisfiable": Text(
        "{0}は{1}と{2}の両方の下位クラスなので、属するものがありえない",
        "{0} is under both {1} and {2}, so it can have no member",
    ),
    "owl-functional": Text(
        "{0}の{1}は一つのはずなのに、{2}と{3}の二つがある",
        "{0} has one {1} at most, but two are stated: {2} and {3}",
    ),
    "owl-irreflexive": Text("{0}の{1}が自分自身になっている", "{0} has itself as its {1}"),
    "owl-asymmetric": Text(
        "{0}と{2}が、互いに相手を{1}としている", "{0} and {2} have each other as {1}"
    ),
    "owl-datatype": Text(
        "{0}の{1}の値{2}の型は{3}だが、{4}のはずである",
        "{0} has {1} {2}, which is written as {3} where {4} is due",
    ),
    "owl-lexical": Text(
        "{0}の{1}の値{2}は{3}として正しくない", "{0} has {1} {2}, which is no valid {3}"
    ),
    "owl-literal": Text(
        "{0}の{1}は物事を指すはずなのに、文字や数の{2}になっている",
        "{0} has {1} {2}, a literal where a thing is due",
    ),
    "owl-iri": Text(
        "{0}の{1}は文字や数のはずなのに、物事の{2}を指している",
        "{0} has {1} {2}, a thing where a literal is due",
    ),
}
_MESSAGES["owl-range"] = _MESSAGES["owl-domain"] = _MESSAGES["owl-disjoint"]
#: Property of the axiom in the ontology, by the first word of a rule's or axiom's name.
_WRITTEN = {
    **dict.fromkeys(("subClassOf", "subPropertyOf", "domain", "range"), RDFS),
    **dict.fromkeys(("equivalentClass", "equivalentProperty", "inverseOf"), OWL),
    **dict.fromkeys(("propertyChainAxiom", "disjointWith", "members"), OWL),
}


def contradictions(store: ox.Store, files: Sequence[Rule] = ()) -> list[Finding]:
    """What contradicts in a store that ``assemble`` made, by focus; empty when nothing does.

    ``files`` are the rule files, for the premises of what they inferred; without them, such a
    statement is itself a premise, and is blamed only where no written one is. Premises begin with
    the axiom that is broken; what was inferred, each after what it follows from, and then what is
    asserted come next.
    """
    clashes = Clashes(store).find()
    if not clashes:
        return []
    judge = _Judge(store, files)
    found: dict[tuple[str, ...], Finding] = {}
    echoes: dict[tuple[str, ...], Finding] = {}
    for clash in clashes:
        finding, written = judge.finding(clash)
        key = (finding.focus, finding.path, finding.value)
        (found if written else echoes).setdefault(key, finding)
    told = (found or echoes).values()
    return sorted(told, key=lambda finding: (finding.focus, finding.rule, finding.value))


@dataclass(frozen=True)
class _Side:
    """A statement of a clash: its smallest proof and the asserted statements behind any proof."""

    proof: Proof
    support: frozenset[ox.Triple]


class _Judge:
    def __init__(self, store: ox.Store, files: Sequence[Rule]) -> None:
        self._store = store
        self._words = Words(store)
        self._explainer = Explainer(store, [*Axioms(store).rules(), *files, _SUBCLASSES])

    def finding(self, clash: Clash) -> tuple[Finding, bool]:
        """The finding, and whether the statement it blames was written by somebody."""
        sides = [self._side(triple) for triple in clash.sides]
        home = self._owners(clash.sides[0].subject)
        wrong = min(sides, key=lambda side: self._trust(side, home))
        blamed = min(wrong.proof.asserted, key=lambda end: self._standing(end, home))
        rule = clash.rule
        if rule == "owl-disjoint" and wrong.proof.rule:
            kinds = {proof.rule.partition(" ")[0] for proof in wrong.proof.walk()}
            rule = next((f"owl-{kind}" for kind in ("range", "domain") if kind in kinds), rule)
        about = [self._words.label(term) for term in clash.about]
        message = _MESSAGES[rule]
        triple = blamed.triple
        finding = Finding(
            rule,
            "Violation",
            Text(
                f"{message.ja.format(*(label.ja for label in about))}。",
                f"{message.en.format(*(label.en for label in about))}.",
            ),
            self._remedy(triple),
            focus=_text(triple.subject),
            path=triple.predicate.value,
            value=_text(triple.object),
            premises=self._premises(clash, sides),
        )
        return finding, bool(blamed.graphs)

    def _side(self, triple: ox.Triple) -> _Side:
        proofs = list(self._explainer.proofs(triple)) or [Proof(triple)]
        ends = {end.triple for proof in proofs for end in proof.asserted}
        return _Side(proofs[0], frozenset(ends))

    def _trust(self, side: _Side, home: set[str]) -> tuple[object, ...]:
        """Least first: few statements behind it, then as the statement at its end stands."""
        return len(side.support), min(self._standing(end, home) for end in side.proof.asserted)

    def _standing(self, end: Proof, home: set[str]) -> tuple[object, ...]:
        at_home = bool(home & {_owner(graph) for graph in end.graphs})
        lines = self._store.quads_for_pattern(end.triple.subject, dxo("sourceLine"), None, None)
        numbers = [_text(quad.object) for quad in lines]
        line = max((int(number) for number in numbers if number.isdecimal()), default=0)
        return at_home, -line, str(end.triple)

    def _owners(self, thing: ox.NamedNode | ox.BlankNode | ox.Triple) -> set[str]:
        """The records that describe a thing, by their codes."""
        quads = self._store.quads_for_pattern(thing, None, None, None)
        return {_owner(_text(quad.graph_name)) for quad in quads} - {"inferred"}

    def _remedy(self, triple: ox.Triple) -> Text:
        words = self._words.statement(triple)
        return Text(
            f"「{words.ja}」という記述を確かめ、直すか消してください。",
            f"Check the statement that {words.en}, and correct or remove it.",
        )

    def _premises(self, clash: Clash, sides: list[_Side]) -> tuple[Premise, ...]:
        proofs = {p.triple: p for side in sides for p in side.proof.walk()}.values()
        inferred = [self._inferred(proof) for proof in proofs if proof.rule]
        asserted = [
            Premise(
                self._words.statement(proof.triple),
                focus=_text(proof.triple.subject),
                path=proof.triple.predicate.value,
            )
            for proof in proofs
            if not proof.rule
        ]
        axiom = self._words.axiom(clash.axiom)
        focus, path = _place_of(clash.axiom)
        return (Premise(axiom, focus=focus, path=path), *inferred, *asserted)

    def _inferred(self, proof: Proof) -> Premise:
        statement, axiom = self._words.statement(proof.triple), self._words.axiom(proof.rule)
        focus, path = _place_of(proof.rule)
        text = Text(f"{statement.ja}({axiom.ja})", f"{statement.en} ({axiom.en})")
        return Premise(text, focus=focus, path=path)


def _place_of(name: str) -> tuple[str, str]:
    """Subject and property that write an axiom; empty for a rule file, which is a place itself."""
    kind, _, rest = name.partition(" ")
    if not rest:
        return "", ""
    path = _WRITTEN[kind] + kind if kind in _WRITTEN else RDF + "type"
    return rest.partition(" ")[0], path


def _owner(graph: str) -> str:
    """``24343`` for the graphs of what 朝日町's record prints and of how it is read."""
    return graph.rpartition("/")[2]


def _text(term: object) -> str:
    return str(getattr(term, "value", term))
