"""A build that makes again only what changed is the same, byte for byte, as one of the whole."""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from dxgraph import assemble, build, labels
from dxgraph.errors import RecordError
from dxgraph.executors import Here
from dxgraph.identifiers import check_digit
from dxgraph.increment import census
from dxgraph.workspace import Workspace

ASAHI, TOIN = "24343-asahi", "24324-toin"
Edit = Callable[[Workspace, random.Random], None]


class Counting(Here):
    """Runs tasks here and counts them, by the name of the task."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def run(self, task: Any, common: Any, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self.counts[task.__name__] = self.counts.get(task.__name__, 0) + 1
            yield task(common, item)


@pytest.fixture(scope="module")
def template(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace of two plans, built."""
    folder = tmp_path_factory.mktemp("template")
    for name in ("ontology", "data"):
        shutil.copytree(root / name, folder / name)
    for path in (folder / "data" / "municipalities").iterdir():
        if path.stem not in (ASAHI, TOIN):
            path.unlink()
    place = Workspace(folder, folder / ".dxgraph")
    build.build(place, executor=Here())
    return place


@pytest.fixture
def bare(template: Workspace, tmp_path: Path) -> Workspace:
    """A workspace of two plans, to change records in; nothing is built yet."""
    for name in ("ontology", "data"):
        shutil.copytree(template.root / name, tmp_path / name)
    return Workspace(tmp_path, tmp_path / ".dxgraph")


@pytest.fixture
def place(bare: Workspace, template: Workspace) -> Workspace:
    """The same, built."""
    shutil.copytree(template.cache, bare.cache, symlinks=True)
    return bare


def record(place: Workspace, name: str) -> Path:
    return place.data / "municipalities" / f"{name}.yaml"


def change(path: Path, old: str, new: str, count: int = 1) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def include(path: Path, *things: str) -> None:
    """Let a record describe more things."""
    more = "".join(f"  - {thing}\n" for thing in things)
    text = path.read_text(encoding="utf-8")
    if "\nincluded:\n" in text:
        path.write_text(text.replace("\nincluded:\n", f"\nincluded:\n{more}", 1), encoding="utf-8")
    else:
        path.write_text(f"{text}included:\n{more}", encoding="utf-8")


def clone(place: Workspace, name: str, code: str) -> Path:
    """Another town that says what a town says."""
    text = record(place, name).read_text(encoding="utf-8")
    old = name[:5]
    text = text.replace(old + check_digit(old), code + check_digit(code)).replace(old, code)
    path = record(place, f"{code}-town")
    path.write_text(text, encoding="utf-8")
    return path


def of_the_whole(place: Workspace) -> str:
    """The canonical dump of a graph inferred in one piece."""
    return build.canonical(assemble.assemble(place))


def assert_like_the_whole(place: Workspace) -> build.Version:
    version = build.build(place, executor=Here())
    whole = of_the_whole(place)
    assert version.dump.read_text(encoding="utf-8") == whole
    assert build.canonical(ox.Store.read_only(str(version.store))) == whole
    counts = build.graph_counts(ox.Store.read_only(str(version.store)))
    assert version.report["graphs"] == counts
    assert version.census == census.total([census.count(None, whole.encode())])
    assert_indexed(version)
    return version


def assert_indexed(version: build.Version) -> None:
    """The index of names, if a change has kept it, is like one made from nothing."""
    path = version.folder / labels.FILE
    if not path.is_file():
        return
    afresh = version.folder / "afresh" / labels.FILE
    afresh.parent.mkdir(exist_ok=True)
    made = labels.index(ox.Store.read_only(str(version.store)), afresh)
    indexes = (labels.index(ox.Store.read_only(str(version.store)), path), made)
    things, hits = [], []
    for index in indexes:
        with sqlite3.connect(index.path) as base:
            things.append(sorted(base.execute("SELECT * FROM things")))
        asked = (labels.Wanted(text) for text in ("導入", "AI-OCR", "朝日町", "課", "改"))
        hits.append([index.hits(each) for each in asked])
    assert things[0] == things[1]
    assert hits[0] == hits[1]


def built_again(place: Workspace) -> dict[str, int]:
    """How many tasks of each kind a build needs now."""
    executor = Counting()
    build.build(place, executor=executor)
    return executor.counts


def test_a_build_from_nothing_is_like_the_whole(bare: Workspace) -> None:
    assert len(assert_like_the_whole(bare).manifest.pieces) == 2  # type: ignore[union-attr]


