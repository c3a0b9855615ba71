"""Locality: whether any rule joins what two towns say, so that each can be inferred by itself.

A town's statements are about things whose IRIs carry its code, and name things of others only as
objects. So two towns meet in a rule only where it compares two objects: of two statements of which
neither has the thing compared as its subject. A rule is local when, in each way it can be read, all
the patterns that a town could fill hang together by their subjects; what is then inferred from the
shared statements and one town is all that follows for it.

Three things a town must not say for that, which ``strays`` finds: a statement that rules join on
about a thing not its own, a value by which rules compare across towns (SHARED), and a plan adopted
by a government not its own (OWN). The records of such a town are read as shared ones.

Cost: the readings of a rule, at most some hundred, times its patterns squared.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

import pyoxigraph as ox

from dxgraph.errors import BuildError
from dxgraph.identifiers import town
from dxgraph.logic.patterns import (
    Assignment,
    Condition,
    Construct,
    Either,
    Exists,
    Group,
    Inverse,
    Link,
    Optional,
    Path,
    Pattern,
    Repeat,
    Select,
    Union,
)
from dxgraph.logic.rule_parser import parse
from dxgraph.namespaces import DXO, RDF, SKOS
from dxgraph.reason import Rule

_TYPE = RDF + "type"
#: Properties, and classes, by which rules compare things of several plans: shared records say them.
SHARED = frozenset(
    {SKOS + "broader"}
    | {DXO + name for name in ("appliesTo", "order", "startYear", "NationalPlan")}
)
#: Properties whose value is a thing of the same town.
OWN = frozenset({DXO + "adoptedBy"})
_EXISTS = re.compile(r"\bEXISTS\s*(?=\{)", re.IGNORECASE)

#: A statement as texts: subject, predicate and, where it is an IRI, object.
Fact = tuple[str, str, str]


@dataclass(frozen=True)
class Atom:
    """A pattern of one step; names of variables begin with ``?``."""

    subject: str
    predicate: str
    object: str
    graph: str = ""

    @property
    def shared(self) -> bool:
        """True for what only shared records say."""
        of_class = self.predicate == _TYPE and self.object in SHARED
        return of_class or self.predicate in SHARED or not self.subject.startswith("?")

    @property
    def own(self) -> Set[str]:
        """The variables that stand for things of the town that says it."""
        return {self.subject, self.object} if self.predicate in OWN else {self.subject}

    @property
    def variables(self) -> Set[str]:
        """All its variables but that of the graph."""
        return {term for term in (self.subject, self.object) if term.startswith("?")}


#: What a reading of a rule asks for, and the pairs of variables that are one thing in it.
Reading = tuple[tuple[Atom, ...], tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Locality:
    """What the rules say of joins: the terms ``joined``, and names of rules that are not local."""

    joined: frozenset[str]
    crossing: tuple[str, ...]

    @classmethod
    def of(cls, rules: Sequence[Rule]) -> Locality:
        """Of axioms' rules and rule files; one that cannot be read counts as not local.

        >>> body = "{ ?one dxo:responsibleFor ?what . ?two dxo:responsibleFor ?what }"
        >>> Locality.of([Rule("far", f"CONSTRUCT {{ ?one dxo:cites ?two }} WHERE {body}")]).crossing
        ('far',)
        """
        joined: set[str] = set()
        crossing = []
        parsed: list[tuple[str, Construct]] = []
        for rule in rules:
            try:
                parsed.append((rule.name, parse(rule.name, rule.construct)))
            except BuildError:
                crossing.append(rule.name)
        made = {_link(p.path) for _, construct in parsed for p in construct.head}
        for name, construct in parsed:
            if _has_one_premise(construct):
                continue
            try:
                readings = list(_Reader(name, construct.prologue).readings(construct.body, ""))
            except BuildError:
                crossing.append(name)
                continue
            for atoms, _ in readings:
                joined |= {a.object if a.predicate == _TYPE else a.predicate for a in atoms}
            if not all(_is_local(reading, made) for reading in readings):
                crossing.append(name)
        return cls(frozenset(joined), tuple(crossing))


def _link(path: Path) -> str:
    return path.predicate.value if isinstance(path, Link) else ""


def _has_one_premise(construct: Construct) -> bool:
    """True for a rule that follows from one fact, and is not made where its head is stated."""
    first, *rest = construct.body.elements
    guards = [Exists(Group(construct.head), negated=True)]
    return isinstance(first, Pattern) and isinstance(first.path, Link) and rest in ([], guards)


class _Reader:
    """Lists the ways a rule can be read: each branch, with and without what may be missing."""

    def __init__(self, name: str, prologue: str) -> None:
        self._name = name
        self._prologue = prologue
        self._fresh = itertools.count()

    def readings(self, group: Group, scope: str, seen: Set[str] = frozenset()) -> Iterator[Reading]:
        """``scope`` is put before the variables that are not ``seen`` outside a sub-SELECT."""
        parts = [list(self._of(element, scope, seen)) for element in group.elements]
        for chosen in itertools.product(*parts):
            yield _together(chosen)

    def _of(self, element: object, scope: str, seen: Set[str]) -> Iterator[Reading]:
        if isinstance(element, Pattern):
            graph = "" if element.graph is None else _term(element.graph, scope, seen)
            ends = (_term(element.subject, scope, seen), _term(element.object, scope, seen))
            yield from self._walked(element.path, *ends, graph)
        elif isinstance(element, Union):
            for branch in element.branches:
                yield from self.readings(branch, scope, seen)
        elif isinstance(element, Optional | Exists):
            if isinstance(element, Optional) or element.negated:
                yield (), ()
            yield from self.readings(element.group, scope, seen)
        elif isinstance(element, Select):
            yield from self._selected(element, scope, seen)
        elif isinstance(element, Condition | Assignment):
            yield from self._hidden(element.text, scope, seen)

    def _selected(self, element: Select, scope: str, seen: Set[str]) -> Iterator[Reading]:
        """An aggregate joins the solutions of a group with each other, so it is read twice."""
        kept = {*element.variables, *(alias for _, _, alias in element.aggregates)}
        outside = {name for name in kept if not scope or name in seen}
        times = 2 if element.aggregates else 1
        inner = [
            list(self.readings(element.group, f"{scope}{next(self._fresh)}.", outside | kept))
            for _ in range(times)
        ]
        for chosen in itertools.product(*inner):
            yield _together(chosen)

    def _hidden(self, text: str, scope: str, seen: Set[str]) -> Iterator[Reading]:
        """What an expression asks for by EXISTS, which it may do without."""
        yield (), ()
        for found in _EXISTS.finditer(text):
            inner = _braced(text[found.end() :])
            rule = parse(self._name, f"{self._prologue} CONSTRUCT {{ }} WHERE {inner}")
            yield from self.readings(rule.body, scope, seen)

    def _walked(self, path: Path, start: str, end: str, graph: str) -> Iterator[Reading]:
        if isinstance(path, Link):
            yield (Atom(start, path.predicate.value, end, graph),), ()
        elif isinstance(path, Inverse):
            yield from self._walked(path.path, end, start, graph)
        elif isinstance(path, Either):
            for option in path.options:
                yield from self._walked(option, start, end, graph)
        elif isinstance(path, Repeat):
            if path.zero:
                yield (), ((start, end),)
            yield from self._walked(path.path, start, end, graph)
            if path.many and not isinstance(path.path, Link):
                yield from self._chain((path.path, path.path), start, end, graph)
        else:
            yield from self._chain(path.steps, start, end, graph)

    def _chain(self, steps: Sequence[Path], start: str, end: str, graph: str) -> Iterator[Reading]:
        ends = [start, *(f"?.{next(self._fresh)}" for _ in steps[1:]), end]
        parts = [
            list(self._walked(step, ends[i], ends[i + 1], graph)) for i, step in enumerate(steps)
        ]
        for chosen in itertools.product(*parts):
            yield _together(chosen)


def _term(node: object, scope: str, seen: Set[str]) -> str:
    if isinstance(node, ox.Variable):
        return f"?{node.value}" if node.value in seen else f"?{scope}{node.value}"
    return node.value if isinstance(node, ox.NamedNode) else str(node)


def _together(readings: Iterable[Reading]) -> Reading:
    atoms: list[Atom] = []
    same: list[tuple[str, str]] = []
    for more, equal in readings:
        atoms += more
        same += equal
    return tuple(atoms), tuple(same)


def _braced(text: str) -> str:
    """The bracketed part a text begins with."""
    depth = 0
    for at, mark in enumerate(text):
        depth += (mark == "{") - (mark == "}")
        if not depth:
            return text[: at + 1]
    return text


def _is_local(reading: Reading, made: Set[str]) -> bool:
    atoms = list(dict.fromkeys(_unified(reading)))
    if any(_stands_alone(atom, atoms) for atom in atoms):
        return False
    foreign: set[str] = set()
    while more := [a for a in atoms if a.shared or a.own & foreign]:
        atoms = [atom for atom in atoms if atom not in more]
        foreign.update(*(atom.variables for atom in more))
    ties = {a.graph for a in atoms if a.graph.startswith("?") and a.predicate not in made}
    ties.update(*(atom.own for atom in atoms))
    parts: list[Set[str]] = []
    for atom in atoms:
        held = ties & {*atom.variables, atom.graph}
        apart = [part for part in parts if not part & held]
        parts = [*apart, held.union(*(part for part in parts if part & held))]
    return len(parts) < 2


def _stands_alone(atom: Atom, atoms: list[Atom]) -> bool:
    """True for a type that is asked of a thing of which nothing else is, where there is more.

    Whoever names a thing says its type, so a type does not tell whose the thing is.
    """
    others = [other for other in atoms if other.predicate != _TYPE]
    return (
        atom.predicate == _TYPE
        and len(atoms) > 1
        and not any(other.subject == atom.subject for other in others)
    )


def _unified(reading: Reading) -> list[Atom]:
    atoms, same = reading
    names: dict[str, str] = {}

    def name(term: str) -> str:
        while term in names:
            term = names[term]
        return term

    for one, other in same:
        one, other = sorted((name(one), name(other)), reverse=True)
        if one != other:
            names[one] = other
    return [Atom(name(a.subject), a.predicate, name(a.object), name(a.graph)) for a in atoms]


def fact(line: str) -> Fact:
    """What a line of N-Quads states.

    >>> fact('<urn:plan> <urn:adoptedBy> <urn:town> <urn:graph> .')
    ('urn:plan', 'urn:adoptedBy', 'urn:town')
    """
    subject, predicate, rest = line.split(" ", 2)
    return subject[1:-1], predicate[1:-1], rest[1 : rest.index(">")] if rest[0] == "<" else ""


def doubtful(facts: Iterable[Fact], codes: Set[str], own: Set[str]) -> list[Fact]:
    """The statements by which the towns of these codes may reach beyond themselves.

    ``own`` are the things described that are theirs.
    """
    return [
        (subject, predicate, thing)
        for subject, predicate, thing in facts
        if subject not in own
        or predicate in SHARED
        or (predicate == _TYPE and thing in SHARED)
        or (predicate in OWN and town(thing) not in codes)
    ]


def strays(facts: Iterable[Fact], codes: Set[str], locality: Locality, described: Set[str]) -> bool:
    """True when one of the doubtful statements of some towns makes rules reach beyond them.

    ``described`` are the things that shared records describe: who gives one of them another type
    changes what is shared.
    """
    for subject, predicate, thing in facts:
        if town(subject) in codes:
            if predicate not in OWN or town(thing) not in codes:
                return True
        elif predicate == _TYPE:
            if thing in locality.joined and subject in described:
                return True
        elif predicate in locality.joined:
            return True
    return False
