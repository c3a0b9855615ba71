"""Shapes: each says in two languages what is wrong; each constraint has a fault that trips it.

A fault of ``cases/faults.txt`` gives one property of one thing other values; the rule it is listed
with must report that thing, and no other may. How the faulty graphs are made is in ``faults.py``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from faults import TARGETS, Fault, faulty, read_faults, report
from faults import passing as passing_graph
from faults import shapes as all_shapes
from rdflib import OWL, RDF, SH, URIRef

from dxgraph import assemble
from dxgraph.namespaces import DXO
from dxgraph.shapes import Result, Shapes, judge, merged, results_of
from dxgraph.workspace import Workspace

#: The terms on a shape that constrain nothing by themselves.
NO_CONSTRAINT = {SH.path, SH.property, SH.message, SH.severity, SH.qualifiedValueShape, *TARGETS}


class Judged(NamedTuple):
    """What is reported of each faulty thing: rules, constraint components, messages by rule."""

    rules: dict[Fault, set[str]]
    components: set[tuple[str, str]]
    messages: dict[str, set[str]]


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return all_shapes()


@pytest.fixture(scope="module")
def passing() -> rdflib.Graph:
    return passing_graph()


@pytest.fixture(scope="module")
def judged() -> Judged:
    """Every fault of the table judged, each in a copy of its own."""
    found, fault_of = report(), faulty().fault_of
    rules, components, messages = defaultdict(set), set(), defaultdict(set)
    for result in found.objects(None, SH.result):
        rule = name(found.value(result, SH.sourceShape))
        rules[fault_of[str(found.value(result, SH.focusNode))]].add(rule)
        components.add((rule, name(found.value(result, SH.sourceConstraintComponent))))
        messages[rule].update(str(text) for text in found.objects(result, SH.resultMessage))
    return Judged(rules, components, messages)


def name(term: object) -> str:
    return str(term).rpartition("#")[2]


def component(term: URIRef) -> str:
    """The name of the component that a constraining term of SHACL stands for."""
    stem = name(term)
    return ("SPARQL" if stem == "sparql" else stem[0].upper() + stem[1:]) + "ConstraintComponent"


def ruling(shapes: rdflib.Graph) -> set[URIRef]:
    """The shapes with an IRI, which are the rules; the others only serve them."""
    kinds = (SH.NodeShape, SH.PropertyShape)
    return {shape for kind in kinds for shape in shapes.subjects(RDF.type, kind)}


def test_every_class_with_instances_has_exactly_one_node_shape(
    place: Workspace, shapes: rdflib.Graph
) -> None:
    store = assemble.assemble(place)
    types = store.quads_for_pattern(None, ox.NamedNode(str(RDF.type)), None, None)
    used = {quad.object.value for quad in types if quad.object.value.startswith(DXO)}
    targeted = [
        str(cls)
        for shape in shapes.subjects(RDF.type, SH.NodeShape)
        for cls in shapes.objects(shape, SH.targetClass)
    ]
    assert used <= set(targeted)
    assert len(targeted) == len(set(targeted))


def test_every_node_shape_is_named_after_the_class_of_the_ontology_it_targets(
    place: Workspace, shapes: rdflib.Graph
) -> None:
    ontology = rdflib.Graph()
    for path in place.ontology.glob("*.ttl"):
        ontology.parse(path)
    classes = {name(cls) for cls in ontology.subjects(RDF.type, OWL.Class)}
    for shape in shapes.subjects(RDF.type, SH.NodeShape):
        targets = {name(cls) for cls in shapes.objects(shape, SH.targetClass)}
        if (shape, SH.targetSubjectsOf, None) in shapes:
            assert not targets, shape
            assert name(shape).startswith("Any-")
        else:
            assert targets == {name(shape)}
            assert targets <= classes


def test_every_property_shape_is_named_after_what_it_is_about(shapes: rdflib.Graph) -> None:
    users = defaultdict(set)
    for shape, rule in shapes.subject_objects(SH.property):
        users[rule].add(name(shape))
    for rule in shapes.subjects(RDF.type, SH.PropertyShape):
        assert isinstance(rule, URIRef)
        about = name(rule).partition("-")[0]
        if about == "Any":
            assert any((rule, target, None) in shapes for target in TARGETS), rule
        else:
            assert users[rule], rule
            assert about == "Concept" or users[rule] == {about}


def test_every_shape_says_what_is_wrong_in_japanese_and_english_and_how_grave_it_is(
    shapes: rdflib.Graph,
) -> None:
    for shape in ruling(shapes):
        languages = [text.language for text in shapes.objects(shape, SH.message)]
        assert sorted(languages) == ["en", "ja"], shape
        severities = list(shapes.objects(shape, SH.severity))
        assert len(severities) == 1, shape
        assert severities[0] in (SH.Violation, SH.Warning, SH.Info), shape


def test_nothing_is_reported_of_the_passing_graph_though_it_has_all_classes(
    shapes: rdflib.Graph, passing: rdflib.Graph
) -> None:
    conforms, _, text = pyshacl.validate(
        passing, shacl_graph=shapes, advanced=False, inference="none"
    )
    assert conforms, text
    assert set(shapes.objects(None, SH.targetClass)) <= set(passing.objects(None, RDF.type))


@pytest.mark.parametrize("fault", read_faults(), ids=str)
def test_a_fault_is_reported_by_its_rule_alone(judged: Judged, fault: Fault) -> None:
    assert judged.rules[fault] == set(fault.rule.split("&"))


def test_every_constraint_of_every_shape_has_a_fault_that_trips_it(
    judged: Judged, shapes: rdflib.Graph
) -> None:
    stated = {
        (name(shape), component(term))
        for shape in ruling(shapes)
        for term in shapes.predicates(shape)
        if term.startswith(str(SH)) and term not in NO_CONSTRAINT
    }
    assert {name(shape) for shape in ruling(shapes)} == {rule for rule, _ in stated}
    assert stated == judged.components


def test_every_finding_says_what_its_shape_says_in_both_languages(
    judged: Judged, shapes: rdflib.Graph
) -> None:
    said = {
        name(shape): set(map(str, shapes.objects(shape, SH.message))) for shape in ruling(shapes)
    }
    assert judged.messages == said


def test_both_engines_report_the_same_of_every_fault(tmp_path: Path) -> None:
    data, aimed, fault_of = faulty()
    (tmp_path / "shapes").mkdir()
    aimed.serialize(tmp_path / "shapes" / "aimed.ttl", format="turtle")
    shapes = Shapes(Workspace(tmp_path, tmp_path))
    ours = set(named(judge(shapes, data.serialize(format="nt"))))
    theirs = set(named(merged(results_of(report()))))
    assert {result.focus for result in ours} == {thing for thing in fault_of if is_iri(thing)}
    assert ours == theirs


def named(results: Iterable[Result]) -> Iterator[Result]:
    """The results about things with an IRI; the labels of blank nodes are each engine's own."""
    return (result for result in results if is_iri(result.focus))


def is_iri(term: str) -> bool:
    return term.startswith("http")
