"""Which engines are measured, in the order of the tables."""

from __future__ import annotations

from pathlib import Path

from benchmarks.engines import Engine, Limits
from benchmarks.engines.libraries import Library
from benchmarks.engines.served import Oxigraph, Virtuoso

OURS = ("memory", "disk")
PEERS = ("rdflib", "oxigraph", "virtuoso", "maplib")
NAMES = (*OURS, *PEERS)
#: What each is called in a table.
TITLES = {
    "memory": "dxgraph (memory)",
    "disk": "dxgraph (disk)",
    "rdflib": "rdflib",
    "oxigraph": "oxigraph server",
    "virtuoso": "Virtuoso 7",
    "maplib": "maplib",
}


def made(name: str, folder: Path, limits: Limits, python: str) -> Engine:
    """An engine whose files go to a folder; ``python`` is the interpreter peers are installed in.

    >>> made("virtuoso", Path("work"), Limits(), "").name
    'virtuoso'
    """
    if name == "oxigraph":
        return Oxigraph(name, folder, limits, python)
    if name == "virtuoso":
        return Virtuoso(name, folder, limits, python)
    return Library(name, folder, limits, "" if name in OURS else python)
