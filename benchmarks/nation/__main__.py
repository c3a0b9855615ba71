"""Write a synthetic nation.

    python -m benchmarks.nation DIR --towns 100 [--form records|quads] [--real]

``records`` makes DIR a workspace; ``quads`` writes all it asserts to DIR/nation.nq.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from benchmarks import nation


def main() -> None:
    """Write what the arguments ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nation", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to write; made if missing")
    parser.add_argument("--towns", type=int, default=100, help="how many, up to 1741")
    parser.add_argument("--form", choices=("records", "quads"), default="records")
    parser.add_argument("--real", action="store_true", help="keep the five real plans among them")
    given = parser.parse_args()
    start = time.perf_counter()
    given.folder.mkdir(parents=True, exist_ok=True)
    try:
        if given.form == "records":
            nation.write(given.folder, given.towns, given.real)
        else:
            nation.write_quads(given.folder / "nation.nq", given.towns, given.real)
    except ValueError as error:
        parser.error(str(error))
    print(f"{given.towns} towns in {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
