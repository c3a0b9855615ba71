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
