"""What a matrix knows of one town: its measures, their entries, and what both are about.

Every query starts from the town, so that the others cost nothing. A restated measure is left out:
it is its original.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import pyoxigraph as ox

from dxgraph.session import Graph
from dxgraph.views.asking import rows

#: What is read of technologies: nothing, which of them measures name, or all that is known.
Technologies = Literal["none", "named", "all"]


@dataclass
class Measure:
    """A measure with the items it addresses and the technologies named anywhere in it."""

    number: str
    line: int
    items: set[str] = field(default_factory=set)
    technologies: set[str] = field(default_factory=set)


@dataclass
class Entry:
    """A schedule entry; ``line`` is the first of its lines, ``year`` a fiscal year's start."""

    measure: str
    activity: str
    year: int
    line: int
    certain: bool
    phases: set[str] = field(default_factory=set)


@dataclass(frozen=True, order=True)
class Past:
    """What a plan reports as done in a fiscal year."""

    year: int
    line: int
    iri: str


@dataclass(frozen=True)
class Scope:
    """Which entries count: fiscal years (None: any), certain readings only, one phase."""

    first: int | None = None
    last: int | None = None
    certain: bool = False
    phase: str | None = None

    def holds(self, entry: Entry, phase: str) -> bool:
        """Whether an entry counts in a phase."""
        return (
            self.spans(entry.year)
            and (entry.certain or not self.certain)
            and self.phase in (None, phase)
        )

    def spans(self, year: int) -> bool:
        """Whether a fiscal year is within the range."""
        after = self.first is None or self.first <= year
        return after and (self.last is None or year <= self.last)


@dataclass
class TownData:
    """A town's measures and entries by IRI, measures in the order of the plan.

    ``about`` tells for an entry and a technology whether an ``activity`` names it or only the
    ``measure`` does; ``past`` is by technology, the earliest first.
    """

    measures: dict[str, Measure]
    entries: dict[str, Entry]
    about: dict[tuple[str, str], str]
    past: dict[str, list[Past]]

    @cached_property
    def measures_on(self) -> dict[str, list[str]]:
        """Item or technology -> the measures that address or name it."""
        found: dict[str, list[str]] = defaultdict(list)
        for iri, measure in self.measures.items():
            for subject in measure.items | measure.technologies:
                found[subject].append(iri)
        return dict(found)

    @cached_property
    def entries_on(self) -> dict[str, dict[str, Entry]]:
        """Technology -> the entries of these measures that speak of it."""
        found: dict[str, dict[str, Entry]] = defaultdict(dict)
        for iri, technology in self.about:
            if iri in self.entries and self.entries[iri].measure in self.measures:
                found[technology][iri] = self.entries[iri]
        return dict(found)

    def of(self, measures: Iterable[str]) -> dict[str, Entry]:
        """The entries of some measures."""
        wanted = set(measures)
        return {iri: entry for iri, entry in self.entries.items() if entry.measure in wanted}

    def only(self, kind: str, subject: str) -> TownData:
        """What belongs to measures that address an item or name a technology."""
        kept = {iri: it for iri, it in self.measures.items() if subject in getattr(it, kind)}
        return TownData(kept, self.of(kept), self.about, self.past)


class Reader:
    """Reads towns of one graph; what ``technologies`` leaves out is not asked for."""

    def __init__(self, graph: Graph, technologies: Technologies) -> None:
        self._graph = graph
        self._technologies = technologies
        self._years = {
            row["fiscal"].value: int(row["year"].value) for row in rows(graph, "matrix-years")
        }

    def read(self, town: str) -> TownData:
        """A town; two to five queries."""
        bound = {"town": ox.NamedNode(town)}
        measures = self._measures(bound)
        about: dict[tuple[str, str], str] = {}
        past: dict[str, list[Past]] = {}
        if self._technologies == "all":
            for row in rows(self._graph, "matrix-about", **bound):
                pair = row["entry"].value, row["technology"].value
                about[pair] = min(about.get(pair, "measure"), row["mention"].value)
            for row in rows(self._graph, "matrix-past", **bound):
                done = Past(int(row["year"].value), int(row["line"].value), row["past"].value)
                past.setdefault(row["technology"].value, []).append(done)
        done_first = {technology: sorted(each) for technology, each in past.items()}
        return TownData(measures, self._entries(bound), about, done_first)

    def _measures(self, bound: Mapping[str, ox.NamedNode]) -> dict[str, Measure]:
        """By IRI, in the order of the plan."""
        measures: dict[str, Measure] = {}
        for row in rows(self._graph, "matrix-measures", **bound):
            line = int(row["line"].value)
            it = measures.setdefault(row["measure"].value, Measure(row["number"].value, line))
            it.line = min(it.line, line)
            if "item" in row:
                it.items.add(row["item"].value)
        if self._technologies != "none":
            for row in rows(self._graph, "matrix-named", **bound):
                if row["measure"].value in measures:
                    measures[row["measure"].value].technologies.add(row["technology"].value)
        return dict(sorted(measures.items(), key=lambda each: (each[1].line, each[0])))

    def _entries(self, bound: Mapping[str, ox.NamedNode]) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        for row in rows(self._graph, "matrix-entries", **bound):
            line, certain = int(row["line"].value), _true(row.get("certain"))
            owners = row["measure"].value, row["activity"].value
            year = self._years[row["fiscal"].value]
            entry = Entry(*owners, year, line, certain)
            it = entries.setdefault(row["entry"].value, entry)
            it.line = min(it.line, line)
            it.phases.add(row["phase"].value)
        return entries


def _true(literal: Any) -> bool:
    """A boolean, which engines write as ``true`` or ``1``; nothing said counts as true."""
    return literal is None or literal.value in ("true", "1")


def marks(
    entries: Mapping[str, Entry],
    scope: Scope,
    order: Mapping[str, int],
    mentions: Mapping[str, str] | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """Fiscal year -> its phases in order, each with what leads to the evidence.

    A mark is ``{"phase", "certain", "mention", "count", "to"}``: certain when one entry is, and
    ``to`` the entry, or the measure of several, or None where several measures share it.
    """
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for iri, entry in entries.items():
        for phase in entry.phases:
            if scope.holds(entry, phase):
                found[entry.year, phase].append(iri)
    by_year: dict[str, list[dict[str, Any]]] = {}
    for (year, phase), iris in sorted(found.items(), key=lambda it: (it[0][0], order[it[0][1]])):
        owners = {entries[iri].measure for iri in iris}
        to = iris[0] if len(iris) == 1 else min(owners) if len(owners) == 1 else None
        mark = {
            "phase": phase.rpartition("/")[2],
            "certain": any(entries[iri].certain for iri in iris),
            "mention": min(mentions[iri] for iri in iris) if mentions else "activity",
            "count": len(iris),
            "to": to,
        }
        by_year.setdefault(str(year), []).append(mark)
    return by_year
