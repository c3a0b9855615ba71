"""Habits: how the real plans are written, counted from their records each time.

A profile says of one node of a record how many values each of its keys has. A synthetic node takes
the profile of a real node of its kind, drawn at random, and fills it with words of its own; so keys
that come together (an uncertain cell and its note, a value and its unit) stay together, and the
means of all counts are those of the real plans.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from dxgraph import assemble
from dxgraph.namespaces import ID, SKOS, TYPE, dxo
from dxgraph.workspace import Workspace

Node = dict[str, Any]
#: How many values each key of a node has; keys it lacks count 0.
Profile = Counter[str]
#: A text in Japanese and English.
Pair = tuple[str, str]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MARK = re.compile(r"\W")


@dataclass(frozen=True)
class Cell:
    """A cell of a schedule: years after the plan's first, phases, keys, and how much it says.

    ``words`` is "mark" for a lone arrow, "phase" for little more than the phases, else "work".
    """

    offset: int
    phases: tuple[str, ...]
    profile: Profile
    words: str


@dataclass
class Habits:
    """One real plan: the profiles of its nodes by kind, and the timetables of its activities.

    A kind is the key a node stands under, ``plan`` for the plan itself; ``novelty`` is the
    share of technologies a measure names that the plan has not named before, ``prefectural`` the
    instruments of prefectures it cites.
    """

    first: int
    last: int
    novelty: float
    prefectural: int
    profiles: dict[str, list[Profile]] = field(default_factory=lambda: defaultdict(list))
    timetables: list[list[Cell]] = field(default_factory=list)

    def count(self, kind: str) -> int:
        """How many nodes of a kind the plan has."""
        return len(self.profiles.get(kind, []))


@dataclass
class Usage:
    """What the real plans name, and how often, over all of them."""

    technologies: Counter[str] = field(default_factory=Counter)
    past: Counter[str] = field(default_factory=Counter)
    items: Counter[str] = field(default_factory=Counter)
    items_by_technology: dict[str, Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    instruments: Counter[str] = field(default_factory=Counter)
    ranks: list[int] = field(default_factory=lambda: [0] * 60)
    groups: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    governance: Counter[str] = field(default_factory=Counter)
    setters: Counter[str] = field(default_factory=Counter)
    directions: Counter[str] = field(default_factory=Counter)
    #: (unit, comparator) of indicator values, by the group of the indicator, "" for none.
    units: dict[str, Counter[tuple[str, str]]] = field(default_factory=lambda: defaultdict(Counter))


@dataclass
class Country:
    """All a synthetic plan is made of: habits, usage, words, and names of what it refers to."""

    habits: list[Habits]
    usage: Usage
    words: dict[str, Any]
    technologies: dict[str, Pair]
    phases: dict[str, Pair]
    groups: dict[str, Pair]
    instruments: dict[str, Pair]
    #: Prefectures without instruments of their own, by number.
    prefectures: dict[str, Pair]


def read(workspace: Workspace) -> Country:
    """Count the records of a workspace; its ``data/municipalities`` holds the real plans only."""
    records = [load(path) for path in sorted((workspace.data / "municipalities").glob("*.yaml"))]
    usage = Usage()
    for record in records:
        _use(usage, record)
    ontology = assemble.read_ontology(workspace)
    instruments = _titles(workspace)
    described = {of_prefecture(each) for each in instruments}
    listed = load(workspace.data / "editorial" / "prefectures.yaml")["included"]
    bare = {each["code"]: (each["name"], each["nameEn"]) for each in listed}
    return Country(
        [_habits(record) for record in records],
        usage,
        load(Path(__file__).with_name("words.yaml")),
        _labels(ontology, "Technology", f"{ID}technology/"),
        _labels(ontology, "Phase", f"{ID}phase/"),
        _labels(ontology, "IndicatorGroup", f"{ID}indicator-group/"),
        instruments,
        {code: names for code, names in sorted(bare.items()) if code not in described},
    )


def load(path: Path) -> Node:
    """A record as YAML alone reads it."""
    document: Node = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    return document


def _labels(ontology: ox.Store, kind: str, folder: str) -> dict[str, Pair]:
    found = {}
    for quad in ontology.quads_for_pattern(None, TYPE, dxo(kind), None):
        if isinstance(quad.subject, ox.NamedNode):
            labels = ontology.quads_for_pattern(
                quad.subject, ox.NamedNode(SKOS + "prefLabel"), None, None
            )
            by = {
                q.object.language: q.object.value
                for q in labels
                if isinstance(q.object, ox.Literal)
            }
            found[quad.subject.value.removeprefix(folder)] = (by["ja"], by["en"])
    return found


def _titles(workspace: Workspace) -> dict[str, Pair]:
    """The names of instruments all plans may cite, by id."""
    found = {}
    for folder in ("national", "prefectures"):
        for path in sorted((workspace.data / folder).glob("*.yaml")):
            for thing in load(path)["included"]:
                if "title" in thing:
                    found[thing["id"]] = (thing["title"], thing["titleEn"])
    return found


def of_prefecture(instrument: str) -> str:
    """The number of the prefecture an instrument is of; empty for others.

    >>> of_prefecture("plan/24/digital-strategy-2020"), of_prefecture("plan/national/local-dx")
    ('24', '')
    """
    owner = instrument.split("/")[1]
    return owner if len(owner) == 2 and owner.isdigit() else ""


def nodes(record: Node, kind: str = "plan") -> list[tuple[str, Node]]:
    """Every node of a record with its kind, the outermost first."""
    found = [(kind, record)]
    for key, value in record.items():
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, dict):
                found += nodes(child, key)
    return found


def _habits(record: Node) -> Habits:
    period = record["period"]
    every = nodes(record)
    within = ("measures", "activities", "schedule")
    named = {t for kind, node in every if kind in within for t in node.get("technologies", [])}
    mentions = sum(len(node.get("technologies", [])) for kind, node in every if kind == "measures")
    of_prefectures = sum(1 for node in record["citations"] if of_prefecture(node["instrument"]))
    habits = Habits(period["from"], period["to"], len(named) / mentions, of_prefectures)
    for kind, node in every:
        habits.profiles[kind].append(_profile(node))
        if kind == "activities":
            cells = [_cell(entry, period["from"]) for entry in node.get("schedule", [])]
            habits.timetables.append(cells)
    return habits


def _profile(node: Node) -> Profile:
    return Counter(
        {key: len(value) if isinstance(value, list) else 1 for key, value in node.items()}
    )


def _cell(entry: Node, first: int) -> Cell:
    text, phases = entry["text"], tuple(entry["phases"])
    words = "mark" if _MARK.fullmatch(text) else "phase" if len(text) <= 3 * len(phases) else "work"
    return Cell(entry["year"] - first, phases, _profile(entry), words)


def _use(usage: Usage, record: Node) -> None:
    units = [unit["id"] for unit in record["adoptedBy"].get("units", [])]
    charges: Counter[str] = Counter()
    for kind, node in nodes(record):
        if kind == "measures":
            charges.update(node.get("departments", []))
            _use_measure(usage, node)
        elif kind == "pastInitiatives":
            usage.past.update(node.get("technologies", []))
        elif kind == "citations":
            usage.instruments[node["instrument"]] += 1
        elif kind == "anomalies":
            usage.kinds[node["kind"]] += 1
        elif kind == "governance":
            usage.governance[node["type"]] += 1
        elif kind == "indicators":
            _use_indicator(usage, node)
        elif kind == "nationalIndicators":
            usage.setters.update([node["setBy"]] if "setBy" in node else [])
    ranked = sorted((charges[unit] for unit in units), reverse=True)
    for rank, count in enumerate(ranked[: len(usage.ranks)]):
        usage.ranks[rank] += count


def _use_measure(usage: Usage, measure: Node) -> None:
    named = dict.fromkeys(measure.get("technologies", []))
    for activity in measure.get("activities", []):
        named |= dict.fromkeys(activity.get("technologies", []))
    usage.technologies.update(list(named))
    usage.items.update(measure.get("items", []))
    for technology in named:
        usage.items_by_technology[technology].update(measure.get("items", []))


def _use_indicator(usage: Usage, indicator: Node) -> None:
    group = indicator.get("measuredAs", "")
    usage.groups.update([group] if group else [])
    usage.directions.update([indicator["direction"]] if "direction" in indicator else [])
    values = [indicator.get("baseline", {}), *indicator.get("targets", [])]
    pairs = [(value["unit"], value["comparator"]) for value in values if "unit" in value]
    usage.units[group].update(pairs)
