"""What pages call terms of other vocabularies, which the graph uses but does not describe."""

from __future__ import annotations

from dxgraph.namespaces import DCTERMS, OWL, PREFIXES, RDF, RDFS, SKOS, VOID

#: IRI -> Japanese and English name.
NAMES = {
    RDF + "type": ("種類", "type"),
    RDFS + "label": ("名称", "name"),
    RDFS + "comment": ("説明", "comment"),
    RDFS + "seeAlso": ("参考", "see also"),
    RDFS + "isDefinedBy": ("定義する文書", "defined by"),
    RDFS + "subClassOf": ("上位の種類", "kind of"),
    RDFS + "subPropertyOf": ("上位の性質", "sub-property of"),
    RDFS + "domain": ("主語の種類", "domain"),
    RDFS + "range": ("値の種類", "range"),
    SKOS + "prefLabel": ("用語名", "preferred name"),
    SKOS + "altLabel": ("別の表記", "other name"),
    SKOS + "definition": ("定義", "definition"),
    SKOS + "editorialNote": ("編集上の注", "editorial note"),
    SKOS + "hiddenLabel": ("検索用の表記", "hidden name"),
    SKOS + "notation": ("記号", "notation"),
    SKOS + "inScheme": ("収める語彙", "in scheme"),
    SKOS + "topConceptOf": ("最上位として収める語彙", "top concept of"),
    SKOS + "hasTopConcept": ("最上位の概念", "top concept"),
    SKOS + "broader": ("より広い概念", "broader"),
    SKOS + "narrower": ("より狭い概念", "narrower"),
    SKOS + "related": ("関連する概念", "related"),
    SKOS + "exactMatch": ("同じもの", "exact match"),
    SKOS + "closeMatch": ("ほぼ同じもの", "close match"),
    SKOS + "member": ("含むもの", "member"),
    SKOS + "Concept": ("概念", "concept"),
    SKOS + "ConceptScheme": ("語彙", "concept scheme"),
    SKOS + "Collection": ("概念の集まり", "collection"),
    DCTERMS + "title": ("題", "title"),
    DCTERMS + "issued": ("公表", "issued"),
    DCTERMS + "license": ("利用条件", "licence"),
    DCTERMS + "source": ("出典", "source"),
    DCTERMS + "isReplacedBy": ("代わるもの", "replaced by"),
    VOID + "Dataset": ("データセット", "dataset"),
    OWL + "Class": ("クラス", "class"),
    OWL + "ObjectProperty": ("物事を指す性質", "object property"),
    OWL + "DatatypeProperty": ("値を持つ性質", "datatype property"),
    OWL + "hasValue": ("定める値", "has value"),
    OWL + "inverseOf": ("逆の性質", "inverse of"),
    "http://metadata.un.org/sdg/ontology#Goal": ("SDGs の目標", "SDG goal"),
}


def expanded(name: str) -> str:
    """The IRI that a shortened one stands for.

    >>> expanded("dxo:fiscalYear")
    'https://w3id.org/dxgraph/ontology#fiscalYear'
    """
    prefix, colon, rest = name.partition(":")
    return PREFIXES[prefix] + rest if colon and prefix in PREFIXES else name
