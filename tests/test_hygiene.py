"""Hygiene: what must hold of the ontology, the vocabularies and the graph as a whole.

Each file of ``tests/hygiene/`` is a SELECT whose rows are the offenders; the file of the same name
in ``tests/hygiene/broken/`` is a graph that offends, so that each check is seen to fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import namespace

from dxgraph import assemble, workspace
from dxgraph.namespaces import DXO, ONTOLOGY, OWL, PREFIXES, TYPE, dxo, graph

ROOT = Path(__file__).resolve().parent.parent
QUERIES = sorted((ROOT / "tests" / "hygiene").glob("*.rq"))
BROKEN = ROOT / "tests" / "hygiene" / "broken"
ALIGNMENTS = ROOT / "ontology" / "alignments.ttl"

each_query = pytest.mark.parametrize("query", QUERIES, ids=lambda path: path.stem)

#: Vocabularies whose terms rdflib lists.
LISTED = {
    str(vocabulary): vocabulary
    for vocabulary in (
        *(namespace.DCAT, namespace.DCTERMS, namespace.ORG),
        *(namespace.PROV, namespace.SKOS, namespace.TIME),
    )
}

#: Terms of other vocabularies, each looked up in a published copy.
LOOKED_UP = {
    "http://data.europa.eu/eli/ontology#": {
        *("LegalResource", "LegalResourceSubdivision", "applies", "based_on", "cites"),
        *("id_local", "is_part_of", "number", "passed_by"),
    },
    "http://data.europa.eu/m8g/": {"PublicOrganisation", "hasCompetentAuthority"},
    "http://metadata.un.org/sdg/ontology#": {"Indicator", "Target"},
    "http://schema.org/": {
        *("AdministrativeArea", "GovernmentOrganization", "Legislation", "QuantitativeValue"),
        *("legislationIdentifier", "maxValue", "minValue", "unitText"),
    },
}


@pytest.fixture(scope="module")
def built() -> ox.Store:
    """Ontology, vocabularies and data of this checkout, with everything that follows."""
    return assemble.assemble(workspace.find(ROOT))


def rows(query: Path, store: ox.Store) -> list[str]:
    """The rows of a hygiene query, one line each."""
    found = store.query(
        query.read_text(encoding="utf-8"), prefixes=PREFIXES, use_default_graph_as_union=True
    )
    assert isinstance(found, ox.QuerySolutions)
    return [" ".join(str(term) for term in row) for row in found]


def turtle(text: str) -> ox.Store:
    """A store that holds a few statements of ours."""
    store = ox.Store()
    store.load(f"@prefix dxo: <{DXO}> . @prefix owl: <{OWL}> . {text}", format=ox.RdfFormat.TURTLE)
    return store


@each_query
def test_the_graph_as_built_gives_no_row(query: Path, built: ox.Store) -> None:
    found = rows(query, built)
    assert not found, f"{claim(query)} Not so for:\n" + "\n".join(found)


@each_query
def test_a_graph_that_breaks_it_gives_a_row(query: Path) -> None:
    store = ox.Store()
    target = graph("plan/99999")
    store.load(path=BROKEN / f"{query.stem}.ttl", format=ox.RdfFormat.TURTLE, to_graph=target)
    assert rows(query, store)


@each_query
def test_a_hygiene_query_begins_by_saying_what_must_hold(query: Path) -> None:
    assert re.fullmatch(r"[A-Z][^.]+\.", claim(query))


def claim(query: Path) -> str:
    """The first line of a query, which says in one sentence what must hold."""
    return query.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def test_every_broken_graph_belongs_to_a_query() -> None:
    assert [path.stem for path in sorted(BROKEN.glob("*.ttl"))] == [path.stem for path in QUERIES]


def test_every_competency_question_is_a_saved_query(built: ox.Store) -> None:
    assert not unknown_questions(built, ROOT / "queries")


def test_a_competency_question_nobody_saved_is_found() -> None:
    store = turtle('dxo:Plan dxo:competencyQuestion "plans", "who-wrote-it" .')
    assert unknown_questions(store, ROOT / "queries") == {"who-wrote-it"}


def unknown_questions(store: ox.Store, folder: Path) -> set[str]:
    """Competency questions that name no file of a folder of saved queries."""
    named = store.quads_for_pattern(None, dxo("competencyQuestion"), None, None)
    return {quad.object.value for quad in named} - {path.stem for path in folder.glob("*.rq")}


def test_every_term_of_the_ontology_is_used(built: ox.Store) -> None:
    assert not unused_terms(built, users(ROOT))


def test_a_term_that_only_a_comment_names_is_unused() -> None:
    store = turtle("dxo:Plan a owl:Class . dxo:Dream a owl:Class . dxo:code a owl:ObjectProperty .")
    texts = ["# dxo:Dream\nSELECT ?x WHERE { ?x a dxo:Plan }", '{"code": {"@id": "dxo:code"}}']
    assert unused_terms(store, texts) == {"Dream"}


def test_a_term_that_data_use_is_used() -> None:
    store = turtle("dxo:Plan a owl:Class . dxo:code a owl:DatatypeProperty .")
    store.extend(turtle('<https://example.org/> a dxo:Plan ; dxo:code "24343" .'))
    assert not unused_terms(store, [])


def unused_terms(store: ox.Store, texts: Iterable[str]) -> set[str]:
    """Local names of terms that neither statements nor texts use."""
    every = {quad.predicate.value for quad in store}
    every |= {quad.object.value for quad in store.quads_for_pattern(None, TYPE, None, None)}
    named = re.compile(rf"(?:\bdxo:|{re.escape(DXO)})(\w+)")
    lines = [line for text in texts for line in text.splitlines()]
    used = {name for line in lines if line.lstrip()[:1] != "#" for name in named.findall(line)}
    return {
        quad.subject.value.removeprefix(DXO)
        for quad in store.quads_for_pattern(None, TYPE, None, None)
        if quad.object.value.startswith(OWL) and quad.subject.value.startswith(DXO)
        if quad.subject.value not in every
    } - used


def users(root: Path) -> Iterator[str]:
    """The texts that may use a term: the context of records, queries, rules and shapes."""
    for pattern in ("data/context.jsonld", "queries/*.rq", "ontology/rules/*.rq", "shapes/*.ttl"):
        for path in sorted(root.glob(pattern)):
            yield path.read_text(encoding="utf-8")


def test_every_term_an_alignment_leads_to_exists_in_its_vocabulary() -> None:
    assert [iri for iri in sorted(foreign(ALIGNMENTS)) if not exists(iri)] == []


@pytest.mark.parametrize("iri", ["http://www.w3.org/ns/org#Bureau", "http://schema.org/Plan"])
def test_a_term_its_vocabulary_lacks_does_not_exist(iri: str) -> None:
    assert not exists(iri)


def exists(iri: str) -> bool:
    """Whether a vocabulary that is listed or looked up has a term."""
    name = re.split("[/#]", iri)[-1]
    vocabulary = iri.removesuffix(name)
    return name in LISTED.get(vocabulary, LOOKED_UP.get(vocabulary, ()))


def test_alignments_say_something_only_of_terms_the_ontology_declares(built: ox.Store) -> None:
    declared = {
        quad.subject
        for kind in ("Class", "ObjectProperty", "DatatypeProperty")
        for quad in built.quads_for_pattern(None, TYPE, ox.NamedNode(OWL + kind), None)
    }
    assert {quad.subject for quad in aligned(ALIGNMENTS)} <= declared


def test_nothing_is_inferred_by_way_of_an_alignment(built: ox.Store) -> None:
    inferred = built.quads_for_pattern(None, None, None, graph("inferred"))
    said = {(quad.object if quad.predicate == TYPE else quad.predicate).value for quad in inferred}
    assert said
    assert not said & foreign(ALIGNMENTS)


def aligned(path: Path) -> list[ox.Quad]:
    """What a Turtle file says of anything but itself."""
    itself = f"{ONTOLOGY}/{path.stem}"
    quads = ox.parse(path=path, format=ox.RdfFormat.TURTLE)
    return [quad for quad in quads if quad.subject.value != itself]


def foreign(path: Path) -> set[str]:
    """The terms that the alignments of a Turtle file lead to."""
    return {quad.object.value for quad in aligned(path)}
