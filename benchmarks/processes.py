"""Processes and what they cost: seconds of wall clock, and memory of a process with its children.

Memory is proportional (what several processes share is counted once), from ``/proc``: Linux only.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_EVERY = 0.1


def parent(pid: int) -> int:
    """The parent of a process; 0 where it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])


def memory(pid: int) -> int:
    """Proportional share of memory of one process in KiB; 0 where it is gone."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line[:4] == "Pss:"), 0)


def family(pid: int) -> set[int]:
    """A process and all that descend from it."""
    parents = {
        int(e.name): parent(int(e.name)) for e in Path("/proc").iterdir() if e.name.isdigit()
    }
    found = {pid}
    while more := {each for each, above in parents.items() if above in found} - found:
        found |= more
    return found


def held(pid: int) -> float:
    """MiB of a process and all that descend from it."""
    return sum(memory(each) for each in family(pid)) / 1024


class Watch:
    """Notes the most memory that a process and its children hold, until it is left.

    The kernel walks all their pages each time it is asked, so a large one is seldom asked.
    """

    def __init__(self, pid: int, every: float = _EVERY) -> None:
        self._pid = pid
        self._every = every
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.peak = 0.0

    def _look(self) -> None:
        while not self._done.wait(self._every):
            self.peak = max(self.peak, held(self._pid))

    def __enter__(self) -> Watch:
        self.peak = held(self._pid)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._done.set()
        self._thread.join()


@dataclass(frozen=True)
class Ran:
    """What a command cost: seconds, MiB at most, how it ended, and what it said last."""

    seconds: float
    peak: float
    code: int
    said: str


def run(command: Sequence[str], cwd: Path | None = None) -> Ran:
    """Run a command to its end.

    >>> import sys
    >>> ran = run([sys.executable, "-c", "print('24343')"])
    >>> ran.code, ran.said
    (0, '24343')
    """
    begin = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    with Watch(process.pid) as watch:
        said, _ = process.communicate()
    seconds = time.perf_counter() - begin
    return Ran(seconds, watch.peak, process.returncode, said.strip()[-500:])


def rounded(ran: Ran) -> dict[str, float]:
    """Seconds and MiB, as they are kept."""
    return {"seconds": round(ran.seconds, 3), "peak": round(ran.peak, 1)}
