"""Inference: OWL 2 RL as CONSTRUCT rules made from the ontology's axioms, then the rule files.

The axioms are read once and each becomes one rule; the rules run to a fixpoint, then the files of
``ontology/rules/`` run once in name order, each seeing what those before it added, then the axioms
once more. Only what adds knowledge is made: no ``owl:sameAs`` with itself, no ``owl:Thing``, no
axioms about terms, no literal subjects. ``tests/test_reason.py`` holds the outcome against owlrl.

Cost: one look-up an axiom that starts from its predicate or class, again only while that grows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from dxgraph.errors import BuildError
from dxgraph.namespaces import OWL, PREFIXES, RDF, RDFS, TYPE, graph

INFERRED = graph("inferred")
ONTOLOGY = graph("ontology")
_MAX_ROUNDS = 20


@dataclass(frozen=True)
class Rule:
    """A CONSTRUCT query and what it says, for the reader of an inferred fact.

    ``needs`` holds the predicates and classes its body asks for: an axiom's rule is run again only
    when one of them has gained a fact. ``alone`` is true where each conclusion needs one fact only.
    """

    name: str
    construct: str
    needs: frozenset[str] = frozenset()
    alone: bool = False


def _named(term: object) -> str | None:
    return term.value if isinstance(term, ox.NamedNode) else None


class Axioms:
    """The rules that follow from the axioms in one graph of a store."""

    def __init__(self, store: ox.Store, source: ox.NamedNode | ox.DefaultGraph = ONTOLOGY) -> None:
        self._store = store
        self._source = source

    def _find(
        self, subject: ox.NamedNode | ox.BlankNode | None, name: str, thing: str | None = None
    ) -> Iterator[ox.Quad]:
        target = None if thing is None else ox.NamedNode(thing)
        return self._store.quads_for_pattern(subject, ox.NamedNode(name), target, self._source)

    def rules(self) -> list[Rule]:
        """One rule an axiom, in a fixed order."""
        found = [
            *self._hierarchy(),
            *self._domains_and_ranges(),
            *self._property_kinds(),
            *self._chains(),
            *self._restrictions(),
        ]
        return sorted(found, key=lambda rule: rule.name)

    def _pairs(self, predicate: str) -> Iterator[tuple[str, str]]:
        for quad in self._find(None, predicate):
            subject, target = _named(quad.subject), _named(quad.object)
            if subject and target and not _is_skolem(subject) and not _is_skolem(target):
                yield subject, target

    def _hierarchy(self) -> Iterator[Rule]:
        for predicate, both in (("subClassOf", False), ("equivalentClass", True)):
            namespace = OWL if both else RDFS
            for sub, top in self._pairs(namespace + predicate):
                yield _rule(predicate, sub, top, f"?x a <{top}>", f"?x a <{sub}>")
                if both:
                    yield _rule(predicate, top, sub, f"?x a <{sub}>", f"?x a <{top}>")
        for predicate, both in (("subPropertyOf", False), ("equivalentProperty", True)):
            namespace = OWL if both else RDFS
            for sub, top in self._pairs(namespace + predicate):
                yield _rule(predicate, sub, top, f"?x <{top}> ?y", f"?x <{sub}> ?y")
                if both:
                    yield _rule(predicate, top, sub, f"?x <{sub}> ?y", f"?x <{top}> ?y")

    def _domains_and_ranges(self) -> Iterator[Rule]:
        for prop, cls in self._pairs(RDFS + "domain"):
            yield _rule("domain", prop, cls, f"?x a <{cls}>", f"?x <{prop}> ?y")
        objects = set(self._of_type("ObjectProperty"))
        for prop, cls in self._pairs(RDFS + "range"):
            if prop in objects:
                yield _rule("range", prop, cls, f"?y a <{cls}>", f"?x <{prop}> ?y")

    def _of_type(self, kind: str) -> list[str]:
        found = self._find(None, RDF + "type", OWL + kind)
        return [name for quad in found if (name := _named(quad.subject))]

    def _property_kinds(self) -> Iterator[Rule]:
        for one, other in self._pairs(OWL + "inverseOf"):
            yield _rule("inverseOf", one, other, f"?y <{other}> ?x", f"?x <{one}> ?y")
            yield _rule("inverseOf", other, one, f"?y <{one}> ?x", f"?x <{other}> ?y")
        for prop in self._of_type("TransitiveProperty"):
            body = f"?x <{prop}> ?z . ?z <{prop}> ?y"
            yield _rule("transitive", prop, prop, f"?x <{prop}> ?y", body)
        for prop in self._of_type("SymmetricProperty"):
            yield _rule("symmetric", prop, prop, f"?y <{prop}> ?x", f"?x <{prop}> ?y")

    def _chains(self) -> Iterator[Rule]:
        for quad in self._find(None, OWL + "propertyChainAxiom"):
            steps = list(self._list(quad.object))
            body = " . ".join(f"?x{i} <{step}> ?x{i + 1}" for i, step in enumerate(steps))
            prop = _named(quad.subject)
            head = f"?x0 <{prop}> ?x{len(steps)}"
            yield _rule("propertyChainAxiom", str(prop), " ".join(steps), head, body)

    def _list(self, head: object) -> Iterator[str]:
        while isinstance(head, (ox.NamedNode, ox.BlankNode)) and _named(head) != RDF + "nil":
            yield str(_named(self._value(head, RDF + "first")))
            head = self._value(head, RDF + "rest")

    def _value(self, subject: ox.NamedNode | ox.BlankNode, predicate: str) -> object:
        return next((quad.object for quad in self._find(subject, predicate)), None)

    def _restrictions(self) -> Iterator[Rule]:
        for prop_quad in self._find(None, OWL + "onProperty"):
            node, prop = prop_quad.subject, _named(prop_quad.object)
            if not isinstance(node, (ox.NamedNode, ox.BlankNode)):
                continue
            value = _named(self._value(node, OWL + "hasValue"))
            some = _named(self._value(node, OWL + "someValuesFrom"))
            body = f"?x <{prop}> <{value}>" if value else f"?x <{prop}> ?y . ?y a <{some}>"
            for cls in self._superclasses(node):
                yield _rule("restriction", str(prop), str(value or some), f"?x a <{cls}>", body)

    def _superclasses(self, node: ox.NamedNode | ox.BlankNode) -> Iterator[str]:
        found = self._find(node, RDFS + "subClassOf")
        yield from (name for quad in found if (name := _named(quad.object)))


def _is_skolem(iri: str) -> bool:
    return "/.well-known/genid/" in iri


def _rule(kind: str, subject: str, target: str, head: str, body: str) -> Rule:
    """A rule that makes only what no graph states yet."""
    classes = re.findall(r" a <([^>]*)>", body)
    return Rule(
        f"{kind} {subject} {target}",
        f"CONSTRUCT {{ {head} }} WHERE {{ {body} FILTER NOT EXISTS {{ {head} }} }}",
        frozenset(classes + re.findall(r"\?\w+ <([^>]*)>", body)),
        " . " not in body,
    )


def rule_files(folder: Path) -> list[Rule]:
    """The CONSTRUCT rules of a folder, in name order."""
    return [
        Rule(path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.rq"))
    ]


def entail(
    store: ox.Store,
    rules: list[Rule],
    changed: frozenset[str] | None = None,
    added: ox.Store | None = None,
) -> frozenset[str]:
    """Run axiom rules to a fixpoint into the inferred graph; return what gained a fact.

    ``changed`` names the predicates and classes that gained facts since the rules last ran; None
    when they never did. ``added`` holds the facts from which nothing was concluded yet, where that
    is known, and gets those that are concluded.
    """
    gained: frozenset[str] = frozenset()
    for _ in range(_MAX_ROUNDS):
        due = [rule for rule in rules if changed is None or rule.needs & changed]
        changed = frozenset().union(*(_apply(store, rule, added) for rule in due))
        gained |= changed
        if not changed:
            return gained
    raise BuildError(
        f"the axioms still yield new facts after {_MAX_ROUNDS} rounds",
        f"公理の適用が {_MAX_ROUNDS} 回で終わりません",
    )


def infer(
    store: ox.Store, axioms: list[Rule], files: list[Rule], added: ox.Store | None = None
) -> None:
    """Everything that follows, into the inferred graph; ``added`` is as in ``entail``."""
    entail(store, axioms, None if added is None else _terms(added), added)
    gained: frozenset[str] = frozenset()
    for rule in files:
        gained |= _apply(store, rule, added)
    entail(store, axioms, gained, added)


def _apply(store: ox.Store, rule: Rule, added: ox.Store | None) -> frozenset[str]:
    """Add what a rule yields and no graph states; return the predicates and classes that gained."""
    asked = added if rule.alone and added is not None else store
    try:
        result = asked.query(rule.construct, prefixes=PREFIXES, use_default_graph_as_union=True)
    except SyntaxError as error:
        raise BuildError(
            f"the rule {rule.name} is not SPARQL: {error.msg}",
            f"規則 {rule.name} は SPARQL ではありません: {error.msg}",
        ) from error
    if not isinstance(result, ox.QueryTriples):
        raise BuildError(
            f"the rule {rule.name} is no CONSTRUCT query",
            f"規則 {rule.name} は CONSTRUCT ではありません",
        )
    new = [
        ox.Quad(fact.subject, fact.predicate, fact.object, INFERRED)
        for fact in result
        if not any(store.quads_for_pattern(fact.subject, fact.predicate, fact.object, None))
    ]
    if new:
        store.extend(new)
        if added is not None:
            added.extend(new)
    return _terms(new)


def _terms(quads: Iterable[ox.Quad]) -> frozenset[str]:
    """The predicates of facts, and the classes."""
    found = {(quad.predicate, quad.object if quad.predicate == TYPE else None) for quad in quads}
    return frozenset(_named(term) or "" for each in found for term in each if term)
