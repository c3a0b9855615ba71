"""The ASGI application in front of Flask: what must happen before Flask sees a request.

It bounds bodies and the number of requests in progress, answers what is in this process's memory
at once, notices clients that leave, and streams what Flask yields as fast as the client reads.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any

from dxgraph.settings import Settings
from dxgraph.web import headers, metrics, problems, waiting, wsgi
from dxgraph.web.journal import Journal
from dxgraph.web.wsgi import Pairs

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_LARGEST_BODY = 1_000_000
_HEARD_OUT = 16_000_000
_BODY_SECONDS = 30.0
_NOTICE_SECONDS = 0.05
_HOT = 512
#: What is refused before Flask hears of it: status, title, English, Japanese.
_BUSY = (
    503,
    "Overloaded",
    "too many requests are in progress; try again in a moment",
    "混み合っています。しばらくしてからもう一度お試しください",
)
_LARGE = (
    413,
    "Content Too Large",
    f"the body is too large; send at most {_LARGEST_BODY:,} bytes",
    f"本文が大きすぎます。{_LARGEST_BODY:,} バイトまでにしてください",
)
_LATE = (
    408,
    "Request Timeout",
    f"the body did not come in time; send all of it within {_BODY_SECONDS:.0f} seconds",
    f"本文が時間内に届きませんでした。{_BODY_SECONDS:.0f} 秒以内に送り終えてください",
)


class Leave:
    """Remembers what to do when the client leaves, and that it has left."""

    def __init__(self) -> None:
        self.left = False
        self._action: Callable[[], None] | None = None

    def call(self, action: Callable[[], None]) -> None:
        """Have an action called when the client leaves, or now if it has."""
        self._action = action
        if self.left:
            action()

    def happen(self) -> None:
        """The client has left."""
        self.left = True
        if self._action is not None:
            self._action()


class _TooLarge(Exception):
    """A body beyond what is read."""


class _Hot:
    """Responses of this process by the raw request, for as long as the version stays."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, ...], tuple[Pairs, bytes, bytes]] = OrderedDict()

    def get(self, key: tuple[Any, ...]) -> tuple[Pairs, bytes, bytes] | None:
        return self._kept.get(key)

    def put(self, key: tuple[Any, ...], pairs: Pairs, body: bytes) -> None:
        tag = dict(pairs).get(b"etag", b"")
        if tag and len(body) <= wsgi.WHOLE:
            self._kept[key] = pairs, body, tag
            while len(self._kept) > _HOT:
                self._kept.popitem(last=False)


class Gateway:
    """A WSGI application as ASGI; ``version`` tells which graph answers now, or raises."""

    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        settings: Settings,
        version: Callable[[], str],
        journal: Journal,
    ) -> None:
        self._application = application
        self._most = settings.waiting
        self._version = version
        self._journal = journal
        self._hot = _Hot() if settings.cache else None
        self._busy = 0

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """One request, or the events of the server's start and end."""
        if scope["type"] != "http":
            return
        began = time.perf_counter()
        given = _header(scope, b"x-request-id")
        identity = headers.request_id(given.decode("latin-1") if given else None)
        languages = (_header(scope, b"accept-language") or b"").decode("latin-1")
        reply = _Reply(send, identity, languages)
        cached = await self._from_memory(scope, reply)
        if not cached:
            await self._through_flask(scope, receive, reply, identity)
        seconds, known = time.perf_counter() - began, cached or reply.cached
        method, path = str(scope["method"]), str(scope["path"])
        self._journal.note(identity, method, path, reply.status, reply.size, seconds, known)
        metrics.count(path, reply.status, seconds, reply.size, known)

    async def _from_memory(self, scope: dict[str, Any], reply: _Reply) -> bool:
        key = self._key(scope)
        found = self._hot.get(key) if self._hot is not None and key is not None else None
        if found is None:
            return False
        pairs, body, tag = found
        if tag in (_header(scope, b"if-none-match") or b""):
            kept = [pair for pair in pairs if pair[0] not in (b"content-length", b"content-type")]
            await reply.whole(304, kept, b"")
        else:
            await reply.whole(200, pairs, body)
        return True

    def _key(self, scope: dict[str, Any]) -> tuple[Any, ...] | None:
        """What a response in memory depends on; None for requests that are not kept."""
        if self._hot is None or scope["method"] != "GET":
            return None
        chosen = {b"accept": b"", b"accept-encoding": b"", b"accept-language": b"", b"host": b""}
        for name, value in scope["headers"]:
            if name in chosen:
                chosen[name] += value + b","
        try:
            version = self._version()
        except LookupError:
            return None
        return version, scope["path"], scope["query_string"], *chosen.values()

    async def _through_flask(
        self, scope: dict[str, Any], receive: Receive, reply: _Reply, identity: str
    ) -> None:
        if self._busy >= self._most:
            await reply.problem(*_BUSY, [(b"retry-after", b"1")])
            return
        self._busy += 1
        try:
            body = b""
            if _has_body(scope):
                async with asyncio.timeout(_BODY_SECONDS):
                    body = await _read(scope, receive)
        except _TooLarge:
            await reply.problem(*_LARGE)
        except TimeoutError:
            await reply.problem(*_LATE)
        else:
            await self._run(scope, receive, reply, identity, body)
        finally:
            self._busy -= 1

    async def _run(
        self,
        scope: dict[str, Any],
        receive: Receive,
        reply: _Reply,
        identity: str,
        body: bytes,
    ) -> None:
        """Run Flask, while listening for the client's leaving."""
        leave = Leave()
        environ = wsgi.environ_of(scope, body)
        environ["dxgraph.leave"] = leave
        environ["dxgraph.id"] = identity
        loop = asyncio.get_running_loop()
        watch = _Watch(receive, leave)
        timer = loop.call_later(_NOTICE_SECONDS, watch.start)
        try:
            status, pairs, chunks = await waiting.run(wsgi.call, self._application, environ)
            reply.cached = "dxgraph.cached" in environ
            if isinstance(chunks, bytes):
                await reply.whole(status, pairs, chunks)
                key = self._key(scope)
                if self._hot is not None and key is not None and status == 200:
                    self._hot.put(key, pairs, chunks)
            else:
                watch.start()
                await reply.stream(status, pairs, chunks, leave)
        finally:
            timer.cancel()
            watch.stop()


