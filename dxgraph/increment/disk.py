"""Stores on disk: loaded from a dump, or the store of another version with some lines changed.

Oxigraph's files of data are never written again once they stand, and a version in service is never
opened to be written: so a new store links them, copies the small rest, and changes itself only.

Cost: a load, n log n for n quads and a pass to optimise; a change, a link a file and what differs.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

#: A store is loaded anew when more lines are in pieces that differ, and more than this share.
_MANY, _SHARE = 100_000, 0.1
#: Files of a store that belong to the process that had it open.
_ITS_OWN = shutil.ignore_patterns("LOG*", "LOCK")
_NQUADS = ox.RdfFormat.N_QUADS


def is_small(lines: int, total: int) -> bool:
    """True where it is cheaper to change so many lines of a store than to load it."""
    return lines <= max(_MANY, _SHARE * total)


def loaded(dump: Path, target: Path) -> None:
    """A store that holds a dump, optimised."""
    store = ox.Store(str(target))
    store.bulk_load(path=str(dump), format=_NQUADS)
    store.optimize()
    store.flush()


def opened(folder: Path) -> ox.Store:
    """A store to read, which may be open elsewhere."""
    return ox.Store.read_only(str(folder))


def changed(source: Path, target: Path, more: Iterable[bytes], less: Iterable[bytes]) -> bool:
    """A store that holds what another holds, and more, and less; False where it cannot be copied.

    What is in ``target`` then is removed.
    """
    try:
        shutil.copytree(source, target, copy_function=_linked, ignore=_ITS_OWN)
        store = ox.Store(str(target))
    except (OSError, shutil.Error):
        shutil.rmtree(target, ignore_errors=True)
        return False
    change(store, more, less)
    store.flush()
    return True


def change(store: ox.Store, more: Iterable[bytes], less: Iterable[bytes]) -> None:
    """Add lines to a store and take lines away, with the graphs that are empty then."""
    gone = _quads(less)
    for quad in gone:
        store.remove(quad)
    store.extend(_quads(more))
    for name in {quad.graph_name for quad in gone}:
        if next(store.quads_for_pattern(None, None, None, name), None) is None:
            store.remove_graph(name)  # else the store goes on listing it


def _linked(source: str, target: str) -> str:
    if source.endswith(".sst"):
        os.link(source, target)
        return target
    return str(shutil.copyfile(source, target))


def _quads(lines: Iterable[bytes]) -> list[ox.Quad]:
    return list(ox.parse(b"".join(line + b"\n" for line in lines), format=_NQUADS))
