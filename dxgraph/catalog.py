"""Saved queries: ``.rq`` files whose ``#+`` header tells people and programs what they answer.

A parameter is bound as an RDF term. Where a query takes ``technology`` it holds the slot
``VALUES ?_technology { UNDEF }``; binding drops the slot and writes one serialised term wherever
the variable stands, in sub-selects too, so that engines begin with it; the variable of a parameter
not given stays free. Lines between ``#? technology`` and ``#? end`` are kept only when that
parameter is given. The file itself is valid SPARQL and runs, unbound, on any server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from dxgraph.errors import BadHeader, BadParameter, UnknownQuery

Term = ox.NamedNode | ox.Literal
#: Reads the YAML of headers; the loader in C, where there is one, in a tenth of the time.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: What a parameter may be; ``parameters`` knows how each is read.
TYPES = (
    "technology",
    "fiscal-year",
    "municipality",
    "department",
    "plan",
    "phase",
    "national-plan",
    "item",
    "text",
    "integer",
    "boolean",
)
_BLOCK = re.compile(r"[ \t]*#\? (\w+)\n(.*?)[ \t]*#\? end\n", re.DOTALL)
#: A parameter's variable, or the question whether it is bound.
_USE = re.compile(r"(BOUND\()?\?_(\w+)(?(1)\))")
_SLOT = re.compile(r"[ \t]*VALUES \?_(\w+) \{ UNDEF \}[ \t]*\n?")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a query; ``label`` has a Japanese and an English text."""

    name: str
    type: str
    label: Mapping[str, str]
    required: bool = False
    default: str | None = None


@dataclass(frozen=True)
class Column:
    """One column of the answer and what its cells mean."""

    name: str
    meaning: str


@dataclass(frozen=True)
class SavedQuery:
    """A question with its SPARQL.

    ``explanation`` says which way the SPARQL goes through the graph, and what it leaves out;
    ``example`` gives values that make it answer something, one town where it would list all; of
    ``one_of`` exactly one is needed.
    """

    name: str
    path: Path
    title: Mapping[str, str]
    summary: Mapping[str, str]
    question: Mapping[str, str]
    explanation: Mapping[str, str]
    text: str
    columns: tuple[Column, ...]
    parameters: tuple[Parameter, ...] = ()
    tags: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    example: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> dict[str, Parameter]:
        """The parameters by their names."""
        return {parameter.name: parameter for parameter in self.parameters}

    @cached_property
    def bare(self) -> bool:
        """Whether it can be asked without any value."""
        return not self.one_of and not any(parameter.required for parameter in self.parameters)

    @cached_property
    def meanings(self) -> dict[str, str]:
        """What each column means."""
        return {column.name: column.meaning for column in self.columns}

    def bind(self, terms: Mapping[str, Term]) -> str:
        """SPARQL with each term for the variable of its parameter; raises BadParameter for others.

        >>> from dxgraph.workspace import find
        >>> town = ox.NamedNode("https://w3id.org/dxgraph/id/municipality/24343")
        >>> "adoptedBy <https://w3id.org/dxgraph/id/municipality/24343> ;" in (
        ...     Catalog(find().queries)["measures"].bind({"municipality": town})
        ... )
        True
        """
        self._check_names(terms)
        return fill(self.text, terms, inline=True)

    def _check_names(self, terms: Mapping[str, Term]) -> None:
        for name in terms:
            if name not in self.by_name:
                known = ", ".join(self.by_name) or "-"
                raise BadParameter(
                    f"{self.name} has no parameter '{name}'; it has: {known}",
                    f"{self.name} に「{name}」という条件はありません。使えるもの: {known}",
                )
        for parameter in self.parameters:
            if parameter.required and parameter.name not in terms:
                error = BadParameter(
                    f"{self.name} needs {parameter.name}=… ({parameter.label['en']})",
                    f"{self.name} には {parameter.name}=… ({parameter.label['ja']})が必要です",
                )
                error.parameter = parameter.name
                raise error
        if self.one_of and len(terms.keys() & set(self.one_of)) != 1:
            listed = ", ".join(f"{name}=…" for name in self.one_of)
            error = BadParameter(
                f"{self.name} needs exactly one of: {listed}",
                f"{self.name} には次のどれか一つが必要です: {listed}",
            )
            error.parameter = self.one_of[0]
            raise error


