"""Which towns a page sets side by side: those asked for, else a number that can be read.

Cost: one look-up a town asked for, and one count of all towns for a graph. Names of all towns are
read only for a value that is no code, and towns to choose from only of one prefecture once there
are more than a list can show.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from dxgraph import parameters
from dxgraph.catalog import Parameter
from dxgraph.errors import BadParameter
from dxgraph.namespaces import ID
from dxgraph.session import Graph
from dxgraph.views.asking import named, rows

#: Towns side by side at most, and towns listed to choose from before prefectures come first.
MOST = 12
_LISTED = 60
_TOWN = Parameter("town", "municipality", {"ja": "市町村", "en": "Municipality"})
_PREFECTURE = re.compile(r"0[1-9]|[1-3][0-9]|4[0-7]")

Town = dict[str, str]


def chosen(graph: Graph, values: Mapping[str, str]) -> list[Town]:
    """The towns of ``town``, else the first of a prefecture.

    Codes or names are parted by ``|`` or commas. Each town is ``{"iri", "code", "ja", "en"}``. The
    prefecture is that of ``prefecture`` (two digits) or, where there are more towns than MOST, the
    first with a plan. Raises UnknownValue, AmbiguousValue or BadParameter.
    """
    prefecture = values.get("prefecture", "")
    if prefecture and not _PREFECTURE.fullmatch(prefecture):
        raise BadParameter(
            f"prefecture: '{prefecture}' is not one of the codes 01 to 47",
            f"prefecture: 「{prefecture}」は 01 から 47 までのコードではありません",
        )
    asked = [text.strip() for text in re.split(r"[|,、]", values.get("town", "")) if text.strip()]
    if len(asked) > MOST:
        raise BadParameter(
            f"town: {len(asked)} towns are too many side by side; choose at most {MOST}",
            f"town: {len(asked)} 市町村は多すぎます。{MOST} までにしてください",
        )
    if asked:
        iris = list(dict.fromkeys(_resolved(graph, text) for text in asked))
    else:
        iris = _usual(graph, prefecture)
    names = named(graph, iris)
    return [{**names[iri], "code": iri.rpartition("/")[2]} for iri in iris]


def offered(graph: Graph, values: Mapping[str, str]) -> dict[str, Any]:
    """What a form offers: ``prefectures`` with ``count``, ``code`` and, if listed, ``towns``.

    Towns are listed for all prefectures while they are few, else for the one that is asked for.
    """
    counts = graph.once(_prefectures)
    few = sum(counts.values()) <= _LISTED
    wanted = values.get("prefecture", "")
    names = named(graph, counts)
    listed = [
        {
            **names[iri],
            "code": iri.rpartition("/")[2],
            "count": counts[iri],
            "towns": _towns(graph, iri) if few or iri.endswith(f"/{wanted}") else [],
        }
        for iri in counts
    ]
    return {"prefectures": listed, "few": few}


def _resolved(graph: Graph, text: str) -> str:
    """The town a code or a name stands for."""
    found = rows(graph, "town-of-code", code=ox.Literal(text))
    if found:
        return str(found[0]["town"].value)
    return str(parameters.term(graph.store, _TOWN, text).value)


def _usual(graph: Graph, prefecture: str) -> list[str]:
    """All towns while they fit, else the first of the prefecture, or of the first one."""
    counts = graph.once(_prefectures)
    places = list(counts)
    if prefecture:
        place = f"{ID}prefecture/{prefecture}"
        places = [place] if place in places else []
    elif sum(counts.values()) > MOST:
        places = places[:1]
    return [town["iri"] for place in places for town in _towns(graph, place)][:MOST]


def _prefectures(graph: Graph) -> dict[str, int]:
    """Prefecture -> how many of its towns have a plan, by code."""
    found = {
        row["prefecture"].value: int(row["n"].value) for row in rows(graph, "towns-with-plans")
    }
    return dict(sorted(found.items()))


def _towns(graph: Graph, prefecture: str) -> list[Town]:
    found = rows(graph, "towns-of-prefecture", prefecture=ox.NamedNode(prefecture))
    codes = {row["town"].value: row["code"].value for row in found}
    names = named(graph, codes)
    return [{**names[iri], "code": code} for iri, code in codes.items()]
