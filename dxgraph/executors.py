"""Where the tasks of a build run: here, in processes on this machine, or on a Dask cluster.

A task is a function of a module of ours, called with something that all items of a run share and
one item. Both, and what it returns, are plain data that can be pickled, so a cluster needs no disk
in common: only dxgraph, in the same version, on each worker. Items are taken as they are needed and
results handed on as they are finished, so neither is ever held as a whole.

Processes are children that speak through pipes, begun without the caller's ``__main__``, so that a
plain script may build a graph; when the build dies they read the end of their pipe, and end.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, Any, Protocol, TypeVar

from dxgraph.errors import DxgraphError, ExecutorError, MissingExtra
from dxgraph.kept import software

_C = TypeVar("_C")
_I = TypeVar("_I")
_R = TypeVar("_R")
#: So few items are done before another process would have begun.
_FEW = 8
#: Seconds to wait for a scheduler.
_PATIENCE = 10
#: When a worker looks for garbage in cycles: tasks make many objects and hardly any such.
_GARBAGE = (200_000, 20, 20)
_BEGIN = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from dxgraph.executors import work; work()"
)


class Executor(Protocol):
    """Runs tasks; entered and left as a context, which ends what it began."""

    def run(self, task: Callable[[_C, _I], _R], common: _C, items: Iterable[_I]) -> Iterator[_R]:
        """The result of the task for each item, in the order they are finished.

        What a task raises ends the run. Raises ExecutorError where a worker is lost.
        """

    def __enter__(self) -> Executor: ...

    def __exit__(self, *exc: object) -> None: ...


class Here:
    """One task after the other, in this process."""

    def run(self, task: Callable[[_C, _I], _R], common: _C, items: Iterable[_I]) -> Iterator[_R]:
        """The result for each item, in their order."""
        return (task(common, item) for item in items)

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *exc: object) -> None:
        return None


class Processes:
    """As many processes as this one may use cores; a few items are done here."""

    def __init__(self, count: int | None = None) -> None:
        self._count = count or _cores()
        self._workers: list[_Worker] = []

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *exc: object) -> None:
        for worker in self._workers:
            for pipe in (worker.stdout, worker.stdin):
                with suppress(BrokenPipeError):
                    pipe.close()
            worker.process.wait()
        self._workers.clear()

    def run(self, task: Callable[[_C, _I], _R], common: _C, items: Iterable[_I]) -> Iterator[_R]:
        """The result for each item, in the order they are finished."""
        given = iter(items)
        few = list(islice(given, _FEW + 1))
        if len(few) <= _FEW or self._count == 1:
            return Here().run(task, common, chain(few, given))
        while len(self._workers) < self._count:
            self._workers.append(_begun())
        return _Run(self._workers, (task, common), chain(few, given)).results()


def _cores() -> int:
    """How many this process may use, where the system tells, else how many there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True)
class _Worker:
    """A child process with its pipes."""

    process: subprocess.Popen[bytes]
    stdin: IO[bytes]
    stdout: IO[bytes]


def _begun() -> _Worker:
    """A worker in a session of its own, so that an interrupt reaches only the build."""
    child = subprocess.Popen(
        [sys.executable, "-c", _BEGIN],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    pickle.dump(sys.path, child.stdin)
    return _Worker(child, child.stdin, child.stdout)


class _Run:
    """One run over some workers: a thread for each hands it items and takes its results."""

    def __init__(self, workers: list[_Worker], begin: object, items: Iterator[object]) -> None:
        self._begin = pickle.dumps((True, begin), protocol=pickle.HIGHEST_PROTOCOL)
        self._items = items
        self._ahead = 2 * len(workers)
        self._due: queue.SimpleQueue[tuple[object] | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[bool, Any]] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._serve, args=(worker,), daemon=True) for worker in workers
        ]

    def results(self) -> Iterator[Any]:
        """Results as they come; the workers wait for the next run when it is over."""
        for thread in self._threads:
            thread.start()
        out = 0
        try:
            while True:
                for item in islice(self._items, self._ahead - out):
                    self._due.put((item,))
                    out += 1
                if not out:
                    return
                good, answer = self._done.get()
                out -= 1
                if not good:
                    raise answer
                yield answer
        finally:
            while not self._due.empty():
                self._due.get()
            for _ in self._threads:
                self._due.put(None)
            for thread in self._threads:
                thread.join()

    def _serve(self, worker: _Worker) -> None:
        try:
            worker.stdin.write(self._begin)
            while item := self._due.get():
                pickle.dump((False, *item), worker.stdin, protocol=pickle.HIGHEST_PROTOCOL)
                worker.stdin.flush()
                self._done.put(pickle.load(worker.stdout))
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            self._done.put(
                (False, _lost(f"process {worker.process.pid} ended with {worker.process.wait()}"))
            )


