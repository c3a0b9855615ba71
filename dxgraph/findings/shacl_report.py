"""Findings as a SHACL validation report in Turtle, for tools that read SHACL.

Beside SHACL's terms a result has the rule (``dcterms:identifier``), the remedy (``shape:remedy``),
the place (``earl:pointer``, https://www.w3.org/TR/Pointers-in-RDF10/) and its premises
(``prov:wasDerivedFrom``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from dxgraph.findings.model import Finding, Place, Text, gravest_first
from dxgraph.namespaces import BASE, DCTERMS, LABEL, PREFIXES, SH, TYPE, XSD

_SHAPE = BASE + "shapes#"
_EARL = "http://www.w3.org/ns/earl#"
_POINTERS = "http://www.w3.org/2009/pointers#"
_PROV = "http://www.w3.org/ns/prov#"
_SCHEMES = ("http://", "https://", "urn:")
_INVERSE = re.compile(r"\^<?([^>]*)>?")
_Subject = ox.NamedNode | ox.BlankNode
_Term = ox.NamedNode | ox.BlankNode | ox.Literal


def as_turtle(found: Sequence[Finding], language: str) -> str:
    """One ``sh:ValidationReport``; ``language`` changes nothing, as messages are in both.

    ``sh:conforms`` is true only without any findings, mild and known ones included, as SHACL has
    it. A finding whose shape breaks in several components has a result for each.
    """
    report = ox.BlankNode("report")
    pairs = [
        (finding, component)
        for finding in sorted(found, key=gravest_first)
        for component in finding.components or ("",)
    ]
    results = {ox.BlankNode(f"result{n}"): pair for n, pair in enumerate(pairs, start=1)}
    triples = [
        _triple(report, TYPE, _sh("ValidationReport")),
        _triple(report, _sh("conforms"), ox.Literal(not found)),
        *(_triple(report, _sh("result"), result) for result in results),
    ]
    for result, (finding, component) in results.items():
        triples += _result(result, finding, component)
    prefixes = {name: PREFIXES[name] for name in ("dxo", "dcterms", "rdfs", "xsd")}
    prefixes |= {"sh": SH, "shape": _SHAPE, "earl": _EARL, "ptr": _POINTERS, "prov": _PROV}
    written = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    assert written is not None
    return written.decode("utf-8")


def _result(result: ox.BlankNode, finding: Finding, component: str) -> Iterator[ox.Triple]:
    yield _triple(result, TYPE, _sh("ValidationResult"))
    yield _triple(result, ox.NamedNode(DCTERMS + "identifier"), _literal(finding.rule))
    yield _triple(result, _sh("resultSeverity"), _sh(finding.severity))
    yield _triple(result, _sh("focusNode"), _node(finding.focus or finding.place.file))
    for name, value in (("sourceShape", finding.shape), ("sourceConstraintComponent", component)):
        if iri := _iri(value):
            yield _triple(result, _sh(name), iri)
    if finding.value:
        yield _triple(result, _sh("value"), _node(finding.value))
    yield from _path(result, finding.path)
    yield from _said(result, _sh("resultMessage"), finding.message)
    yield from _said(result, ox.NamedNode(_SHAPE + "remedy"), finding.remedy)
    yield from _pointer(result, finding.place)
    if finding.known is not None:
        yield _triple(result, ox.NamedNode(_SHAPE + "known"), ox.Literal(finding.known))
    for number, premise in enumerate(finding.premises, start=1):
        entity = ox.BlankNode(f"{result.value}premise{number}")
        yield _triple(result, ox.NamedNode(_PROV + "wasDerivedFrom"), entity)
        yield _triple(entity, TYPE, ox.NamedNode(_PROV + "Entity"))
        yield from _said(entity, LABEL, premise.text)
        yield from _pointer(entity, premise.place)


def _path(result: ox.BlankNode, path: str) -> Iterator[ox.Triple]:
    """The path of a result: a property, or the inverse of one, written ``^<IRI>``."""
    if iri := _iri(path):
        yield _triple(result, _sh("resultPath"), iri)
    elif (inverse := _INVERSE.fullmatch(path)) and (iri := _iri(inverse[1])):
        step = ox.BlankNode(f"{result.value}path")
        yield _triple(result, _sh("resultPath"), step)
        yield _triple(step, _sh("inversePath"), iri)


def _pointer(subject: _Subject, place: Place) -> Iterator[ox.Triple]:
    """The place as W3C's Pointers in RDF have it, as far as it is known."""
    if not place.file:
        return
    pointer = ox.BlankNode(f"{subject.value}pointer")
    kind = "LineCharPointer" if place.line and place.column else "SinglePointer"
    yield _triple(subject, ox.NamedNode(_EARL + "pointer"), pointer)
    yield _triple(pointer, TYPE, ox.NamedNode(_POINTERS + kind))
    yield _triple(pointer, ox.NamedNode(_POINTERS + "reference"), _literal(place.file))
    for name, number in (("lineNumber", place.line), ("charNumber", place.column)):
        if number:
            positive = ox.Literal(str(number), datatype=ox.NamedNode(XSD + "positiveInteger"))
            yield _triple(pointer, ox.NamedNode(_POINTERS + name), positive)


def _said(subject: _Subject, predicate: ox.NamedNode, text: Text) -> Iterator[ox.Triple]:
    for tag, said in text._asdict().items():
        if said:
            yield _triple(subject, predicate, _literal(said, tag))


def _iri(text: str) -> ox.NamedNode | None:
    """The IRI that a text is, of a scheme that names things; None for any other text."""
    if not text.startswith(_SCHEMES):
        return None
    try:
        return ox.NamedNode(text)
    except ValueError:
        return None


def _node(text: str) -> _Term:
    return _iri(text) or _literal(text)


def _literal(text: str, language: str | None = None) -> ox.Literal:
    """A literal; a lone surrogate, which RDF cannot hold, becomes U+FFFD."""
    said = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return ox.Literal(said, language=language)


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(SH + name)


def _triple(subject: _Subject, predicate: ox.NamedNode, value: _Term) -> ox.Triple:
    return ox.Triple(subject, predicate, value)
