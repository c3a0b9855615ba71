"""``dxgraph load``: what a server holds afterwards, also when a load was killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import servers
from servers import Server

from dxgraph import build, counts, load
from dxgraph.build import Version
from dxgraph.endpoints import Address
from dxgraph.errors import LoadIncomplete, NotAnEndpoint, ServerRefused, ServerUnreachable
from dxgraph.namespaces import GRAPH
from dxgraph.remote import RemoteStore
from dxgraph.workspace import Workspace
from dxgraph.writers import WAYS, GraphStore, Update, Writer

TRIPLE = b"<http://example.org/a> <http://example.org/b> <http://example.org/c> .\n"


@pytest.fixture
def own(place: Workspace, tmp_path: Path) -> Workspace:
    """The checkout with a journal of its own."""
    return Workspace(place.root, tmp_path)


@pytest.fixture(params=["oxigraph", "virtuoso"])
def server(request: pytest.FixtureRequest) -> Server:
    started: Server = request.getfixturevalue(request.param)
    return started


def wanted(version: Version) -> dict[str, int]:
    found = version.report["graphs"]
    assert isinstance(found, dict)
    return found


def held(server: Server) -> dict[str, int]:
    return counts.triples(RemoteStore(server.url, union=False))


@pytest.mark.parametrize("way", WAYS)
def test_every_graph_is_there_by_either_protocol(
    own: Workspace, version: Version, oxigraph: Server, way: str
) -> None:
    done = load.load(own, version, oxigraph.writing, way=way, restart=True)
    assert done.graphs == wanted(version) == held(oxigraph)
    assert done.sent == sum(wanted(version).values())


def test_virtuoso_is_written_with_a_name_and_a_password(
    own: Workspace, version: Version, virtuoso: Server
) -> None:
    done = load.load(own, version, virtuoso.writing)
    assert done.endpoint.endswith("/sparql-graph-crud-auth")
    assert held(virtuoso) == wanted(version)


def test_virtuoso_says_why_it_takes_nothing_without_a_password(
    own: Workspace, version: Version, virtuoso: Server
) -> None:
    for address in (virtuoso.url, virtuoso.writing.replace("dba:dba", "dba:wrong")):
        with pytest.raises(NotAnEndpoint, match="401") as caught:
            load.load(own, version, address)
        assert "--to" in caught.value.en
        assert "wrong" not in str(caught.value)


def test_a_load_that_is_done_sends_nothing_again(
    own: Workspace, version: Version, server: Server
) -> None:
    load.load(own, version, server.writing)
    assert load.load(own, version, server.writing).sent == 0


class Killed(Exception):
    """A stand-in for the kill: raised where the process would have ended."""


def stopped_after(version: Version, own: Workspace, server: Server, triples: int) -> None:
    def progress(name: str, taken: int, total: int) -> None:
        if taken >= triples:
            raise Killed

    with pytest.raises(Killed):
        load.load(own, version, server.writing, chunk=500, restart=True, progress=progress)


def test_a_load_that_was_stopped_goes_on_where_it_stopped(
    own: Workspace, version: Version, server: Server
) -> None:
    stopped_after(version, own, server, 9_000)
    assert held(server) != wanted(version)
    done = load.load(own, version, server.writing, chunk=700)
    assert done.sent <= sum(wanted(version).values()) - 9_000
    assert held(server) == wanted(version)


def test_a_chunk_that_was_taken_but_not_noted_is_sent_again_without_harm(
    own: Workspace, version: Version, oxigraph: Server
) -> None:
    stopped_after(version, own, oxigraph, 9_000)
    journal = next(own.cache.glob("loads/*.jsonl"))
    lines = journal.read_text("utf-8").splitlines()
    journal.write_text("\n".join([*lines[:-1], lines[-1][:5]]), encoding="utf-8")
    load.load(own, version, oxigraph.writing)
    assert held(oxigraph) == wanted(version)


def test_a_process_that_is_killed_leaves_a_load_that_continues(
    own: Workspace, place: Workspace, version: Version, tmp_path: Path
) -> None:
    (tmp_path / "server").mkdir()
    with servers.oxigraph(tmp_path / "server") as server:
        program = (
            "import sys; from pathlib import Path\n"
            "from dxgraph import load; from dxgraph.build import Version\n"
            "from dxgraph.workspace import Workspace\n"
            "root, cache, version, url = sys.argv[1:]\n"
            "load.load(Workspace(Path(root), Path(cache)), Version(Path(version)), url, chunk=10)\n"
        )
        places = [str(own.root), str(own.cache), str(version.folder), server.url]
        process = subprocess.Popen([sys.executable, "-c", program, *places])
        while sum(held(server).values()) < 1_000:
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        before = sum(held(server).values())
        assert 1_000 <= before < sum(wanted(version).values())
        done = load.load(own, version, server.url)
        assert done.sent <= sum(wanted(version).values()) - 900
        assert held(server) == wanted(version)


def test_a_graph_somebody_changed_is_loaded_anew(
    own: Workspace, version: Version, oxigraph: Server
) -> None:
    load.load(own, version, oxigraph.writing)
    store_of(oxigraph).add(GRAPH + "national", TRIPLE)
    assert load.load(own, version, oxigraph.writing).sent == wanted(version)["national"]
    assert held(oxigraph) == wanted(version)


def store_of(server: Server) -> Writer:
    return GraphStore(Address.parse(server.url.replace("/query", "/store")), 60)


def test_graphs_of_ours_that_are_no_more_are_removed_and_others_left(
    own: Workspace, version: Version, oxigraph: Server
) -> None:
    writer = store_of(oxigraph)
    writer.add(GRAPH + "plan/99999", TRIPLE)
    writer.add("http://example.org/graph", TRIPLE)
    assert load.load(own, version, oxigraph.writing).removed == ["plan/99999"]
    assert held(oxigraph) == wanted(version)
    kept = "ASK { GRAPH <http://example.org/graph> { ?s ?p ?o } }"
    assert RemoteStore(oxigraph.url).ask(kept)
    writer.clear("http://example.org/graph")


def test_another_version_at_the_same_address_starts_from_the_beginning(
    own: Workspace, version: Version, oxigraph: Server, copy: Workspace
) -> None:
    load.load(own, version, oxigraph.writing)
    record = copy.data / "municipalities" / "24343-asahi.yaml"
    record.write_text(record.read_text("utf-8").replace("\n", "\n# 注\n", 1), encoding="utf-8")
    other = build.build(copy)
    assert other.name != version.name
    done = load.load(own, other, oxigraph.writing)
    assert done.sent == sum(done.graphs.values())


def test_a_server_that_loses_triples_is_found_out(
    own: Workspace, version: Version, oxigraph: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = GraphStore.add

    def losing(self: GraphStore, graph: str, triples: bytes) -> None:
        add(self, graph, b"".join(triples.splitlines(keepends=True)[:3]))

    monkeypatch.setattr(GraphStore, "add", losing)
    with pytest.raises(LoadIncomplete, match="inferred 9/") as caught:
        load.load(own, version, oxigraph.writing, restart=True, chunk=4_000, way="graph-store")
    assert "--restart" in caught.value.ja


def test_a_place_that_does_not_exist_is_no_place_to_write(
    own: Workspace, version: Version, oxigraph: Server
) -> None:
    with pytest.raises(ServerUnreachable):
        load.load(own, version, f"http://127.0.0.1:{servers.free_port()}/query")
    with pytest.raises(NotAnEndpoint, match="404"):
        load.load(own, version, oxigraph.url, to=oxigraph.url.replace("/query", "/nowhere"))


@pytest.mark.parametrize("make", [GraphStore, Update])
def test_a_graph_that_is_not_there_can_be_emptied(oxigraph: Server, make: type[Update]) -> None:
    ending = "/store" if make is GraphStore else "/update"
    writer = make(Address.parse(oxigraph.url.replace("/query", ending)), 60)
    writer.clear("http://example.org/nothing")
    with pytest.raises(ServerRefused):
        writer.add("http://example.org/nothing", b"no triples")
