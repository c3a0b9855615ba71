"""What people type for a parameter, turned into the RDF term it means.

``technology=AI-OCR``, ``municipality=東員町`` and ``by=令和6年度`` are resolved from the labels
of the graph, whatever the width, case or spacing; a value that names nothing is answered with the
nearest labels. Codes, local names and full IRIs are accepted as well.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping

import pyoxigraph as ox

from dxgraph.catalog import Parameter, SavedQuery, Term
from dxgraph.errors import AmbiguousValue, BadParameter, NotAFiscalYear, UnknownValue
from dxgraph.fiscal_year import FiscalYear
from dxgraph.namespaces import ID, XSD, dxo
from dxgraph.store import Store

#: Parameter type -> class of the things it may name.
CLASSES = {
    "technology": "Technology",
    "municipality": "Municipality",
    "department": "Department",
    "plan": "MunicipalPlan",
    "national-plan": "NationalPlan",
    "phase": "Phase",
    "item": "PriorityItem",
}
_NAMES = """
SELECT ?thing ?name ?kind WHERE {
  VALUES ?class { UNDEF }
  ?thing a ?class .
  {
    ?thing rdfs:label ?name .
    BIND ("label" AS ?kind)
  } UNION {
    ?thing skos:altLabel|dxo:code|dxo:code6 ?name .
    BIND ("other" AS ?kind)
  }
}
"""
_IDENTIFIER = re.compile(r"[A-Za-z0-9._~:/%-]+")
_YEARS = "SELECT DISTINCT ?year WHERE { ?s dxo:fiscalYear ?y . ?y dxo:startYear ?year }"
_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def fold(text: str) -> str:
    """A label without what does not tell labels apart: width, case, spaces, kinds of hyphen.

    >>> fold("ＡＩ − ＯＣＲ") == fold("ai-ocr")
    True
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[‐‑–—―−]", "-", re.sub(r"\s+", "", plain))


def resolve(store: Store, query: SavedQuery, values: Mapping[str, object]) -> dict[str, Term]:
    """The terms for the values given, and for the defaults of those not given.

    Raises UnknownValue, AmbiguousValue, NotAFiscalYear or BadParameter.
    """
    given = {name: str(value) for name, value in values.items() if value not in (None, "")}
    defaults = {
        parameter.name: parameter.default
        for parameter in query.parameters
        if parameter.default is not None and parameter.name not in given
    }
    terms: dict[str, Term] = {}
    for name, value in {**given, **defaults}.items():
        parameter = query.by_name.get(name)
        try:
            terms[name] = term(store, parameter, value) if parameter else ox.Literal(value)
        except (BadParameter, NotAFiscalYear) as error:
            error.parameter = name
            raise
    return terms


def term(store: Store, parameter: Parameter, value: str) -> Term:
    """The term a text means for a parameter; raises what ``resolve`` raises."""
    if parameter.type in CLASSES:
        return _named(store, parameter, value)
    if parameter.type == "fiscal-year":
        return ox.Literal(FiscalYear.parse(value).start)
    if parameter.type == "integer":
        folded = unicodedata.normalize("NFKC", value).strip()
        if not re.fullmatch(r"[+-]?\d{1,18}", folded):
            raise _wrong(parameter, value, "a whole number", "整数")
        return ox.Literal(str(int(folded)), datatype=ox.NamedNode(XSD + "integer"))
    if parameter.type == "boolean":
        if fold(value) not in _TRUTH:
            raise _wrong(parameter, value, "true or false", "true か false")
        return ox.Literal(_TRUTH[fold(value)])
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise _wrong(parameter, value.encode(errors="replace").decode(), "text", "文字列")
    return ox.Literal(value)


def _wrong(parameter: Parameter, value: str, en: str, ja: str) -> BadParameter:
    return BadParameter(
        f"{parameter.name}: '{value}' is not {en}",
        f"{parameter.name}: 「{value}」は{ja}ではありません",
    )


def _named(store: Store, parameter: Parameter, value: str) -> ox.NamedNode:
    """The one thing a value names: by its identifier, else by a label."""
    if exact := _identified(store, parameter.type, value):
        return exact
    wanted = fold(value)
    index = _Index(store, parameter.type)
    matches = index.named(value)
    if len(matches) == 1:
        return ox.NamedNode(matches[0])
    if matches:
        listed = ", ".join(match.partition("/id/")[2].partition("/")[2] for match in matches)
        raise AmbiguousValue(
            f"{parameter.name}: '{value}' names several; write one of: {listed}",
            f"{parameter.name}: 「{value}」は複数あります。どれかを書いてください: {listed}",
        )
    nearest = _nearest(wanted, index.found, index.main)
    listed = ", ".join(nearest) or "-"
    raise UnknownValue(
        f"{parameter.name}: '{value}' names nothing in the graph; nearest: {listed}",
        f"{parameter.name}: 「{value}」はグラフにありません。近いもの: {listed}",
        nearest,
    )


