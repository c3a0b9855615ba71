"""What an engine serves, and how much a worker may use: handed from the server to its keeper."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pyoxigraph as ox

from dxgraph import build, labels
from dxgraph.catalog import Catalog
from dxgraph.errors import UnreadableData, WorkspaceError
from dxgraph.increment import disk
from dxgraph.increment.manifest import Manifest
from dxgraph.kept import Kept
from dxgraph.session import Graph
from dxgraph.store import EmbeddedStore
from dxgraph.workspace import Workspace

#: The link, in the run folder, to the socket of the engine that answers.
LINK = "engine"
#: The socket of an engine that has made its graph a newer one, until that answers.
RENEWED = "renewed.sock"
#: Part of the socket's name where the graph is read from its files.
FILES = "files"
#: The version of a graph in another server, whatever it holds.
REMOTE = "remote"
#: Triples beyond which a graph is served from its files first: 1,000,000 take 4 s to load.
LARGE = 1_000_000
#: Memory that a triple takes, with its share of the terms.
_BYTES = 420
#: Bytes of the dump that are loaded at once: a tenth less memory in all than the whole at once.
_PART = 64 * 1024 * 1024
#: How far loading a large graph gives way to the workers that answer meanwhile.
_NICE = 10
#: How much of the deadline the other server has, so that it is seen which of the two was late.
_SHARE = 0.9


T = TypeVar("T")
#: What ``Graph.once`` keeps.
Made = dict[Callable[[Graph], Any], Any]


@dataclass(frozen=True)
class Difference:
    """A newer version, and the lines of N-Quads that only it has, and that only the older has."""

    version: build.Version
    manifest: Manifest
    more: frozenset[bytes]
    less: frozenset[bytes]


@dataclass(frozen=True)
class Plan:
    """Where engines meet fronts, what they load and what a worker may use.

    ``data`` names RDF files, and ``store`` another SPARQL server, to serve instead of the built
    graph. Memory that a graph may take, a worker's, an answer's and times are in bytes and seconds.
    """

    run: str
    root: str
    cache: str
    workers: int
    deadline: float
    queue: float
    hold: int
    memory: int
    result: int
    data: tuple[str, ...] = ()
    store: str = ""

    def to_json(self) -> str:
        """The plan as text."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """The plan such a text says."""
        return cls(**json.loads(text))

    @property
    def workspace(self) -> Workspace:
        """The workspace whose built graph and saved questions are served."""
        return Workspace(Path(self.root), Path(self.cache))

    def version(self) -> str | None:
        """The name of the version to serve now; None while there is none."""
        if self.data or self.store:
            return "data" if self.data else REMOTE
        link = self.workspace.cache / "current"
        try:
            return Path(os.readlink(link)).name
        except OSError:
            return None

    @property
    def triples(self) -> int:
        """How many the built version holds that is to be served now; 0 for anything else."""
        version = None if self.data or self.store else build.current(self.workspace)
        return sum(version.graphs.values()) if version else 0

    def fits(self, triples: int) -> bool:
        """Whether so many may be held in memory."""
        return triples * _BYTES <= self.hold

    @property
    def patience(self) -> float:
        """Seconds until nobody waits any more for what was asked before now."""
        return max(self.queue, self.deadline) + self.deadline + 1

    def difference(self, before: Manifest | None) -> Difference | None:
        """What makes a graph of that manifest the newest version; None where that is better loaded.

        Raises BuildError where the cache has lost a part.
        """
        version = build.current(self.workspace)
        after = version.manifest if version else None
        if version is None or before is None or after is None:
            return None
        if not disk.is_small(after.differing(before), sum(before.graphs.values())):
            return None
        more, less = after.difference(before, Kept(self.workspace.cache))
        return Difference(version, after, frozenset(more), frozenset(less))

    def renewed(self, graph: Graph, difference: Difference, made: Made) -> Graph:
        """A graph in memory made that of another version; the one from before is no longer whole.

        ``made`` is what ``Graph.once`` keeps of the other. Cost: of what differs.
        """
        assert isinstance(graph.store, EmbeddedStore)
        store = graph.store.raw
        apart(partial(disk.change, store, difference.more, difference.less))
        return self._graph(EmbeddedStore(store), difference.version, made)

    def _graph(
        self, store: EmbeddedStore, version: build.Version, made: Made | None = None
    ) -> Graph:
        rules, queries = self.workspace.ontology / "rules", self.workspace.queries
        return Graph(store, Catalog(queries), version, rules=rules, made=made)

    def load(self, held: bool) -> tuple[Graph, str]:
        """The graph and its version; ``held`` in memory, where most questions take half the time.

        Otherwise a built one is read from its files, which are there at once. Raises UnreadableData
        or WorkspaceError.
        """
        catalog = Catalog(self.workspace.queries)
        if self.data:
            store, digest = apart(partial(read_files, [Path(name) for name in self.data]))
            index = Path(self.run) / f"{digest}.{labels.FILE}"
            return Graph(EmbeddedStore(store, open_world=True), catalog, index=index), digest
        if self.store:
            from dxgraph import remote

            remote.require()
            return Graph(remote.RemoteStore(self.store, _SHARE * self.deadline), catalog), REMOTE
        version = build.current(self.workspace)
        if version is None:
            raise WorkspaceError(
                "there is no built graph; run: dxgraph build",
                "構築済みのグラフがありません。dxgraph build を実行してください",
                path=self.workspace.cache,
            )
        if held:
            store, version = apart(partial(self._loaded, version))
            return self._graph(EmbeddedStore(store), version), version.name
        return self._graph(EmbeddedStore.open(version.store), version), version.name

    def _loaded(self, version: build.Version) -> tuple[ox.Store, build.Version]:
        """The graph in memory, made what has been built by then, and which version that is.

        A large one is loaded beside one that serves, to which it gives way: in a thread of its own.
        """
        if sum(version.graphs.values()) > LARGE:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        manifest, store = version.manifest, _read(version)
        while (newest := build.current(self.workspace)) and newest != version:
            difference = self.difference(manifest)
            if difference is None:
                del store  # two at a time would not fit
                version, manifest = newest, newest.manifest
                store = _read(version)
            else:
                disk.change(store, difference.more, difference.less)
                version, manifest = difference.version, difference.manifest
        return store, version


def apart(function: Callable[[], T]) -> T:
    """What a function makes, in a thread, whose memory the C library keeps apart from others'.

    A graph made where workers are forked leaves gaps among its pages that each of their queries
    would fill, copying the page first: half a millisecond for nothing asked of 6,755,344 triples.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(function).result()


