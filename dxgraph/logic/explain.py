"""Why a fact holds: the rule that says so and the facts it rests on, down to what is asserted.

A fact stated in any graph but ``graph/inferred`` is asserted and needs no reason. For another, each
rule whose head could be that fact is matched with the store (``matching``), each solution gives a
derivation, and the derivations are weighed against each other as in Knuth's generalisation of
Dijkstra's algorithm: the proof of fewest steps comes first, of those the one that rests on fewest
asserted facts, and no proof uses what it proves.

Cost: the derivations of the facts between the one asked for and the asserted ones; where a fact has
a derivation from asserted facts alone, its others are not followed further.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass

import pyoxigraph as ox

from dxgraph.logic.matching import Matcher, Solution, Term
from dxgraph.logic.patterns import Construct, Link, Pattern
from dxgraph.logic.rule_parser import parse
from dxgraph.namespaces import TYPE
from dxgraph.reason import INFERRED, Rule


@dataclass(frozen=True)
class Proof:
    """A fact, the name of the rule that yields it, and proofs of its premises.

    Of an asserted fact, ``rule`` and ``premises`` are empty and ``graphs`` are the IRIs of the
    named graphs that state it.
    """

    triple: ox.Triple
    rule: str = ""
    premises: tuple[Proof, ...] = ()
    graphs: tuple[str, ...] = ()

    def walk(self) -> Iterator[Proof]:
        """This proof and those it rests on, premises before what follows from them, each once."""
        seen = set()
        for premise in self.premises:
            for proof in premise.walk():
                if proof.triple not in seen:
                    seen.add(proof.triple)
                    yield proof
        yield self

    @property
    def asserted(self) -> tuple[Proof, ...]:
        """The asserted facts it rests on, itself when it is one."""
        return tuple(proof for proof in self.walk() if not proof.rule)


@dataclass(frozen=True)
class Derivation:
    """One way a rule yields a fact."""

    rule: str
    premises: tuple[ox.Triple, ...]

    @property
    def order(self) -> tuple[str, str]:
        """What decides between derivations of equal weight, so that every run decides alike."""
        return self.rule, " ".join(map(str, self.premises))


#: Steps of a proof, then the asserted facts at its ends.
_Weight = tuple[int, int]
_Best = dict[ox.Triple, tuple[_Weight, Derivation | None]]


class Explainer:
    """Proofs of the facts of a store by the rules that made its inferred graph.

    It remembers every derivation it has met. Raises BuildError when a rule is written in what
    ``rule_parser`` cannot read.
    """

    def __init__(self, store: ox.Store, rules: Sequence[Rule]) -> None:
        self.rules = {rule.name: rule for rule in rules}
        self._store = store
        self._derivations: dict[ox.Triple, list[Derivation]] = {}
        self._solved: dict[tuple[object, ...], list[Solution]] = {}
        self._rules: dict[str, list[tuple[str, Construct, Pattern]]] = defaultdict(list)
        for rule in rules:
            made = parse(rule.name, rule.construct)
            for head in made.head:
                self._rules[_key(head)].append((rule.name, made, head))

    def fresh(self) -> Explainer:
        """One with the same rules that remembers nothing yet, so that memory stays bounded."""
        other = copy(self)
        other._derivations, other._solved = {}, {}
        return other

    def graphs(self, triple: ox.Triple) -> tuple[str, ...]:
        """The IRIs of the graphs that assert a fact."""
        quads = self._store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        names = [quad.graph_name for quad in quads if quad.graph_name != INFERRED]
        return tuple(sorted(getattr(name, "value", "") for name in names))

    def why(self, triple: ox.Triple) -> Proof | None:
        """The smallest proof; None for what does not follow."""
        return next(self.proofs(triple), None)

    def proofs(self, triple: ox.Triple) -> Iterator[Proof]:
        """A proof for each last step there is, smallest first."""
        if graphs := self.graphs(triple):
            yield Proof(triple, graphs=graphs)
        best = self._weigh(triple)
        options = [
            (weight, derivation)
            for derivation in self.derivations(triple)
            if (weight := _weight(derivation, best))
        ]
        for _, derivation in sorted(options, key=lambda option: (option[0], option[1].order)):
            yield self._proof(triple, derivation, best)

    def _proof(
        self,
        triple: ox.Triple,
        derivation: Derivation,
        best: _Best,
    ) -> Proof:
        premises = tuple(
            self._proof(premise, by, best)
            if (by := best[premise][1])
            else Proof(premise, graphs=self.graphs(premise))
            for premise in derivation.premises
        )
        return Proof(triple, derivation.rule, premises)

    def _weigh(self, triple: ox.Triple) -> _Best:
        """The lightest derivation of each fact a proof may rest on; None for asserted ones."""
        best: _Best = {}
        open_ = {triple: self.derivations(triple)}
        edge = [triple]
        while edge:
            for premise in {p for d in open_[edge.pop()] for p in d.premises} - open_.keys():
                if self.graphs(premise):
                    best[premise] = ((0, 1), None)
                    open_[premise] = []
                else:
                    open_[premise] = self._nearest(premise)
                    edge.append(premise)
        del open_[triple]
        changed = True
        while changed:
            changed = False
            for fact, derivations in open_.items():
                for derivation in derivations:
                    weight = _weight(derivation, best)
                    if weight and _is_better(weight, derivation, best.get(fact)):
                        best[fact] = (weight, derivation)
                        changed = True
        return best

    def _nearest(self, triple: ox.Triple) -> list[Derivation]:
        every = self.derivations(triple)
        direct = [d for d in every if all(self.graphs(premise) for premise in d.premises)]
        return direct or every

    def derivations(self, triple: ox.Triple) -> list[Derivation]:
        """Each way a rule yields the fact, whether or not its premises can be proved without it."""
        if triple not in self._derivations:
            found: dict[tuple[str, frozenset[ox.Triple]], Derivation] = {}
            hidden = self._hidden(triple)
            for name, made, head in self._rules[_key_of(triple)] + self._rules[_any_of(triple)]:
                for premises in self._match(triple, name, made, head, hidden):
                    if premises and triple not in premises:
                        derivation = Derivation(name, premises)
                        found.setdefault((name, frozenset(premises)), derivation)
            self._derivations[triple] = list(found.values())
        return self._derivations[triple]

    def _hidden(self, triple: ox.Triple) -> frozenset[ox.Triple]:
        """What was not there yet when a rule asked whether it was: the fact and its like."""
        like = self._store.quads_for_pattern(triple.subject, triple.predicate, None, INFERRED)
        return frozenset(quad.triple for quad in like)

    def _solutions(
        self, name: str, made: Construct, start: Solution, hidden: frozenset[ox.Triple]
    ) -> list[Solution]:
        """The solutions of a rule's body, solved once for all that its head makes together."""
        unless = hidden if "EXISTS" in self.rules[name].construct else None
        key = (name, frozenset(start.terms.items()), unless)
        if key not in self._solved:
            matcher = Matcher(self._store, made.prologue, hidden)
            self._solved[key] = list(matcher.solve(made.body, start))
        return self._solved[key]

    def _match(
        self,
        triple: ox.Triple,
        name: str,
        made: Construct,
        head: Pattern,
        hidden: frozenset[ox.Triple],
    ) -> Iterator[tuple[ox.Triple, ...]]:
        """Premises of each solution of a rule that makes the fact by one pattern of its head."""
        known: dict[str, Term] = {}
        for node, term in ((head.subject, triple.subject), (head.object, triple.object)):
            if not isinstance(node, ox.Variable):
                if node != term:
                    return
            elif isinstance(term, ox.Triple) or known.setdefault(node.value, term) != term:
                return
        wanted = {node.value for node in (head.subject, head.object) if _is_variable(node)}
        others = [pattern for pattern in made.head if pattern is not head]
        plain = Matcher(self._store)
        starts = [Solution(s.terms) for s in plain.match(others, Solution(known))]
        for start in starts or [Solution(known)]:
            for solution in self._solutions(name, made, start, hidden):
                if wanted <= solution.bound:
                    yield solution.premises


