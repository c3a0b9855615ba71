"""Indicators of plans: those of one group side by side, the rest by town.

Nothing is ranked: values stand beside each other only where group, unit and direction agree, and
then in the order of towns.

Cost: a query bound to each plan; the plans of at most twelve towns at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from dxgraph.session import Graph
from dxgraph.tables import Table
from dxgraph.views import plans, towns
from dxgraph.views.asking import named, rows

MOST = 12
COLUMNS = (
    *("municipality", "name", "kind", "group", "number", "title", "indicator", "printed"),
    *("baseline", "target", "unit", "comparator", "fiscalYear", "direction", "qualitative"),
    *("certainty", "sourceLine", "iri"),
)
_TEXTS = ("baseline", "printed", "value", "unit", "comparator")
_THINGS = ("indicator", "measure", "group", "direction")

Row = dict[str, Any]


def view(graph: Graph, values: Mapping[str, str]) -> dict[str, Any]:
    """``groups`` of comparable indicators and the towns ``across`` them, then by town its ``own``
    indicators and the national ones ``quoted``.

    A group is ``{"group", "sets"}``; a set ``{"unit", "direction", "towns", "rows"}`` holds what
    may be compared, and ``unit`` is None where targets are no numbers. Parameters: town, group.
    """
    chosen = towns.chosen(graph, values, first=MOST, most=MOST)
    found = [row for town in chosen["chosen"] for row in _rows(graph, town)]
    names = named(graph, {row[key] for row in found for key in _THINGS if row[key]})
    for row in found:
        row |= {key: names.get(row[key]) for key in _THINGS}
    groups = {row["group"]["iri"]: row["group"] for row in found if row["group"]}
    listed = [{**name, "id": plans.short(iri)} for iri, name in groups.items()]
    listed.sort(key=lambda name: name["ja"])
    wanted = towns.several(values, "group")
    if wanted:
        found = [r for r in found if r["group"] and plans.short(r["group"]["iri"]) in wanted]
    grouped = {row["town"]["code"] for row in found if row["group"]}
    shown = [name for name in listed if not wanted or name["id"] in wanted]
    return {
        "towns": chosen,
        "listed": listed,
        "groups": [_group(name, found) for name in shown],
        "across": [town for town in chosen["chosen"] if town["code"] in grouped],
        "own": _by_town(found, "own"),
        "quoted": _by_town(found, "quoted"),
    }


def table(graph: Graph, values: Mapping[str, str]) -> Table:
    """A row for each target shown, national ones that are only quoted among them."""
    seen = view(graph, values)
    found = [row for kind in ("own", "quoted") for each in seen[kind] for row in each["rows"]]
    return Table(COLUMNS, tuple(_told(row) for row in found))


def _told(row: Row) -> tuple[Any, ...]:
    def text(value: str | None) -> ox.Literal | None:
        return None if value is None else ox.Literal(value)

    def called(thing: Row | None) -> ox.Literal | None:
        return text(thing["ja"]) if thing else None

    return (
        *(text(row["town"]["code"]), text(row["town"]["ja"]), text(row["kind"])),
        *(called(row["group"]), text(row["number"]), called(row["measure"])),
        *(called(row["indicator"]), text(row["printed"]), text(row["baseline"])),
        None if row["value"] is None else ox.Literal(row["value"], datatype=_DECIMAL),
        *(text(row["unit"]), text(row["comparator"])),
        None if row["year"] is None else ox.Literal(row["year"]),
        text(plans.short(row["direction"]["iri"]) if row["direction"] else None),
        ox.Literal(row["qualitative"]),
        ox.Literal("certain" if row["certain"] else "uncertain"),
        *(ox.Literal(row["line"]), ox.NamedNode(row["indicator"]["iri"])),
    )


_DECIMAL = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")


def _rows(graph: Graph, town: towns.Town) -> list[Row]:
    """The indicators of a town's plan; a key that has no value is None."""
    found = []
    for row in rows(graph, "plan-indicators", plan=ox.NamedNode(town["plan"])):
        told: Row = {key: row[key].value if key in row else None for key in (*_TEXTS, *_THINGS)}
        told["unit"] = told["unit"] or (
            row["baselineUnit"].value if "baselineUnit" in row else None
        )
        told["kind"], told["number"] = row["quoted"].value, row["number"].value
        told["line"] = int(row["line"].value)
        told["year"] = int(row["year"].value) if "year" in row else None
        told["qualitative"] = "qualitative" in row and row["qualitative"].value == "true"
        told["certain"] = "certain" not in row or row["certain"].value != "false"
        told["town"] = {key: town[key] for key in ("iri", "ja", "en", "code")}
        found.append(told)
    return found


def _group(name: Row, found: list[Row]) -> Row:
    """What may be compared within a group: same unit, same direction, a number to reach."""
    sets: dict[tuple[str | None, str], list[Row]] = {}
    for row in found:
        if row["group"] and row["group"]["iri"] == name["iri"]:
            direction = row["direction"]["iri"] if row["direction"] else ""
            unit = row["unit"] if row["value"] is not None else None
            sets.setdefault((unit, direction if unit else ""), []).append(row)
    told: list[Row] = [
        {
            "unit": unit,
            "direction": own[0]["direction"] if unit else None,
            "towns": len({row["town"]["code"] for row in own}),
            "rows": own,
        }
        for (unit, _), own in sets.items()
    ]
    told.sort(key=lambda each: (each["unit"] is None, -each["towns"], each["unit"] or ""))
    return {"group": name, "sets": told}


def _by_town(found: list[Row], kind: str) -> list[Row]:
    groups: dict[str, Row] = {}
    for row in found:
        if row["kind"] == kind:
            town = row["town"]
            groups.setdefault(town["code"], {"town": town, "rows": []})["rows"].append(row)
    return list(groups.values())
