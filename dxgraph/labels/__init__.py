"""Labels: an index of what everything in a graph is called, for search by words as people type.

SQLite's FTS5 holds it, in one file beside the version it was made of. See ``writing`` for what is
in it, ``grams`` for how words of two characters are found, ``reading`` for the order of hits.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from dxgraph.labels import changing, writing
from dxgraph.labels.kinds import KINDS as KINDS
from dxgraph.labels.reading import Found as Found
from dxgraph.labels.reading import Index as Index
from dxgraph.labels.reading import LostIndex as LostIndex
from dxgraph.labels.reading import Wanted as Wanted

#: The file of the index in the folder of a version.
FILE = "labels.sqlite"


def index(source: ox.Store | Path, path: Path) -> Index:
    """The index of a store at a path; made when there is none, or one of another version or form.

    The source is the store, or a dump of it, which is read faster. The version is that of the
    folder; where that cannot be written, the index is made in the system's temporary folder.
    """
    version = path.parent.name
    if _made(path) == (writing.FORM, version):
        return Index(path)
    folder = path.parent if os.access(path.parent, os.W_OK) else Path(tempfile.gettempdir())
    target = path if folder == path.parent else folder / f"dxgraph-{version}-{path.name}"
    with tempfile.TemporaryDirectory(prefix=".labels-", dir=folder) as work:
        writing.write(writing.excerpt(source), Path(work) / FILE, version)
        os.replace(Path(work) / FILE, target)
    return Index(target)


def change(
    source: Path,
    target: Path,
    stores: tuple[ox.Store, ox.Store],
    lines: Iterable[bytes],
    subjects: Iterable[str],
) -> bool:
    """Make the index of a version from that of another, as ``changing.change`` does, where it can.

    False where there is none of today's form, or the new one must be made from nothing.
    """
    if _made(source) != (writing.FORM, source.parent.name):
        return False
    with tempfile.TemporaryDirectory(prefix=".labels-", dir=target.parent) as work:
        new = Path(work) / target.parent.name / FILE
        new.parent.mkdir()
        done = changing.change(source, new, stores, lines, subjects)
        if done:
            os.replace(new, target)
    return done


def _made(path: Path) -> tuple[int, str] | None:
    """Form and version of the index at a path; None where there is none to read."""
    if not path.is_file():
        return None
    base = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        form, version = base.execute("SELECT form, version FROM made").fetchone()
    except (sqlite3.DatabaseError, TypeError):
        return None
    finally:
        base.close()
    return int(form), str(version)
