"""The lineage of a plan as a drawing in layers, the law at the top, and as a nested list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from dxgraph.pages import layers, svg, words

View = Mapping[str, Any]

#: Level -> its name at the edge of the drawing.
LEVELS = {
    "law": {"ja": "法律", "en": "Law"},
    "article": {"ja": "条項", "en": "Article"},
    "national": {"ja": "国", "en": "Nation"},
    "prefectural": {"ja": "都道府県", "en": "Prefecture"},
    "municipal": {"ja": "市町村", "en": "Municipality"},
    "plan": {"ja": "この計画", "en": "This plan"},
    "pillar": {"ja": "柱", "en": "Pillars"},
    "measure": {"ja": "施策", "en": "Measures"},
}
#: Kind of statement -> how its line is drawn.
DASHES = {"printed": "", "editorial": "7 4", "inferred": "2 3"}
_BOX, _BETWEEN, _LANE, _GAP = 224.0, 84.0, 56.0, 24.0
_MARGIN, _EDGE, _SIZE = 92.0, 16.0, 12.5
_COLUMN, _NARROW, _SPACE, _ACROSS = 236.0, 136.0, 10.0, 1092.0
_MOST, _LINE = 4, _SIZE * 1.3


@dataclass(frozen=True)
class _Rows:
    """Where the boxes of each rank stand."""

    first: float
    tall: float

    def top(self, rank: int) -> float:
        """The upper edge of a rank."""
        return self.first + rank * (self.tall + _BETWEEN)


def tree(view: View) -> list[dict[str, Any]]:
    """What the plan rests on: each ``{"edge", "node", "below"}``, an instrument opened once."""
    nodes = {node["iri"]: node for node in view["nodes"]}
    opened: set[str] = set()

    def below(iri: str) -> list[dict[str, Any]]:
        if iri in opened:
            return []
        opened.add(iri)
        own = [edge for edge in view["edges"] if edge["from"] == iri]
        return [{"edge": e, "node": nodes[e["to"]], "below": below(e["to"])} for e in own]

    return below(view["plan"]["iri"])


def drawing(view: View, language: str, years: str = "") -> svg.Drawing:
    """The drawing; nodes lead to their pages."""
    ranks, levels = _ranks(view)
    edges = [(edge["from"], edge["to"]) for edge in view["edges"]]
    found = layers.arranged(ranks, edges, _BOX, _LANE, _GAP)
    columns, column = _columns(view)
    room = max(found.width, len(columns) * column, 560.0)
    it = svg.Drawing(_EDGE * 2 + _MARGIN + room, 0, view["plan"][language])
    left = _EDGE + _MARGIN + (room - found.width) / 2
    middle = {iri: left + x for iri, x in found.middle.items()}
    _key(it, language)
    rows = _Rows(_EDGE + 40, max(_height(node, language, _BOX) for node in view["nodes"]))
    for node in view["nodes"]:
        y, x = rows.top(ranks[node["iri"]]), middle[node["iri"]] - _BOX / 2
        it.boxes.append(_box(node, node["level"], language, x, y, _BOX, rows.tall))
    for rank, level in enumerate(levels):
        y = rows.top(rank) + rows.tall / 2 + 4
        it.labels.append(svg.Label(_EDGE, y, LEVELS[level][language], 12, bold=True))
    _edges(it, view, language, ranks, found, left, rows)
    plan = middle[view["plan"]["iri"]]
    bottom = rows.top(len(levels)) - _BETWEEN
    first = _EDGE + _MARGIN + (room - len(columns) * column) / 2
    it.height = _below(it, columns, column, language, (plan, bottom, first)) + _EDGE
    return it


def _ranks(view: View) -> tuple[dict[str, int], list[str]]:
    """Rank of every node, the law's 0, and the level of each rank.

    A node stands below all of a higher level, and below what it rests on of its own.
    """
    order = list(LEVELS)
    levels = {node["iri"]: node["level"] for node in view["nodes"]}
    same: dict[str, list[str]] = {}
    for edge in view["edges"]:
        if levels[edge["from"]] == levels[edge["to"]]:
            same.setdefault(edge["from"], []).append(edge["to"])

    def depth(iri: str, above: frozenset[str] = frozenset()) -> int:
        ends = [end for end in same.get(iri, ()) if end not in above | {iri}]
        return 1 + max((depth(end, above | {iri}) for end in ends), default=-1)

    places = {iri: (order.index(level), depth(iri)) for iri, level in levels.items()}
    rows = sorted(set(places.values()))
    ranks = {iri: rows.index(place) for iri, place in places.items()}
    return ranks, [order[level] for level, _ in rows]


def _box(
    thing: Mapping[str, Any], level: str, language: str, x: float, y: float, w: float, h: float
) -> svg.Box:
    fill = svg.colour("accent" if level == "plan" else "raised")
    ink = svg.colour("on-accent" if level == "plan" else "ink")
    number = f"{thing['number']} " if "number" in thing else ""
    said = svg.wrapped(number + thing[language], w - 14, _SIZE, most=int(h // _LINE))
    shape = svg.Box(x, y, w, h, said, level, fill, ink, _SIZE, iri=thing["iri"])
    whole = "".join(said) == (number + thing[language]).replace(" ", "")
    return shape if whole else svg.titled(shape, number + thing[language])


def _height(thing: Mapping[str, Any], language: str, width: float) -> float:
    """How high a box of this width must be for what it says."""
    return _LINE * (len(svg.wrapped(thing[language], width - 14, _SIZE, most=_MOST)) + 0.8)


def _edges(
    it: svg.Drawing,
    view: View,
    language: str,
    ranks: Mapping[str, int],
    found: layers.Layout,
    left: float,
    rows: _Rows,
) -> None:
    """Every step as a line from the top of what rests to the foot of what it rests on."""
    by_start = sorted(view["edges"], key=lambda edge: edge["from"])
    for start, group in groupby(by_start, key=lambda edge: str(edge["from"])):
        out = sorted(group, key=lambda edge: _next(found, start, edge["to"]))
        for at, edge in enumerate(out):
            pair = (start, edge["to"])
            port = (at + 0.5) / len(out) - 0.5
            x = left + found.middle[start] + port * _BOX * 0.8
            y = rows.top(ranks[start])
            path = f"M{x:.1f} {y:.1f}"
            points = [(rank, left + lane) for rank, lane in found.passes[pair]]
            for rank, lane in [*points, (ranks[edge["to"]], left + found.middle[edge["to"]])]:
                foot = rows.top(rank) + rows.tall
                half = (y + foot) / 2
                path += f"C{x:.1f} {half:.1f} {lane:.1f} {half:.1f} {lane:.1f} {foot:.1f}"
                if y == rows.top(ranks[start]):
                    _named(it, edge, language, (x + lane) / 2, half + (at % 3 - 1) * 17 + 4)
                x, y = lane, foot - rows.tall
                if (rank, lane) in points:
                    path += f"V{y:.1f}"
            kind = edge["kind"]
            ink = svg.colour(kind)
            it.lines.append(svg.Line(path, f"edge {kind}", ink, DASHES[kind], 1.6, arrow=True))


def _next(found: layers.Layout, start: str, end: str) -> float:
    passes = found.passes[start, end]
    return passes[0][1] if passes else found.middle[end]


def _named(it: svg.Drawing, edge: View, language: str, x: float, y: float) -> None:
    said = edge["relation"][language]
    if edge["modality"]:
        modality = edge["modality"][language]
        said += f"（{modality}）" if language == "ja" else f" ({modality})"
    it.labels.append(svg.Label(x, y, said, 11.5, "middle", halo=True))


def _columns(view: View) -> tuple[list[Mapping[str, Any]], float]:
    """The groups of measures, and how wide each is drawn."""
    groups = list(view["pillars"])
    return groups, max(_NARROW, min(_COLUMN, _ACROSS / max(len(groups), 1)))


def _below(
    it: svg.Drawing,
    columns: list[Mapping[str, Any]],
    wide: float,
    language: str,
    at: tuple[float, float, float],
) -> float:
    """Draw pillars and measures under the plan; the lowest point drawn."""
    plan, bottom, left = at
    if not columns:
        return bottom
    ink, box = svg.colour("printed"), wide - _SPACE
    trunk, y = bottom + 16, bottom + 32
    uppers = [(key, list(own)) for key, own in groupby(columns, key=_upper)]
    it.lines.append(svg.Line(f"M{plan} {bottom}V{trunk}", "edge printed", ink, "", 1.6))
    x = left
    heads, roots = [], []
    for _, own in uppers:
        across = wide * len(own) - _SPACE
        roots.append(x + across / 2)
        if own[0]["upper"]:
            heads.append(_box(own[0]["upper"], "pillar", language, x, y, across, 34))
        x += wide * len(own)
    it.boxes += heads
    rail = f"M{min([plan, *roots])} {trunk}H{max([plan, *roots])}"
    stems = "".join(f"M{root} {trunk}V{y}" for root in roots)
    it.lines.append(svg.Line(rail + stems, "edge printed", ink, "", 1.6))
    it.labels.append(svg.Label(_EDGE, y + 22, LEVELS["pillar"][language], 12, bold=True))
    y += 34 + _SPACE if heads else 0
    end = y
    headed = [group["pillar"] for group in columns if group["pillar"]]
    tall = max((_height(pillar, language, box) for pillar in headed), default=0.0)
    for column, group in enumerate(columns):
        x = left + column * wide
        foot = y
        if group["pillar"]:
            it.boxes.append(_box(group["pillar"], "pillar", language, x, y, box, tall))
            foot += tall
        end = max(end, _stack(it, group["measures"], language, x, foot, box))
    measures = y + tall + _SPACE + 22
    it.labels.append(svg.Label(_EDGE, measures, LEVELS["measure"][language], 12, bold=True))
    return end


def _upper(group: Mapping[str, Any]) -> str:
    heading = group["upper"] or group["pillar"]
    return str(heading["iri"]) if heading else ""


def _stack(
    it: svg.Drawing,
    measures: list[Mapping[str, Any]],
    language: str,
    x: float,
    y: float,
    box: float,
) -> float:
    """Measures one under the other, hung on a line; the lowest point drawn."""
    top, inset = y, 14.0
    path = ""
    for measure in measures:
        said = f"{measure['number']} {measure[language]}"
        height = _height({language: said}, language, box - inset)
        y += _SPACE
        shape = _box(measure, "measure", language, x + inset, y, box - inset, height)
        it.boxes.append(shape)
        path += f"M{x + 5} {y + height / 2}H{x + inset}"
        last = y + height / 2
        y += height
    if measures:
        trunk = f"M{x + 5} {top}V{last}{path}"
        it.lines.append(svg.Line(trunk, "edge printed", svg.colour("printed"), "", 1.2))
    return y


def _key(it: svg.Drawing, language: str) -> None:
    """What the styles of lines mean."""
    x = _EDGE + _MARGIN
    for kind, dash in DASHES.items():
        line = svg.Line(f"M{x} {_EDGE + 12}h34", f"edge {kind}", svg.colour(kind), dash, 1.6)
        it.lines.append(line)
        said = words.kind(kind, language)
        it.labels.append(svg.Label(x + 42, _EDGE + 16, said, 11.5))
        x += 62 + svg.width(said, 11.5)
