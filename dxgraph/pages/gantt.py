"""The schedules of plans as rows under fiscal years, for a table and for a drawing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dxgraph.pages import svg, words

_NAME, _YEAR, _HEAD, _ROW, _GROUP, _SIZE = 330.0, 150.0, 44.0, 30.0, 28.0, 12.0
_EDGE = 16.0

Cells = tuple[tuple[Mapping[str, Any], ...], ...]


@dataclass(frozen=True)
class Line:
    """A row: of a ``plan``, a ``pillar``, a ``measure`` or an ``activity``.

    ``cells`` has the entries of each year shown; None for a row that only heads others.
    ``also`` is the activity where a measure has but this one.
    """

    kind: str
    name: str
    iri: str
    number: str = ""
    also: str = ""
    above: str = ""
    cells: Cells | None = None


def lines(view: Mapping[str, Any], language: str) -> Iterator[Line]:
    """The rows of the view ``schedule``."""
    for plan in view["plans"]:
        if len(view["plans"]) > 1:
            town = plan["town"][language]
            yield Line("plan", plan["plan"][language], plan["plan"]["iri"], above=town)
        told = _told_by_all(plan)
        for pillar in plan["pillars"]:
            if pillar["pillar"]:
                above = pillar["upper"][language] if pillar["upper"] else ""
                heading = pillar["pillar"]
                yield Line("pillar", heading[language], heading["iri"], above=above)
            elif "earlier" in pillar:
                earlier = pillar["earlier"]
                yield Line("earlier", earlier[language], earlier["iri"])
            for measure in pillar["measures"]:
                yield from _measure(measure, view["years"], language, told)


def _told_by_all(plan: Mapping[str, Any]) -> str:
    """The name every activity of a plan bears, which then tells nothing."""
    found = {
        activity["ja"]
        for pillar in plan["pillars"]
        for measure in pillar["measures"]
        for activity in measure["activities"]
    }
    return found.pop() if len(found) == 1 else ""


def _measure(
    measure: Mapping[str, Any], years: list[int], language: str, told: str
) -> Iterator[Line]:
    head = (measure[language], measure["iri"], measure["number"])
    found = measure["activities"]
    if len(found) == 1:
        also = "" if found[0]["ja"] in (told, measure["ja"]) else found[0][language]
        yield Line("measure", *head, also=also, cells=_cells(found[0], years))
        return
    yield Line("measure", *head)
    for activity in found:
        yield Line("activity", activity[language], activity["iri"], cells=_cells(activity, years))


def _cells(activity: Mapping[str, Any], years: list[int]) -> Cells:
    entries = activity["entries"]
    return tuple(tuple(e for e in entries if e["year"] == year) for year in years)


def drawing(view: Mapping[str, Any], language: str, years: str) -> svg.Drawing:
    """The rows as a drawing that stands on its own."""
    title = "・".join(plan["plan"][language] for plan in view["plans"])
    found = list(lines(view, language))
    heights = [_height(line) for line in found]
    width = 2 * _EDGE + _NAME + _YEAR * len(view["years"])
    it = svg.Drawing(width, 2 * _EDGE + 34 + _HEAD + sum(heights), title)
    it.labels.append(svg.Label(_EDGE, _EDGE + 18, title, 16, bold=True))
    doubt = {"ja": "斜線は読みが不確か", "en": "Hatched: uncertain reading"}[language]
    it.labels.append(svg.Label(_EDGE, _EDGE + 56, doubt, 10))
    top = _EDGE + 34
    for at, year in enumerate(view["years"]):
        middle = _EDGE + _NAME + _YEAR * (at + 0.5)
        first, other = words.year_head(year, language, years)
        it.labels.append(svg.Label(middle, top + 18, first, 13, "middle", bold=True))
        it.labels.append(svg.Label(middle, top + 34, other, 10, "middle"))
    top += _HEAD
    for line, height in zip(found, heights, strict=True):
        it.lines.append(svg.Line(f"M{_EDGE} {top}H{width - _EDGE}"))
        _row(it, line, top, height, language)
        top += height
    for at in range(len(view["years"]) + 1):
        x = _EDGE + _NAME + _YEAR * at
        it.lines.append(svg.Line(f"M{x} {_EDGE + 34}V{top}"))
    return it


def _height(line: Line) -> float:
    if line.cells is None:
        return _GROUP
    return _ROW * max(1, *(len(entries) for entries in line.cells))


def _row(it: svg.Drawing, line: Line, top: float, height: float, language: str) -> None:
    group = line.kind in ("plan", "pillar", "earlier")
    said = " ".join(part for part in (line.number, line.name, line.also) if part)
    if line.above:
        said = f"{line.above} › {said}"
    inset = {"measure": 8.0, "activity": 26.0}.get(line.kind, 0.0)
    room = it.width - 2 * _EDGE if line.cells is None else _NAME - inset - 6
    (text,) = svg.wrapped(said, room, _SIZE, most=1)
    at = _EDGE + inset
    it.labels.append(svg.Label(at, top + _GROUP / 2 + 5, text, _SIZE, bold=group, iri=line.iri))
    for column, entries in enumerate(line.cells or ()):
        for place, entry in enumerate(entries):
            left = _EDGE + _NAME + _YEAR * column
            _bar(it, entry, left, top + place * _ROW, language)


def _bar(it: svg.Drawing, entry: Mapping[str, Any], left: float, top: float, language: str) -> None:
    phases = entry["phases"] or [""]
    part = (_YEAR - 4) / len(phases)
    sure = "" if entry["certain"] else {"ja": "（不確か）", "en": " (uncertain)"}[language]
    for at, phase in enumerate(phases):
        fill, ink = svg.phase_colours(phase)
        said = words.phase(phase, language)
        it.boxes.append(
            svg.Box(
                *(left + 2 + part * at, top + 3, part - (at < len(phases) - 1), _ROW - 6),
                words=svg.wrapped(said, part, 11, most=1),
                name=f"phase-{phase}",
                fill="#ffffff" if "earlier" in entry else fill,
                ink=svg.colour("ink") if "earlier" in entry else ink,
                size=11,
                hatched=not entry["certain"],
                dash="3 2" if "earlier" in entry else "",
                iri=entry["iri"],
                title=f"{words.year(entry['year'], language)} {said}{sure}: {entry['text']}",
            )
        )
