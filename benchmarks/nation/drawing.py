"""Drawing: what is drawn for one town, from a source of chance that its code alone seeds."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

from benchmarks.nation import places
from benchmarks.nation.habits import Country, Habits, Node, Pair, Profile
from dxgraph.codes import Town

_T = TypeVar("_T")


class Drawing:
    """One town's plan in the making: its model among the real plans, its period, its lines.

    The model gives the plan its build, each real plan as often as the next in any part of the
    country; a source of chance seeded by the code makes town 01101 the same among five towns and
    among all.
    """

    def __init__(self, country: Country, town: Town) -> None:
        self.country = country
        self.town = town
        self.chance = random.Random(f"dxgraph nation {town.code}")
        share = places.share(town)
        self.model: Habits = country.habits[int(share * len(country.habits))]
        start = self.chance.choice(country.habits).first
        self.first = start + self.chance.choice((-1, 0, 1))
        self.last = self.first + self.model.last - self.model.first
        self.issued = f"{self.first}-{self.chance.randint(1, 12):02}"
        self.id = f"plan/{town.code}/dx-{self.first}"
        self.english = places.english(town)
        self.line = 1

    def profile(self, kind: str) -> Profile:
        """The keys of a node of the model, or of any real plan if the model has none."""
        found = self.model.profiles.get(kind)
        return self.chance.choice(found or self.any_profiles(kind))

    def any_profiles(self, kind: str) -> list[Profile]:
        """The keys of every node of a kind, over all real plans."""
        return [each for habits in self.country.habits for each in habits.profiles.get(kind, [])]

    def between(self, counts: Sequence[int]) -> int:
        """A number between two of the counts; its mean is theirs."""
        one, other = self.chance.choice(counts), self.chance.choice(counts)
        return int(one + self.chance.random() * (other - one) + self.chance.random())

    def some(self, kind: str) -> list[Profile]:
        """Profiles for as many nodes of a kind as lie between two real plans."""
        count = self.between([habits.count(kind) for habits in self.country.habits])
        every = self.any_profiles(kind)
        return [self.chance.choice(every) for _ in range(count)]

    def step(self, most: int = 3) -> int:
        """The source line of the next thing."""
        self.line += self.chance.randint(1, most)
        return self.line

    def lines(self, count: int, first: int, last: int) -> list[int]:
        """So many lines in order, from ``first`` to ``last``."""
        return sorted(self.chance.randint(first, max(first, last)) for _ in range(count))

    def pair(self, key: str) -> Pair:
        """A Japanese and an English text of the vocabulary."""
        ja, en = self.chance.choice(self.country.words[key])
        return ja, en

    def weighted(self, weights: Mapping[_T, int]) -> _T:
        """One of the keys, as often as they are used."""
        return self.chance.choices(list(weights), list(weights.values()))[0]

    def distinct(self, weights: Mapping[str, int], count: int) -> list[str]:
        """So many different keys, those used often first of all."""
        order = {key: self.chance.random() ** (1 / weight) for key, weight in weights.items()}
        return sorted(order, key=order.__getitem__, reverse=True)[:count]

    def named(self, pair: Pair, **names: Pair) -> Pair:
        """The pair with each «name» replaced, English beginning with a capital letter."""
        ja, en = pair
        for name, (inner_ja, inner_en) in names.items():
            ja = ja.replace(f"«{name}»", inner_ja)
            en = en.replace(f"«{name}»", _within(inner_en))
        return ja, en[:1].upper() + en[1:]

    def note(self, key: str) -> Node:
        """A note in both languages."""
        ja, en = self.pair(key)
        return {"note": ja, "noteEn": en}

    def remark(self, profile: Profile, key: str = "notes") -> Node:
        """The doubt or the note that a thing of this profile has, if any."""
        if profile["certain"]:
            return {"certain": False, **self.note("doubts")}
        return self.note(key) if profile["note"] else {}


def _within(name: str) -> str:
    """A name as it stands within a title: ``Chatbot`` becomes ``chatbot``, ``AI-OCR`` stays."""
    return name[:1].lower() + name[1:] if name[1:2].islower() and " Town" not in name else name
