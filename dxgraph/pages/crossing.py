"""Departments by technology as a drawing: a box where a department has measures."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from dxgraph.pages import svg, words

#: What a row is called that stands for no department.
ROWS = {
    "every": {"ja": "各課・全課", "en": "Every department"},
    "none": {"ja": "担当の記載なし", "en": "No department printed"},
}
_NAME, _CELL, _ROW, _HEAD, _GROUP, _EDGE, _SIZE = 220.0, 44.0, 34.0, 190.0, 28.0, 16.0, 12.0
_STRONG = 3


def called(row: Mapping[str, Any], language: str) -> str:
    """The department of a row, or what the row stands for."""
    named = row["department"] or ROWS[row["kind"]]
    return str(named[language])


def drawing(view: Mapping[str, Any], language: str, years: str) -> svg.Drawing:
    """The table as a drawing that stands on its own."""
    columns = view["columns"]
    width = 2 * _EDGE + _NAME + _CELL * max(len(columns), 4)
    title = {"ja": "部署と技術", "en": "Departments by technology"}[language]
    it = svg.Drawing(width, 0, title)
    it.labels.append(svg.Label(_EDGE, _EDGE + 16, title, 16, bold=True))
    doubt = {"ja": "斜線の年度は不確か", "en": "Hatched: an uncertain year"}[language]
    it.labels.append(svg.Label(_EDGE, _EDGE + 30 + _HEAD - 8, doubt, 10))
    for at, technology in enumerate(columns):
        x = _EDGE + _NAME + _CELL * (at + 0.5)
        (text,) = svg.wrapped(technology[language], _HEAD - 10, _SIZE, most=1)
        top = _EDGE + 30 + _HEAD - svg.width(text, _SIZE) - 8
        it.labels.append(svg.Label(x, top, text, _SIZE, vertical=True, iri=technology["iri"]))
    top = _EDGE + 30 + _HEAD
    for _, own in groupby(view["rows"], key=lambda row: row["town"]["code"]):
        group = list(own)
        town = group[0]["town"]
        it.lines.append(svg.Line(f"M{_EDGE} {top}H{width - _EDGE}"))
        head = svg.Label(_EDGE, top + 19, town[language], 13, bold=True, iri=town["iri"])
        it.labels.append(head)
        top += _GROUP
        for row in group:
            _row(it, row, columns, top, (language, years))
            top += _ROW
    it.height = top + _EDGE
    return it


def _row(
    it: svg.Drawing,
    row: Mapping[str, Any],
    columns: list[Mapping[str, Any]],
    top: float,
    how: tuple[str, str],
) -> None:
    language, years = how
    it.lines.append(svg.Line(f"M{_EDGE} {top}H{it.width - _EDGE}"))
    (text,) = svg.wrapped(called(row, language), _NAME - 20, _SIZE, most=1)
    iri = row["department"]["iri"] if row["department"] else ""
    it.labels.append(svg.Label(_EDGE + 12, top + _ROW / 2 + 4, text, _SIZE, iri=iri))
    for at, technology in enumerate(columns):
        cell = row["cells"].get(technology["id"])
        if cell is None:
            continue
        count = len(cell["measures"])
        strong = count >= _STRONG
        said = [str(count)]
        if cell["first"] is not None:
            said.append(words.year_mark(cell["first"], years))
        it.boxes.append(
            svg.Box(
                *(_EDGE + _NAME + _CELL * at + 2, top + 2, _CELL - 4, _ROW - 4),
                words=tuple(said),
                name=f"n{min(count, _STRONG)}",
                fill=svg.colour(f"count-{min(count, _STRONG)}"),
                ink=svg.colour("on-count-3" if strong else "on-count"),
                size=11,
                hatched=not cell["certain"],
                iri=cell["measures"][0]["iri"] if count == 1 else iri,
                title=" / ".join(
                    f"{measure['number']} {measure[language]}" for measure in cell["measures"]
                ),
            )
        )