def _identified(store: Store, kind: str, value: str) -> ox.NamedNode | None:
    """The thing that bears a text as its identifier, letter for letter: no list is read for it.

    >>> from dxgraph import open
    >>> str(_identified(open().store, "municipality", "24343"))
    '<https://w3id.org/dxgraph/id/municipality/24343>'
    """
    if not _IDENTIFIER.fullmatch(value):
        return None
    folder = kind.removeprefix("national-")
    written = {value, ID + value, f"{ID}{folder}/{value}"}
    listed = " ".join(sorted(f"<{iri}>" for iri in written if iri.startswith(ID)))
    of_class = f"SELECT ?it {{ VALUES ?it {{ {listed} }} ?it a {dxo(CLASSES[kind])} }}"
    rows = store.ask(of_class)
    assert isinstance(rows, ox.QuerySolutions)
    found = {str(row["it"].value) for row in rows}
    return ox.NamedNode(found.pop()) if len(found) == 1 else None


class _Index:
    """What each folded text names, for one type: by identifier, by label, and the main labels."""

    def __init__(self, store: Store, kind: str) -> None:
        self.main: dict[str, str] = {}
        self.found: dict[str, set[str]] = {}
        self._identified: dict[str, set[str]] = {}
        for thing, name, is_main in names(store, kind):
            relative = thing.partition("/id/")[2]
            for written in (thing, relative, relative.partition("/")[2]):
                self._identified.setdefault(fold(written), set()).add(thing)
            self.found.setdefault(fold(name), set()).add(thing)
            if is_main:
                self.main.setdefault(thing, name)

    def named(self, value: str) -> list[str]:
        """The things a value names, sorted; an identifier comes before a label."""
        wanted = fold(value)
        return sorted(self._identified.get(wanted) or self.found.get(wanted) or ())

    def choices(self) -> list[str]:
        """For each thing its main label or, where several bear it, its identifier."""
        return sorted(
            label if self.named(label) == [thing] else thing.partition("/id/")[2]
            for thing, label in self.main.items()
        )


def choices(store: Store) -> dict[str, list[str]]:
    """Parameter type -> the values it takes, each of which names one thing, sorted.

    Each fiscal year in which something happens in the graph is there as 2024 and as 令和6年度.

    >>> from dxgraph import open
    >>> choices(open().store)["municipality"]
    ['南関町', '朝日町', '東員町', '津島市', '玉城町']
    """
    named = {kind: _Index(store, kind).choices() for kind in CLASSES}
    written = [text for year in years(store) for text in (str(year.start), year.ja)]
    return {**named, "fiscal-year": written}


def years(store: Store) -> list[FiscalYear]:
    """The fiscal years in which something happens in the graph, in order."""
    rows = store.ask(_YEARS)
    assert isinstance(rows, ox.QuerySolutions)
    return sorted(FiscalYear(int(row["year"].value)) for row in rows)


def names(store: Store, kind: str) -> list[tuple[str, str, bool]]:
    """IRI, name and whether it is a main label, for all a parameter of this type may name."""
    text = _NAMES.replace("UNDEF", str(dxo(CLASSES[kind])))
    rows = store.ask(text)
    assert isinstance(rows, ox.QuerySolutions)
    return sorted(
        (row["thing"].value, row["name"].value, _is_main(row["name"], row["kind"])) for row in rows
    )


def _is_main(name: ox.Literal, kind: ox.Literal) -> bool:
    """Whether a name is the printed label; told by no boolean, which engines write differently."""
    return kind.value == "label" and name.language == "ja"


def _nearest(wanted: str, found: dict[str, set[str]], main: dict[str, str]) -> list[str]:
    """Labels most alike, then those that hold the wanted text or lie within it; five at most."""
    within = [name for name in found if wanted in name or (len(name) > 1 and name in wanted)]
    alike = difflib.get_close_matches(wanted, list(found), n=8, cutoff=0.3)
    closest = [*alike, *sorted(within, key=lambda name: abs(len(name) - len(wanted)))]
    things = [thing for name in closest for thing in sorted(found[name])]
    return list(dict.fromkeys(main[thing] for thing in things if thing in main))[:5]
