"""The comparison matrix: items, technologies or measures against towns, phases by fiscal year.

``rows`` is ``items``, ``technologies`` or ``measures``; ``town`` and ``prefecture`` as in
``columns``; ``from``, ``to``, ``certain`` and ``phase`` choose the entries that count, ``item`` and
``technology`` the measures; ``start`` is the first row shown. Only the chosen towns are read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dxgraph import parameters
from dxgraph.catalog import Parameter
from dxgraph.errors import BadParameter
from dxgraph.session import Graph
from dxgraph.views import alignment, columns, matrix_rows, town_data
from dxgraph.views.asking import named
from dxgraph.views.town_data import Scope, Technologies, TownData, marks

ROWS = ("items", "technologies", "measures")
YEARS = ("era", "ad")
#: Marks on one page; a page ends with the row that reaches it.
MARKS = 400
#: Numbers of rows are below this.
MOST = 1_000_000
PARAMETERS = {
    "item": Parameter("item", "item", {"ja": "取組事項", "en": "Priority item"}),
    "technology": Parameter("technology", "technology", {"ja": "技術", "en": "Technology"}),
    "phase": Parameter("phase", "phase", {"ja": "段階", "en": "Phase"}),
    "from": Parameter("from", "fiscal-year", {"ja": "この年度から", "en": "From fiscal year"}),
    "to": Parameter("to", "fiscal-year", {"ja": "この年度まで", "en": "To fiscal year"}),
    "certain": Parameter("certain", "boolean", {"ja": "確かな読みだけ", "en": "Certain only"}),
}
_NAMES = {"rows", "town", "prefecture", "start", "years", *PARAMETERS}
_REST = {"ja": "ほかの町と共通する事項・技術のない施策", "en": "Measures that share no subject"}
_SHARED = {"ja": "事項はないが、技術を共有する施策", "en": "No item, but a shared technology"}

Row = dict[str, Any]
Section = dict[str, Any]


class Matrix:
    """What the chosen towns' plans say about the rows asked for."""

    def __init__(self, graph: Graph, values: Mapping[str, str]) -> None:
        self.graph = graph
        self.asked = _checked(graph, values)
        self.towns = columns.chosen(graph, values)
        self.phases = graph.once(matrix_rows.phases)
        self.order = {phase["iri"]: phase["order"] for phase in self.phases}
        self._adopting = {phase["id"] for phase in self.phases if phase["adopts"]}
        ask = self.asked.get
        self.scope = Scope(ask("from"), ask("to"), ask("certain", False), ask("phase"))
        kind = self.asked["rows"]
        named_too = kind == "measures" or "technology" in self.asked
        known: Technologies = "all" if kind == "technologies" else "named" if named_too else "none"
        reader = town_data.Reader(graph, known)
        self.data = [self._narrowed(reader.read(town["iri"])) for town in self.towns]

    def _narrowed(self, data: TownData) -> TownData:
        for kind, name in (("items", "item"), ("technologies", "technology")):
            if name in self.asked:
                data = data.only(kind, self.asked[name])
        return data

    def sections(self) -> list[Section]:
        """Sections ``{"name", "rows"}``; a row is ``{"subject", "cells"}``, a cell a town's."""
        make: dict[str, Callable[[], list[Section]]] = {
            "items": self._items,
            "technologies": self._technologies,
            "measures": self._measures,
        }
        return make[self.asked["rows"]]()

    def _items(self) -> list[Section]:
        """All items of a list that one of the plans answers, so that gaps are seen."""
        answered = {
            item for town in self.data for it in town.measures.values() for item in it.items
        }
        wanted = self.asked.get("item")
        found = []
        for section in self.graph.once(matrix_rows.items):
            held = [it for it in section["items"] if wanted in (None, it["iri"])]
            if any(it["iri"] in answered for it in held):
                rows = [self._row(it, self._item_entries) for it in held]
                found.append({"name": section["name"], "rows": rows})
        return found

    def _technologies(self) -> list[Section]:
        """The technologies named, those of most towns first; of two towns, by who names them."""
        of = [set().union(*(it.technologies for it in t.measures.values())) for t in self.data]
        wanted = self.asked.get("technology")
        names = named(self.graph, {name for each in of for name in each if wanted in (None, name)})
        by_who: dict[tuple[bool, ...], list[Row]] = {}
        for iri, name in sorted(names.items(), key=lambda each: each[1]["ja"]):
            who = tuple(iri in each for each in of)
            key = who if len(of) == 2 else (True,) * sum(who)
            by_who.setdefault(key, []).append(self._row(name, self._technology_entries))
        order = sorted(by_who, key=lambda who: (-sum(who), [not it for it in who]))
        return [{"name": self._shared(who), "rows": by_who[who]} for who in order]

    def _shared(self, who: tuple[bool, ...]) -> dict[str, str]:
        if len(self.towns) == 2:
            if all(who):
                return {"ja": "両方の計画が挙げる技術", "en": "Named by both plans"}
            town = self.towns[who.index(True)]
            return {"ja": f"{town['ja']}だけが挙げる技術", "en": f"Named by {town['en']} only"}
        count = len(who)
        plural = "plan" if count == 1 else "plans"
        return {"ja": f"{count} 計画が挙げる技術", "en": f"Named by {count} {plural}"}

    def _item_entries(self, town: TownData, subject: str) -> tuple[dict[str, Any], None]:
        return town.of(town.measures_on.get(subject, ())), None

    def _technology_entries(
        self, town: TownData, subject: str
    ) -> tuple[dict[str, Any], dict[str, str]]:
        kept = town.entries_on.get(subject, {})
        return kept, {iri: town.about[iri, subject] for iri in kept}

    def _row(self, subject: Row, entries_of: Callable[..., Any]) -> Row:
        cells = []
        for town in self.data:
            held = town.measures_on.get(subject["iri"], [])
            entries, mentions = entries_of(town, subject["iri"])
            cell = self._cell(held, entries, mentions)
            cells.append({**cell, "past": self.past(town, subject["iri"])})
        row: Row = {"subject": subject, "cells": cells}
        if len(cells) == 2:
            row["lead"] = _lead(*(cell["past"] or cell["first"] for cell in cells))
        return row

    def past(self, town: TownData, subject: str) -> Row | None:
        """The first time a plan reports a technology as done, within the years asked for."""
        within = [each for each in town.past.get(subject, ()) if self.scope.spans(each.year)]
        if not within or self.scope.phase:
            return None
        return {"year": within[0].year, "line": within[0].line, "iri": within[0].iri}

    def _cell(self, measures: Sequence[str], entries: Any, mentions: Any = None) -> Row:
        years = marks(entries, self.scope, self.order, mentions)
        adopting = [
            (int(year), mark["certain"])
            for year, found in years.items()
            for mark in found
            if mark["phase"] in self._adopting
        ]
        first = min(adopting, key=lambda it: (it[0], not it[1]), default=None)
        shown = {"year": first[0], "certain": first[1]} if first else None
        return {"measures": list(measures), "years": years, "first": shown}

    def _measures(self) -> list[Section]:
        """Measures by what they have in common, each with its own years."""
        titles = named(self.graph, {iri for town in self.data for iri in town.measures})
        groups = alignment.by_item(self.data)
        wanted = self.asked.get("item")
        found = []
        for section in self.graph.once(matrix_rows.items):
            rows = [
                self._aligned(it, groups[it["iri"]], titles)
                for it in section["items"]
                if it["iri"] in groups and wanted in (None, it["iri"])
            ]
            found.append({"name": section["name"], "rows": rows})
        shared, rest = alignment.by_technology(self.data)
        names = named(self.graph, shared)
        rows = [self._aligned(names[iri], row, titles) for iri, row in shared.items()]
        found.append({"name": _SHARED, "rows": rows})
        if any(rest):
            found.append({"name": _REST, "rows": [self._aligned(_REST, rest, titles)]})
        return [section for section in found if section["rows"]]

    def _aligned(self, subject: Row, measures: list[list[str]], titles: Mapping[str, Row]) -> Row:
        cells = []
        for town, iris in zip(self.data, measures, strict=True):
            shown = [
                {
                    **titles[iri],
                    "number": town.measures[iri].number,
                    **self._cell([iri], town.of([iri])),
                }
                for iri in iris
            ]
            cells.append({"measures": iris, "listed": shown})
        return {"subject": subject, "cells": cells}


