"""Dumps: the graph as files, the same bytes each time, sent with size, checksum and ranges."""

from __future__ import annotations

import contextlib
import csv
import fcntl
import gzip
import hashlib
import io
import json
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from dxgraph import build, dumps
from dxgraph.build import Version
from dxgraph.catalog import Catalog
from dxgraph.cli import main
from dxgraph.dumps import File, bundle
from dxgraph.dumps.shelf import Shelf
from dxgraph.errors import UnusableFile
from dxgraph.namespaces import graph as graph_name
from dxgraph.session import Graph
from dxgraph.store import EmbeddedStore
from dxgraph.web import create_app
from dxgraph.workspace import Workspace


@pytest.fixture(scope="module")
def files(version: Version, place: Workspace) -> dict[str, File]:
    return {each.name: each for each in dumps.make(version.folder, place.queries)}


@pytest.fixture(scope="module")
def folder(version: Version, place: Workspace, files: dict[str, File]) -> Path:
    return dumps.place(version.folder, place.queries)


@pytest.fixture(scope="module")
def client(graph: Graph, files: dict[str, File]) -> FlaskClient:
    return create_app(graph).test_client()


def quads(path: Path) -> set[ox.Quad]:
    name = path.name.removesuffix(".gz")
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    form = ox.RdfFormat.from_extension(name.rpartition(".")[2])
    assert form is not None
    return set(ox.parse(data, format=form))


def test_a_maker_ends_with_the_server_it_works_for(built: Workspace) -> None:
    version = build.current(built)
    assert version is not None
    shutil.rmtree(dumps.place(version.folder, built.queries), ignore_errors=True)
    command = [sys.executable, "-m", "dxgraph.dumps", version.folder, built.queries]
    ended = subprocess.run([*command, dumps.WHILE_OPEN], stdin=subprocess.DEVNULL, check=False)
    assert ended.returncode == 1
    assert not dumps.place(version.folder, built.queries).exists()


@pytest.mark.parametrize("ending", ["nq", "trig", "jsonld", "nq.gz", "trig.gz", "jsonld.gz"])
def test_a_dump_of_the_dataset_holds_every_statement_in_its_graph(
    folder: Path, version: Version, ending: str
) -> None:
    assert quads(folder / f"dxgraph.{ending}") == quads(version.dump)


@pytest.mark.parametrize("ending", ["ttl", "ttl.gz"])
def test_the_turtle_holds_every_triple_once(folder: Path, version: Version, ending: str) -> None:
    found = [quad.triple for quad in quads(folder / f"dxgraph.{ending}")]
    assert set(found) == {quad.triple for quad in quads(version.dump)}
    assert len(found) == len(set(found))


def test_the_file_of_a_plan_holds_what_it_prints_and_what_is_read_into_it(
    folder: Path, version: Version
) -> None:
    names = {graph_name("plan/24343"), graph_name("editorial/24343")}
    wanted = {quad for quad in quads(version.dump) if quad.graph_name in names}
    assert quads(folder / "plan" / "24343.trig.gz") == wanted


def test_the_same_version_gives_the_same_bytes(
    version: Version, place: Workspace, files: dict[str, File], tmp_path: Path
) -> None:
    again = tmp_path / version.name
    shutil.copytree(version.folder, again, ignore=shutil.ignore_patterns("dumps-*"))
    assert dumps.make(again, place.queries) == tuple(files.values())


def test_other_questions_give_another_bundle(version: Version, copy: Workspace) -> None:
    before = dumps.place(version.folder, copy.queries)
    (copy.queries / "plans.rq").unlink()
    assert dumps.place(version.folder, copy.queries) != before


def test_the_checksums_are_those_of_the_files(folder: Path, files: dict[str, File]) -> None:
    lines = (folder / dumps.SUMS).read_text(encoding="utf-8").splitlines()
    told = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    assert told == {name: each.sha256 for name, each in files.items() if name != dumps.SUMS}
    for name, digest in told.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


