"""Answers to free SPARQL queries, from Oxigraph's result to text or bytes in a named format."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox

from dxgraph.errors import UnknownFormat
from dxgraph.store import Result
from dxgraph.tables import FORMATS, Table, render

#: Formats of the SPARQL Recommendations for SELECT and ASK.
SOLUTIONS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
#: Formats for CONSTRUCT and DESCRIBE.
TRIPLES = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "xml": ox.RdfFormat.RDF_XML,
    "json": ox.RdfFormat.JSON_LD,
}
_TABULAR = {**SOLUTIONS, **FORMATS}


def write(answer: Result, name: str | None = None) -> str | bytes:
    """An answer in a format of its kind; without a name, a table, true or false, or Turtle.

    Raises UnknownFormat when this kind of answer has no such format.
    """
    if isinstance(answer, ox.QueryTriples):
        chosen = TRIPLES.get(name or "ttl")
        if chosen is None:
            raise _unknown(name, TRIPLES)
        return answer.serialize(format=chosen) or b""
    if name in SOLUTIONS:
        return answer.serialize(format=SOLUTIONS[name]) or b""
    if isinstance(answer, ox.QuerySolutions) and (name or "table") in FORMATS:
        return render(Table.of(answer), name or "table")
    if isinstance(answer, ox.QueryBoolean) and name in (None, "table"):
        return f"{str(bool(answer)).lower()}\n"
    raise _unknown(name, SOLUTIONS if isinstance(answer, ox.QueryBoolean) else _TABULAR)


def _unknown(name: str | None, known: dict[str, Any]) -> UnknownFormat:
    listed = ", ".join(known)
    return UnknownFormat(
        f"this kind of answer cannot be written as '{name}'; choose one of: {listed}",
        f"この種の答えは「{name}」では書けません。次から選んでください: {listed}",
    )
