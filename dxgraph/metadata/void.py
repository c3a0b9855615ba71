"""The dataset in VoID: sizes, partitions by class and property, vocabularies, linksets, dumps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from dxgraph.metadata import (
    ABOUT,
    DATASET,
    DCAT,
    FOAF,
    LICENCE,
    PREFIXES,
    PUBLISHER,
    TITLE,
    VOID_PAGE,
    Description,
    Published,
)
from dxgraph.namespaces import ID, VOID
from dxgraph.namespaces import PREFIXES as QUERIES

#: Where links lead -> what is there.
TARGETS = {
    "http://metadata.un.org/sdg/": ("国連 SDGs", "UN Sustainable Development Goals"),
    "http://www.wikidata.org/entity/": ("Wikidata", "Wikidata"),
    "http://data.e-stat.go.jp/lod/sac/": (
        "e-Stat 標準地域コード",
        "e-Stat statistical area codes",
    ),
    "https://laws.e-gov.go.jp/law/": ("e-Gov 法令検索", "e-Gov laws"),
}
#: Namespace -> what people call it.
_NAMES = {space: name for name, space in {**PREFIXES, **QUERIES}.items()} | {
    "http://data.europa.eu/eli/ontology#": "eli",
    "http://data.europa.eu/m8g/": "cv",
    "http://metadata.un.org/sdg/ontology#": "sdgo",
    "http://purl.org/vocab/vann/": "vann",
    "http://schema.org/": "schema",
    "http://www.w3.org/2006/time#": "time",
    "http://www.w3.org/ns/org#": "org",
    "http://www.w3.org/ns/prov#": "prov",
    "http://www.wikidata.org/entity/": "wikidata",
    "http://data.e-stat.go.jp/lod/sac/": "e-stat",
    "https://laws.e-gov.go.jp/law/": "e-gov",
}


def namespace(iri: str) -> str:
    """An IRI up to its last # or /.

    >>> namespace("http://www.w3.org/2004/02/skos/core#Concept")
    'http://www.w3.org/2004/02/skos/core#'
    """
    return re.sub(r"[^/#]*$", "", iri)


def shortened(iri: str) -> str:
    """An IRI by the usual prefix of its namespace, where it has one.

    >>> shortened("http://data.europa.eu/eli/ontology#cites")
    'eli:cites'
    """
    space = namespace(iri)
    return f"{_NAMES[space]}:{iri.removeprefix(space)}" if space in _NAMES else iri


def part(kind: str, iri: str) -> str:
    """The IRI of a part of the description.

    >>> part("class", "https://w3id.org/dxgraph/ontology#Measure").partition("#")[2]
    'class-dxo-Measure'
    """
    space = namespace(iri)
    name = _NAMES.get(space) or re.sub(r"\W+", "-", space.partition("://")[2]).strip("-")
    return f"{VOID_PAGE}#{kind}-{name}-{iri.removeprefix(space)}".rstrip("-")


def describe(seen: Mapping[str, Any], published: Published) -> Description:
    """The description of the dataset that the view ``dataset`` has counted."""
    told = Description()
    told.say(
        VOID_PAGE,
        VOID + "DatasetDescription",
        dcterms_title={"ja": "dxgraph の VoID 記述", "en": "VoID description of dxgraph"},
        dcterms_creator=PUBLISHER,
        foaf_primaryTopic=DATASET,
    )
    told.say(PUBLISHER, FOAF + "Agent", foaf_name=ox.Literal("The dxgraph maintainers"))
    used = {namespace(each["property"]) for each in seen["properties"]}
    used |= {namespace(each["class"]) for each in seen["classes"]}
    told.say(
        DATASET,
        VOID + "Dataset",
        DCAT + "Dataset",
        dcterms_title=TITLE,
        dcterms_description=ABOUT,
        dcterms_license=LICENCE,
        dcterms_publisher=PUBLISHER,
        foaf_homepage=published.at("/"),
        void_uriSpace=ox.Literal(ID),
        void_vocabulary=sorted(used),
        void_exampleResource=list(seen["examples"]),
        void_sparqlEndpoint=published.at("/sparql"),
        void_dataDump=[
            published.at(f"/dump/{each.name}")
            for each in published.whole()
            if not each.name.endswith(".zip")
        ],
        void_triples=seen["triples"],
        void_entities=seen["entities"],
        void_classes=len(seen["classes"]),
        void_properties=len(seen["properties"]),
        void_distinctSubjects=seen["subjects"],
        void_distinctObjects=seen["objects"],
    )
    _partitions(told, seen)
    _subsets(told, seen)
    _linksets(told, seen)
    return told


def _partitions(told: Description, seen: Mapping[str, Any]) -> None:
    for each in seen["classes"]:
        it = part("class", each["class"])
        told.say(DATASET, void_classPartition=it)
        told.say(it, VOID + "Dataset", void_class=each["class"], void_entities=each["entities"])
        for used in each["properties"]:
            of = f"{it}.{part('', used['property']).partition('#-')[2]}"
            told.say(it, void_propertyPartition=of)
            told.say(
                of,
                VOID + "Dataset",
                void_property=used["property"],
                void_triples=used["triples"],
                void_distinctSubjects=used["entities"],
            )
    for each in seen["properties"]:
        it = part("property", each["property"])
        told.say(DATASET, void_propertyPartition=it)
        told.say(
            it,
            VOID + "Dataset",
            void_property=each["property"],
            void_triples=each["triples"],
            void_distinctSubjects=each["subjects"],
            void_distinctObjects=each["objects"],
        )


def _subsets(told: Description, seen: Mapping[str, Any]) -> None:
    """Named graphs are parts of the dataset; which kind of statement each holds, it says itself."""
    for each in seen["graphs"]:
        told.say(DATASET, void_subset=each["graph"])
        told.say(each["graph"], VOID + "Dataset", void_triples=each["triples"])
        told.say(each["graph"], dxo_statementKind=f"{ID}statement-kind/{each['kind']}")


def _linksets(told: Description, seen: Mapping[str, Any]) -> None:
    for each in seen["links"]:
        space = each["space"]
        target = part("target", space)
        ja, en = TARGETS.get(space, (space, space))
        link = f"{part('links', space)}.{part('', each['property']).partition('#-')[2]}"
        told.say(target, VOID + "Dataset", dcterms_title={"ja": ja, "en": en})
        told.say(target, void_uriSpace=ox.Literal(space))
        told.say(DATASET, void_subset=link)
        told.say(
            link,
            VOID + "Linkset",
            void_subjectsTarget=DATASET,
            void_objectsTarget=target,
            void_linkPredicate=each["property"],
            void_triples=each["triples"],
        )
