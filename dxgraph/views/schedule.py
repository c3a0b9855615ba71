"""The schedules of plans on one axis of fiscal years.

Cost: four queries bound to each plan; the plans of at most four towns at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from dxgraph.session import Graph
from dxgraph.tables import Table
from dxgraph.views import plans, towns
from dxgraph.views.asking import named, rows

MOST = 4
COLUMNS = (
    *("municipality", "name", "plan", "pillar", "number", "title", "activity"),
    *("fiscalYear", "label", "phases", "certainty", "sourceLine", "iri"),
)

Row = dict[str, Any]


def view(graph: Graph, values: Mapping[str, str]) -> dict[str, Any]:
    """``towns``, ``years``, ``plans``, and what ``filters`` there are to choose.

    A plan is ``{"plan", "town", "period", "pillars"}``, a pillar ``{"pillar", "upper",
    "measures"}``, a measure has ``activities`` and these ``entries``. Entries of a plan that this
    one took the place of carry ``earlier``, its IRI. Filters: pillar, technology, phase; one that
    fits nothing leaves nothing.
    """
    chosen = towns.chosen(graph, values, first=1, most=MOST)
    shown = [_plan(graph, town) for town in chosen["chosen"]]
    phases = [plans.short(row["phase"].value) for row in rows(graph, "phases")]
    filters = _filters(graph, shown, phases)
    for each in shown:
        each["pillars"] = _kept(graph, each, values)
        del each["technologies"]
    periods = [year for each in shown for year in each["period"] or ()]
    years = {entry["year"] for each in shown for entry in _entries(each)} | set(periods)
    return {
        "towns": chosen,
        "years": list(range(min(years), max(years) + 1)) if years else [],
        "plans": shown,
        "filters": filters,
        "filtered": any(towns.several(values, name) for name in ("pillar", "technology", "phase")),
    }


def table(graph: Graph, values: Mapping[str, str]) -> Table:
    """A row for each cell of the schedules shown; columns as in the question ``schedule``."""
    found: list[tuple[Any, ...]] = []
    for each in view(graph, values)["plans"]:
        town = each["town"]
        for pillar in each["pillars"]:
            heading = pillar["pillar"] or {"ja": None}
            for measure in pillar["measures"]:
                head = (town["code"], town["ja"], each["plan"]["ja"], heading["ja"])
                found += _told((*head, measure["number"], measure["ja"]), measure)
    return Table(COLUMNS, tuple(found))


def _told(head: tuple[str | None, ...], measure: Row) -> Iterable[tuple[Any, ...]]:
    for activity in measure["activities"]:
        for entry in activity["entries"]:
            texts = (*head, activity["ja"])
            yield (
                *(None if text is None else ox.Literal(text) for text in texts),
                ox.Literal(entry["year"]),
                ox.Literal(entry["text"]),
                ox.Literal("|".join(entry["phases"])),
                ox.Literal("certain" if entry["certain"] else "uncertain"),
                ox.Literal(entry["line"]),
                ox.NamedNode(entry["iri"]),
            )


def _entries(each: Row) -> Iterable[Row]:
    for pillar in each["pillars"]:
        for measure in pillar["measures"]:
            for activity in measure["activities"]:
                yield from activity["entries"]


def _plan(graph: Graph, town: towns.Town) -> Row:
    """The plan of a town in force, with the schedules of what it took the place of."""
    iri = town["plan"]
    found = plans.activities(graph, iri)
    groups = plans.pillars(graph, iri)
    for group in groups:
        for measure in group["measures"]:
            measure["activities"] = found.get(measure["iri"], [])
    technologies: dict[str, set[str]] = {}
    for plan in (iri, *town["earlier"]):
        for row in rows(graph, "plan-technologies", plan=ox.NamedNode(plan)):
            of = row["activity" if "activity" in row else "measure"].value
            technologies.setdefault(of, set()).add(row["technology"].value)
    for earlier in town["earlier"]:
        _overlay(graph, groups, earlier)
    span = plans.period(graph, iri)
    names = named(graph, [iri])
    return {
        "plan": names[iri],
        "town": town,
        "period": span,
        "pillars": groups,
        "technologies": {of: sorted(iris) for of, iris in technologies.items()},
    }


def _overlay(graph: Graph, groups: list[Row], earlier: str) -> None:
    """Put the entries of an earlier plan beside those of the same activity, the rest at the end.

    Activities are the same where the titles of measure and activity are.
    """
    rows_of = {
        (measure["ja"], activity["ja"]): activity
        for group in groups
        for measure in group["measures"]
        for activity in measure["activities"]
    }
    dropped: list[Row] = []
    found = plans.activities(graph, earlier)
    for group in plans.pillars(graph, earlier):
        for measure in group["measures"]:
            measure["activities"] = []
            for activity in found.get(measure["iri"], []):
                for entry in activity["entries"]:
                    entry["earlier"] = earlier
                same = rows_of.get((measure["ja"], activity["ja"]))
                if same is None:
                    measure["activities"].append(activity)
                else:
                    same["entries"] += activity["entries"]
            if measure["activities"]:
                dropped.append(measure)
    if dropped:
        names = named(graph, [earlier])
        groups.append({"pillar": None, "upper": None, "earlier": names[earlier]})
        groups[-1]["measures"] = dropped


def _filters(graph: Graph, shown: list[Row], phases: list[str]) -> Row:
    technologies = {iri for each in shown for of in each["technologies"].values() for iri in of}
    found = {phase for each in shown for entry in _entries(each) for phase in entry["phases"]}
    return {
        "pillars": [
            {**group["pillar"], "id": plans.relative(group["pillar"]["iri"]), "plan": at}
            for at, each in enumerate(shown)
            for group in each["pillars"]
            if group["pillar"]
        ],
        "technologies": sorted(
            ({**name, "id": plans.short(iri)} for iri, name in named(graph, technologies).items()),
            key=lambda name: name["ja"],
        ),
        "phases": [phase for phase in phases if phase in found],
        "order": phases,
    }


def _kept(graph: Graph, each: Row, values: Mapping[str, str]) -> list[Row]:
    """The pillars of a plan with the activities that pass all filters."""
    pillars = set(towns.several(values, "pillar"))
    technologies = _asked(graph, values, "technology")
    phases = {plans.short(iri) for iri in _asked(graph, values, "phase")}

    def passes(measure: Row, activity: Row) -> bool:
        found = {phase for entry in activity["entries"] for phase in entry["phases"]}
        about = {
            iri for of in (activity, measure) for iri in each["technologies"].get(of["iri"], ())
        }
        return bool((not phases or found & phases) and (not technologies or about & technologies))

    kept = []
    for group in each["pillars"]:
        here = plans.relative(group["pillar"]["iri"]) if group["pillar"] else None
        if pillars and here not in pillars:
            continue
        measures = []
        for measure in group["measures"]:
            own = [activity for activity in measure["activities"] if passes(measure, activity)]
            if own or not (technologies or phases or measure["activities"]):
                measures.append({**measure, "activities": own})
        if measures:
            kept.append({**group, "measures": measures})
    return kept


def _asked(graph: Graph, values: Mapping[str, str], name: str) -> set[str]:
    return {towns.thing(graph, name, name, value) for value in towns.several(values, name)}
