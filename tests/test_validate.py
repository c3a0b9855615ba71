"""Validation: a faulty record is found at its file and line, and never ends in a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dxgraph import build, cli, executors, findings, validate
from dxgraph.context import ADDRESS
from dxgraph.errors import WorkspaceError
from dxgraph.workspace import Workspace

ASAHI = "municipalities/24343-asahi.yaml"
TOIN = "municipalities/24324-toin.yaml"
FAULTS = [
    (ASAHI, "    line: 374\n", "    line: 0\n"),
    (TOIN, "text: 改修, phases: [development]}", "text: 改修}"),
    (ASAHI, "sha256: cada73bb", "sha256: ada73bb"),
    ("national/laws.yaml", "lawNumber: 令和3年法律第36号", "lawNumber: 令和3年法律36"),
    (TOIN, "{id: department/24324/kensetsu, name: 建設課,", "{id: department/24324/kensetsu,"),
]


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


@pytest.mark.parametrize(("file", "old", "new"), FAULTS)
def test_a_faulty_record_is_found_at_its_line(
    judged_copy: Workspace, file: str, old: str, new: str
) -> None:
    line = change(judged_copy, file, old, new)
    found = {(finding.place.file, finding.place.line) for finding in violations(judged_copy)}
    assert found == {(f"data/{file}", line)}


def test_plans_that_a_build_has_made_are_judged_as_their_records_are(copy: Workspace) -> None:
    for file, old, new in FAULTS:
        change(copy, file, old, new)
    here = executors.Here()
    made = build.plans(copy, executor=here)
    assert made is not None
    assert all(made.get(each) for each in (ASAHI, TOIN))
    told = [
        validate.validate(copy, afresh=True, executor=here, plans_made=plans)
        for plans in (None, made)
    ]
    assert len(told[0]) > len(FAULTS)
    assert told[0] == told[1]


def test_without_a_record_that_can_be_read_no_plan_is_made(copy: Workspace) -> None:
    change(copy, ASAHI, 'code: "24343"', 'kode: "24343"')
    assert build.plans(copy) is None


def test_every_record_that_cannot_be_read_is_reported_in_one_run(judged_copy: Workspace) -> None:
    first = change(judged_copy, ASAHI, 'code: "24343"', 'kode: "24343"')
    second = change(judged_copy, TOIN, "id: plan/24324/comprehensive-6\n", "id: 計画\n")
    found = {(f.rule, f.place.file, f.place.line) for f in violations(judged_copy)}
    assert found == {
        ("UnknownKey", f"data/{ASAHI}", first),
        ("BadIdentifier", f"data/{TOIN}", second),
    }


def judged(place: Workspace, *paths: Path, afresh: bool = False) -> list[str]:
    """The files that are judged in a run; what is remembered is not."""
    steps: list[str] = []
    validate.validate(place, paths, afresh=afresh, progress=steps.append)
    return [step.removeprefix("judge ") for step in steps if step.startswith("judge ")]


def test_only_the_plan_that_changed_is_judged_again(copy: Workspace) -> None:
    assert len(judged(copy)) == 5
    assert judged(copy) == []
    change(copy, ASAHI, "    line: 374\n", "    line: 375\n")
    assert judged(copy) == [f"data/{ASAHI}"]


def test_every_plan_is_judged_again_when_what_they_share_changed(copy: Workspace) -> None:
    judged(copy)
    change(
        copy, "national/laws.yaml", "lawNumber: 令和3年法律第36号", "lawNumber: 令和3年法律第37号"
    )
    assert len(judged(copy)) == 5
    assert len(judged(copy, afresh=True)) == 5


def test_what_is_remembered_is_what_a_fresh_judgement_finds(copy: Workspace) -> None:
    change(copy, ASAHI, "    line: 374\n", "    line: 0\n")
    first = validate.validate(copy)
    assert validate.validate(copy) == first
    assert validate.validate(copy, afresh=True) == first


def test_a_record_that_cannot_be_read_hides_nothing_found_in_the_others(
    judged_copy: Workspace,
) -> None:
    unreadable = change(judged_copy, ASAHI, 'code: "24343"', 'kode: "24343"')
    faulty = change(judged_copy, TOIN, "text: 改修, phases: [development]}", "text: 改修}")
    found = {(f.place.file, f.place.line) for f in violations(judged_copy)}
    assert found == {(f"data/{ASAHI}", unreadable), (f"data/{TOIN}", faulty)}


def test_a_thing_two_records_describe_is_told_with_both_places(judged_copy: Workspace) -> None:
    line = change(
        judged_copy,
        ASAHI,
        "included:\n",
        "included:\n  - {id: plan/24324/ict-bcp, type: MunicipalPlan, title: あ, titleEn: A, "
        "adoptedBy: municipality/24324, line: 1}\n",
    )
    (found,) = [f for f in violations(judged_copy) if f.rule == "DuplicateIdentifier"]
    places = {str(found.place.file), str(found.premises[0].place.file)}
    assert places == {f"data/{ASAHI}", f"data/{TOIN}"}
    assert line + 1 in (found.place.line, found.premises[0].place.line)


def test_a_plan_is_judged_with_the_record_of_the_town_it_names(judged_copy: Workspace) -> None:
    named = "positionedUnder:\n  - plan/24324/comprehensive-6\n"
    line = change(judged_copy, ASAHI, "positionedUnder:\n", named)
    assert violations(judged_copy) == []
    (judged_copy.data / TOIN).unlink()
    found = {(f.place.file, f.place.line) for f in violations(judged_copy)}
    assert (f"data/{ASAHI}", line + 1) in found


def test_only_the_records_asked_for_are_judged_and_reported(copy: Workspace) -> None:
    change(copy, TOIN, "text: 改修, phases: [development]}", "text: 改修}")
    assert judged(copy, copy.data / ASAHI) == [f"data/{ASAHI}"]
    assert validate.validate(copy, [copy.data / ASAHI]) == []
    assert violations_of(copy, copy.data / "municipalities")


def violations_of(place: Workspace, *paths: Path) -> list[findings.Finding]:
    return [f for f in validate.validate(place, paths) if f.severity == "Violation"]


def test_a_shared_file_asked_for_brings_every_plan_with_it(copy: Workspace) -> None:
    assert len(judged(copy, copy.data / "national" / "laws.yaml")) == 5


def test_a_record_from_elsewhere_is_named_from_the_folder_one_is_in(
    place: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "records" / "24205-kuwana.yaml"
    path.parent.mkdir()
    path.write_text("a: [\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    files = {found.place.file for found in validate.validate(place, [path])}
    assert files == {"records/24205-kuwana.yaml"}


def test_a_record_from_elsewhere_takes_the_place_of_the_same_towns(
    judged_copy: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("elsewhere") / "our-plan.yaml"
    text = (judged_copy.data / ASAHI).read_text(encoding="utf-8")
    text = text.replace("../context.jsonld", ADDRESS).replace("    line: 374\n", "    line: 0\n")
    path.write_text(text, encoding="utf-8")
    line = text.count("\n", 0, text.index("    line: 0\n")) + 1
    found = violations_of(judged_copy, path)
    assert [(f.place.file, f.place.line) for f in found] == [(path.as_posix(), line)]


def test_a_folder_without_records_is_told(copy: Workspace, tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    with pytest.raises(WorkspaceError, match="holds no records"):
        validate.validate(copy, [tmp_path / "records"])


def test_a_path_that_is_not_there_is_told(copy: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="is not there"):
        validate.validate(copy, [copy.data / "nowhere.yaml"])


def test_a_word_no_vocabulary_has_is_told_with_the_nearest_and_its_own_column(
    judged_copy: Workspace,
) -> None:
    old = "text: 改修, phases: [development]}"
    line = change(judged_copy, TOIN, old, "text: 改修, phases: [operation, developmen]}")
    (found,) = violations(judged_copy)
    text = (judged_copy.data / TOIN).read_text(encoding="utf-8").splitlines()[line - 1]
    assert (found.place.line, found.place.column) == (line, text.index("developmen]") + 1)
    assert "'development'" in found.remedy.en
    assert "「development」" in found.remedy.ja


def test_a_fault_of_an_inferred_thing_is_led_to_what_it_follows_from(copy: Workspace) -> None:
    rule = copy.ontology / "rules" / "50-adoption-phase.rq"
    rule.write_text("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(false) }", encoding="utf-8")
    found = [f for f in violations(copy) if f.rule == "TechnologyAdoption-phase"]
    assert found
    for finding in found:
        assert finding.place.file.startswith("data/municipalities/")


def test_a_fault_in_a_vocabulary_is_found_in_its_turtle_file(copy: Workspace) -> None:
    path = copy.ontology / "vocabularies" / "phases.ttl"
    text = path.read_text(encoding="utf-8").replace("    dxo:order 1 ;\n", "")
    path.write_text(text, encoding="utf-8")
    line = text.count("\n", 0, text.index("phase:study a")) + 1
    found = {(finding.place.file, finding.place.line) for finding in violations(copy)}
    assert found == {("ontology/vocabularies/phases.ttl", line)}


def test_the_command_exits_1_with_file_line_and_both_languages(
    judged_copy: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = change(judged_copy, ASAHI, "    line: 374\n", "    line: 0\n")
    for tongue, word in (("ja", "違反"), ("en", "Violation")):
        monkeypatch.setenv("DXGRAPH_LANG", tongue)
        assert cli.main(["validate", "--workspace", str(judged_copy.root)]) == 1
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
