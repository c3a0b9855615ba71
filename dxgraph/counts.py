"""How much a graph holds, counted by SPARQL, so that any store can be counted."""

from __future__ import annotations

import pyoxigraph as ox

from dxgraph.namespaces import DXO, GRAPH
from dxgraph.store import Store

_TRIPLES = f"""SELECT ?name (COUNT(*) AS ?count) WHERE {{
  GRAPH ?name {{ ?s ?p ?o }}
  FILTER (STRSTARTS(STR(?name), "{GRAPH}"))
}} GROUP BY ?name"""
_THINGS = f"""SELECT ?name (COUNT(DISTINCT ?thing) AS ?count) WHERE {{
  ?thing a ?name .
  FILTER (STRSTARTS(STR(?name), "{DXO}"))
}} GROUP BY ?name"""


def triples(store: Store) -> dict[str, int]:
    """Triples per named graph of ours, by the graph's short name, such as ``plan/24343``."""
    return _counted(store, _TRIPLES, GRAPH)


def things(store: Store) -> dict[str, int]:
    """Things per class of ours, by the class's local name, such as ``Measure``."""
    return _counted(store, _THINGS, DXO)


def _counted(store: Store, query: str, beginning: str) -> dict[str, int]:
    rows = store.ask(query)
    assert isinstance(rows, ox.QuerySolutions)
    found = {row["name"].value.removeprefix(beginning): int(row["count"].value) for row in rows}
    return dict(sorted(found.items()))
