"""A thing: sections made for its class, all that is said of it and with it, and where it stands.

Cost: its own statements, the sections of its profile, and what points at it, each within bounds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from dxgraph.catalog import fill
from dxgraph.errors import UnknownPage, UnknownThing, WithdrawnThing
from dxgraph.namespaces import DCTERMS, DXO, LABEL, RDFS, SKOS, TYPE
from dxgraph.session import Graph
from dxgraph.views import mentions, sections
from dxgraph.views.asking import Row, about, text
from dxgraph.views.nearest import nearest
from dxgraph.views.statements import KINDS, Data, Kinds, put_names, value_of

#: From a thing to what it is part of, the nearest first.
_PARENTS = (
    *("entryOf", "reportOf", "activityOf", "measureOf", "indicatorOf", "pillarOf", "subPillarOf"),
    *("departmentOf", "articleOf", "editionOf", "adoptedBy", "inPrefecture"),
)
_MOST_PARENTS = 8
#: Classes whose things have names such as 導入, that mean nothing alone.
_BARE = frozenset({"ScheduleEntry", "ReportingEntry", "IndicatorValue", "PlanPeriod"})
_WITHDRAWN = DXO + "WithdrawnThing"
#: Properties told first and last; the others stand between, by name.
_FIRST = (
    *(LABEL.value, SKOS + "prefLabel", SKOS + "altLabel", DXO + "reading", TYPE.value),
    *(DXO + "number", DXO + "code", SKOS + "definition", SKOS + "notation", DCTERMS + "issued"),
    *(DXO + "adoptedBy", DXO + "inPrefecture"),
)
_LAST = (
    *(DXO + "sourceLine", DXO + "departmentLine", DXO + "lastLine", DXO + "statedIn"),
    *(DXO + "certain", DXO + "note", SKOS + "exactMatch", SKOS + "closeMatch", RDFS + "seeAlso"),
)


def view(graph: Graph, values: Mapping[str, str]) -> Data:
    """The thing ``iri``: names, classes, evidence, sections, statements both ways and its JSON-LD.

    A statement is ``{"property", "kind", "values"}``; what names it, as ``mentions.every`` has it.
    Raises UnknownThing when nothing is said of it, WithdrawnThing when it was taken back.
    """
    it = ox.NamedNode(values["iri"])
    said = known(graph, it)
    kinds = Kinds(graph)
    types = [row["value"].value for row in said if row["property"] == TYPE]
    evidence, parents = _evidence(said), _parents(graph, it.value, said)
    data: Data = {
        "iri": it.value,
        "name": {"iri": it.value},
        "types": [{"iri": iri} for iri in _specific(graph, types)],
        "parents": [{"iri": iri} for iri in parents],
        "of": [{"iri": iri} for iri in _context(types, parents, said)],
        **evidence,
        "sections": [
            made
            for name in sections.profile(types)
            if (made := sections.made(graph, kinds, name, it))
        ],
        "statements": _statements(said, kinds),
        "mentions": mentions.every(graph, kinds, it),
        "explained": graph.explains,
    }
    put_names(graph, data)
    data["statements"].sort(key=_place)
    data["mentions"].sort(key=lambda each: each["property"]["ja"])
    for each in data["mentions"]:
        each["subjects"].sort(key=lambda subject: subject["ja"])
    data["jsonld"] = _json_ld(it, said)
    return data


def part(graph: Graph, values: Mapping[str, str]) -> Data:
    """A part of a thing from ``offset`` on: a ``section``, or the list ``of`` a property.

    Raises UnknownThing, or UnknownPage for a part that is not there.
    """
    it = ox.NamedNode(values["iri"])
    said = known(graph, it)
    offset = int(values.get("offset", "0"))
    data: Data = {"iri": it.value, "name": {"iri": it.value}, "section": None, "mention": None}
    data["parents"] = [{"iri": iri} for iri in [*_parents(graph, it.value, said), it.value]]
    if "of" in values:
        data["mention"] = mentions.of(graph, it, values["of"], offset)
    else:
        name = values.get("section", "")
        types = [row["value"].value for row in said if row["property"] == TYPE]
        if name in sections.profile(types):
            data["section"] = sections.made(graph, Kinds(graph), name, it, offset)
        if data["section"] is None:
            raise UnknownPage(
                f"{it.value} has no section '{name}' from {offset} on",
                f"{it.value} に、{offset} 行目の後の節「{name}」はありません",
            )
    put_names(graph, data)
    return data


def describe(graph: Graph, iri: str) -> ox.QueryTriples:
    """The triples of a thing: all it is the subject of, and some thousand it is the object of.

    Raises UnknownThing when there is none, WithdrawnThing when it was taken back.
    """
    it = ox.NamedNode(iri)
    known(graph, it)
    query = text("thing-description")
    found = graph.answer(fill(query, {"it": it}, inline=True), like=query)
    assert isinstance(found, ox.QueryTriples)
    return found


def subjects(graph: Graph) -> list[str]:
    """The IRI of everything of which something is said, sorted."""
    return sorted(str(row["subject"].value) for row in about(graph, "subjects"))


def known(graph: Graph, it: ox.NamedNode) -> list[Row]:
    """What is said of a thing that there is."""
    said = about(graph, "thing-statements", it=it)
    if not said:
        raise unknown(it.value, nearest(graph, it.value))
    if any(row["property"] == TYPE and row["value"].value == _WITHDRAWN for row in said):
        raise _withdrawn(graph, it.value, said)
    return said


def unknown(iri: str, near: list[Data] | None = None) -> UnknownThing:
    """The error for a thing of which nothing is said, with things of like names."""
    return UnknownThing(
        f"nothing is known of {iri}", f"{iri} については何も知られていません", near or []
    )


def _withdrawn(graph: Graph, iri: str, said: list[Row]) -> WithdrawnThing:
    notes = {
        row["value"].language: row["value"].value
        for row in said
        if row["property"].value == DXO + "note"
    }
    new = [
        {"iri": row["value"].value}
        for row in said
        if row["property"].value == DCTERMS + "isReplacedBy"
    ]
    put_names(graph, new)
    ja, en = notes.get("ja", ""), notes.get("en", "")
    return WithdrawnThing(
        f"{iri} was withdrawn. {en}".strip(), f"{iri} は取り下げられました。{ja}", new
    )


def _specific(graph: Graph, types: list[str]) -> list[str]:
    """Classes without those that another of them is a kind of, ours first."""
    above = {
        row["above"].value
        for each in types
        for row in about(graph, "classes-above", it=ox.NamedNode(each))
    }
    found = sorted(set(types) - above, key=lambda iri: (not iri.startswith(DXO), iri))
    return found or sorted(types)


def _context(types: list[str], parents: list[str], said: list[Row]) -> list[str]:
    """What the name of a cell or a value says nothing without: what it is of, and its year."""
    if not {iri.removeprefix(DXO) for iri in types} & _BARE:
        return []
    years = [row["value"].value for row in said if row["property"].value == DXO + "fiscalYear"]
    return [*parents[-1:], *years]


def _evidence(said: list[Row]) -> Data:
    """The lines that print the thing, their source, how sure that is and why."""
    of: dict[str, list[Any]] = defaultdict(list)
    for row in said:
        of[row["property"].value.removeprefix(DXO)].append(row["value"])
    source = next((term.value for term in of["statedIn"]), None)
    lines = {
        name: sorted({int(term.value) for term in of[name]})
        for name in ("sourceLine", "departmentLine")
    }
    note = {term.language: term.value for term in of["note"]}
    return {
        "source": {"iri": source} if source else None,
        "lines": lines["sourceLine"],
        "department_lines": lines["departmentLine"],
        "certain": all(term.value != "false" for term in of["certain"]),
        "note": note or None,
    }


def _statements(said: list[Row], kinds: Kinds) -> list[Data]:
    """Values by property and kind, each once."""
    graphs: dict[tuple[str, Any], list[str]] = defaultdict(list)
    for row in said:
        graphs[row["property"].value, row["value"]].append(row["graph"].value)
    kinds.learn(name for found in graphs.values() for name in found)
    values: dict[tuple[str, str], list[Data]] = defaultdict(list)
    for (name, value), found in sorted(graphs.items(), key=lambda item: str(item[0][1])):
        values[name, kinds.of(found)].append(value_of(value))
    return [
        {"property": {"iri": name}, "kind": kind, "values": found}
        for (name, kind), found in values.items()
    ]


def _place(statement: Data) -> tuple[int, int, str, int]:
    """Where a statement stands: names and numbers first, lines and links elsewhere last."""
    iri, kind = statement["property"]["iri"], KINDS.index(statement["kind"])
    if iri in _FIRST:
        return 0, _FIRST.index(iri), "", kind
    if iri in _LAST:
        return 2, _LAST.index(iri), "", kind
    return 1, 0, statement["property"]["ja"], kind


def _json_ld(it: ox.NamedNode, said: list[Row]) -> str:
    triples = {ox.Triple(it, row["property"], row["value"]) for row in said}
    text = ox.serialize(sorted(triples, key=str), format=ox.RdfFormat.JSON_LD) or b""
    return text.decode()


def _parents(graph: Graph, iri: str, said: list[Row]) -> list[str]:
    """What the thing is part of, the outermost first."""
    chain: list[str] = []
    while len(chain) < _MOST_PARENTS:
        of = {row["property"].value.removeprefix(DXO): row["value"] for row in said}
        above = next((of[name] for name in _PARENTS if name in of), None)
        above = above or _holder(graph, chain[0] if chain else iri)
        if not isinstance(above, ox.NamedNode) or above.value in {iri, *chain}:
            break
        chain.insert(0, above.value)
        said = about(graph, "thing-statements", it=above)
    return chain


def _holder(graph: Graph, iri: str) -> ox.NamedNode | None:
    """The plan or indicator that a thing belongs to by the other's word."""
    found = about(graph, "thing-holder", it=ox.NamedNode(iri)) if "/plan/" in iri else []
    return next((row["holder"] for row in found), None)
