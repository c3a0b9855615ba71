"""The ontology: its header and modules, every class and property with an example, vocabularies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from dxgraph.errors import UnknownThing
from dxgraph.namespaces import DCTERMS, DXO, ID, LABEL, ONTOLOGY, OWL, RDF, RDFS, SDG, SKOS, TYPE
from dxgraph.session import Graph
from dxgraph.views.asking import both, named, rows, shortened

#: Kinds of term, by the class that says so.
KINDS = {
    OWL + "Class": "class",
    OWL + "ObjectProperty": "object",
    OWL + "DatatypeProperty": "data",
    OWL + "AnnotationProperty": "annotation",
}
_TRAITS = ("FunctionalProperty", "TransitiveProperty", "AsymmetricProperty", "IrreflexiveProperty")
#: Relations between terms that are shown, by name.
_RELATIONS = {
    "parents": (RDFS + "subClassOf", RDFS + "subPropertyOf"),
    "domain": (RDFS + "domain",),
    "range": (RDFS + "range",),
    "inverse": (OWL + "inverseOf",),
    "equivalent": (OWL + "equivalentClass",),
    "disjoint": (OWL + "disjointWith",),
}
_GENID = "/.well-known/genid/"
_SDG_SCHEME = SDG.rstrip("/")
_SCHEMES = ID + "scheme/"

Said = dict[str, dict[str, list[Any]]]


def view(graph: Graph, values: Mapping[str, str]) -> dict[str, Any]:
    """``header``, ``modules``, ``terms`` and ``schemes``, with the ``names`` of what they link to.

    A term has texts, kind, relations to others as IRIs, and an example from the graph.
    """
    said, aligned = _said(graph)
    terms = [
        _term(iri, values, kind, said, aligned.get(iri, {}))
        for iri, values in sorted(said.items())
        if iri.startswith(DXO)
        for kind in [_kind(values)]
        if kind
    ]
    for each in terms:
        each["examples"] = _examples(graph, each)
    linked = {iri for each in terms for name in _RELATIONS for iri in each[name]}
    linked |= {iri for each in terms for chain in each["chains"] for iri in chain}
    linked |= {link["value"] for each in terms for link in each["aligned"] + each["defined"]}
    linked |= {link["property"] for each in terms for link in each["defined"]}
    linked |= {text for each in terms for row in each["examples"] for text in row if _iri(text)}
    schemes = [(row["scheme"].value, int(row["n"].value)) for row in _schemes(graph)]
    names = named(graph, [*linked, *(iri for iri, _ in schemes)])
    for each in terms:
        each["examples"] = [row for row in each["examples"] if _called(row, names)]
    return {
        "header": _header(said.get(ONTOLOGY, {})),
        "modules": [
            {"name": iri.rpartition("/")[2], **_header(said[iri])}
            for iri in sorted(said)
            if iri.startswith(ONTOLOGY + "/") and OWL + "Ontology" in _texts(said[iri], TYPE.value)
        ],
        "terms": terms,
        "schemes": [{"name": scheme_name(iri), "iri": iri, "size": n} for iri, n in schemes],
        "names": names,
    }


def scheme_name(iri: str) -> str:
    """What the address of a vocabulary's page ends in.

    >>> scheme_name("https://w3id.org/dxgraph/id/scheme/technology")
    'technology'
    """
    return "sdg" if iri == _SDG_SCHEME else iri.removeprefix(_SCHEMES)


def vocabulary(graph: Graph, values: Mapping[str, str]) -> dict[str, Any]:
    """The vocabulary ``name``: its texts, ``concepts`` by IRI, and the ``tree`` of the broader."""
    name = values["name"]
    scheme = ox.NamedNode(_SDG_SCHEME if name == "sdg" else _SCHEMES + name)
    found = rows(graph, "ontology-scheme", scheme=scheme)
    if not found:
        raise UnknownThing(
            f"there is no vocabulary '{name}'; /ontology lists them",
            f"「{name}」という語彙はありません。/ontology に一覧があります",
            [],
        )
    texts: dict[str, list[Any]] = defaultdict(list)
    for row in found:
        texts[row["property"].value].append(row["value"])
    said: Said = defaultdict(lambda: defaultdict(list))
    for row in rows(graph, "ontology-concepts", scheme=scheme):
        said[row["concept"].value][row["property"].value].append(row["value"])
    concepts = {iri: _concept(iri, each) for iri, each in said.items()}
    order = sorted(concepts, key=lambda iri: (concepts[iri]["order"], concepts[iri]["ja"], iri))
    children: dict[str, list[str]] = defaultdict(list)
    tops = []
    for iri in order:
        above = [each for each in concepts[iri]["broader"] if each in concepts]
        for parent in above:
            children[parent].append(iri)
        if not above:
            tops.append(iri)
    return {
        "iri": scheme.value,
        "name": both(_by_language(texts[SKOS + "prefLabel"])),
        "definition": both(_by_language(texts[SKOS + "definition"])),
        "concepts": {iri: concepts[iri] for iri in order},
        "tree": [_branch(iri, children, ()) for iri in tops],
    }


def _branch(iri: str, children: Mapping[str, list[str]], above: tuple[str, ...]) -> dict[str, Any]:
    """A concept and those below it; one that leads back to itself is cut there."""
    below = [each for each in children.get(iri, ()) if each not in (*above, iri)]
    return {"iri": iri, "below": [_branch(each, children, (*above, iri)) for each in below]}


def _concept(iri: str, said: Mapping[str, list[Any]]) -> dict[str, Any]:
    order = _texts(said, DXO + "order") or _texts(said, SKOS + "notation")
    number = int(order[0]) if order and order[0].isdecimal() else 0
    return {
        "iri": iri,
        **both(_by_language(said.get(SKOS + "prefLabel", ())), iri),
        "also": {
            tag: sorted(
                term.value
                for name in ("altLabel", "hiddenLabel")
                for term in said.get(SKOS + name, ())
                if term.language == tag
            )
            for tag in ("ja", "en")
        },
        "definition": both(_by_language(said.get(SKOS + "definition", ()))),
        "notation": ", ".join(_texts(said, SKOS + "notation")),
        "broader": sorted(_texts(said, SKOS + "broader")),
        "matches": sorted(_texts(said, SKOS + "exactMatch") + _texts(said, SKOS + "closeMatch")),
        "order": number,
    }


def _said(graph: Graph) -> tuple[Said, Said]:
    """What the ontology and what the alignments say, by subject and property."""
    both_graphs: tuple[Said, Said] = ({}, {})
    for row in rows(graph, "ontology-terms"):
        into = both_graphs[row["g"].value.endswith("/alignment")]
        each = into.setdefault(row["s"].value, {})
        each.setdefault(row["p"].value, []).append(row["o"])
    return both_graphs


def _kind(said: Mapping[str, list[Any]]) -> str:
    return next((KINDS[kind] for kind in _texts(said, TYPE.value) if kind in KINDS), "")


def _term(
    iri: str,
    values: Mapping[str, list[Any]],
    kind: str,
    said: Said,
    aligned: Mapping[str, list[Any]],
) -> dict[str, Any]:
    types = {each.removeprefix(OWL) for each in _texts(values, TYPE.value)}
    return {
        "iri": iri,
        "local": iri.removeprefix(DXO),
        "kind": kind,
        **both(_by_language(values.get(LABEL.value, ())), iri.removeprefix(DXO)),
        "definition": both(_by_language(values.get(SKOS + "definition", ()))),
        "questions": sorted(_texts(values, DXO + "competencyQuestion")),
        "statements": [each.rpartition("/")[2] for each in _texts(values, DXO + "statementKind")],
        "traits": [name.removesuffix("Property") for name in _TRAITS if name in types],
        "chains": [_list(head, said) for head in _texts(values, OWL + "propertyChainAxiom")],
        "aligned": sorted(
            (
                {"property": property_, "value": value}
                for property_ in aligned
                for value in _texts(aligned, property_)
            ),
            key=lambda each: (each["property"], each["value"]),
        ),
        "defined": _restrictions(iri, said),
        **{
            name: sorted(
                value
                for property_ in properties
                for value in _texts(values, property_)
                if _GENID not in value
            )
            for name, properties in _RELATIONS.items()
        },
    }


def _restrictions(iri: str, said: Said) -> list[dict[str, str]]:
    """What makes a thing one of a class: a property and the value it must have."""
    return [
        {"property": on, "value": value}
        for name, each in sorted(said.items())
        if _GENID in name and iri in _texts(each, RDFS + "subClassOf")
        for on in _texts(each, OWL + "onProperty")
        for value in _texts(each, OWL + "hasValue")
    ]


def _list(head: str, said: Said) -> list[str]:
    """The members of an RDF list."""
    members = []
    while head in said:
        members += _texts(said[head], RDF + "first")
        head = next(iter(_texts(said[head], RDF + "rest")), "")
    return members


def _header(said: Mapping[str, list[Any]]) -> dict[str, Any]:
    return {
        "title": both(_by_language(said.get(DCTERMS + "title", ()))),
        "abstract": both(_by_language(said.get(DCTERMS + "abstract", ()))),
        **{
            name: next(iter(_texts(said, space + name)), "")
            for space, name in (
                (OWL, "versionInfo"),
                (OWL, "versionIRI"),
                (DCTERMS, "issued"),
                (DCTERMS, "modified"),
                (DCTERMS, "license"),
                (DCTERMS, "creator"),
            )
        },
    }


def _examples(graph: Graph, term: Mapping[str, Any]) -> list[list[str]]:
    """Things of a class, or a thing and its value for a property."""
    it = ox.NamedNode(term["iri"])
    if term["kind"] == "class":
        return [[row["it"].value] for row in rows(graph, "ontology-things", **{"class": it})]
    found = rows(graph, "ontology-use", property=it)
    return [[row["it"].value, row["value"].value] for row in found]


def _schemes(graph: Graph) -> list[dict[str, Any]]:
    return rows(graph, "ontology-schemes")


def _texts(said: Mapping[str, Iterable[Any]], name: str) -> list[str]:
    return [term.value for term in said.get(name, ())]


def _by_language(terms: Iterable[Any]) -> dict[str, str]:
    return {term.language or "": term.value for term in terms}


def _called(row: list[str], names: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether all that an example names has a name."""
    return all(names[text]["ja"] != shortened(text) for text in row if text in names)


def _iri(text: str) -> bool:
    return text.startswith(("http://", "https://"))
