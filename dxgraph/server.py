"""``dxgraph serve``: the keeper of engines, and Granian's processes that speak HTTP."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from dxgraph import remote
from dxgraph.catalog import Catalog
from dxgraph.endpoints import Address
from dxgraph.errors import BadSetting, LimitExceeded, MissingExtra, Overloaded, WorkspaceError
from dxgraph.pool.client import Pool
from dxgraph.pool.plan import Plan, read_files
from dxgraph.pool.worker import end_with_parent
from dxgraph.settings import Settings
from dxgraph.workspace import Workspace

try:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
except ImportError as error:
    raise MissingExtra("web", "granian") from error

_PAUSE = 0.05
_START = 600.0
_AGAIN = 0.5
_HEADERS_MS = 10_000
_BUFFER = 512 * 1024
_CACHE = "answers"
_METRICS = "metrics"
_METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def serve(place: Workspace, settings: Settings, data: Sequence[Path] = (), store: str = "") -> None:
    """Serve the built graph of a workspace, RDF files or another server's, until told to end.

    Raises UnreadableData, BadAddress, WorkspaceError or BadSetting before anything listens.
    """
    if not sys.platform.startswith("linux"):
        raise BadSetting(
            "serve needs Linux, whose limits end queries that overrun",
            "serve は Linux でのみ動きます。クエリの上限を Linux の機能で守るためです",
        )
    if data:
        read_files(list(data))
    elif store:
        remote.require()
    elsewhere = "" if data else shown(store)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    run = Path(tempfile.mkdtemp(prefix="dxgraph-"))
    (run / _CACHE).mkdir()
    (run / _METRICS).mkdir()
    os.environ[_METRICS_FOLDER] = str(run / _METRICS)
    plan = _plan(place, settings, data, run, store)
    keeper = _Keeper(plan)
    try:
        keeper.start()
        keeper.wait(Pool(run, settings.queue))
        _listen(run, place, settings, elsewhere)
    finally:
        keeper.stop()
        shutil.rmtree(run, ignore_errors=True)


def shown(store: str) -> str:
    """The address of another server without name and password; raises BadAddress.

    >>> shown("sparql:http://dba:secret@localhost:8890/sparql")
    'http://localhost:8890/sparql'
    """
    return Address.parse(store).url if store else ""


def _plan(
    place: Workspace, settings: Settings, data: Sequence[Path], run: Path, store: str
) -> Plan:
    return Plan(
        run=str(run),
        root=str(place.root),
        cache=str(place.cache),
        workers=settings.worker_count,
        deadline=settings.deadline,
        queue=settings.queue,
        hold=settings.hold_bytes,
        memory=settings.memory_bytes,
        result=settings.result_bytes,
        data=tuple(str(path) for path in data),
        store=store,
    )


class _Keeper:
    """The keeper's process; started again should it ever end."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan.to_json().encode()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        """Start it, from a thread that lives as long as this process does."""
        threading.Thread(target=self._keep, name="keeper", daemon=True).start()

    def _keep(self) -> None:
        while not self._stopping.is_set():
            command = [sys.executable, "-m", "dxgraph.pool.keeper"]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
            self._process.communicate(self._plan)
            self._stopping.wait(_AGAIN)

    def wait(self, pool: Pool) -> None:
        """Return when the first engine answers; raises WorkspaceError when none ever does."""
        until = time.monotonic() + _START
        while time.monotonic() < until:
            try:
                pool.version.strip()
                return
            except Overloaded:
                time.sleep(_PAUSE)
        raise WorkspaceError(
            "the graph could not be loaded; see the messages above",
            "グラフを読み込めませんでした。上のメッセージを見てください",
        )

    def stop(self) -> None:
        """End it and, with it, every engine and worker."""
        self._stopping.set()
        if self._process is not None:
            self._process.terminate()
            self._process.wait()


def _listen(run: Path, place: Workspace, settings: Settings, elsewhere: str) -> None:
    """Speak HTTP until told to stop; requests in progress are finished then."""
    server = Granian(
        "dxgraph",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGINL,
        workers=settings.front_count,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADERS_MS, max_buffer_size=_BUFFER),
        log_level="warning",  # type: ignore[arg-type]
        respawn_failed_workers=True,
        workers_kill_timeout=int(settings.deadline + settings.queue) + 2,
    )
    logging.getLogger("_granian").setLevel(logging.WARNING)
    parent = os.getpid()
    print(f"dxgraph: http://{settings.host}:{settings.port}/", file=sys.stderr, flush=True)
    server.serve(
        target_loader=lambda: front(run, place, settings, parent, elsewhere), wrap_loader=False
    )


def front(
    run: Path, place: Workspace, settings: Settings, parent: int, elsewhere: str = ""
) -> Callable[..., Any]:
    """The ASGI application of one process that speaks HTTP.

    Imported here, in the process itself, because metrics need their folder to be known before.
    """
    from dxgraph.web import create_app
    from dxgraph.web.gateway import Gateway
    from dxgraph.web.journal import Journal
    from dxgraph.web.waiting import LoopPool

    end_with_parent(parent)
    pool = LoopPool(run, settings.queue)

    def version() -> str:
        try:
            return pool.version
        except LimitExceeded as error:
            raise LookupError from error

    app = create_app(pool, Catalog(place.queries), settings, run / _CACHE, elsewhere, place)
    return Gateway(app, settings, version, Journal(settings.log))
