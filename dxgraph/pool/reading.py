"""What workers need of a new version, read from its files by a process of its own.

Oxigraph counts who reads what on the pages of the graph themselves. An engine that read what views
keep of a whole graph would part hundreds of MiB of it from those of its workers, whom nobody could
replace meanwhile.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import traceback

from dxgraph import views
from dxgraph.errors import DxgraphError
from dxgraph.pool.plan import Made, Plan
from dxgraph.pool.worker import end_with_parent

#: How far reading gives way to the workers that answer meanwhile.
_NICE = 10


class Reader:
    """A process that reads the newest version, forked from this one, which is told of its end."""

    def __init__(self, plan: Plan) -> None:
        self.ended = False
        self._file = os.memfd_create("dxgraph-read")
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            _be(plan, self._file, parent)

    def found(self) -> tuple[str, Made]:
        """The version it read and what there was, after its end; nothing where it failed."""
        with os.fdopen(self._file, "rb") as file:
            file.seek(0)
            try:
                version, made = pickle.load(file)
            except (EOFError, pickle.UnpicklingError):
                return "", {}
            return version, made

    def end(self) -> None:
        """Have it read no more."""
        os.close(self._file)
        os.kill(self.pid, signal.SIGKILL)


def _be(plan: Plan, target: int, parent: int) -> None:
    """Read and end; never returns."""
    try:
        end_with_parent(parent)
        os.setpriority(os.PRIO_PROCESS, 0, _NICE)
        graph, version = plan.load(held=False)
        views.warm(graph)
        with os.fdopen(target, "wb") as file:
            pickle.dump((version, graph.made), file, pickle.HIGHEST_PROTOCOL)
        os._exit(0)
    except DxgraphError as error:
        print(f"dxgraph: {error}", file=sys.stderr, flush=True)
    except Exception:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(1)