def test_only_the_plan_that_changed_is_read_and_inferred_again(place: Workspace) -> None:
    change(record(place, ASAHI), "業務", "仕事")
    assert built_again(place) == {"read": 1, "infer": 1}
    assert_like_the_whole(place)


def test_a_plan_as_it_was_once_is_neither_read_nor_inferred_again(place: Workspace) -> None:
    change(record(place, ASAHI), "業務", "仕事")
    build.build(place)
    change(record(place, ASAHI), "仕事", "業務")
    shutil.rmtree(place.cache / "versions")
    assert not {"read", "infer"} & built_again(place).keys()


def test_a_comment_changes_no_line_of_the_store(place: Workspace) -> None:
    before = build.build(place)
    change(record(place, ASAHI), "\n", "\n# 注\n")
    after = build.build(place)
    assert before.name != after.name
    assert before.dump.read_bytes() == after.dump.read_bytes()


def test_what_all_plans_share_makes_every_plan_inferred_again_and_none_read(
    place: Workspace,
) -> None:
    sdg = place.data / "editorial" / "sdg.yaml"
    change(sdg, "goal: ", "goal: ", 1)
    text = sdg.read_text(encoding="utf-8")
    sdg.write_text(re.sub(r"goals?/9\b", "goal/8", text, count=1) + "# 変更\n", encoding="utf-8")
    change(place.data / "national" / "laws.yaml", "令和3年法律第36号", "令和3年法律第37号")
    assert built_again(place) == {"read": 2, "infer": 2}
    assert_like_the_whole(place)


@pytest.mark.parametrize("part", ["ontology", "context"])
def test_another_ontology_or_context_makes_every_record_read_again(
    place: Workspace, part: str
) -> None:
    if part == "ontology":
        change(place.ontology / "schedule.ttl", "dxo:statementKind kind:editorial", "")
    else:
        change(place.data / "context.jsonld", '"@context": {', '"@context": {"other": "dxo:x",')
    counts = built_again(place)
    assert counts["read"] == len(assemble.record_files(place))
    assert_like_the_whole(place)


def test_a_rule_that_changed_makes_every_plan_inferred_again(place: Workspace) -> None:
    (place.ontology / "rules" / "60-supports-goal.rq").unlink()
    assert built_again(place) == {"infer": 2}
    assert_like_the_whole(place)


def test_a_plan_that_names_another_towns_thing_is_inferred_with_it(place: Workspace) -> None:
    change(
        record(place, ASAHI),
        "positionedUnder:\n",
        "positionedUnder:\n  - plan/24324/dx-2023\n",
    )
    version = assert_like_the_whole(place)
    assert version.manifest is not None
    assert len(version.manifest.pieces) == 1
    change(record(place, TOIN), "positionedUnder:", "takesIntoAccount:")
    assert built_again(place) == {"read": 1, "infer": 1}
    assert_like_the_whole(place)


def test_a_plan_that_names_a_town_without_a_record_is_inferred_alone(place: Workspace) -> None:
    change(record(place, ASAHI), "positionedUnder:\n", "positionedUnder:\n  - plan/24999/dx-2023\n")
    version = assert_like_the_whole(place)
    assert version.manifest is not None
    assert len(version.manifest.pieces) == 2
    clone(place, TOIN, "24999")
    assert_like_the_whole(place)


def test_a_town_without_a_record_has_no_graph(place: Workspace) -> None:
    path = clone(place, TOIN, "24999")
    build.build(place)
    path.unlink()
    names = {
        name.value for name in ox.Store.read_only(str(build.build(place).store)).named_graphs()
    }
    assert not [name for name in names if "24999" in name]


def test_two_records_of_one_town_are_inferred_together(place: Workspace) -> None:
    text = '"@context": ../context.jsonld\nincluded:\n'
    path = record(place, "24343-more")
    path.write_text(f"{text}  - {{id: plan/24343/dx-2023, note: 追記}}\n", encoding="utf-8")
    version = assert_like_the_whole(place)
    assert version.manifest is not None
    assert len(version.manifest.pieces) == 2


