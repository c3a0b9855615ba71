"""Make the dumps of a version in a process of their own, at low priority."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from dxgraph import dumps

if __name__ == "__main__":
    os.nice(10)
    dumps.make(Path(sys.argv[1]), Path(sys.argv[2]))
