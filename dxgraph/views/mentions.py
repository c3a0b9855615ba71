"""What points at a thing: for each property how often, and the first things that do.

Cost: bounded however many statements name the thing. A scan of the first of them counts exactly
where that is all; of more, each property is counted by itself, so far and no further.
"""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox

from dxgraph.errors import UnknownPage
from dxgraph.session import Graph
from dxgraph.views import terms
from dxgraph.views.asking import about, solutions, text
from dxgraph.views.statements import Data, Kinds, put_names

#: Things listed at once.
MOST = 50
#: Statements with one property are counted so far and no further; more are told as one more.
COUNTED = 1000
_SCANNED = 2000


def every(graph: Graph, kinds: Kinds, it: ox.NamedNode) -> list[Data]:
    """``{"property", "kind", "count", "subjects", "next"}`` of each property, in order of names."""
    found = []
    for name, (count, kind) in _counts(graph, kinds, it).items():
        head = {"property": {"iri": name}, "kind": kind, "count": count}
        found.append({**head, **listed(graph, it, ox.NamedNode(name))})
    return found


def listed(graph: Graph, it: ox.NamedNode, name: ox.NamedNode, offset: int = 0) -> Data:
    """The things from one on that have a thing as the value of a property; ``next`` goes on."""
    asked = f"{text('thing-subjects')}\nLIMIT {MOST + 1} OFFSET {offset}"
    found = [row["subject"] for row in solutions(graph, asked, it=it, property=name)]
    subjects = [{"iri": one.value} for one in found[:MOST] if isinstance(one, ox.NamedNode)]
    return {
        "subjects": subjects,
        "offset": offset,
        "most": MOST,
        "next": offset + MOST if len(found) > MOST else None,
    }


def of(graph: Graph, it: ox.NamedNode, asked: str, offset: int) -> Data:
    """One property's list, as ``every`` has it, from an offset on.

    ``asked`` is the property as ``dxo:fiscalYear`` or an IRI. Raises UnknownPage where nothing
    stands there.
    """
    name = _property(asked)
    counted = _counted(graph, Kinds(graph), it, name) if name else None
    part = listed(graph, it, name, offset) if name and counted else {"subjects": []}
    if counted is None or not part["subjects"]:
        raise UnknownPage(
            f"nothing has {it.value} as its {asked} from {offset} on",
            f"{it.value} を {asked} とするものは、{offset} 件目の後にありません",
        )
    count, kind = counted
    data = {"property": {"iri": name.value if name else ""}, "kind": kind, "count": count, **part}
    put_names(graph, data)
    return data


def _property(asked: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(terms.expanded(asked))
    except ValueError:
        return None


def _counts(graph: Graph, kinds: Kinds, it: ox.NamedNode) -> dict[str, tuple[int, str]]:
    """Property -> how often, and the kind of the statements."""
    seen: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in about(graph, "mentions", it=it):
        seen[row["property"].value].append((int(row["n"].value), row["graph"].value))
    if sum(n for found in seen.values() for n, _ in found) < _SCANNED:
        return {
            name: (sum(n for n, _ in found), kinds.of(place for _, place in found))
            for name, found in seen.items()
        }
    declared = {row["property"].value for row in about(graph, "object-properties")}
    candidates = sorted({*seen, *terms.NAMES, *declared})
    counted = {name: _counted(graph, kinds, it, ox.NamedNode(name)) for name in candidates}
    return {name: found for name, found in counted.items() if found}


def _counted(
    graph: Graph, kinds: Kinds, it: ox.NamedNode, name: ox.NamedNode
) -> tuple[int, str] | None:
    (row,) = about(graph, "mentions-with", it=it, property=name)
    count = int(row["n"].value)
    return (count, kinds.of([row["graph"].value])) if count else None
