"""The suite of benchmarks: a quick run writes the whole document, and what fails is told."""

from __future__ import annotations

import doctest
import importlib
import json
import os
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import benchmarks
from benchmarks import building, report
from benchmarks.answers import Digest
from benchmarks.engines import Dataset, Failure, Limits, roster
from benchmarks.engines.child import LIBRARIES
from benchmarks.engines.libraries import Library
from benchmarks.engines.roster import NAMES, OURS, TITLES
from benchmarks.report import plots
from benchmarks.report.compared import Asked
from benchmarks.results import Results
from dxgraph.workspace import Workspace

ROOT = Path(benchmarks.__file__).resolve().parent.parent
QUESTIONS = sorted(path.stem for path in (ROOT / "queries").glob("*.rq"))
MODULES = [
    module.name
    for module in pkgutil.walk_packages(benchmarks.__path__, "benchmarks.")
    if not module.name.endswith("__main__") and "nation" not in module.name
]
LONGEST = 350


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The document of a quick run."""
    folder = tmp_path_factory.mktemp("quick")
    out = folder / "out" / "performance.md"
    ran = run("--quick", "--out", str(out), "--work", str(folder / "work"))
    assert ran.returncode == 0, ran.stderr
    return out


@pytest.fixture(scope="module")
def measured(quick: Path) -> dict[str, Any]:
    text = quick.with_suffix(".json").read_text(encoding="utf-8")
    return {part: units["5"]["data"] for part, units in json.loads(text).items()}


@pytest.mark.parametrize(
    "heading",
    [
        "## 格納 / Stores",
        "### 格納、5 団体 / Stores, 5 towns",
        "## 質問 / Questions",
        "### 質問、5 団体 / Questions, 5 towns",
        "## 構築 / Build",
        "## 検証 / Validation",
        "## HTTP",
        "### 要求、5 団体 / Requests, 5 towns",
        "## 運用 / Serving",
    ],
)
def test_the_document_has_a_section_for_every_part(quick: Path, heading: str) -> None:
    assert heading in quick.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_has_a_row_over_asserted_and_over_derived_facts(
    quick: Path, name: str
) -> None:
    rows = [
        line
        for line in quick.read_text(encoding="utf-8").splitlines()
        if line.startswith(f"| `{name}` |") and line.count("|") == len(NAMES) + 4
    ]
    assert len(rows) == 2


def test_every_engine_has_numbers_or_a_reason(measured: dict[str, Any]) -> None:
    engines = measured["stores"]["engines"]
    assert list(engines) == list(NAMES)
    assert all(("seconds" in found) != ("failed" in found) for found in engines.values())
    assert all("seconds" in engines[name] for name in OURS)


def test_our_two_stores_answer_every_question_alike(measured: dict[str, Any]) -> None:
    answers = measured["questions"]["answers"]
    found = {(name, answers[name]["disk"]["derived"].get("agrees")) for name in QUESTIONS}
    assert {(name, agrees) for name, agrees in found if agrees not in ("same", None)} == set()


def test_visitors_are_answered_before_during_and_after_a_new_version(
    measured: dict[str, Any],
) -> None:
    serving = measured["serving"]
    assert serving["failures"] == {}
    assert {"memory", "during", "after"} <= set(serving["phases"])
    assert 0 < serving["built"] < serving["renewed"]


def test_every_chart_is_there_and_shown(quick: Path) -> None:
    shown = re.findall(r"!\[[^]]*\]\(([^)]+)\)", quick.read_text(encoding="utf-8"))
    drawn = sorted(
        path.relative_to(quick.parent).as_posix() for path in quick.parent.rglob("*.svg")
    )
    assert sorted(shown) == drawn
    assert len(drawn) == 6


def test_tables_are_made_again_from_what_is_kept(quick: Path, tmp_path: Path) -> None:
    kept = quick.with_suffix(".json").read_bytes()
    (tmp_path / "performance.json").write_bytes(kept)
    again = tmp_path / "performance.md"
    assert run("--tables", "--out", str(again)).returncode == 0
    assert again.read_bytes() == quick.read_bytes()
    assert (tmp_path / "performance.json").read_bytes() == kept


def test_a_document_of_nothing_can_be_written(tmp_path: Path) -> None:
    out = tmp_path / "performance.md"
    report.write(Results(out.with_suffix(".json")), out)
    assert "## 質問 / Questions" in out.read_text(encoding="utf-8")


def test_a_part_measured_again_replaces_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    results = Results(path)
    results.put("stores", 100, {"triples": 1})
    results.put("stores", 5, {"triples": 2})
    results.put("build", 5, {"triples": 3})
    Results(path).put("stores", 5, {"triples": 4})
    again = Results(path)
    assert again.data("stores") == {5: {"triples": 4}, 100: {"triples": 1}}
    assert again.data("build") == {5: {"triples": 3}}


@pytest.mark.parametrize(
    "arguments", [["--only", "stors"], ["--towns", "4"], ["--towns", "1742"], ["--towns", "five"]]
)
def test_what_cannot_be_measured_is_refused(tmp_path: Path, arguments: list[str]) -> None:
    out = tmp_path / "performance.md"
    refused = run(*arguments, "--out", str(out), "--work", str(tmp_path / "work"))
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
    assert not out.exists()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Three statements about 朝日町 and 東員町."""
    folder = tmp_path_factory.mktemp("data")
    place = "https://w3id.org/dxgraph/id/municipality/"
    lines = [
        f'<{place}{code}> <urn:name> "{name}"'
        for code, name in (("24343", "朝日町"), ("24343", "Asahi"), ("24324", "東員町"))
    ]
    graph = "<https://w3id.org/dxgraph/graph/plan/1>"
    for name, end in (("a.nq", f" {graph} .\n"), ("a.nt", " .\n")):
        (folder / name).write_text("".join(line + end for line in lines), encoding="utf-8")
    return Dataset(folder / "a.nq", folder / "a.nt", len(lines))


