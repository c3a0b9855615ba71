"""A large graph is served from its files first, then from memory, where that has room."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dxgraph import build
from dxgraph.pool.client import Pool
from dxgraph.pool.plan import LINK, Plan
from dxgraph.pool.tasks import Task
from dxgraph.workspace import Workspace

#: A keeper for which the graph of five towns is large.
KEEPER = "from dxgraph.pool import keeper, plan; keeper.LARGE = plan.LARGE = 1000; keeper.main()"
BEFORE = "朝日町デジタル戦略推進計画"
TITLES = "SELECT ?title WHERE { ?plan a dxo:DXPlan ; rdfs:label ?title }"
PLANS = "SELECT ?plan WHERE { ?plan a dxo:DXPlan }"


@pytest.fixture
def plan(built: Workspace) -> Iterator[Plan]:
    bounds = {"hold": 1 << 30, "memory": 1 << 28, "result": 1 << 20}
    times = {"deadline": 1.0, "queue": 5.0}
    with tempfile.TemporaryDirectory() as run:  # a socket's path must be short
        yield Plan(run, str(built.root), str(built.cache), workers=2, **times, **bounds)


@contextlib.contextmanager
def keeping(plan: Plan) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", KEEPER], stdin=subprocess.PIPE)
    try:
        assert process.stdin is not None
        process.stdin.write(plan.to_json().encode())
        process.stdin.close()
        yield process
    finally:
        process.terminate()
        process.wait()


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(each) for each in text.split()]


def reads_files(engine: int, store: Path) -> bool:
    """Whether an engine has files of a store open."""
    links = Path(f"/proc/{engine}/fd").iterdir()
    return any(os.path.realpath(link).startswith(str(store.resolve())) for link in links)


def eventually(told: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not told():
        assert time.monotonic() < until
        time.sleep(0.05)


def answers(pool: Pool) -> bool:
    answer = pool.ask(Task("query", PLANS, formats={"solutions": "csv"}))
    with answer.body as body:
        return len(body.read().splitlines()) > 5


def titles(pool: Pool) -> str:
    answer = pool.ask(Task("query", TITLES, formats={"solutions": "csv"}))
    with answer.body as body:
        return body.read().decode()


def retitled(place: Workspace, title: str) -> build.Version:
    """The version in which a plan has another title."""
    path = place.data / "municipalities" / "24343-asahi.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub("^title: .*$", f"title: {title}", text, flags=re.M), encoding="utf-8")
    return build.build(place)


def test_a_large_graph_is_served_from_its_files_and_then_from_memory(plan: Plan) -> None:
    pool = Pool(Path(plan.run), plan.queue)
    version = build.current(plan.workspace)
    assert version is not None
    with keeping(plan) as keeper:
        eventually((pool.run / LINK).exists)
        assert not pool.held
        assert reads_files(children(keeper.pid)[0], version.store)
        eventually(lambda: answers(pool) and pool.held)
        eventually(lambda: answers(pool) and len(children(keeper.pid)) == 1)
        assert not reads_files(children(keeper.pid)[0], version.store)
        assert pool.version == version.name


def test_a_graph_in_memory_is_made_the_next_version(plan: Plan) -> None:
    pool, place = Pool(Path(plan.run), plan.queue), plan.workspace
    with keeping(plan) as keeper:
        eventually(lambda: (pool.run / LINK).exists() and pool.held)
        eventually(lambda: len(children(keeper.pid)) == 1)
        engine, before = children(keeper.pid)[0], titles(pool)
        for title in ("一つ目", "二つ目"):
            version = retitled(place, title)
            eventually(lambda name=version.name: answers(pool) and pool.version == name)
            assert pool.held
            assert sorted(before.replace(BEFORE, title).split()) == sorted(titles(pool).split())
        assert children(keeper.pid) == [engine]
        eventually(lambda: answers(pool) and len(children(engine)) == plan.workers)
        eventually(lambda: len(list(pool.run.glob("*.sock"))) == 1)


def test_what_cannot_be_made_the_next_version_is_loaded(plan: Plan) -> None:
    pool, place = Pool(Path(plan.run), plan.queue), plan.workspace
    old = build.current(place)
    assert old is not None
    assert old.dump.is_file()
    (old.folder / "pieces.json").unlink()
    with keeping(plan) as keeper:
        eventually(lambda: (pool.run / LINK).exists() and pool.held)
        eventually(lambda: len(children(keeper.pid)) == 1)
        engine = children(keeper.pid)[0]
        version = retitled(place, "一つ目")
        eventually(lambda: answers(pool) and pool.version == version.name)
        eventually(lambda: answers(pool) and pool.held)
        eventually(lambda: answers(pool) and engine not in children(keeper.pid))
        assert "一つ目" in titles(pool)


def test_what_does_not_fit_is_served_from_its_files(plan: Plan) -> None:
    pool = Pool(Path(plan.run), plan.queue)
    with keeping(replace(plan, hold=1 << 20)) as keeper:
        eventually((pool.run / LINK).exists)
        for _ in range(10):
            time.sleep(0.1)
            assert answers(pool)
        assert not pool.held
        assert len(children(keeper.pid)) == 1


def test_files_answer_before_all_is_read_that_pages_need(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    changed(
        "from dxgraph import views\nviews.warm = lambda graph: time.sleep(3600)\n",
        monkeypatch,
        tmp_path,
    )
    pool = Pool(Path(plan.run), plan.queue)
    with keeping(replace(plan, hold=1 << 20)):
        eventually((pool.run / LINK).exists)
        assert answers(pool)


def test_workers_that_came_before_it_was_read_are_replaced(plan: Plan) -> None:
    pool = Pool(Path(plan.run), plan.queue)
    with keeping(replace(plan, hold=1 << 20)) as keeper:
        eventually((pool.run / LINK).exists)
        (engine,) = children(keeper.pid)
        first = set(children(engine))
        eventually(lambda: answers(pool) and first.isdisjoint(children(engine)))
        eventually(lambda: len(children(engine)) == plan.workers)


def changed(text: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have every process from now on run a text of Python first."""
    (folder / "sitecustomize.py").write_text(f"import time\n{text}", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), *sys.path]))


