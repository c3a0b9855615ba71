"""Search: things by their names, with what they are part of and the words found in them.

Reads the index of labels. A graph in another server has none: its labels are searched one by one
for the words as they are typed, and only the first hits are seen (``approximate``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from dxgraph.labels import KINDS, Found, Index, LostIndex, Wanted
from dxgraph.labels.marking import Part, marked
from dxgraph.labels.reading import MOST
from dxgraph.session import Graph
from dxgraph.views.asking import both, named, rows

ON_A_PAGE = 20
SUGGESTED = 8
_TYPED_WORDS = 4


def view(graph: Graph, values: Mapping[str, str]) -> dict[str, Any]:
    """Hits for ``q`` of ``kind`` and ``town``, twenty a ``page``.

    ``kinds`` counts hits by kind, whatever the kind asked for; ``total`` those of that kind.
    ``nearest`` holds labels when there is no hit.
    """
    wanted = Wanted(values.get("q", ""), values.get("kind", ""), values.get("town", ""))
    said = {"q": wanted.text.strip(), "kind": wanted.kind, "town": wanted.town}
    if not wanted.words:
        return {**said, **_nothing()}
    try:
        found = _indexed(graph.labels, wanted, int(values.get("page") or 1))
    except LostIndex:
        found = _elsewhere(graph, wanted)
    return {**said, **_nothing(), **found}


def _indexed(index: Index | None, wanted: Wanted, page: int) -> dict[str, Any]:
    """A page of hits by the index; raises LostIndex where there is none."""
    if index is None:
        raise LostIndex
    counts, ids = index.counts(wanted), index.hits(wanted)
    pages = max(1, -(-len(ids) // ON_A_PAGE))
    page = min(page, pages)
    found = index.things(ids[(page - 1) * ON_A_PAGE : page * ON_A_PAGE])
    above = index.above(found)
    return {
        "page": page,
        "pages": pages,
        "total": counts.get(wanted.kind, 0) if wanted.kind else sum(counts.values()),
        "kinds": [{**_kinds(name), "count": count} for name, count in counts.items()],
        "hits": [_hit(each, above, wanted) for each in found],
        "nearest": [] if ids else index.nearest(wanted.text),
    }


def _nothing() -> dict[str, Any]:
    """What a search says that finds nothing; ``listed`` is how many hits are shown at most."""
    empty: dict[str, Any] = {"kinds": [], "hits": [], "nearest": []}
    return {"approximate": False, "page": 1, "pages": 1, "total": 0, "listed": MOST, **empty}


def suggest(graph: Graph, values: Mapping[str, str]) -> list[dict[str, Any]]:
    """The first whole things for what is typed so far in ``q``, those of one name and kind once."""
    wanted, index = Wanted(values.get("q", "")), graph.labels
    if index is None:
        return []
    try:
        found = index.things(index.hits(wanted, 6 * SUGGESTED, whole=True))
        alike: dict[tuple[str, str], list[Found]] = {}
        for each in found:
            alike.setdefault((each.kind, each.names[0][2]), []).append(each)
        above = index.above(group[0] for group in alike.values())
    except LostIndex:
        return []
    hits = [(_hit(group[0], above, wanted), len(group)) for group in alike.values()]
    return [{**hit, "alike": count} for hit, count in hits[:SUGGESTED]]


def _kind(name: str) -> dict[str, str]:
    kind = KINDS[name]
    return {"name": name, "ja": kind.ja, "en": kind.en}


def _kinds(name: str) -> dict[str, str]:
    """A kind by its name for several."""
    return {**_kind(name), "en": KINDS[name].several}


def _hit(found: Found, above: Mapping[int, Found], wanted: Wanted) -> dict[str, Any]:
    """A thing with its name, the words found in it, and what it is part of, the whole first.

    ``marked`` is the name in pieces, each with whether it was asked for; ``also`` another name,
    where the words are in that one.
    """
    name = _name(found)
    shown = {language: marked(name[language], wanted.words) for language in ("ja", "en")}
    also = {language: _also(found, parts, wanted) for language, parts in shown.items()}
    crumbs: list[dict[str, str]] = []
    part = above.get(found.parent or 0)
    while part is not None and len(crumbs) < len(above):
        crumbs.insert(0, {"iri": part.iri, **_name(part)})
        part = above.get(part.parent or 0)
    return {
        "iri": found.iri,
        **name,
        "kind": _kind(found.kind),
        "number": found.mark,
        "crumbs": crumbs,
        "marked": shown,
        "also": also,
    }


def _name(found: Found) -> dict[str, str]:
    labels = {language: text for role, language, text in found.names if role == "label"}
    return both(labels, found.iri)


def _also(found: Found, shown: list[Part], wanted: Wanted) -> list[Part] | None:
    """Another name, in pieces, that holds words of which the one shown has none."""
    if any(hit for _, hit in shown):
        return None
    for _, _, text in found.names:
        parts = marked(text, wanted.words)
        if any(hit for _, hit in parts):
            return parts
    return None


def _elsewhere(graph: Graph, wanted: Wanted) -> dict[str, Any]:
    """Hits in a graph that has no index: by SPARQL, unfolded but for case, the first fifty."""
    typed = wanted.text.split()[:_TYPED_WORDS]
    terms = {f"word{n}": ox.Literal(word.casefold()) for n, word in enumerate(typed, start=1)}
    found = rows(graph, "search-labels", **terms) if terms else []
    things = list(dict.fromkeys(row["thing"].value for row in found))
    names = named(graph, things)
    hits = [
        {
            **names[iri],
            "kind": {"name": "", "ja": "", "en": ""},
            "number": "",
            "crumbs": [],
            "marked": {key: marked(names[iri][key], wanted.words) for key in ("ja", "en")},
            "also": {"ja": None, "en": None},
        }
        for iri in things
    ]
    return {"approximate": True, "total": len(hits), "listed": len(hits), "hits": hits}
