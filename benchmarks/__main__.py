"""Measure what each step costs and how it grows, and write the document of it.

    pip install '.[all,codes,reference]'
    python -m venv peers && peers/bin/pip install '.[bench]'
    python -m benchmarks --towns 5,100 --peers peers/bin/python

Parts that are not measured are taken from what earlier runs kept beside the document. Virtuoso is
Debian's: apt-get install virtuoso-opensource. Peers that are not installed are reported as such.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from pathlib import Path

from benchmarks import report
from benchmarks.engines import Limits
from benchmarks.http import Effort
from benchmarks.results import PARTS, Results
from benchmarks.suite import Plan, Suite

_ROOT = Path(__file__).resolve().parent.parent
_QUICK = Limits(deadline=0.5, allowance=30.0, repeats=1)
_BRIEF = Effort(seconds=0.2, rounds=1, requests=10, phase=2.0, versions=1)


def _numbers(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]


def _parts(text: str) -> list[str]:
    wanted = [each for each in text.split(",") if each]
    if unknown := set(wanted) - set(PARTS):
        raise argparse.ArgumentTypeError(f"no such part: {', '.join(sorted(unknown))}")
    return wanted


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    full = Limits()
    add = parser.add_argument
    add("--towns", type=_numbers, metavar="N,…", help="how many towns: 5 to 1741 (default: 5,100)")
    add("--quick", action="store_true", help="five towns, one run of everything, about a minute")
    add("--out", type=Path, default=_ROOT / "docs" / "performance.md", metavar="FILE")
    add("--only", type=_parts, default=PARTS, metavar="PART,…", help=", ".join(PARTS))
    add("--tables", action="store_true", help="measure nothing, write the document again")
    add("--deadline", type=float, default=full.deadline, metavar="SECONDS", help="for a question")
    add("--allowance", type=float, default=full.allowance, metavar="SECONDS", help="for a load")
    add("--memory", type=float, default=full.memory, metavar="GIB", help="for a library's process")
    add("--repeats", type=int, default=full.repeats, metavar="N", help="runs after the first")
    add(
        "--peers",
        default=os.environ.get("DXGRAPH_PEERS", sys.executable),
        metavar="PYTHON",
        help="interpreter that rdflib, maplib and oxigraph are installed in (DXGRAPH_PEERS)",
    )
    add(
        "--work",
        type=Path,
        default=_ROOT / ".dxgraph" / "benchmarks",
        metavar="DIR",
        help="where workspaces, builds and stores are kept between runs",
    )
    return parser


def main() -> int:
    """Measure what the arguments ask for; 1 where a part of ours failed."""
    signal.signal(signal.SIGTERM, lambda *told: sys.exit(143))
    parser = _parser()
    given = parser.parse_args()
    full = Limits(given.deadline, given.allowance, given.memory, given.repeats)
    plan = Plan(
        given.work.resolve(),
        given.peers,
        _QUICK if given.quick else full,
        _BRIEF if given.quick else Effort(),
        quick=given.quick,
    )
    begin = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - begin:7.1f} s  {text}", file=sys.stderr, flush=True)

    results = Results(given.out.with_suffix(".json"))
    whole = True
    if not given.tables:
        sizes = given.towns or ([5] if given.quick else [5, 100])
        try:
            whole = Suite(plan, results, say).run(sizes, given.only)
        except ValueError as error:
            parser.error(str(error))
    report.write(results, given.out)
    say(f"wrote {given.out}")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