#: What a town may say that other towns' facts could follow from, or that shared records say too.
REACHING = {
    "a law of its own": "{id: law/999AC0000000001, type: Law, title: 架空の法, titleEn: Imaginary}",
    "more of a law": "{id: law/428AC1000000103, issued: 2016-12-15}",
    "a type of a shared thing": "{id: prefecture/24, type: Prefecture}",
    "a name of a shared thing": "{id: prefecture/24, nameEn: Mie}",
    "a reading of all plans": "{id: assertion/24343/rpa, type: EditorialAssertion, label: 読み,"
    " appliesTo: technology/rpa, goal: 1}",
    "a plan of the prefecture": "{id: plan/24/other, type: PrefecturalPlan, title: 県の計画,"
    " adoptedBy: prefecture/24, establishedUnder: [law/428AC1000000103/article/9/1],"
    " period: {label: 期間, from: 2020, to: 2030}}",
    "a national plan": "{id: plan/24343/nation, type: NationalPlan, title: 国の計画,"
    " establishedUnder: [law/428AC1000000103/article/8/1]}",
    "a plan a prefecture adopted": "{id: plan/24343/of-mie, type: DXPlan, title: 県の,"
    " adoptedBy: prefecture/24}",
    "a plan a body adopted": "{id: plan/24343/of-mic, type: DXPlan, title: 国の,"
    " adoptedBy: national-body/mic}",
    "an unknown thing": "{id: thing/x, type: Measure, title: 何か, technologies: [rpa]}",
}


@pytest.mark.parametrize("said", REACHING.values(), ids=REACHING.keys())
def test_what_reaches_beyond_a_town_is_inferred_as_in_the_whole(
    place: Workspace, said: str
) -> None:
    before = build.build(place).dump.read_bytes()
    include(record(place, ASAHI), said)
    assert_like_the_whole(place)
    change(record(place, ASAHI), f"  - {said}\n", "")
    assert build.build(place, executor=Here()).dump.read_bytes() == before


def test_a_shared_record_that_speaks_of_a_town_is_inferred_with_it(place: Workspace) -> None:
    include(
        place.data / "editorial" / "references.yaml",
        "{id: plan/national/local-dx, takesIntoAccount: plan/24343/dx-2023}",
        "{id: municipality/24324, type: Municipality}",
    )
    assert_like_the_whole(place)


def test_a_rule_that_joins_towns_is_run_over_the_whole(place: Workspace) -> None:
    (place.ontology / "rules" / "70-like.rq").write_text(
        "CONSTRUCT { ?one dxo:cites ?two } WHERE { ?one a dxo:Measure ; dxo:namesTechnology ?t ."
        " ?two a dxo:Measure ; dxo:namesTechnology ?t . FILTER (?one != ?two) }",
        encoding="utf-8",
    )
    version = assert_like_the_whole(place)
    assert version.manifest is not None
    assert version.manifest.pieces == ()


def retitled(place: Workspace, draw: random.Random) -> None:
    path = draw.choice(sorted((place.data / "municipalities").iterdir()))
    title = f"計画 {draw.randrange(1000)}\u2028{chr(draw.randrange(0xA0, 0x3000))}"
    text = re.sub(r"(?m)^title: .*$", f'title: "{title}"', path.read_text("utf-8"), count=1)
    path.write_text(text, encoding="utf-8")


def without_a_line(place: Workspace, draw: random.Random) -> None:
    path = draw.choice(sorted((place.data / "municipalities").iterdir()))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    flow = [at for at, line in enumerate(lines) if re.match(r" +- \{.*\}\n$", line)]
    if flow:
        del lines[draw.choice(flow)]
        path.write_text("".join(lines), encoding="utf-8")


def other_technology(place: Workspace, draw: random.Random) -> None:
    path = draw.choice(sorted((place.data / "municipalities").iterdir()))
    name = draw.choice(["rpa", "ai", "ai-ocr", "telework", "no-such-technology"])
    text = path.read_text(encoding="utf-8")
    places = [m.start(1) for m in re.finditer(r"technologies: \[([a-z0-9-]+)", text)]
    if places:
        at = draw.choice(places)
        path.write_text(f"{text[:at]}{name}, {text[at:]}", encoding="utf-8")


def added(place: Workspace, draw: random.Random) -> None:
    clone(place, draw.choice([ASAHI, TOIN]), f"24{draw.randrange(900, 904)}")


def removed(place: Workspace, draw: random.Random) -> None:
    found = [p for p in (place.data / "municipalities").iterdir() if "town" in p.stem]
    if found:
        draw.choice(sorted(found)).unlink()


