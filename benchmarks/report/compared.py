"""Questions as tables: every engine's time, the best peer's, and where answers are not the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import starmap
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from benchmarks.engines.roster import NAMES, OURS, PEERS, TITLES
from benchmarks.questions import NOTHING
from benchmarks.report import cells

_EXPLAINED = Path(__file__).parent / "explained.yaml"
#: Behind a time over what is asserted: the answer lacks what only inference tells.
_LACKS = " †"
_LONGEST = 64
#: Our store as ``dxgraph serve`` has it, a large one once it is loaded.
_SERVED = "memory"


class Asked:
    """What was measured of the questions for one number of towns."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.names = [name for name in data["answers"] if name != NOTHING.name]

    def found(self, name: str, engine: str) -> dict[str, Any]:
        """What an engine with derived facts answers; empty where it was not asked."""
        found: dict[str, Any] = self.data["answers"][name][engine].get("derived", {})
        return found

    def ours(self, name: str) -> dict[str, Any]:
        """Our answer, as those who ask ``dxgraph serve`` have it."""
        return self.found(name, _SERVED)

    def best(self, name: str, part: str) -> float | None:
        """Milliseconds of the fastest peer that answers the question as we do; None without one."""
        if part == "asserted" and self.data["derived"][name] is not False:
            return None
        found = [self.data["answers"][name][peer].get(part, {}) for peer in PEERS]
        times = [each["median"] for each in found if each.get("agrees") in ("same", "cells")]
        return min(times, default=None)

    def ratio(self, name: str, part: str) -> float | None:
        """How many times as long as we the best peer takes."""
        best, ours = self.best(name, part), self.ours(name).get("median")
        return best / ours if best is not None and ours else None

    def table(self, part: str) -> str:
        """A row a question: rows, our times, those of peers over a set of statements, the ratio."""
        head = ["", "行 / rows", *(TITLES[name] for name in NAMES), "最良÷当方 / best ÷ ours"]
        rows = []
        for name in [*self.names, NOTHING.name]:
            found = self.data["answers"][name]
            ours = [_time(found[engine].get("derived", {})) for engine in OURS]
            lacks = part == "asserted" and self.data["derived"].get(name)
            peers = [_time(found[engine].get(part, {}), bool(lacks)) for engine in PEERS]
            times = self.ratio(name, part) if name != NOTHING.name else None
            count = cells.whole(self.ours(name).get("rows"))
            rows.append([f"`{name}`", count, *ours, *peers, cells.ratio(times)])
        return cells.table(head, rows)

    def typical(self, engine: str) -> float | None:
        """Milliseconds of the question in the middle, with derived facts; None if it has none."""
        inf = float("inf")
        times = [self.found(name, engine).get("median", inf) for name in self.names]
        middle = median(times)
        return None if middle == inf else middle

    def over(self, milliseconds: float) -> list[str]:
        """Questions we do not answer within so many milliseconds, slowest first."""
        inf = float("inf")
        slow = {name: self.ours(name).get("median", inf) for name in self.names}
        found = [name for name, taken in slow.items() if taken > milliseconds]
        return sorted(found, key=lambda name: -slow[name])

    def halved(self, part: str) -> tuple[int, int]:
        """How many questions take us at most half the time of the best peer, of how many.

        One that a peer answers and we do not is among them, and takes us longer.
        """
        ratios = [self.ratio(name, part) for name in self.names]
        known = [each for each in ratios if each is not None]
        lost = [name for name in self.names if self._only_theirs(name, part)]
        return sum(each >= 2 for each in known), len(known) + len(lost)

    def _only_theirs(self, name: str, part: str) -> bool:
        found = [self.data["answers"][name][peer].get(part, {}) for peer in PEERS]
        ours = self.ours(name)
        answered = any("median" in each for each in found)
        return "failed" in ours and answered and part == "derived"

    @property
    def derived(self) -> list[str]:
        """Questions whose answers need what was inferred."""
        return [name for name in self.names if self.data["derived"][name]]

    def notes(self) -> str:
        """A row an engine and reason: which questions, what happened, and why."""
        found: dict[tuple[str, str, str], dict[str, list[str]]] = {}
        for engine, name, what in self._odd():
            sign, _, count = what.partition(": ")
            same = found.setdefault((engine, sign, explanation(engine, name, what)), {})
            counts = same.setdefault(name, [])
            counts += [count] if count not in ["", *counts] else []
        head = ["", "質問 / questions", "何が / what", "なぜ / why"]
        order = sorted(found.items(), key=lambda each: NAMES.index(each[0][0]))
        rows = [
            [TITLES[engine], ", ".join(starmap(_counted, names.items())), sign, why]
            for (engine, sign, why), names in order
        ]
        return cells.table(head, rows).replace("---:", "---") if rows else ""

    def _odd(self) -> Iterator[tuple[str, str, str]]:
        """Engine, question and what is odd, for every load and answer that is."""
        for engine, parts in self.data["loads"].items():
            for part, load in parts.items():
                if "failed" in load:
                    yield engine, f"({part})", _told(load)
        for name in self.names:
            for engine, parts in self.data["answers"][name].items():
                for found in parts.values():
                    if "failed" in found:
                        yield engine, name, _told(found)
                    elif found["agrees"] == "cells":
                        yield engine, name, "~"
                    elif found["agrees"] == "differs":
                        yield engine, name, f"≠: −{found['missing']} +{found['extra']}"


def _counted(name: str, counts: list[str]) -> str:
    return f"`{name}`" + (f" ({'; '.join(counts)})" if counts else "")


def _time(found: dict[str, Any], lacks: bool = False) -> str:
    if "median" not in found:
        return cells.failure(found) if found else "—"
    return cells.number(found["median"]) + cells.MARKS[found["agrees"]] + _LACKS * lacks


def _told(found: dict[str, Any]) -> str:
    """What a failure says, on one line that breaks no table."""
    kind, detail = found["failed"]
    said = detail if len(detail) < _LONGEST else detail[:_LONGEST] + "…"
    plain = re.sub(r"[|`<>\\\n]", " ", said).replace(": ", " ")
    return {
        "absent": f"未導入 / not installed: `{plain}`",
        "deadline": f"> {plain} s",
        "allowance": f"読み込み / loading > {plain} s",
    }.get(kind, f"✗ `{plain}`")


@cache
def _explained() -> list[dict[str, str]]:
    listed: list[dict[str, str]] = yaml.safe_load(_EXPLAINED.read_text(encoding="utf-8"))
    return listed


def explanation(engine: str, question: str, what: str) -> str:
    """Why an engine does what it does, where it is known; empty where not.

    >>> said = explanation("maplib", "lineage", "✗ `PanicException not yet implemented`")
    >>> said.partition(" / ")[2]
    'GRAPH with a variable is not implemented'
    """
    for each in _explained():
        named = re.fullmatch(each.get("question", ".*"), question)
        if each["engine"] == engine and named and re.search(each["what"], what):
            return f"{each['ja']} / {each['en']}"
    return ""
