"""Executors: the same results wherever tasks run, errors that arrive whole, nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import LocalCluster

from dxgraph import build, cli, validate
from dxgraph.errors import ExecutorError, RecordError
from dxgraph.executors import Cluster, Executor, Here, Processes, chosen
from dxgraph.workspace import Workspace

MANY = range(40)


def added(common: int, item: int) -> int:
    """A task."""
    return common + item


def where(common: None, item: int) -> int:
    """A task that tells its process."""
    return os.getpid()


def failing(common: None, item: int) -> int:
    """A task that cannot read one of its items."""
    if item == 7:
        raise RecordError("not a record", "記録ではありません", path="a.yaml", line=3)
    return item


def ending(common: None, item: int) -> int:
    """A task that ends its process, as the kernel does for want of memory."""
    if item == 11:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a Dask cluster of two worker processes on this machine."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as cluster:
        yield str(cluster.scheduler_address).removeprefix("tcp://")


@pytest.fixture(params=["here", "processes", "dask"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    if request.param == "dask":
        name = f"dask://{request.getfixturevalue('scheduler')}"
        with chosen(name) as found:
            yield found
    else:
        with Here() if request.param == "here" else Processes(2) as found:
            yield found


def test_every_item_is_done_once(executor: Executor) -> None:
    assert sorted(executor.run(added, 1, MANY)) == [1 + item for item in MANY]
    assert sorted(executor.run(added, 2, MANY)) == [2 + item for item in MANY]


def test_no_items_have_no_results(executor: Executor) -> None:
    assert list(executor.run(added, 1, [])) == []


def test_an_error_of_a_record_arrives_with_its_place_in_both_languages(executor: Executor) -> None:
    with pytest.raises(RecordError) as caught:
        list(executor.run(failing, None, MANY))
    assert caught.value.in_language("ja") == "a.yaml:3: 記録ではありません"
    assert sorted(executor.run(added, 0, MANY)) == list(MANY)


def test_items_are_taken_only_as_they_are_needed(executor: Executor) -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for item in range(1000):
            taken.append(item)
            yield item

    results = executor.run(added, 0, items())
    next(iter(results))
    assert len(taken) < 20


def test_processes_share_the_work_and_this_one_has_none() -> None:
    with Processes(2) as executor:
        found = set(executor.run(where, None, range(400)))
    assert len(found) == 2
    assert os.getpid() not in found


def test_a_few_items_are_done_without_another_process() -> None:
    with Processes(2) as executor:
        assert set(executor.run(where, None, range(8))) == {os.getpid()}


def test_a_cluster_does_the_work_in_its_own_processes(scheduler: str) -> None:
    with Cluster(scheduler) as executor:
        found = set(executor.run(where, None, MANY))
    assert os.getpid() not in found


def test_a_lost_process_is_told() -> None:
    with Processes(2) as executor, pytest.raises(ExecutorError, match="worker was lost"):
        list(executor.run(ending, None, MANY))


def test_a_plain_script_may_use_processes(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(
            """
            print("once")
            from test_executors import added
            from dxgraph.executors import Processes
            with Processes(2) as executor:
                print(sum(executor.run(added, 1, range(40))))
            """
        ),
        encoding="utf-8",
    )
    path = os.pathsep.join(sys.path)
    ran = subprocess.run(
        [sys.executable, script],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split() == ["once", "820"]


def test_workers_end_with_the_build_that_is_killed(tmp_path: Path) -> None:
    code = """
import os, signal
from test_executors import where
from dxgraph.executors import Processes
executor = Processes(2)
pids = set(executor.run(where, None, range(100)))
print(*pids, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    path = os.pathsep.join(sys.path)
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    left = [int(pid) for pid in ran.stdout.split()]
    assert left
    deadline = time.monotonic() + 60
    while any(is_running(pid) for pid in left) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in left if is_running(pid)]


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.parametrize("name", ["", "threads", "dask://", "tcp://localhost:1"])
def test_an_executor_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ExecutorError, match="is no executor"):
        chosen(name)


def test_a_scheduler_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dxgraph.executors._PATIENCE", 1)
    with pytest.raises(ExecutorError, match="no Dask scheduler answers"):
        chosen("dask://127.0.0.1:1")


def test_workers_with_another_dxgraph_are_told(
    scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dxgraph import executors

    def elsewhere() -> str:
        return "another"

    real = executors.software
    monkeypatch.setattr(
        executors, "software", lambda: elsewhere() if os.getpid() == HERE else real()
    )
    with pytest.raises(ExecutorError, match="without this dxgraph"):
        chosen(f"dask://{scheduler}")


HERE = os.getpid()


@pytest.fixture
def twelve(copy: Workspace) -> Workspace:
    """Twelve towns: the five, and copies of them."""
    from benchmarks import nation

    for path in (copy.data / "municipalities").iterdir():
        path.unlink()
    made = nation.write(copy.root / "nation", 12)
    for path in (made.data / "municipalities").iterdir():
        path.rename(copy.data / "municipalities" / path.name)
    return copy


def test_a_cluster_builds_and_judges_what_one_process_does(
    twelve: Workspace, scheduler: str
) -> None:
    with Here() as here:
        expected = build.build(twelve, executor=here).dump.read_bytes()
        found = validate.validate(twelve, executor=here)
    with chosen(f"dask://{scheduler}") as cluster:
        version = build.build(twelve, force=True, executor=cluster)
        judged = validate.validate(twelve, afresh=True, executor=cluster)
    assert version.dump.read_bytes() == expected
    assert judged == found
    with Processes(2) as processes:
        version = build.build(twelve, force=True, executor=processes)
        judged = validate.validate(twelve, afresh=True, executor=processes)
    assert version.dump.read_bytes() == expected
    assert judged == found


def test_the_command_names_the_executor(
    copy: Workspace, scheduler: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--workspace", str(copy.root), "--executor"]
    assert cli.main(["build", *arguments, f"dask://{scheduler}"]) == 0
    assert cli.main(["validate", *arguments, f"dask://{scheduler}"]) == 0
    assert cli.main(["build", *arguments, "threads"]) == 2
    assert "threads" in capsys.readouterr().err
