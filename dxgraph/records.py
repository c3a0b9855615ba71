"""Records: YAML-LD files to triples, with the file and line of every node, key and value.

A record is read with its scalars as they are written (``2024`` and ``1.10`` stay texts; only
``true`` and ``false`` are booleans), gets its identifiers, and goes through the JSON-LD parser, so
that ``context.jsonld`` alone says what a key means. Nothing is ever fetched: a record names the
``context.jsonld`` of its own ``data/`` folder, or its public address, which stands for that file.

Everything amiss in a record is found in one reading; what cannot be read is left out of it.

Cost: one pass over the text and one over the tree; 0.1 ms a triple on two cores, parsing included.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from dxgraph import identifiers
from dxgraph.context import ADDRESS, Context
from dxgraph.errors import (
    BadIdentifier,
    Blank,
    DuplicateIdentifier,
    DuplicateKey,
    DxgraphError,
    RecordError,
    UnknownClass,
    UnknownKey,
    WrongType,
)
from dxgraph.namespaces import ID
from dxgraph.yaml_nodes import (
    Position,
    blank,
    compose,
    is_guessed,
    is_null,
    is_truth,
    name_in,
    position,
    word,
)


@dataclass
class Record:
    """One file as RDF: its triples in written order, and where each node, key and value stands.

    ``nodes`` maps the IRI of a node to its position, ``keys`` the IRI and a record key to the
    position of that key, ``values`` the same to the texts under it, each with its position.
    """

    path: Path
    triples: list[ox.Triple] = field(default_factory=list)
    nodes: dict[str, Position] = field(default_factory=dict)
    keys: dict[tuple[str, str], Position] = field(default_factory=dict)
    values: dict[tuple[str, str], list[tuple[str, Position]]] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The IRI of the outermost thing; empty for a file that only lists things."""
        return next((iri for iri, place in self.nodes.items() if place.column == 1), "")

    @property
    def code(self) -> str:
        """The code of the town or prefecture whose plan this is; empty for other records."""
        match = re.match(rf"{re.escape(ID)}plan/([0-9]{{2,5}})/", self.root)
        return match[1] if match else ""


def load(
    path: Path, context: Context, classes: Iterable[str] = (), data: bytes | None = None
) -> Record:
    """Read one record; ``classes`` are the names a ``type`` may have, any when none are given.

    ``data`` are the bytes of the file where they are at hand; it is not opened then.

    Raises the first of the errors found, with file, line and column, and the rest as its
    ``others``.
    """
    root = compose(path, data)
    record = Record(path)
    reader = _Reader(record, context, frozenset(classes))
    document = reader.read_root(root)
    if reader.errors:
        first, *others = reader.errors
        first.others = tuple(others)
        raise first
    document["@context"] = context.document
    try:
        quads = ox.parse(
            json.dumps(document, ensure_ascii=False), format=ox.RdfFormat.JSON_LD, base_iri=ID
        )
        record.triples = [quad.triple for quad in quads]
    except SyntaxError as error:
        raise RecordError(
            f"not valid JSON-LD ({error.msg}); check the values",
            f"JSON-LD として読めません({error.msg})。値を確かめてください",
            path=path,
        ) from error
    _refuse_blank_nodes(record)
    return record


