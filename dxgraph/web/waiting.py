"""Waiting without a thread: synchronous code that runs in the event loop and pauses where it waits.

Flask's views run in a greenlet. Where they wait for a worker they hand an awaitable to the event
loop, which goes on with other requests; a thread a request would cost more in switches than the
request itself.
"""

from __future__ import annotations

import asyncio
import contextvars
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from greenlet import getcurrent, greenlet

from dxgraph.pool.client import Pool

T = TypeVar("T")


class _Paused(greenlet):
    """A greenlet that ``run`` started, and that may therefore wait."""


async def run(function: Callable[..., T], *arguments: object) -> T:
    """Call a function that may ``wait_for`` awaitables, and give its result."""
    child = _Paused(function)
    child.gr_context = contextvars.copy_context()
    found: Any = child.switch(*arguments)
    while not child.dead:
        try:
            value = await found
        except BaseException:
            found = child.throw(*sys.exc_info())
        else:
            found = child.switch(value)
    return cast(T, found)


def wait_for(awaitable: Awaitable[T]) -> T:
    """The result of an awaitable, from within a function that ``run`` called."""
    parent = getcurrent().parent
    assert parent is not None
    return cast(T, parent.switch(awaitable))


def aside(function: Callable[[], T]) -> T:
    """The result of a function that computes for long: in a thread, where others would wait."""
    if not isinstance(getcurrent(), _Paused):
        return function()
    return wait_for(asyncio.get_running_loop().run_in_executor(None, function))


def pause(seconds: float) -> None:
    """Do nothing for some seconds, while others go on."""
    if isinstance(getcurrent(), _Paused):
        wait_for(asyncio.sleep(seconds))
    else:
        time.sleep(seconds)


class LoopPool(Pool):
    """The pool for views that run in the event loop."""

    def wait(self, connection: socket.socket, seconds: float) -> bool:
        """Whether there is something to read within some seconds."""
        return wait_for(_readable(connection, seconds))

    def pause(self, seconds: float) -> None:
        """Let others go on for some seconds."""
        wait_for(asyncio.sleep(seconds))


async def _readable(connection: socket.socket, seconds: float) -> bool:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[bool] = loop.create_future()
    timer = loop.call_later(seconds, _settle, ready, False)
    loop.add_reader(connection, _settle, ready, True)
    try:
        return await ready
    finally:
        loop.remove_reader(connection)
        timer.cancel()


def _settle(ready: asyncio.Future[bool], value: bool) -> None:
    if not ready.done():
        ready.set_result(value)
