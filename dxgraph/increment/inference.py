"""Inference of one piece: what a group of records says, and what follows with the shared ones.

Cost: the rules over the shared statements and the group's, 0.1 s a plan, whatever else there is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyoxigraph as ox

from dxgraph import assemble, reason
from dxgraph.identifiers import town
from dxgraph.increment.reading import sorted_lines, unpacked
from dxgraph.kept import name_of, software
from dxgraph.logic.locality import Locality, doubtful, fact, strays
from dxgraph.namespaces import BASE, GRAPH
from dxgraph.reason import Rule

_INFERRED = f" {reason.INFERRED} ."
#: What a line about a town's thing begins with; in the dump, lines that begin alike are together.
_BEGINNING = re.compile(rf"<{re.escape(BASE)}(?:id/[a-z-]+|graph/(?:plan|editorial))/\d{{5}}")


@dataclass(frozen=True)
class Shared:
    """What every piece is inferred with: asserted N-Quads, compressed, and the rules."""

    asserted: tuple[bytes, ...]
    axioms: tuple[Rule, ...]
    files: tuple[Rule, ...]
    locality: Locality

    @cached_property
    def name(self) -> str:
        """The same for the same statements and rules."""
        texts = [unpacked(data).decode() for data in self.asserted]
        return name_of([software(), *texts, rules_name(*self.axioms, *self.files)])

    @cached_property
    def lines(self) -> frozenset[str]:
        """What the shared statements say, and what follows from them alone."""
        return frozenset(sorted_lines(self.inferred()))

    @cached_property
    def described(self) -> frozenset[str]:
        """The things of which shared records say more than a type."""
        facts = [fact(line) for line in self.lines]
        return frozenset(s for s, predicate, _ in facts if predicate in self.locality.joined)

    def inferred(self, more: Iterable[ox.Quad] = ()) -> ox.Store:
        """The shared statements and more, with all that follows."""
        store = ox.Store()
        store.extend(self._closed)
        assemble.infer_more(store, more, list(self.axioms), list(self.files))
        return store

    def beside(self, asserted: Iterable[bytes]) -> tuple[list[str], list[str]]:
        """The lines that a group adds to the shared ones, and the shared ones that it takes away.

        What is taken away was inferred: nobody takes away what a record states.
        """
        quads = [quad for data in asserted for quad in _parsed(data)]
        store = self.inferred(quads)
        names = {quad.graph_name for quad in quads} | {reason.INFERRED}
        found = {line for name in names for line in _lines_of(store, name)}
        return sorted(found - self.lines), sorted(self._inferred - found)

    @cached_property
    def _closed(self) -> list[ox.Quad]:
        """The shared statements with what follows from them by axioms."""
        store = ox.Store()
        store.extend(quad for data in self.asserted for quad in _parsed(data))
        assemble.describe_graphs(store)
        reason.entail(store, list(self.axioms))
        return list(store)

    @cached_property
    def _inferred(self) -> frozenset[str]:
        return frozenset(line for line in self.lines if line.endswith(_INFERRED))

    def __getstate__(self) -> dict[str, Any]:
        """As it was made: a worker parses for itself what it needs."""
        return {name: self.__dict__[name] for name in self.__dataclass_fields__}


def rules_name(*rules: Rule) -> str:
    """The same for the same rules."""
    return name_of([software(), *(text for rule in rules for text in (rule.name, rule.construct))])


def _parsed(data: bytes) -> list[ox.Quad]:
    return list(ox.parse(unpacked(data), format=ox.RdfFormat.N_QUADS))


def _lines_of(store: ox.Store, name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> list[str]:
    text = (store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name) or b"").decode()
    return [f"{line[:-1]}{name} ." for line in text.split("\n")[:-1]]


@dataclass(frozen=True)
class Given:
    """A group to infer: the name of its piece, its towns' codes, and its records' statements."""

    name: str
    codes: frozenset[str]
    asserted: tuple[bytes, ...]


def infer(shared: Shared, given: Given) -> tuple[str, dict[str, Any], bytes]:
    """A task: the name of a piece, what is to be known of it, and its lines about its own things.

    ``segments`` are the beginnings of its lines, each with offset and length; ``outer`` its lines
    about things that are not its towns'; ``missing`` the shared lines that do not hold beside it;
    ``strays`` is true where it cannot be a piece of its own (see ``locality``).
    """
    new, missing = shared.beside(given.asserted)
    facts = [fact(line) for line in new]
    things = {subject for subject, _, _ in facts}
    its_own = {subject for subject in things if town(subject) in given.codes}
    own: list[str] = []
    outer: list[str] = []
    for line, (subject, _, _) in zip(new, facts, strict=True):
        (own if subject in its_own else outer).append(line)
    doubts = doubtful(facts, given.codes, its_own)
    about = {
        "segments": list(_segments(own)),
        "graphs": counts(own),
        "outer": outer,
        "missing": missing,
        "strays": strays(doubts, given.codes, shared.locality, shared.described)
        or not _stated(missing, new),
    }
    return given.name, about, "".join(f"{line}\n" for line in own).encode()


def _segments(lines: list[str]) -> Iterator[tuple[str, int, int]]:
    start, size, beginning = 0, 0, ""
    for line in lines:
        found = _BEGINNING.match(line)
        assert found is not None
        if found[0] != beginning:
            if size:
                yield beginning, start, size
            start, size, beginning = start + size, 0, found[0]
        size += len(line.encode()) + 1
    if size:
        yield beginning, start, size


def counts(lines: Iterable[str]) -> dict[str, int]:
    """Lines per named graph, by the graph's short name."""
    found = Counter(line[line.rindex(" <") + 2 : -3] for line in lines)
    return {name.removeprefix(GRAPH): count for name, count in sorted(found.items())}


def triple(line: str) -> str:
    """A line without its graph."""
    return line[: line.rindex(" <")]


def _stated(missing: list[str], new: list[str]) -> bool:
    """True when each shared line that is missing was inferred, and is now stated instead."""
    stated = {triple(line) for line in new if not line.endswith(_INFERRED)} if missing else set()
    return all(line.endswith(_INFERRED) and triple(line) in stated for line in missing)


def common(shared: Iterable[str], pieces: Iterable[dict[str, Any]]) -> list[str]:
    """The lines of no one piece: the shared ones and the outer ones, nothing stated inferred."""
    found, gone = set(shared), set()
    for about in pieces:
        found.update(about["outer"])
        gone.update(about["missing"])
    found -= gone
    stated = {triple(line) for line in found if not line.endswith(_INFERRED)}
    return sorted(
        line for line in found if not (line.endswith(_INFERRED) and triple(line) in stated)
    )
