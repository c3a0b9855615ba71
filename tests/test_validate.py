"""Validation: a faulty record is found at its file and line, and never ends in a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dxgraph import build, cli, findings, validate
from dxgraph.workspace import Workspace

ASAHI = "municipalities/24343-asahi.yaml"
TOIN = "municipalities/24324-toin.yaml"


def change(place: Workspace, file: str, old: str, new: str) -> int:
    """Replace the one place where ``old`` stands; return its line."""
    path = place.data / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text.count("\n", 0, text.index(old)) + 1


def violations(place: Workspace) -> list[findings.Finding]:
    return [found for found in validate.validate(place) if found.severity == "Violation"]


def test_the_records_of_the_project_have_no_violation(place: Workspace) -> None:
    assert violations(place) == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (ASAHI, "    line: 374\n", "    line: 0\n"),
        (TOIN, "text: 改修, phases: [development]}", "text: 改修}"),
        ("sources.yaml", "sha256: cada73bb", "sha256: ada73bb"),
        ("national/laws.yaml", "lawNumber: 令和3年法律第36号", "lawNumber: 令和3年法律36"),
        (TOIN, "{id: department/24324/kensetsu, name: 建設課,", "{id: department/24324/kensetsu,"),
    ],
)
def test_a_faulty_record_is_found_at_its_line(
    copy: Workspace, file: str, old: str, new: str
) -> None:
    line = change(copy, file, old, new)
    found = {(finding.place.file, finding.place.line) for finding in violations(copy)}
    assert found == {(f"data/{file}", line)}


def test_every_record_that_cannot_be_read_is_reported_in_one_run(copy: Workspace) -> None:
    first = change(copy, ASAHI, 'code: "24343"', 'kode: "24343"')
    second = change(copy, TOIN, "id: plan/24324/comprehensive-6\n", "id: 計画\n")
    found = {(f.rule, f.place.file, f.place.line) for f in violations(copy)}
    assert found == {
        ("UnknownKey", f"data/{ASAHI}", first),
        ("BadIdentifier", f"data/{TOIN}", second),
    }


def test_a_fault_in_a_vocabulary_is_found_in_its_turtle_file(copy: Workspace) -> None:
    path = copy.ontology / "vocabularies" / "phases.ttl"
    text = path.read_text(encoding="utf-8").replace("    dxo:order 1 ;\n", "")
    path.write_text(text, encoding="utf-8")
    line = text.count("\n", 0, text.index("phase:study a")) + 1
    found = {(finding.place.file, finding.place.line) for finding in violations(copy)}
    assert found == {("ontology/vocabularies/phases.ttl", line)}


def test_the_command_exits_1_with_file_line_and_both_languages(
    copy: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = change(copy, ASAHI, "    line: 374\n", "    line: 0\n")
    for tongue, word in (("ja", "違反"), ("en", "Violation")):
        monkeypatch.setenv("DXGRAPH_LANG", tongue)
        assert cli.main(["validate", "--workspace", str(copy.root)]) == 1
        out = capsys.readouterr().out
        assert f"data/{ASAHI}:{line}:" in out
        assert word in out


def test_the_command_exits_0_on_the_records_of_the_project(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["validate", "--workspace", str(root), "--format", "json"]) == 0
    reported = json.loads(capsys.readouterr().out)
    assert reported["counts"]["Violation"] == 0


def test_a_build_asked_to_validate_does_not_switch_to_a_graph_with_violations(
    copy: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["build", "--validate", "--workspace", str(copy.root)]
    assert cli.main(command) == 0
    before = build.current(copy)
    change(copy, ASAHI, "    line: 374\n", "    line: 0\n")
    assert cli.main(command) == 1
    assert build.current(copy) == before
    assert "line" in capsys.readouterr().out
