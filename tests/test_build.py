"""The life of a build: versions side by side, one switch, the same bytes for the same input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from dxgraph import assemble, build
from dxgraph.errors import RecordError
from dxgraph.store import EmbeddedStore
from dxgraph.workspace import Workspace

STEPS = (
    "hash the inputs",
    "read the ontology",
    "read the records",
    "infer",
    "write the dump",
    "write the store",
    "index the names",
    "count",
    "put the version in place",
    "switch",
)
#: The steps of a build that changes the store of the version before.
CHANGING = (*STEPS[:4], "change the store", "count", "index the names", *STEPS[8:])
KILLED = """
import os, signal, sys
from pathlib import Path
from dxgraph import build
from dxgraph.workspace import Workspace

def progress(step):
    if step == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

root = Path(sys.argv[1])
build.build(Workspace(root, root / ".dxgraph"), progress, force=sys.argv[3:] == ["--force"])
"""
PLANS = "SELECT ?title WHERE { ?p a dxo:DXPlan ; rdfs:label ?title FILTER (LANG(?title) = 'ja') }"


def titles(place: Workspace) -> set[str]:
    version = build.current(place)
    assert version is not None
    answer = EmbeddedStore.open(version.store).ask(PLANS)
    assert isinstance(answer, ox.QuerySolutions)
    return {row["title"].value for row in answer}


def retitle(place: Workspace, title: str) -> None:
    path = place.data / "municipalities" / "24343-asahi.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("title: 朝日町デジタル戦略推進計画\n", f"title: {title}\n"), encoding="utf-8"
    )


def test_a_build_names_its_steps_in_order(copy: Workspace) -> None:
    seen: list[str] = []
    build.build(copy, seen.append)
    assert tuple(seen) == STEPS


def test_the_same_inputs_make_the_same_version_without_building_again(copy: Workspace) -> None:
    first = build.build(copy)
    seen: list[str] = []
    assert build.build(copy, seen.append) == first
    assert "infer" not in seen


def test_two_processes_with_different_hash_seeds_write_the_same_bytes(copy: Workspace) -> None:
    dumps = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "DXGRAPH_LANG": "en"}
        subprocess.run(
            [sys.executable, "-m", "dxgraph.cli", "build", "--force", "--workspace", copy.root],
            env=environment,
            check=True,
            capture_output=True,
        )
        version = build.current(copy)
        assert version is not None
        dumps.append(version.dump.read_bytes())
    assert dumps[0] == dumps[1]


def test_the_dump_is_sorted_and_has_no_blank_nodes(version: build.Version) -> None:
    lines = version.dump.read_text(encoding="utf-8").splitlines()
    assert lines == sorted(lines)
    assert not [line for line in lines if line.startswith("_:") or " _:" in line]


def test_the_store_holds_exactly_what_the_dump_holds(version: build.Version) -> None:
    store = ox.Store.read_only(str(version.store))
    assert build.canonical(store) == version.dump.read_text(encoding="utf-8")


def test_the_report_counts_what_the_dump_holds(version: build.Version) -> None:
    report = json.loads((version.folder / "build.json").read_text(encoding="utf-8"))
    lines = version.dump.read_text(encoding="utf-8").splitlines()
    assert report["triples"] == len(lines)
    assert sum(report["graphs"].values()) == len(lines)
    assert report["inputs"]["data/context.jsonld"]


def test_a_small_change_names_its_steps_in_order(built: Workspace) -> None:
    retitle(built, "改めた計画")
    seen: list[str] = []
    build.build(built, seen.append)
    assert tuple(seen) == CHANGING


@pytest.mark.parametrize(
    ("step", "how"),
    [*((step, []) for step in CHANGING[1:]), *((step, ["--force"]) for step in STEPS[1:])],
)
def test_a_build_killed_at_any_step_leaves_the_old_version_answering(
    built: Workspace, step: str, how: list[str]
) -> None:
    before = titles(built)
    retitle(built, "改めた計画")
    ended = subprocess.run([sys.executable, "-c", KILLED, built.root, step, *how], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert titles(built) == before
    build.build(built)
    assert "改めた計画" in titles(built)


def test_a_record_that_cannot_be_read_leaves_the_old_version_answering(built: Workspace) -> None:
    before = titles(built)
    (built.data / "municipalities" / "99999-broken.yaml").write_text("title: [", encoding="utf-8")
    with pytest.raises(RecordError):
        build.build(built)
    assert titles(built) == before


def test_a_graph_opened_before_a_new_build_goes_on_answering(built: Workspace) -> None:
    version = build.current(built)
    assert version is not None
    opened = EmbeddedStore.open(version.store)
    for title in ("第一", "第二", "第三"):
        retitle(built, title)
        build.build(built)
        (built.data / "extra.txt").write_text(title, encoding="utf-8")
    answer = opened.ask(PLANS)
    assert isinstance(answer, ox.QuerySolutions)
    assert "朝日町デジタル戦略推進計画" in {row["title"].value for row in answer}


def test_old_versions_are_pruned_but_one_is_kept(built: Workspace) -> None:
    text = (built.data / "editorial" / "sdg.yaml").read_text(encoding="utf-8")
    for number in range(4):
        (built.data / "editorial" / "sdg.yaml").write_text(text + f"# {number}\n", encoding="utf-8")
        build.build(built)
    assert len(list((built.cache / "versions").iterdir())) == 2


@pytest.mark.parametrize(
    ("path", "printed", "editorial"),
    [
        ("municipalities/24343-asahi.yaml", "plan/24343", "editorial/24343"),
        ("prefectures/24-mie.yaml", "prefecture/24", "editorial"),
        ("national/laws.yaml", "national", "editorial"),
        ("editorial/references.yaml", "editorial", "editorial"),
        ("elsewhere.yaml", "editorial", "editorial"),
    ],
)
def test_the_place_of_a_record_chooses_its_graphs(path: str, printed: str, editorial: str) -> None:
    names = [name.value.partition("/graph/")[2] for name in assemble.graphs_of(Path(path))]
    assert names == [printed, editorial]


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        ("dxo:phase", {"editorial", "inferred"}),
        ("dxo:namesTechnology", {"editorial"}),
        ("dxo:addressesItem", {"editorial"}),
        ("dxo:responsibleDepartment", {"plan"}),
        ("dxo:aboutTechnology", {"inferred"}),
    ],
)
def test_the_property_decides_the_graph_of_a_statement(
    version: build.Version, predicate: str, expected: set[str]
) -> None:
    text = f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s {predicate} ?o }} }}"
    answer = EmbeddedStore.open(version.store).ask(text)
    assert isinstance(answer, ox.QuerySolutions)
    names = {row["g"].value.partition("/graph/")[2] for row in answer}
    assert {name.partition("/")[0] for name in names} == expected


def test_a_translation_is_editorial_and_the_printed_title_is_not(version: build.Version) -> None:
    text = """SELECT ?g (LANG(?l) AS ?tag) WHERE {
      ?plan a dxo:DXPlan ; dxo:adoptedBy/dxo:code "24343" .
      GRAPH ?g { ?plan rdfs:label ?l } }"""
    answer = EmbeddedStore.open(version.store).ask(text)
    assert isinstance(answer, ox.QuerySolutions)
    found = {(row["tag"].value, row["g"].value.partition("/graph/")[2]) for row in answer}
    assert found == {("ja", "plan/24343"), ("en", "editorial/24343")}


def test_every_graph_says_which_kind_of_statement_it_holds(version: build.Version) -> None:
    store = EmbeddedStore.open(version.store)
    for name in store.graphs:
        answer = store.ask(f"ASK {{ GRAPH <{name}> {{ <{name}> dxo:statementKind ?kind }} }}")
        assert bool(answer), name
