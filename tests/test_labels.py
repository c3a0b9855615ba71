"""The index of labels: what is found, in which order, and when the file is made anew."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxgraph import labels
from dxgraph.build import Version
from dxgraph.folding import words
from dxgraph.labels import KINDS, Index, Wanted, grams, writing
from dxgraph.labels.marking import marked
from dxgraph.labels.reading import Found
from dxgraph.namespaces import ID, LABEL, SKOS, TYPE, dxo
from dxgraph.store import EmbeddedStore

LETTERS = st.text(st.sampled_from("導入支援の町あアAI-ocr 12.・ー"), max_size=12)


@pytest.fixture(scope="session")
def index(version: Version, tmp_path_factory: pytest.TempPathFactory) -> Index:
    store = EmbeddedStore.open(version.store).raw
    return labels.index(store, tmp_path_factory.mktemp("version") / labels.FILE)


def found(index: Index, text: str, **more: str) -> list[Found]:
    return index.things(index.hits(Wanted(text, **more)))


def label(thing: Found) -> str:
    return thing.names[0][2]


def of(*names: tuple[str, str, str]) -> ox.Store:
    """A store of technologies: local name, language and label of each."""
    store = ox.Store()
    for name, language, text in names:
        thing = ox.NamedNode(f"{ID}technology/{name}")
        store.add(ox.Quad(thing, TYPE, dxo("Technology")))
        store.add(ox.Quad(thing, LABEL, ox.Literal(text, language=language)))
    return store


def test_every_thing_of_ours_with_a_label_is_of_some_kind(version: Version, index: Index) -> None:
    """But for what only says when a plan runs, or what in its text is no citation."""
    store = EmbeddedStore.open(version.store).raw
    labelled = {quad.subject for quad in store.quads_for_pattern(None, LABEL, None, None)}
    left_out = ("PlanPeriod", "UncitedPassage")
    for name in left_out:
        labelled -= {q.subject for q in store.quads_for_pattern(None, TYPE, dxo(name), None)}
    known = {row[0] for row in sqlite3.connect(index.path).execute("SELECT iri FROM things")}
    missing = {thing.value for thing in labelled if isinstance(thing, ox.NamedNode)} - known
    assert {iri for iri in missing if iri.startswith(ID)} == set()


def test_a_word_of_two_characters_is_found_inside_a_label(index: Index) -> None:
    labels_found = {label(thing) for thing in found(index, "導入")}
    assert {"導入", "公開型GISの導入", "導入業務数"} <= labels_found


@pytest.mark.parametrize(
    "written", ["AI-OCR", "ＡＩ－ＯＣＲ", "aiocr", "ai ocr", "AI‐ocr", "ＯＣＲ"]
)
def test_the_technology_comes_first_however_it_is_written(index: Index, written: str) -> None:
    first = found(index, written)[0]
    assert (first.kind, first.iri) == ("technology", f"{ID}technology/{local(written)}")


def local(written: str) -> str:
    return "ocr" if written == "ＯＣＲ" else "ai-ocr"


def test_another_name_finds_the_thing(index: Index) -> None:
    assert label(found(index, "電子申請")[0]) == "オンライン申請"


@pytest.mark.parametrize(
    "written", ["あさひちょう", "アサヒチョウ", "Asahi Town", "24343", "243434"]
)
def test_a_town_is_found_by_reading_translation_and_code(index: Index, written: str) -> None:
    first = found(index, written)[0]
    assert (first.kind, label(first)) == ("municipality", "朝日町")


def test_a_number_finds_measures_that_bear_it(index: Index) -> None:
    measures = found(index, "3-4", kind="measure")
    assert {thing.mark for thing in measures[:2]} == {"3-4"}


def test_whole_labels_come_before_beginnings_and_those_before_the_rest(index: Index) -> None:
    order = [
        label(thing) for thing in found(index, "導入") if thing.kind in ("concept", "indicator")
    ]
    assert order.index("導入") < order.index("導入業務数")
    assert order[0] == "導入"


def test_a_label_that_begins_so_comes_before_earlier_kinds_that_do_not(index: Index) -> None:
    order = [label(thing) for thing in found(index, "導入")]
    assert order.index("導入業務数") < order.index("公開型GISの導入")


@pytest.mark.parametrize("asked", ["ASP", "LGWAN", "LGWAN-ASP", "lgwanasp", "lgwan asp"])
def test_a_part_of_a_hyphenated_word_is_a_word(tmp_path: Path, asked: str) -> None:
    made = labels.index(of(("asp", "ja", "LGWAN-ASPの利用")), tmp_path / labels.FILE)
    assert [label(thing) for thing in found(made, asked)] == ["LGWAN-ASPの利用"]


def test_a_short_word_is_not_looked_for_inside_words_of_latin_script(index: Index) -> None:
    names = {name for thing in found(index, "ai") for _, _, name in thing.names}
    assert not any(name.startswith("Mainten") for name in names)
    assert "Smartphone app" in {
        name for thing in found(index, "phone") for _, _, name in thing.names
    }


def test_a_label_that_begins_so_comes_before_a_translation_that_does(index: Index) -> None:
    kinds = [(thing.kind, label(thing)) for thing in found(index, "AI")]
    assert kinds.index(("technology", "AI-OCR")) < kinds.index(("prefecture", "愛知県"))


def test_whole_things_come_before_entries_of_tables(index: Index) -> None:
    details = [KINDS[thing.kind].detail for thing in found(index, "導入")]
    assert details == sorted(details)
    assert details[-1]


def test_all_words_must_be_there(index: Index) -> None:
    for thing in found(index, "AI 導入"):
        names = " ".join(name for _, _, name in thing.names)
        assert "AI" in names
        assert "導入" in names


def test_a_town_may_be_one_of_the_words(index: Index) -> None:
    hits = found(index, "東員町 導入", kind="measure")
    assert [(thing.town, label(thing)) for thing in hits] == [("24324", "公開型GISの導入")]


@pytest.mark.parametrize("town", ["24324", "東員町", "東員", "Toin"])
def test_hits_can_be_kept_to_a_town(index: Index, town: str) -> None:
    towns = {thing.town for thing in found(index, "導入", town=town)}
    assert towns == {"24324"}


def test_hits_can_be_kept_to_a_prefecture(index: Index) -> None:
    towns = {thing.town for thing in found(index, "導入", town="24")}
    assert towns == {"24324", "24343", "24461"}


def test_counts_by_kind_are_those_of_the_hits(index: Index) -> None:
    wanted = Wanted("導入")
    kinds = [thing.kind for thing in found(index, "導入")]
    assert index.counts(wanted) == {
        kind: kinds.count(kind) for kind in dict.fromkeys(KINDS) if kind in kinds
    }


def test_a_hit_knows_what_it_is_part_of(index: Index) -> None:
    thing = found(index, "AI-OCR", kind="activity", town="24324")[0]
    above = index.above([thing])
    chain = []
    while thing.parent is not None:
        thing = above[thing.parent]
        chain.append(label(thing))
    assert chain == ["AI・RPAの利用促進", "東員町デジタル化推進計画", "東員町", "三重県"]


def test_a_slip_of_the_pen_brings_the_nearest_labels(index: Index) -> None:
    assert found(index, "AI-ORC") == []
    assert index.nearest("AI-ORC")[0] == "AI-OCR"


@pytest.mark.parametrize(
    "text", ["", "  ", "・", '"', '導入"', "* OR text", "^", "\0", "a\ud800", "ー"]
)
def test_nothing_that_is_typed_breaks_the_question(index: Index, text: str) -> None:
    index.hits(Wanted(text))
    index.counts(Wanted(text, town=text))
    index.nearest(text)


@given(label=LETTERS, start=st.integers(0, 12), length=st.integers(1, 6))
def test_any_piece_of_a_folded_label_is_a_phrase_of_its_grams(
    label: str, start: int, length: int
) -> None:
    base = sqlite3.connect(":memory:")
    base.execute(
        f"CREATE VIRTUAL TABLE g USING fts5(t, tokenize = \"ascii tokenchars '{grams.SIGNS}'\")"
    )
    base.execute("INSERT INTO g VALUES (?)", (grams.cut([(grams.START, label)]),))
    for form in grams.forms(label):
        piece = form[start : start + length]
        if piece:
            asked = grams.phrase(piece)
            assert base.execute("SELECT count(*) FROM g WHERE g MATCH ?", (asked,)).fetchone() == (
                1,
            )
    base.close()


@given(label=LETTERS, other=LETTERS)
def test_what_is_not_in_a_label_is_no_phrase_of_its_grams(label: str, other: str) -> None:
    base = sqlite3.connect(":memory:")
    base.execute(
        f"CREATE VIRTUAL TABLE g USING fts5(t, tokenize = \"ascii tokenchars '{grams.SIGNS}'\")"
    )
    base.execute("INSERT INTO g VALUES (?)", (grams.cut([(grams.START, label)]),))
    for word in words(other):
        inside = any(word in form for form in grams.forms(label))
        rows = base.execute("SELECT count(*) FROM g WHERE g MATCH ?", (grams.phrase(word),))
        assert rows.fetchone() == (int(inside),)
    base.close()


@given(label=LETTERS, other=LETTERS)
def test_marked_pieces_joined_are_the_label(label: str, other: str) -> None:
    assert "".join(text for text, _ in marked(label, words(other))) == label


@pytest.mark.parametrize(
    ("name", "asked", "hit"),
    [
        ("庁舎内サーバーラックの免震化", "サーバ", "サーバー"),
        ("AI・RPAの利用促進", "rpa", "RPA"),
        ("ディジタル化", "デジタル", "ディジタル"),
        ("ﾃﾞｰﾀ活用", "データ", "ﾃﾞｰﾀ"),
        ("導入（再掲）", "導入", "導入"),
        ("AI OCR", "ai-ocr", "AI OCR"),
        ("AI-OCR", "ocr", "OCR"),
        ("Tai AI", "ai", "AI"),
    ],
)
def test_what_was_asked_for_is_marked_as_it_is_written(name: str, asked: str, hit: str) -> None:
    assert [text for text, is_hit in marked(name, words(asked)) if is_hit] == [hit]


def test_an_index_of_the_version_is_used_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "one" / labels.FILE
    path.parent.mkdir()
    labels.index(of(("rpa", "ja", "RPA")), path)
    again = labels.index(of(("gis", "ja", "GIS")), path)
    assert [label(thing) for thing in found(again, "RPA")] == ["RPA"]


def test_an_index_of_another_version_is_made_anew(tmp_path: Path) -> None:
    old, new = tmp_path / "old" / labels.FILE, tmp_path / "new" / labels.FILE
    old.parent.mkdir()
    labels.index(of(("rpa", "ja", "RPA")), old)
    old.parent.rename(new.parent)
    assert found(labels.index(of(("gis", "ja", "GIS")), new), "RPA") == []


def test_an_index_of_another_form_or_a_broken_one_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / labels.FILE
    path.write_bytes(b"no database at all")
    assert found(labels.index(of(("rpa", "ja", "RPA")), path), "RPA")
    monkeypatch.setattr(writing, "FORM", writing.FORM + 1)
    assert found(labels.index(of(("gis", "ja", "GIS")), path), "GIS")


def test_where_the_folder_cannot_be_written_the_index_is_temporary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    (tmp_path / "built").mkdir()
    made = labels.index(of(("rpa", "ja", "RPA")), tmp_path / "built" / labels.FILE)
    assert list((tmp_path / "built").iterdir()) == []
    assert found(made, "RPA")


def test_a_thing_of_several_kinds_is_of_the_first(tmp_path: Path) -> None:
    store = of(("rpa", "ja", "RPA"))
    store.add(ox.Quad(ox.NamedNode(f"{ID}technology/rpa"), TYPE, ox.NamedNode(SKOS + "Concept")))
    made = labels.index(store, tmp_path / labels.FILE)
    assert made.counts(Wanted("RPA")) == {"technology": 1}


def test_a_thing_without_a_japanese_label_is_found_by_its_english_one(tmp_path: Path) -> None:
    made = labels.index(of(("mesh", "en", "Mesh network")), tmp_path / labels.FILE)
    assert [label(thing) for thing in found(made, "mesh")] == ["Mesh network"]


def test_a_process_that_was_forked_opens_the_index_for_itself(index: Index) -> None:
    index.hits(Wanted("導入"))
    says, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(told, str(len(index.hits(Wanted("導入")))).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    os.close(told)
    with os.fdopen(says) as answer:
        assert int(answer.read()) == len(index.hits(Wanted("導入")))
