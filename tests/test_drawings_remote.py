"""Drawings of a graph in another server are those of the graph in this one."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import servers

from dxgraph import load, views
from dxgraph.build import Version
from dxgraph.remote import RemoteStore
from dxgraph.session import Graph
from dxgraph.workspace import Workspace


@pytest.fixture(scope="module")
def remote(
    tmp_path_factory: pytest.TempPathFactory, place: Workspace, version: Version, graph: Graph
) -> Iterator[Graph]:
    """The graph of the checkout, asked of an Oxigraph server."""
    with servers.oxigraph(tmp_path_factory.mktemp("held")) as server:
        load.load(place, version, server.writing, restart=True)
        yield Graph(RemoteStore(server.url, 60.0), graph.catalog)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("schedule", {"town": "24343|24324", "technology": "ai"}),
        ("lineage", {"town": "24343"}),
        ("indicators", {}),
        ("departments", {"town": "24324"}),
    ],
)
def test_a_drawing_is_the_same_from_another_server(
    remote: Graph, graph: Graph, name: str, values: dict[str, str]
) -> None:
    told, expected = (json.dumps(views.look(g, name, values)) for g in (remote, graph))
    assert told == expected
