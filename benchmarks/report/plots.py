"""Cost against the number of towns, both in decades, drawn with the shapes of our own pages."""

from __future__ import annotations

from math import ceil, floor, log10

from dxgraph.addresses import Site
from dxgraph.pages import render, svg

_WIDTH, _HEIGHT = 720.0, 420.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 76.0, 560.0, 52.0, 366.0
_SIZE, _MARK, _APART = 12.0, 6.0, 15.0
#: Colours told apart by most eyes (Okabe and Ito's); a mark's place and its label tell it as well.
_INKS = ("#0072b2", "#56b4e9", "#d55e00", "#e69f00", "#009e73", "#cc79a7")

#: Name of a line -> number of towns -> cost.
Series = dict[str, dict[int, float]]


def chart(title: str, unit: str, series: Series) -> str:
    """A chart as SVG; costs are above zero.

    >>> "full: 5: 1.2 s, 100: 14 s" in chart("Builds", "s", {"full": {5: 1.2, 100: 14.0}})
    True
    """
    drawing = svg.Drawing(_WIDTH, _HEIGHT, title, desc=_told(unit, series))
    drawing.labels.append(svg.Label(_LEFT, 22, title, 14, bold=True))
    drawing.labels.append(svg.Label(_LEFT, 42, unit, _SIZE))
    drawing.labels.append(
        svg.Label((_LEFT + _RIGHT) / 2, _BOTTOM + 40, "団体数 / towns", _SIZE, "middle")
    )
    towns = sorted({count for line in series.values() for count in line})
    costs = [cost for line in series.values() for cost in line.values()]
    if costs:
        _lines(drawing, series, towns, costs)
    return render("drawing.svg", Site.at(""), "", drawing)


def _lines(drawing: svg.Drawing, series: Series, towns: list[int], costs: list[float]) -> None:
    low, high = floor(log10(min(costs))), ceil(log10(max(costs)))
    high = max(high, low + 1)
    first, last = log10(towns[0]), log10(towns[-1])

    def across(count: int) -> float:
        if first == last:
            return (_LEFT + _RIGHT) / 2
        return _LEFT + 24 + (log10(count) - first) / (last - first) * (_RIGHT - _LEFT - 48)

    def up(cost: float) -> float:
        return _BOTTOM - (log10(cost) - low) / (high - low) * (_BOTTOM - _TOP)

    for power in range(low, high + 1):
        y = up(10.0**power)
        drawing.lines.append(svg.Line(f"M{_LEFT} {y:.1f}H{_RIGHT}"))
        drawing.labels.append(svg.Label(_LEFT - 8, y + 4, f"{10.0**power:,g}", _SIZE, "end"))
    for count in towns:
        x = across(count)
        drawing.lines.append(svg.Line(f"M{x:.1f} {_TOP}V{_BOTTOM}", dash="2 4"))
        drawing.labels.append(svg.Label(x, _BOTTOM + 20, f"{count:,}", _SIZE, "middle"))
    ends = []
    for place, (name, line) in enumerate(series.items()):
        ink = _INKS[place % len(_INKS)]
        points = [(across(count), up(cost)) for count, cost in sorted(line.items())]
        if not points:
            continue
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        drawing.lines.append(svg.Line(path, ink=ink, width=2))
        for x, y in points:
            box = svg.Box(x - _MARK / 2, y - _MARK / 2, _MARK, _MARK, fill=ink, title=name)
            drawing.boxes.append(box)
        ends.append((points[-1][1], name, ink))
    _named(drawing, ends)


def _named(drawing: svg.Drawing, ends: list[tuple[float, str, str]]) -> None:
    """The names of the lines at the right, none over another."""
    above = -_APART
    for y, name, ink in sorted(ends):
        above = max(y, above + _APART)
        path = f"M{_RIGHT + 4} {y:.1f}L{_RIGHT + 18} {above:.1f}"
        drawing.lines.append(svg.Line(path, ink=ink, width=2))
        drawing.labels.append(svg.Label(_RIGHT + 22, above + 4, name, _SIZE))


def _told(unit: str, series: Series) -> str:
    """The chart in words, for who does not see it."""
    return "; ".join(
        f"{name}: "
        + ", ".join(f"{count:,}: {cost:g} {unit}" for count, cost in sorted(line.items()))
        for name, line in series.items()
    )
