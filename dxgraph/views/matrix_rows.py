"""The rows of a matrix: priority items by the list they stand in, and phases in their order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from dxgraph.session import Graph
from dxgraph.views.asking import named, rows

#: The part of the national plan a notation such as ``2020:priority-1`` begins with.
_PARTS = {
    "priority": {"ja": "国の重点取組事項", "en": "National priority items"},
    "with": {"ja": "国が併せて取り組むよう求める事項", "en": "National items to pursue alongside"},
    "other": {"ja": "国が挙げるその他の事項", "en": "Other national items"},
    "structure": {"ja": "国が求める推進体制", "en": "Organisation asked for nationally"},
}
_NATIONAL = re.compile(r"(\d{4}):(\w+)-(\d+)")


def phases(graph: Graph) -> list[dict[str, Any]]:
    """``{"id", "iri", "ja", "en", "order", "adopts"}`` of each phase, in order."""
    found = rows(graph, "matrix-phases")
    names = named(graph, (row["phase"].value for row in found))
    return [
        {
            **names[row["phase"].value],
            "id": row["phase"].value.rpartition("/")[2],
            "order": int(row["order"].value),
            "adopts": row["adopts"].value in ("true", "1"),
        }
        for row in found
    ]


def items(graph: Graph) -> list[dict[str, Any]]:
    """Sections ``{"name", "items"}`` of all priority items, each item once.

    Items of the national plan come first, by their part of it, with the editions that have them
    (``{"iri", "ja", "en", "editions"}``); then each other scheme.
    """
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows(graph, "matrix-items"):
        places[row["item"].value].append((row["scheme"].value, row["notation"].value))
    names = named(graph, {*places, *(scheme for found in places.values() for scheme, _ in found)})
    sections: dict[tuple[int, str], list[tuple[tuple[Any, ...], str]]] = defaultdict(list)
    for item, found in places.items():
        key, rank = _place(found)
        sections[key].append((rank, item))
    order = list(_PARTS)
    return [
        {
            "name": _PARTS[order[part]] if part < len(order) else names[scheme],
            "items": [
                {**names[item], "editions": _editions(places[item])} for _, item in sorted(ranked)
            ],
        }
        for (part, scheme), ranked in sorted(sections.items())
    ]


def _place(found: Iterable[tuple[str, str]]) -> tuple[tuple[int, str], tuple[Any, ...]]:
    """The section of an item and its rank there, from its schemes and notations."""
    order = list(_PARTS)
    national = sorted(
        (match[1], match[2], int(match[3]))
        for _, notation in found
        if (match := _NATIONAL.fullmatch(notation)) and match[2] in _PARTS
    )
    if national:
        edition, part, number = national[0]
        return (order.index(part), ""), (edition, number)
    scheme, notation = min(found)
    numbers = tuple(int(digits) for digits in re.findall(r"\d+", notation))
    return (len(order), scheme), (0, *numbers, notation)


def _editions(found: Iterable[tuple[str, str]]) -> list[str]:
    return sorted({match[1] for _, text in found if (match := _NATIONAL.fullmatch(text))})