@pytest.fixture(scope="module")
def package(folder: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(folder / dumps.BUNDLE)


@pytest.fixture(scope="module")
def descriptor(package: zipfile.ZipFile) -> Any:
    return json.loads(package.read(bundle.DESCRIPTOR))


def test_the_bundle_has_each_question_that_needs_no_parameter(
    graph: Graph, package: zipfile.ZipFile, descriptor: Any
) -> None:
    names = {each["name"] for each in descriptor["resources"]}
    assert {"plans", "measures", "schedule", "indicators"} <= names
    assert not names & {"towns-by-technology", "gaps", "lineage"}
    assert set(package.namelist()) == {f"{name}.csv" for name in names} | {bundle.DESCRIPTOR}


def test_a_table_of_the_bundle_is_as_the_descriptor_says(
    graph: Graph, package: zipfile.ZipFile, descriptor: Any
) -> None:
    casts = {"integer": int, "number": float, "boolean": {"true": 1, "false": 0}.__getitem__}
    for each in descriptor["resources"]:
        data = package.read(each["path"])
        assert len(data) == each["bytes"]
        assert each["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        head, *rows = csv.reader(io.StringIO(data.decode(), newline=""))
        fields = each["schema"]["fields"]
        assert head == [field["name"] for field in fields]
        assert all({"ja", "en"} == set(field["titles"]) for field in fields)
        assert len(rows) == len(graph.query(each["name"]))
        for row in rows:
            for cell, field in zip(row, fields, strict=True):
                if cell and field["type"] in casts:
                    casts[field["type"]](cell)


def test_years_and_counts_are_numbers_and_codes_are_texts(descriptor: Any) -> None:
    tables = {each["name"]: each["schema"]["fields"] for each in descriptor["resources"]}
    types = {field["name"]: field["type"] for field in tables["schedule"]}
    assert types["fiscalYear"] == types["sourceLine"] == "integer"
    assert types["municipality"] == "string"


@pytest.mark.skipif(shutil.which("frictionless") is None, reason="frictionless is not installed")
def test_frictionless_finds_the_bundle_valid(package: zipfile.ZipFile, tmp_path: Path) -> None:
    package.extractall(tmp_path)
    command = ["frictionless", "validate", bundle.DESCRIPTOR]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_file_answers_with_its_size_and_checksum(
    client: FlaskClient, files: dict[str, File]
) -> None:
    for name, file in files.items():
        answer = client.get(f"/dump/{name}")
        head = client.head(f"/dump/{name}")
        assert answer.status_code == head.status_code == 200
        assert hashlib.sha256(answer.data).hexdigest() == file.sha256
        assert int(head.headers["Content-Length"]) == len(answer.data) == file.bytes
        assert head.data == b""


def test_a_download_can_be_taken_up_where_it_broke_off(client: FlaskClient) -> None:
    whole = client.get("/dump/dxgraph.nq")
    tag = whole.headers["ETag"]
    part = client.get("/dump/dxgraph.nq", headers={"Range": "bytes=1000-", "If-Range": tag})
    assert (part.status_code, part.data) == (206, whole.data[1000:])
    other = client.get("/dump/dxgraph.nq", headers={"Range": "bytes=1000-", "If-Range": '"x"'})
    assert (other.status_code, other.data) == (200, whole.data)


def test_a_client_that_has_the_file_is_told_so(client: FlaskClient) -> None:
    tag = client.get("/dump/dxgraph.ttl.gz").headers["ETag"]
    again = client.get("/dump/dxgraph.ttl.gz", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", ["nothing.nq", "manifest.json", "../build.json", "plan/99999"])
def test_what_is_no_download_is_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/dump/{name}").status_code == 404


def test_every_file_has_a_name_that_is_asked_for(folder: Path) -> None:
    files = dumps.made(folder)
    assert files
    assert all(dumps.is_name(each.name) for each in files)


def test_a_graph_that_was_not_built_here_offers_no_files(graph: Graph) -> None:
    assert isinstance(graph.store, EmbeddedStore)
    other = Graph(EmbeddedStore(graph.store.raw), graph.catalog)
    client = create_app(other).test_client()
    assert client.get("/dump/dxgraph.nq").status_code == 404
    assert client.get("/catalog.ttl").status_code == 200


def test_dumps_are_made_when_somebody_asks_for_them(
    version: Version, place: Workspace, tmp_path: Path
) -> None:
    shutil.copytree(version.folder, tmp_path / "v", ignore=shutil.ignore_patterns("dumps-*"))
    store = EmbeddedStore.open(tmp_path / "v" / "store")
    again = Graph(store, Catalog(place.queries), Version(tmp_path / "v"))
    client = create_app(again).test_client()
    assert client.get("/dump/....//....//etc/passwd").status_code == 404
    answer = client.get("/dump/dxgraph.nq")
    while answer.status_code == 503:
        assert answer.headers["Retry-After"]
        answer = client.get("/dump/dxgraph.nq")
    assert answer.data == version.dump.read_bytes()


def runs(folder: Path) -> bool:
    """Whether a process makes the dumps of a version's folder."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if str(folder).encode() in path.read_bytes().split(b"\0"):
                return True
    return False


def eventually(told: Callable[[], bool]) -> None:
    until = time.monotonic() + 300
    while not told():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_the_dumps_of_a_version_that_is_served_no_more_are_given_up(
    version: Version, place: Workspace, tmp_path: Path
) -> None:
    ignored = shutil.ignore_patterns("dumps-*")
    for name in ("old", "new"):
        shutil.copytree(version.folder, tmp_path / name, ignore=ignored)
    shelf = Shelf(tmp_path, place.queries)
    with (tmp_path / "old" / ".dumps.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # its maker waits
        assert shelf.files("old") is None
        eventually(lambda: runs(tmp_path / "old"))
        assert shelf.files("new") is None
        eventually(lambda: shelf.files("new") is not None)
        eventually(lambda: not runs(tmp_path / "old"))
    files = shelf.files("new")
    assert dumps.made(dumps.place(tmp_path / "new", place.queries)) == files


def test_dumps_that_nobody_waits_for_are_made_of_a_version_that_stays(
    version: Version, place: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("old", "new"):
        shutil.copytree(version.folder, tmp_path / name, ignore=shutil.ignore_patterns("dumps-*"))
    shelf = Shelf(tmp_path, place.queries)
    monkeypatch.setattr("dxgraph.dumps.shelf._SETTLES", 1.0)
    assert shelf.files("old", wait=False) is None
    assert not runs(tmp_path / "old")
    monkeypatch.setattr("dxgraph.dumps.shelf._SETTLES", 1e-5)
    assert shelf.files("new", wait=False) is None
    assert not runs(tmp_path / "new")
    eventually(lambda: shelf.files("new", wait=False) is not None)
    assert dumps.made(dumps.place(tmp_path / "old", place.queries)) is None
    assert shelf.files("old") is None
    eventually(lambda: shelf.files("old") is not None)


@pytest.mark.parametrize("name", ["a.nq", "a.trig", "a.ttl.gz", "a.jsonld", "a.zip"])
def test_the_command_writes_what_the_server_offers(
    place: Workspace, folder: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / name
    dumps.write_file(build.build(place), place.queries, dumps.form_of(out), out)
    same = folder / (dumps.BUNDLE if name == "a.zip" else name.replace("a.", "dxgraph.", 1))
    unpacked = gzip.decompress if name.endswith(".gz") else bytes
    assert unpacked(out.read_bytes()) == unpacked(same.read_bytes())


def test_the_command_prints_a_format_by_name(
    root: Path, capfdbinary: pytest.CaptureFixture[bytes], folder: Path
) -> None:
    assert main(["dump", "--workspace", str(root), "--format", "nq"]) == 0
    assert capfdbinary.readouterr().out == (folder / "dxgraph.nq").read_bytes()


def test_a_place_that_cannot_be_written_is_told(place: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UnusableFile):
        dumps.write_file(build.build(place), place.queries, "nq", tmp_path / "none" / "a.nq")
