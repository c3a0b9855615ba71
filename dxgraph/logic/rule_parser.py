"""Rules read into trees that a fact can be matched with.

Read are triples with paths, UNION, OPTIONAL, MINUS, GRAPH, FILTER, BIND, VALUES, and sub-SELECTs
with aggregates of one variable. A rule that
needs more raises BuildError: it can be run, but nothing it yields could be explained.

Cost: one pass over the text of a rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from dxgraph.errors import BuildError
from dxgraph.logic.patterns import (
    Assignment,
    Condition,
    Construct,
    Either,
    Element,
    Exists,
    Group,
    Inverse,
    Link,
    Node,
    Optional,
    Path,
    Pattern,
    Repeat,
    Select,
    Sequence,
    Union,
)
from dxgraph.namespaces import PREFIXES, RDF, XSD

_TOKEN = re.compile(
    r"""(?P<iri><[^<>"{}|^`\\\s]*>) | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<comment>\#[^\n]*) | (?P<variable>[?$]\w+) | (?P<name>[A-Za-z][\w-]*:[\w-]*)
    | (?P<number>\d+(?:\.\d+)?) | (?P<word>[A-Za-z_]+) | (?P<mark>\^\^|&&|\|\||[<>!]=|\S)""",
    re.VERBOSE,
)
_AGGREGATE = re.compile(r"\(\s*(\w+)\s*\(\s*\?(\w+)\s*\)\s*AS\s+\?(\w+)\s*\)", re.IGNORECASE)


def parse(name: str, text: str) -> Construct:
    """A CONSTRUCT query as a tree; raises BuildError, with the rule's name, where it cannot be.

    >>> rule = parse("45", "CONSTRUCT { ?a a dxo:Plan } WHERE { ?a dxo:cites/dxo:articleOf ?b }")
    >>> [type(element).__name__ for element in rule.body.elements]
    ['Pattern']
    """
    return _Reader(name, text).construct()


@dataclass
class _Reader:
    name: str
    text: str
    prefixes: dict[str, str] = field(default_factory=lambda: dict(PREFIXES))

    def __post_init__(self) -> None:
        found = [m for m in _TOKEN.finditer(self.text) if m.lastgroup != "comment"]
        self._tokens = found
        self._at = 0

    def _peek(self, ahead: int = 0) -> str:
        at = self._at + ahead
        return self._tokens[at].group() if at < len(self._tokens) else ""

    def _next(self) -> re.Match[str]:
        if self._at == len(self._tokens):
            raise self._unread("the end")
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, word: str) -> bool:
        if self._peek().upper() != word:
            return False
        self._at += 1
        return True

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise self._unread(self._peek())

    def _unread(self, what: str) -> BuildError:
        return BuildError(
            f"the rule {self.name} cannot be explained at '{what}'; "
            "write it with triples, paths, UNION, OPTIONAL, MINUS, GRAPH, FILTER, BIND, VALUES",
            f"規則 {self.name} は「{what}」のところで説明に使えません。"
            "トリプル、パス、UNION、OPTIONAL、MINUS、GRAPH、FILTER、BIND、VALUES、"
            "副問い合わせで書いてください",
        )

    def construct(self) -> Construct:
        lines = []
        while self._take("PREFIX"):
            prefix, iri = self._next().group(), self._next().group()
            self.prefixes[prefix[:-1]] = iri[1:-1]
            lines.append(f"PREFIX {prefix} {iri}")
        self._expect("CONSTRUCT")
        head = self._group()
        self._take("WHERE")
        body = self._group()
        made = tuple(item for item in head.elements if isinstance(item, Pattern))
        if self._peek() or len(made) != len(head.elements):
            raise self._unread(self._peek())
        return Construct(made, body, "\n".join(lines))

    def _group(self) -> Group:
        self._expect("{")
        found: list[Element] = []
        if self._peek().upper() == "SELECT":
            found.append(self._select())
        while not self._take("}"):
            found.extend(self._element())
        return Group(tuple(found))

    def _element(self) -> list[Element]:
        if self._take("."):
            return []
        if self._peek() == "{":
            branches = [self._group()]
            while self._take("UNION"):
                branches.append(self._group())
            return [Union(tuple(branches))]
        if self._take("OPTIONAL"):
            return [Optional(self._group())]
        if self._take("GRAPH"):
            name = self._node()
            parts = self._group().elements
            return [replace(p, graph=name) if isinstance(p, Pattern) else p for p in parts]
        if self._take("MINUS"):
            return [Exists(self._group(), negated=True)]
        if self._take("FILTER"):
            return [self._filter()]
        if self._peek().upper() in ("BIND", "VALUES"):
            return [self._assignment()]
        return list(self._triples())

    def _filter(self) -> Element:
        negated = self._take("NOT")
        if self._take("EXISTS"):
            return Exists(self._group(), negated)
        start = self._at
        if self._peek() != "(":
            self._next()
        self._balanced()
        return Condition(f"FILTER {self._slice(start)}")

    def _assignment(self) -> Assignment:
        start, word = self._at, self._next().group().upper()
        if word == "BIND":
            self._balanced()
            return Assignment(self._slice(start), (self._tokens[self._at - 2].group()[1:],))
        names = []
        while self._peek() != "{":
            if (name := self._next().group())[0] in "?$":
                names.append(name[1:])
        self._balanced()
        return Assignment(self._slice(start), tuple(names))

    def _balanced(self) -> None:
        """Skip one bracketed part."""
        if self._peek() not in ("(", "{"):
            raise self._unread(self._peek())
        depth = 0
        while True:
            mark = self._next().group()
            depth += (mark in ("(", "{")) - (mark in (")", "}"))
            if not depth:
                return

    def _slice(self, start: int) -> str:
        return self.text[self._tokens[start].start() : self._tokens[self._at - 1].end()]

    def _select(self) -> Select:
        self._expect("SELECT")
        self._take("DISTINCT")
        plain: list[str] = []
        aggregates: list[tuple[str, str, str]] = []
        while self._peek().upper() not in ("WHERE", "{"):
            if self._peek() == "(":
                start = self._at
                self._balanced()
                if not (found := _AGGREGATE.fullmatch(self._slice(start))):
                    raise self._unread(self._slice(start))
                aggregates.append((found[1].upper(), found[2], found[3]))
            elif self._peek()[0] in "?$":
                plain.append(self._next().group()[1:])
            else:
                raise self._unread(self._peek())
        self._take("WHERE")
        group = self._group()
        if self._take("GROUP"):
            self._expect("BY")
            while self._peek()[:1] in ("?", "$"):
                self._next()
        if self._peek() != "}":
            raise self._unread(self._peek())
        return Select(tuple(plain), tuple(aggregates), group)

    def _triples(self) -> list[Pattern]:
        found = []
        subject = self._node()
        while True:
            path = self._path()
            found.append(Pattern(subject, path, self._node()))
            while self._take(","):
                found.append(Pattern(subject, path, self._node()))
            if not self._take(";") or self._peek() in (".", "}"):
                return found

    def _node(self) -> Node:
        match = self._next()
        kind, text = match.lastgroup, match.group()
        if kind == "variable":
            return ox.Variable(text[1:])
        if kind == "string":
            return self._literal(text)
        if kind == "number":
            return ox.Literal(text, datatype=_xsd("decimal" if "." in text else "integer"))
        if text in ("true", "false"):
            return ox.Literal(text, datatype=_xsd("boolean"))
        return self._iri(kind, text)

    def _literal(self, text: str) -> ox.Literal:
        value = re.sub(r"\\(.)", r"\1", text[1:-1])
        if self._take("@"):
            return ox.Literal(value, language=self._next().group())
        if self._take("^^"):
            match = self._next()
            return ox.Literal(value, datatype=self._iri(match.lastgroup, match.group()))
        return ox.Literal(value)

    def _iri(self, kind: str | None, text: str) -> ox.NamedNode:
        if kind == "iri":
            return ox.NamedNode(text[1:-1])
        prefix, _, local = text.partition(":")
        if kind != "name" or prefix not in self.prefixes:
            raise self._unread(text)
        return ox.NamedNode(self.prefixes[prefix] + local)

    def _path(self) -> Path:
        options = [self._sequence()]
        while self._take("|"):
            options.append(self._sequence())
        return options[0] if len(options) == 1 else Either(tuple(options))

    def _sequence(self) -> Path:
        steps = [self._step()]
        while self._take("/"):
            steps.append(self._step())
        return steps[0] if len(steps) == 1 else Sequence(tuple(steps))

    def _step(self) -> Path:
        if self._take("^"):
            return Inverse(self._step())
        path: Path
        if self._take("("):
            path = self._path()
            self._expect(")")
        elif self._peek() == "a":
            self._next()
            path = Link(ox.NamedNode(RDF + "type"))
        else:
            match = self._next()
            path = Link(self._iri(match.lastgroup, match.group()))
        if self._peek() in ("?", "*", "+"):
            mark = self._next().group()
            return Repeat(path, zero=mark != "+", many=mark != "?")
        return path


def _xsd(name: str) -> ox.NamedNode:
    return ox.NamedNode(XSD + name)
