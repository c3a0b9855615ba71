"""Constraints written as queries: which of them a graph keeps, found by asking it once.

SHACL asks the query of an ``sh:sparql`` constraint once for each thing, with the thing in place of
``$this``, and an engine plans it anew each time: nine tenths of what judging takes. With ``$this``
left open, one query tells of all things. Where it finds none, no thing breaks the constraint, and
the engine need not be given it. Where it finds some, the engine judges, and its word counts: the
open query may also find things that the shape is not about.

Cost: one query of the whole graph for each constraint, planned once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

import pyoxigraph as ox

from dxgraph.namespaces import SH

#: What may stand in a query that finds every thing when $this is left open: its pattern begins at
#: $this, each group in braces is the whole or the inside of EXISTS, where what is outside is known,
#: and rows are not counted.
_BEGINS = re.compile(r"\s*SELECT\b[^{}]*\bWHERE\s*\{\s*[$?]this\s", re.IGNORECASE)
_GROUP = re.compile(r"(\w*)\s*\{")
_OTHER = re.compile(
    r"[$?](?:PATH|shapesGraph|currentShape)\b|(?i:\b(?:GROUP|HAVING|LIMIT|OFFSET)\b)"
)
_SELECT = re.compile(r"\bSELECT\b[^{}]*\bWHERE\s*\{", re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|<[^<>\s]*>')
_COMMENT = re.compile(r"#[^\n]*")


class _Constraint(NamedTuple):
    link: ox.Triple
    query: str
    prefixes: dict[str, str]


class Asked:
    """The constraints of a graph of shapes that can be asked of a whole graph at once."""

    def __init__(self, shapes: ox.Store) -> None:
        self._shapes = shapes

    def kept(self, data: ox.Store) -> Iterator[ox.Triple]:
        """Links from a shape to its constraint, by ``sh:sparql``, where no thing breaks it.

        A query that is no SPARQL is left to the engine, which says so.
        """
        for link, query, prefixes in self._constraints:
            try:
                found = data.query(query, prefixes=prefixes, use_default_graph_as_union=True)
            except SyntaxError:
                continue
            if isinstance(found, ox.QuerySolutions) and next(found, None) is None:
                yield link

    @cached_property
    def _constraints(self) -> list[_Constraint]:
        links = self._shapes.quads_for_pattern(None, ox.NamedNode(SH + "sparql"), None)
        found = []
        for link in links:
            query = next(self._values(link.object, SH + "select"), None)
            if query and is_open(query.value):
                found.append(_Constraint(link.triple, query.value, self._prefixes(link.object)))
        return found

    def _values(self, subject: Any, predicate: str) -> Iterator[Any]:
        for quad in self._shapes.quads_for_pattern(subject, ox.NamedNode(predicate), None):
            yield quad.object

    def _prefixes(self, constraint: Any) -> dict[str, str]:
        return {
            prefix.value: namespace.value
            for place in self._values(constraint, SH + "prefixes")
            for declared in self._values(place, SH + "declare")
            for prefix in self._values(declared, SH + "prefix")
            for namespace in self._values(declared, SH + "namespace")
        }


def is_open(query: str) -> bool:
    """True for a query that finds each thing that breaks its constraint when $this is left open.

    >>> is_open("SELECT $this WHERE { $this dxo:number ?n . FILTER (STRLEN(?n) > 9) }")
    True
    >>> is_open("SELECT $this WHERE { { $this dxo:number ?n } UNION { FILTER ($this = ?n) } }")
    False
    """
    text = _COMMENT.sub("", _QUOTED.sub("''", query))
    groups = {word.upper() for word in _GROUP.findall(text)}
    once = len(_SELECT.findall(text)) == 1
    return bool(_BEGINS.match(text) and once and groups <= {"WHERE", "EXISTS"}) and not (
        _OTHER.search(text)
    )
