"""The heat map of priority items as a picture, for slides; lengths are pixels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dxgraph.pages import svg

_EDGE, _NAME, _TOWN, _HIGH, _LINE, _SIZE = 16.0, 300.0, 96.0, 26.0, 16.0, 12.0
_DEEPEST = 3


def coverage(view: Mapping[str, Any], language: str, years: str = "") -> svg.Drawing:
    """The picture of the view ``coverage``: a box a town and item, its shade by the count."""
    ja = language == "ja"
    title = "取組事項に応える施策の数" if ja else "Measures that answer each priority item"
    names = [town[language] for town in view["towns"]]
    width = 2 * _EDGE + _NAME + _TOWN * (len(names) + 1)
    drawing = svg.Drawing(width, 0, title, desc=f"{title}: {', '.join(names)}")
    y = _EDGE

    def say(x: float, text: str, anchor: str = "start", **more: Any) -> None:
        drawing.labels.append(svg.Label(x, y + _LINE * 0.9, text, _SIZE, anchor, **more))

    say(_EDGE, title, bold=True)
    y += _HIGH
    plans = f"応える計画(全{view['plans']})" if ja else f"Plans of {view['plans']}"
    for place, name in enumerate([*names, plans]):
        iri = view["towns"][place]["iri"] if place < len(names) else ""
        say(_middle(place), name, "middle", bold=True, iri=iri)
    y += _HIGH
    for section in view["sections"]:
        say(_EDGE, section["name"][language], bold=True)
        y += _HIGH - 4
        drawing.lines.append(svg.Line(f"M{_EDGE} {y}H{width - _EDGE}", ink=svg.colour("soft")))
        y += 3
        for row in section["rows"]:
            lines = svg.wrapped(row["item"][language], _NAME - 12, _SIZE, 3)
            for number, line in enumerate(lines):
                top = y + (number + 0.9) * _LINE
                label = svg.Label(_EDGE, top, line, _SIZE, iri=row["item"]["iri"])
                drawing.labels.append(label)
            high = max(_HIGH, len(lines) * _LINE + 6)
            for place, measures in enumerate(row["cells"]):
                title = f"{names[place]} {row['item'][language]}"
                drawing.boxes.append(_box(place, y, high, measures, title))
            say(_middle(len(names)), str(row["total"]["towns"]), "middle")
            y += high
        y += 8
    drawing.height = y + _EDGE
    return drawing


def _middle(place: int) -> float:
    return _EDGE + _NAME + (place + 0.5) * _TOWN


def _box(
    place: int, y: float, high: float, measures: list[Mapping[str, str]], title: str
) -> svg.Box:
    """The cell of a town: how many measures, and which; dashed where there is none."""
    shade = min(len(measures), _DEEPEST)
    fill = svg.colour(f"count-{shade}") if shade else "#ffffff"
    ink = svg.colour("on-count-3" if shade == _DEEPEST else "on-count")
    return svg.Box(
        *(_EDGE + _NAME + place * _TOWN + 1, y, _TOWN - 2, high - 2),
        words=(str(len(measures)) if measures else "―",),
        name=f"heat-{shade}",
        fill=fill,
        ink=ink if measures else svg.colour("soft"),
        dash="" if measures else "2 3",
        iri=measures[0]["iri"] if len(measures) == 1 else "",
        title=f"{title}: {', '.join(each['number'] for each in measures) or '―'}",
    )
