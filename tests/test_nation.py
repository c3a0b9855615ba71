"""The synthetic nation: the same at every run, of real towns, shaped like the real plans, valid."""

from __future__ import annotations

import doctest
import importlib
import os
import pkgutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from benchmarks import nation
from benchmarks.nation import habits, places, plan, writing
from benchmarks.nation.habits import Country, Node
from dxgraph import assemble, codes, validate
from dxgraph.workspace import Workspace

#: How far the mean of a count over 50 towns may be from the mean of the real plans.
TOLERANCE = 0.15
COUNTS = [
    "pillars",
    "measures",
    "activities",
    "schedule",
    "units",
    "indicators",
    "targets",
    "citations",
    "included",
    "anomalies",
    "pastInitiatives",
    "governance",
    "uncited",
    "reports",
    "measures.technologies",
    "measures.departments",
    "measures.items",
    "activities.technologies",
    "schedule.phases",
    "schedule.certain",
]


@pytest.fixture(scope="module")
def country(place: Workspace) -> Country:
    return nation.survey(place)


def plans(country: Country, count: int) -> list[Node]:
    return [plan.record(country, town) for town in places.spread(count)]


def run(*arguments: str, seed: str = "0") -> subprocess.CompletedProcess[str]:
    root = Path(nation.__file__).resolve().parents[2]
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.nation", *arguments],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    for seed in ("1", "2"):
        for form in ("records", "quads"):
            folder = str(tmp_path / seed / form)
            assert run(folder, "--towns", "9", "--form", form, seed=seed).returncode == 0
    assert files(tmp_path / "1") == files(tmp_path / "2")
    assert (tmp_path / "1" / "quads" / "nation.nq").stat().st_size > 0


@pytest.fixture(scope="module")
def towns(country: Country) -> dict[str, tuple[Node, str]]:
    """Of every town of the whole nation, the municipality and the record as text, by code."""
    return {
        town.code: (record["adoptedBy"], writing.text(record, plan.HEADING))
        for town in places.spread(1741)
        if (record := plan.record(country, town))
    }


def test_a_town_has_the_same_record_in_a_nation_of_any_size(
    towns: dict[str, tuple[Node, str]], tmp_path: Path
) -> None:
    written = nation.write(tmp_path, 3)
    for name, text in files(written.data / "municipalities").items():
        assert text.decode() == towns[name[:5]][1]


def test_the_whole_nation_has_each_municipality_once_under_its_real_name(
    towns: dict[str, tuple[Node, str]],
) -> None:
    made = [(t["code"], t["code6"], t["name"], t["reading"]) for t, _ in towns.values()]
    real = [(town.code, town.code6, town.name, town.reading) for town in codes.towns()]
    assert made == real
    assert len(real) == 1741


def test_a_part_of_the_nation_is_spread_over_the_country() -> None:
    assert len({town.code[:2] for town in places.spread(100)}) >= 40


def test_the_real_plans_stay_among_them_as_they_are(place: Workspace, tmp_path: Path) -> None:
    written = nation.write(tmp_path, 8, real=True)
    made = files(written.data / "municipalities")
    real = files(place.data / "municipalities")
    assert len(made) == 8
    assert {name: made[name] for name in real} == real


def counts(records: list[Node]) -> Counter[str]:
    """The mean number of nodes and values a plan, by kind and by kind and key."""
    found: Counter[str] = Counter()
    for record in records:
        for kind, node in habits.nodes(record):
            found[kind] += 1
            for key, value in node.items():
                found[f"{kind}.{key}"] += len(value) if isinstance(value, list) else 1
    return Counter({key: value / len(records) for key, value in found.items()})


@pytest.fixture(scope="module")
def means(country: Country, place: Workspace) -> tuple[Counter[str], Counter[str]]:
    paths = (place.data / "municipalities").glob("*.yaml")
    return counts([habits.load(path) for path in paths]), counts(plans(country, 50))


@pytest.mark.parametrize("key", COUNTS)
def test_fifty_towns_have_as_many_of_each_thing_as_the_real_plans(
    means: tuple[Counter[str], Counter[str]], key: str
) -> None:
    real, made = means
    assert made[key] == pytest.approx(real[key], rel=TOLERANCE)


def test_no_two_plans_have_the_same_measures(country: Country) -> None:
    made = [
        tuple(node["title"] for kind, node in habits.nodes(record) if kind == "measures")
        for record in plans(country, 200)
    ]
    assert len(set(made)) == 200


def test_technologies_named_often_are_named_often_again(country: Country) -> None:
    named: Counter[str] = Counter()
    for record in plans(country, 200):
        for kind, node in habits.nodes(record):
            named.update(node.get("technologies", []) if kind == "measures" else [])
    real = [name for name, _ in country.usage.technologies.most_common(10)]
    assert len({name for name, _ in named.most_common(20)} & set(real)) >= 8


def test_every_record_says_that_it_is_synthetic(tmp_path: Path) -> None:
    written = nation.write(tmp_path, 3)
    made = sorted((written.data / "municipalities").glob("*.yaml"))
    made += (written.data / "prefectures").glob("*-synthetic.yaml")
    assert len(made) > 40
    assert all(path.read_text("utf-8").startswith("# 測定のための合成の") for path in made)


def test_generated_records_are_valid(tmp_path: Path) -> None:
    found = validate.validate(nation.write(tmp_path, 4))
    assert [each for each in found if each.severity != "Info"] == []


def asserted(place: Workspace) -> Iterator[str]:
    store = assemble.read_ontology(place)
    for _, quads in assemble.read_records(place, store):
        store.extend(quads)
    assemble.describe_graphs(store)
    return (str(quad) for quad in store)


@pytest.mark.parametrize("real", [True, False])
def test_records_and_quads_are_the_same_graph(tmp_path: Path, real: bool) -> None:
    written = nation.write(tmp_path / "records", 7, real)
    nation.write_quads(tmp_path / "nation.nq", 7, real)
    read = ox.parse(path=str(tmp_path / "nation.nq"), format=ox.RdfFormat.N_QUADS)
    assert {str(quad) for quad in read} == set(asserted(written))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("AI-OCRの導入", "AI-OCRの導入"),
        ("24343", '"24343"'),
        ("1-1", '"1-1"'),
        ("2023-04", "2023-04"),
        ("100%", '"100%"'),
        ("=", '"="'),
        ("no", '"no"'),
        ("a: b", '"a: b"'),
        ("▶", '"▶"'),
        (True, "true"),
        (26, "26"),
    ],
)
def test_a_value_is_quoted_where_yaml_would_take_it_for_something_else(
    value: object, written: str
) -> None:
    assert writing.text({"key": value}, "a").splitlines()[-1] == f"key: {written}"


@pytest.mark.parametrize("arguments", [["--towns", "1742"], ["--towns", "4", "--real"]])
def test_a_number_of_towns_that_cannot_be_had_is_refused(
    tmp_path: Path, arguments: list[str]
) -> None:
    refused = run(str(tmp_path / "nation"), *arguments)
    assert refused.returncode == 2
    assert "cannot be chosen" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "nation" / "data").exists()


def test_without_the_table_of_codes_what_to_install_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(codes, "towns", list)
    with pytest.raises(ValueError, match="pip install"):
        places.spread(5)


@pytest.mark.parametrize("name", [each.name for each in pkgutil.iter_modules(nation.__path__)])
def test_the_examples_of_the_generator_run(name: str) -> None:
    module = importlib.import_module(f"benchmarks.nation.{name}")
    assert doctest.testmod(module).failed == 0