def named(place: Workspace, draw: random.Random) -> None:
    path = draw.choice(sorted((place.data / "municipalities").iterdir()))
    code = draw.choice(["24324", "24343", "24900", "24901", "24999"])
    change(
        path,
        "citations:\n",
        f"citations:\n  - {{instrument: plan/{code}/x, label: 引用, line: 1}}\n",
    )


def reaching(place: Workspace, draw: random.Random) -> None:
    include(record(place, ASAHI), REACHING["more of a law"])


def shared(place: Workspace, draw: random.Random) -> None:
    path = place.data / "editorial" / "references.yaml"
    change(path, "issued: 20", f"note: 注 {draw.randrange(100)}, issued: 20")


EDITS: list[Edit] = [
    *[retitled, without_a_line, other_technology, added] * 2,
    *(removed, named, reaching, shared),
]


@pytest.mark.parametrize("seed", range(2))
def test_edits_at_random_end_like_the_whole(place: Workspace, seed: int) -> None:
    draw, ontology = random.Random(seed), assemble.read_ontology(place)
    for _ in range(6):
        for edit in draw.choices(EDITS, k=draw.choice([1, 1, 3])):
            before = {p: p.read_bytes() for p in place.data.glob("**/*.yaml")}
            edit(place, draw)
            try:
                list(assemble.read_records(place, ontology))
            except RecordError:
                for path, data in before.items():
                    path.write_bytes(data)
        assert_like_the_whole(place)


def test_the_dump_of_a_small_change_is_written_when_it_is_asked_for(place: Workspace) -> None:
    change(record(place, ASAHI), "業務", "仕事")
    version = build.build(place)
    assert not (version.folder / "graph.nq").exists()
    with version.stream() as streamed:
        data = streamed.read()
    assert not (version.folder / "graph.nq").exists()
    assert version.dump.read_bytes() == data
    told = (version.folder / "graph.nq.sha256").read_text(encoding="ascii")
    assert told == f"{hashlib.sha256(data).hexdigest()}  graph.nq\n"


def test_a_record_that_cannot_be_read_loses_nothing_of_the_others(bare: Workspace) -> None:
    broken = record(bare, "24999-broken")
    broken.write_text("title: [", encoding="utf-8")
    with pytest.raises(RecordError, match="24999-broken"):
        build.build(bare)
    broken.unlink()
    counts = built_again(bare)
    assert counts["infer"] == 2
    assert "read" not in counts


def test_of_several_bad_records_the_first_in_path_order_is_told(bare: Workspace) -> None:
    for name in ("24998-broken", "24999-broken"):
        record(bare, name).write_text("title: [", encoding="utf-8")
    with pytest.raises(RecordError, match="24998-broken"):
        build.build(bare)


def test_a_kept_file_cut_short_is_made_again(place: Workspace) -> None:
    for path in (place.cache / "kept").iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    shutil.rmtree(place.cache / "versions")
    assert_like_the_whole(place)


def test_a_damaged_kept_file_is_mended_by_a_build_from_nothing(place: Workspace) -> None:
    version = build.build(place)
    assert version.manifest is not None
    path = place.cache / "kept" / version.manifest.pieces[0].name
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)
    build.build(place, force=True)
    assert_like_the_whole(place)


def test_what_no_version_uses_is_swept_after_an_hour(place: Workspace) -> None:
    kept = place.cache / "kept"
    (kept / "old").write_bytes(b"")
    (kept / "new").write_bytes(b"")
    for path in kept.iterdir():
        if path.name != "new":
            os.utime(path, (0, 0))
    change(record(place, ASAHI), "業務", "仕事")
    version = build.build(place)
    assert not (kept / "old").exists()
    assert (kept / "new").exists()
    assert version.manifest is not None
    assert version.manifest.names <= {path.name for path in kept.iterdir()}


def test_a_store_that_cannot_be_linked_is_loaded_from_the_dump(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(record(place, ASAHI), "業務", "仕事")

    def refuse(source: str, target: str) -> None:
        raise OSError("another file system")

    monkeypatch.setattr(os, "link", refuse)
    assert_like_the_whole(place)


def test_a_change_leaves_the_store_of_the_version_before_as_it_was(place: Workspace) -> None:
    before = build.build(place)
    files = {p: p.read_bytes() for p in before.store.iterdir()}
    change(record(place, ASAHI), "業務", "仕事")
    build.build(place)
    assert {p: p.read_bytes() for p in before.store.iterdir()} == files
