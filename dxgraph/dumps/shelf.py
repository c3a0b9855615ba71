"""A server's way to the dumps of the version that answers: what is there, and having it made."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from dxgraph import dumps
from dxgraph.build import Version
from dxgraph.dumps import WHILE_OPEN, File

_AGAIN = 60.0
#: Seconds a triple after which a version is likely to stay: a minute for the nation.
_SETTLES = 1e-5


class Shelf:
    """The dumps of whichever version; ``versions`` is the folder of built ones, if there are any.

    Files are made by a process beside the server that has the processor when nobody else wants it:
    at once where somebody waits for them, else when the version has been there for some time, since
    what is made of one that is soon replaced is made for nobody.
    """

    def __init__(self, versions: Path | None, queries: Path) -> None:
        self._versions = versions
        self._queries = queries
        self._known: dict[str, tuple[Path, tuple[File, ...]]] = {}
        self._maker: subprocess.Popen[bytes] | None = None
        self._making: Path | None = None
        self._asked: Path | None = None
        self._settled = 0.0
        self._given_up: list[subprocess.Popen[bytes]] = []
        self._not_before = 0.0

    def folder(self, version: str) -> Path | None:
        """The folder of a version; None for a graph that was not built here and has no dumps."""
        folder = None if self._versions is None else self._versions / version
        return folder if folder is not None and (folder / "build.json").is_file() else None

    def files(self, version: str, *, wait: bool = True) -> tuple[File, ...] | None:
        """The files of a version; None while they are being made, which this starts.

        Where nobody will ``wait`` for them, it may be started some time later.
        """
        known = self._known.get(version)
        if known is not None and known[0].is_dir():
            return known[1]
        folder = self.folder(version)
        if folder is None:
            return ()
        place = dumps.place(folder, self._queries)
        files = dumps.made(place)
        if files is None:
            if folder != self._making:
                self._give_up()
            if self._is_settled(folder) or wait:
                self._make(folder)
            return None
        self._known = {version: (place, files)}
        return files

    def path(self, version: str, name: str) -> Path:
        """Where a file of a version is, which ``files`` named."""
        return self._known[version][0] / name

    def _runs(self) -> bool:
        """Whether the maker is at work."""
        return self._maker is not None and self._maker.poll() is None

    def _is_settled(self, folder: Path) -> bool:
        """Whether a version has been asked about for as long as one of its size settles."""
        if folder != self._asked:
            try:
                triples = sum(Version(folder).graphs.values())
            except OSError:  # removed meanwhile
                return False
            self._asked, self._settled = folder, time.monotonic() + triples * _SETTLES
        return time.monotonic() >= self._settled

    def _give_up(self) -> None:
        """End the maker, for nobody can get what it makes of a version that is served no more.

        To end, it needs the processor too, which it may long not have.
        """
        if self._maker is not None:
            self._maker.kill()
            self._given_up.append(self._maker)
        self._given_up = [each for each in self._given_up if each.poll() is None]
        self._maker = self._making = None

    def _make(self, folder: Path) -> None:
        """Start the maker, unless it runs; one that failed is started again after a minute."""
        if folder == self._making and (self._runs() or time.monotonic() < self._not_before):
            return
        self._making = folder
        self._not_before = time.monotonic() + _AGAIN
        command = [sys.executable, "-m", "dxgraph.dumps", str(folder), str(self._queries)]
        command.append(WHILE_OPEN)
        paths = os.pathsep.join(path for path in sys.path if path)
        self._maker = subprocess.Popen(
            command, stdin=subprocess.PIPE, env={**os.environ, "PYTHONPATH": paths}
        )
