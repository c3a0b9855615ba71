"""Faults of the kind people make, one at a time in copies of the real records: each is found once.

The list is ``record_faults.yaml``; ``docs/validation.md`` shows it, and a test compares the two.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import FOLDERS

from dxgraph.findings import Finding
from dxgraph.validate import validate
from dxgraph.workspace import Workspace

FAULTS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "record_faults.yaml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def workspace(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """One copy for all faults, so that what a fault does not touch is judged once."""
    folder = tmp_path_factory.mktemp("faults")
    for name in FOLDERS:
        shutil.copytree(root / name, folder / name)
    place = Workspace(folder, folder / ".dxgraph")
    assert grave(validate(place)) == []
    return place


def grave(found: list[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.severity != "Info"]


@pytest.fixture
def faulty(workspace: Workspace, request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    """The file with the fault put into it, and the line where it must be found."""
    fault = request.param
    path = (workspace.data / fault["file"]).resolve()
    data = path.read_bytes()
    find = fault["find"].encode()
    assert data.count(find) == 1, "the text to find must stand once in the file"
    before, after = data.split(find)
    put = bytes.fromhex(fault["bytes"]) if "bytes" in fault else fault.get("put", "").encode()
    path.write_bytes(before + find if fault.get("cut") else before + put + after)
    yield workspace.relative(path), before.count(b"\n") + 1 + fault.get("down", 0)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("faulty", "fault"),
    [pytest.param(fault, fault, id=fault["fault"]["en"]) for fault in FAULTS],
    indirect=["faulty"],
)
def test_a_fault_is_found_once_at_its_line_and_nothing_else_is(
    workspace: Workspace, faulty: tuple[str, int], fault: dict[str, Any]
) -> None:
    found = grave(validate(workspace))
    assert [(f.rule, f.place.file, f.place.line) for f in found] == [(fault["rule"], *faulty)]


def test_there_are_at_least_sixty_faults() -> None:
    assert len(FAULTS) >= 60
    assert len({fault["fault"]["en"] for fault in FAULTS}) == len(FAULTS)


def test_the_manual_shows_every_fault_with_the_rule_that_finds_it(root: Path) -> None:
    manual = (root / "docs" / "validation.md").read_text(encoding="utf-8")
    for fault in FAULTS:
        named, file = fault["fault"], fault["file"].removeprefix("../").rpartition("/")[2]
        assert f"| {named['ja']} / {named['en']} | {file} | `{fault['rule']}` |" in manual
