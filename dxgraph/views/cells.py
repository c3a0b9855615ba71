"""Cells of tables: what paths lead to from many things at once, and by which kind of statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from dxgraph.session import Graph
from dxgraph.views.asking import solved
from dxgraph.views.statements import Data, Kinds, value_of

#: Things asked for in one query, which may have 100,000 characters.
_AT_ONCE = 60


@dataclass(frozen=True)
class Cell:
    """A value, what the last step of its path starts from, and the kind of that step."""

    value: Any
    via: str
    kind: str

    def shown(self) -> Data:
        """The value as pages show it."""
        return {**value_of(self.value), "kind": self.kind}


#: Thing -> number of the path -> cells.
Cells = dict[str, dict[int, list[Cell]]]


def read(graph: Graph, kinds: Kinds, things: Iterable[str], paths: Sequence[str]) -> Cells:
    """The values of property paths from each thing; a path may end in `` a dxo:Class``.

    Of a path of several steps the last one tells the kind of statement.
    """
    wanted = [str(ox.NamedNode(iri)) for iri in dict.fromkeys(things)]
    graphs: dict[tuple[str, int, str, Any], list[str]] = defaultdict(list)
    for start in range(0, len(wanted) if paths else 0, _AT_ONCE):
        some = " ".join(wanted[start : start + _AT_ONCE])
        for row in solved(graph, _query(some, paths), _query("", paths)):
            key = row["row"].value, int(row["column"].value), row["via"].value, row["value"]
            graphs[key].append(row["graph"].value)
    kinds.learn(name for found in graphs.values() for name in found)
    cells: Cells = defaultdict(lambda: defaultdict(list))
    for (thing, column, via, value), found in graphs.items():
        cells[thing][column].append(Cell(value, via, kinds.of(found)))
    for columns in cells.values():
        for each in columns.values():
            each.sort(key=lambda cell: _order(cell.value))
    return cells


def _query(things: str, paths: Sequence[str]) -> str:
    branches = [_branch(things, path, number) for number, path in enumerate(paths)]
    return f"SELECT ?row ?column ?via ?value ?graph {{ {' UNION '.join(branches)} }}"


def _branch(things: str, path: str, number: int) -> str:
    steps, _, kind = path.partition(" a ")
    before, last = _parted(steps)
    there = f"?row {before} ?via ." if before else ""
    here = "" if before else "BIND (?row AS ?via)"
    only = f"?value a {kind} ." if kind else ""
    start = "?via" if before else "?row"
    return (
        f"{{ VALUES ?row {{ {things} }} {there} GRAPH ?graph {{ {start} {last} ?value }} {only} "
        f"BIND ({number} AS ?column) {here} }}"
    )


def _parted(path: str) -> tuple[str, str]:
    """A path without its last step, and that step.

    >>> _parted("(dxo:measureOf|dxo:activityOf/dxo:measureOf)/dxo:adoptedBy")
    ('(dxo:measureOf|dxo:activityOf/dxo:measureOf)', 'dxo:adoptedBy')
    """
    depth = 0
    for at in range(len(path) - 1, -1, -1):
        depth += (path[at] == ")") - (path[at] == "(")
        if path[at] == "/" and not depth:
            return path[:at], path[at + 1 :]
    return "", path


def _order(term: Any) -> tuple[int, float, str]:
    """Numbers by size, then the rest by what they say."""
    text = str(term.value)
    return (0, float(text), "") if text.lstrip("-").isdecimal() else (1, 0.0, text)