def view(graph: Graph, values: Mapping[str, str]) -> dict[str, Any]:
    """The matrix as a page shows it: sections cut to a page, and what a form offers."""
    matrix = Matrix(graph, values)
    sections = matrix.sections()
    start = matrix.asked["start"]
    shown, pages = _cut(sections, start)
    years = sorted({int(year) for row in _rows(sections) for year in _years(row)})
    return {
        "rows": matrix.asked["rows"],
        "towns": matrix.towns,
        "years": years,
        "phases": matrix.phases,
        "sections": shown,
        "pages": pages,
        "start": start,
        "total": len(_rows(sections)),
        "leads": _leads(sections) if len(matrix.towns) == 2 else None,
        "offered": columns.offered(graph, values),
        "asked": {
            name: named(graph, [iri])[iri]
            for name in ("item", "technology", "phase")
            if (iri := matrix.asked.get(name)) is not None
        },
    }


def _checked(graph: Graph, values: Mapping[str, str]) -> dict[str, Any]:
    """The values as what they mean; raises BadParameter for a name or a value that is none."""
    for name in values:
        if name not in _NAMES:
            listed = ", ".join(sorted(_NAMES))
            raise BadParameter(
                f"the matrix has no parameter '{name}'; it has: {listed}",
                f"比較表に「{name}」という条件はありません。使えるもの: {listed}",
            )
    asked: dict[str, Any] = {
        name: _plain(parameters.term(graph.store, parameter, values[name]))
        for name, parameter in PARAMETERS.items()
        if values.get(name)
    }
    asked["rows"] = one_of("rows", values.get("rows") or ROWS[0], ROWS)
    one_of("years", values.get("years") or YEARS[0], YEARS)
    start = values.get("start") or "0"
    if not (start.isascii() and start.isdigit() and int(start[:8]) < MOST):
        raise BadParameter(
            f"start: '{start}' is not the number of a row",
            f"start: 「{start}」は行の番号ではありません",
        )
    return {**asked, "start": int(start[:8])}


