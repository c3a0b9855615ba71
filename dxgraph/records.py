"""Records: YAML-LD files to quads, with the file and line of every node.

A record is read with its scalars as they are written (``2024`` and ``1.10`` stay texts; only
``true`` and ``false`` are booleans), gets its identifiers, and goes through the JSON-LD parser, so
that ``context.jsonld`` alone says what a key means. Nothing is ever fetched: the only context a
record may name is the ``context.jsonld`` of its own ``data/`` folder.

Cost: one pass over the text and one over the tree; 0.1 ms a triple on two cores, parsing included.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from dxgraph import identifiers
from dxgraph.errors import (
    BadIdentifier,
    DuplicateIdentifier,
    DuplicateKey,
    RecordError,
    UnknownKey,
)
from dxgraph.namespaces import ID

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STRING, _BOOL, _NULL = (f"tag:yaml.org,2002:{name}" for name in ("str", "bool", "null"))


@dataclass(frozen=True)
class Position:
    """A place in a record; ``line`` and ``column`` are counted from 1."""

    line: int
    column: int


@dataclass
class Record:
    """One file as RDF: its triples in written order, and where each node and key stands.

    ``nodes`` maps the IRI of a node to its position, ``keys`` the IRI and a record key to the
    position of that key.
    """

    path: Path
    triples: list[ox.Triple] = field(default_factory=list)
    nodes: dict[str, Position] = field(default_factory=dict)
    keys: dict[tuple[str, str], Position] = field(default_factory=dict)


class Context:
    """The one mapping from record keys to the ontology, read once a build."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["@context"]
        except (OSError, ValueError, KeyError) as error:
            raise RecordError(
                f"the context cannot be read: {error}",
                f"コンテキストを読めません: {error}",
                path=path,
            ) from error
        self.keys = {
            key
            for key, term in self.document.items()
            if isinstance(term, dict) or (isinstance(term, str) and term.startswith("@"))
        }

    def refers_to(self, key: str) -> str | None:
        """What a scalar under a key names: a ``word``, ``class`` or ``thing``; None for texts."""
        term = self.document.get(key)
        if term == "@type":
            return "class"
        if not isinstance(term, dict) or term.get("@type") != "@id":
            return None
        return "word" if "@context" in term else "thing"

    def predicate(self, key: str) -> str | None:
        """The IRI of the property a record key stands for; None for keywords such as ``id``."""
        term = self.document.get(key)
        if not isinstance(term, dict):
            return None
        prefix, _, local = str(term["@id"]).partition(":")
        return f"{self.document[prefix]}{local}"

    def key_of(self, predicate: str) -> list[str]:
        """The record keys that write a property; empty when records cannot."""
        return sorted(key for key in self.keys if self.predicate(key) == predicate)


def load(path: Path, context: Context) -> Record:
    """Read one record; raises RecordError with file, line and column for anything amiss."""
    root = _compose(path)
    record = Record(path)
    document = _Reader(record, context).read_root(root)
    document["@context"] = context.document
    try:
        quads = ox.parse(
            json.dumps(document, ensure_ascii=False), format=ox.RdfFormat.JSON_LD, base_iri=ID
        )
        record.triples = [quad.triple for quad in quads]
    except SyntaxError as error:
        raise RecordError(
            f"not valid JSON-LD: {error.msg}", f"JSON-LD として読めません: {error.msg}", path=path
        ) from error
    _refuse_blank_nodes(record)
    return record


def _compose(path: Path) -> yaml.MappingNode:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise RecordError(
            "not UTF-8 text; save the file as UTF-8",
            "UTF-8 の文字列ではありません。UTF-8 で保存してください",
            path=path,
            line=line,
        ) from error
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise RecordError(
            f"not valid YAML: {error.problem}; mend the indentation, quotes or brackets here",
            f"YAML として読めません: {error.problem}。字下げ、引用符、括弧を直してください",
            path=path,
            line=mark.line + 1 if mark else None,
            column=mark.column + 1 if mark else None,
        ) from error
    except yaml.YAMLError as error:
        raise RecordError(
            f"not valid YAML: {error}", f"YAML として読めません: {error}", path=path
        ) from error
    if not isinstance(root, yaml.MappingNode):
        raise RecordError(
            "a record is a mapping of keys and values; this file holds something else",
            "記録は「キー: 値」の並びですが、このファイルは違います",
            path=path,
            line=1,
        )
    return root


