"""The towns a page is about: those its address names, or the first few.

An address names towns by code or name, several parted by ``|``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dxgraph import parameters
from dxgraph.catalog import Parameter
from dxgraph.errors import BadParameter, UnknownValue
from dxgraph.session import Graph
from dxgraph.views.asking import named, rows

#: As many towns are listed to choose from; where there are more, they are named by hand.
LISTED = 60
#: Parts the values of one parameter.
SEVERAL = "|"

Town = dict[str, Any]


def several(values: Mapping[str, str], name: str) -> list[str]:
    """The values of a parameter that may be given more than once."""
    given = (value.strip() for value in values.get(name, "").split(SEVERAL))
    return [value for value in given if value]


def thing(graph: Graph, kind: str, name: str, value: str) -> str:
    """The IRI a value of a parameter names; raises UnknownValue with the nearest labels."""
    parameter = Parameter(name, kind, {"ja": "", "en": ""})
    return str(parameters.term(graph.store, parameter, value).value)


def chosen(graph: Graph, values: Mapping[str, str], first: int, most: int) -> dict[str, Any]:
    """``{"chosen": […], "listed": […], "all": n}``: towns asked for, to choose from, and in all.

    A town has ``code``, ``plan`` in force, ``earlier`` plans from new to old, and its names. Where
    none is asked for, the first ``first`` are chosen. Raises UnknownValue, or BadParameter for more
    than ``most``.
    """
    towns = {code: dict(town) for code, town in graph.once(plans_by_town).items()}
    asked = several(values, "town")
    if len(asked) > most:
        raise BadParameter(
            f"town: at most {most} towns at once", f"town: 一度に選べるのは {most} 市町村までです"
        )
    codes = [_code(graph, towns, value) for value in asked] or list(towns)[:first]
    codes = sorted(set(codes))
    listed = list(towns) if len(towns) <= LISTED else codes
    iris = [towns[code][key] for code in {*codes, *listed} for key in ("iri", "prefecture")]
    names = named(graph, [iri for iri in iris if iri])
    for code in {*codes, *listed}:
        town = towns[code]
        town |= names[town["iri"]]
        town["prefecture"] = names.get(town["prefecture"] or "")
    return {
        "chosen": [towns[code] for code in codes],
        "listed": [towns[code] for code in listed],
        "all": len(towns),
    }


def plans_by_town(graph: Graph) -> dict[str, Town]:
    """Code -> town with its plans, in the order of codes."""
    earlier: dict[str, set[str]] = {}
    found: dict[str, Town] = {}
    plans: dict[str, set[str]] = {}
    for row in rows(graph, "towns"):
        code, plan = row["code"].value, row["plan"].value
        prefecture = row["prefecture"].value if "prefecture" in row else None
        found.setdefault(code, {"iri": row["town"].value, "code": code, "prefecture": prefecture})
        plans.setdefault(code, set()).add(plan)
        earlier.setdefault(plan, set())
        if "earlier" in row:
            earlier[plan].add(row["earlier"].value)
    for code, town in found.items():
        old = set().union(*(earlier[plan] for plan in plans[code]))
        town["plan"] = max(plans[code] - old or plans[code])
        town["earlier"] = _before(town["plan"], earlier)
    return found


def _before(plan: str, earlier: Mapping[str, set[str]]) -> list[str]:
    """What a plan took the place of, and what that did, from new to old."""
    found: list[str] = []
    waiting = sorted(earlier.get(plan, ()))
    while waiting:
        one = waiting.pop(0)
        if one not in found and one != plan:
            found.append(one)
            waiting += sorted(earlier.get(one, ()))
    return found


def _code(graph: Graph, towns: Mapping[str, Town], value: str) -> str:
    if value in towns:
        return value
    iri = thing(graph, "municipality", "town", value)
    for code, town in towns.items():
        if town["iri"] == iri:
            return code
    raise UnknownValue(
        f"town: '{value}' has no plan in the graph",
        f"town: 「{value}」の計画はグラフにありません",
        [],
    )
