"""Answers of different engines held against each other, whatever the order of rows and columns.

What engines may write differently is levelled first: numbers (``1`` and ``1.0``), truth values
(Virtuoso writes 1 and 0), and no value against an empty text.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from dxgraph.namespaces import XSD

_NUMBERS = {
    f"{XSD}{name}"
    for name in (
        "integer",
        "int",
        "long",
        "unsignedInt",
        "unsignedLong",
        "decimal",
        "double",
        "float",
    )
}
_TRUTH = {"1": "true", "0": "false"}


@dataclass(frozen=True)
class Digest:
    """Rows of an answer as hashes; ``loose`` takes the parts of a cell (a|b) in any order."""

    rows: int
    exact: Counter[int]
    loose: Counter[int]

    @classmethod
    def of(cls, body: bytes) -> Digest:
        """The digest of an answer in SPARQL's JSON.

        >>> cell = '{"results": {"bindings": [{"n": {"type": "literal", "value": "%s"}}]}}'
        >>> one, other = (Digest.of((cell % text).encode()) for text in ("AI|RPA", "RPA|AI"))
        >>> one.exact == other.exact, one.loose == other.loose
        (False, True)
        """
        rows = json.loads(body)["results"]["bindings"]
        exact: Counter[int] = Counter()
        loose: Counter[int] = Counter()
        for row in rows:
            cells = sorted((name, _text(term)) for name, term in row.items())
            kept = [(name, text) for name, text in cells if text]
            exact[hash(tuple(kept))] += 1
            loose[hash(tuple((name, *sorted(text.split("|"))) for name, text in kept))] += 1
        return cls(len(rows), exact, loose)

    def against(self, expected: Digest) -> dict[str, Any]:
        """``same``, ``cells`` (only the order within cells differs) or ``differs``, and by what."""
        if self.exact == expected.exact:
            return {"agrees": "same"}
        if self.loose == expected.loose:
            return {"agrees": "cells"}
        missing, extra = expected.loose - self.loose, self.loose - expected.loose
        return {"agrees": "differs", "missing": missing.total(), "extra": extra.total()}


def _text(term: dict[str, str]) -> str:
    value, kind = term["value"], term.get("datatype", "")
    if kind in _NUMBERS:
        return repr(float(value))
    return _TRUTH.get(value, value) if kind == f"{XSD}boolean" else value
