"""Verification against source texts, on a text made so that every statement stands on its line."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyoxigraph as ox
import pytest

from dxgraph import assemble, cli, verify
from dxgraph.errors import WorkspaceError
from dxgraph.findings import Finding
from dxgraph.namespaces import PREFIXES
from dxgraph.workspace import Workspace

PRINTED = """
SELECT ?line ?text WHERE {
  GRAPH <https://w3id.org/dxgraph/graph/plan/24343> { ?thing ?any ?value }
  {
    ?thing dxo:sourceLine ?line ; rdfs:label|dxo:printedValue|dxo:role ?text .
  } UNION {
    ?thing dxo:departmentLine ?line ; dxo:responsibleDepartment/rdfs:label ?text .
  }
  FILTER (LANG(?text) = "ja")
}
"""


@pytest.fixture
def sources(copy: Workspace) -> Path:
    """A folder with a text that prints what the record of 朝日町 says, and nothing else."""
    for path in (copy.data / "municipalities").glob("*.yaml"):
        if not path.name.startswith("24343-"):
            path.unlink()
    rows = assemble.assemble(copy).query(
        PRINTED, prefixes=PREFIXES, use_default_graph_as_union=True
    )
    assert isinstance(rows, ox.QuerySolutions)
    lines = [""] * 623
    for row in rows:
        lines[int(row["line"].value) - 1] += f" {row['text'].value}¹"
    folder = copy.root / "sources"
    folder.mkdir()
    write(copy, folder, lines)
    return folder


def write(place: Workspace, folder: Path, lines: list[str]) -> None:
    """Write the text and its hash into the list of sources."""
    text = "\n".join(lines)
    (folder / "plan.txt").write_text(text, encoding="utf-8")
    listed = (place.data / "sources.yaml").read_text(encoding="utf-8")
    old = listed.split("sha256: ")[1][:64]
    new = hashlib.sha256(text.encode()).hexdigest()
    (place.data / "sources.yaml").write_text(listed.replace(old, new), encoding="utf-8")


def violations(place: Workspace, folder: Path) -> list[Finding]:
    return [f for f in verify.verify(place, folder) if f.severity == "Violation"]


def test_a_text_that_prints_every_statement_has_no_violation(
    copy: Workspace, sources: Path
) -> None:
    assert violations(copy, sources) == []


def test_a_word_that_is_not_on_its_line_is_found_at_the_line_of_the_record(
    copy: Workspace, sources: Path
) -> None:
    lines = (sources / "plan.txt").read_text(encoding="utf-8").split("\n")
    lines[392] = "年度"
    write(copy, sources, lines)
    found = violations(copy, sources)
    record = (copy.data / "municipalities" / "24343-asahi.yaml").read_text(encoding="utf-8")
    line = record.count("\n", 0, record.index("text: AI・RPA等の導入")) + 1
    assert [(f.place.file, f.place.line) for f in found] == [("data/municipalities/24343-asahi.yaml", line)]
    assert "plan.txt:393" in found[0].message.en


def test_a_department_that_is_not_on_its_line_is_found(copy: Workspace, sources: Path) -> None:
    lines = (sources / "plan.txt").read_text(encoding="utf-8").split("\n")
    lines[395] = "主な担当課\t総務課"
    write(copy, sources, lines)
    assert ["企画情報課" in found.message.ja for found in violations(copy, sources)] == [True]


def test_a_text_that_was_changed_is_not_the_recorded_one(copy: Workspace, sources: Path) -> None:
    path = sources / "plan.txt"
    path.write_text(path.read_text(encoding="utf-8") + "。", encoding="utf-8")
    assert [found.rule for found in violations(copy, sources)] == ["source-file"]


def test_a_table_row_and_a_heading_that_no_statement_cites_are_listed(
    copy: Workspace, sources: Path
) -> None:
    lines = (sources / "plan.txt").read_text(encoding="utf-8").split("\n")
    lines[0] = "令和4年度\t新しい取組"
    lines[1] = "(4) 新しい施策"
    lines[3] = "ただの文。"
    write(copy, sources, lines)
    found = [f for f in verify.verify(copy, sources) if f.rule == "line-not-cited"]
    assert [(f.place.file, f.place.line) for f in found] == [("plan.txt", 1), ("plan.txt", 2)]


def test_a_folder_without_texts_is_explained(copy: Workspace, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(WorkspaceError, match="no source texts"):
        verify.verify(copy, tmp_path / "empty")


def test_the_command_exits_1_on_a_violation_and_0_without(
    copy: Workspace, sources: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["verify", "--workspace", str(copy.root), "--sources", str(sources)]
    assert cli.main(command) == 0
    write(copy, sources, [""] * 623)
    assert cli.main(command) == 1
    assert "printed-on-its-line" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("printed", "recorded"),
    [
        ("AI・RPA の利用推進", "AI・RPAの利用推進"),
        ("<p>総務課</p>", "総務課"),
        ("令和４年度（２０２２）", "令和4年度(2022)"),
        ("ガバメントクラウド¹²", "ガバメントクラウド"),
        ("キャッシュレス<sup>※10</sup>決済", "キャッシュレス決済"),
    ],
)
def test_blanks_markup_width_and_footnote_marks_are_folded(printed: str, recorded: str) -> None:
    assert verify.fold(printed) == verify.fold(recorded)