LIMITS = Limits(deadline=3.0, allowance=60.0, repeats=2)
NAMED = "SELECT ?name { ?town <urn:name> ?name } ORDER BY ?name"
NEVER = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(24)) + " }"


@pytest.fixture(params=["memory", "disk", "rdflib", "oxigraph", "virtuoso", "maplib"])
def engine(
    request: pytest.FixtureRequest, data: Dataset, tmp_path: Path
) -> Iterator[roster.Engine]:
    """Each engine, filled; skipped where it is not installed."""
    python = os.environ.get("DXGRAPH_PEERS", sys.executable)
    with roster.made(request.param, tmp_path, LIMITS, python) as made:
        try:
            made.load(data)
        except Failure as failure:
            if failure.kind != "absent":
                raise
            pytest.skip(f"not installed: {failure.detail}")
        yield made


def test_an_engine_answers_and_is_timed_as_often_as_asked(engine: roster.Engine) -> None:
    answer = engine.ask(NAMED)
    assert Digest.of(answer.body).rows == 3
    assert len(answer.again) >= 2


def test_after_a_question_that_never_ends_the_next_is_answered(engine: roster.Engine) -> None:
    with pytest.raises(Failure) as caught:
        engine.ask(NEVER)
    assert caught.value.kind in ("deadline", "refused", "lost")
    assert Digest.of(engine.ask(NAMED).body).rows == 3


def test_what_is_no_query_is_refused_with_what_the_engine_says(engine: roster.Engine) -> None:
    with pytest.raises(Failure) as caught:
        engine.ask("SELEKT * { ?s ?p ?o }")
    assert caught.value.kind in ("refused", "lost")
    assert caught.value.detail
    assert Digest.of(engine.ask(NAMED).body).rows == 3


def test_a_load_beyond_its_allowance_is_told_as_such(data: Dataset, tmp_path: Path) -> None:
    limits = Limits(allowance=0.01)
    with Library("rdflib", tmp_path, limits) as made, pytest.raises(Failure) as caught:
        made.load(data)
    assert (caught.value.kind, caught.value.detail) == ("allowance", "0.01")


def test_an_engine_that_holds_less_than_it_was_given_has_no_numbers(
    data: Dataset, tmp_path: Path
) -> None:
    more = Dataset(data.quads, data.triples, data.count + 1)
    with Library("memory", tmp_path, LIMITS) as made, pytest.raises(Failure) as caught:
        made.load(more)
    assert (caught.value.kind, caught.value.detail) == ("count", "3 of 4")


def test_a_program_that_is_not_installed_is_told_with_how_to_install_it(
    data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    made = roster.made("virtuoso", tmp_path, LIMITS, sys.executable)
    with made, pytest.raises(Failure) as caught:
        made.load(data)
    assert (caught.value.kind, caught.value.detail[:7]) == ("absent", "apt-get")


def body(*rows: dict[str, tuple[str, str]]) -> bytes:
    """An answer in SPARQL's JSON; a cell is its value and the local name of its datatype."""
    xsd = "http://www.w3.org/2001/XMLSchema#"
    bindings = [
        {
            name: {"type": "literal", "value": value} | ({"datatype": xsd + kind} if kind else {})
            for name, (value, kind) in row.items()
        }
        for row in rows
    ]
    return json.dumps({"head": {"vars": []}, "results": {"bindings": bindings}}).encode()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"n": ("18", "integer")}, {"n": ("18", "unsignedInt")}),
        ({"n": ("36", "decimal")}, {"n": ("36.0", "decimal")}),
        ({"all": ("true", "boolean")}, {"all": ("1", "boolean")}),
        ({"n": ("1", "integer")}, {"n": ("1", "integer"), "shared": ("", "")}),
        ({"a": ("x", ""), "b": ("y", "")}, {"b": ("y", ""), "a": ("x", "")}),
    ],
)
def test_what_engines_write_differently_is_the_same_answer(
    ours: dict[str, tuple[str, str]], theirs: dict[str, tuple[str, str]]
) -> None:
    assert Digest.of(body(theirs)).against(Digest.of(body(ours))) == {"agrees": "same"}


