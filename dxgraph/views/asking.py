"""Asking for a view: the ``.rq`` files of this folder, bound and run, and names of things."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from dxgraph import namespaces
from dxgraph.catalog import Term, fill
from dxgraph.namespaces import BASE, DXO
from dxgraph.session import Graph
from dxgraph.views import terms

_FOLDER = Path(__file__).parent
_AT_ONCE = 500

Row = dict[str, Any]


@cache
def text(name: str) -> str:
    """The query ``<name>.rq``, its slots unbound."""
    return (_FOLDER / f"{name}.rq").read_text(encoding="utf-8")


def rows(graph: Graph, name: str, **terms: Term) -> list[Row]:
    """The solutions of ``<name>.rq``, unbound variables left out; terms as in saved queries."""
    query = text(name)
    return solved(graph, fill(query, terms, inline=graph.store.inline), query)


def about(graph: Graph, name: str, **terms: Term) -> list[Row]:
    """As ``rows``, for a query that is about one thing among millions: each term is written where
    its variable stands, so that the engine begins there and not by reading all of a property.
    """
    return solutions(graph, text(name), **terms)


def solutions(graph: Graph, query: str, **terms: Term) -> list[Row]:
    """The solutions of a query's text, bound as ``about`` binds."""
    return solved(graph, fill(query, terms, inline=True), query)


def solved(graph: Graph, query: str, like: str) -> list[Row]:
    """The solutions of a query that is bound; what ``like`` is, ``Store.ask`` says."""
    answer = graph.answer(query, like=like)
    assert isinstance(answer, ox.QuerySolutions)
    names = [variable.value for variable in answer.variables]
    return [
        {name: term for name, term in zip(names, row, strict=True) if term is not None}
        for row in answer
    ]


def of_each(graph: Graph, name: str, iris: Iterable[str]) -> Iterator[Row]:
    """The solutions of ``<name>.rq`` for many things: its slot ``?it`` takes them all."""
    query, wanted = text(name), sorted(set(iris))
    for start in range(0, len(wanted), _AT_ONCE):
        listed = " ".join(str(ox.NamedNode(iri)) for iri in wanted[start : start + _AT_ONCE])
        yield from solved(graph, query.replace("UNDEF", listed), query)


def named(graph: Graph, iris: Iterable[str]) -> dict[str, dict[str, str]]:
    """IRI -> ``{"iri", "ja", "en"}``: its labels, each standing in where the other is missing.

    A thing without labels is called after what it is; what the graph does not describe, by its
    name in ``terms`` or its shortened IRI.
    """
    labels = _labels(graph, iris)
    for iri in [iri for iri, found in labels.items() if not found and iri in terms.NAMES]:
        labels[iri]["ja"], labels[iri]["en"] = terms.NAMES[iri]
    labels |= _described(graph, [iri for iri, found in labels.items() if not found])
    return {iri: {"iri": iri, **both(found, shortened(iri))} for iri, found in labels.items()}


def _labels(graph: Graph, iris: Iterable[str]) -> dict[str, dict[str, str]]:
    """IRI -> its labels by language."""
    labels: dict[str, dict[str, str]] = {iri: {} for iri in iris}
    for row in of_each(graph, "labels", labels):
        labels[row["it"].value][row["label"].language or ""] = row["label"].value
    return labels


def _described(graph: Graph, iris: list[str]) -> dict[str, dict[str, str]]:
    """IRI -> what to call things without labels: a printed value, else a kind and its lines."""
    said: dict[str, dict[str, str]] = {iri: {} for iri in iris}
    for row in of_each(graph, "unlabelled", iris):
        name = row["property"].value.rpartition("#")[2]
        value = row["value"].value
        if name != "type" or value.startswith(DXO):
            known = said[row["it"].value].get(name, "")
            said[row["it"].value][name] = max(known, value)
    about = ("appliesTo", "anomalyKind", "type")
    kinds = _labels(graph, {of[name] for of in said.values() for name in about if name in of})
    return {iri: _called(of, kinds) for iri, of in said.items() if of}


def _called(of: dict[str, str], kinds: dict[str, dict[str, str]]) -> dict[str, str]:
    if "printedValue" in of:
        return {"ja": of["printedValue"]}
    line, last = of.get("sourceLine"), of.get("lastLine")
    ja = f"({line}〜{last}行)" if last else f"({line}行)" if line else ""
    en = f" (lines {line} to {last})" if last else f" (line {line})" if line else ""
    kind = both(kinds.get(of.get("anomalyKind", of.get("type", "")), {}))
    about = both(kinds.get(of.get("appliesTo", ""), {}))
    named = {"ja": about["ja"] or kind["ja"] + ja, "en": about["en"] or kind["en"] + en}
    return named if named["ja"] else {}


def both(labels: dict[str, str], otherwise: str = "") -> dict[str, str]:
    """Texts by language as one of each; a missing one is the other's."""
    plain = labels.get("", otherwise)
    ja = labels.get("ja") or labels.get("en") or plain
    return {"ja": ja, "en": labels.get("en") or ja}


def shortened(iri: str) -> str:
    """An IRI with a prefix in place of its namespace, or without its base.

    >>> shortened("http://www.w3.org/2000/01/rdf-schema#label")
    'rdfs:label'
    """
    return namespaces.shortened(iri, BASE)
