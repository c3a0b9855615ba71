"""Synthetic towns: the five real records over and over, each under a code of its own."""

from __future__ import annotations

import shutil
from itertools import cycle
from pathlib import Path

from dxgraph import workspace
from dxgraph.identifiers import check_digit
from dxgraph.workspace import Workspace


def write(folder: Path, count: int) -> Workspace:
    """A workspace with that many towns; the first five are the real ones.

    A synthetic town keeps the prefecture of its model and gets a code from 900 on within it.
    """
    place = workspace.find()
    for part in ("ontology", "data", "shapes", "queries"):
        shutil.copytree(place.root / part, folder / part)
    models = sorted((folder / "data" / "municipalities").glob("*.yaml"))
    taken: dict[str, int] = {}
    for _, model in zip(range(count - len(models)), cycle(models), strict=False):
        old = model.name[:5]
        taken[old[:2]] = taken.get(old[:2], 899) + 1
        new = f"{old[:2]}{taken[old[:2]]:03}"
        text = model.read_text(encoding="utf-8")
        text = text.replace(old + check_digit(old), new + check_digit(new)).replace(old, new)
        (model.parent / f"{new}-town.yaml").write_text(text, encoding="utf-8")
    return Workspace(folder, folder / ".dxgraph")