class _Reader:
    """Turns composed YAML into JSON-LD, giving every node its identifier on the way."""

    def __init__(self, record: Record, context: Context) -> None:
        self.record = record
        self.context = context
        self._inside = False

    def read_root(self, root: yaml.MappingNode) -> dict[str, Any]:
        members = dict(self._members(root))
        named = members.pop("@context", None)
        if named is None or not self._is_ours(named):
            raise RecordError(
                'the record must begin with "@context": and the path of data/context.jsonld',
                '先頭に "@context": と data/context.jsonld のパスを書いてください',
                path=self.record.path,
                line=1 if named is None else named.start_mark.line + 1,
            )
        if "id" not in members:
            included = members.get("included")
            if set(members) == {"included"} and isinstance(included, yaml.SequenceNode):
                return {"included": [self._included(node) for node in included.value]}
            raise self._error(RecordError, root, "the record has no id", "記録に id がありません")
        return self._node(root, members, None, None, 1)

    def _included(self, node: yaml.Node) -> Any:
        if not isinstance(node, yaml.MappingNode):
            raise self._error(
                RecordError,
                node,
                "'included' lists things, each with an id",
                "「included」には id のあるものを並べてください",
            )
        return self._node(node, dict(self._members(node)), None, None, 1)

    def _is_ours(self, node: yaml.Node) -> bool:
        if not isinstance(node, yaml.ScalarNode):
            return False
        named: Path = self.record.path.parent / str(node.value)
        return named.resolve() == self.context.path.resolve()

    def _members(self, node: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node]]:
        seen: dict[str, int] = {}
        inside, self._inside = self._inside, True
        for key, value in node.value:
            name = _word(key)
            if name in seen:
                raise self._error(
                    DuplicateKey,
                    key,
                    f"'{name}' is written twice, first in line {seen[name]}; keep one",
                    f"「{name}」が二度書かれています(最初は {seen[name]} 行目)。一つにしてください",
                )
            if name == "@context" and inside:
                raise self._error(
                    RecordError,
                    key,
                    "'@context' stands once, at the beginning of the record",
                    "「@context」は記録の先頭に一度だけ書きます",
                )
            if name != "@context" and name not in self.context.keys:
                near = difflib.get_close_matches(name, sorted(self.context.keys), n=1)
                hint_en = f"; did you mean '{near[0]}'?" if near else ""
                hint_ja = f"。「{near[0]}」ではありませんか" if near else ""
                raise self._error(
                    UnknownKey,
                    key,
                    f"'{name}' is no key of a record{hint_en}",
                    f"「{name}」というキーはありません{hint_ja}",
                )
            seen[name] = key.start_mark.line + 1
            yield name, value

    def _node(
        self,
        node: yaml.MappingNode,
        members: dict[str, yaml.Node],
        parent: str | None,
        key: str | None,
        position: int,
    ) -> dict[str, Any]:
        relative = self._identify(node, members, parent, key, position)
        iri = ID + relative if not relative.startswith("http") else relative
        here = _position(node)
        if iri in self.record.nodes:
            raise self._error(
                DuplicateIdentifier,
                node,
                f"{relative} already stands in line {self.record.nodes[iri].line}; "
                "give one of the two another number, year or id",
                f"{relative} は {self.record.nodes[iri].line} 行目にもあります。"
                "どちらかの番号、年度または id を変えてください",
            )
        self.record.nodes[iri] = here
        for written, _ in node.value:
            self.record.keys[iri, str(written.value)] = _position(written)
        values = {name: self._value(child, name, relative) for name, child in members.items()}
        return {**values, "id": relative}

    def _identify(
        self,
        node: yaml.MappingNode,
        members: dict[str, yaml.Node],
        parent: str | None,
        key: str | None,
        position: int,
    ) -> str:
        try:
            if "id" in members:
                relative = _word(members["id"])
                identifiers.absolute(relative)
                return relative
            if parent is None or key is None:
                raise BadIdentifier("this needs an id", "id が必要です")
            by = identifiers.PLACES[key].by if key in identifiers.PLACES else None
            name = _word(members[by]) if by and by in members else None
            return identifiers.nested(parent, key, name, position)
        except BadIdentifier as error:
            raise self._error(BadIdentifier, node, error.en, error.ja) from error

    def _value(self, node: yaml.Node, key: str, parent: str) -> Any:
        if isinstance(node, yaml.SequenceNode):
            return [
                self._single(child, key, parent, position)
                for position, child in enumerate(node.value, start=1)
            ]
        return self._single(node, key, parent, 1)

    def _single(self, node: yaml.Node, key: str, parent: str, position: int) -> Any:
        if isinstance(node, yaml.MappingNode):
            if self.context.refers_to(key) in ("word", "class"):
                raise self._error(
                    RecordError,
                    node,
                    f"'{key}' holds names only; describe the thing elsewhere",
                    f"「{key}」には名だけを書きます。説明は別の場所に書いてください",
                )
            return self._node(node, dict(self._members(node)), parent, key, position)
        if isinstance(node, yaml.SequenceNode):
            raise self._error(
                RecordError,
                node,
                f"'{key}' holds a list within a list; write one list",
                f"「{key}」の中で並びが二重になっています。一つの並びにしてください",
            )
        text = str(node.value)
        if node.tag == _NULL:
            raise self._error(
                RecordError,
                node,
                f"'{key}' has no value; give one or delete the line",
                f"「{key}」に値がありません。値を書くか、行を消してください",
            )
        if node.tag == _BOOL and text in ("true", "false"):
            return text == "true"
        return self._reference(node, key, text)

    def _reference(self, node: yaml.Node, key: str, text: str) -> str:
        """The text, if it can be what its key refers to: JSON-LD drops in silence what cannot."""
        try:
            identifiers.check(self.context.refers_to(key), text)
        except BadIdentifier as error:
            raise self._error(BadIdentifier, node, error.en, error.ja) from error
        return text

    def _error(
        self, kind: type[RecordError] | type[BadIdentifier], node: yaml.Node, en: str, ja: str
    ) -> RecordError | BadIdentifier:
        here = _position(node)
        return kind(en, ja, path=self.record.path, line=here.line, column=here.column)


def _position(node: yaml.Node) -> Position:
    return Position(node.start_mark.line + 1, node.start_mark.column + 1)


def _word(node: yaml.Node) -> str:
    """The text of a scalar; of a list or mapping, which can be no name, its first mark."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    return "[…]" if isinstance(node, yaml.SequenceNode) else "{…}"


def _refuse_blank_nodes(record: Record) -> None:
    for triple in record.triples:
        if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
            raise RecordError(
                f"a node under {triple.predicate.value} got no identifier",
                f"{triple.predicate.value} の下に識別子のないものがあります",
                path=record.path,
            )
