"""Nodes on layers, after Sugiyama: few crossings, and long edges that pass between the boxes.

Edges lead from a layer to one above it (a smaller rank). An edge over several layers gets a place
of its own on each layer it passes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Edge = tuple[str, str]

_SWEEPS = 24
_STRAIGHT = 4


@dataclass(frozen=True)
class Layout:
    """Middle of every node, and of every place an edge passes, the lowest first."""

    middle: Mapping[str, float]
    passes: Mapping[Edge, tuple[tuple[int, float], ...]]
    width: float


def arranged(
    ranks: Mapping[str, int], edges: Sequence[Edge], box: float, lane: float, gap: float
) -> Layout:
    """A layout with boxes and lanes of these widths.

    >>> arranged({"plan": 2, "law": 0}, [("plan", "law")], 100, 10, 20).middle
    {'law': 50.0, 'plan': 50.0}
    """
    layers, links, lanes = _expanded(ranks, edges)
    sizes = {place: box if place in ranks else lane for layer in layers for place in layer}
    for sweep in range(_SWEEPS):
        order = range(1, len(layers)) if sweep % 2 else range(len(layers) - 2, -1, -1)
        for at in order:
            fixed = layers[at - 1] if sweep % 2 else layers[at + 1]
            _by_neighbours(layers[at], fixed, links)
    middle = _placed(layers, links, sizes, gap)
    least = min(middle[place] - sizes[place] / 2 for place in middle)
    middle = {place: x - least for place, x in middle.items()}
    width = max(middle[place] + sizes[place] / 2 for place in middle)
    nodes = {str(place): x for place, x in middle.items() if place in ranks}
    passes = {
        edge: tuple((rank, middle[edge, rank]) for rank in found) for edge, found in lanes.items()
    }
    return Layout(nodes, passes, width)


def _expanded(
    ranks: Mapping[str, int], edges: Sequence[Edge]
) -> tuple[list[list[Hashable]], dict[Hashable, set[Hashable]], dict[Edge, list[int]]]:
    """Layers with lanes in them, who is next to whom, and the ranks each edge passes."""
    layers: list[list[Hashable]] = [[] for _ in range(max(ranks.values(), default=0) + 1)]
    for node, rank in ranks.items():
        layers[rank].append(node)
    links: dict[Hashable, set[Hashable]] = {}
    lanes: dict[Edge, list[int]] = {}
    for edge in dict.fromkeys(edges):
        start, end = edge
        lanes[edge] = list(range(ranks[start] - 1, ranks[end], -1))
        chain: list[Hashable] = [start, *((edge, rank) for rank in lanes[edge]), end]
        for rank in lanes[edge]:
            layers[rank].append((edge, rank))
        for one, other in pairwise(chain):
            links.setdefault(one, set()).add(other)
            links.setdefault(other, set()).add(one)
    return layers, links, lanes


def _by_neighbours(
    layer: list[Hashable], fixed: list[Hashable], links: Mapping[Hashable, set[Hashable]]
) -> None:
    """Order a layer by the mean place of what each is linked to on the fixed one."""
    places = {place: at for at, place in enumerate(fixed)}
    means: dict[Hashable, float] = {}
    for at, place in enumerate(layer):
        found = [places[other] for other in links.get(place, ()) if other in places]
        means[place] = sum(found) / len(found) if found else at
    layer.sort(key=lambda place: means[place])


def _placed(
    layers: list[list[Hashable]],
    links: Mapping[Hashable, set[Hashable]],
    sizes: Mapping[Hashable, float],
    gap: float,
) -> dict[Hashable, float]:
    """Middles: near the mean of what each is linked to, in order, and never closer than the gap."""
    middle: dict[Hashable, float] = {}
    for layer in layers:
        x = 0.0
        for place in layer:
            middle[place] = x + sizes[place] / 2
            x += sizes[place] + gap
        for place in layer:
            middle[place] -= (x - gap) / 2
    for sweep in range(_SWEEPS):
        for layer in layers if sweep % 2 else reversed(layers):
            wanted = {place: _mean(place, links.get(place, ()), middle) for place in layer}
            _spread(layer, wanted, sizes, gap)
            middle |= wanted
    return middle


def _mean(place: Hashable, others: Iterable[Hashable], middle: Mapping[Hashable, float]) -> float:
    """The mean middle of what a place is linked to; lanes count more, to run straight."""
    weights = {other: _STRAIGHT if isinstance(other, tuple) else 1 for other in others}
    if not weights:
        return middle[place]
    return sum(middle[other] * weight for other, weight in weights.items()) / sum(weights.values())


def _spread(
    layer: list[Hashable],
    wanted: dict[Hashable, float],
    sizes: Mapping[Hashable, float],
    gap: float,
) -> None:
    """Push apart what is too close, then move all back by what that moved them on average."""
    before = sum(wanted[place] for place in layer)
    for one, other in pairwise(layer):
        least = wanted[one] + (sizes[one] + sizes[other]) / 2 + gap
        wanted[other] = max(wanted[other], least)
    drift = (sum(wanted[place] for place in layer) - before) / max(len(layer), 1)
    for place in layer:
        wanted[place] -= drift
