"""Sections of a thing's page: tables that the ``.rq`` files of ``sections/`` describe and fill.

A file's ``#+`` header holds the title and the columns; its query gives the rows, in order. A column
is a property path from the row's thing (``path``), a variable of the query (``is``), or the thing
itself. ``profiles.yaml`` says which class has which sections.

Cost: the query of each section, cut after its first rows, and one or two more for their cells.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from dxgraph.catalog import LOADER
from dxgraph.increment.census import Census
from dxgraph.namespaces import DXO, XSD
from dxgraph.session import Graph
from dxgraph.views import cells
from dxgraph.views.asking import Row, solutions
from dxgraph.views.statements import Data, Kinds, value_of

_FOLDER = Path(__file__).parent
#: Rows are counted so far and no further.
COUNTED = 1000
_INTEGER = XSD + "integer"
_YEAR, _PHASE = "dxo:fiscalYear/dxo:startYear", "dxo:phase"


@dataclass(frozen=True)
class Section:
    """A section as its file describes it; texts are Japanese and English.

    ``group`` is a path to what rows are gathered under, ``years`` one to a row's cells by fiscal
    year, ``evidence`` one to what has the line; ``counts`` heads the rows of a query that counts by
    year itself; ``lines`` says that rows are lines of a source document, ``facts`` that rows of one
    first cell stand together. ``most`` rows are shown at once.
    """

    name: str
    query: str
    title: Mapping[str, str]
    columns: tuple[Mapping[str, Any], ...] = ()
    note: Mapping[str, str] | None = None
    group: str = ""
    years: str = ""
    evidence: str = ""
    counts: Mapping[str, str] | None = None
    lines: bool = False
    facts: bool = False
    shared: bool = False
    most: int = 50

    @property
    def shape(self) -> str:
        """How it is drawn: ``counts``, ``lines``, ``facts``, ``years`` or ``table``."""
        marks: dict[str, object] = {"counts": self.counts, "lines": self.lines}
        marks |= {"facts": self.facts, "years": self.years}
        return next((name for name, there in marks.items() if there), "table")


@cache
def every() -> dict[str, Section]:
    """Each section of the folder by its name."""
    return {path.stem: _read(path) for path in sorted((_FOLDER / "sections").glob("*.rq"))}


def _read(path: Path) -> Section:
    text = path.read_text(encoding="utf-8")
    lines = [line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    header = yaml.load("\n".join(lines), LOADER)
    header["columns"] = tuple(header.get("columns", ()))
    return Section(path.stem, text, **header)


@cache
def profiles() -> dict[str, tuple[str, ...]]:
    """Local name of a class -> names of the sections of its page, the most specific class first."""
    read = yaml.load((_FOLDER / "profiles.yaml").read_text(encoding="utf-8"), LOADER)
    return {name: tuple(sections) for name, sections in read.items()}


def profile(types: Iterable[str]) -> tuple[str, ...]:
    """The sections of a thing that belongs to classes."""
    names = {iri.removeprefix(DXO).rpartition("#")[2].rpartition("/")[2] for iri in types}
    return next((sections for name, sections in profiles().items() if name in names), ())


def made(graph: Graph, kinds: Kinds, name: str, it: ox.NamedNode, offset: int = 0) -> Data | None:
    """A section about a thing, from a row on; None when it has no row.

    Of more rows than it shows, ``count`` is their number as far as they are counted, and ``next``
    where they go on.
    """
    section = every()[name]
    found = _rows(graph, section, it, offset)
    if not found:
        return None
    shown, more = found[: section.most], len(found) > section.most
    head = {"name": name, "title": section.title, "note": section.note, "shape": section.shape}
    body = _counts(section, shown) if section.counts else _table(graph, kinds, section, shown)
    return {
        **head,
        **body,
        "offset": offset,
        "most": section.most,
        "next": offset + section.most if more else None,
        "count": min(offset + len(found), COUNTED + 1),
    }


def _rows(graph: Graph, section: Section, it: ox.NamedNode, offset: int) -> list[Row]:
    """The rows of a section from an offset on, as far as they are counted or shown."""
    most = max(COUNTED + 1 - offset, section.most + 1)
    if section.shared and graph.kept:
        return graph.once(shared)[section.name].get(it.value, [])[offset : offset + most]
    query = section.query.replace("?_it ?row", "?row")
    return solutions(graph, f"{query}\nLIMIT {most} OFFSET {offset}", it=it)


def shared(graph: Graph) -> dict[str, dict[str, list[Row]]]:
    """Section -> thing -> its rows, of the sections whose rows are read once for all things."""
    found = _of_census(graph.census) if graph.census else {}
    for section in every().values():
        if section.shared and section.name not in found:
            by_thing = found.setdefault(section.name, defaultdict(list))
            for row in solutions(graph, section.query):
                by_thing[row["_it"].value].append(row)
    return found


def _of_census(census: Census) -> dict[str, dict[str, list[Row]]]:
    """The rows of sections that are counted with a version, in the order of their queries."""
    first = Counter((phase, year) for (phase, year, _), _ in census.of("first"))
    years = sorted((phase, year, n) for (phase, year), n in first.items())
    starts = sorted((year, -n, technology) for (year, technology), n in census.of("starts"))
    return {
        "years-of-phase": _by_thing(years),
        "starts-in-year": _by_thing((year, technology, -n) for year, n, technology in starts),
    }


def _by_thing(found: Iterable[tuple[str, str, int]]) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = defaultdict(list)
    for it, row, towns in found:
        rows[it].append({"row": ox.NamedNode(row), "towns": ox.Literal(towns)})
    return rows


def _counts(section: Section, found: list[Row]) -> Data:
    """Rows by fiscal year, where the query counted."""
    by_row: dict[str, dict[str, int]] = defaultdict(dict)
    for row in found:
        by_row[row["row"].value][row["year"].value] = int(row["n"].value)
    years = sorted({row["year"].value for row in found})
    rows = [{"it": {"iri": iri}, "years": counts} for iri, counts in by_row.items()]
    columns = [{**(section.counts or {}), "kind": None, "number": False}]
    return {"columns": columns, "years": years, "rows": rows}


def _table(graph: Graph, kinds: Kinds, section: Section, found: list[Row]) -> Data:
    paths = [column["path"] for column in section.columns if "path" in column]
    step = f"{section.evidence}/" if section.evidence else ""
    evidence = [f"{step}dxo:sourceLine", f"{step}dxo:statedIn", "dxo:certain", "dxo:note"]
    group = [section.group] if section.group else []
    iris = [row["row"].value for row in found]
    read = cells.read(graph, kinds, iris, [*paths, *evidence, *group])
    rows = []
    for place, row in enumerate(found):
        mine, first = read[row["row"].value], len(paths)
        said = Evidence(*(mine[first + number] for number in range(4)))
        above = mine[first + 4] if group else []
        rows.append(
            {
                "it": {"iri": row["row"].value},
                "place": place,
                "cells": list(_cells(section, row, mine)),
                "group": above[0].shown() if above else None,
                **said.shown(),
            }
        )
        if section.lines:
            rows[-1] |= {"line": int(row["line"].value), "class": value_of(row["class"])}
    columns = [_column(section, number, rows) for number in range(len(section.columns))]
    body: Data = {"columns": columns, "rows": rows}
    body["grouped"] = any(row["group"] for row in rows)
    body["cited"] = any(row["lines"] for row in rows)
    if section.years:
        _put_years(graph, kinds, section, body)
    return body


def _cells(section: Section, row: Row, mine: Mapping[int, list[cells.Cell]]) -> Iterator[Data]:
    at = 0
    for column in section.columns:
        if "path" in column:
            found = [cell.shown() for cell in mine[at]]
            at += 1
            yield {"count": len(found)} if column.get("count") else {"values": found}
        elif "is" in column:
            term = row.get(column["is"])
            yield {"values": [] if term is None else [value_of(term)]}
        else:
            yield {"values": [{"iri": row["row"].value}]}


def _column(section: Section, number: int, rows: list[Data]) -> Data:
    """A column's head; ``kind`` is that of its values where all are of one.

    ``number`` says that the values are numbers to be aligned.
    """
    column = section.columns[number]
    found = [value for row in rows for value in row["cells"][number].get("values", ())]
    kinds = {value.get("kind") for value in found}
    counted = bool(column.get("count")) or {v.get("datatype") for v in found} == {_INTEGER}
    kind = kinds.pop() if len(kinds) == 1 else None
    return {"ja": column["ja"], "en": column["en"], "kind": kind, "number": counted}


class Evidence:
    """Where something is printed and how sure its reading is."""

    def __init__(self, *found: list[cells.Cell]) -> None:
        self._lines, self._sources, self._certain, self._notes = found

    def shown(self) -> Data:
        """``lines`` with their ``source``, ``certain``, and the ``note`` in both languages."""
        source = {cell.via: cell.value.value for cell in self._sources}
        lines = [
            {"line": int(cell.value.value), "source": {"iri": source[cell.via]}}
            for cell in self._lines
            if cell.via in source
        ]
        note = {cell.value.language: cell.value.value for cell in self._notes}
        certain = all(cell.value.value != "false" for cell in self._certain)
        return {"lines": lines, "certain": certain, "reason": note or None}


def _put_years(graph: Graph, kinds: Kinds, section: Section, body: Data) -> None:
    """The cells of each row by fiscal year, with phases and evidence."""
    rows = body["rows"]
    of_row = cells.read(graph, kinds, (row["it"]["iri"] for row in rows), [section.years])
    entries = [cell.value.value for mine in of_row.values() for cell in mine[0]]
    paths = [_YEAR, _PHASE, "dxo:sourceLine", "dxo:statedIn", "dxo:certain", "dxo:note"]
    read = cells.read(graph, kinds, entries, paths)
    for row in rows:
        row["years"] = defaultdict(list)
        for cell in of_row[row["it"]["iri"]][0]:
            mine = read[cell.value.value]
            entry = {
                "it": {"iri": cell.value.value},
                "phases": [phase.shown() for phase in mine[1]],
                **Evidence(mine[2], mine[3], mine[4], mine[5]).shown(),
            }
            for year in mine[0]:
                row["years"][year.value.value].append(entry)
    body["years"] = sorted({year for row in rows for year in row["years"]})
