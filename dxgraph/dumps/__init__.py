"""Dumps: a built version as files to download, made once beside it and never changed.

    .dxgraph/versions/<id>/dumps-<questions>/dxgraph.nq, .trig, .ttl, .jsonld, and each with .gz
                                             dxgraph-csv.zip
                                             plan/<code>.trig.gz
                                             SHA256SUMS, manifest.json

The same version and saved questions give the same bytes.
``python -m dxgraph.dumps VERSION-FOLDER QUERIES-FOLDER`` makes them in a process of its own,
because no limit of a worker may hold for them.

Cost in triples n: n for each file, and memory that does not grow with n.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from dxgraph.build import Version
from dxgraph.catalog import Catalog
from dxgraph.dumps import bundle, rdf
from dxgraph.errors import UnusableFile
from dxgraph.session import Graph
from dxgraph.store import EmbeddedStore

SUMS = "SHA256SUMS"
BUNDLE = "dxgraph-csv.zip"
STEM = "dxgraph"
#: Has the process that makes dumps end with its input.
WHILE_OPEN = "--while-open"
_PREFIX = "dumps-"
_MANIFEST = "manifest.json"
_LOCK = ".dumps.lock"
_CHUNK = 1024 * 1024
_NAME = re.compile(
    rf"{STEM}\.({'|'.join(rdf.FORMATS)})(\.gz)?|plan/[0-9A-Za-z]+\.trig\.gz|{BUNDLE}|{SUMS}"
)


@dataclass(frozen=True)
class File:
    """A file to download: its path below ``/dump/``, size in bytes, and SHA-256."""

    name: str
    bytes: int
    sha256: str


def place(folder: Path, queries: Path) -> Path:
    """Where the files of a version's folder are, or will be, with these saved questions."""
    digest = hashlib.sha256()
    for path in sorted(queries.glob("*.rq")):
        digest.update(path.read_bytes())
    return folder / f"{_PREFIX}{digest.hexdigest()[:16]}"


def is_name(name: str) -> bool:
    """Whether some version may have a file of this name.

    >>> is_name("dxgraph.ttl.gz"), is_name("plan/24343.trig.gz"), is_name("../records.yaml")
    (True, True, False)
    """
    return _NAME.fullmatch(name) is not None


def made(folder: Path) -> tuple[File, ...] | None:
    """The files of such a place, the whole graph first; None while they are not made."""
    try:
        text = (folder / _MANIFEST).read_text(encoding="utf-8")
    except OSError:
        return None
    return tuple(File(**each) for each in json.loads(text))


def make(folder: Path, queries: Path) -> tuple[File, ...]:
    """Make the files of a version's folder, unless they are there; two makers wait in turn."""
    target = place(folder, queries)
    with (folder / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = made(target)
        if found is not None:
            return found
        for old in folder.glob(f"*{_PREFIX}*/"):
            shutil.rmtree(old, ignore_errors=True)
        work = Path(tempfile.mkdtemp(prefix=f".{_PREFIX}", dir=folder))
        try:
            files = tuple(_described(work, path) for path in _write(Version(folder), queries, work))
            text = json.dumps([asdict(each) for each in files], indent=1)
            (work / _MANIFEST).write_text(text, encoding="utf-8")
            work.chmod(0o755)
            os.replace(work, target)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return files


def form_of(path: Path | None) -> str:
    """The format that the ending of a file tells: a format of RDF, ``csv`` for the bundle, or nq.

    >>> form_of(Path("dxgraph.ttl.gz")), form_of(Path("tables.zip")), form_of(None)
    ('ttl', 'csv', 'nq')
    """
    ending = "" if path is None else path.name.removesuffix(".gz").rpartition(".")[2]
    return "csv" if ending == "zip" else ending if ending in rdf.FORMATS else "nq"


def write_file(version: Version, queries: Path, form: str, path: Path) -> None:
    """Write a dump to a file, packed if its name ends in ``.gz``; raises UnusableFile."""
    try:
        with path.open("wb") as stream:
            if path.suffix == ".gz":
                with rdf.packed(stream) as packed:
                    write(version, queries, form, packed)
            else:
                write(version, queries, form, stream)
    except OSError as error:
        raise UnusableFile(
            f"cannot be written: {error.strerror}", f"書けません: {error.strerror}", path=path
        ) from error


def write(version: Version, queries: Path, form: str, stream: IO[bytes]) -> None:
    """Write a dump: a format of ``rdf.FORMATS``, or ``csv`` for the bundle."""
    if form == "csv":
        graph = Graph(EmbeddedStore.open(version.store), Catalog(queries))
        bundle.write(graph, version.name, stream)
    else:
        rdf.write(version, form, stream)


def _write(version: Version, queries: Path, target: Path) -> Iterator[Path]:
    """Write every file; yields each when it is whole."""
    for form in rdf.FORMATS:
        path = target / f"{STEM}.{form}"
        if form != "nq" or not rdf.linked(version, path):
            write_file(version, queries, form, path)
        yield path
        packed = path.with_name(path.name + ".gz")
        rdf.pack(path, packed)
        yield packed
    write_file(version, queries, "csv", target / BUNDLE)
    yield target / BUNDLE
    store = EmbeddedStore.open(version.store)
    (target / "plan").mkdir()
    for code in rdf.plans(store):
        yield rdf.write_plan(store, code, target / "plan" / f"{code}.trig.gz")
    sums = [_described(target, path) for path in sorted(target.rglob("*")) if path.is_file()]
    text = "".join(f"{each.sha256}  {each.name}\n" for each in sums)
    (target / SUMS).write_text(text, encoding="utf-8", newline="\n")
    yield target / SUMS


def _described(folder: Path, path: Path) -> File:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return File(path.relative_to(folder).as_posix(), size, digest.hexdigest())
