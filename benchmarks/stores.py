"""Stores: what it costs each engine to take in all that the records of the towns assert."""

from __future__ import annotations

import collections
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from benchmarks.engines import Dataset, Failure, Limits, roster


def measured(
    data: Dataset,
    folder: Path,
    limits: Limits,
    python: str,
    say: Callable[[str], None] = lambda text: None,
) -> dict[str, Any]:
    """What each engine costs, or why it has no number; and the floor, parsing alone."""
    engines: dict[str, dict[str, Any]] = {}
    for name in roster.NAMES:
        say(f"stores: {name}")
        with roster.made(name, folder / name, limits, python) as engine:
            try:
                loaded = engine.load(data)
            except Failure as failure:
                engines[name] = {"failed": [failure.kind, failure.detail]}
            else:
                engines[name] = {
                    "seconds": round(loaded.seconds, 3),
                    "size": loaded.size,
                    "peak": round(loaded.peak, 1),
                    "memory": round(loaded.memory, 1),
                    "version": loaded.version,
                }
    begin = time.perf_counter()
    collections.deque(ox.parse(path=str(data.quads), format=ox.RdfFormat.N_QUADS), maxlen=0)
    return {
        "triples": data.count,
        "bytes": data.quads.stat().st_size,
        "parse": round(time.perf_counter() - begin, 3),
        "engines": engines,
    }
