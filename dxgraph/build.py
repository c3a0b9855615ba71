"""Build: records and Turtle to a new version of the graph, beside the old one, then one switch.

    .dxgraph/versions/<id>/store        Oxigraph store, optimised
    .dxgraph/versions/<id>/graph.nq     canonical N-Quads: sorted lines, no blank nodes
    .dxgraph/versions/<id>/build.json   counts, times, hashes of the inputs
    .dxgraph/current                    symbolic link to the version that answers

``<id>`` is made of the inputs' hashes and dxgraph's version, so the same inputs are the same
version. A build works in a folder of its own and ends in one ``os.replace`` of the link: killed at
any point before, it leaves the old version answering.

Cost in triples n: parsing, inference and sorting are n or n log n; see ``build.json`` for times.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox

import dxgraph
from dxgraph.assemble import Clock, Progress, assemble
from dxgraph.namespaces import DXO, RDF
from dxgraph.workspace import Workspace

_KEPT_VERSIONS = 2


@dataclass(frozen=True)
class Stamp:
    """Which version of the graph something was read from, and when that was built."""

    version: str
    built: datetime | None


@dataclass(frozen=True)
class Version:
    """A built graph on disk."""

    folder: Path

    @property
    def name(self) -> str:
        """The identifier: the first half of a hash over all inputs."""
        return self.folder.name

    @property
    def store(self) -> Path:
        """The folder of the Oxigraph store."""
        return self.folder / "store"

    @property
    def dump(self) -> Path:
        """The canonical N-Quads."""
        return self.folder / "graph.nq"

    @property
    def report(self) -> dict[str, object]:
        """What ``build.json`` says."""
        text = (self.folder / "build.json").read_text(encoding="utf-8")
        return dict(json.loads(text))

    @property
    def stamp(self) -> Stamp:
        """Name and date of this version, for what is made of it."""
        built = self.report.get("built")
        return Stamp(self.name, datetime.fromisoformat(built) if isinstance(built, str) else None)


def inputs(workspace: Workspace) -> dict[str, str]:
    """Every file a build reads, relative to the workspace, with its SHA-256."""
    patterns = ("ontology/**/*.ttl", "ontology/rules/*.rq", "data/**/*.yaml", "data/*.jsonld")
    paths = {path for pattern in patterns for path in workspace.root.glob(pattern)}
    return {
        path.relative_to(workspace.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(paths)
    }


def version_name(hashes: dict[str, str]) -> str:
    """The name of the version these inputs make."""
    text = json.dumps([dxgraph.__version__, ox.__version__, hashes], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def current(workspace: Workspace) -> Version | None:
    """The version that answers now, of these inputs or of older ones; None before any build."""
    folder = workspace.cache / "current"
    return Version(folder.resolve()) if (folder / "build.json").is_file() else None


def up_to_date(workspace: Workspace) -> Version | None:
    """The version that answers now if it was built from the inputs as they are."""
    version = current(workspace)
    fresh = version is not None and version.name == version_name(inputs(workspace))
    return version if fresh else None


def build(
    workspace: Workspace, progress: Progress = lambda step: None, *, force: bool = False
) -> Version:
    """Build the graph of a workspace and switch to it; a failure leaves the old version serving.

    A version of the same inputs that is already there is used as it is, unless ``force``.

    Raises RecordError (with file and line) for a record or Turtle file that cannot be read and
    BuildError where the parts do not fit.
    """
    times: dict[str, float] = {}
    clock = Clock(times, progress)
    with clock.step("hash the inputs"):
        hashes = inputs(workspace)
        name = version_name(hashes)
    versions = workspace.cache / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    target = versions / name
    if force:
        shutil.rmtree(target, ignore_errors=True)
    if not (target / "build.json").is_file():
        with tempfile.TemporaryDirectory(prefix=".building-", dir=versions) as folder:
            work = Path(folder) / name
            work.mkdir()
            store = assemble(workspace, clock)
            _write(store, work, hashes, clock)
            with clock.step("put the version in place"):
                _put(work, target)
    with clock.step("switch"):
        _switch(workspace.cache, name)
    _prune(versions, name)
    return Version(target)


def canonical(store: Iterable[ox.Quad]) -> str:
    """N-Quads that are the same for the same statements: one a line, sorted by code point."""
    return "".join(sorted(f"{quad} .\n" for quad in store))


def _write(store: ox.Store, work: Path, hashes: dict[str, str], clock: Clock) -> None:
    with clock.step("write the dump"):
        text = canonical(store)
        (work / "graph.nq").write_text(text, encoding="utf-8", newline="\n")
    with clock.step("write the store"):
        disk = ox.Store(str(work / "store"))
        disk.bulk_load(text.encode(), format=ox.RdfFormat.N_QUADS)
        disk.optimize()
        disk.flush()
        del disk
    report = {
        "version": work.name,
        "dxgraph": dxgraph.__version__,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
        "triples": len(store),
        "graphs": graph_counts(store),
        "dumpSha256": hashlib.sha256(text.encode()).hexdigest(),
        "inputs": hashes,
        "seconds": clock.times,
    }
    (work / "build.json").write_text(
        json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def graph_counts(store: ox.Store) -> dict[str, int]:
    """Triples per named graph, by the graph's short name."""
    counts: dict[str, int] = {}
    for name in store.named_graphs():
        size = sum(1 for _ in store.quads_for_pattern(None, None, None, name))
        counts[str(name.value).partition("/graph/")[2]] = size
    return dict(sorted(counts.items()))


def entity_counts(store: ox.Store) -> dict[str, int]:
    """Things per class of ours, by the class's local name."""
    counts: dict[str, set[str]] = {}
    for quad in store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), None, None):
        if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(DXO):
            counts.setdefault(quad.object.value.removeprefix(DXO), set()).add(str(quad.subject))
    return {name: len(things) for name, things in sorted(counts.items())}


def _put(work: Path, target: Path) -> None:
    """Rename into place; another build of the same inputs may have been first."""
    try:
        os.replace(work, target)
    except OSError:
        if not (target / "build.json").is_file():
            shutil.rmtree(target, ignore_errors=True)
            os.replace(work, target)


def _switch(cache: Path, name: str) -> None:
    link = cache / f".current-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("versions") / name, target_is_directory=True)
    os.replace(link, cache / "current")


def _prune(versions: Path, keep: str) -> None:
    """Drop all but the newest versions, and what killed builds left behind a day ago."""
    found = [path for path in versions.iterdir() if not path.name.startswith(".")]
    newest = sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)
    for path in [path for path in newest if path.name != keep][_KEPT_VERSIONS - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
    for path in versions.glob(".building-*"):
        if time.time() - path.stat().st_mtime > 86_400:
            shutil.rmtree(path, ignore_errors=True)
