"""Measures of several towns set side by side: those with a priority item or technology in common.

A measure stands in the row of every item it addresses. One that addresses none stands once, in the
row of the technology that most towns' measures of this kind name (of several, the rarest, then
the first by IRI); one that shares no technology either, in the last row.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from dxgraph.views.town_data import TownData

#: Subject -> for each town, in order, the IRIs of its measures.
Groups = dict[str, list[list[str]]]


def by_item(towns: Sequence[TownData]) -> Groups:
    """The measures that address items, by item."""
    groups: Groups = defaultdict(lambda: [[] for _ in towns])
    for place, town in enumerate(towns):
        for iri, measure in town.measures.items():
            for item in measure.items:
                groups[item][place].append(iri)
    return dict(groups)


def by_technology(towns: Sequence[TownData]) -> tuple[Groups, list[list[str]]]:
    """The measures that address no item, by technology, most widely shared first; and the rest."""
    loose = [
        {iri: it.technologies for iri, it in town.measures.items() if not it.items}
        for town in towns
    ]
    spread = Counter(name for town in loose for name in set().union(*town.values()))
    uses = Counter(name for town in loose for named in town.values() for name in named)
    groups: Groups = defaultdict(lambda: [[] for _ in towns])
    rest: list[list[str]] = [[] for _ in towns]
    for place, town in enumerate(loose):
        for iri, named in town.items():
            best = _widest(named, spread, uses)
            (rest if best is None else groups[best])[place].append(iri)
    _return_lonely(groups, rest, towns)
    wide = sorted(groups, key=lambda name: (-sum(map(bool, groups[name])), uses[name], name))
    return {name: groups[name] for name in wide}, rest


def _widest(named: set[str], spread: Mapping[str, int], uses: Mapping[str, int]) -> str | None:
    shared = [name for name in named if spread[name] > 1]
    return min(shared, key=lambda name: (-spread[name], uses[name], name), default=None)


def _return_lonely(groups: Groups, rest: list[list[str]], towns: Sequence[TownData]) -> None:
    """Rows that hold one town only align nothing: their measures join the rest."""
    for name in [name for name, row in groups.items() if sum(map(bool, row)) < 2]:
        for place, iris in enumerate(groups.pop(name)):
            rest[place] += iris
    for place, town in enumerate(towns):
        rest[place].sort(key=list(town.measures).index)
