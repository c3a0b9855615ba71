"""The CSV bundle: the answers to the questions that need no parameter, as a Data Package.

A zip file with ``datapackage.json`` (Frictionless Data, tabular) and one CSV a question. Rows go
from the store to the file one by one.
"""

from __future__ import annotations

import csv
import hashlib
import json
import zipfile
from collections.abc import Iterator
from typing import IO, Any

import pyoxigraph as ox

import dxgraph
from dxgraph.catalog import SavedQuery
from dxgraph.namespaces import BASE, XSD
from dxgraph.session import Graph
from dxgraph.tables import Cell, text

DESCRIPTOR = "datapackage.json"
#: The oldest date a zip file can say, so that its bytes depend on what is in it alone.
_DATE = (1980, 1, 1, 0, 0, 0)
_TYPES = {XSD + "integer": "integer", XSD + "decimal": "number", XSD + "boolean": "boolean"}
_LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0 International",
}

Object = dict[str, Any]


def questions(graph: Graph) -> list[SavedQuery]:
    """The saved questions that can be answered without a parameter."""
    return [
        query
        for query in graph.catalog
        if not query.one_of and not any(each.required for each in query.parameters)
    ]


def write(graph: Graph, version: str, stream: IO[bytes]) -> None:
    """Write the bundle; ``version`` names the graph it is made from."""
    with zipfile.ZipFile(stream, "w") as archive:
        resources = [_resource(graph, query, archive) for query in questions(graph)]
        told = {**_package(version), "resources": resources}
        with archive.open(_member(DESCRIPTOR), "w") as out:
            out.write(json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n")


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _DATE)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    return member


def _package(version: str) -> Object:
    return {
        "profile": "tabular-data-package",
        "name": "dxgraph",
        "id": BASE,
        "homepage": BASE,
        "title": "自治体DX計画の知識グラフ / A knowledge graph of municipal DX plans",
        "description": "計画から読み取った事実・名称・数値。計画の本文は含まない。 / "
        "Facts, names and numbers read from the plans, without their texts.",
        "version": f"{dxgraph.__version__}+{version[:12]}",
        "licenses": [_LICENCE],
        "contributors": [{"title": "The dxgraph maintainers", "role": "publisher"}],
    }


def _resource(graph: Graph, query: SavedQuery, archive: zipfile.ZipFile) -> Object:
    """Write the answer to a question; what the descriptor says of it."""
    answer = graph.answer(graph.bind(query.name))
    assert isinstance(answer, ox.QuerySolutions)
    types = _Types(len(query.columns))
    path = f"{query.name}.csv"
    with archive.open(_member(path), "w", force_zip64=True) as member:
        out = _Counted(member)
        writer = csv.writer(out)
        writer.writerow([column.name for column in query.columns])
        for row in _rows(answer, query):
            types.see(row)
            writer.writerow([text(cell) for cell in row])
    fields = zip(query.columns, types.names(), strict=True)
    return {
        "profile": "tabular-data-resource",
        "name": query.name,
        "path": path,
        "title": f"{query.title['ja']} / {query.title['en']}",
        "titles": dict(query.title),
        "description": f"{query.summary['ja']} / {query.summary['en']}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": out.size,
        "hash": f"sha256:{out.digest.hexdigest()}",
        "schema": {
            "fields": [_field(column.name, column.meaning, kind) for column, kind in fields]
        },
    }


def _rows(answer: ox.QuerySolutions, query: SavedQuery) -> Iterator[list[Cell]]:
    """The solutions, their cells in the order of the declared columns."""
    names = [variable.value for variable in answer.variables]
    order = [names.index(column.name) for column in query.columns]
    for row in answer:
        cells = list(row)
        yield [cells[place] for place in order]


def _field(name: str, meaning: str, kind: str) -> Object:
    ja, parted, en = meaning.partition(" / ")
    titles = {"ja": ja, "en": en if parted else ja}
    uri = {"format": "uri"} if name == "iri" else {}
    return {"name": name, "type": kind, **uri, "title": meaning, "titles": titles}


class _Types:
    """The type of each column: that of all its cells, else text."""

    def __init__(self, columns: int) -> None:
        self._seen: list[set[str]] = [set() for _ in range(columns)]

    def see(self, row: list[Cell]) -> None:
        for seen, cell in zip(self._seen, row, strict=True):
            if cell is not None:
                datatype = cell.datatype.value if isinstance(cell, ox.Literal) else ""
                seen.add(_TYPES.get(datatype, "string"))

    def names(self) -> list[str]:
        """A column of whole and other numbers is of numbers; one without a cell, of texts."""
        numbers = {"integer", "number"}
        return [
            next(iter(seen)) if len(seen) == 1 else "number" if seen == numbers else "string"
            for seen in self._seen
        ]


class _Counted:
    """Text, written as UTF-8, counted and hashed."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.size = 0
        self.digest = hashlib.sha256()

    def write(self, text: str) -> int:
        data = text.encode()
        self.size += len(data)
        self.digest.update(data)
        return self._stream.write(data)