def test_rows_that_differ_are_counted() -> None:
    towns = [{"name": (name, "")} for name in ("朝日町", "東員町", "玉城町")]
    found = Digest.of(body(towns[0], towns[0])).against(Digest.of(body(*towns)))
    assert found == {"agrees": "differs", "missing": 2, "extra": 1}


def answered(milliseconds: float, agrees: str = "same") -> dict[str, Any]:
    return {"first": milliseconds, "median": milliseconds, "runs": 1, "rows": 4, "agrees": agrees}


@pytest.fixture
def asked() -> Asked:
    """One question: we need 10 ms; peers need 40 and 30, the fastest with wrong rows."""
    engines: dict[str, Any] = {name: {} for name in NAMES}
    engines["memory"] = {"asserted": answered(1), "derived": answered(10)}
    engines["oxigraph"] = {"asserted": answered(2), "derived": answered(40)}
    engines["virtuoso"] = {"asserted": answered(2), "derived": answered(30, "cells")}
    wrong = {"missing": 1, "extra": 1}
    engines["maplib"] = {"derived": answered(5, "differs") | wrong}
    engines["rdflib"] = {"derived": {"failed": ["deadline", "10"]}}
    answers = {"towns-by-technology": engines, "(nothing)": engines}
    data = {
        "triples": {"asserted": 3, "derived": 5},
        "answers": answers,
        "derived": {"towns-by-technology": True},
        "loads": {"rdflib": {"asserted": {"failed": ["allowance", "300"]}}},
    }
    return Asked(data)


def test_ratios_count_only_peers_with_the_same_answer(asked: Asked) -> None:
    assert asked.ratio("towns-by-technology", "derived") == 3
    assert asked.halved("derived") == (1, 1)


def test_our_time_is_that_of_the_store_that_is_served(asked: Asked) -> None:
    assert asked.ours("towns-by-technology") == asked.found("towns-by-technology", "memory")
    assert asked.ours("towns-by-technology") != asked.found("towns-by-technology", "disk")


def test_a_question_only_a_peer_answers_counts_against_us(asked: Asked) -> None:
    late = {"derived": {"failed": ["deadline", "10"]}}
    asked.data["answers"]["towns-by-technology"]["memory"] = late
    assert asked.ratio("towns-by-technology", "derived") is None
    assert asked.halved("derived") == (0, 1)
    assert asked.over(100) == ["towns-by-technology"]


def test_an_answer_that_needs_derived_facts_has_no_ratio_without_them(asked: Asked) -> None:
    assert asked.ratio("towns-by-technology", "asserted") is None
    assert "| 2 † |" in asked.table("asserted")


def test_differences_and_failures_are_told_with_why(asked: Asked) -> None:
    lines = asked.notes().splitlines()
    assert any(line.startswith("| maplib | `towns-by-technology` (−1 +1) | ≠ |") for line in lines)
    assert any("読み込み / loading > 300 s" in line for line in lines)
    assert any("> 10 s" in line for line in lines)
    assert any("(docs/engines.md)" in line for line in lines if TITLES["virtuoso"] in line)


def test_a_chart_names_its_lines_apart() -> None:
    drawn = plots.chart("構築", "s", {"a": {5: 1.0, 100: 9.0}, "b": {5: 1.0, 100: 9.0}, "c": {}})
    heights = re.findall(r'x="582.0" y="([0-9.]+)"', drawn)
    assert len(heights) == len(set(heights)) == 2


def test_every_library_is_in_the_roster() -> None:
    assert set(LIBRARIES) < set(NAMES) == set(TITLES)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("path", sorted((ROOT / "benchmarks").rglob("*.py")), ids=str)
def test_a_module_is_not_longer_than_one_subject_needs(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_an_edit_changes_one_plan_and_is_taken_back(copy: Workspace) -> None:
    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in copy.root.rglob("*") if path.is_file()}

    before = files()
    with building.edited(copy):
        during = files()
    changed = [path for path in before if before[path] != during[path]]
    assert [path.parent.name for path in changed] == ["municipalities"]
    assert files() == before
