"""Make the dumps of a version in a process of their own, when the processor has nothing else.

With ``--while-open`` it ends when its input does, so that no maker outlives its server.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from threading import Thread

from dxgraph import dumps


def _end_with_input() -> None:
    while os.read(0, 1024):  # not sys.stdin, whose lock would be held at the end
        pass
    os._exit(1)


if __name__ == "__main__":
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    if sys.argv[3:] == [dumps.WHILE_OPEN]:
        Thread(target=_end_with_input, daemon=True).start()
    dumps.make(Path(sys.argv[1]), Path(sys.argv[2]))