def one_of(name: str, value: str, known: Sequence[str]) -> str:
    """The value; raises BadParameter when it is none of those known."""
    if value not in known:
        listed = ", ".join(known)
        raise BadParameter(
            f"{name}: '{value}' is none of: {listed}",
            f"{name}: 「{value}」は使えません。使えるもの: {listed}",
        )
    return value


def _plain(term: Any) -> Any:
    """An IRI as text, a number or a boolean as such."""
    if not hasattr(term, "datatype"):
        return term.value
    return term.value == "true" if term.value in ("true", "false") else int(term.value)


def _rows(sections: Sequence[Section]) -> list[Row]:
    return [row for section in sections for row in section["rows"]]


def _strips(row: Row) -> list[Row]:
    """What holds years in a row: its cells, or the measures listed in them."""
    return [strip for cell in row["cells"] for strip in cell.get("listed", [cell])]


def _years(row: Row) -> set[str]:
    return {year for strip in _strips(row) for year in strip["years"]}


def _cut(sections: Sequence[Section], start: int) -> tuple[list[Section], list[int]]:
    """The sections with only the rows of the page that begins at a row, and where pages begin."""
    pages, weight = [0], 0
    for number, row in enumerate(_rows(sections)):
        if weight >= MARKS:
            pages.append(number)
            weight = 0
        weight += sum(len(found) for strip in _strips(row) for found in strip["years"].values())
        weight += len(_strips(row))
    end = next((page for page in pages if page > start), len(_rows(sections)))
    shown, number = [], 0
    for section in sections:
        held = [row for place, row in enumerate(section["rows"], number) if start <= place < end]
        number += len(section["rows"])
        if held:
            shown.append({"name": section["name"], "rows": held})
    return shown, pages


def _lead(one: Row | None, two: Row | None) -> int | None:
    """By how many years the second town begins after the first; None unless both do.

    What a plan reports as done began then, whatever its schedule says.
    """
    return two["year"] - one["year"] if one and two else None


def _leads(sections: Sequence[Section]) -> dict[str, int]:
    """Of two towns: subjects in both plans or one, and who begins first."""
    rows = [row for row in _rows(sections) if "lead" in row]
    has = [tuple(bool(cell["measures"]) for cell in row["cells"]) for row in rows]
    leads = [row["lead"] for row in rows if row["lead"] is not None]
    return {
        "both": has.count((True, True)),
        "first": has.count((True, False)),
        "second": has.count((False, True)),
        "neither": has.count((False, False)),
        "firstEarlier": sum(lead > 0 for lead in leads),
        "secondEarlier": sum(lead < 0 for lead in leads),
        "same": leads.count(0),
    }
