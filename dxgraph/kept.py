"""What earlier builds made, kept in files named after all that went into it.

A file holds what is to be known of a result, as one line of JSON, and the result. It is written
beside and renamed into place, and read only if it is as long, and hashes, as its first line says:
a file that a power cut left half is made again.

    .dxgraph/kept/<name>
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterable, Set
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

import dxgraph

_UNUSED = 3_600.0
#: Folders of modules that only show or send what is made, and that nothing below them imports.
SHOWING = frozenset({"dumps", "metadata", "pages", "pool", "publish", "views", "web"})


@cache
def software() -> str:
    """A hash of all that makes something of an input: the modules of dxgraph, and Oxigraph."""
    package = Path(dxgraph.__file__).parent
    parts = [dxgraph.__version__, ox.__version__]
    for path in sorted(package.glob("**/*.py")):
        if path.relative_to(package).parts[0] in SHOWING:
            continue
        parts += [path.name, hashlib.sha256(path.read_bytes()).hexdigest()]
    return name_of(parts)


def name_of(parts: Iterable[str]) -> str:
    """A name made of texts, the same for the same texts."""
    return hashlib.sha256(json.dumps(list(parts)).encode()).hexdigest()[:32]


class Kept:
    """The kept files of one workspace."""

    def __init__(self, cache_folder: Path) -> None:
        self._folder = cache_folder / "kept"

    def about(self, name: str) -> dict[str, Any] | None:
        """What is known of a result; None where it is not kept whole.

        Beside what was given to ``keep``, ``start`` is where the result begins in its file.
        """
        path = self._folder / name
        try:
            with path.open("rb") as file:
                line = file.readline()
            found: dict[str, Any] = json.loads(line)
            whole = path.stat().st_size == len(line) + found["size"]
        except (OSError, ValueError, KeyError):
            return None
        return {**found, "start": len(line)} if whole else None

    def result(self, name: str) -> bytes | None:
        """The result; None where it is not kept, or no longer what was kept."""
        about = self.about(name)
        if about is None:
            return None
        with (self._folder / name).open("rb") as file:
            file.seek(about["start"])
            data = file.read()
        return data if hashlib.sha256(data).hexdigest() == about["sha256"] else None

    def part(self, name: str, start: int, size: int) -> bytes:
        """Some bytes of a file; raises OSError where it is no longer there."""
        with (self._folder / name).open("rb") as file:
            file.seek(start)
            return file.read(size)

    def keep(self, name: str, about: dict[str, Any], result: bytes) -> dict[str, Any]:
        """Keep a result under a name; return what ``about`` will say of it."""
        measured = {"size": len(result), "sha256": hashlib.sha256(result).hexdigest()}
        line = json.dumps({**about, **measured}, ensure_ascii=False).encode() + b"\n"
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as file:
            file.write(line + result)
        os.replace(file.name, self._folder / name)
        return {**about, **measured, "start": len(line)}

    def sweep(self, used: Set[str]) -> None:
        """Remove what no version uses and nobody has made or looked for within an hour."""
        now = time.time()
        for entry in os.scandir(self._folder) if self._folder.is_dir() else ():
            if entry.name in used:
                continue
            try:
                if now - entry.stat().st_mtime > _UNUSED:
                    os.unlink(entry)
            except FileNotFoundError:
                continue

    def touch(self, names: Iterable[str]) -> None:
        """Say that results are used, so that another build does not sweep them away."""
        for name in names:
            try:
                os.utime(self._folder / name)
            except FileNotFoundError:
                continue