class _Watch:
    """Listens for the client's leaving, for requests that take long enough to be worth it."""

    def __init__(self, receive: Receive, leave: Leave) -> None:
        self._receive = receive
        self._leave = leave
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._listen())

    def stop(self) -> None:
        """Listen no more."""
        if self._task is not None:
            self._task.cancel()

    async def _listen(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            continue
        self._leave.happen()


class _Reply:
    """Sends one response and counts it."""

    def __init__(self, send: Send, identity: str, languages: str = "") -> None:
        self._send = send
        self._languages = languages
        self._identity = (b"x-request-id", identity.encode())
        self.status = 499
        self.size = 0
        self.cached = False

    async def whole(self, status: int, pairs: Pairs, body: bytes) -> None:
        """A response at once."""
        await self._start(status, pairs)
        self.size = len(body)
        await self._send({"type": "http.response.body", "body": body})

    async def stream(
        self, status: int, pairs: Pairs, chunks: Iterator[bytes], leave: Leave
    ) -> None:
        """A response in pieces, each made in a thread, until the client leaves."""
        await self._start(status, pairs)
        loop = asyncio.get_running_loop()
        while chunk := await loop.run_in_executor(None, next, chunks, b""):
            if leave.left:
                return
            self.size += len(chunk)
            await self._send({"type": "http.response.body", "body": chunk, "more_body": True})
        await self._send({"type": "http.response.body", "body": b""})

    async def problem(
        self, status: int, title: str, en: str, ja: str, pairs: Pairs | None = None
    ) -> None:
        """A problem document made without Flask, in the client's language."""
        detail = {"en": en, "ja": ja}[problems.preferred(self._languages)]
        body = problems.document(status, title, detail)
        fixed = [(name.lower().encode(), value.encode()) for name, value in headers.FIXED]
        kind = (b"content-type", b"application/problem+json")
        await self.whole(status, [kind, *fixed, *(pairs or [])], body.encode())

    async def _start(self, status: int, pairs: Pairs) -> None:
        self.status = status
        kept = [pair for pair in pairs if pair[0] != b"x-request-id"]
        start = {
            "type": "http.response.start",
            "status": status,
            "headers": [*kept, self._identity],
        }
        await self._send(start)


def _header(scope: dict[str, Any], wanted: bytes) -> bytes | None:
    return next((value for name, value in scope["headers"] if name == wanted), None)


def _has_body(scope: dict[str, Any]) -> bool:
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])


async def _read(scope: dict[str, Any], receive: Receive) -> bytes:
    """The body; raises _TooLarge beyond what is read.

    A body not much larger is heard to its end, so that the client hears the refusal.
    """
    length = _header(scope, b"content-length")
    if length is not None and (not length.isdigit() or int(length) > _HEARD_OUT):
        raise _TooLarge
    parts, size, more = [], 0, True
    while more and size <= _HEARD_OUT:
        message = await receive()
        more = bool(message.get("more_body"))
        size += len(message.get("body", b""))
        if size <= _LARGEST_BODY:
            parts.append(message.get("body", b""))
    if size > _LARGEST_BODY:
        raise _TooLarge
    return b"".join(parts)
