"""Census: the counts a graph is described by, made with a version and kept up to date with it.

What is counted of one subject adds up over all, so a version that differs in some lines needs only
the subjects of those, before and after. Values are told apart by the whole graph: a version asks
its store, and that before, whether a value of a changed line is there. From nothing, values are
told apart by 64 bits of a hash.

Cost: from nothing, 6 µs a triple, in as many processes as there are; a change, some look-ups
a line.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from itertools import groupby, product
from pathlib import Path

import pyoxigraph as ox

from dxgraph.assemble import kind_of_graph
from dxgraph.identifiers import town
from dxgraph.namespaces import BASE, DXO, ID, OWL, RDFS, SKOS, TYPE, XSD

#: Properties that may lead out of the dataset.
LINKS = frozenset(
    [SKOS + f"{name}Match" for name in ("exact", "close", "broad", "narrow", "related")]
    + [OWL + name for name in ("sameAs", "equivalentClass", "equivalentProperty")]
    + [RDFS + name for name in ("subClassOf", "subPropertyOf", "seeAlso")]
    + [DXO + name for name in ("supportsGoal", "goal")]
)
#: Classes one thing of which is shown as an example.
SHOWN = tuple(
    DXO + name
    for name in (
        *("Municipality", "DXPlan", "Measure", "Activity", "Indicator", "Technology"),
        *("PriorityItem", "Law", "Department", "FiscalYear"),
    )
)
_NQUADS = ox.RdfFormat.N_QUADS
_TYPE = str(TYPE)
_FALSE = f'"false"^^<{XSD}boolean>'
_LINKS = {f"<{name}>" for name in LINKS}
_CERTAIN, _MENTION = f"<{DXO}certain>", f"<{DXO}mention>"
_ADOPTED, _ADOPTER, _YEAR, _PHASE, _MEASURE_OF = (
    f"<{DXO}{name}>" for name in ("adoptedTechnology", "adopter", "firstYear", "phase", "measureOf")
)
_BROADER = f"{ID}mention/broader"
_OF_ADOPTION = {_ADOPTED, _ADOPTER, _YEAR, _PHASE, _MENTION}

#: Property, object and graph of a statement, as N-Quads write them.
Row = tuple[str, str, str]


@dataclass
class Census:
    """Counts by what is counted and of which terms, and the least thing of each class shown.

    ``subject`` and ``object``, each once, ``thing``: subjects of ours that have a type;
    ``triples``, ``subjects`` and ``objects`` of a property; ``used`` and ``having``: triples of a
    class's things with a property, and things; ``link``: of a property into a namespace;
    ``mention`` of what no one town owns, by property and kind of statement; ``uncertain`` things of
    a class; ``measures`` of a plan. Of adoptions: ``first`` in a phase, by year and town; and but
    for those of what is only broader, ``starts`` of a technology in a year, ``adopted`` ones of a
    technology and ``planned`` ones of a town.
    """

    tally: Counter[tuple[str, ...]] = field(default_factory=Counter)
    least: dict[str, str] = field(default_factory=dict)

    def of(self, what: str) -> Iterator[tuple[tuple[str, ...], int]]:
        """The terms and the number of all that is counted under one name."""
        return ((key[1:], n) for key, n in self.tally.items() if key[0] == what)

    def write(self, path: Path) -> None:
        """Write it as JSON; ``read`` reads it."""
        tree: dict[str, list[list[str | int]]] = defaultdict(list)
        for (what, *terms), n in sorted(self.tally.items()):
            tree[what].append([*terms, n])
        text = json.dumps({"least": self.least, **tree}, ensure_ascii=False, sort_keys=True)
        path.write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Census | None:
        """The census in a file; None where there is none that this dxgraph reads."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            least = found.pop("least")
            pairs = (((what, *row[:-1]), row[-1]) for what, rows in found.items() for row in rows)
            return cls(Counter(dict(pairs)), least)
        except (OSError, ValueError, KeyError, AttributeError, TypeError):
            return None

    def add(self, subject: str, rows: Iterable[Row], times: int = 1) -> None:
        """Count all that is said of a subject; ``times`` -1 takes it back."""
        said = list(dict.fromkeys(rows))
        if not said:
            return
        tally, types = self.tally, [value[1:-1] for name, value, _ in said if name == _TYPE]
        tally["subject",] += times
        if types and subject.startswith(ID):
            tally["thing",] += times
        for name, n in Counter(name[1:-1] for name, _, _ in said).items():
            tally["triples", name] += times * n
            tally["subjects", name] += times
            for each in types:
                tally["used", each, name] += times * n
                tally["having", each, name] += times
        for name, value, graph in said:
            if value[0] == "<" and not town(value[1:-1]):
                tally["mention", value[1:-1], name[1:-1], kind_of_graph(graph[1:-1])] += times
            if name in _LINKS:
                self._link(name[1:-1], value, times)
            elif name == _CERTAIN and value == _FALSE:
                tally.update({("uncertain", each): times for each in types})
            elif name == _MEASURE_OF:
                tally["measures", value[1:-1]] += times
        self._adoption(said, times)

    def _adoption(self, said: list[Row], times: int) -> None:
        told = defaultdict[str, list[str]](list)
        for name, value, _ in said:
            if name in _OF_ADOPTION:
                told[name].append(value[1:-1])
        years, towns = told[_YEAR], told[_ADOPTER]
        keys: list[tuple[str, ...]] = [
            ("first", *key) for key in product(told[_PHASE], years, towns)
        ]
        if _BROADER not in told[_MENTION]:
            for technology in told[_ADOPTED]:
                keys += [("starts", year, technology) for year in years]
                keys += [("planned", each) for each in towns]
                keys.append(("adopted", technology))
        self.tally.update(dict.fromkeys(keys, times))

    def _link(self, name: str, value: str, times: int) -> None:
        if value[0] == "<" and not value.startswith(f"<{BASE}"):
            space = value[1 : max(value.rfind("/"), value.rfind("#")) + 1]
            self.tally["link", name, space] += times

    def changed(self, before: ox.Store, after: ox.Store, lines: Iterable[bytes]) -> Census:
        """The census of a store, by that of the one before and the lines that only one has."""
        new = Census(Counter(self.tally), {})
        quads = list(ox.parse(b"".join(line + b"\n" for line in lines), format=_NQUADS))
        subjects = {quad.subject for quad in quads}
        for store, times in ((before, -1), (after, 1)):
            for subject in subjects:
                found = store.quads_for_pattern(subject, None, None, None)
                new.add(_iri(subject), map(_row, found), times)
            pairs = {(quad.predicate, quad.object) for quad in quads}
            for predicate, value in pairs:
                if any(store.quads_for_pattern(None, predicate, value, None)):
                    new.tally["objects", predicate.value] += times
            for value in {value for _, value in pairs}:
                if any(store.quads_for_pattern(None, None, value, None)):
                    new.tally["object",] += times
        new.tally = Counter({key: n for key, n in new.tally.items() if n})
        new.least = dict(_least(after, self.least, {_iri(subject) for subject in subjects}))
        return new


