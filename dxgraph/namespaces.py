"""IRIs that are the same in every graph: base, terms, graphs, and the prefixes queries may use."""

from __future__ import annotations

from pyoxigraph import NamedNode

BASE = "https://w3id.org/dxgraph/"
ID = BASE + "id/"
DXO = BASE + "ontology#"
ONTOLOGY = BASE + "ontology"
GRAPH = BASE + "graph/"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SH = "http://www.w3.org/ns/shacl#"
VOID = "http://rdfs.org/ns/void#"
DCTERMS = "http://purl.org/dc/terms/"
SDG = "http://metadata.un.org/sdg/"

#: Prefixes every query of ours may use without declaring them.
PREFIXES = {
    "dxo": DXO,
    "id": ID,
    "graph": GRAPH,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "technology": ID + "technology/",
    "phase": ID + "phase/",
    "item": ID + "item/",
    "fy": ID + "fiscal-year/",
    "municipality": ID + "municipality/",
    "sdg": SDG,
}

TYPE = NamedNode(RDF + "type")
LABEL = NamedNode(RDFS + "label")


def dxo(name: str) -> NamedNode:
    """A term of the ontology.

    >>> dxo("Measure")
    <NamedNode value=https://w3id.org/dxgraph/ontology#Measure>
    """
    return NamedNode(DXO + name)


def graph(name: str) -> NamedNode:
    """A named graph of the dataset, such as ``plan/24343`` or ``inferred``."""
    return NamedNode(GRAPH + name)


def shortened(iri: str, base: str = "") -> str:
    """An IRI with the prefix of the longest namespace it is in; without ``base``, where in none.

    >>> shortened("http://www.w3.org/2000/01/rdf-schema#label"), shortened("https://example.org/")
    ('rdfs:label', 'https://example.org/')
    """
    within = [(space, name) for name, space in PREFIXES.items() if iri.startswith(space)]
    if not within:
        return iri.removeprefix(base)
    space, name = max(within)
    return f"{name}:{iri.removeprefix(space)}"


def as_written(iri: str) -> str:
    """An IRI as records and queries write it: ours without what all of ours begin with.

    >>> as_written("https://w3id.org/dxgraph/id/plan/24343/dx-2023/measure/2-2")
    'plan/24343/dx-2023/measure/2-2'
    >>> as_written("https://w3id.org/dxgraph/ontology#sourceLine")
    'dxo:sourceLine'
    """
    return (iri.removeprefix(ID) or iri) if iri.startswith(ID) else shortened(iri)
