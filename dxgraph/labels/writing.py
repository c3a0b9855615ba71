"""Making an index: every thing of a kind with its names, where it stands, and its place.

    things  id, iri, mark (number, code or year), names, parent (an id), town (code)
    grams   FTS5 over ``text`` (the grams of its names) and ``place`` (codes and names of its town
            and prefecture, a word each); rowids are ids of things
    made    what the index was made of

An id holds kind, length of the label, code of the town and a hash, in this order, so that rows come
in the order of hits without being sorted, the things of a kind are a range, and a thing has the id
it would have whatever else there is.

Cost in labels n: n log n; 1,000 labels a tenth of a second.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from dxgraph.folding import words
from dxgraph.labels.grams import ALSO, SIGNS, START, cut
from dxgraph.labels.kinds import KINDS, ORDER
from dxgraph.namespaces import LABEL, SKOS, TYPE, dxo

#: Changes when what is written below does, so that older indexes are made anew.
FORM = 4
#: Bits of an id below its kind, its length and its town.
KIND_BITS, _LENGTH_BITS, _TOWN_BITS = 58, 50, 33
FAST = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
_LONGEST = 255
#: Lines of a dump that are parsed at once.
_AT_ONCE = 100_000
_SCHEMA = f"""
CREATE TABLE things (
  id INTEGER PRIMARY KEY, iri TEXT, mark TEXT, names TEXT, parent INTEGER, town TEXT
);
CREATE VIRTUAL TABLE grams USING fts5(
  text, place, content = '', columnsize = 0, tokenize = "ascii tokenchars '{SIGNS}'"
);
CREATE TABLE made (form INTEGER, version TEXT);
"""
LABELS = {
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
#: What else decides where a thing stands in an index.
READ = frozenset({TYPE, _YEAR, *_RANK, *map(dxo, _DOWN)})
_ROLES = ("label", "other", "hidden", "number", "code")
#: Kinds as they are written, those that others stand in first.
_PUT = sorted(KINDS, key=lambda kind: kind != "prefecture")
_SUFFIXES = ("市", "区", "町", "村", "県", "府", "都")


#: Role, language and text.
Name = tuple[str, str, str]


@dataclass
class Thing:
    """A thing as it is written."""

    iri: str
    names: list[Name]
    mark: str
    label: str
    parent: str | None
    place: _Place

    @property
    def grams(self) -> str:
        """What it is found by."""
        return _grams(self.marked)

    @property
    def marked(self) -> tuple[tuple[str, str], ...]:
        """Each name after the mark that says how much its beginning counts."""
        return tuple(dict.fromkeys(map(_marked, self.names)))

    @property
    def words(self) -> str:
        """What its town and prefecture are found by."""
        return " ".join(sorted(self.place.words))


@dataclass(frozen=True)
class _Place:
    """The town and the prefecture a thing belongs to: codes, and words to find them by."""

    town: str = ""
    words: frozenset[str] = frozenset()

    def of(self, names: list[Name]) -> _Place:
        """The place of a thing that stands here: its own where it has a code, as governments do."""
        codes = {text for role, _, text in names if role == "code"}
        if not codes:
            return self
        code = min(codes, key=len)
        found = {word for _, _, text in names for word in words(text)}
        short = {word[:-1] for word in found if word.endswith(_SUFFIXES) and len(word) > 2}
        own = {f"={each}" for each in codes} | found | short
        return _Place(code if len(code) > _PREFECTURE else "", self.words | own)


def first_id(kind: int, length: int = 0) -> int:
    """The least id of a kind, by its number, and of a label of some length within it."""
    return (kind << KIND_BITS) | (min(length, _LONGEST) << _LENGTH_BITS)


def kind_of(thing: int) -> str:
    """The kind of a thing, by its id."""
    return list(KINDS)[thing >> KIND_BITS]


def id_of(kind: int, it: Thing) -> int:
    """The id of a thing, unless another has it, when it is the next that is free."""
    digest = hashlib.blake2b(f"{it.label} {it.iri}".encode(), digest_size=8).digest()
    number = int.from_bytes(digest, "big") >> (64 - _TOWN_BITS)
    code = int(it.place.town) if it.place.town.isdecimal() else 0
    place = code % (1 << (_LENGTH_BITS - _TOWN_BITS)) << _TOWN_BITS
    return first_id(kind, len(it.label)) | place | number


def within(parent: int | None, kind: int) -> int | None:
    """A parent's id where a thing of a kind may have it: of its own kind or of one before."""
    if parent is None:
        return None
    above = _PUT.index(kind_of(parent)), _PUT.index(list(KINDS)[kind])
    return parent if above[0] <= above[1] else None


def write(excerpt: ox.Store, path: Path, version: str) -> None:
    """An index of all labels of an excerpt, in a file that does not exist yet."""
    base = sqlite3.connect(path)
    try:
        base.executescript(FAST + _SCHEMA)
        ids: dict[str, int] = {}
        for _, known in in_order(excerpt):
            _write_kind(base, known, ids)
        base.execute("INSERT INTO made VALUES (?, ?)", (FORM, version))
        base.execute("INSERT INTO grams (grams) VALUES ('optimize')")
        base.commit()
        base.execute("VACUUM")
    finally:
        base.close()