class _Reader:
    """Turns composed YAML into JSON-LD, giving every node its identifier on the way."""

    def __init__(self, record: Record, context: Context, classes: frozenset[str]) -> None:
        self.record = record
        self.context = context
        self.classes = classes
        self.errors: list[DxgraphError] = []

    def read_root(self, root: yaml.MappingNode) -> dict[str, Any]:
        members = dict(self._members(root, outermost=True))
        named = members.pop("@context", None)
        if named is None or not self._is_ours(named):
            self._note(
                RecordError,
                named or root,
                f'the record does not begin with its context; write "@context": {ADDRESS}, '
                "or the path of data/context.jsonld",
                "記録の先頭にコンテキストがありません。"
                f'"@context": {ADDRESS} か、data/context.jsonld のパスを書いてください',
            )
        if "id" in members:
            return self._node(root, members, None, None, 1) or {}
        included = members.get("included")
        if set(members) == {"included"} and isinstance(included, yaml.SequenceNode):
            return {"included": [self._included(node) for node in included.value]}
        self._note(
            RecordError,
            root,
            "the record has no id; write one such as id: plan/24343/dx-2023",
            "記録に id がありません。id: plan/24343/dx-2023 のように書いてください",
        )
        return {}

    def _included(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._node(node, dict(self._members(node)), None, None, 1)
        self._note(
            RecordError,
            node,
            "'included' holds something other than a thing; list things, each with an id",
            "「included」にものでないものがあります。id のあるものを並べてください",
        )
        return None

    def _is_ours(self, node: yaml.Node) -> bool:
        if not isinstance(node, yaml.ScalarNode):
            return False
        named: Path = self.record.path.parent / str(node.value)
        return node.value == ADDRESS or named.resolve() == self.context.path.resolve()

    def _members(
        self, node: yaml.MappingNode, outermost: bool = False
    ) -> Iterator[tuple[str, yaml.Node]]:
        seen: dict[str, int] = {}
        for key, value in node.value:
            name = word(key)
            if name in seen:
                self._note(
                    DuplicateKey,
                    key,
                    f"'{name}' is written twice, first in line {seen[name]}; keep one",
                    f"「{name}」が二度書かれています(最初は {seen[name]} 行目)。一つにしてください",
                )
            elif name == "@context" and not outermost:
                self._note(
                    RecordError,
                    key,
                    "'@context' stands within a thing; write it once, at the beginning",
                    "「@context」が途中にあります。記録の先頭に一度だけ書いてください",
                )
            elif name != "@context" and name not in self.context.keys:
                self._unknown(UnknownKey, key, name, self.context.keys, "key", "キー")
            else:
                yield name, value
            seen.setdefault(name, key.start_mark.line + 1)

    def _unknown(
        self, kind: type[RecordError], node: yaml.Node, name: str, known: Iterable[str], *what: str
    ) -> None:
        near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.5)
        en = f"did you mean '{near[0]}'?" if near else "delete it"
        ja = f"「{near[0]}」ではありませんか" if near else "消してください"
        self._note(
            kind,
            node,
            f"'{name}' is no {what[0]} of a record; {en}",
            f"「{name}」という{what[1]}はありません。{ja}",
        )

    def _node(
        self,
        node: yaml.MappingNode,
        members: dict[str, yaml.Node],
        parent: str | None,
        key: str | None,
        place: int,
    ) -> dict[str, Any] | None:
        relative = self._identify(node, members, parent, key, place)
        if relative is None:
            return None
        iri = identifiers.absolute(relative)
        if iri in self.record.nodes:
            self._note(
                DuplicateIdentifier,
                members.get("id", node),
                f"{relative} already stands in line {self.record.nodes[iri].line}; "
                "give one of the two another number, year or id",
                f"{relative} は {self.record.nodes[iri].line} 行目にもあります。"
                "どちらかの番号、年度または id を変えてください",
            )
            return None
        self.record.nodes[iri] = position(node)
        for written, value in node.value:
            key_here = (iri, word(written))
            self.record.keys.setdefault(key_here, position(written))
            children = value.value if isinstance(value, yaml.SequenceNode) else [value]
            texts = [(word(child), position(child)) for child in children]
            self.record.values.setdefault(key_here, texts)
        values = {name: self._value(child, name, relative) for name, child in members.items()}
        return {**values, "id": relative}

    def _identify(
        self,
        node: yaml.MappingNode,
        members: dict[str, yaml.Node],
        parent: str | None,
        key: str | None,
        place: int,
    ) -> str | None:
        """The relative IRI of a node; None, noted, when it can have none."""
        nested = key if key in identifiers.PLACES else None
        try:
            if "id" in members:
                relative = name_in(members["id"])
                identifiers.absolute(relative)
                if nested is None:
                    return relative
            if parent is None or key is None:
                raise BadIdentifier(
                    "this thing has no id; write one such as id: law/428AC1000000103",
                    "id がありません。id: law/428AC1000000103 のように書いてください",
                )
            by = identifiers.PLACES[key].by if nested else None
            name = name_in(members[by]) if by and by in members else None
            made = identifiers.nested(parent, key, name, place)
            if "id" in members and made != relative:
                raise BadIdentifier(
                    f"'{relative}' is not what is made of its place, {made}; delete the id",
                    f"「{relative}」は、場所から作られる {made} と違います。id を消してください",
                )
            return made
        except BadIdentifier as error:
            self._note(BadIdentifier, members.get("id", node), error.en, error.ja)
            return None

    def _value(self, node: yaml.Node, key: str, parent: str) -> Any:
        if isinstance(node, yaml.SequenceNode):
            return [
                self._single(child, key, parent, place)
                for place, child in enumerate(node.value, start=1)
            ]
        return self._single(node, key, parent, 1)

    def _single(self, node: yaml.Node, key: str, parent: str, place: int) -> Any:
        if isinstance(node, yaml.MappingNode):
            if key != "included" and self.context.refers_to(key) != "thing":
                self._note(
                    WrongType,
                    node,
                    f"'{key}' takes names or texts, not a mapping; describe the thing elsewhere",
                    f"「{key}」には名か文字列だけを書きます。説明は別の場所に書いてください",
                )
                return None
            return self._node(node, dict(self._members(node)), parent, key, place)
        if isinstance(node, yaml.SequenceNode):
            self._note(
                WrongType,
                node,
                f"'{key}' holds a list within a list; write one list",
                f"「{key}」の中で並びが二重になっています。一つの並びにしてください",
            )
            return None
        if is_null(node):
            self._note(
                WrongType,
                node,
                f"'{key}' has no value; give one or delete the line",
                f"「{key}」に値がありません。値を書くか、行を消してください",
            )
            return None
        return self._scalar(node, key)

    def _scalar(self, node: yaml.Node, key: str) -> str | bool | None:
        """The text, if its key takes it: JSON-LD drops in silence what it cannot read."""
        if hint := blank(node):
            self._note(
                Blank,
                node,
                f"a blank to fill: {hint[1]}; write it in place of the «…», "
                "or delete what the plan does not have",
                f"空欄があります: {hint[0]}。"
                "«…» の代わりに書くか、計画にないものなら消してください",
            )
            return None
        text, truth = word(node), is_truth(node)
        if key == "type" and self.classes and text not in self.classes:
            self._unknown(UnknownClass, node, text, self.classes, "type", "型")
            return None
        if key != "id":
            try:
                self.context.check(key, text, truth=truth, guessed=is_guessed(node))
            except (BadIdentifier, WrongType) as error:
                self._note(type(error), node, error.en, error.ja)
                return None
        return text == "true" if truth else text

    def _note(self, kind: type[DxgraphError], node: yaml.Node, en: str, ja: str) -> None:
        here = position(node)
        path = self.record.path
        self.errors.append(kind(en, ja, path=path, line=here.line, column=here.column))


def _refuse_blank_nodes(record: Record) -> None:
    for triple in record.triples:
        if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
            raise RecordError(
                f"a node under {triple.predicate.value} got no identifier; give it an id",
                f"{triple.predicate.value} の下に識別子のないものがあります。id を書いてください",
                path=record.path,
            )