def work() -> None:
    """Do what comes through standard input until it ends: the life of a worker process."""
    gc.set_threshold(*_GARBAGE)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    task: Callable[[Any, Any], Any]
    common: Any
    while True:
        try:
            begins, given = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        if begins:
            task, common = given
            continue
        try:
            answer = (True, task(common, given))
        except DxgraphError as error:
            answer = (False, error)
        try:
            pickle.dump(answer, answers, protocol=pickle.HIGHEST_PROTOCOL)
            answers.flush()
        except BrokenPipeError:
            return


class Cluster:
    """The workers of a Dask scheduler, each with dxgraph as it is here and one thread.

    Raises MissingExtra without the extra ``cluster``, and ExecutorError for a scheduler that is not
    there, has no workers, or has some with another dxgraph.
    """

    def __init__(self, address: str) -> None:
        try:
            self._dask = importlib.import_module("distributed")
        except ImportError as error:
            raise MissingExtra("cluster", "distributed") from error
        try:
            self._client = self._dask.Client(
                f"tcp://{address}", timeout=_PATIENCE, set_as_default=False
            )
        except (OSError, ValueError) as error:
            raise ExecutorError(
                f"no Dask scheduler answers at {address} ({error}); start one: dask scheduler",
                f"{address} に Dask のスケジューラーがありません({error})。"
                "dask scheduler で起動してください",
            ) from error
        there = self._client.run(software)
        other = sorted(name for name, made_of in there.items() if made_of != software())
        if other or not there:
            self._client.close()
            told = ", ".join(other) or "-"
            raise ExecutorError(
                f"workers of {address} without this dxgraph: {told}; a cluster needs at least "
                "one worker, and the same dxgraph and pyoxigraph on each",
                f"{address} のうち、この dxgraph のないワーカー: {told}。ワーカーは一つ以上要り、"
                "すべてに同じ dxgraph と pyoxigraph が要ります",
            )
        self._ahead = 2 * len(there)

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *exc: object) -> None:
        self._client.close()

    def run(self, task: Callable[[_C, _I], _R], common: _C, items: Iterable[_I]) -> Iterator[_R]:
        """The result for each item, in the order they are finished."""
        shared = self._client.scatter(common, broadcast=True, hash=False)
        given = iter(items)

        def submitted(count: int) -> list[Any]:
            return [
                self._client.submit(task, shared, item, pure=False) for item in islice(given, count)
            ]

        finished = self._dask.as_completed(submitted(self._ahead), loop=self._client.loop)
        try:
            for future in finished:
                yield future.result()
                finished.update(submitted(1))
        except self._dask.KilledWorker as error:
            raise _lost(str(error)) from error


def chosen(text: str | None) -> Executor:
    """The executor ``--executor`` names: ``processes``, ``here`` or ``dask://HOST:PORT``.

    >>> type(chosen("here")).__name__
    'Here'
    """
    if text in (None, "processes"):
        return Processes()
    if text == "here":
        return Here()
    scheme, _, address = str(text).partition("://")
    if scheme == "dask" and address:
        return Cluster(address)
    raise ExecutorError(
        f"'{text}' is no executor; write processes, here or dask://HOST:PORT",
        f"「{text}」という実行先はありません。"
        "processes、here、dask://ホスト:ポート のいずれかを書いてください",
    )


def _lost(what: str) -> ExecutorError:
    return ExecutorError(
        f"a worker was lost ({what}), perhaps for want of memory; what was finished is kept, so "
        "run it again, or with --executor here",
        f"ワーカーを失いました({what})。メモリー不足かもしれません。終わった分は残っているので、"
        "もう一度、または --executor here で実行してください",
    )
