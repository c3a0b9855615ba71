"""Fill another SPARQL server with a built graph, graph by graph, in chunks, and go on after a kill.

A journal in the workspace notes how many triples of which graph the server has taken. A load that
was killed continues where the journal ends; a chunk that was taken but not noted is sent again,
which changes nothing, because the graph has no blank nodes. At the end every graph is counted.

    .dxgraph/loads/<hash of the address>.jsonl    version, then graph and triples taken, a line each
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from dxgraph import counts
from dxgraph.build import Version, graph_counts
from dxgraph.endpoints import Address
from dxgraph.errors import LoadIncomplete, NotAnEndpoint, RemoteError
from dxgraph.namespaces import GRAPH, graph
from dxgraph.remote import RemoteStore
from dxgraph.store import EmbeddedStore
from dxgraph.workspace import Workspace
from dxgraph.writers import Writer, candidates, told

CHUNK = 2_000

#: Called with the short name of a graph, triples taken so far, and triples in all.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Loaded:
    """What a load did: where it wrote, triples per graph, how many were sent, graphs removed."""

    endpoint: str
    graphs: dict[str, int]
    sent: int
    removed: list[str] = field(default_factory=list)


class Journal:
    """What a server has taken of one version; another version at the same address starts anew."""

    def __init__(self, cache: Path, address: Address, version: str) -> None:
        name = hashlib.sha256(address.url.encode()).hexdigest()[:32]
        self.path = cache / "loads" / f"{name}.jsonl"
        self.head = json.dumps({"address": address.url, "version": version})
        self.taken: dict[str, int] = {}
        lines = self.path.read_text("utf-8").splitlines() if self.path.is_file() else []
        if lines[:1] == [self.head]:
            self.taken = dict(filter(None, map(_noted, lines[1:])))
            self._write("")
        else:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(self.head + "\n", encoding="utf-8")

    def note(self, name: str, taken: int) -> None:
        """Remember, through a crash of this machine, how much of a graph was taken."""
        self.taken[name] = taken
        self._write(json.dumps([name, taken]))

    def _write(self, line: str) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())


def _noted(line: str) -> tuple[str, int] | None:
    """A line of a journal; None for one that a kill broke off."""
    try:
        name, taken = json.loads(line)
    except ValueError:
        return None
    return str(name), int(taken)


def load(
    place: Workspace,
    version: Version,
    address: str,
    *,
    way: str | None = None,
    to: str | None = None,
    chunk: int = CHUNK,
    restart: bool = False,
    progress: Progress = lambda name, taken, total: None,
) -> Loaded:
    """Make another server hold the graph of a version, and prove it by counting.

    ``address`` is the server's query endpoint, ``to`` the one that writes, where it cannot be
    found. Graphs of ours that the version has not are removed; other graphs are left alone.
    Raises RemoteError: NotAnEndpoint when nothing there writes, LoadIncomplete when counts differ.
    """
    remote = RemoteStore(address, union=False)
    source = EmbeddedStore.open(version.store).raw
    wanted = graph_counts(source)
    before = counts.triples(remote)
    writer = _writer(remote, source, way, to)
    journal = Journal(place.cache, writer.address, version.name)
    if restart:
        journal.taken.clear()
    total, done, sent = sum(wanted.values()), 0, 0
    for name, size in wanted.items():
        start = _begin(writer, journal, name, size, before.get(name, 0))
        for taken in _sent(writer, source, name, start, chunk):
            journal.note(name, taken)
            progress(name, done + taken, total)
        sent += size - start
        done += size
    removed = sorted(before.keys() - wanted.keys())
    for name in removed:
        writer.clear(GRAPH + name)
    _verify(remote, wanted)
    return Loaded(writer.address.url, wanted, sent, removed)


def _begin(writer: Writer, journal: Journal, name: str, size: int, held: int) -> int:
    """How many triples of a graph need not be sent again; a graph in doubt is emptied."""
    taken = journal.taken.get(name, 0)
    if 0 < taken <= held <= size and (taken < size or held == size):
        return taken
    journal.note(name, 0)
    writer.clear(GRAPH + name)
    return 0


def _sent(writer: Writer, source: ox.Store, name: str, start: int, chunk: int) -> Iterator[int]:
    """Send a graph from its triple number ``start`` on; yields how many the server has then."""
    quads = source.quads_for_pattern(None, None, None, graph(name))
    rest = islice(quads, start, None)
    taken = start
    while piece := [quad.triple for quad in islice(rest, chunk)]:
        writer.add(GRAPH + name, _triples(piece))
        taken += len(piece)
        yield taken


def _triples(piece: list[ox.Triple]) -> bytes:
    return ox.serialize(piece, format=ox.RdfFormat.N_TRIPLES) or b""


def _writer(remote: RemoteStore, source: ox.Store, way: str | None, to: str | None) -> Writer:
    """The first way to write that takes a triple of ours, and shows it to the query endpoint."""
    quad = next(iter(source))
    name = str(quad.graph_name.value)
    shown = f"ASK {{ GRAPH <{name}> {{ {quad.triple} }} }}"
    target = None if to is None else Address.parse(to)
    failed: list[RemoteError] = []
    for writer in candidates(remote.address, way, target, remote.seconds):
        try:
            writer.add(name, _triples([quad.triple]))
        except RemoteError as error:
            failed.append(error)
            continue
        if remote.ask(shown):
            return writer
    raise NotAnEndpoint(
        f"nothing beside {remote.address.url} takes triples ({told(failed, 'en') or '-'}); name "
        "the endpoint that writes with --to, and user:password@ in its address if it asks for one",
        f"{remote.address.url} のそばに書き込める所がありません({told(failed, 'ja') or '-'})。"
        "書き込み先を --to で、必要ならアドレスに user:password@ を付けて指定してください",
    )


def _verify(remote: RemoteStore, wanted: dict[str, int]) -> None:
    found = counts.triples(remote)
    wrong = [
        f"{name} {found.get(name, 0)}/{size}"
        for name, size in wanted.items()
        if found.get(name, 0) != size
    ]
    if wrong:
        listed = ", ".join(wrong)
        raise LoadIncomplete(
            f"{remote.address.url} holds other counts than it should: {listed}; "
            "run again with --restart",
            f"{remote.address.url} の件数が合いません: {listed}。"
            "--restart を付けてやり直してください",
        )
