"""A bounded cache of whole responses, in a folder that all fronts share.

A key names the graph's version and all else a response depends on, so that nothing in it can grow
stale; a new build makes new keys and the old ones age out. Files are written beside and renamed,
so a reader sees all of one or nothing.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

_LARGEST = 16
_SWEEP = 8


@dataclass(frozen=True)
class Entry:
    """A response of status 200: its headers and its bytes."""

    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def size(self) -> int:
        """About what it takes, in bytes."""
        return len(self.body) + 512


class Cache:
    """Entries by key; ``bound`` in bytes holds for the folder, and for each process's own share."""

    def __init__(self, bound: int, folder: Path | None = None) -> None:
        self.bound = bound
        self._folder = folder
        self._own: OrderedDict[str, Entry] = OrderedDict()
        self._size = 0
        self._unswept = 0
        self._lock = Lock()

    def get(self, key: str) -> Entry | None:
        """The entry of a key, from this process or from the folder."""
        with self._lock:
            entry = self._own.get(key)
            if entry is not None:
                self._own.move_to_end(key)
                return entry
        entry = self._read(key)
        if entry is not None:
            self._keep(key, entry)
        return entry

    def put(self, key: str, entry: Entry) -> None:
        """Keep an entry, unless it would fill a good part of the cache alone."""
        if entry.size * _LARGEST > self.bound:
            return
        self._keep(key, entry)
        if self._folder is not None:
            self._write(self._folder, key, entry)

    def _keep(self, key: str, entry: Entry) -> None:
        with self._lock:
            known = self._own.pop(key, None)
            self._size += entry.size - (known.size if known else 0)
            self._own[key] = entry
            while self._size > self.bound:
                self._size -= self._own.popitem(last=False)[1].size

    def _read(self, key: str) -> Entry | None:
        if self._folder is None:
            return None
        try:
            data = (self._folder / key).read_bytes()
        except FileNotFoundError:
            return None
        head, _, body = data.partition(b"\n")
        return Entry(tuple((name, value) for name, value in json.loads(head)), body)

    def _write(self, folder: Path, key: str, entry: Entry) -> None:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".", delete=False) as file:
            file.write(json.dumps(entry.headers).encode() + b"\n" + entry.body)
        os.replace(file.name, folder / key)
        self._unswept += entry.size
        if self._unswept * _SWEEP > self.bound:
            self._unswept = 0
            self._sweep(folder)

    def _sweep(self, folder: Path) -> None:
        """Drop the oldest files until the rest fit."""
        found = []
        for item in os.scandir(folder):
            try:
                status = item.stat()
            except FileNotFoundError:
                continue
            found.append((status.st_mtime, status.st_size, item.path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self.bound:
                return
            Path(path).unlink(missing_ok=True)
            total -= size
