"""Departments by technology: how many measures each is in charge of, and since when in use.

A measure that every department is in charge of counts in a row of its own, one that names no
department in another. Measures that only restate another are left out unless asked for.

Cost: four queries bound to each plan; the plans of at most ten towns at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from dxgraph.errors import BadParameter
from dxgraph.session import Graph
from dxgraph.tables import Table
from dxgraph.views import plans, towns
from dxgraph.views.asking import named, rows

FIRST, MOST = 5, 10
#: As many technologies stand side by side unless all are asked for.
ACROSS = 24
COLUMNS = (
    *("municipality", "name", "department", "technology", "measures", "numbers"),
    *("fiscalYear", "certainty", "iri"),
)
#: What follows the code of a town where a row is no department.
EVERY, NONE = "every", "none"

Row = dict[str, Any]
#: Whether only the measure names the technology, the first fiscal year in use, whether the reading
#: is uncertain: in this order one comes before another.
_First = tuple[bool, int, bool]


def view(graph: Graph, values: Mapping[str, str]) -> dict[str, Any]:
    """``columns`` of technologies, ``rows`` with their ``cells``, and what is ``picked``.

    A cell is ``{"measures", "first", "certain"}`` under the id of its technology; ``first`` is the
    first fiscal year in use, uncertain where only the measure names the technology. Parameters:
    town, ``level`` (top, all), ``columns`` (all), ``restated`` (with), and department with
    technology for the cell picked.
    """
    _check(values)
    chosen = towns.chosen(graph, values, first=FIRST, most=MOST)
    above = graph.once(_above) if values.get("level") != "all" else {}
    restated = values.get("restated") == "with"
    found = [row for town in chosen["chosen"] for row in _rows(graph, town, above, restated)]
    counts: dict[str, set[str]] = {}
    for row in found:
        for technology, cell in row["cells"].items():
            counts.setdefault(technology, set()).update(cell["measures"])
    names = named(graph, _iris(found, counts))
    order = sorted(counts, key=lambda iri: (-len(counts[iri]), names[iri]["ja"]))
    shown = order if values.get("columns") == "all" else order[:ACROSS]
    for row in found:
        row["department"] = names.get(row["department"])
        cells = row["cells"].items()
        row["cells"] = {plans.short(iri): _named(cell, names) for iri, cell in cells}
    columns = [
        {**names[iri], "id": plans.short(iri), "measures": len(counts[iri])} for iri in order
    ]
    return {
        "towns": chosen,
        "columns": columns[: len(shown)],
        "hidden": len(order) - len(shown),
        "rows": found,
        "picked": _picked(found, columns, values),
    }


def table(graph: Graph, values: Mapping[str, str]) -> Table:
    """A row for each cell that is not empty, of all technologies."""
    _check(values)
    seen = view(graph, {**values, "columns": "all"})
    told = (each for row in seen["rows"] for each in _told(row, seen["columns"]))
    return Table(COLUMNS, tuple(told))


def _told(row: Row, columns: list[Row]) -> Iterable[tuple[Any, ...]]:
    heading = row["department"]["ja"] if row["department"] else _NAMES[row["kind"]]
    for technology in columns:
        cell = row["cells"].get(technology["id"])
        if cell:
            yield (
                *(ox.Literal(text) for text in (row["town"]["code"], row["town"]["ja"])),
                *(ox.Literal(heading), ox.Literal(technology["ja"])),
                ox.Literal(len(cell["measures"])),
                ox.Literal("|".join(measure["number"] for measure in cell["measures"])),
                None if cell["first"] is None else ox.Literal(cell["first"]),
                ox.Literal("certain" if cell["certain"] else "uncertain"),
                ox.NamedNode(row["department"]["iri"] if row["department"] else row["plan"]),
            )


_NAMES = {EVERY: "各課・全課", NONE: "担当の記載なし"}


def _check(values: Mapping[str, str]) -> None:
    known = {"level": ("top", "all"), "columns": ("all",), "restated": ("with", "without")}
    for name, allowed in known.items():
        if values.get(name) and values[name] not in allowed:
            listed = ", ".join(allowed)
            raise BadParameter(
                f"{name}: '{values[name]}' is none of: {listed}",
                f"{name}: 「{values[name]}」は次のどれでもありません: {listed}",
            )


def _above(graph: Graph) -> dict[str, set[str]]:
    """Technology -> the topmost ones it is a kind of; one that is topmost itself is not in it."""
    broader: dict[str, set[str]] = {}
    for row in rows(graph, "technologies"):
        broader.setdefault(row["technology"].value, set()).add(row["broader"].value)

    def tops(iri: str, seen: frozenset[str]) -> set[str]:
        found: set[str] = set()
        for upper in broader.get(iri, set()) - seen:
            found |= tops(upper, seen | {iri})
        return found or {iri}

    return {iri: tops(iri, frozenset()) for iri in broader}


def _rows(
    graph: Graph, town: towns.Town, above: Mapping[str, set[str]], restated: bool
) -> list[Row]:
    """A row for each department in charge of something, then for all of them, then for none."""
    plan, place = ox.NamedNode(town["plan"]), ox.NamedNode(town["iri"])
    duties: dict[str, Row] = {}
    groups: dict[str, list[str]] = {}
    originals: dict[str, str] = {}
    order = [row["department"].value for row in rows(graph, "town-departments", town=place)]
    for row in rows(graph, "plan-duties", plan=plan):
        if "restated" in row and not restated:
            continue
        iri = row["measure"].value
        duties[iri] = {"iri": iri, "number": row["number"].value}
        if "restated" in row:
            originals[iri] = row["restated"].value
        every = "all" in row and row["all"].value == "true"
        if "department" in row:
            groups.setdefault(row["department"].value, []).append(iri)
        elif not every:
            groups.setdefault(NONE, []).append(iri)
        if every and iri not in groups.setdefault(EVERY, []):
            groups[EVERY].append(iri)
    technologies = _technologies(graph, plan, above)
    for iri, original in originals.items():
        technologies.setdefault(iri, technologies.get(original, set()))
    firsts = _firsts(graph, plan, above)
    found = []
    for name in [*(iri for iri in order if iri in groups), EVERY, NONE]:
        if not groups.get(name):
            continue
        kind = name if name in (EVERY, NONE) else "department"
        end = f":{kind}" if kind != "department" else "/" + plans.short(name)
        told: Row = {"kind": kind, "id": town["code"] + end, "plan": town["plan"]}
        told["town"] = {key: town[key] for key in ("iri", "ja", "en", "code")}
        told["department"] = name if kind == "department" else ""
        told["measures"] = len(groups[name])
        told["cells"] = _cells(groups[name], duties, technologies, firsts)
        found.append(told)
    return found


def _technologies(
    graph: Graph, plan: ox.NamedNode, above: Mapping[str, set[str]]
) -> dict[str, set[str]]:
    """Measure -> the technologies it names, each as the topmost it is a kind of."""
    found: dict[str, set[str]] = {}
    for row in rows(graph, "plan-technologies", plan=plan):
        technology = row["technology"].value
        of = found.setdefault(row["measure"].value, set())
        of |= above.get(technology, {technology})
    return found


def _firsts(
    graph: Graph, plan: ox.NamedNode, above: Mapping[str, set[str]]
) -> dict[tuple[str, str], _First]:
    """(measure, technology) -> since when it is in use."""
    found: dict[tuple[str, str], _First] = {}
    for row in rows(graph, "plan-uses", plan=plan):
        loose = row["relation"].value.endswith("mayConcernTechnology")
        unsure = "certain" in row and row["certain"].value == "false"
        first = (loose, int(row["year"].value), unsure)
        technology = row["technology"].value
        for top in above.get(technology, {technology}):
            key = (row["measure"].value, top)
            found[key] = min(found.get(key, first), first)
    return found


def _cells(
    measures: list[str],
    duties: Mapping[str, Row],
    technologies: Mapping[str, set[str]],
    firsts: Mapping[tuple[str, str], _First],
) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for iri in dict.fromkeys(measures):
        for technology in sorted(technologies.get(iri, ())):
            cell = found.setdefault(technology, {"measures": {}, "first": None, "certain": True})
            cell["measures"][iri] = duties[iri]
    for technology, cell in found.items():
        known = [firsts[iri, technology] for iri in cell["measures"] if (iri, technology) in firsts]
        if known:
            loose, cell["first"], unsure = min(known)
            cell["certain"] = not (loose or unsure)
    return found


def _iris(found: list[Row], counts: Mapping[str, set[str]]) -> set[str]:
    measures = set().union(*counts.values())
    return {*counts, *measures} | {row["department"] for row in found if row["department"]}


def _named(cell: Row, names: Mapping[str, Mapping[str, str]]) -> Row:
    measures = [{**names[iri], **duty} for iri, duty in cell["measures"].items()]
    return {**cell, "measures": measures}


def _picked(found: list[Row], columns: list[Row], values: Mapping[str, str]) -> Row | None:
    """Row, technology and measures of the cell an address names; None where it is empty."""
    row = next((row for row in found if row["id"] == values.get("department")), None)
    column = next((it for it in columns if it["id"] == values.get("technology")), None)
    if row is None or column is None or column["id"] not in row["cells"]:
        return None
    return {"row": row["id"], "technology": column, **row["cells"][column["id"]]}
