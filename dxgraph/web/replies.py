"""From a task to a response: limits a request sets, ETag and 304, cache, compression, streaming."""

from __future__ import annotations

import hashlib
import io
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, BinaryIO, Literal, cast
from urllib.parse import urlencode

from flask import Response, current_app, request

import dxgraph
from dxgraph.errors import BadParameter
from dxgraph.pool.tasks import Answer, Engine, Task
from dxgraph.settings import Settings
from dxgraph.web import compression, negotiation, waiting
from dxgraph.web.cache import Cache, Entry

#: Parameters of the server itself; no saved question may have one of these names.
RESERVED = ("format", "limit", "offset", "timeout", "bom")
#: The last page of a list that may be asked for.
LAST_PAGE = 10_000
_CHUNK = 256 * 1024
_SMALL = 32 * 1024
_WHOLE = 1024 * 1024
_MOST = 10_000_000
_LEAST_SECONDS = 1.0
_BEAT = 0.01
_OF_THE_GRAPH: dict[str, Literal["graphs", "choices"]] = {"graphs": "graphs", "choices": "choices"}


def settings() -> Settings:
    """The settings the application was made with."""
    return cast(Settings, current_app.extensions["settings"])


def engine() -> Engine:
    """What answers tasks."""
    return cast(Engine, current_app.extensions["engine"])


def public_url() -> str:
    """The server as clients see it, without a slash at the end."""
    return (settings().public_url or request.host_url).rstrip("/")


def part() -> tuple[int, int | None]:
    """``offset`` and ``limit`` of the request, the latter within what the server cuts to."""
    offset = _number("offset") or 0
    asked = _number("limit")
    most = settings().rows
    return offset, min(asked or most, most) if most and asked != 0 else asked


def _number(name: str) -> int | None:
    text = request.values.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= _MOST and len(text) < 9):
        raise BadParameter(
            f"{name}: '{text}' is not a whole number from 0 to {_MOST}",
            f"{name}: 「{text}」は 0 から {_MOST} までの整数ではありません",
        )
    return int(text)


def once() -> None:
    """Raise BadParameter for a parameter that is given twice."""
    for name in request.args:
        if len(request.args.getlist(name)) > 1:
            error = BadParameter("give each parameter once", "条件は一つずつ書いてください")
            error.parameter = name
            raise error


def bom() -> bool:
    """Whether the client asks for CSV that Excel knows as UTF-8; raises BadParameter for others."""
    text = request.values.get("bom", "0")
    if text not in ("0", "1"):
        raise BadParameter(
            f"bom: '{text}' is not 0 or 1", f"bom: 「{text}」は 0 か 1 ではありません"
        )
    return text == "1"


def page() -> str:
    """The ``page`` of a list that the request wants; raises BadParameter for none."""
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 0 < int(text) <= LAST_PAGE):
        raise BadParameter(
            f"page: '{text}' is not a whole number from 1 to {LAST_PAGE}",
            f"page: 「{text}」は 1 から {LAST_PAGE} までの整数ではありません",
        )
    return text


def timeout() -> float:
    """Seconds the client gives the query, within the server's deadline.

    Raises BadParameter for less than a whole answer of ours may take.
    """
    text, deadline = request.values.get("timeout"), settings().deadline
    if text is None:
        return deadline
    least = shortest(deadline)
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not seconds >= least:
        raise BadParameter(
            f"timeout: '{text}' is not a number of seconds from {least:g} up",
            f"timeout: 「{text}」は {least:g} 以上の秒数ではありません",
        )
    return min(seconds, deadline)


def shortest(deadline: float) -> float:
    """The least time in seconds a request may give its query, so that saved questions end."""
    return min(_LEAST_SECONDS, deadline)


