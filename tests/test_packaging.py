"""The wheel, built with and without npm: the query editor goes in where it can be fetched."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import dxgraph

PARTS = ("README.md", "LICENSE", "pyproject.toml", "hatch_build.py", "dxgraph")
PARTS += ("ontology", "data", "queries", "shapes", "docs", "benchmarks")
EDITOR = "dxgraph/pages/static/yasgui/yasgui.min.js"


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """A copy of the checkout without an editor."""
    copy = tmp_path / "checkout"
    copy.mkdir()
    for part in PARTS:
        if (root / part).is_dir():
            leave = shutil.ignore_patterns("yasgui", "__pycache__")
            shutil.copytree(root / part, copy / part, ignore=leave)
        else:
            shutil.copy(root / part, copy / part)
    return copy


def npm(folder: Path, archive: bytes | None) -> Path:
    """A folder with a command that packs as npm does, or fails as npm does without a network."""
    folder.mkdir()
    command = folder / "npm"
    if archive is None:
        command.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    else:
        (folder / "yasgui.tgz").write_bytes(archive)
        script = f"#!/bin/sh\n{shutil.which('cp')} '{folder}/yasgui.tgz' zazuko-yasgui.tgz\n"
        command.write_text(script, encoding="utf-8")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return folder


def packed() -> bytes:
    """An archive with the files of the editor in their places."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as files:
        for name in ("build/yasgui.min.js", "build/yasgui.min.css", "package.json"):
            member = tarfile.TarInfo(f"package/{name}")
            member.size = 2
            files.addfile(member, io.BytesIO(b"{}"))
    return out.getvalue()


def pin(checkout: Path, archive: bytes) -> None:
    """Have the build expect this archive."""
    hook = checkout / "hatch_build.py"
    text = hook.read_text(encoding="utf-8")
    start, end = text.index("SHA512 = ("), text.index(")", text.index("SHA512 = (")) + 1
    digest = hashlib.sha512(archive).hexdigest()
    hook.write_text(text[:start] + f"SHA512 = {digest!r}" + text[end:], encoding="utf-8")


def wheel(checkout: Path, path: Path | None, **more: str) -> tuple[list[str], str]:
    """The names in the wheel, and what the build said; ``path`` is all that is on PATH."""
    environment = {**os.environ, "PATH": str(path or "/nowhere"), **more}
    ran = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "out"],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    [built] = (checkout / "out").glob("*.whl")
    return zipfile.ZipFile(built).namelist(), ran.stdout + ran.stderr


def test_without_npm_the_wheel_is_whole_but_for_the_editor(checkout: Path) -> None:
    names, said = wheel(checkout, None)
    assert "npm is not installed" in said
    assert "dxgraph/pages/static/site.css" in names
    assert "dxgraph/views/choices.rq" in names
    assert "dxgraph/workspace_default/queries/plans.rq" in names
    assert EDITOR not in names
    assert {name.partition("/")[0] for name in names} == {
        "dxgraph",
        f"dxgraph-{dxgraph.__version__}.dist-info",
    }


def test_with_npm_the_editor_is_in_the_wheel(checkout: Path, tmp_path: Path) -> None:
    pin(checkout, packed())
    names, said = wheel(checkout, npm(tmp_path / "bin", packed()))
    assert EDITOR in names
    assert "without the query editor" not in said


def test_without_a_network_the_wheel_is_built_without_the_editor(
    checkout: Path, tmp_path: Path
) -> None:
    names, said = wheel(checkout, npm(tmp_path / "bin", None))
    assert EDITOR not in names
    assert "could not be fetched" in said


def test_another_archive_than_the_one_pinned_is_refused(checkout: Path, tmp_path: Path) -> None:
    names, said = wheel(checkout, npm(tmp_path / "bin", packed()))
    assert EDITOR not in names
    assert "is not what was pinned" in said


def test_an_archive_that_lacks_a_file_is_refused(checkout: Path, tmp_path: Path) -> None:
    out = io.BytesIO()
    tarfile.open(fileobj=out, mode="w:gz").close()
    pin(checkout, out.getvalue())
    names, said = wheel(checkout, npm(tmp_path / "bin", out.getvalue()))
    assert EDITOR not in names
    assert "could not be fetched" in said


def test_the_editor_may_be_left_out_on_purpose(checkout: Path, tmp_path: Path) -> None:
    pin(checkout, packed())
    more = {"DXGRAPH_WITHOUT_EDITOR": "1"}
    names, _ = wheel(checkout, npm(tmp_path / "bin", packed()), **more)
    assert EDITOR not in names


def test_an_editor_that_is_there_is_not_fetched_again(checkout: Path, tmp_path: Path) -> None:
    pin(checkout, packed())
    wheel(checkout, npm(tmp_path / "bin", packed()))
    names, _ = wheel(checkout, None)
    assert EDITOR in names
