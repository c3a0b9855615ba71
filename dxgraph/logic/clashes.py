"""Where statements cannot all be true: what the axioms of the ontology rule out, as triples.

The store must hold what follows from the axioms, as ``assemble`` leaves it, so that types and
values need no further reasoning. Only axioms of ``graph/ontology`` count. Two different IRIs of
ours are two things (the unique name assumption holds for ``id/``), because ``identifiers`` makes
them of what is printed; of other IRIs only what is declared different or is of disjoint classes.

Cost: the members of disjoint classes, the values of functional, irreflexive and asymmetric
properties and, within the engine, the literals; each once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import pyoxigraph as ox

from dxgraph.namespaces import ID, OWL, RDF, RDFS, TYPE, XSD
from dxgraph.reason import ONTOLOGY

_SUBCLASS = ox.NamedNode(RDFS + "subClassOf")
#: Datatypes whose lexical forms the engine knows.
_CHECKED = (
    *("boolean", "integer", "decimal", "double", "float"),
    *("date", "dateTime", "time", "gYear", "gYearMonth"),
)
#: Datatypes whose values are those of another as well.
_WITHIN = {("integer", "decimal"), ("nonNegativeInteger", "integer")}
_KINDS = """SELECT ?s ?p ?v ?kind WHERE {
  VALUES ?kind { owl:ObjectProperty owl:DatatypeProperty }
  ?p a ?kind . ?s ?p ?v
  FILTER (ISLITERAL(?v) = (?kind = owl:ObjectProperty))
}"""
_RANGES = """SELECT ?s ?p ?v ?range WHERE {
  ?p a owl:DatatypeProperty ; rdfs:range ?range . ?s ?p ?v
  FILTER (ISLITERAL(?v) && DATATYPE(?v) != ?range && ?range != rdfs:Literal)
}"""
_FORMS = " || ".join(
    f"(DATATYPE(?v) = xsd:{name} && !COALESCE(ISLITERAL(xsd:{name}(STR(?v))), false))"
    for name in _CHECKED
)
_LEXICAL = f"""SELECT ?s ?p ?v WHERE {{
  ?s ?p ?v
  FILTER (ISLITERAL(?v) && LANG(?v) = "" && DATATYPE(?v) != xsd:string && ({_FORMS}))
}}"""


@dataclass(frozen=True)
class Clash:
    """Statements that cannot all be true.

    ``rule`` is the name findings give it, ``axiom`` its kind and IRIs as ``wording`` reads them and
    ``about`` the terms its message names, in order.
    """

    rule: str
    sides: tuple[ox.Triple, ...]
    axiom: str
    about: tuple[object, ...]


class Clashes:
    """What contradicts what in a store, found again at each call."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        #: Class -> class disjoint with it -> the axiom that says so.
        self.disjoint: dict[str, dict[str, str]] = defaultdict(dict)
        self._read_disjointness()

    def find(self) -> list[Clash]:
        """Every clash, classes that can have no member first."""
        empty = list(self._unsatisfiable())
        return [
            *empty,
            *self._kinds(),
            *self._ranges(),
            *self._lexical(),
            *self._memberships(empty),
            *self._functional(),
            *self._backwards(),
        ]

    def _in_ontology(self, predicate: str, thing: str | None = None) -> Iterator[ox.Quad]:
        target = None if thing is None else ox.NamedNode(thing)
        return self._store.quads_for_pattern(None, ox.NamedNode(predicate), target, ONTOLOGY)

    def _declared(self, kind: str) -> list[ox.NamedNode]:
        found = self._in_ontology(RDF + "type", OWL + kind)
        named = [quad.subject for quad in found if isinstance(quad.subject, ox.NamedNode)]
        return sorted(named, key=lambda node: node.value)

    def _read_disjointness(self) -> None:
        for quad in self._in_ontology(OWL + "disjointWith"):
            self._declare("disjointWith", _iri(quad.subject), _iri(quad.object))
        for quad in self._in_ontology(OWL + "members"):
            for one, other in combinations(self._members(quad.object), 2):
                self._declare("members", one, other)

    def _declare(self, kind: str, one: str, other: str) -> None:
        axiom = f"{kind} {one} {other}"
        self.disjoint[one].setdefault(other, axiom)
        self.disjoint[other].setdefault(one, self.disjoint[one][other])

    def _members(self, node: object) -> Iterator[str]:
        while isinstance(node, ox.NamedNode) and node.value != RDF + "nil":
            for quad in self._store.quads_for_pattern(node, ox.NamedNode(RDF + "first"), None):
                yield _iri(quad.object)
            rest = self._store.quads_for_pattern(node, ox.NamedNode(RDF + "rest"), None)
            node = next((quad.object for quad in rest), None)

    def _unsatisfiable(self) -> Iterator[Clash]:
        parents: dict[str, set[str]] = defaultdict(set)
        for quad in self._in_ontology(_SUBCLASS.value):
            parents[_iri(quad.subject)].add(_iri(quad.object))
        above = {name: _closure(name, parents) for name in sorted(parents)}
        pairs = {name: set(self._pairs(classes)) for name, classes in above.items()}
        for name, found in pairs.items():
            inherited = set().union(*(pairs.get(top, set()) for top in above[name] - {name}))
            for one, other in sorted(found - inherited):
                sides = [
                    ox.Triple(ox.NamedNode(name), _SUBCLASS, ox.NamedNode(top))
                    for top in (one, other)
                    if top != name
                ]
                about = tuple(ox.NamedNode(iri) for iri in (name, one, other))
                yield Clash("owl-unsatisfiable", tuple(sides), self.disjoint[one][other], about)

    def _pairs(self, classes: set[str]) -> Iterator[tuple[str, str]]:
        for one in classes & self.disjoint.keys():
            yield from (
                (one, other) for other in self.disjoint[one].keys() & classes if one < other
            )

    def _memberships(self, empty: list[Clash]) -> Iterator[Clash]:
        """Things of disjoint classes, but for those of a class that can have no member."""
        hopeless = {
            (quad.subject, clash.axiom)
            for clash in empty
            for quad in self._store.quads_for_pattern(None, TYPE, clash.sides[0].subject, None)
        }
        types: dict[ox.NamedNode | ox.BlankNode | ox.Triple, set[str]] = defaultdict(set)
        for name in self.disjoint:
            for quad in self._store.quads_for_pattern(None, TYPE, ox.NamedNode(name), None):
                types[quad.subject].add(name)
        for thing, classes in types.items():
            if len(classes) == 1:
                continue
            for one, other in sorted(self._pairs(classes)):
                axiom = self.disjoint[one][other]
                if (thing, axiom) not in hopeless:
                    named = (ox.NamedNode(one), ox.NamedNode(other))
                    sides = tuple(ox.Triple(thing, TYPE, cls) for cls in named)
                    yield Clash("owl-disjoint", sides, axiom, (thing, *named))

    def _rows(self, query: str) -> Iterator[ox.QuerySolution]:
        prefixes = {"owl": OWL, "rdfs": RDFS, "xsd": XSD}
        found = self._store.query(query, prefixes=prefixes, use_default_graph_as_union=True)
        assert isinstance(found, ox.QuerySolutions)
        return found

    def _kinds(self) -> Iterator[Clash]:
        for row in self._rows(_KINDS):
            triple = ox.Triple(row["s"], row["p"], row["v"])
            literal = isinstance(row["v"], ox.Literal)
            rule = "owl-literal" if literal else "owl-iri"
            kind = "ObjectProperty" if literal else "DatatypeProperty"
            yield Clash(rule, (triple,), f"{kind} {row['p'].value}", tuple(triple))

    def _ranges(self) -> Iterator[Clash]:
        for row in self._rows(_RANGES):
            value, wanted = row["v"], row["range"]
            names = tuple(iri.removeprefix(XSD) for iri in (value.datatype.value, wanted.value))
            if names not in _WITHIN:
                triple = ox.Triple(row["s"], row["p"], value)
                about = (*triple, value.datatype, wanted)
                axiom = f"range {row['p'].value} {wanted.value}"
                yield Clash("owl-datatype", (triple,), axiom, about)

    def _lexical(self) -> Iterator[Clash]:
        for row in self._rows(_LEXICAL):
            triple = ox.Triple(row["s"], row["p"], row["v"])
            datatype = row["v"].datatype
            about = (*triple, datatype)
            yield Clash("owl-lexical", (triple,), f"datatype {datatype.value}", about)

    def _values(self, prop: ox.NamedNode) -> dict[ox.NamedNode, set[ox.NamedNode | ox.Literal]]:
        found: dict[ox.NamedNode, set[ox.NamedNode | ox.Literal]] = defaultdict(set)
        for quad in self._store.quads_for_pattern(None, prop, None, None):
            subject, value = quad.subject, quad.object
            if isinstance(subject, ox.NamedNode) and isinstance(value, (ox.NamedNode, ox.Literal)):
                found[subject].add(value)
        return found

    def _functional(self) -> Iterator[Clash]:
        for prop in self._declared("FunctionalProperty"):
            for subject, values in self._values(prop).items():
                if len(values) == 1:
                    continue
                for one, other in combinations(sorted(values, key=str), 2):
                    if self._differ(one, other):
                        sides = tuple(ox.Triple(subject, prop, value) for value in (one, other))
                        axiom = f"FunctionalProperty {prop.value}"
                        yield Clash("owl-functional", sides, axiom, (subject, prop, one, other))

    def _differ(self, one: ox.NamedNode | ox.Literal, other: ox.NamedNode | ox.Literal) -> bool:
        """Whether two terms are known to stand for two things."""
        if isinstance(one, ox.Literal) and isinstance(other, ox.Literal):
            return bool(self._store.query(f"ASK {{ FILTER ({one} != {other}) }}"))
        if isinstance(one, ox.Literal) or isinstance(other, ox.Literal):
            return False
        if one.value.startswith(ID) and other.value.startswith(ID):
            return True
        differs = ox.NamedNode(OWL + "differentFrom")
        if any(
            next(self._store.quads_for_pattern(a, differs, b, None), None)
            for a, b in ((one, other), (other, one))
        ):
            return True
        types = [
            {_iri(quad.object) for quad in self._store.quads_for_pattern(node, TYPE, None, None)}
            for node in (one, other)
        ]
        return any(self.disjoint[name].keys() & types[1] for name in types[0] & {*self.disjoint})

    def _backwards(self) -> Iterator[Clash]:
        asymmetric = self._declared("AsymmetricProperty")
        for prop in asymmetric:
            every = self._values(prop)
            for one, values in every.items():
                for other in values:
                    there_and_back = isinstance(other, ox.NamedNode) and one in every.get(other, ())
                    if there_and_back and one.value <= other.value:
                        yield _clash_of_pair(prop, one, ox.NamedNode(other.value))
        for prop in self._declared("IrreflexiveProperty"):
            if prop not in asymmetric:
                for subject, values in self._values(prop).items():
                    if subject in values:
                        sides = (ox.Triple(subject, prop, subject),)
                        axiom = f"IrreflexiveProperty {prop.value}"
                        yield Clash("owl-irreflexive", sides, axiom, (subject, prop))


def _clash_of_pair(prop: ox.NamedNode, one: ox.NamedNode, other: ox.NamedNode) -> Clash:
    axiom = f"AsymmetricProperty {prop.value}"
    if one == other:
        return Clash("owl-irreflexive", (ox.Triple(one, prop, one),), axiom, (one, prop))
    sides = (ox.Triple(one, prop, other), ox.Triple(other, prop, one))
    return Clash("owl-asymmetric", sides, axiom, (one, prop, other))


def _iri(term: object) -> str:
    return str(getattr(term, "value", term))


def _closure(name: str, parents: dict[str, set[str]]) -> set[str]:
    found, edge = {name}, [name]
    while edge:
        new = parents.get(edge.pop(), set()) - found
        found |= new
        edge.extend(new)
    return found