def in_order(excerpt: ox.Store) -> Iterator[tuple[str, list[tuple[int, Thing]]]]:
    """Each kind with its things and their ids, in the order of hits.

    What a thing is part of is of its kind or of one before; prefectures come first.
    """
    reader = Reader(excerpt)
    for kind in _PUT:
        found = [(id_of(ORDER[kind], it), it) for it in reader.things(kind)]
        yield kind, sorted(found, key=lambda each: (each[0], each[1].iri))


def excerpt(source: ox.Store | Path) -> ox.Store:
    """What an index is made of, in memory, from a store or a dump of one, a statement a line.

    Of a store one range is read for each property: to look up one thing after the other on disk
    takes ten times as long.
    """
    found, wanted = ox.Store(), {*LABELS, *READ}
    if isinstance(source, Path):
        for some in _lines(source, {str(each).encode() for each in wanted}):
            found.bulk_load(some, format=ox.RdfFormat.N_TRIPLES)
    else:
        for each in wanted:
            quads = source.quads_for_pattern(None, each, None, None)
            found.bulk_extend(ox.Quad(*quad.triple) for quad in quads)
    return found


def _lines(dump: Path, predicates: Set[bytes]) -> Iterator[bytes]:
    """The lines of a dump that have some predicates, without their graphs, many at a time."""
    with dump.open("rb") as lines:
        chosen = (
            line[: line.rindex(b" <")] + b" .\n"
            for line in lines
            if line.split(b" ", 2)[1] in predicates
        )
        while some := b"".join(islice(chosen, _AT_ONCE)):
            yield some


def _write_kind(
    base: sqlite3.Connection, known: Iterable[tuple[int, Thing]], ids: dict[str, int]
) -> None:
    """The things of a kind; what they are part of is of this kind or of one written before."""
    last = 0
    for number, it in known:
        ids[it.iri] = last = max(number, last + 1)
    for _, it in known:
        put(base, ids[it.iri], it, ids.get(it.parent or ""))


def put(base: sqlite3.Connection, number: int, it: Thing, parent: int | None) -> None:
    """Write one thing."""
    names = json.dumps(it.names, ensure_ascii=False, separators=(",", ":"))
    base.execute(
        "INSERT OR REPLACE INTO things VALUES (?, ?, ?, ?, ?, ?)",
        (number, it.iri, it.mark, names, parent, it.place.town),
    )
    base.execute(
        "INSERT INTO grams (rowid, text, place) VALUES (?, ?, ?)", (number, it.grams, it.words)
    )


def _marked(name: Name) -> tuple[str, str]:
    """A name with the mark that says how much its beginning counts."""
    role, language, text = name
    return (START if role in ("label", "other") and language == "ja" else ALSO), text


@lru_cache(20_000)
def _grams(names: tuple[tuple[str, str], ...]) -> str:
    """Grams of names; entries of tables often bear the same."""
    return cut(names)


class Reader:
    """Reads things, kind by kind or one by one; one of several kinds belongs to the first."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._seen: set[str] = set()
        self._places: dict[str, _Place] = {}

    def things(self, kind: str) -> Iterator[Thing]:
        """The things of a kind that have labels."""
        for iri in KINDS[kind].classes:
            for quad in self._store.quads_for_pattern(None, TYPE, ox.NamedNode(iri), None):
                it = quad.subject
                if isinstance(it, ox.NamedNode) and it.value not in self._seen:
                    self._seen.add(it.value)
                    thing = self.thing(it)
                    if thing is not None:
                        yield thing

    def kind(self, it: ox.NamedNode) -> int | None:
        """The number of a thing's kind; None where it is of none."""
        found = {str(q.object) for q in self._store.quads_for_pattern(it, TYPE, None, None)}
        for name in _PUT:
            if any(f"<{iri}>" in found for iri in KINDS[name].classes):
                return ORDER[name]
        return None

    def thing(self, it: ox.NamedNode) -> Thing | None:
        """A thing; None where it has no label."""
        names: dict[Name, None] = {}
        year, wholes = "", []
        for quad in self._store.quads_for_pattern(it, None, None, None):
            value = quad.object
            if isinstance(value, ox.Literal):
                if quad.predicate in LABELS:
                    names[LABELS[quad.predicate], value.language or "", value.value] = None
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
        for name in _DOWN:
            for quad in self._store.quads_for_pattern(None, dxo(name), it, None):
                if isinstance(quad.subject, ox.NamedNode):
                    return quad.subject.value
        return None

    def _place(self, iri: str | None) -> _Place:
        """Where a whole is; asked for each of its parts, read once."""
        if iri is None:
            return _Place()
        if iri not in self._places:
            self._places[iri] = _Place()
            thing = self.thing(ox.NamedNode(iri))
            self._places[iri] = thing.place if thing else _Place()
        return self._places[iri]


def _order(name: Name) -> tuple[int, bool, str]:
    """Labels before other names, Japanese before English."""
    role, language, text = name
    return _ROLES.index(role), language != "ja", text
