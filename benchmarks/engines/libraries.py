"""Engines that are libraries, each in a process of its own that a deadline can end."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.engines import Answer, Dataset, Failure, Limits, Loaded
from benchmarks.processes import Watch, held

_ROOT = Path(__file__).resolve().parents[2]
#: Seconds more than its own deadline that a process is waited for.
_GRACE = 5.0


class Library:
    """A library in a child process; ``python`` is the interpreter that has it installed."""

    def __init__(self, name: str, folder: Path, limits: Limits, python: str = "") -> None:
        self.name = name
        self._folder = folder
        self._limits = limits
        self._python = python or sys.executable
        self._process: subprocess.Popen[str] | None = None
        self._data: Dataset | None = None

    def __enter__(self) -> Library:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *exc: object) -> None:
        self._end()

    def load(self, data: Dataset) -> Loaded:
        """Start the process and fill it."""
        self._data = data
        self._end()
        path = data.triples if self.name == "maplib" else data.quads
        store = self._folder / f"store-{time.monotonic_ns()}"
        process = self._start()
        with Watch(process.pid) as watch:
            said = self._say({"load": str(path), "store": str(store)}, self._limits.allowance)
        if said.get("count") != data.count:
            raise Failure("count", f"{said.get('count')} of {data.count}")
        now = held(process.pid)
        return Loaded(said["seconds"], size_of(store), watch.peak, now, said["version"])

    def ask(self, text: str) -> Answer:
        """Ask, after loading again where the question before ended the process."""
        if self._process is None:
            if self._data is None:
                raise Failure("lost", "not loaded")
            self.load(self._data)
        answer = self._folder / "answer.json"
        told = {"ask": text, "answer": str(answer), "repeats": self._limits.repeats}
        deadline = self._limits.deadline
        said = self._say({**told, "deadline": deadline}, deadline + _GRACE * (not self._is_alone))
        first, *again = said["times"]
        return Answer(first, tuple(again), answer.read_bytes())

    @property
    def _is_alone(self) -> bool:
        """Whether questions are asked in the process that loaded."""
        return self.name == "maplib"

    def _start(self) -> subprocess.Popen[str]:
        command = [self._python, "-m", "benchmarks.engines.child", self.name]
        self._process = subprocess.Popen(
            [*command, str(self._limits.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
            text=True,
        )
        return self._process

    def _say(self, told: dict[str, Any], seconds: float) -> dict[str, Any]:
        """What the process answers; Failure, and its end, where it does not in time."""
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(told) + "\n")
            process.stdin.flush()
            in_time = bool(select.select([process.stdout], [], [], seconds)[0])
            line = process.stdout.readline() if in_time else ""
        except BrokenPipeError:
            in_time, line = True, ""
        if not line:
            code = self._end()
            kind = "allowance" if "load" in told else "deadline"
            limit = self._limits.allowance if "load" in told else self._limits.deadline
            raise Failure("lost", code) if in_time else Failure(kind, f"{limit:g}")
        said: dict[str, Any] = json.loads(line)
        if "failed" in said:
            kind, detail = said["failed"]
            if kind == "lost" and self._is_alone:
                self._end()
            raise Failure(kind, detail)
        return said

    def _end(self) -> str:
        """End the process; how it ended."""
        process, self._process = self._process, None
        if process is None:
            return "-"
        ended = process.poll()
        process.kill()
        process.communicate()
        return f"exit code {process.returncode if ended is None else ended}"


def size_of(folder: Path) -> int | None:
    """Bytes of the files of a folder; None where there is none."""
    if not folder.is_dir():
        return None
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
