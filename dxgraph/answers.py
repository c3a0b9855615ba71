"""Answers to free SPARQL queries, from Oxigraph's result to text or bytes in a named format."""

from __future__ import annotations

import json
from itertools import islice
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
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
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


def write_to(answer: Result, name: str, path: str) -> None:
    """Write an answer to a file in a standard format, without a Python object a row."""
    if isinstance(answer, ox.QueryTriples):
        answer.serialize(path, format=TRIPLES[name])
    else:
        answer.serialize(path, format=SOLUTIONS[name])


def page(answer: Result, name: str, offset: int, limit: int | None) -> tuple[bytes, int, bool]:
    """Some rows or triples of an answer: the bytes, how many there are, whether more follow.

    Rows go through Oxigraph's own TSV, whose terms are as in SPARQL, so every format says the same
    as it does for the whole. JSON says ``"cut": {"rows": …, "nextOffset": …}`` when more follow.
    """
    if isinstance(answer, ox.QueryBoolean):
        return answer.serialize(format=SOLUTIONS[name]) or b"", 1, False
    end = None if limit is None else offset + limit
    kept: list[Any] = list(islice(answer, offset, end))
    more = end is not None and next(answer, None) is not None
    if isinstance(answer, ox.QueryTriples):
        return ox.serialize(kept, format=TRIPLES[name]) or b"", len(kept), more
    head = "\t".join(f"?{variable.value}" for variable in answer.variables)
    rows = ("\t".join("" if term is None else _tsv(str(term)) for term in row) for row in kept)
    text = "\n".join([head, *rows, ""])
    if not answer.variables:
        return _without_columns(name, len(kept)), len(kept), more
    parsed = ox.parse_query_results(text.encode(), format=ox.QueryResultsFormat.TSV)
    body = parsed.serialize(format=SOLUTIONS[name]) or b""
    if more and name == "json":
        cut = {**json.loads(body), "cut": {"rows": len(kept), "nextOffset": end}}
        body = json.dumps(cut, ensure_ascii=False, separators=(",", ":")).encode()
    return body, len(kept), more


def _tsv(term: str) -> str:
    return term.replace("\t", "\\t")


def _without_columns(name: str, rows: int) -> bytes:
    """Solutions that bind nothing, which TSV cannot tell from empty lines."""
    values = " ".join(["()"] * rows)
    answer = ox.Store().query(f"SELECT * {{ VALUES () {{ {values} }} }}")
    assert isinstance(answer, ox.QuerySolutions)
    return answer.serialize(format=SOLUTIONS[name]) or b""


def _unknown(name: str | None, known: dict[str, Any]) -> UnknownFormat:
    listed = ", ".join(known)
    return UnknownFormat(
        f"this kind of answer cannot be written as '{name}'; choose one of: {listed}",
        f"この種の答えは「{name}」では書けません。次から選んでください: {listed}",
    )
