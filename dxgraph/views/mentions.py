"""What points at a thing: for each property how often, and the first things that do.

Cost: a scan of the statements that name a thing of one plan; what any number of plans may name is
counted once a version, since a scan of 100,000 statements takes as long as the rest of the page.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import pyoxigraph as ox

from dxgraph.errors import UnknownPage
from dxgraph.increment.census import Census
from dxgraph.session import Graph
from dxgraph.views import terms
from dxgraph.views.asking import Row, about, rows, solutions, text
from dxgraph.views.statements import Data, Kinds, leading, put_names

#: Things listed at once.
MOST = 50
#: Property -> how often it leads to a thing, and the kind of those statements.
Counts = dict[str, tuple[int, str]]


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
    counted = _counts(graph, Kinds(graph), it).get(name.value) if name else None
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


def _counts(graph: Graph, kinds: Kinds, it: ox.NamedNode) -> Counts:
    """Property -> how often, and the kind of the statements."""
    known = graph.once(hubs).get(it.value) if graph.kept else None
    return known if known is not None else _summed(kinds, about(graph, "mentions", it=it))


def hubs(graph: Graph) -> dict[str, Counts]:
    """The counts of every thing that any number of plans may name: terms, years, laws.

    Cost: of a built version, a look at its census; of another graph a scan of all that is said with
    them, about a microsecond a statement.
    """
    if graph.census:
        return _of_census(graph.census)
    kinds, found = Kinds(graph), defaultdict(list)
    for row in rows(graph, "mentions-of-shared"):
        found[row["it"].value].append(row)
    return {iri: _summed(kinds, said) for iri, said in found.items()}


def _of_census(census: Census) -> dict[str, Counts]:
    found: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for (iri, name, kind), n in census.of("mention"):
        found[iri][name][kind] = n
    return {
        iri: {name: (sum(ns.values()), leading(ns)) for name, ns in each.items()}
        for iri, each in found.items()
    }


def _summed(kinds: Kinds, said: list[Row]) -> Counts:
    counts: dict[str, int] = Counter()
    places: dict[str, list[str]] = defaultdict(list)
    for row in said:
        name = row["property"].value
        counts[name] += int(row["n"].value)
        places[name].append(row["graph"].value)
    return {name: (n, kinds.of(places[name])) for name, n in counts.items()}
