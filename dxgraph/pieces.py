"""Pieces: which records are judged together, and what earlier runs found in them.

What all plans share (ontology, vocabularies, rules, shapes, national and prefectural records) is
one piece; a plan is judged with it and with the records of other towns it names, never with the
rest. So a plan whose bytes, and the bytes of all it was judged with, are unchanged needs no second
judgement: its verdict is kept in ``<cache>/validated.json``.

Cost: one hash of every input, then work only for the pieces that changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from dxgraph.findings import Finding, Place, Premise, Text
from dxgraph.identifiers import town
from dxgraph.kept import software
from dxgraph.namespaces import ID
from dxgraph.records import Record
from dxgraph.workspace import Workspace
from dxgraph.yaml_nodes import contents

#: Stands for the key of any record of a town, so long as there is one.
THERE = "*"
_ROOT = re.compile(rb"^id: *[\"']?plan/(\d{5})/", re.MULTILINE)


@dataclass
class Verdict:
    """What was found in one file, under which ``key``.

    ``names`` holds the line and column of each thing the file describes that is not nested in
    another; ``needs`` the keys of the towns' records it was judged with, by code: None where there
    was no record, THERE where it only mattered that there was one.
    """

    key: str
    findings: list[Finding] = field(default_factory=list)
    names: dict[str, tuple[int, int]] = field(default_factory=dict)
    needs: dict[str, str | None] = field(default_factory=dict)


class Inputs:
    """The files of a workspace as pieces: ``shared`` records, and ``plans`` by path.

    A record from outside the workspace takes the place of the workspace's for the same town.
    """

    def __init__(self, workspace: Workspace, engine: str, outside: Iterable[Path] = ()) -> None:
        self.workspace = workspace
        towns = workspace.data / "municipalities"
        found = sorted(workspace.data.glob("**/*.yaml"))
        self.shared = [path for path in found if towns not in path.parents]
        self._bytes = {path: _hash_and_code(path) for path in [*found, *outside]}
        given = {self._bytes[path][1] for path in outside} - {""}
        kept = [p for p in found if p not in self.shared and self._bytes[p][1] not in given]
        self.plans = [*kept, *outside]
        self.key = self._shared_key(engine)

    def _shared_key(self, engine: str) -> str:
        place = self.workspace
        files = [*place.ontology.glob("**/*.ttl"), *place.ontology.glob("rules/*.rq")]
        files += [*place.shapes.glob("*.ttl"), place.data / "context.jsonld", *self.shared]
        parts = [software(), engine]
        for path in sorted(files):
            parts += [path.name, _hash(path.read_bytes())]
        return _hash("\n".join(parts).encode())

    def key_of(self, path: Path) -> str:
        """What a plan's verdict is kept under: its bytes, its name and all that is shared."""
        name = self.workspace.relative(path)
        return _hash("\n".join((self.key, name, self._bytes[path][0])).encode())

    def by_code(self) -> dict[str, Path]:
        """The plan record of each town by the town's code."""
        return {code: path for path in self.plans if (code := self._bytes[path][1])}


def _hash_and_code(path: Path) -> tuple[str, str]:
    """The hash of a file, and the code its first line with an id names; empty for none."""
    data = contents(path)
    match = _ROOT.search(data)
    return _hash(data), match[1].decode() if match else ""


def towns(record: Record) -> set[str]:
    """The codes of the other towns whose things a record names."""
    named = {
        town(triple.object.value)
        for triple in record.triples
        if isinstance(triple.object, ox.NamedNode) and triple.object.value not in record.nodes
    }
    return named - {record.code, ""}


def names(record: Record) -> dict[str, tuple[int, int]]:
    """The things a record describes, not nested in its root, with line and column.

    A record that only adds statements to a thing gives it no type.
    """
    return {
        iri: (place.line, place.column)
        for iri, place in record.nodes.items()
        if (iri, "type") in record.keys and not (record.root and iri.startswith(f"{record.root}/"))
    }


def duplicates(verdicts: dict[str, Verdict]) -> list[Finding]:
    """The things that two files describe, told at the second; files come in the order given."""
    first: dict[str, str] = {}
    found = []
    for file, verdict in verdicts.items():
        for iri, position in verdict.names.items():
            other = first.setdefault(iri, file)
            if other == file:
                continue
            line = verdicts[other].names[iri][0]
            short = iri.removeprefix(ID)
            found.append(
                Finding(
                    "DuplicateIdentifier",
                    "Violation",
                    Text(
                        f"{short} は {other} の {line} 行目にもあります。",
                        f"{short} already stands in {other}, line {line}.",
                    ),
                    Text(
                        "一つの記録だけに書き、他方からは id で指してください。",
                        "Describe it in one record and name it by its id in the other.",
                    ),
                    focus=iri,
                    place=Place(file, *position),
                    premises=(
                        Premise(Text(short, short), Place(other, *verdicts[other].names[iri])),
                    ),
                )
            )
    return found


class Memory:
    """The verdicts of earlier runs, kept in the workspace's cache folder."""

    def __init__(self, workspace: Workspace, afresh: bool = False) -> None:
        self._path = workspace.cache / "validated.json"
        self._kept: dict[str, Any] = {}
        if afresh:
            return
        try:
            self._kept = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return

    def recall(self, file: str, key: str, keys: dict[str, str]) -> Verdict | None:
        """The verdict on a file if it and all it was judged with are as they were.

        ``keys`` are the present keys of the towns' records, by code.
        """
        kept = self._kept.get(file)
        if not kept or kept["key"] != key:
            return None
        for code, then in kept["needs"].items():
            now = keys.get(code)
            if now != then and not (now and then == THERE):
                return None
        found = [_finding(each) for each in kept["findings"]]
        places = {iri: (line, column) for iri, (line, column) in kept["names"].items()}
        return Verdict(key, found, places, kept["needs"])

    def keep(self, verdicts: dict[str, Verdict]) -> None:
        """Add verdicts, in one atomic replacement; a folder that cannot be written is let be."""
        self._kept |= {file: asdict(verdict) for file, verdict in verdicts.items()}
        work = self._path.with_suffix(f".{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            work.write_text(json.dumps(self._kept, ensure_ascii=False), encoding="utf-8")
            os.replace(work, self._path)
        except OSError:
            work.unlink(missing_ok=True)


def _finding(kept: dict[str, Any]) -> Finding:
    premises = [
        Premise(**{**each, "text": Text(*each["text"]), "place": Place(**each["place"])})
        for each in kept["premises"]
    ]
    texts = {name: Text(*kept[name]) for name in ("message", "remedy")}
    read = {"place": Place(**kept["place"]), "premises": tuple(premises)}
    return Finding(**{**kept, **texts, **read, "components": tuple(kept["components"])})


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
