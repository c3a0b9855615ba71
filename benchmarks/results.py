"""What was measured, kept as JSON beside the document, so that runs in parts come together.

The unit is a part for a number of towns: all engines in it were measured in one run, on one machine
and with the same versions, which it names. A newer measurement replaces the unit.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

PARTS = ("stores", "questions", "build", "validation", "http", "serving")
_ROOT = Path(__file__).resolve().parent.parent
_PACKAGES = ("pyoxigraph", "rdflib", "shacl", "pyshacl", "granian")

Unit = dict[str, Any]


class Results:
    """Units by part and number of towns; a missing file holds none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.units: dict[str, dict[str, Unit]] = {part: {} for part in PARTS}
        if path.is_file():
            self.units |= json.loads(path.read_text(encoding="utf-8"))

    def put(self, part: str, towns: int, data: dict[str, Any], **more: Any) -> None:
        """Keep a unit, in place of an older one, and write the file."""
        unit = {"measured": f"{datetime.now(UTC):%Y-%m-%d}", **more, "data": data}
        self.units[part][str(towns)] = unit
        ordered = {
            name: dict(sorted(units.items(), key=lambda each: int(each[0])))
            for name, units in self.units.items()
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(ordered, ensure_ascii=False, indent=1) + "\n"
        self._path.write_text(text, encoding="utf-8")
        self.units = ordered

    def data(self, part: str) -> dict[int, Any]:
        """What was measured of a part, by the number of towns."""
        return {int(towns): unit["data"] for towns, unit in self.units[part].items()}


def machine() -> dict[str, Any]:
    """The machine: processor, cores this process may use, memory, system."""
    cpu = next((line for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "")
    total = next(
        (line for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), ": 0 kB"
    )
    return {
        "processor": cpu.partition(":")[2].strip() or platform.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory": round(int(total.partition(":")[2].split()[0]) / 2**20, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def versions() -> dict[str, str]:
    """What the libraries of this process are, and the commit of the checkout where there is one."""
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    try:
        command = ["git", "describe", "--always", "--dirty"]
        said = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=True)
        found["dxgraph"] = said.stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        found["dxgraph"] = metadata.version("dxgraph")
    return found
