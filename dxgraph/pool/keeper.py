"""The keeper: starts an engine for the version to serve, and switches when a newer one is built.

A new engine loads beside the old one. When it is ready, the link that fronts follow is replaced in
one step; the old engine ends after all that it may still be answering has met its deadline.

A large graph is served from its files at once. When no other engine is left, one loads it into
memory, where that has room, and takes over. That one makes its graph the next version itself; so a
version that is built while it loads is served from files, and does not begin the load anew.

Run as ``python -m dxgraph.pool.keeper`` with the plan on standard input: it may hold a password,
which arguments would show to everybody on the machine.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from dxgraph.pool import board as boards
from dxgraph.pool import engine
from dxgraph.pool.engine import UNABLE
from dxgraph.pool.plan import FILES, LARGE, LINK, RENEWED, Plan
from dxgraph.pool.worker import end_with_parent

_BEAT = 0.2
_RETRY = 2.0
_WATCHED = (signal.SIGCHLD, signal.SIGTERM)


@dataclass
class _Engine:
    """An engine process: where it listens, what it serves, the pipe it says its version on.

    ``held`` tells that its graph is in memory, ``may`` that it is not and might be, ``renews`` that
    it can make its graph a newer one. An engine that does is two of these for that time.
    """

    pid: int
    path: Path
    serves: str
    ready: int
    held: bool
    may: bool
    renews: bool
    ends: float = 0.0


class Keeper:
    """Keeps one engine answering."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.run = Path(plan.run)
        self.count = 0
        self.current: _Engine | None = None
        self.coming: _Engine | None = None
        self.loading: _Engine | None = None
        self.leaving: list[_Engine] = []
        self.unused: list[tuple[float, Path]] = []
        self.not_before = 0.0

    def keep(self) -> None:
        """Work until told to stop by SIGTERM; then end every engine."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
        while True:
            self._step()
            told = signal.sigtimedwait(_WATCHED, _BEAT)
            if told is not None and told.si_signo == signal.SIGTERM:
                break
        if self.loading is not None:
            self._give_up(self.loading)
        for pid in {each.pid for each in self._engines()}:
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)

    def _engines(self) -> list[_Engine]:
        found = (self.current, self.coming, self.loading, *self.leaving)
        return [each for each in found if each is not None]

    def _step(self) -> None:
        self._bury()
        wanted = self.plan.version()
        serving = self.coming or self.current
        changed = wanted is not None and (serving is None or serving.serves != wanted)
        current = self.current
        if self.coming is None and time.monotonic() >= self.not_before:
            if changed and current and current.renews:
                self.coming = self._renewal(current, str(wanted))
            elif changed:
                self.coming = self._start(str(wanted))
            elif current and current.may and not self.loading and not self.leaving:
                self.loading = self._start(current.serves, load=True)
        if self.coming is not None:
            self._welcome(self.coming)
        elif self.loading is not None and current is not None:
            self._take_over(self.loading, current)
        now = time.monotonic()
        for each in [each for each in self.leaving if now > each.ends]:
            os.kill(each.pid, signal.SIGTERM)
            each.ends = float("inf")
        for _, path in [each for each in self.unused if now > each[0]]:
            _remove(path)
        self.unused = [each for each in self.unused if now <= each[0]]

    def _start(self, wanted: str, load: bool = False) -> _Engine:
        """An engine that holds its graph in memory if it is small, or is to load a large one."""
        self.count += 1
        path = self.run / f"coming.{self.count}.sock"
        triples = self.plan.triples
        held = load or triples <= LARGE
        says, ready = os.pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            os.close(says)
            engine.run(self.plan, path, ready, parent, held=held, first=self.current is None)
        os.close(ready)
        os.set_blocking(says, False)
        may = not held and self.plan.fits(triples)
        return _Engine(pid, path, wanted, says, held, may, renews=load)

    def _renewal(self, held: _Engine, wanted: str) -> _Engine:
        """An engine that holds its graph, told to make that the newest."""
        os.kill(held.pid, signal.SIGUSR1)
        self.count += 1
        return replace(held, path=self.run / RENEWED, serves=wanted)

    def _give_up(self, loading: _Engine) -> None:
        """End an engine that nobody needs to load any more, or that has in vain."""
        os.kill(loading.pid, signal.SIGKILL)
        os.waitpid(loading.pid, 0)
        self._lose(loading.pid)
        self.loading = None

    def _welcome(self, coming: _Engine) -> None:
        """Switch to an engine that says it is ready."""
        version = _said(coming)
        if version == UNABLE and self.current is not None:
            self.coming, self.current.renews = None, False
        elif version:
            self.coming = None
            self._switch(coming, version)

    def _take_over(self, loading: _Engine, current: _Engine) -> None:
        """Switch to an engine that has loaded what is served; an older version it makes that."""
        version = _said(loading)
        if version == UNABLE or not current.may:
            self._give_up(loading)
        elif version == current.serves:
            self.loading = None
            self._switch(loading, version)
        elif version:
            _remove(loading.path)
            self.loading = self._renewal(loading, current.serves)

    def _switch(self, coming: _Engine, version: str) -> None:
        """Let an engine answer; the one before ends, or its workers, when nobody waits for them."""
        form = "memory" if coming.held else FILES
        path = self.run / f"{version}.{self.count}.{form}.sock"
        os.replace(boards.path_of(coming.path), boards.path_of(path))
        os.replace(coming.path, path)
        link = self.run / f".{LINK}"
        link.unlink(missing_ok=True)
        link.symlink_to(path.name)
        os.replace(link, self.run / LINK)
        ends = time.monotonic() + self.plan.patience
        if self.current is not None and self.current.pid == coming.pid:
            self.unused.append((ends, self.current.path))
        elif self.current is not None:
            self.current.ends = ends
            self.leaving.append(self.current)
        coming.path, coming.serves = path, version
        self.current = coming

    def _bury(self) -> None:
        """Forget engines that ended; one that should still answer is started again."""
        while self._engines():
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._lose(pid)
            self.leaving = [each for each in self.leaving if each.pid != pid]
            if self.coming is not None and self.coming.pid == pid:
                self.coming = None
                self.not_before = time.monotonic() + _RETRY
            if self.loading is not None and self.loading.pid == pid:
                self.loading = None
                if self.current is not None:
                    self.current.may = False
            if self.current is not None and self.current.pid == pid:
                self.current = None

    def _lose(self, pid: int) -> None:
        """Remove what an engine that has ended left."""
        ended = [each for each in self._engines() if each.pid == pid]
        for each in ended:
            _remove(each.path)
        for pipe in {each.ready for each in ended}:
            os.close(pipe)


def _said(engine: _Engine) -> str:
    """What an engine says on its pipe; empty where it has said nothing, or has ended."""
    try:
        return os.read(engine.ready, 64).decode()
    except BlockingIOError:
        return ""


def _remove(path: Path) -> None:
    """Remove a socket and its board."""
    path.unlink(missing_ok=True)
    boards.path_of(path).unlink(missing_ok=True)


def main() -> None:
    """Keep the plan on standard input until SIGTERM."""
    end_with_parent(os.getppid())
    Keeper(Plan.from_json(sys.stdin.read())).keep()


if __name__ == "__main__":
    main()
