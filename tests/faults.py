"""Faulty graphs for the tests of the shapes: a copy of the passing graph for each known fault.

``cases/passing.ttl`` is a tiny graph in which no shape finds anything; ``cases/faults.txt`` lists
what goes wrong in it, one fault a line, and the rule that must say so. All faults are judged in one
pass, because a pass each would take minutes: each in a copy of the graph under a base of its own,
where the changed thing is the only target.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import rdflib
from rdflib import RDF, SH, URIRef
from rdflib.term import Node

from dxgraph.namespaces import BASE, ID, PREFIXES
from dxgraph.shapes import reference_report

ROOT = Path(__file__).resolve().parent.parent
TARGETS = (SH.targetClass, SH.targetSubjectsOf)


class Fault(NamedTuple):
    """Values a property of a thing must not have, and the rule that says so."""

    thing: str
    rule: str
    predicate: str
    values: str

    def __str__(self) -> str:
        return f"{self.rule} {self.predicate} {self.values}"


class Faulty(NamedTuple):
    """All faulty copies in one graph, the shapes aimed at the faulty things, and whose each is."""

    data: rdflib.Graph
    shapes: rdflib.Graph
    fault_of: dict[str, Fault]


def read_faults() -> list[Fault]:
    faults, thing = [], ""
    lines = (ROOT / "tests/cases/faults.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line.startswith(" "):
            faults.append(Fault(thing, *line.split(maxsplit=2)))
        elif line and not line.startswith("#"):
            thing = line
    return faults


@lru_cache
def shapes() -> rdflib.Graph:
    """All shapes in one graph."""
    graph = rdflib.Graph()
    for path in sorted((ROOT / "shapes").glob("*.ttl")):
        graph.parse(path)
    return graph


@lru_cache
def passing() -> rdflib.Graph:
    """The tiny graph in which no shape finds anything."""
    return rdflib.Graph().parse(ROOT / "tests/cases/passing.ttl")


@lru_cache
def faulty() -> Faulty:
    """Every fault in a copy of its own."""
    data, aimed = rdflib.Graph(), rdflib.Graph()
    aimed += (triple for triple in shapes() if triple[1] not in TARGETS)
    fault_of = {}
    for number, fault in enumerate(read_faults()):
        thing = add_copy(data, passing(), fault, f"{BASE}{number}/id/")
        aimed += ((shape, SH.targetNode, thing) for shape in targeting(shapes(), data, thing))
        fault_of[str(thing)] = fault
    return Faulty(data, aimed, fault_of)


@lru_cache
def report() -> rdflib.Graph:
    """What pySHACL says of all faults, in one pass."""
    data, aimed, _ = faulty()
    return reference_report(aimed, data)


def add_copy(data: rdflib.Graph, passing: rdflib.Graph, fault: Fault, base: str) -> Node:
    """Add a copy of the passing graph under ``base`` with the fault; return the faulty thing."""
    thing = URIRef(base + fault.thing)
    said = rdflib.Graph()
    curie = fault.predicate.removeprefix("^")
    if fault.values != "-":
        prefixes = "".join(f"@prefix {key}: <{iri}> . " for key, iri in PREFIXES.items())
        predicate = "<id>" if curie == "id" else curie
        statement = f"@base <{base}> . {prefixes} <{thing}> {predicate} {fault.values} ."
        said.parse(data=statement, format="turtle")
    moved = {term: moved_to(base, term) for term in passing.all_nodes()}
    if fault.predicate == "id":
        moved[URIRef(ID + fault.thing)] = thing = next(said.objects())
        said = rdflib.Graph()
    data += ((moved[s], p, moved[o]) for s, p, o in passing)
    if fault.predicate.startswith("^"):
        data.remove((None, passing.namespace_manager.expand_curie(curie), thing))
        data += ((o, p, s) if s == thing else (s, p, o) for s, p, o in said)
    elif fault.predicate != "id":
        data.remove((thing, passing.namespace_manager.expand_curie(curie), None))
        data += said
    return thing


def moved_to(base: str, term: Node) -> Node:
    ours = isinstance(term, URIRef) and term.startswith(ID)
    return URIRef(base + term.removeprefix(ID)) if ours else term


def targeting(shapes: rdflib.Graph, data: rdflib.Graph, thing: Node) -> set[Node]:
    """The shapes that have the thing for a target."""
    by_class = {
        shape
        for cls in data.objects(thing, RDF.type)
        for shape in shapes.subjects(SH.targetClass, cls)
    }
    by_property = {
        shape
        for shape, predicate in shapes.subject_objects(SH.targetSubjectsOf)
        if (thing, predicate, None) in data
    }
    return by_class | by_property
