"""Asking for a view: the ``.rq`` files of this folder, bound and run, and labels of things."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from dxgraph.catalog import Term, fill
from dxgraph.namespaces import BASE, PREFIXES
from dxgraph.session import Graph

_FOLDER = Path(__file__).parent
_AT_ONCE = 500

Row = dict[str, Any]


@cache
def text(name: str) -> str:
    """The query ``<name>.rq``, its slots unbound."""
    return (_FOLDER / f"{name}.rq").read_text(encoding="utf-8")


def rows(graph: Graph, name: str, **terms: Term) -> list[Row]:
    """The solutions of ``<name>.rq``, unbound variables left out; terms as in saved queries."""
    answer = graph.answer(fill(text(name), terms, inline=graph.store.inline))
    assert isinstance(answer, ox.QuerySolutions)
    names = [variable.value for variable in answer.variables]
    return [
        {name: term for name, term in zip(names, row, strict=True) if term is not None}
        for row in answer
    ]


def named(graph: Graph, iris: Iterable[str]) -> dict[str, dict[str, str]]:
    """IRI -> ``{"iri", "ja", "en"}``: its labels, each standing in where the other is missing.

    A thing without labels is called by its shortened IRI.
    """
    wanted = sorted(set(iris))
    labels: dict[str, dict[str, str]] = {iri: {} for iri in wanted}
    for start in range(0, len(wanted), _AT_ONCE):
        values = " ".join(str(ox.NamedNode(iri)) for iri in wanted[start : start + _AT_ONCE])
        query = f"SELECT ?it ?label {{ VALUES ?it {{ {values} }} ?it rdfs:label ?label }}"
        answer = graph.answer(query)
        assert isinstance(answer, ox.QuerySolutions)
        for row in answer:
            labels[row["it"].value][row["label"].language or ""] = row["label"].value
    return {iri: {"iri": iri, **both(found, shortened(iri))} for iri, found in labels.items()}


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
    fitting = [(space, name) for name, space in PREFIXES.items() if iri.startswith(space)]
    if not fitting:
        return iri.removeprefix(BASE)
    space, name = max(fitting)
    return f"{name}:{iri.removeprefix(space)}"