def _iri(node: object) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)


def _row(quad: ox.Quad) -> Row:
    return str(quad.predicate), str(quad.object), str(quad.graph_name)


def _least(store: ox.Store, known: Mapping[str, str], seen: Set[str]) -> Iterator[tuple[str, str]]:
    """Class -> its least thing: the one before, or one of those seen, if they still are of it."""
    for name in SHOWN:
        cls = ox.NamedNode(name)
        near = {known[name]} | seen if name in known else seen
        there = {
            iri for iri in near if any(store.quads_for_pattern(ox.NamedNode(iri), TYPE, cls, None))
        }
        if known.get(name) not in there:
            there = {_iri(quad.subject) for quad in store.quads_for_pattern(None, TYPE, cls, None)}
        if there:
            yield name, min(there)


def parsed(line: str) -> tuple[str, Row]:
    """The subject of a line of N-Quads, and the rest of it.

    >>> parsed('<urn:plan> <urn:title> "DX"@ja <urn:graph> .')
    ('urn:plan', ('<urn:title>', '"DX"@ja', '<urn:graph>'))
    """
    subject, predicate, rest = line.split(" ", 2)
    end = rest.rindex(" <")
    return subject[1:-1], (predicate, rest[:end], rest[end + 1 : -2])


def count(common: None, data: bytes) -> tuple[Census, dict[str, bytes]]:
    """A task: the census of some lines, sorted, with all lines of their subjects.

    With it come the values of each property, as hashes of 8 bytes.
    """
    census, values = Census(), defaultdict[str, set[str]](set)
    lines = map(parsed, data.decode().split("\n")[:-1])
    for subject, group in groupby(lines, key=lambda line: line[0]):
        rows = [row for _, row in group]
        census.add(subject, rows)
        for name, value, _ in rows:
            values[name[1:-1]].add(value)
            if name == _TYPE and value[1:-1] in SHOWN:
                known = census.least.setdefault(value[1:-1], subject)
                census.least[value[1:-1]] = min(known, subject)
    hashes = {
        name: b"".join(hashlib.blake2b(each.encode(), digest_size=8).digest() for each in found)
        for name, found in values.items()
    }
    return census, hashes


def total(parts: Iterable[tuple[Census, dict[str, bytes]]]) -> Census:
    """The census of all lines, by those of parts of which each holds all lines of its subjects."""
    found, values = Census(), defaultdict[str, set[int]](set)
    for census, hashes in parts:
        found.tally.update(census.tally)
        for name, iri in census.least.items():
            found.least[name] = min(iri, found.least.get(name, iri))
        for name, data in hashes.items():
            values[name].update(array("Q", data))
    for name, each in values.items():
        found.tally["objects", name] = len(each)
    every: set[int] = set()
    while values:
        every |= values.popitem()[1]
    found.tally["object",] = len(every)
    return found
