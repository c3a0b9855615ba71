"""The run: each part for each number of towns, kept as soon as it is measured."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import building, http, questions, serving, stores, towns, validation
from benchmarks.engines import Failure, Limits
from benchmarks.http import Effort
from benchmarks.results import Results, machine, versions
from dxgraph.errors import DxgraphError
from dxgraph.workspace import Workspace


@dataclass(frozen=True)
class Plan:
    """What to measure, where to put files, and how much effort to make."""

    work: Path
    python: str = sys.executable
    limits: Limits = field(default_factory=Limits)
    effort: Effort = field(default_factory=Effort)
    #: Leaves out pySHACL, which takes half a minute for five towns, and peers over asserted facts.
    quick: bool = False


class Suite:
    """Measures parts and keeps them."""

    def __init__(self, plan: Plan, results: Results, say: Callable[[str], None]) -> None:
        self._plan = plan
        self._results = results
        self._say = say
        self._parts: dict[str, Callable[[int, Workspace], dict[str, Any]]] = {
            "stores": self._stores,
            "questions": self._questions,
            "build": self._build,
            "validation": self._validation,
            "http": self._http,
            "serving": self._serving,
        }

    def run(self, sizes: Iterable[int], parts: Iterable[str]) -> bool:
        """Measure parts for each number of towns, the build first, since the others need it.

        A part in which dxgraph itself fails is said and left out; False when there is one.
        """
        whole = True
        wanted = sorted(parts, key=lambda part: part != "build")
        for count in sizes:
            self._say(f"{count} towns: writing the workspace")
            place = towns.written(self._plan.work / f"towns-{count}", count)
            for part in wanted:
                self._say(f"{count} towns: {part}")
                try:
                    self._measure(part, count, place)
                except (DxgraphError, Failure) as error:
                    self._say(f"{count} towns: {part} FAILED: {error}")
                    whole = False
                finally:
                    for name in ("engines", "statements"):
                        shutil.rmtree(place.root / name, ignore_errors=True)
        return whole

    def _measure(self, part: str, count: int, place: Workspace) -> None:
        begin = time.perf_counter()
        data = self._parts[part](count, place)
        seconds = round(time.perf_counter() - begin, 1)
        plan = {"limits": vars(self._plan.limits), "effort": vars(self._plan.effort)}
        more = {"machine": machine(), "versions": versions(), **plan}
        self._results.put(part, count, data, seconds=seconds, **more)

    def _folder(self, place: Workspace) -> Path:
        return place.root / "engines"

    def _stores(self, count: int, place: Workspace) -> dict[str, Any]:
        data = towns.datasets(towns.built(place), place.root / "statements")
        plan = self._plan
        return stores.measured(
            data["asserted"], self._folder(place), plan.limits, plan.python, self._say
        )

    def _questions(self, count: int, place: Workspace) -> dict[str, Any]:
        version, plan = towns.built(place), self._plan
        return questions.measured(
            towns.questions(towns.opened(place, version)),
            towns.datasets(version, place.root / "statements"),
            self._folder(place),
            plan.limits,
            plan.python,
            self._too_slow(count),
            towns.SETS[1:] if plan.quick else towns.SETS,
            self._say,
        )

    def _too_slow(self, count: int) -> set[str]:
        """Engines that could not take in so many towns within what they are allowed now."""
        known = self._results.units["stores"].get(str(count))
        if known is None or known["limits"]["allowance"] < self._plan.limits.allowance:
            return set()
        engines = known["data"]["engines"].items()
        return {name for name, each in engines if each.get("failed", [""])[0] == "allowance"}

    def _build(self, count: int, place: Workspace) -> dict[str, Any]:
        return building.measured(place, self._say)

    def _validation(self, count: int, place: Workspace) -> dict[str, Any]:
        return validation.measured(place, count, not self._plan.quick, self._say)

    def _http(self, count: int, place: Workspace) -> dict[str, Any]:
        version, plan = towns.built(place), self._plan
        data = towns.datasets(version, place.root / "statements")["derived"]
        graph = towns.opened(place, version)
        folder = self._folder(place)
        return http.measured(
            place, graph, data, folder, plan.effort, plan.limits, plan.python, self._say
        )

    def _serving(self, count: int, place: Workspace) -> dict[str, Any]:
        towns.built(place)
        return serving.measured(place, self._plan.effort, self._say)
