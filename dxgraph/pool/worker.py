"""A worker: one process that does one task at a time and may be ended at any moment.

Limits are the kernel's, so that they hold while Oxigraph is deep in a query: a timer whose signal
ends the process, a ceiling for its memory and for the file an answer goes to, and a signal when
the other side of the connection goes away.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import resource
import select
import signal
import socket
import time
from pathlib import Path
from typing import Any

from dxgraph.errors import DxgraphError
from dxgraph.pool import messages
from dxgraph.pool.board import Board
from dxgraph.pool.plan import Plan
from dxgraph.pool.tasks import Task, as_error, run
from dxgraph.session import Graph

#: A query that has had the processor for so long, in seconds, gives way to others. Its worker is
#: replaced after it, for it cannot come first again.
SLOW = 0.5
#: The exit code of a worker that Python told of exhausted memory.
MEMORY_EXIT = 71
_GROWN = 64 * 1024 * 1024
#: Memory that a worker may come to have for itself of what it was forked with. Oxigraph counts who
#: reads what, on the pages themselves, so that reading parts them from those of the others.
_PARTED = 128 * 1024 * 1024
_PR_SET_PDEATHSIG = 1
_ENDING = (signal.SIGALRM, signal.SIGIO, signal.SIGXFSZ, signal.SIGTERM, signal.SIGCHLD)


def end_with_parent(parent: int) -> None:
    """Have the kernel end this process when its parent ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def bound(memory: int, result: int) -> None:
    """Set the ceilings of this process: memory beyond what it has now, and sizes of files."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    ceiling = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
    resource.setrlimit(resource.RLIMIT_FSIZE, (result, result))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in _ENDING:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


class Worker:
    """Takes connections from the engine's socket, one after the other, until it is worn."""

    def __init__(self, graph: Graph, version: str, plan: Plan, board: Board, slot: int) -> None:
        self.graph = graph
        self.version = version
        self.plan = plan
        self.board = board
        self.slot = slot

    def serve(self, listener: socket.socket) -> None:
        """Answer until worn; the process must end then."""
        bound(self.plan.memory, self.plan.result)
        at_first, priority, faults = _peak_memory(), _priority(), _faults()
        worn = False
        while not worn or self.board.stays:
            connection, _ = listener.accept()
            with connection:
                try:
                    self._take(connection)
                except (EOFError, ConnectionError):
                    pass
                except MemoryError:
                    os._exit(MEMORY_EXIT)
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
                    self.board.begin(self.slot, 0, 0.0)
            worn = worn or _priority() != priority or _peak_memory() - at_first > _GROWN
            if not worn and _faults() - faults > _PARTED:
                faults = _faults()
                worn = _own_memory() > _PARTED

    def _take(self, connection: socket.socket) -> None:
        began = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, self.plan.deadline)
        message, stay = messages.receive(connection)
        if stay is None:
            raise EOFError
        request, fields = message["request"], message["task"]
        task = Task(**fields)
        self.board.begin(self.slot, request, began)
        signal.setitimer(signal.ITIMER_REAL, min(task.timeout, self.plan.deadline))
        file = os.memfd_create("dxgraph-answer")
        try:
            with os.fdopen(stay, "rb", buffering=0):
                _end_on_leaving(stay)
                head = self._done(task, file)
            signal.setitimer(signal.ITIMER_REAL, self.plan.deadline)
            messages.send(connection, head, None if "error" in head else file)
        finally:
            os.close(file)

    def _done(self, task: Task, file: int) -> dict[str, Any]:
        try:
            return {"version": self.version, **run(self.graph, task, file)}
        except DxgraphError as error:
            return as_error(error)


def _end_on_leaving(stay: int) -> None:
    """Have SIGIO end this process when the other end of a pipe closes; raise EOFError if it has.

    Nothing is ever written to the pipe. The connection itself would not do: what was sent on it is
    told to its receiver twice, first to read it and then by SIGIO, with time to read between.
    """
    fcntl.fcntl(stay, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(stay, fcntl.F_SETFL, fcntl.fcntl(stay, fcntl.F_GETFL) | os.O_ASYNC)
    poll = select.poll()
    poll.register(stay, select.POLLHUP)
    if poll.poll(0):
        raise EOFError


def processor_time(pid: int) -> float:
    """The seconds that a process has had of the processor; raises OSError when it has ended."""
    clock = ctypes.c_int()
    if ctypes.CDLL(None).clock_getcpuclockid(pid, ctypes.byref(clock)):
        raise ProcessLookupError(pid)
    return time.clock_gettime(clock.value)


def _priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, 0)


def _faults() -> int:
    """Bytes of all pages that this process was given, or a copy of: at least what it owns."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt * resource.getpagesize()


def _own_memory() -> int:
    """Bytes that no other process shares. The kernel walks all pages to tell, so ask seldom."""
    try:
        text = Path("/proc/self/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    lines = (line.split() for line in text.splitlines())
    return sum(int(line[1]) * 1024 for line in lines if line[0].startswith("Private_"))


def _peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
