"""The commands of the manual for records kept elsewhere run as written, in its order."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from filling import fill

from dxgraph import cli


def test_the_commands_of_the_manual_run_in_its_order(
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.chdir(tmp_path)
    records = tmp_path / "records"
    records.mkdir()
    manual = (root / "docs" / "validate-in-ci.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", manual, re.DOTALL | re.MULTILINE)
    commands = [block.strip() for block in blocks if block.startswith("dxgraph ")]
    assert len(commands) == 5
    for command in commands:
        line, _, file = command.partition(" > ")
        code = cli.main(shlex.split(line)[1:])
        out, err = capfdbinary.readouterr()
        assert (code, err) == (0, b""), command
        if file:
            Path(file).write_bytes(out)
        for path in records.glob("*.yaml"):
            path.write_text(fill(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert [path.name for path in records.iterdir()] == ["24205-kuwana.yaml"]
