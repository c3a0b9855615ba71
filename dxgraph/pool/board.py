"""A page of memory shared by workers, their engine and the fronts: who runs what, who was lost.

A slot belongs to one worker, which notes the request it runs. When a worker ends, its engine notes
the request lost and the status the worker ended with. Each field has one writer at a time. A last
byte tells workers to stay, because nobody could be hired in their place.
"""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path

_SLOT = struct.Struct("<QdIiQiI")
_RUNS = struct.Struct("<Qd")
_PID = struct.Struct("<I")
_LOSS = struct.Struct("<QiI")
_LOST_AT = 24


class Board:
    """The slots of one engine, in a file that every process maps."""

    def __init__(self, path: Path, slots: int | None = None) -> None:
        if slots is not None:
            path.write_bytes(bytes(_SLOT.size * slots + 1))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 0)
        self.slots = len(self._memory) // _SLOT.size

    @property
    def stays(self) -> bool:
        """Whether workers are to stay, however worn."""
        return self._memory[-1] != 0

    def stay(self) -> None:
        """Have them stay from now on."""
        self._memory[-1] = 1

    def begin(self, slot: int, request: int, now: float) -> None:
        """The worker of a slot starts a request; request 0 says it is idle."""
        _RUNS.pack_into(self._memory, slot * _SLOT.size, request, now)

    def hire(self, slot: int, pid: int) -> None:
        """A new worker has the slot."""
        _PID.pack_into(self._memory, slot * _SLOT.size + _RUNS.size, pid)

    def lose(self, slot: int, status: int) -> None:
        """The worker of a slot ended; ``status`` as ``os.waitstatus_to_exitcode`` gives it."""
        at = slot * _SLOT.size
        request = _RUNS.unpack_from(self._memory, at)[0]
        losses = _LOSS.unpack_from(self._memory, at + _LOST_AT)[2]
        _LOSS.pack_into(self._memory, at + _LOST_AT, request, status, losses + 1)
        self.begin(slot, 0, 0.0)

    def running(self) -> dict[int, tuple[int, float, int]]:
        """Slot -> request, start and process of every worker that runs one."""
        found = {}
        for slot in range(self.slots):
            request, began, pid, *_ = _SLOT.unpack_from(self._memory, slot * _SLOT.size)
            if request:
                found[slot] = (request, began, pid)
        return found

    def runs(self, request: int) -> bool:
        """Whether some worker runs this request."""
        return any(each == request for each, _, _ in self.running().values())

    def lost(self, request: int) -> int | None:
        """The status the worker of this request ended with, if it did."""
        for slot in range(self.slots):
            each, status, _ = _LOSS.unpack_from(self._memory, slot * _SLOT.size + _LOST_AT)
            if each == request:
                return int(status)
        return None

    def losses(self) -> int:
        """Workers lost since the engine started."""
        at = [slot * _SLOT.size + _LOST_AT for slot in range(self.slots)]
        return sum(_LOSS.unpack_from(self._memory, each)[2] for each in at)

    def close(self) -> None:
        """Let the memory go."""
        self._memory.close()


def path_of(engine_socket: Path) -> Path:
    """The board beside an engine's socket."""
    return Path(os.fspath(engine_socket).removesuffix(".sock") + ".board")
