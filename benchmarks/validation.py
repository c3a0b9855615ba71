"""Validation: all plans judged, none changed, one changed; and the engine alone beside pySHACL."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import processes
from benchmarks.building import edited
from dxgraph import assemble
from dxgraph.errors import MissingExtra
from dxgraph.shapes import ENGINES, Shapes, judge
from dxgraph.workspace import Workspace

_ROOT = Path(__file__).resolve().parent.parent
#: pySHACL takes so long that the engines are compared on no more towns than these.
_COMPARED = 5


def measured(
    place: Workspace, towns: int, compare: bool, say: Callable[[str], None] = lambda text: None
) -> dict[str, Any]:
    """Seconds and memory of each run; verdicts of earlier runs are not used.

    With ``compare``, a workspace of five towns is judged by each engine alone as well.
    """
    found: dict[str, Any] = {}
    for kind in ("all", "unchanged", "edited"):
        say(f"validation: {kind}")
        if kind == "edited":
            with edited(place):
                found[kind] = _judged(place)
        else:
            found[kind] = _judged(place, *(["--afresh"] if kind == "all" else []))
    if compare and towns <= _COMPARED:
        say("validation: the engines alone")
        found["engines"] = _engines(place)
    return found


def _judged(place: Workspace, *flags: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "dxgraph.cli", "validate", "--workspace", str(place.root)]
    ran = processes.run([*command, *flags], _ROOT)
    return processes.rounded(ran) if ran.code < 2 else {"failed": ["refused", ran.said]}


def _engines(place: Workspace) -> dict[str, float]:
    """Seconds of each engine that is installed, over the same graph and shapes."""
    shapes = Shapes(place)
    data = "".join({f"{quad.triple} .\n" for quad in assemble.assemble(place)})
    taken = {}
    for engine in ENGINES:
        begin = time.perf_counter()
        try:
            judge(shapes, data, engine)
        except MissingExtra:
            continue
        taken[engine] = round(time.perf_counter() - begin, 3)
    return taken