def fill(text: str, terms: Mapping[str, Term], *, inline: bool = False) -> str:
    """A query's text with each term in the slot of its name, and without the other slots.

    ``inline`` writes the terms where their variables stand instead: a slot is not seen from within
    a sub-select, and some engines answer wrongly or never when a join begins with VALUES.

    >>> fill("SELECT * { VALUES ?_year { UNDEF } ?s ?p ?_year }", {"year": ox.Literal(2024)})
    'SELECT * { VALUES ?_year { "2024"^^<http://www.w3.org/2001/XMLSchema#integer> } ?s ?p ?_year }'
    """

    def put(slot: re.Match[str]) -> str:
        term = None if inline else terms.get(slot[1])
        return "" if term is None else slot[0].replace("UNDEF", str(term))

    def write(use: re.Match[str]) -> str:
        term = terms.get(use[2])
        return use[0] if term is None else "true" if use[1] else str(term)

    kept = _BLOCK.sub(lambda block: block[2] if block[1] in terms else "", text)
    filled = _SLOT.sub(put, kept)
    return _USE.sub(write, filled) if inline else filled


class Catalog:
    """Every saved query of a folder.

    >>> from dxgraph.workspace import find
    >>> catalog = Catalog(find().queries)
    >>> catalog["towns-by-technology"].question["en"]
    'Which towns target AI-OCR by FY2024?'
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._paths = {path.stem: path for path in sorted(folder.glob("*.rq"))}
        self._read: dict[str, tuple[int, SavedQuery]] = {}

    def __iter__(self) -> Iterator[SavedQuery]:
        return (self[name] for name in self._paths)

    def __contains__(self, name: object) -> bool:
        return name in self._paths

    def __getitem__(self, name: str) -> SavedQuery:
        if name not in self._paths:
            known = ", ".join(self._paths)
            raise UnknownQuery(
                f"there is no saved query '{name}'; there are: {known}",
                f"「{name}」という保存済みの質問はありません。あるもの: {known}",
            )
        changed = self._paths[name].stat().st_mtime_ns
        kept = self._read.get(name)
        if kept is None or kept[0] != changed:
            kept = self._read[name] = changed, read(self._paths[name])
        return kept[1]


def read(path: Path) -> SavedQuery:
    """Read one file; raises BadHeader, with the line, when its header does not describe it."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadHeader(
            "not UTF-8 text; save the file as UTF-8",
            "UTF-8 の文字列ではありません。UTF-8 で保存してください",
            path=path,
        ) from error
    numbered = list(enumerate(text.splitlines(), start=1))
    lines = [(number, line[2:]) for number, line in numbered if line.startswith("#+")]
    try:
        header = yaml.load("\n".join(line.removeprefix(" ") for _, line in lines), LOADER)
        query = _described(path, text, header)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        mark = getattr(error, "problem_mark", None)
        at = min(mark.line, len(lines) - 1) if mark and lines else 0
        raise BadHeader(
            f"the header is not as described in docs/queries.md: {error}",
            f"ヘッダーが docs/queries.md の書き方と違います: {error}",
            path=path,
            line=lines[at][0] if lines else 1,
        ) from error
    _check(query)
    return query


def _described(path: Path, text: str, header: dict[str, Any]) -> SavedQuery:
    parameters = [
        Parameter(**{**item, "label": _bilingual(item, "label")})
        for item in header.get("parameters", ())
    ]
    return SavedQuery(
        name=path.stem,
        path=path,
        title=_bilingual(header, "title"),
        summary=_bilingual(header, "summary"),
        question=_bilingual(header, "question"),
        explanation=_bilingual(header, "explanation"),
        text=text,
        columns=tuple(Column(**column) for column in header["columns"]),
        parameters=tuple(parameters),
        tags=tuple(header.get("tags", ())),
        one_of=tuple(header.get("oneOf", ())),
        example=header.get("example", {}),
    )


def _bilingual(header: dict[str, Any], key: str) -> dict[str, str]:
    return {"ja": str(header[key]["ja"]), "en": str(header[key]["en"])}


def _check(query: SavedQuery) -> None:
    slots = set(_SLOT.findall(query.text))
    declared = set(query.by_name)
    wrong = [parameter.type for parameter in query.parameters if parameter.type not in TYPES]
    named = {block[0] for block in _BLOCK.findall(query.text)} | set(query.one_of)
    named |= set(query.example)
    wrong += [p.name for p in query.parameters if not isinstance(p.default, str | None)]
    wrong += sorted(named - declared)
    if slots != declared or wrong:
        odd = ", ".join(sorted(slots ^ declared) + wrong)
        raise BadHeader(
            f"slots and declared parameters differ, or a type is unknown: {odd}",
            f"差し込み口と条件の宣言が合わないか、型が不明です: {odd}",
            path=query.path,
            line=1,
        )
