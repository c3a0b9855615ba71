"""Skeletons: a record with blanks, each found at its line, and a whole record once filled."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from filling import fill

import dxgraph
from dxgraph import cli, codes, skeleton
from dxgraph.context import ADDRESS, Context
from dxgraph.errors import UnusableFile
from dxgraph.findings import Finding
from dxgraph.validate import validate
from dxgraph.workspace import Workspace

Judge = Callable[[str], list[Finding]]


@pytest.fixture
def judge(place: Workspace, tmp_path: Path) -> Judge:
    """What validation finds in the text of a record outside the workspace."""

    def judged(text: str) -> list[Finding]:
        path = tmp_path / "records" / "24205-kuwana.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return validate(place, [path])

    return judged


@pytest.fixture
def text(place: Workspace) -> str:
    return skeleton.new_plan(place, "24205")


def test_a_skeleton_is_one_yaml_document(text: str) -> None:
    assert yaml.safe_load(text)["id"].startswith("plan/24205/dx-")


def test_every_blank_is_found_at_its_line_and_nothing_else(judge: Judge, text: str) -> None:
    lines = [number for number, line in enumerate(text.splitlines(), 1) if "«" in line]
    blanks = [number for number in lines if not text.splitlines()[number - 1].startswith("#")]
    found = judge(text)
    assert {finding.rule for finding in found} == {"Blank"}
    assert [finding.place.line for finding in found] == blanks


def test_a_blank_says_what_to_fill_in(judge: Judge, text: str) -> None:
    line = text.splitlines().index("titleEn: «計画の題の英訳 / title of the plan in English»") + 1
    told = next(finding for finding in judge(text) if finding.place.line == line)
    assert told.message.ja == "空欄があります: 計画の題の英訳。"
    assert told.message.en == "A blank to fill: title of the plan in English."
    assert told.remedy.en.startswith("Write it in place of the «…»")


def test_two_blank_years_of_one_schedule_are_no_duplicate(judge: Judge, text: str) -> None:
    entry = re.search(r"^ +- year: .*?(?=^        indicators)", text, re.DOTALL | re.MULTILINE)
    assert entry
    twice = text.replace(entry[0], entry[0] * 2)
    assert {finding.rule for finding in judge(twice)} == {"Blank"}


def test_what_else_is_amiss_is_found_beside_the_blanks(judge: Judge, text: str) -> None:
    found = judge(text.replace('code: "24205"', "code: 24205"))
    assert {finding.rule for finding in found} == {"Blank", "WrongType"}


def test_a_blank_in_quotes_is_a_text(judge: Judge, text: str) -> None:
    quoted = fill(text).replace("title: 桑名市DX推進計画\n", 'title: "«桑名市DX推進計画»"\n')
    assert "«桑" in quoted
    assert judge(quoted) == []


def test_a_filled_skeleton_has_no_finding_at_all(judge: Judge, text: str) -> None:
    assert judge(fill(text)) == []


@pytest.mark.parametrize("code", ["01202", "13101", "27100", "47382"])
def test_a_town_of_any_prefecture_finds_its_prefecture(
    place: Workspace, judge: Judge, code: str
) -> None:
    assert judge(fill(skeleton.new_plan(place, code))) == []


def test_a_filled_skeleton_answers_with_its_measure(copy: Workspace) -> None:
    path = copy.data / "municipalities" / "24205-kuwana.yaml"
    path.write_text(fill(skeleton.new_plan(copy, "24205", path)), encoding="utf-8")
    rows = list(dxgraph.open(copy.root).query("measures", municipality="24205"))
    assert [(row["number"], row["title"], row["technologies"]) for row in rows] == [
        ("1-1", "AI・RPAの利用", "AI-OCR")
    ]


def test_a_filled_skeleton_in_a_workspace_has_no_finding_at_all(copy: Workspace) -> None:
    path = copy.data / "municipalities" / "24205-kuwana.yaml"
    path.write_text(fill(skeleton.new_plan(copy, "24205", path)), encoding="utf-8")
    assert validate(copy, [path]) == []


def test_a_skeleton_shows_every_key_that_makes_an_identifier_of_a_plain_plan(text: str) -> None:
    keys = {match[1] for match in re.finditer(r"^ *(?:- )?(\w+):", text, re.MULTILINE)}
    assert keys >= {
        "title", "adoptedBy", "units", "period", "establishedUnder", "positionedUnder",
        "governance", "citations", "anomalies", "uncited", "pillars", "measures", "departments",
        "technologies", "items", "activities", "schedule", "indicators", "targets",
    }  # fmt: skip


def test_a_skeleton_uses_only_keys_of_the_context(place: Workspace, text: str) -> None:
    keys = {match[1] for match in re.finditer(r"^ *(?:- )?(\w+):", text, re.MULTILINE)}
    assert keys <= Context(place.data / "context.jsonld").keys


@pytest.mark.parametrize("scheme", ["phase", "anomaly-kind"])
def test_a_skeleton_names_every_word_allowed(place: Workspace, text: str, scheme: str) -> None:
    files = (place.ontology / "vocabularies").glob("*.ttl")
    said = "\n".join(path.read_text(encoding="utf-8") for path in files)
    prefix = scheme.removesuffix("-kind")
    words = re.findall(rf"^{prefix}:(\S+) a dxo:", said, re.MULTILINE)
    assert len(words) > 5
    assert [word for word in words if not re.search(rf"# .*\b{word} ", text)] == []


def test_the_phases_stand_in_their_order(text: str) -> None:
    assert re.search(r"study 検討.*introduction 導入.*review 見直し", text, re.DOTALL)


def test_a_skeleton_outside_a_workspace_gives_the_address_of_its_context(text: str) -> None:
    assert f'"@context": {ADDRESS}\n' in text


def test_a_skeleton_in_a_workspace_gives_the_path_of_its_context(copy: Workspace) -> None:
    path = copy.data / "municipalities" / "24205-kuwana.yaml"
    skeleton.new_plan(copy, "24205", path)
    assert '"@context": ../context.jsonld\n' in path.read_text(encoding="utf-8")


def test_a_source_text_gives_its_hash_and_the_number_of_its_lines(
    place: Workspace, tmp_path: Path
) -> None:
    source = tmp_path / "計画.txt"
    source.write_bytes("桑名市DX推進計画\n目次\n第1章".encode())
    source_of = yaml.safe_load(skeleton.new_plan(place, "24205", source=source))["source"]
    assert source_of["sha256"] == hashlib.sha256(source.read_bytes()).hexdigest()
    assert source_of["lines"] == 3


def test_a_line_feed_at_the_end_begins_no_line(place: Workspace, tmp_path: Path) -> None:
    source = tmp_path / "計画.txt"
    source.write_bytes("桑名市DX推進計画\n目次\n".encode())
    text = skeleton.new_plan(place, "24205", source=source)
    assert yaml.safe_load(text)["source"]["lines"] == 2


def test_a_source_that_is_no_text_is_refused(place: Workspace, tmp_path: Path) -> None:
    source = tmp_path / "計画.pdf"
    source.write_bytes(b"%PDF-1.7\n\xe2\xe3\xcf\xd3")
    with pytest.raises(UnusableFile, match="not UTF-8 text") as caught:
        skeleton.new_plan(place, "24205", source=source)
    assert caught.value.path == str(source)


def test_a_source_that_is_not_there_is_refused(place: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="cannot be read"):
        skeleton.new_plan(place, "24205", source=tmp_path / "none.txt")


def test_without_the_table_of_codes_name_and_reading_are_blanks(
    place: Workspace, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codes, "_table", dict)
    text = skeleton.new_plan(place, "24205")
    found = {finding.message.en for finding in judge(text)}
    assert "A blank to fill: name of the municipality." in found
    assert judge(fill(text)) == []


# The command


def test_the_command_prints_the_skeleton(
    text: str, place: Workspace, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert cli.main(["new-plan", "242055", "--workspace", str(place.root)]) == 0
    assert capfdbinary.readouterr().out.decode("utf-8") == text


def test_the_command_writes_a_file(text: str, place: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "24205-kuwana.yaml"
    code = cli.main(["new-plan", "24205", "--out", str(path), "--workspace", str(place.root)])
    assert (code, path.read_text(encoding="utf-8")) == (0, text)


@pytest.mark.parametrize(
    ("tongue", "message"), [("en", "is there already"), ("ja", "が既にあります")]
)
def test_a_file_is_never_overwritten(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tongue: str,
    message: str,
) -> None:
    monkeypatch.setenv("DXGRAPH_LANG", tongue)
    path = tmp_path / "24205-kuwana.yaml"
    path.write_text("mine\n", encoding="utf-8")
    assert cli.main(["new-plan", "24205", "--out", str(path)]) == 2
    assert path.read_text(encoding="utf-8") == "mine\n"
    assert message in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["new-plan", "24205", "--out", str(tmp_path / "none" / "a.yaml")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_an_unknown_code_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "record.yaml"
    assert cli.main(["new-plan", "24999", "--out", str(path)]) == 2
    assert not path.exists()
