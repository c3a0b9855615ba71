"""Stores that are measured: ours, and those a user would pick instead, each in its own process.

A store that is not installed, errs, dies or takes too long is a Failure with its reason, never the
end of a run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

#: Why there is no number: it is not installed; a question or a load took too long; it answered with
#: an error; its process ended; it holds another number of triples than it was given.
KINDS = ("absent", "deadline", "allowance", "refused", "lost", "count")


class Failure(Exception):
    """Why an engine gave no measurement; ``detail`` is what it said or how long it was given."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail


@dataclass(frozen=True)
class Dataset:
    """The same statements twice: quads, and triples for engines without named graphs."""

    quads: Path
    triples: Path
    count: int


@dataclass(frozen=True)
class Limits:
    """Seconds for a question and for a load, GiB for a process; timed runs after the first."""

    deadline: float = 10.0
    allowance: float = 300.0
    memory: float = 12.0
    repeats: int = 5


@dataclass(frozen=True)
class Loaded:
    """Seconds until it could answer, bytes on disk (None in memory), MiB at most and then."""

    seconds: float
    size: int | None
    peak: float
    memory: float
    version: str


@dataclass(frozen=True)
class Answer:
    """Seconds of each run, the first apart, and the answer as SPARQL's JSON."""

    first: float
    again: tuple[float, ...]
    body: bytes


class Engine(Protocol):
    """A store to be filled and asked; entered as a context, which ends its processes."""

    name: str

    def load(self, data: Dataset) -> Loaded:
        """Fill it; raises Failure."""

    def ask(self, text: str) -> Answer:
        """Ask it as often as the limits say; raises Failure."""

    def __enter__(self) -> Engine: ...

    def __exit__(self, *exc: object) -> None: ...


#: Seconds of short runs, and how many times as many of them as of others, for a steady median.
_STEADY, _MORE = 0.1, 4


def repeated(run: Callable[[], bytes], repeats: int, deadline: float) -> Answer:
    """The answer of ``run`` and its times; no run more is begun than the deadline has room for.

    Runs of some milliseconds are repeated four times as often.

    >>> answer = repeated(lambda: b"{}", repeats=2, deadline=10)
    >>> len(answer.again), answer.body
    (8, b'{}')
    """
    times: list[float] = []
    body = b""
    while not times or (
        len(times) <= (repeats * _MORE if sum(times) < _STEADY else repeats)
        and sum(times) + 2 * max(times) < deadline
    ):
        begin = time.perf_counter()
        body = run()
        times.append(time.perf_counter() - begin)
    return Answer(times[0], tuple(times[1:]), body)
