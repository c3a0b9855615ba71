"""Builds: all of it, nothing changed, one plan edited; as users start them, in a new process."""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from benchmarks import processes
from dxgraph import build
from dxgraph.workspace import Workspace

_ROOT = Path(__file__).resolve().parent.parent
#: A title without quotes, which may end in any character.
_TITLE = re.compile(r"^(\s+(?:- )?title: [^\"\n{]+)$", re.MULTILINE)


def measured(place: Workspace, say: Callable[[str], None] = lambda text: None) -> dict[str, Any]:
    """Seconds and memory of each kind of build, the steps of it, and the floors.

    What was built of the workspace before is removed first.
    """
    shutil.rmtree(place.cache, ignore_errors=True)
    found: dict[str, Any] = {"floor": floor(place)}
    for kind in ("full", "unchanged", "edited"):
        say(f"build: {kind}")
        if kind == "edited":
            with edited(place):
                found[kind] = rebuilt(place)
        else:
            found[kind] = rebuilt(place)
    found["unchanged"].pop("steps", None)
    build.build(place)
    return found


@contextmanager
def edited(place: Workspace) -> Iterator[None]:
    """One title in the last plan of a workspace is another, until the end.

    It is one that was never there, because of what it was before some files are kept.
    """
    path = sorted((place.data / "municipalities").glob("*.yaml"))[-1]
    text = path.read_text(encoding="utf-8")
    other, changed = _TITLE.subn(rf"\1改{time.time_ns():x}", text, count=1)
    assert changed, f"{path} has no title to edit"
    path.write_text(other, encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(text, encoding="utf-8")


def floor(place: Workspace) -> dict[str, float]:
    """Bytes of all inputs, and seconds to hash them and to read their YAML, in one process."""
    hashing = reading = size = 0.0
    for name in build.inputs(place):
        begin = time.perf_counter()
        data = (place.root / name).read_bytes()
        hashlib.sha256(data).digest()
        hashing += time.perf_counter() - begin
        size += len(data)
        if name.endswith(".yaml"):
            begin = time.perf_counter()
            deque(yaml.parse(data, Loader=yaml.CSafeLoader), maxlen=0)
            reading += time.perf_counter() - begin
    return {"bytes": size, "hash": round(hashing, 3), "yaml": round(reading, 3)}


def rebuilt(place: Workspace) -> dict[str, Any]:
    """What a build costs, and its own account of its steps."""
    command = [sys.executable, "-m", "dxgraph.cli", "build", "--workspace", str(place.root)]
    ran = processes.run(command, _ROOT)
    if ran.code:
        return {"failed": ["refused", ran.said]}
    version = build.current(place)
    assert version is not None
    report = version.report
    return {**processes.rounded(ran), "triples": report["triples"], "steps": report["seconds"]}
