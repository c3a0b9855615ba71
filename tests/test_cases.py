"""Cases: for each shape a record that passes, and one in which each of its rules is broken.

``cases/<shape>/passing`` and ``failing`` are records (``.yaml``), judged with the shared records,
or Turtle (``.ttl``), judged with the vocabularies alone: for what no record writes, and for the
prefectures, which the shared records hold already. In a failing case ``#! Rule`` ends the line
where a rule must speak; a thing that breaks several has them all there. Nothing else may be found.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from faults import TARGETS, shapes
from rdflib import SH, URIRef

from dxgraph.judgement import Bench, Court
from dxgraph.pieces import Inputs
from dxgraph.shapes import SHAPE, Shapes
from dxgraph.workspace import Workspace

CASES = Path(__file__).parent / "cases"
RECORDS = sorted(CASES.glob("*/*.yaml"))
TURTLE = sorted(CASES.glob("*/*.ttl"))
#: The rules that nothing anyone writes can break, with the reason; cases/faults.txt breaks them.
OUT_OF_REACH = {
    "Department-responsibility": "each direction is inferred from the other before it is judged",
}
_MARK = re.compile(r"#! (.+)$")

Found = list[tuple[str, int | None]]


@pytest.fixture(scope="module")
def court(place: Workspace) -> Court:
    """Reads what all plans share once for all records."""
    return Court(Inputs(place, "shacl", RECORDS), "shacl")


@pytest.fixture(scope="module")
def vocabularies(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The ontology and the shapes without any record, to put a Turtle file into."""
    folder = tmp_path_factory.mktemp("vocabularies")
    for name in ("ontology", "shapes"):
        shutil.copytree(root / name, folder / name)
    (folder / "data").mkdir()
    shutil.copy(root / "data" / "context.jsonld", folder / "data")
    return Workspace(folder, folder / ".dxgraph")


def marked(path: Path) -> Found:
    """The rules a case says are broken, with the lines."""
    lines = path.read_text(encoding="utf-8").splitlines()
    marks = ((_MARK.search(line), number) for number, line in enumerate(lines, start=1))
    return sorted((rule, number) for mark, number in marks if mark for rule in mark[1].split())


def found_in_record(court: Court, path: Path) -> Found:
    bench = Bench((path,), {path: path.read_bytes()})
    (verdict,) = [verdict for _, verdict in court.plans(bench)]
    return sorted((finding.rule, finding.place.line) for finding in verdict.findings)


def found_in_turtle(vocabularies: Workspace, path: Path) -> Found:
    copied = vocabularies.ontology / "vocabularies" / "case.ttl"
    shutil.copy(path, copied)
    verdicts = Court(Inputs(vocabularies, "shacl"), "shacl").shared()
    copied.unlink()
    found = [finding for verdict in verdicts.values() for finding in verdict.findings]
    assert {Path(finding.place.file).name for finding in found} <= {"case.ttl"}
    return sorted((finding.rule, finding.place.line) for finding in found)


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", RECORDS, ids=name)
def test_what_is_found_in_a_record_is_what_its_marks_say(court: Court, path: Path) -> None:
    assert found_in_record(court, path) == marked(path)


@pytest.mark.parametrize("path", TURTLE, ids=name)
def test_what_is_found_in_a_vocabulary_is_what_its_marks_say(
    vocabularies: Workspace, path: Path
) -> None:
    assert found_in_turtle(vocabularies, path) == marked(path)


def test_every_shape_with_targets_has_a_case_that_passes_and_one_that_fails() -> None:
    targeted = {shape for target in TARGETS for shape in shapes().subjects(target)}
    names = {str(shape).removeprefix(SHAPE) for shape in targeted}
    assert {folder.name for folder in CASES.iterdir() if folder.is_dir()} == names
    for folder in names:
        for stem, broken in (("passing", False), ("failing", True)):
            (path,) = (CASES / folder).glob(f"{stem}.*")
            assert bool(marked(path)) == broken, path


def test_the_failing_case_of_a_shape_breaks_each_of_its_rules() -> None:
    for path in CASES.glob("*/failing.*"):
        shape = URIRef(SHAPE + path.parent.name)
        rules = [shape, *shapes().objects(shape, SH.property)]
        broken = {rule for rule, _ in marked(path)} | set(OUT_OF_REACH)
        assert {str(rule).removeprefix(SHAPE) for rule in rules} <= broken, path


def test_every_rule_is_broken_in_some_case(place: Workspace) -> None:
    broken = {rule for path in [*RECORDS, *TURTLE] for rule, _ in marked(path)}
    assert set(Shapes(place)) - broken == set(OUT_OF_REACH)
