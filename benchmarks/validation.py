"""Validation from 5 to 100 towns: all judged, none changed, one changed; and beside pySHACL.

Prints seconds of wall clock, each taken once in a process of its own. pySHACL judges the same graph
of five towns in the same run; the ratio is what counts.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import nation
from dxgraph import assemble
from dxgraph.shapes import Shapes, judge

_RUN = "from dxgraph.cli import main; main(['validate', '--workspace', {!r}])"


def _seconds(folder: Path) -> float:
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", _RUN.format(str(folder))], check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    print(f"{'towns':>6} {'all':>8} {'a town':>8} {'none':>8} {'one':>8}")
    for count in (5, 10, 20, 50, 100):
        with tempfile.TemporaryDirectory() as folder:
            place = nation.write(Path(folder), count, real=True)
            whole = _seconds(place.root)
            none = _seconds(place.root)
            edited = sorted((place.data / "municipalities").glob("*.yaml"))[-1]
            text = edited.read_text(encoding="utf-8")
            edited.write_text(f"{text}# edited\n", encoding="utf-8")
            one = _seconds(place.root)
        print(f"{count:6} {whole:8.2f} {whole / count:8.3f} {none:8.2f} {one:8.2f}")
    with tempfile.TemporaryDirectory() as folder:
        place = nation.write(Path(folder), 5, real=True)
        shapes = Shapes(place)
        data = "".join({f"{quad.triple} .\n" for quad in assemble.assemble(place)})
        taken = {}
        for engine in ("shacl", "pyshacl"):
            start = time.perf_counter()
            judge(shapes, data, engine)
            taken[engine] = time.perf_counter() - start
    ratio = taken["pyshacl"] / taken["shacl"]
    print(f"engine alone, 5 towns: shacl {taken['shacl']:.3f} s, pyshacl {taken['pyshacl']:.2f} s")
    print(f"pyshacl / shacl: {ratio:.0f}")


if __name__ == "__main__":
    main()
