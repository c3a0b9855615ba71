"""What is found by its labels: every thing of a kind with its names, where it stands, its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from dxgraph.folding import words
from dxgraph.labels.grams import ALSO, START
from dxgraph.labels.kinds import KINDS
from dxgraph.namespaces import LABEL, SKOS, TYPE, dxo

_LABELS = {
    LABEL: "label",
    ox.NamedNode(SKOS + "altLabel"): "other",
    ox.NamedNode(SKOS + "hiddenLabel"): "hidden",
    dxo("reading"): "hidden",
    dxo("number"): "number",
    dxo("code"): "code",
    dxo("code6"): "code",
    dxo("lawNumber"): "hidden",
    ox.NamedNode(SKOS + "notation"): "hidden",
}
#: From a thing to what it is part of, the nearest first.
_UP = (
    *("entryOf", "reportOf", "activityOf", "indicatorOf", "measureOf", "subPillarOf", "pillarOf"),
    *("departmentOf", "articleOf", "editionOf", "adopter", "adoptedBy", "inPrefecture"),
)
#: From a whole to its parts, which do not say themselves what they are part of.
_DOWN = (
    *("hasCitation", "hasGovernance", "hasPastInitiative", "quotesIndicator", "hasGoalReading"),
)
_RANK = {dxo(name): rank for rank, name in enumerate(_UP)}
_YEAR = dxo("fiscalYear")
_PREFECTURE = 2
_ROLES = ("label", "other", "hidden", "number", "code")
_SUFFIXES = ("市", "区", "町", "村", "県", "府", "都")


#: Role, language and text.
Name = tuple[str, str, str]


@dataclass
class Thing:
    """A thing that labels find; its mark is a number, a code or a year."""

    iri: str
    names: list[Name]
    mark: str
    label: str
    parent: str | None
    place: Place

    @property
    def marked(self) -> tuple[tuple[str, str], ...]:
        """Each name after the mark that says how much its beginning counts."""
        marks = {
            (START if role in ("label", "other") and language == "ja" else ALSO, text): None
            for role, language, text in self.names
        }
        return tuple(marks)


@dataclass(frozen=True)
class Place:
    """The town and the prefecture a thing belongs to: codes, and words to find them by."""

    town: str = ""
    words: frozenset[str] = frozenset()

    def of(self, names: list[Name]) -> Place:
        """The place of a thing that stands here: its own where it has a code, as governments do."""
        codes = {text for role, _, text in names if role == "code"}
        if not codes:
            return self
        code = min(codes, key=len)
        found = {word for _, _, text in names for word in words(text)}
        short = {word[:-1] for word in found if word.endswith(_SUFFIXES) and len(word) > 2}
        own = {f"={each}" for each in codes} | found | short
        return Place(code if len(code) > _PREFECTURE else "", self.words | own)


def in_order(store: ox.Store) -> Iterator[tuple[str, list[Thing]]]:
    """Each kind with its things in the order of hits.

    Prefectures come first; so what a thing is part of is of its kind or of one before.
    """
    reader = _Reader(store)
    for kind in sorted(KINDS, key=lambda kind: kind != "prefecture"):
        things = reader.things(kind)
        yield kind, sorted(things, key=lambda it: (len(it.label), it.place.town, it.label, it.iri))


class _Reader:
    """Reads things kind by kind; one of several kinds belongs to the first."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._seen: set[str] = set()
        self._places: dict[str, Place] = {}
        self._wholes = {
            str(quad.object): quad.subject
            for name in _DOWN
            for quad in store.quads_for_pattern(None, dxo(name), None, None)
        }

    def things(self, kind: str) -> Iterator[Thing]:
        """The things of a kind that have labels."""
        for iri in KINDS[kind].classes:
            for quad in self._store.quads_for_pattern(None, TYPE, ox.NamedNode(iri), None):
                it = quad.subject
                if isinstance(it, ox.NamedNode) and it.value not in self._seen:
                    self._seen.add(it.value)
                    thing = self._thing(it)
                    if thing is not None:
                        yield thing

    def _thing(self, it: ox.NamedNode) -> Thing | None:
        names: dict[Name, None] = {}
        year, wholes = "", []
        for quad in self._store.quads_for_pattern(it, None, None, None):
            value = quad.object
            if isinstance(value, ox.Literal):
                if quad.predicate in _LABELS:
                    names[_LABELS[quad.predicate], value.language or "", value.value] = None
            elif isinstance(value, ox.NamedNode):
                if quad.predicate == _YEAR:
                    year = value.value.rpartition("/")[2]
                elif quad.predicate in _RANK:
                    wholes.append((_RANK[quad.predicate], value.value))
        labels = {language: text for role, language, text in names if role == "label"}
        if not labels:
            return None
        parent = min(wholes)[1] if wholes else self._whole(it)
        marks = [text for role, _, text in names if role in ("number", "code")]
        return Thing(
            it.value,
            sorted(names, key=_order),
            year or min(marks, key=len, default=""),
            labels.get("ja") or labels.get("en") or next(iter(labels.values())),
            parent,
            self._place(parent).of(list(names)),
        )

    def _whole(self, it: ox.NamedNode) -> str | None:
        """What names a thing as its part."""
        whole = self._wholes.get(str(it))
        return whole.value if isinstance(whole, ox.NamedNode) else None

    def _place(self, iri: str | None) -> Place:
        """Where a whole is; asked for each of its parts, read once."""
        if iri is None:
            return Place()
        if iri not in self._places:
            self._places[iri] = Place()
            thing = self._thing(ox.NamedNode(iri))
            self._places[iri] = thing.place if thing else Place()
        return self._places[iri]


def _order(name: Name) -> tuple[int, bool, str]:
    """Labels before other names, Japanese before English."""
    role, language, text = name
    return _ROLES.index(role), language != "ja", text
