"""SPARQL servers of other makers, started on free ports of this machine: Oxigraph, Virtuoso 7."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.engines import Failure

STARTED_WITHIN = 120
_INI = """[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DirsAllowed = {dirs}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
SchedulerInterval = 10
CaseMode = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 4
Charset = UTF-8
[Replication]
ServerName = db
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = {seconds}
[Plugins]
"""


class Server(NamedTuple):
    """A running server: its query endpoint, the same with the name and password to write.

    ``sql`` is Virtuoso's port for its own language, 0 for others.
    """

    url: str
    writing: str
    pid: int
    sql: int = 0


def program(name: str, python: str = sys.executable) -> str | None:
    """A program beside an interpreter or on the path; None where it is not installed."""
    places = [str(Path(each).parent) for each in (python, sys.executable)]
    return shutil.which(name, path=os.pathsep.join(places)) or shutil.which(name)


def installed(name: str, how: str, python: str = sys.executable) -> str:
    """A program; raises Failure that says how to install it."""
    found = program(name, python)
    if found is None:
        raise Failure("absent", how)
    return found


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(command: list[str], folder: Path, url: str) -> Iterator[int]:
    """The id of a process that answers at ``url``, ended at the end."""
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
        try:
            end = time.monotonic() + STARTED_WITHIN
            while not _answers(url):
                if process.poll() is not None or time.monotonic() > end:
                    said = (folder / "output").read_text(errors="replace")
                    raise RuntimeError(f"{command[0]} does not answer at {url}: {said}")
                time.sleep(0.05)
            yield process.pid
        finally:
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}?query=ASK%7B%7D", timeout=5).close()
    except urllib.error.HTTPError as error:
        error.close()
    except OSError:
        return False
    return True


@contextmanager
def oxigraph(
    folder: Path, *options: str, port: int = 0, mode: str = "serve", python: str = sys.executable
) -> Iterator[Server]:
    """The ``oxigraph`` server of PyPI, its data in memory unless an option says where."""
    command = [installed("oxigraph", "pip install oxigraph", python), mode]
    port = port or free_port()
    url = f"http://127.0.0.1:{port}/query"
    with running([*command, "--bind", f"127.0.0.1:{port}", *options], folder, url) as pid:
        yield Server(url, url, pid)


@contextmanager
def virtuoso(
    folder: Path, *, buffers: int = 4_000, rows: int = 10_000, seconds: int = 60, dirs: str = ""
) -> Iterator[Server]:
    """Virtuoso 7 of Debian with the database of a folder, empty at first.

    It keeps so many buffers of 8 KiB, answers with so many rows within so many seconds, and loads
    from the folders ``dirs``.
    """
    command = [installed("virtuoso-t", "apt-get install virtuoso-opensource"), "+foreground"]
    http, sql = free_port(), free_port()
    named = {"folder": folder, "sql": sql, "http": http, "dirs": dirs or folder}
    told = _INI.format(**named, buffers=buffers, dirty=buffers * 3 // 4, rows=rows, seconds=seconds)
    settings = folder / "virtuoso.ini"
    settings.write_text(told, encoding="utf-8")
    url = f"http://127.0.0.1:{http}/sparql"
    with running([*command, "+configfile", str(settings)], folder, url) as pid:
        yield Server(url, url.replace("//", "//dba:dba@"), pid, sql)
