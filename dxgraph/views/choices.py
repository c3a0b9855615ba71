"""What the fields of a question's form offer: the things a parameter may name, by their labels."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from dxgraph import parameters
from dxgraph.namespaces import ID, dxo
from dxgraph.session import Graph
from dxgraph.views.asking import named, rows

#: More than this many are not listed but searched.
MOST = 200

Choice = dict[str, Any]


def view(graph: Graph, values: Mapping[str, str]) -> list[Choice]:
    """The choices of the parameter type ``kind``, those that hold the text ``q`` if one is given.

    A choice is ``{"value", "iri", "ja", "en", "of"}``: the value names one thing only, and ``of``
    is the town of a department or a plan. At most MOST.
    """
    return found(graph, values["kind"], values.get("q", ""))[:MOST]


def all_of(graph: Graph, kind: str) -> list[Choice] | None:
    """Every choice of a type; None where there are more than a page should list."""
    listed = found(graph, kind)
    return listed if len(listed) <= MOST else None


def found(graph: Graph, kind: str, held: str = "") -> list[Choice]:
    """Choices, one more than MOST at most; fiscal years are those in which something happens."""
    if kind == "fiscal-year":
        years = parameters.years(graph.store)
        return [{"value": str(year.start), "ja": year.ja, "en": year.en} for year in years]
    text = unicodedata.normalize("NFKC", held).strip().lower()
    terms: dict[str, Any] = {"class": dxo(parameters.CLASSES[kind])}
    if text:
        terms["held"] = ox.Literal(text)
    said = rows(graph, "choices", **terms)
    iris = [row["thing"].value for row in said]
    names = named(graph, {*iris, *(row["of"].value for row in said if "of" in row)})
    return [
        {
            **names[row["thing"].value],
            "value": row["code"].value if "code" in row else identifier(row["thing"].value),
            "of": names[row["of"].value] if "of" in row else None,
        }
        for row in {row["thing"]: row for row in said}.values()
    ]


def identifier(iri: str) -> str:
    """The shortest text that names a thing of one type: its IRI without the base and the kind.

    >>> identifier("https://w3id.org/dxgraph/id/technology/ai-ocr")
    'ai-ocr'
    """
    return iri.removeprefix(ID).partition("/")[2] if iri.startswith(ID) else iri
