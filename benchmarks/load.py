"""A small load generator: connections kept open, requests sent again as soon as answered."""

from __future__ import annotations

import multiprocessing
import socket
import time
from dataclasses import dataclass


@dataclass
class Load:
    """What to send, to which port of this machine, over how many connections."""

    port: int
    path: str
    accept: str
    connections: int = 8
    processes: int = 2


def rate(load: Load, seconds: float) -> float:
    """Answers a second; RuntimeError when one is not of status 200, Empty when they do not end."""
    queue: multiprocessing.Queue[tuple[int, str]] = multiprocessing.Queue()
    started = [
        multiprocessing.Process(target=_drive, args=(load, seconds, queue))
        for _ in range(load.processes)
    ]
    for process in started:
        process.start()
    try:
        counts = [queue.get(timeout=seconds + 60) for _ in started]
    finally:
        for process in started:
            process.terminate()
            process.join()
    for _, wrong in counts:
        if wrong:
            raise RuntimeError(wrong)
    return sum(count for count, _ in counts) / seconds


def _drive(load: Load, seconds: float, queue: multiprocessing.Queue[tuple[int, str]]) -> None:
    address = ("127.0.0.1", load.port)
    request = (
        f"GET {load.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: {load.accept}\r\n\r\n"
    ).encode()
    sockets = [socket.create_connection(address, timeout=60) for _ in range(load.connections)]
    for each in sockets:
        each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        each.sendall(request)
    until, count, wrong = time.monotonic() + seconds, 0, ""
    while time.monotonic() < until and not wrong:
        for each in sockets:
            try:
                head = _answer(each)
            except OSError as error:
                wrong = f"no answer: {error}"
                break
            if not head.startswith(b"HTTP/1.1 200"):
                wrong = head.decode("latin-1")
                break
            count += 1
            each.sendall(request)
    queue.put((count, wrong))


def _answer(connection: socket.socket) -> bytes:
    """Read one whole response; its head."""
    data = _more(connection)
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    lower = head.lower()
    at = lower.find(b"content-length:")
    if at >= 0:
        length = int(lower[at + 15 :].split(b"\r\n")[0])
        while len(body) < length:
            body += _more(connection)
    else:
        while not body.endswith(b"0\r\n\r\n"):
            body += _more(connection)
    return head


def _more(connection: socket.socket) -> bytes:
    """What came; ConnectionError where the other end closed in the middle of an answer."""
    data = connection.recv(1 << 20)
    if not data:
        raise ConnectionError("closed within an answer")
    return data
