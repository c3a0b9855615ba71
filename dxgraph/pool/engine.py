"""An engine: the graph, and the workers forked from it.

Told by SIGUSR1 that a newer version is built, an engine that holds its graph in memory has a reader
read what views keep of that, makes its graph the newer one by what differs, and hires new workers.
The workers from before have the graph as it was when they were forked, and go on with it until all
that they may be answering has met its deadline.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import time
import traceback
from pathlib import Path

from dxgraph import views
from dxgraph.errors import DxgraphError
from dxgraph.pool import board as boards
from dxgraph.pool.board import Board
from dxgraph.pool.plan import RENEWED, Plan
from dxgraph.pool.reading import Reader
from dxgraph.pool.worker import SLOW, Worker, end_with_parent, processor_time
from dxgraph.session import Graph

#: What an engine says instead of a version when it cannot make its graph a newer one.
UNABLE = "-"
_BACKLOG = 256
_BEAT = 0.1
#: Seconds after which nobody asks workers any more of whom others have taken over.
_LATE = 2.0
#: Seconds that the first answers have for themselves.
_FIRST = 2.0
_NICE = 5
_WATCHED = (signal.SIGCHLD, signal.SIGTERM, signal.SIGUSR1)


class Crew:
    """As many workers as planned for one version of the graph, and where they are asked."""

    def __init__(self, plan: Plan, graph: Graph, version: str, path: Path) -> None:
        self.plan = plan
        self.graph = graph
        self.version = version
        self.board = Board(boards.path_of(path), plan.workers)
        self.workers: dict[int, int] = {}
        #: Request that runs -> the processor time of its worker when it was first seen.
        self.used: dict[int, float] = {}
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(str(path))
        self.listener.listen(_BACKLOG)
        for slot in range(plan.workers):
            self.hire(slot)

    def hire(self, slot: int) -> None:
        """Fork a worker."""
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._work(parent, slot)
        self.workers[pid] = slot
        self.board.hire(slot, pid)

    def _work(self, parent: int, slot: int) -> None:
        """Be a worker; never returns."""
        try:
            end_with_parent(parent)
            Worker(self.graph, self.version, self.plan, self.board, slot).serve(self.listener)
            os._exit(0)
        finally:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)

    def lose(self, pid: int, status: int) -> int:
        """Note that a worker has ended; the slot it leaves."""
        slot = self.workers.pop(pid)
        self.board.lose(slot, os.waitstatus_to_exitcode(status))
        return slot

    def slow_down(self) -> None:
        """Let short queries pass those that have worked for long."""
        before, self.used = self.used, {}
        for slot, (request, _, pid) in self.board.running().items():
            if self.workers.get(pid) != slot:
                continue
            with contextlib.suppress(OSError):
                used = processor_time(pid)
                at_first = self.used[request] = before.get(request, used)
                if used - at_first > SLOW:
                    os.setpriority(os.PRIO_PROCESS, pid, _NICE)

    def dismiss_idle(self) -> None:
        """End workers that answer nothing. Should one take a request meanwhile, it is asked again.

        While one is idle, nobody waits.
        """
        busy = {pid for _, _, pid in self.board.running().values()}
        for pid in self.workers.keys() - busy:
            os.kill(pid, signal.SIGTERM)

    def dismiss(self) -> None:
        """End all workers."""
        for pid in self.workers:
            os.kill(pid, signal.SIGKILL)
        self.listener.close()


class Engine:
    """Replaces workers that end, and renews its graph when told; says each version on a pipe.

    What a graph in memory is made of is known from the start: its file may be gone by the time when
    that is wanted.
    """

    def __init__(
        self, plan: Plan, graph: Graph, version: str, path: Path, says: int, *, held: bool
    ) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
        self.plan = plan
        self.graph = graph
        self.manifest = graph.version.manifest if held and graph.version else None
        self.crew = Crew(plan, graph, version, path)
        self.leaving: list[tuple[float, Crew]] = []
        self.reader: Reader | None = None
        self.says = says
        self.sound = True
        os.write(says, version.encode())

    def warm(self) -> None:
        """Read what workers need, after the first answers, and replace those that are idle.

        SIGTERM ends this at once.
        """
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        time.sleep(_FIRST)
        views.warm(self.graph)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        self.crew.dismiss_idle()

    def watch(self) -> None:
        """Do so until told to stop by SIGTERM."""
        while True:
            told = signal.sigtimedwait(_WATCHED, _BEAT)
            if told is not None and told.si_signo == signal.SIGTERM:
                break
            if told is not None and told.si_signo == signal.SIGUSR1:
                self._read()
            self._replace()
            if self.reader is not None and self.reader.ended:
                self._renew(self.reader)
            self.crew.slow_down()
            self._dismiss()
        if self.reader is not None:
            self.reader.end()
        for crew in self._crews():
            crew.dismiss()
        while any(crew.workers for crew in self._crews()):
            pid, _ = os.wait()
            for crew in self._crews():
                crew.workers.pop(pid, None)

    def _crews(self) -> list[Crew]:
        return [self.crew, *(crew for _, crew in self.leaving)]

    def _replace(self) -> None:
        """Hire for those of today's workers that ended, so long as the graph is theirs.

        The end of a reader is noted.
        """
        while self.reader is not None or any(crew.workers for crew in self._crews()):
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            if self.reader is not None and self.reader.pid == pid:
                self.reader.ended = True
                return
            for crew in self._crews():
                if pid in crew.workers:
                    slot = crew.lose(pid, status)
                    if crew is self.crew and self.sound:
                        crew.hire(slot)

    def _dismiss(self) -> None:
        """End those who answer nothing any more, and those who have had their time."""
        now = time.monotonic()
        for ends, crew in self.leaving:
            if now > ends:
                crew.dismiss()
                crew.workers.clear()
            elif now > ends - self.plan.patience + _LATE:
                crew.dismiss_idle()
            if not crew.workers:
                crew.listener.close()
        self.leaving = [each for each in self.leaving if each[1].workers]

    def _read(self) -> None:
        """Have the newest version read, or say that the graph cannot be made that."""
        if self.reader is not None:
            self.reader.end()
            self.reader = None
        try:
            known = self.plan.difference(self.manifest) is not None
        except (DxgraphError, OSError):
            known = False
        if known:
            self.reader = Reader(self.plan)
        else:
            os.write(self.says, UNABLE.encode())

    def _renew(self, reader: Reader) -> None:
        """Make the graph the newest version's, or say that it cannot be done.

        A graph that was left half changed is nobody's: no more workers are forked from it, and
        those there are stay.
        """
        self.reader = None
        try:
            read, made = reader.found()
            difference = self.plan.difference(self.manifest)
            if difference is None:
                os.write(self.says, UNABLE.encode())
                return
            self.crew.board.stay()
            self._replace()
            self.sound = False
            version = difference.version.name
            graph = self.plan.renewed(self.graph, difference, made if read == version else {})
            warm(graph)
        except (DxgraphError, OSError, MemoryError):
            os.write(self.says, UNABLE.encode())
            return
        leaving = time.monotonic() + self.plan.patience
        self.leaving.append((leaving, self.crew))
        self.graph, self.manifest, self.sound = graph, difference.manifest, True
        self.crew = Crew(self.plan, graph, version, Path(self.plan.run) / RENEWED)
        os.write(self.says, version.encode())


def warm(graph: Graph) -> None:
    """Read what workers need before they are forked."""
    graph.warm()
    views.warm(graph)


def run(plan: Plan, path: Path, says: int, parent: int, *, held: bool, first: bool) -> None:
    """Be an engine in this process: load, fork, say the version, watch, end.

    What ``held`` is, ``Plan.load`` says. While nobody else answers, a ``first`` engine that reads
    from files forks before it has read what pages need of the whole graph, which from a cold disk
    takes ten times as long as all else. It does so after the first answers, and forks anew.
    """
    end_with_parent(parent)
    at_once = first and not held
    try:
        graph, version = plan.load(held)
        if at_once:
            graph.warm()
        elif not plan.store:
            warm(graph)
    except DxgraphError as error:
        print(f"dxgraph: {error}", file=sys.stderr, flush=True)
        os._exit(2)
    engine = Engine(plan, graph, version, path, says, held=held)
    if at_once:
        engine.warm()
    engine.watch()
    os._exit(0)