#: Have what loads a graph wait for a file, once it has read it or has seen that it is the newest.
WAITING = """
import os, sys
from dxgraph.pool import plan
do = plan.{function}

def waiting(*given):
    done = do(*given)
    open({folder!r} + "/" + str(os.getpid()), "w").close()
    while not os.path.exists({file!r}):
        time.sleep(0.05)
    return done

plan.{function} = waiting
"""


@pytest.mark.parametrize(
    ("function", "edits"), [("_read", ["一つ目", "二つ目", "三つ目"]), ("Plan._loaded", ["一つ目"])]
)
def test_a_version_built_while_one_is_loaded_is_served_and_then_held(
    function: str, edits: list[str], plan: Plan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file, loaders = tmp_path / "go", tmp_path / "loaders"
    loaders.mkdir()
    names = {"function": function, "file": str(file), "folder": str(loaders)}
    changed(WAITING.format(**names), monkeypatch, tmp_path)
    pool, place = Pool(Path(plan.run), plan.queue), plan.workspace
    with keeping(plan) as keeper:
        eventually((pool.run / LINK).exists)
        eventually(lambda: len(list(loaders.iterdir())) == 1)
        for title in edits:
            version = retitled(place, title)
            eventually(lambda name=version.name: answers(pool) and pool.version == name)
            assert not pool.held
            assert title in titles(pool)
        file.touch()
        eventually(lambda: answers(pool) and pool.held)
        assert pool.version == version.name
        assert edits[-1] in titles(pool)
        eventually(lambda: len(children(keeper.pid)) == 1)
        assert [each.name for each in loaders.iterdir()] == [str(children(keeper.pid)[0])]
        eventually(lambda: answers(pool) and len(list(pool.run.glob("*.sock"))) == 1)
        version = retitled(place, "四つ目")
        eventually(lambda: answers(pool) and pool.version == version.name)
        assert pool.held


def test_what_cannot_be_made_the_version_built_meanwhile_is_loaded_anew(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file, loads = tmp_path / "go", tmp_path / "loads"
    loads.mkdir()
    names = {"function": "_read", "file": str(file), "folder": str(loads)}
    changed(WAITING.format(**names), monkeypatch, tmp_path)
    pool, place = Pool(Path(plan.run), plan.queue), plan.workspace
    with keeping(plan):
        eventually(lambda: len(list(loads.iterdir())) == 1)
        version = retitled(place, "一つ目")
        assert version.dump.is_file()
        (version.folder / "pieces.json").unlink()
        file.touch()
        eventually(lambda: answers(pool) and pool.held)
        assert pool.version == version.name
        assert "一つ目" in titles(pool)


def test_workers_have_what_another_process_read_of_their_version(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = [
        "import os",
        "from dxgraph import views",
        "do = views.sections.shared",
        "def noted(graph):",
        f"    open({str(tmp_path)!r} + '/' + str(os.getpid()), 'w').close()",
        "    return do(graph)",
        "views.sections.shared = noted",
        "noted.__module__, noted.__qualname__ = views.sections.__name__, 'shared'",
    ]
    changed("\n".join(lines), monkeypatch, tmp_path)
    pool, place = Pool(Path(plan.run), plan.queue), plan.workspace
    thing = {"iri": "https://w3id.org/dxgraph/id/technology/ai-ocr"}
    with keeping(plan) as keeper:
        eventually(lambda: (pool.run / LINK).exists() and pool.held)
        eventually(lambda: len(children(keeper.pid)) == 1)
        before = {each.name for each in tmp_path.iterdir()}
        version = retitled(place, "一つ目")
        eventually(lambda: answers(pool) and pool.version == version.name)
        pool.ask(Task("view", "thing", values=thing)).body.close()
        (reader,) = {each.name for each in tmp_path.iterdir()} - before
        (engine,) = children(keeper.pid)
        assert int(reader) not in {engine, *children(engine)}


@pytest.mark.parametrize("fault", ["os.kill(os.getpid(), 9)", "raise OSError('no space left')"])
def test_without_what_was_to_be_read_a_new_version_is_served_nonetheless(
    fault: str, plan: Plan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = ["import os, pickle", "def fail(*given):", f"    {fault}", "pickle.dump = fail"]
    changed("\n".join(lines), monkeypatch, tmp_path)
    pool, place = Pool(Path(plan.run), plan.queue), plan.workspace
    with keeping(plan):
        eventually(lambda: (pool.run / LINK).exists() and pool.held)
        version = retitled(place, "一つ目")
        eventually(lambda: answers(pool) and pool.version == version.name)
        assert pool.held
        assert "一つ目" in titles(pool)


#: Have what reads a new version for its workers wait for a file.
READING = """
import os, pickle
do = pickle.dump

def waiting(*given):
    open({folder!r} + "/" + str(os.getpid()), "w").close()
    while not os.path.exists({file!r}):
        time.sleep(0.05)
    return do(*given)

pickle.dump = waiting
"""


def test_a_version_built_while_another_is_read_is_served(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file, readers = tmp_path / "go", tmp_path / "readers"
    readers.mkdir()
    changed(READING.format(file=str(file), folder=str(readers)), monkeypatch, tmp_path)
    pool, place = Pool(Path(plan.run), plan.queue), plan.workspace
    with keeping(plan):
        eventually(lambda: (pool.run / LINK).exists() and pool.held)
        retitled(place, "一つ目")
        eventually(lambda: len(list(readers.iterdir())) == 1)
        assert BEFORE in titles(pool)
        version = retitled(place, "二つ目")
        file.touch()
        eventually(lambda: answers(pool) and pool.version == version.name)
        assert pool.held
        assert "二つ目" in titles(pool)


def test_a_server_that_is_stopped_does_not_wait_for_what_is_read(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    readers = tmp_path / "readers"
    readers.mkdir()
    never = str(tmp_path / "never")
    changed(READING.format(file=never, folder=str(readers)), monkeypatch, tmp_path)
    pool, place = Pool(Path(plan.run), plan.queue), plan.workspace
    with keeping(plan) as keeper:
        eventually(lambda: (pool.run / LINK).exists() and pool.held)
        retitled(place, "一つ目")
        eventually(lambda: len(list(readers.iterdir())) == 1)
        keeper.terminate()
        assert keeper.wait(30) == 0
        (reader,) = readers.iterdir()
        eventually(lambda: not Path("/proc", reader.name).exists())


def test_a_server_that_is_stopped_does_not_wait_for_what_is_loaded(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names = {"function": "_read", "file": str(tmp_path / "never"), "folder": str(tmp_path)}
    changed(WAITING.format(**names), monkeypatch, tmp_path)
    with keeping(plan) as keeper:
        eventually(lambda: len(children(keeper.pid)) == 2)
        eventually(lambda: any(each.name.isdigit() for each in tmp_path.iterdir()))
        keeper.terminate()
        assert keeper.wait(30) == 0


def test_worn_workers_stay_while_nobody_can_be_hired_in_their_place(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "go"
    lines = [
        "import os",
        "from dxgraph.pool import plan, worker",
        "worker._own_memory = lambda: 1 << 40",
        "worker._PARTED = 0",
        "do = plan.Plan.renewed",
        "def slow(*given):",
        f"    while not os.path.exists({str(file)!r}): time.sleep(0.05)",
        "    return do(*given)",
        "plan.Plan.renewed = slow",
    ]
    changed("\n".join(lines), monkeypatch, tmp_path)
    pool, place = Pool(Path(plan.run), plan.queue), plan.workspace
    with keeping(plan) as keeper:
        eventually(lambda: (pool.run / LINK).exists() and pool.held)
        eventually(lambda: len(children(keeper.pid)) == 1)
        (engine,) = children(keeper.pid)
        before = set(children(engine))
        eventually(lambda: answers(pool) and before.isdisjoint(children(engine)))
        version = retitled(place, "一つ目")
        eventually(lambda: answers(pool) and pool.board().stays)
        assert all(answers(pool) for _ in range(20))
        assert "一つ目" not in titles(pool)
        file.touch()
        eventually(lambda: answers(pool) and pool.version == version.name)
        assert not pool.board().stays
        assert "一つ目" in titles(pool)
