"""Solutions of a rule's body over a store, each with the triples it rests on.

Like a SPARQL engine, but from what is known of the fact to be explained, and with the premises
kept. A repeated path rests on the steps of a shortest way, MIN, MAX and SAMPLE on the solution that
gives the value, other aggregates on all. What a condition asks for is no premise, unless the whole
condition is EXISTS. What an outer group knows is known inside, which is the same for rules in which
a variable of OPTIONAL or of a sub-SELECT is also bound outside.

Cost: index look-ups from the bound end of each pattern; one small query of the engine a BIND or
FILTER of a solution.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from dxgraph.logic.patterns import (
    Assignment,
    Condition,
    Either,
    Element,
    Exists,
    Group,
    Inverse,
    Link,
    Node,
    Optional,
    Path,
    Pattern,
    Repeat,
    Select,
    Sequence,
    Union,
)
from dxgraph.namespaces import PREFIXES

Term = ox.NamedNode | ox.BlankNode | ox.Literal
#: A way from one term to another and the triples of its steps.
Way = tuple[Term, Term, tuple[ox.Triple, ...]]


@dataclass(frozen=True)
class Solution:
    """Terms by variable, the premises in the order met, and the variables the body has bound."""

    terms: dict[str, Term] = field(default_factory=dict)
    premises: tuple[ox.Triple, ...] = ()
    bound: frozenset[str] = frozenset()

    def plus(self, terms: dict[str, Term], premises: tuple[ox.Triple, ...] = ()) -> Solution | None:
        """With more terms, None when one of them is known to be another."""
        if any(self.terms.get(name, term) != term for name, term in terms.items()):
            return None
        return Solution(
            {**self.terms, **terms},
            tuple(dict.fromkeys(self.premises + premises)),
            self.bound | terms.keys(),
        )


class Matcher:
    """Matches groups of a rule with a store; ``prologue`` are the PREFIX lines of the rule.

    EXISTS leaves ``hidden`` triples out of account: a fact is no reason against itself.
    """

    def __init__(
        self,
        store: ox.Store,
        prologue: str = "",
        hidden: frozenset[ox.Triple] = frozenset(),
        inside: bool = False,
    ) -> None:
        self._store = store
        self._prologue = prologue
        self._hidden = hidden
        self._left_out = hidden if inside else frozenset[ox.Triple]()

    def solve(self, group: Group, start: Solution) -> Iterator[Solution]:
        """The solutions of a group that agree with what is known at the start."""
        found: Iterator[Solution] = iter([start])
        for part in _nearest_first(_parts(group), start.terms):
            found = self._join(part, found)
        return found

    def _join(
        self, part: list[Pattern] | Element, before: Iterator[Solution]
    ) -> Iterator[Solution]:
        for solution in before:
            if isinstance(part, list):
                yield from self.match(part, solution)
            else:
                yield from self._extend(part, solution)

    def _extend(self, part: Element, solution: Solution) -> Iterator[Solution]:
        if isinstance(part, Union):
            for branch in part.branches:
                yield from self.solve(branch, solution)
        elif isinstance(part, Optional):
            found = list(self.solve(part.group, solution))
            yield from found or [solution]
        elif isinstance(part, Exists):
            yield from self._exists(part, solution)
        elif isinstance(part, Condition):
            if self._ask(f"ASK {{ {_known(part.text, solution.terms)} {part.text} }}"):
                yield solution
        elif isinstance(part, Assignment):
            yield from self._assign(part, solution)
        elif isinstance(part, Select):
            yield from self._select(part, solution)

    def _exists(self, part: Exists, solution: Solution) -> Iterator[Solution]:
        asked = Matcher(self._store, self._prologue, self._hidden, inside=True)
        there = next(asked.solve(part.group, solution), None)
        if part.negated and there is None:
            yield solution
        elif there and not part.negated:
            yield Solution(solution.terms, there.premises, solution.bound)

    def match(self, patterns: list[Pattern], solution: Solution) -> Iterator[Solution]:
        """Patterns joined, at each step the one with most ends known, of variables before others.

        What a variable stands for is told by the fact to be explained, and few things have it.
        """
        if not patterns:
            yield solution
            return
        nearest = min(patterns, key=lambda pattern: _distance(pattern, solution.terms))
        rest = [pattern for pattern in patterns if pattern is not nearest]
        ends = [_value(node, solution.terms) for node in (nearest.subject, nearest.object)]
        for start, end, premises in self._walk(nearest.path, *ends):
            terms: dict[str, Term] = {}
            for node, term in ((nearest.subject, start), (nearest.object, end)):
                if isinstance(node, ox.Variable) and terms.setdefault(node.value, term) != term:
                    break
            else:
                if further := solution.plus(terms, premises):
                    yield from self.match(rest, further)

    def _walk(self, path: Path, start: Term | None, end: Term | None) -> Iterator[Way]:
        if isinstance(path, Link):
            yield from self._step(path.predicate, start, end)
        elif isinstance(path, Inverse):
            for one, other, premises in self._walk(path.path, end, start):
                yield other, one, premises
        elif isinstance(path, Either):
            for option in path.options:
                yield from self._walk(option, start, end)
        elif isinstance(path, Sequence):
            yield from self._sequence(path.steps, start, end)
        else:
            yield from self._repeat(path, start, end)

    def _step(self, predicate: ox.NamedNode, start: Term | None, end: Term | None) -> Iterator[Way]:
        if isinstance(start, ox.Literal):
            return
        seen = set()
        for quad in self._store.quads_for_pattern(start, predicate, end, None):
            triple = quad.triple
            if triple not in seen and triple not in self._left_out:
                seen.add(triple)
                if not isinstance(quad.object, ox.Triple) and not isinstance(
                    quad.subject, ox.Triple
                ):
                    yield quad.subject, quad.object, (triple,)

    def _sequence(
        self, steps: tuple[Path, ...], start: Term | None, end: Term | None
    ) -> Iterator[Way]:
        if len(steps) == 1:
            yield from self._walk(steps[0], start, end)
        elif start is None and end is not None:
            for middle, last, after in self._walk(steps[-1], None, end):
                for first, _, before in self._sequence(steps[:-1], None, middle):
                    yield first, last, before + after
        else:
            for first, middle, before in self._walk(steps[0], start, None):
                for _, last, after in self._sequence(steps[1:], middle, end):
                    yield first, last, before + after

    def _repeat(self, path: Repeat, start: Term | None, end: Term | None) -> Iterator[Way]:
        if start is None and end is not None:
            backwards = Repeat(Inverse(path.path), path.zero, path.many)
            for last, first, premises in self._repeat(backwards, end, None):
                yield first, last, premises[::-1]
            return
        starts = [start] if start is not None else self._starts(path.path)
        for first in starts:
            for last, premises in self._reached(path, first):
                if end is None or last == end:
                    yield first, last, premises

    def _starts(self, path: Path) -> Iterable[Term]:
        return dict.fromkeys(first for first, _, _ in self._walk(path, None, None))

    def _reached(self, path: Repeat, first: Term) -> Iterator[tuple[Term, tuple[ox.Triple, ...]]]:
        """Each term a repeated path leads to, nearest first, with the steps of a shortest way."""
        seen = set()
        if path.zero:
            seen.add(first)
            yield first, ()
        edge: list[tuple[Term, tuple[ox.Triple, ...]]] = [(first, ())]
        while edge:
            further = []
            for here, premises in edge:
                for _, there, more in self._walk(path.path, here, None):
                    if there not in seen:
                        seen.add(there)
                        further.append((there, premises + more))
            yield from further
            edge = further if path.many else []

    def _assign(self, part: Assignment, solution: Solution) -> Iterator[Solution]:
        terms = {name: t for name, t in solution.terms.items() if name not in part.variables}
        names = " ".join(f"?{name}" for name in part.variables)
        query = f"SELECT {names} {{ {_known(part.text, terms)} {part.text} }}"
        rows = self._store.query(self._prologue + query, prefixes=PREFIXES)
        if isinstance(rows, ox.QuerySolutions):
            for row in rows:
                values = {name: term for name in part.variables if (term := row[name]) is not None}
                if further := solution.plus(values):
                    yield further

    def _ask(self, query: str) -> bool:
        text = self._prologue + query
        found = self._store.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)
        return isinstance(found, ox.QueryBoolean) and bool(found)

    def _select(self, part: Select, solution: Solution) -> Iterator[Solution]:
        names = part.variables if part.variables or part.aggregates else tuple(solution.terms)
        known = {name: solution.terms[name] for name in names if name in solution.terms}
        groups: dict[tuple[Term | None, ...], list[Solution]] = defaultdict(list)
        for inner in self.solve(part.group, Solution(known)):
            groups[tuple(inner.terms.get(name) for name in part.variables)].append(inner)
        for members in groups.values():
            for terms, inner in self._aggregated(part, members):
                visible = {name: inner.terms[name] for name in inner.bound & set(part.variables)}
                if further := solution.plus({**visible, **terms}, inner.premises):
                    yield further

    def _aggregated(
        self, part: Select, members: list[Solution]
    ) -> Iterator[tuple[dict[str, Term], Solution]]:
        terms: dict[str, Term] = {}
        chosen, whole = members, False
        for function, argument, alias in part.aggregates:
            values = [s.terms[argument] for s in members if argument in s.terms]
            if (value := self._aggregate(function, values)) is None:
                return
            terms[alias] = value
            if function in ("MIN", "MAX", "SAMPLE"):
                chosen = [s for s in chosen if s.terms.get(argument) == value]
            else:
                whole = True
        if whole:
            every = tuple(dict.fromkeys(p for s in members for p in s.premises))
            yield terms, Solution(members[0].terms, every, members[0].bound)
        else:
            yield from ((terms, solution) for solution in chosen)

    def _aggregate(self, function: str, values: list[Term]) -> Term | None:
        rows = " ".join(str(value) for value in values)
        query = f"SELECT ({function}(?v) AS ?value) {{ VALUES ?v {{ {rows} }} }}"
        found = self._store.query(query)
        assert isinstance(found, ox.QuerySolutions)
        value = next(iter(found))["value"]
        return None if isinstance(value, ox.Triple) else value


def _parts(group: Group) -> list[list[Pattern] | Element]:
    """Patterns together as far as nothing but filters stands between; filters at the end."""
    parts: list[list[Pattern] | Element] = []
    filters: list[Element] = []
    for element in group.elements:
        if isinstance(element, (Condition, Exists)):
            filters.append(element)
        elif not isinstance(element, Pattern):
            parts.append(element)
        elif parts and isinstance(parts[-1], list):
            parts[-1].append(element)
        else:
            parts.append([element])
    return [*parts, *filters]


def _nearest_first(
    parts: list[list[Pattern] | Element], terms: dict[str, Term]
) -> list[list[Pattern] | Element]:
    """Patterns before the unions that stand before them, where an end of theirs is known."""
    ordered: list[list[Pattern] | Element] = []
    for part in parts:
        at = len(ordered)
        if isinstance(part, list) and any(_starts(pattern, terms) for pattern in part):
            while at and isinstance(ordered[at - 1], Union):
                at -= 1
        ordered.insert(at, part)
    return ordered


def _starts(pattern: Pattern, terms: dict[str, Term]) -> bool:
    ends = (pattern.subject, pattern.object)
    return any(isinstance(node, ox.Variable) and node.value in terms for node in ends)


def _distance(pattern: Pattern, terms: dict[str, Term]) -> tuple[int, bool]:
    ends = (pattern.subject, pattern.object)
    return sum(_value(node, terms) is None for node in ends), not _starts(pattern, terms)


def _value(node: Node, terms: dict[str, Term]) -> Term | None:
    return terms.get(node.value) if isinstance(node, ox.Variable) else node


def _known(text: str, terms: dict[str, Term]) -> str:
    """A VALUES clause for what is known of the variables of a text."""
    names = [name for name in dict.fromkeys(re.findall(r"[?$](\w+)", text)) if name in terms]
    row = " ".join(str(terms[name]) for name in names)
    return f"VALUES ({' '.join('?' + name for name in names)}) {{ ({row}) }}" if names else ""