def _read(version: build.Version) -> ox.Store:
    """A version in memory, read in parts, since Oxigraph remembers what is new in each load."""
    store, rest = ox.Store(), b""
    with version.stream() as dump:
        while data := dump.read(_PART):
            lines, _, rest = (rest + data).rpartition(b"\n")
            store.bulk_load(lines, format=ox.RdfFormat.N_QUADS)
    return store


def read_files(paths: list[Path]) -> tuple[ox.Store, str]:
    """RDF files in one store, named graphs as they name them, and a hash over their bytes.

    The format is told by the extension. Raises UnreadableData with the file.
    """
    store, digest = ox.Store(), hashlib.sha256()
    for path in paths:
        form = ox.RdfFormat.from_extension(path.suffix.removeprefix("."))
        if form is None:
            raise UnreadableData(
                "no RDF format has this extension; use .ttl, .nt, .nq, .trig, .rdf or .jsonld",
                "この拡張子の RDF 形式はありません。.ttl .nt .nq .trig .rdf .jsonld が使えます",
                path=path,
            )
        try:
            data = path.read_bytes()
            store.bulk_load(data, format=form, base_iri=path.resolve().as_uri())
        except (OSError, SyntaxError) as error:
            raise UnreadableData(
                f"cannot be read: {error}", f"読めません: {error}", path=path
            ) from error
        digest.update(data)
    return store, digest.hexdigest()[:32]
