"""The list of towns: plan, period, and how many measures and technologies, in pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyoxigraph as ox

from dxgraph.errors import BadParameter, UnknownValue
from dxgraph.folding import fold
from dxgraph.session import Graph
from dxgraph.tables import Table
from dxgraph.views import dataset
from dxgraph.views.asking import rows

ON_A_PAGE = 50
Town = dict[str, Any]

COLUMNS = (
    *("municipality", "name", "nameEn", "prefecture", "plan", "issued", "fromYear", "toYear"),
    *("measures", "technologies", "iri"),
)
#: What ``sort`` may name, and what it then goes by.
SORTS: dict[str, Callable[[Town], Any]] = {
    "code": lambda town: town["code"],
    "name": lambda town: town["reading"] or town["ja"],
    "plan": lambda town: town["plan"]["ja"],
    "from": lambda town: town["from"] or 0,
    "to": lambda town: town["to"] or 0,
    "measures": lambda town: town["measures"],
    "technologies": lambda town: town["technologies"],
}


def towns(graph: Graph) -> list[Town]:
    """Every town with a DX plan in force, by code."""
    return graph.once(_towns)


def prefectures(found: list[Town]) -> list[dict[str, Any]]:
    """The prefectures of some towns, each with ``code`` and how many there are, by code."""
    counts: dict[str, dict[str, Any]] = {}
    for town in found:
        prefecture = town["prefecture"]
        if prefecture:
            kept = counts.setdefault(prefecture["iri"], {**prefecture, "towns": 0})
            kept["towns"] += 1
            kept["code"] = town["code"][:2]
    return sorted(counts.values(), key=lambda it: str(it["code"]))


def view(graph: Graph, values: Mapping[str, str]) -> dict[str, Any]:
    """A ``page`` of the towns of a ``prefecture``, by ``sort``; ``-`` before it turns the order."""
    every = towns(graph)
    found = _chosen(every, values)
    pages = max(1, -(-len(found) // ON_A_PAGE))
    page = min(int(values.get("page") or 1), pages)
    return {
        "towns": found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        "prefectures": prefectures(every),
        "prefecture": _prefecture(every, values.get("prefecture", "")),
        "sort": values.get("sort") or "code",
        "page": page,
        "pages": pages,
        "total": len(found),
    }


def table(graph: Graph, values: Mapping[str, str]) -> Table:
    """The same towns as rows, all pages."""
    found = []
    for town in _chosen(towns(graph), values):
        prefecture = town["prefecture"]
        cells = (
            *(town["code"], town["ja"], town["en"], prefecture["ja"] if prefecture else None),
            *(town["plan"]["ja"], town["issued"], town["from"], town["to"]),
            *(town["measures"], town["technologies"]),
        )
        literals = (None if cell is None else ox.Literal(cell) for cell in cells)
        found.append((*literals, ox.NamedNode(town["iri"])))
    return Table(COLUMNS, tuple(found))


def _towns(graph: Graph) -> list[Town]:
    found = rows(graph, "municipalities")
    names = _names(graph)
    measures, technologies = (_counts(graph, of) for of in ("measures", "technologies"))
    listed: dict[str, Town] = {}
    for row in found:
        town, plan = row["town"].value, row["plan"].value
        listed[row["code"].value] = {
            **names[town],
            "code": row["code"].value,
            "reading": row["reading"].value if "reading" in row else "",
            "prefecture": names[row["prefecture"].value] if "prefecture" in row else None,
            "plan": names[plan],
            "issued": row["issued"].value if "issued" in row else None,
            "from": int(row["from"].value) if "from" in row else None,
            "to": int(row["to"].value) if "to" in row else None,
            "measures": measures.get(plan, 0),
            "technologies": technologies.get(town, 0),
        }
    return [listed[code] for code in sorted(listed)]


def _names(graph: Graph) -> dict[str, dict[str, str]]:
    """Names of all plans, their towns and prefectures, as the list of plans has them."""
    plans = graph.once(dataset.listed)
    keys = ("plan", "town", "prefecture")
    return {each[key]["iri"]: each[key] for each in plans for key in keys if key in each}


def _counts(graph: Graph, of: str) -> dict[str, int]:
    if graph.census:
        counted = graph.census.of("planned" if of == "technologies" else of)
        return {iri: n for (iri,), n in counted}
    found = rows(graph, f"municipalities-{of}")
    return {row["it"].value: int(row["n"].value) for row in found if "it" in row}


def _chosen(every: list[Town], values: Mapping[str, str]) -> list[Town]:
    """The towns asked for, in the order asked for; raises BadParameter or UnknownValue."""
    prefecture = _prefecture(every, values.get("prefecture", ""))
    found = [town for town in every if prefecture is None or town["code"][:2] == prefecture["code"]]
    sort = values.get("sort") or "code"
    key = SORTS.get(sort.removeprefix("-"))
    if key is None:
        known = ", ".join(SORTS)
        raise BadParameter(
            f"sort: '{sort}' is no column to sort by; there are: {known}, with - for descending",
            f"sort: 「{sort}」では並べられません。使えるもの: {known}(逆順は - を前に)",
        )
    return sorted(found, key=key, reverse=sort.startswith("-"))


def _prefecture(every: list[Town], asked: str) -> dict[str, Any] | None:
    """The prefecture a code or a name means."""
    if not asked:
        return None
    known = prefectures(every)
    for each in known:
        if fold(asked) in (each["code"], fold(each["ja"]), fold(each["en"])):
            return each
    names = [str(each["ja"]) for each in known]
    listed = ", ".join(names[:5])
    raise UnknownValue(
        f"prefecture: no town of '{asked}' is in the graph; there are: {listed}",
        f"prefecture: 「{asked}」の市町村はグラフにありません。あるもの: {listed}",
        names[:5],
    )
