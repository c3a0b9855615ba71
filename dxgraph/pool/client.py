"""A front's side of the pool: hand a task to whichever worker is free, and wait within bounds."""

from __future__ import annotations

import os
import random
import select
import signal
import socket
import time
from pathlib import Path
from typing import IO, Any

from dxgraph.errors import (
    DxgraphError,
    LimitExceeded,
    Overloaded,
    QueryMemory,
    QueryTimeout,
    ResultTooLarge,
    WorkerLost,
)
from dxgraph.pool import board as boards
from dxgraph.pool import messages
from dxgraph.pool.board import Board
from dxgraph.pool.plan import FILES, LINK
from dxgraph.pool.tasks import Answer, Leave, Task, from_error
from dxgraph.pool.worker import MEMORY_EXIT

_PAUSE = 0.01
_GRACE = 0.8
_WAIT_FOR_REASON = 0.5
_EARLY = 1.0


class WorkerEnded(WorkerLost):
    """A worker that ended through no fault of its query."""


class Pool:
    """The engine behind a run folder, whichever version it serves."""

    def __init__(self, run: Path, queue: float) -> None:
        self.run = run
        self.queue = queue
        self._link = os.fspath(run / LINK)
        self._boards: dict[str, Board] = {}

    @property
    def version(self) -> str:
        """The version that answers now; raises Overloaded before any does."""
        return self._engine().partition(".")[0]

    @property
    def held(self) -> bool:
        """Whether its graph is in memory; raises Overloaded before any answers."""
        return FILES not in self._engine().split(".")

    def board(self) -> Board:
        """The board of the engine that answers now."""
        return self._board(self._engine())

    def ask(self, task: Task, leave: Leave | None = None) -> Answer:
        """The answer of a worker; raises what the worker met, or LimitExceeded.

        Where somebody else ended the worker before the query could have, it is asked once more.
        """
        began = time.monotonic()
        try:
            return self._ask(task, leave, began)
        except WorkerEnded:
            return self._ask(task, leave, began)

    def _ask(self, task: Task, leave: Leave | None, began: float) -> Answer:
        request = random.getrandbits(63) | 1
        connection, engine = self._connect(began)
        board = self._board(engine)
        theirs, ours = os.pipe()
        with connection, os.fdopen(ours, "wb", buffering=0) as stay:
            if leave is not None:
                leave.call(lambda: _hang_up(connection, stay))
            try:
                with os.fdopen(theirs, "rb", buffering=0):
                    told = {"request": request, "task": task.as_message()}
                    messages.send(connection, told, theirs)
                patience = self._patience(engine, task)
                head, file = self._reply(connection, task, board, request, began, patience)
            except (EOFError, OSError) as error:
                raise self._reason(board, request, time.monotonic() - began) from error
        if "error" in head:
            raise from_error(head)
        if file is None:
            raise _lost()
        os.lseek(file, 0, os.SEEK_SET)
        return Answer(os.fdopen(file, "rb"), **head)

    def wait(self, connection: socket.socket, seconds: float) -> bool:
        """Whether there is something to read within some seconds."""
        return bool(select.select([connection], [], [], seconds)[0])

    def pause(self, seconds: float) -> None:
        """Do nothing for some seconds."""
        time.sleep(seconds)

    def _patience(self, engine: str, task: Task) -> float:
        """How long a task waits for a worker: from files each takes its time, and so may this."""
        return max(self.queue, task.timeout) if FILES in engine.split(".") else self.queue

    def _reply(
        self,
        connection: socket.socket,
        task: Task,
        board: Board,
        request: int,
        began: float,
        patience: float,
    ) -> tuple[dict[str, Any], int | None]:
        """The worker's message; Overloaded when none takes the task while one is patient."""
        if not self.wait(connection, patience):
            if not board.runs(request):
                raise _overloaded()
            rest = max(began + patience + task.timeout - time.monotonic(), 0) + _GRACE
            if not self.wait(connection, rest):
                raise _lost()
        return messages.receive(connection)

    def _connect(self, began: float) -> tuple[socket.socket, str]:
        """A connection in the engine's queue; an engine being replaced is waited for."""
        while True:
            engine = self._engine()
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.setblocking(False)
            try:
                connection.connect(os.fspath(self.run / engine))
                connection.settimeout(self.queue)
                return connection, engine
            except BlockingIOError as error:
                connection.close()
                raise _overloaded() from error
            except (ConnectionError, FileNotFoundError) as error:
                connection.close()
                if time.monotonic() - began > self.queue:
                    raise _overloaded() from error
                self.pause(_PAUSE)

    def _reason(self, board: Board, request: int, seconds: float) -> DxgraphError:
        """Why the worker of a request ended, as soon as its engine knows."""
        until = time.monotonic() + _WAIT_FOR_REASON
        while (status := board.lost(request)) is None and time.monotonic() < until:
            self.pause(_PAUSE)
        if seconds < _EARLY and status in _NOT_ITS_FAULT:
            return _ended()
        return _lost() if status is None else _REASONS.get(status, _lost)()

    def _engine(self) -> str:
        try:
            return os.readlink(self._link)
        except FileNotFoundError as error:
            raise _overloaded() from error

    def _board(self, engine: str) -> Board:
        board = self._boards.get(engine)
        if board is None:
            try:
                board = Board(boards.path_of(self.run / engine))
            except FileNotFoundError as error:
                raise _overloaded() from error
            self._boards = {engine: board}
        return board


def _hang_up(connection: socket.socket, stay: IO[bytes]) -> None:
    """End the worker, and what waits for it, from another thread than that."""
    stay.close()
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _ended() -> WorkerEnded:
    lost = _lost()
    return WorkerEnded(lost.en, lost.ja)


def _timeout() -> LimitExceeded:
    return QueryTimeout(
        "the query ran until its deadline; narrow it, or ask for less with LIMIT",
        "クエリが期限までに終わりませんでした。範囲を狭めるか、LIMIT で減らしてください",
    )


def _memory() -> LimitExceeded:
    return QueryMemory(
        "the query wanted more memory than one query may have; narrow it",
        "クエリが使える記憶域を超えました。範囲を狭めてください",
    )


def _too_large() -> LimitExceeded:
    return ResultTooLarge(
        "the answer is larger than one answer may be; ask for pages with limit= and offset=",
        "答えが大きすぎます。limit= と offset= でページに分けてください",
    )


def _lost() -> LimitExceeded:
    return WorkerLost(
        "the worker of this query was lost; it has been replaced, try once more",
        "このクエリを実行していたプロセスが失われました。もう一度お試しください",
    )


def _overloaded() -> LimitExceeded:
    return Overloaded(
        "every worker is busy; try again in a moment",
        "混み合っています。しばらくしてからもう一度お試しください",
    )


_REASONS = {
    -signal.SIGALRM: _timeout,
    -signal.SIGABRT: _memory,
    MEMORY_EXIT: _memory,
    -signal.SIGXFSZ: _too_large,
}
#: Never begun, or killed from outside.
_NOT_ITS_FAULT = (None, -signal.SIGKILL, -signal.SIGTERM)
