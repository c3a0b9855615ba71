"""The log: one line a request, as JSON or text, on standard error."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TextIO


class Journal:
    """Notes requests in the form asked for: ``json``, ``text`` or ``off``."""

    def __init__(self, form: str, stream: TextIO | None = None) -> None:
        self._form = form
        self._stream = stream or sys.stderr

    def note(
        self,
        identity: str,
        method: str,
        path: str,
        status: int,
        size: int,
        seconds: float,
        cached: bool,
    ) -> None:
        """One request; status 499 says that the client left before an answer."""
        if self._form == "off":
            return
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "id": identity,
            "method": method,
            "path": path,
            "status": status,
            "bytes": size,
            "ms": round(seconds * 1000, 2),
            "cached": cached,
        }
        if self._form == "json":
            text = json.dumps(line, ensure_ascii=True)
        else:
            text = " ".join(_plain(str(value)) for value in line.values())
        self._stream.write(text + "\n")
        self._stream.flush()


def _plain(text: str) -> str:
    """A value on one line of a text log."""
    return text.encode("ascii", "backslashreplace").decode().replace("\n", "\\n").replace(" ", "+")
