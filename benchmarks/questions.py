"""Questions: every saved one, asked of every engine over what is asserted, and with what follows.

Time is from the text of a query to the bytes of its answer in SPARQL's JSON, over HTTP where the
engine is a server; the first run is kept apart from the median of those after it.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.answers import Digest
from benchmarks.engines import Answer, Dataset, Engine, Failure, Limits, roster
from benchmarks.towns import SETS, Question

#: A question that costs nothing but the way to the engine and back.
NOTHING = Question("(nothing)", "SELECT * { VALUES ?x { 1 } }")

Told = Callable[[str], None]


def measured(
    questions: list[Question],
    data: dict[str, Dataset],
    folder: Path,
    limits: Limits,
    python: str,
    too_slow: set[str],
    peers_over: Sequence[str] = SETS,
    say: Told = lambda text: None,
) -> dict[str, Any]:
    """Times and agreement of all answers.

    Engines that are ``too_slow`` are not loaded again; peers are asked over the sets of statements
    in ``peers_over`` only.
    """
    answers: dict[str, dict[str, dict[str, Any]]] = {
        each.name: {name: {} for name in roster.NAMES} for each in [NOTHING, *questions]
    }
    loads: dict[str, dict[str, Any]] = {name: {} for name in roster.NAMES}
    late, versions = set(too_slow), {}
    expected: dict[tuple[str, str], Digest] = {}
    for part in SETS:
        for name in roster.NAMES if part in peers_over else roster.OURS:
            say(f"questions: {name}, {part}")
            with roster.made(name, folder / name, limits, python) as engine:
                try:
                    if name in late:
                        raise Failure("allowance", f"{limits.allowance:g}")
                    loaded = engine.load(data[part])
                except Failure as failure:
                    loads[name][part] = {"failed": [failure.kind, failure.detail]}
                    late |= {name} if failure.kind == "allowance" else set()
                    continue
                loads[name][part] = {"seconds": round(loaded.seconds, 3)}
                versions[name] = loaded.version
                for question in [NOTHING, *questions]:
                    found = _asked(engine, question, part, expected)
                    answers[question.name][name][part] = found
    return {
        "triples": {part: each.count for part, each in data.items()},
        "loads": loads,
        "versions": versions,
        "answers": answers,
        "derived": {each.name: _needs_derived(each.name, expected) for each in questions},
    }


def _asked(
    engine: Engine, question: Question, part: str, expected: dict[tuple[str, str], Digest]
) -> dict[str, Any]:
    """The times of an answer, and how it agrees with the first engine that gave one, ours."""
    try:
        answer = engine.ask(question.text)
        digest = Digest.of(answer.body)
    except Failure as failure:
        return {"failed": [failure.kind, failure.detail]}
    except (ValueError, KeyError) as error:
        return {"failed": ["refused", f"no result of SPARQL: {error}"]}
    key = (question.name, part)
    if engine.name in roster.OURS:
        expected.setdefault(key, digest)
    agrees = digest.against(expected[key]) if key in expected else {"agrees": "unknown"}
    return {**_times(answer), "rows": digest.rows, **agrees}


def _times(answer: Answer) -> dict[str, Any]:
    """Milliseconds."""
    median = statistics.median(answer.again or [answer.first])
    return {
        "first": round(answer.first * 1000, 3),
        "median": round(median * 1000, 3),
        "runs": len(answer.again),
    }


def _needs_derived(name: str, expected: dict[tuple[str, str], Digest]) -> bool | None:
    """Whether the answer is another without what was inferred; None where that is not known."""
    asserted, derived = (expected.get((name, part)) for part in SETS)
    if asserted is None or derived is None:
        return None
    return asserted.loose != derived.loose
