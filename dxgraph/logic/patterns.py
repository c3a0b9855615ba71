"""Trees of the part of SPARQL that rules are written in: paths, patterns, groups.

Expressions of FILTER, BIND and VALUES stay text, for the engine to evaluate.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

Node = ox.NamedNode | ox.Literal | ox.Variable


@dataclass(frozen=True)
class Link:
    """A path of one step."""

    predicate: ox.NamedNode


@dataclass(frozen=True)
class Sequence:
    """Paths one after the other (``/``)."""

    steps: tuple[Path, ...]


@dataclass(frozen=True)
class Either:
    """Any of several paths (``|``)."""

    options: tuple[Path, ...]


@dataclass(frozen=True)
class Inverse:
    """A path backwards (``^``)."""

    path: Path


@dataclass(frozen=True)
class Repeat:
    """A path taken again: ``zero`` allows no step (``?`` ``*``), ``many`` several (``+`` ``*``)."""

    path: Path
    zero: bool
    many: bool


Path = Link | Sequence | Either | Inverse | Repeat


@dataclass(frozen=True)
class Pattern:
    """A triple pattern, and the graph it asks where it asks one."""

    subject: Node
    path: Path
    object: Node
    graph: Node | None = None


@dataclass(frozen=True)
class Union:
    """Alternatives."""

    branches: tuple[Group, ...]


@dataclass(frozen=True)
class Optional:
    """What may be missing."""

    group: Group


@dataclass(frozen=True)
class Exists:
    """``FILTER EXISTS``, or when ``negated`` ``FILTER NOT EXISTS`` or ``MINUS``."""

    group: Group
    negated: bool


@dataclass(frozen=True)
class Condition:
    """Any other FILTER, as text."""

    text: str


@dataclass(frozen=True)
class Assignment:
    """BIND or VALUES, as text, and the variables it sets."""

    text: str
    variables: tuple[str, ...]


@dataclass(frozen=True)
class Select:
    """A sub-SELECT: its plain variables, and its aggregates as function, argument, alias."""

    variables: tuple[str, ...]
    aggregates: tuple[tuple[str, str, str], ...]
    group: Group


Element = Pattern | Union | Optional | Exists | Condition | Assignment | Select


@dataclass(frozen=True)
class Group:
    """Elements in written order."""

    elements: tuple[Element, ...]


@dataclass(frozen=True)
class Construct:
    """A rule: the triples it makes of each solution of its body, and its PREFIX lines."""

    head: tuple[Pattern, ...]
    body: Group
    prologue: str
