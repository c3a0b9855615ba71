"""Fixtures every test may use: the checkout, its graph built once, and a copy to change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dxgraph import build
from dxgraph.catalog import Catalog
from dxgraph.session import Graph
from dxgraph.store import EmbeddedStore
from dxgraph.workspace import Workspace

FOLDERS = ("ontology", "data", "queries", "shapes")


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the checkout."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def place(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The checkout as a workspace whose built versions go to a temporary folder."""
    return Workspace(root, tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def version(place: Workspace) -> build.Version:
    """The graph of the checkout, built once a session."""
    return build.build(place)


@pytest.fixture(scope="session")
def graph(place: Workspace, version: build.Version) -> Graph:
    """The graph of the checkout, opened."""
    return Graph(EmbeddedStore.open(version.store), Catalog(place.queries))


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Workspace:
    """A workspace of one's own, to change records in."""
    for folder in FOLDERS:
        shutil.copytree(root / folder, tmp_path / folder)
    return Workspace(tmp_path, tmp_path / ".dxgraph")
