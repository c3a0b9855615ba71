"""Metadata: what a server says of its dataset in VoID, DCAT, SHACL and schema.org.

Descriptions are made from plain data; no graph is asked here, and nothing is sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

import pyoxigraph as ox

import dxgraph
from dxgraph.dumps import File
from dxgraph.namespaces import BASE, DCTERMS, DXO, OWL, RDFS, SDG, SH, SKOS, TYPE, VOID, XSD

DCAT = "http://www.w3.org/ns/dcat#"
FOAF = "http://xmlns.com/foaf/0.1/"
PROV = "http://www.w3.org/ns/prov#"
SCHEMA = "https://schema.org/"
SPDX = "http://spdx.org/rdf/terms#"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"

VOID_PAGE = BASE + ".well-known/void"
CATALOG_PAGE = BASE + "catalog"
#: The dataset, by one name wherever it is described.
DATASET = VOID_PAGE + "#dataset"
PUBLISHER = CATALOG_PAGE + "#maintainers"
TITLE = {
    "ja": "自治体DX計画の知識グラフ dxgraph",
    "en": "dxgraph, a knowledge graph of Japanese municipal DX plans",
}
ABOUT = {
    "ja": "日本の市町村の DX 推進計画から事実・名称・数値を読み取り、法律、国と県の計画、施策、"
    "担当課、年度ごとの予定、技術、SDGs と結んだ RDF データセット。"
    "印刷された記述には原資料の行がある。",
    "en": "An RDF dataset of facts, names and numbers read from the digital-transformation "
    "plans of Japanese municipalities, linked to laws, national and prefectural plans, measures, "
    "departments, yearly schedules, technologies and the SDGs. What is printed has its line.",
}
RIGHTS = {
    "ja": "事実・名称・見出し・数値と、編集者の言葉による注記だけを含む。"
    "計画の本文は各市町村のもので、含まない。SDGs の目標の IRI は国連統計部のもの。",
    "en": "Only facts, names, headings and numbers, and notes in the editors' own words. The texts "
    "of the plans belong to the municipalities and are not included. The IRIs of the SDG goals are "
    "those of the United Nations Statistics Division.",
}
PREFIXES = {
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "dxo": DXO,
    "foaf": FOAF,
    "owl": OWL,
    "prov": PROV,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sh": SH,
    "skos": SKOS,
    "spdx": SPDX,
    "void": VOID,
    "xsd": XSD,
    "sdg": SDG,
}

Value = ox.NamedNode | ox.Literal
#: A property and its value.
Fact = tuple[ox.NamedNode, Value]


@dataclass(frozen=True)
class Published:
    """A dataset as one server publishes it.

    ``address`` is the server's, without a slash at the end; ``version`` the graph's name;
    ``files`` are empty where the server offers no dumps or has not made them yet.
    """

    address: str
    version: str
    files: tuple[File, ...] = ()

    def at(self, path: str) -> ox.NamedNode:
        """The address of a path on the server."""
        return ox.NamedNode(self.address + path)

    @property
    def number(self) -> str:
        """The version of the software and of the data it was built from.

        >>> Published("https://x.example", "0c162f75b0594a51").number.partition("+")[2]
        '0c162f75b059'
        """
        return f"{dxgraph.__version__}+{self.version[:12]}"

    @property
    def named(self) -> dict[str, File]:
        """The files by their names."""
        return {each.name: each for each in self.files}

    def whole(self) -> tuple[File, ...]:
        """The files that hold the whole graph."""
        return tuple(each for each in self.files if "/" not in each.name and "." in each.name)


@dataclass
class Description:
    """Triples as they are said, each once, in order."""

    triples: dict[ox.Triple, None] = field(default_factory=dict)

    def say(self, subject: str, *kinds: str, **values: object) -> None:
        """Types of a subject and its properties, as ``facts`` has them."""
        self.add(subject, facts(*kinds, **values))

    def add(self, subject: str, said: Iterable[Fact]) -> None:
        """What is said of a subject, which may be said of others as well."""
        it = ox.NamedNode(subject)
        for predicate, term in said:
            self.triples[ox.Triple(it, predicate, term)] = None

    def serialize(self, form: ox.RdfFormat) -> bytes:
        """The triples in a format."""
        return ox.serialize(self.triples, format=form, prefixes=PREFIXES) or b""


def facts(*kinds: str, **values: object) -> list[Fact]:
    """Types, then properties and values: ``dcterms_title={"ja": …, "en": …}``.

    A mapping is texts by language, a str an IRI, an int a count, a term itself; a list holds
    several of them, and None says nothing.

    >>> [str(term) for _, term in facts(VOID + "Dataset", void_triples=26701)]
    ['<http://rdfs.org/ns/void#Dataset>', '"26701"^^<http://www.w3.org/2001/XMLSchema#integer>']
    """
    said: list[Fact] = [(TYPE, ox.NamedNode(kind)) for kind in kinds]
    for name, value in values.items():
        predicate = _property(name)
        for each in value if isinstance(value, list) else [value]:
            said += [(predicate, term) for term in _terms(each)]
    return said


@cache
def _property(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition("_")
    return ox.NamedNode(PREFIXES[prefix] + local)


def _terms(value: object) -> list[Value]:
    if isinstance(value, str):
        return [ox.NamedNode(value)]
    if isinstance(value, dict):
        return [ox.Literal(str(text), language=language) for language, text in value.items()]
    if value is None:
        return []
    if isinstance(value, ox.NamedNode | ox.Literal):
        return [value]
    return [ox.Literal(value) if isinstance(value, int) else ox.NamedNode(str(value))]


def typed(text: object, datatype: str) -> ox.Literal:
    """A literal of a datatype of XML Schema."""
    return ox.Literal(str(text), datatype=ox.NamedNode(XSD + datatype))
