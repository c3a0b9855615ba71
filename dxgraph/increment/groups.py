"""Groups: records that must be inferred together, because one names or describes another's things.

Cost: a few set operations a record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dxgraph.increment.reading import Reading


@dataclass(frozen=True)
class Group:
    """Readings in path order, and the codes of all towns they describe."""

    readings: tuple[Reading, ...]
    codes: frozenset[str]


def grouped(readings: Iterable[Reading]) -> list[Group]:
    """Groups in the order of their first records.

    Two records are in one group when they describe the same town, write into the same graph, or
    one names a thing of a town the other describes; and so on from record to record.
    """
    found = sorted(readings, key=lambda reading: reading.place)
    heads = {reading.place: reading.place for reading in found}

    def head(place: str) -> str:
        while heads[place] != place:
            heads[place] = heads[heads[place]]
            place = heads[place]
        return place

    first: dict[str, str] = {}
    for reading in found:
        for claim in (reading.graph, *reading.codes):
            other = head(first.setdefault(claim, reading.place))
            heads[head(reading.place)] = other
    for reading in found:
        for code in reading.named & first.keys():
            heads[head(reading.place)] = head(first[code])
    members: dict[str, list[Reading]] = {}
    for reading in found:
        members.setdefault(head(reading.place), []).append(reading)
    return [
        Group(tuple(each), frozenset().union(*(reading.codes for reading in each)))
        for each in members.values()
    ]
