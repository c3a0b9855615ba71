"""Statements and axioms in people's words, from the labels of their terms, in both languages."""

from __future__ import annotations

import pyoxigraph as ox

from dxgraph.findings import Text
from dxgraph.namespaces import LABEL, RDFS, TYPE, as_written

#: What each kind of rule made from an axiom says of the terms it is named after.
_AXIOMS = {
    "subClassOf": Text("{0}は{1}の一種", "{0} is a kind of {1}"),
    "hierarchy": Text("種類の種類も種類", "a kind of a kind is a kind"),
    "equivalentClass": Text("{0}と{1}は同じ集まり", "{0} and {1} have the same members"),
    "subPropertyOf": Text("{0}なら{1}でもある", "{0} implies {1}"),
    "equivalentProperty": Text("{0}と{1}は同じ関係", "{0} and {1} relate the same things"),
    "domain": Text("{0}を持つものは{1}", "whatever has {0} belongs to {1}"),
    "range": Text("{0}の値は{1}", "the values of {0} belong to {1}"),
    "inverseOf": Text("{0}と{1}は互いに逆", "{0} and {1} are inverses"),
    "transitive": Text("{0}は続けてたどれる", "{0} can be followed on"),
    "symmetric": Text("{0}はどちら向きにも成り立つ", "{0} holds both ways"),
    "propertyChainAxiom": Text("{rest}と続けてたどると{0}", "{rest} in a row make {0}"),
    "restriction": Text("{0}が{1}のものについての定義", "a definition by {0} with {1}"),
    "disjointWith": Text("{0}と{1}の両方であるものはない", "{0} and {1} share no member"),
    "members": Text("{0}と{1}の両方であるものはない", "{0} and {1} share no member"),
    "FunctionalProperty": Text("{0}の値は一つだけ", "{0} has one value at most"),
    "IrreflexiveProperty": Text("{0}は自分自身を指さない", "{0} never leads to itself"),
    "AsymmetricProperty": Text("{0}は逆向きには成り立たない", "{0} never leads back"),
    "DatatypeProperty": Text("{0}の値は文字や数", "the values of {0} are literals"),
    "ObjectProperty": Text("{0}の値は物事", "the values of {0} are things"),
    "datatype": Text("{0}の書き方は決まっている", "{0} is written in forms of its own"),
}


class Words:
    """Words for the terms of a store, from their labels."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def name(self, term: object) -> Text:
        """The label in quotation marks; the short IRI where there is none."""
        if not isinstance(term, ox.NamedNode):
            value = str(getattr(term, "value", term))
            return Text(f"「{value}」", f'"{value}"')
        found: dict[str, str] = {}
        for quad in self._store.quads_for_pattern(term, LABEL, None, None):
            if isinstance(quad.object, ox.Literal):
                language = quad.object.language or ""
                found[language] = min(found.get(language, quad.object.value), quad.object.value)
        ja, en = (
            found.get(a) or found.get(b) or found.get("") for a, b in (("ja", "en"), ("en", "ja"))
        )
        return Text(
            f"「{ja}」" if ja else as_written(term.value),
            f'"{en}"' if en else as_written(term.value),
        )

    def label(self, term: object) -> Text:
        """The name with the short IRI it stands for."""
        name = self.name(term)
        if not isinstance(term, ox.NamedNode) or name.ja == as_written(term.value):
            return name
        iri = as_written(term.value)
        return Text(f"{name.ja}({iri})", f"{name.en} ({iri})")

    def statement(self, triple: ox.Triple) -> Text:
        """A triple as a sentence without its full stop, things with their IRIs."""
        subject, thing = self.label(triple.subject), self.label(triple.object)
        if triple.predicate == TYPE:
            thing = self.name(triple.object)
            return Text(f"{subject.ja}は{thing.ja}", f"{subject.en} belongs to {thing.en}")
        if triple.predicate.value == RDFS + "subClassOf":
            return Text(
                _AXIOMS["subClassOf"].ja.format(subject.ja, thing.ja),
                _AXIOMS["subClassOf"].en.format(subject.en, thing.en),
            )
        prop = self.name(triple.predicate)
        return Text(
            f"{subject.ja}の{prop.ja}は{thing.ja}",
            f"{subject.en} has {prop.en} {thing.en}",
        )

    def axiom(self, name: str) -> Text:
        """What a rule says, by its name: a kind of axiom and IRIs, or the name of a rule file."""
        kind, *iris = name.split(" ")
        if kind not in _AXIOMS:
            return Text(f"規則 {name}", f"rule {name}")
        names = [self.name(ox.NamedNode(iri)) for iri in iris]
        ja, en = ([name[language] for name in names] for language in (0, 1))
        return Text(
            _AXIOMS[kind].ja.format(*ja, rest="、".join(ja[1:])),
            _AXIOMS[kind].en.format(*en, rest=", ".join(en[1:])),
        )
