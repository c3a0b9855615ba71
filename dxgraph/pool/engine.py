"""An engine: one version of the graph, and the workers forked from it."""

from __future__ import annotations

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
from dxgraph.pool.plan import Plan
from dxgraph.pool.worker import SLOW, Worker, end_with_parent
from dxgraph.session import Graph

_BACKLOG = 256
_BEAT = 0.1
_NICE = 10
_WATCHED = (signal.SIGCHLD, signal.SIGTERM)


class Engine:
    """Keeps as many workers as planned; a worker that ends is replaced at once."""

    def __init__(self, plan: Plan, graph: Graph, version: str, path: Path) -> None:
        self.plan = plan
        self.graph = graph
        self.version = version
        self.path = path
        self.board = Board(boards.path_of(path), plan.workers)
        self.workers: dict[int, int] = {}
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(str(path))
        self.listener.listen(_BACKLOG)

    def start(self) -> None:
        """Fork the workers."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
        for slot in range(self.plan.workers):
            self._hire(slot)

    def watch(self) -> None:
        """Replace workers that end, until told to stop by SIGTERM."""
        while True:
            told = signal.sigtimedwait(_WATCHED, _BEAT)
            if told is not None and told.si_signo == signal.SIGTERM:
                break
            self._replace()
            self._slow_down()
        for pid in self.workers:
            os.kill(pid, signal.SIGKILL)
        while self.workers:
            self.workers.pop(os.wait()[0], None)

    def _hire(self, slot: int) -> None:
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

    def _replace(self) -> None:
        while self.workers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            slot = self.workers.pop(pid)
            self.board.lose(slot, os.waitstatus_to_exitcode(status))
            self._hire(slot)

    def _slow_down(self) -> None:
        """Let short queries pass those that have run for long."""
        now = time.monotonic()
        for slot, (_, began, pid) in self.board.running().items():
            if now - began > SLOW and self.workers.get(pid) == slot:
                os.setpriority(os.PRIO_PROCESS, pid, _NICE)


def run(plan: Plan, path: Path, ready: int, parent: int, held: bool) -> None:
    """Be an engine in this process: load, fork, tell the version on ``ready``, watch, end.

    What ``held`` is, ``Plan.load`` says.
    """
    end_with_parent(parent)
    try:
        graph, version = plan.load(held)
        if not plan.store:
            graph.warm()
            views.warm(graph)
    except DxgraphError as error:
        print(f"dxgraph: {error}", file=sys.stderr, flush=True)
        os._exit(2)
    engine = Engine(plan, graph, version, path)
    engine.start()
    os.write(ready, version.encode())
    os.close(ready)
    engine.watch()
    os._exit(0)
