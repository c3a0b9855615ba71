"""What a front and a worker say to each other: a JSON object, and an open file with it.

A front sends the end of a pipe that it closes when the client leaves, a worker the answer's bytes.
"""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

_LENGTH = struct.Struct("!I")


def send(connection: socket.socket, message: dict[str, Any], file: int | None = None) -> None:
    """Send a message and, beside it, an open file, which the receiver then owns."""
    data = json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
    data = _LENGTH.pack(len(data)) + data
    if file is None:
        connection.sendall(data)
    else:
        sent = socket.send_fds(connection, [data], [file])
        if sent < len(data):  # the other side may have read all, answered and gone
            connection.sendall(data[sent:])


def receive(connection: socket.socket) -> tuple[dict[str, Any], int | None]:
    """The next message and its file; raises EOFError when the other side is gone."""
    data, files, _, _ = socket.recv_fds(connection, 65536, 1)
    while len(data) < _LENGTH.size or len(data) < _LENGTH.size + _LENGTH.unpack_from(data)[0]:
        more = connection.recv(1 << 20)
        if not more:
            raise EOFError
        data += more
    message: dict[str, Any] = json.loads(data[_LENGTH.size :].decode("utf-8", "surrogatepass"))
    return message, files[0] if files else None