def _is_better(
    weight: _Weight, derivation: Derivation, found: tuple[_Weight, Derivation | None] | None
) -> bool:
    if found is None or found[1] is None:
        return found is None
    return (weight, derivation.order) < (found[0], found[1].order)


def _is_variable(node: object) -> bool:
    return isinstance(node, ox.Variable)


def _weight(derivation: Derivation, best: _Best) -> _Weight | None:
    """None while a premise has no proof."""
    if not all(premise in best for premise in derivation.premises):
        return None
    weights = [best[premise][0] for premise in derivation.premises]
    return 1 + sum(steps for steps, _ in weights), sum(ends for _, ends in weights)


def _key(head: Pattern) -> str:
    """Rules are found by the predicate they make or, for types, by predicate and class."""
    assert isinstance(head.path, Link)
    named = head.path.predicate == TYPE and isinstance(head.object, ox.NamedNode)
    return f"{head.path.predicate.value} {head.object.value if named else ''}"


def _key_of(triple: ox.Triple) -> str:
    thing = triple.object.value if isinstance(triple.object, ox.NamedNode) else ""
    return f"{triple.predicate.value} {thing if triple.predicate == TYPE else ''}"


def _any_of(triple: ox.Triple) -> str:
    return f"{triple.predicate.value} "
