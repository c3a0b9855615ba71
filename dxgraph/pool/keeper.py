"""The keeper: starts an engine for the version to serve, and switches when a newer one is built.

A new engine loads beside the old one. When it is ready, the link that fronts follow is replaced in
one step; the old engine ends after all that it may still be answering has met its deadline.

A large graph is served from its files at once. When no other engine is left, one loads it into
memory, where that has room, and takes over.

Run as ``python -m dxgraph.pool.keeper`` with the plan on standard input: it may hold a password,
which arguments would show to everybody on the machine.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from dxgraph.pool import board as boards
from dxgraph.pool import engine
from dxgraph.pool.plan import FILES, LARGE, LINK, Plan
from dxgraph.pool.worker import end_with_parent

_BEAT = 0.2
_RETRY = 2.0
_WATCHED = (signal.SIGCHLD, signal.SIGTERM)


@dataclass
class _Engine:
    """An engine process: where it listens, what it serves, the pipe it says its version on.

    ``held`` tells that its graph is in memory, ``may`` that it is not and might be.
    """

    pid: int
    path: Path
    serves: str
    ready: int
    held: bool
    may: bool
    ends: float = 0.0


class Keeper:
    """Keeps one engine answering."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.run = Path(plan.run)
        self.count = 0
        self.current: _Engine | None = None
        self.coming: _Engine | None = None
        self.leaving: list[_Engine] = []
        self.not_before = 0.0

    def keep(self) -> None:
        """Work until told to stop by SIGTERM; then end every engine."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
        while True:
            self._step()
            told = signal.sigtimedwait(_WATCHED, _BEAT)
            if told is not None and told.si_signo == signal.SIGTERM:
                break
        for each in [self.current, self.coming, *self.leaving]:
            if each is not None:
                os.kill(each.pid, signal.SIGTERM)
                os.waitpid(each.pid, 0)

    def _step(self) -> None:
        self._bury()
        wanted = self.plan.version()
        serving = self.coming or self.current
        changed = wanted is not None and (serving is None or serving.serves != wanted)
        coming, current = self.coming, self.current
        if changed and coming and current and coming.serves == current.serves:
            self._give_up(coming)
        if self.coming is None and time.monotonic() >= self.not_before:
            if changed:
                self.coming = self._start(str(wanted), self.plan.triples)
            elif self.current is not None and self.current.may and not self.leaving:
                self.coming = self._start(self.current.serves)
        if self.coming is not None:
            self._welcome(self.coming)
        for each in [each for each in self.leaving if time.monotonic() > each.ends]:
            os.kill(each.pid, signal.SIGTERM)
            each.ends = float("inf")

    def _start(self, wanted: str, triples: int = 0) -> _Engine:
        """An engine that holds its graph in memory unless that has so many triples."""
        self.count += 1
        path = self.run / f"coming.{self.count}.sock"
        held = triples <= LARGE
        says, ready = os.pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            os.close(says)
            engine.run(self.plan, path, ready, parent, held)
        os.close(ready)
        os.set_blocking(says, False)
        return _Engine(pid, path, wanted, says, held, not held and self.plan.fits(triples))

    def _give_up(self, coming: _Engine) -> None:
        """End an engine that still loads what is no longer wanted."""
        os.kill(coming.pid, signal.SIGKILL)
        os.waitpid(coming.pid, 0)
        self._lose(coming)
        self.coming = None

    def _welcome(self, coming: _Engine) -> None:
        """Switch to an engine that says it is ready."""
        try:
            version = os.read(coming.ready, 64).decode()
        except BlockingIOError:
            return
        if not version:
            return
        os.close(coming.ready)
        form = "memory" if coming.held else FILES
        path = self.run / f"{version}.{self.count}.{form}.sock"
        os.replace(boards.path_of(coming.path), boards.path_of(path))
        os.replace(coming.path, path)
        link = self.run / f".{LINK}"
        link.unlink(missing_ok=True)
        link.symlink_to(path.name)
        os.replace(link, self.run / LINK)
        if self.current is not None:
            self.current.ends = time.monotonic() + self.plan.queue + self.plan.deadline + 1
            self.leaving.append(self.current)
        coming.path = path
        self.current, self.coming = coming, None

    def _bury(self) -> None:
        """Forget engines that ended; one that should still answer is started again."""
        while self.current or self.coming or self.leaving:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            for each in [self.current, self.coming, *self.leaving]:
                if each is not None and each.pid == pid:
                    self._lose(each)
            self.leaving = [each for each in self.leaving if each.pid != pid]
            if self.coming is not None and self.coming.pid == pid:
                self.coming = None
                self.not_before = time.monotonic() + _RETRY
                if self.current is not None:
                    self.current.may = False
            if self.current is not None and self.current.pid == pid:
                self.current = None

    def _lose(self, engine: _Engine) -> None:
        """Remove what an engine that has ended left."""
        engine.path.unlink(missing_ok=True)
        boards.path_of(engine.path).unlink(missing_ok=True)
        if engine is self.coming:
            os.close(engine.ready)


def main() -> None:
    """Keep the plan on standard input until SIGTERM."""
    end_with_parent(os.getppid())
    Keeper(Plan.from_json(sys.stdin.read())).keep()


if __name__ == "__main__":
    main()