def etag(*parts: object) -> str:
    """A tag that is the same for the same parts."""
    text = json.dumps(parts, ensure_ascii=True, default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def elsewhere() -> str:
    """The address of the other server that holds the graph; empty while it is in this one."""
    return cast(str, current_app.extensions["elsewhere"])


def answer(task: Task) -> Response:
    """The answer to a task, from the client's own copy, the cache, or the engine.

    Nobody tells when a graph in another server changes, so its answers are kept nowhere.
    """
    said = {**task.as_message(), "timeout": None}
    link = request.path if request.method == "POST" else request.full_path
    leave = request.environ.get("dxgraph.leave")
    return _sent(lambda: engine().ask(task, leave), said, link if task.limit is not None else None)


def document(make: Callable[[], object], *said: object) -> Response:
    """A JSON document about the server; ``said`` is what it depends on beside the graph."""

    def text() -> str:
        return json.dumps(make(), ensure_ascii=False)

    return made(text, "table", "json", *said)


def made(make: Callable[[], str | bytes], kind: str, form: str, *said: object) -> Response:
    """A response whose body the server makes; ``said`` is what it depends on beside the graph."""

    def answered() -> Answer:
        version = engine().version
        body = make()
        data = body.encode() if isinstance(body, str) else body
        return Answer(io.BytesIO(data), kind, form, version)

    return _sent(answered, request.path, dxgraph.__version__, said, alone=True)


def seen(view: str, **values: str) -> Any:
    """The data of a view, from the engine."""
    with engine().ask(Task("view", view, timeout(), values=values)).body as body:
        return json.load(body)


@contextmanager
def _alone(key: object) -> Iterator[None]:
    """Have one request at a time make a thing; others wait, for a deadline at most, to find it."""
    making: set[object] = current_app.extensions["making"]
    until = time.monotonic() + settings().deadline
    while key in making and time.monotonic() < until:
        waiting.pause(_BEAT)
    making.add(key)
    try:
        yield
    finally:
        making.discard(key)


def _sent(ask: Callable[[], Answer], *said: object, alone: bool = False) -> Response:
    """The client's own copy, the cache's, or what asking brings; ``said`` tells answers apart.

    Requests for what is to be made ``alone`` wait for the first of them.
    """
    coding = compression.coding()
    if elsewhere():
        response = _response(ask(), coding, None)
        response.headers["Cache-Control"] = "no-store"
        return response
    tag = etag(engine().version, *said, coding)
    if request.if_none_match.contains(tag):
        response = Response(status=304)
        response.set_etag(tag)
        return _described(response)
    cache: Cache = current_app.extensions["cache"]
    with _alone(tag) if alone and settings().cache_bytes else nullcontext():
        entry = cache.get(tag)
        if entry is not None:
            request.environ["dxgraph.cached"] = True
            return _restored(entry)
        found = ask()
        if found.version != engine().version:
            tag = etag(found.version, *said, coding)
        response = _response(found, coding, tag)
        if isinstance(response.response, list):
            cache.put(tag, Entry(tuple(response.headers), response.get_data()))
        return response


def _restored(entry: Entry) -> Response:
    response = Response(entry.body)
    response.headers.clear()
    response.headers.extend(list(entry.headers))
    return response


def _response(found: Answer, coding: str | None, tag: str | None) -> Response:
    media = negotiation.KINDS[found.kind][found.format]
    size = found.body.seek(0, 2)
    found.body.seek(0)
    whole = size <= _WHOLE or isinstance(found.body, io.BytesIO)  # made here, it is at hand
    chunks = _chunks(found.body)
    used = coding if coding and compression.worth(size, media) else None
    if used:
        chunks = compression.compressed(chunks, used)
    if size <= _SMALL:
        body: Iterator[bytes] | list[bytes] = [b"".join(chunks)]
    else:
        body = [waiting.aside(lambda: b"".join(chunks))] if whole else chunks
    response = Response(body, mimetype=media)
    if used:
        response.headers["Content-Encoding"] = used
    elif not whole:
        response.headers["Content-Length"] = str(size)
    if found.next_offset is not None:
        _say_cut(response, found)
    response.headers["X-Graph-Version"] = found.version
    if tag is not None:
        response.set_etag(tag)
    return _described(response)


def _described(response: Response) -> Response:
    response.headers["Vary"] = "Accept, Accept-Encoding"
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response


def _say_cut(response: Response, found: Answer) -> None:
    """Tell in headers that more follows, and where."""
    response.headers["X-Result-Cut"] = f"rows={found.rows}; next-offset={found.next_offset}"
    values = [(key, value) for key, value in request.values.items(multi=True) if key != "offset"]
    query = urlencode([*values, ("offset", str(found.next_offset))])
    if request.method == "GET":
        response.headers["Link"] = f'<{request.path}?{query}>; rel="next"'


def _chunks(body: BinaryIO) -> Iterator[bytes]:
    with body:
        while chunk := body.read(_CHUNK):
            yield chunk


def graph_list() -> list[dict[str, Any]]:
    """IRI and size of every named graph."""
    return cast(list[dict[str, Any]], _told("graphs"))


def choices() -> dict[str, list[str]]:
    """The values each type of parameter takes, by the graph's labels."""
    return cast(dict[str, list[str]], _told("choices"))


def known(view: str) -> Any:
    """The data of a view that takes no values and reads the whole graph."""
    return _told(view)


def _told(what: str) -> Any:
    """What the graph has, asked once a version, or each time of another server."""
    known: dict[tuple[str, str], Any] = current_app.extensions["told"]
    key = (engine().version, what)
    if elsewhere():
        return _asked(what)[1]
    with nullcontext() if key in known else _alone(key):
        if key in known:
            return known[key]
        version, told = _asked(what)
        for old in [each for each in known if each[0] != version]:
            known.pop(old, None)
        known[version, what] = told
        return told


def _asked(what: str) -> tuple[str, Any]:
    """What the graph has, and the version that has it."""
    does: Literal["graphs", "choices"] | None = _OF_THE_GRAPH.get(what)
    found = engine().ask(Task(does) if does else Task("view", what, settings().deadline))
    with found.body as body:
        return found.version, json.loads(body.read())
