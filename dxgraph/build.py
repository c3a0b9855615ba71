"""Build: records and Turtle to a new version of the graph, beside the old one, then one switch.

    .dxgraph/versions/<id>/store        Oxigraph store
    .dxgraph/versions/<id>/pieces.json  which kept files hold its lines (see ``increment``)
    .dxgraph/versions/<id>/graph.nq     canonical N-Quads: sorted lines, no blank nodes; and its
                                        SHA-256. Written when first asked for
    .dxgraph/versions/<id>/labels.sqlite  what everything is called, to search
    .dxgraph/versions/<id>/census.json  what VoID and pages count of the whole graph
    .dxgraph/versions/<id>/build.json   counts, times, hashes of the inputs
    .dxgraph/kept/                      what records say, and pieces of the graph, for later builds
    .dxgraph/current                    symbolic link to the version that answers

``<id>`` is made of the inputs' hashes and dxgraph's version, so the same inputs are the same
version. A build works in a folder of its own and ends in one ``os.replace`` of the link: killed at
any point before, it leaves the old version answering, and what it made is kept for the next.

Where little changed, the store is that of the version before, its files linked, less and more the
lines that differ. Otherwise it is loaded from the dump and optimised.

Cost: for each record that changed its reading and inference, then the lines that differ; from
nothing, n log n in triples n. See ``build.json`` for times.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox

import dxgraph
from dxgraph import executors, labels
from dxgraph.assemble import Clock, Progress
from dxgraph.errors import BadIdentifier, RecordError
from dxgraph.executors import Executor
from dxgraph.increment import census, disk
from dxgraph.increment.census import Census
from dxgraph.increment.manifest import Manifest, Stream, gone
from dxgraph.increment.pieces import Pieces, Plans
from dxgraph.increment.reading import sorted_lines
from dxgraph.kept import Kept
from dxgraph.namespaces import DXO, GRAPH, RDF
from dxgraph.workspace import Workspace
from dxgraph.yaml_nodes import contents

_KEPT_VERSIONS = 2
_CHUNK = 1 << 20
_CENSUS = "census.json"


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
        """The canonical N-Quads, written now if nobody asked for them before.

        Beside them is their hash, for ``sha256sum -c``. Raises BuildError where the cache has lost
        a part.
        """
        path, manifest = self.folder / "graph.nq", self.manifest
        if not path.is_file():
            if manifest is None:
                raise gone(path.name)
            manifest.write_dump(self._kept, path)
        return path

    def stream(self) -> BinaryIO:
        """The canonical N-Quads to read, without a file of them."""
        path, manifest = self.folder / "graph.nq", self.manifest
        if path.is_file() or manifest is None:
            return path.open("rb")
        return io.BufferedReader(Stream(manifest.dump(self._kept)), _CHUNK)

    @property
    def manifest(self) -> Manifest | None:
        """What the version is made of; None for one that an earlier dxgraph built."""
        return Manifest.read(self.folder / "pieces.json")

    @property
    def census(self) -> Census | None:
        """What is counted of the graph; None for a version that an earlier dxgraph built."""
        return Census.read(self.folder / _CENSUS)

    @property
    def _kept(self) -> Kept:
        return Kept(self.folder.parent.parent)

    @property
    def report(self) -> dict[str, object]:
        """What ``build.json`` says."""
        text = (self.folder / "build.json").read_text(encoding="utf-8")
        return dict(json.loads(text))

    @property
    def graphs(self) -> dict[str, int]:
        """Triples per named graph, by its IRI."""
        found = self.report["graphs"]
        assert isinstance(found, dict)
        return {GRAPH + name: count for name, count in found.items()}

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
        path.relative_to(workspace.root).as_posix(): hashlib.sha256(contents(path)).hexdigest()
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
    workspace: Workspace,
    progress: Progress = lambda step: None,
    *,
    force: bool = False,
    executor: Executor | None = None,
) -> Version:
    """Build the graph of a workspace and switch to it; a failure leaves the old version serving.

    A version of the same inputs that is already there is used as it is; ``force`` builds it from
    nothing. Tasks run in processes unless another ``executor`` is given.

    Raises RecordError (with file and line) for a record or Turtle file that cannot be read and
    BuildError where the parts do not fit.
    """
    clock = Clock({}, progress)
    with clock.step("hash the inputs"):
        hashes = inputs(workspace)
        name = version_name(hashes)
    versions = workspace.cache / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    target = versions / name
    if force or not (target / "build.json").is_file():
        with tempfile.TemporaryDirectory(prefix=".building-", dir=versions) as folder:
            work = Path(folder) / name
            work.mkdir()
            before = None if force else current(workspace)
            with executors.Processes() if executor is None else nullcontext(executor) as runner:
                manifest = Pieces(workspace, hashes, runner, force).manifest(clock)
                manifest.write(work / "pieces.json")
                _write(Version(work), manifest, Kept(workspace.cache), before, clock, runner)
            _report(work, manifest, hashes, clock)
            with clock.step("put the version in place"):
                if force and target.is_dir():
                    os.replace(target, Path(folder) / "before")
                _put(work, target)
    with clock.step("switch"):
        _switch(workspace.cache, name)
    _prune(versions, name)
    return Version(target)


def plans(
    workspace: Workspace,
    progress: Progress = lambda step: None,
    executor: Executor | None = None,
) -> Plans | None:
    """The plans of a workspace, made and kept for a build; None where a record cannot be read."""
    with executors.Processes() if executor is None else nullcontext(executor) as runner:
        pieces = Pieces(workspace, inputs(workspace), runner)
        try:
            pieces.manifest(Clock({}, progress))
        except (RecordError, BadIdentifier):
            return None
    return pieces.plans()


def canonical(store: ox.Store) -> str:
    """N-Quads that are the same for the same statements: one a line, sorted by code point."""
    return "".join(f"{line}\n" for line in sorted_lines(store))


def _write(
    work: Version,
    manifest: Manifest,
    kept: Kept,
    before: Version | None,
    clock: Clock,
    executor: Executor,
) -> None:
    """Store and census of a version: those of the version before, changed, or made from nothing."""
    old, counted = (before.manifest, before.census) if before else (None, None)
    few = old and disk.is_small(manifest.differing(old), sum(old.graphs.values()))
    if before and old and counted and few:
        with clock.step("change the store"):
            more, less = manifest.difference(old, kept)
            done = disk.changed(before.store, work.store, more, less)
        if done:
            stores = disk.opened(before.store), disk.opened(work.store)
            with clock.step("count"):
                counted.changed(*stores, more | less).write(work.folder / _CENSUS)
            with clock.step("index the names"):
                then, now = (each.folder / labels.FILE for each in (before, work))
                labels.change(then, now, stores, more | less, manifest.subjects(old, kept))
            return
    dump = work.folder / "graph.nq"
    with clock.step("write the dump"):
        manifest.write_dump(kept, dump)
    storing, naming = clock.step("write the store"), clock.step("index the names")
    with ThreadPoolExecutor(2) as beside:
        due = (
            beside.submit(_within, storing, disk.loaded, dump, work.store),
            beside.submit(_within, naming, labels.index, dump, work.folder / labels.FILE),
        )
        with clock.step("count"):
            parts = executor.run(census.count, None, manifest.contents(kept))
            census.total(parts).write(work.folder / _CENSUS)
        for each in due:
            each.result()


def _within(step: AbstractContextManager[None], task: Callable[..., object], *given: Path) -> None:
    with step:
        task(*given)


def _report(work: Path, manifest: Manifest, hashes: dict[str, str], clock: Clock) -> None:
    graphs = manifest.graphs
    report = {
        "version": work.name,
        "dxgraph": dxgraph.__version__,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
        "triples": sum(graphs.values()),
        "graphs": graphs,
        "pieces": len(manifest.pieces),
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
    """Drop all but the newest versions, what killed builds left, and what is kept for neither."""
    found = [path for path in versions.iterdir() if not path.name.startswith(".")]
    newest = sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)
    for path in [path for path in newest if path.name != keep][_KEPT_VERSIONS - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
    for path in versions.glob(".building-*"):
        if time.time() - path.stat().st_mtime > 86_400:
            shutil.rmtree(path, ignore_errors=True)
    left = [Manifest.read(path / "pieces.json") for path in versions.iterdir()]
    used = {name for manifest in left if manifest for name in manifest.names}
    Kept(versions.parent).sweep(used)
