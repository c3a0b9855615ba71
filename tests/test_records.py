"""Records: what a file says becomes quads, and what is amiss is told with its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Listener

from dxgraph import assemble, records
from dxgraph.context import ADDRESS, Context
from dxgraph.errors import (
    BadIdentifier,
    DuplicateIdentifier,
    DuplicateKey,
    DxgraphError,
    RecordError,
    UnknownClass,
    UnknownKey,
    WrongType,
)
from dxgraph.namespaces import DCTERMS, DXO, ID, RDFS, XSD
from dxgraph.workspace import Workspace

HEAD = '"@context": ../context.jsonld\n'
Load = Callable[[str | bytes], records.Record]


@pytest.fixture
def load(copy: Workspace):  # type: ignore[no-untyped-def]
    """A function that writes a record and loads it."""
    context = Context(copy.data / "context.jsonld")

    def write(text: str | bytes) -> records.Record:
        path = copy.data / "municipalities" / "99999-test.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return records.load(path, context)

    return write


def objects(record: records.Record, subject: str, predicate: str) -> list[object]:
    return [
        triple.object
        for triple in record.triples
        if triple.subject == ox.NamedNode(ID + subject)
        and triple.predicate == ox.NamedNode(predicate)
    ]


def typed(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


def test_a_nested_thing_gets_its_iri_from_parent_and_place(load) -> None:  # type: ignore[no-untyped-def]
    record = load(
        HEAD + "id: plan/99999/dx\npillars:\n  - number: '1'\n    measures:\n"
        "      - {number: 1-1, activities: [{label: A, schedule: [{year: 2024, text: 導入}]}]}\n"
    )
    entry = "plan/99999/dx/measure/1-1/activity/1/2024"
    assert objects(record, entry, DXO + "fiscalYear") == [ox.NamedNode(ID + "fiscal-year/2024")]
    assert objects(record, entry, RDFS + "label") == [ox.Literal("導入", language="ja")]


@pytest.mark.parametrize(
    ("key", "written", "words"),
    [
        ("number", "1.10", 'number: "1.10"'),
        ("number", "010", 'number: "010"'),
        ("number", "1_000", 'number: "1_000"'),
        ("code", "24343", 'code: "24343"'),
        ("lawNumber", "no", 'lawNumber: "no"'),
        ("title", "2024", 'title: "2024"'),
        ("title", "true", 'title: "true"'),
        ("label", "12:30", 'label: "12:30"'),
        ("label", "2023-01-01", 'label: "2023-01-01"'),
        ("title", '" "', "is empty"),
        ("title", "{a: b}", "takes names or texts"),
        ("line", "三百七十四", "line: 374"),
        ("line", "３７４", "line: 374"),
        ("line", "374.5", "takes an integer"),
        ("line", "{a: 1}", "takes names or texts"),
        ("value", "5,000", "takes a number"),
        ("value", "５８", "value: 58"),
        ("certain", "yes", "takes true or false"),
        ("certain", '"false"', "takes true or false"),
        ("issued", "2023-13-01", "takes a date"),
        ("issued", "2023-02-30", "takes a date"),
        ("issued", "令和5年", "takes a date"),
        ("issuedMonth", "2023-13", "takes a year and month"),
        ("issuedYear", "R5", "takes a year"),
    ],
)
def test_a_value_its_key_does_not_take_is_told_with_how_to_write_it(
    load: Load, key: str, written: str, words: str
) -> None:
    with pytest.raises(WrongType) as raised:
        load(HEAD + f"id: plan/99999/dx\n{key}: {written}\n")
    assert words in raised.value.en
    assert (raised.value.line, raised.value.column) == (3, len(key) + 3)


def test_everything_amiss_in_a_record_is_found_in_one_reading(load: Load) -> None:
    text = "id: plan/1/x\ntitel: 計画\nline: a\npillars:\n  - title: b\n  - {number: 1.10}\n"
    with pytest.raises(DxgraphError) as raised:
        load(HEAD + text)
    found = [raised.value, *raised.value.others]
    assert [(type(error), error.line) for error in found] == [
        (UnknownKey, 3),
        (WrongType, 4),
        (BadIdentifier, 6),
        (WrongType, 7),
    ]


def test_a_type_the_ontology_does_not_declare_is_told_with_the_nearest(copy: Workspace) -> None:
    path = copy.data / "municipalities" / "99999-test.yaml"
    path.write_text(HEAD + "id: plan/1/x\ntype: DXPlann\n", encoding="utf-8")
    with pytest.raises(UnknownClass, match="did you mean 'DXPlan'") as raised:
        records.load(path, Context(copy.data / "context.jsonld"), ["DXPlan", "Measure"])
    assert raised.value.line == 3


def test_an_id_other_than_the_one_made_of_its_place_is_refused(load: Load) -> None:
    text = "id: plan/1/x\npillars:\n  - {number: '1', id: plan/1/x/pillar/2}\n"
    with pytest.raises(BadIdentifier, match="plan/1/x/pillar/1; delete the id") as raised:
        load(HEAD + text)
    assert (raised.value.line, raised.value.column) == (4, 23)
    assert load(HEAD + text.replace("pillar/2", "pillar/1")).nodes


def test_the_place_of_every_value_is_kept(load: Load) -> None:
    record = load(HEAD + "id: plan/1/x\ntechnologies:\n  - ai\n  - rpa\n")
    found = record.values[ID + "plan/1/x", "technologies"]
    assert [(text, place.line) for text, place in found] == [("ai", 4), ("rpa", 5)]


def test_a_record_may_name_the_public_address_of_the_context(load: Load) -> None:
    record = load(f'"@context": {ADDRESS}\nid: plan/1/x\ntitle: a\n')
    assert objects(record, "plan/1/x", RDFS + "label") == [ox.Literal("a", language="ja")]


def test_english_keys_make_english_literals(load) -> None:  # type: ignore[no-untyped-def]
    record = load(HEAD + "id: plan/99999/dx\ntitle: 計画\ntitleEn: Plan\n")
    found = {(o.value, o.language) for o in objects(record, "plan/99999/dx", RDFS + "label")}
    assert found == {("計画", "ja"), ("Plan", "en")}


@pytest.mark.parametrize(
    ("text", "error", "line", "words"),
    [
        (HEAD + "id: plan/1/x\nline: 1\ntitel: 計画\n", UnknownKey, 4, "did you mean 'title'"),
        (HEAD + "id: plan/1/x\ntitle: a\ntitle: b\n", DuplicateKey, 4, "first in line 3"),
        (HEAD + "id: plan/1/x\ntitle: [a\n", RecordError, 3, "is missing within the brackets"),
        (HEAD + "id: plan/1/x\n\ttitle: a\n", RecordError, 3, "use blanks for tabs"),
        (HEAD + "id: plan/1/x\ntitle: a", RecordError, 3, "may have been cut off"),
        (HEAD + 'id: plan/1/x\ntitle: "a\n', RecordError, 3, "the file ends within quotes"),
        (HEAD + "id: plan/1/x\ntitle: " + "[" * 200_000, RecordError, 3, "more than 100 deep"),
        (HEAD + "id: plan/1/x\ntitle: " + "- " * 200_000, RecordError, 3, "more than 100 deep"),
        (b"\xef\xbb\xbf" + HEAD.encode() + b"id: plan/1/x\n", RecordError, 1, "without BOM"),
        (HEAD + 'id: plan/1/x\ntitle: "a\x07b"\n', RecordError, 3, "control character"),
        (HEAD + "id: plan/1/x\ntitle:\n", RecordError, 3, "has no value"),
        (HEAD + "id: plan/1/x\nitems: [[a]]\n", RecordError, 3, "list within a list"),
        (HEAD + "title: a\n", RecordError, 1, "has no id"),
        (HEAD + "id: 計画\n", BadIdentifier, 2, "no identifier"),
        (HEAD + "id: plan/1/x\npillars:\n  - title: a\n", BadIdentifier, 4, "needs 'number'"),
        (HEAD + "id: plan/1/x\nadoptedBy: {name: a}\n", BadIdentifier, 3, "id of its own"),
        (
            HEAD + "id: plan/1/x\npillars:\n  - {number: a}\n  - {number: a}\n",
            DuplicateIdentifier,
            5,
            "already stands in line 4",
        ),
        ("id: plan/1/x\n", RecordError, 1, "does not begin with its context"),
        (
            '"@context": http://127.0.0.1:9/c\nid: plan/1/x\n',
            RecordError,
            1,
            "does not begin with its context",
        ),
        (
            '"@context": ../editorial/sdg.yaml\nid: plan/1/x\n',
            RecordError,
            1,
            "does not begin with its context",
        ),
        ("", RecordError, 1, "keys and values"),
        ("- a\n", RecordError, 1, "keys and values"),
        (HEAD + "included: [a]\n", RecordError, 2, "each with an id"),
        (b"id: plan/1/x\ntitle: \x93\xfa\n", RecordError, 2, "not UTF-8"),
    ],
)
def test_what_is_amiss_is_told_with_its_line_and_the_remedy(  # type: ignore[no-untyped-def]
    load, text: str | bytes, error: type[DxgraphError], line: int, words: str
) -> None:
    with pytest.raises(error, match=words) as raised:
        load(text)
    assert raised.value.line == line
    assert str(raised.value.path).endswith("99999-test.yaml")
    assert raised.value.ja != raised.value.en


def test_the_place_of_every_thing_and_key_is_kept(place: Workspace) -> None:
    path = place.data / "municipalities" / "24343-asahi.yaml"
    record = records.load(path, Context(place.data / "context.jsonld"))
    lines = path.read_text(encoding="utf-8").splitlines()
    iri = ID + "plan/24343/dx-2023/measure/2-2"
    assert lines[record.nodes[iri].line - 1].strip() == '- number: "2-2"'
    position = record.keys[iri, "titleEn"]
    assert lines[position.line - 1][position.column - 1 :].startswith("titleEn:")


def test_no_record_of_the_project_makes_a_blank_node(place: Workspace) -> None:
    context = Context(place.data / "context.jsonld")
    for path in assemble.record_files(place):
        for triple in records.load(path, context).triples:
            assert not isinstance(triple.subject, ox.BlankNode)
            assert not isinstance(triple.object, ox.BlankNode)


def test_a_context_that_is_no_json_is_explained(tmp_path: Path) -> None:
    (tmp_path / "context.jsonld").write_text("{", encoding="utf-8")
    with pytest.raises(RecordError, match="context cannot be read"):
        Context(tmp_path / "context.jsonld")


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (HEAD + "id: plan/1/x\nperiod: {from: 2022, titel: a}\n", 3, 22),
        (HEAD + "id: plan/1/x\nperiod: {from: 2022, from: 2023}\n", 3, 22),
        (HEAD + "id: plan/1/x\nadoptedBy: {id: plan/1/x}\n", 3, 17),
        (HEAD + "id: plan/1/x\nanomalies:\n  - {note: }\n", 4, 12),
        (HEAD + "id: plan/1/x\nitems:\n  - a\n  - [b]\n", 5, 5),
        (HEAD + "id: plan/1/x\ntitle: a: b\n", 3, 9),
        (HEAD + "id: plan/1/x\n\ttitle: a\n", 3, 1),
    ],
)
def test_what_is_amiss_is_told_with_its_column(
    load: Load, text: str, line: int, column: int
) -> None:
    with pytest.raises(DxgraphError) as raised:
        load(text)
    assert (raised.value.line, raised.value.column) == (line, column)


def test_an_unknown_key_like_no_other_gets_no_suggestion(load: Load) -> None:
    with pytest.raises(UnknownKey) as raised:
        load(HEAD + "id: plan/1/x\nzzzzzz: a\n")
    assert "did you mean" not in raised.value.en


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "id: [plan/1/x]\n",
        HEAD + "id: {title: a}\n",
        HEAD + "id: plan/1/x\n? [a, b]\n: c\n",
        HEAD + "id: plan/1/x\npillars:\n  - number: [1]\n",
    ],
)
def test_a_message_shows_what_was_written_and_not_how_it_is_read(load: Load, text: str) -> None:
    with pytest.raises(DxgraphError) as raised:
        load(text)
    assert "ScalarNode" not in raised.value.en


@pytest.mark.parametrize(
    ("key", "written", "predicate", "expected"),
    [
        ("number", '"1.10"', DXO + "number", ox.Literal("1.10")),
        ("number", '"010"', DXO + "number", ox.Literal("010")),
        ("number", '"1_000"', DXO + "number", ox.Literal("1_000")),
        ("lawNumber", '"no"', DXO + "lawNumber", ox.Literal("no")),
        ("title", '"2024"', RDFS + "label", ox.Literal("2024", language="ja")),
        ("titleEn", '"on"', RDFS + "label", ox.Literal("on", language="en")),
        ("reading", "あさひ", DXO + "reading", ox.Literal("あさひ", language="ja-Hira")),
        ("line", "62", DXO + "sourceLine", typed("62", "integer")),
        ("issuedMonth", "2023-02", DCTERMS + "issued", typed("2023-02", "gYearMonth")),
        ("issued", "2016-12-14", DCTERMS + "issued", typed("2016-12-14", "date")),
        ("certain", "true", DXO + "certain", ox.Literal(True)),
        ("certain", "false", DXO + "certain", ox.Literal(False)),
    ],
)
def test_a_value_keeps_its_text_and_gets_the_type_of_its_key(
    load: Load, key: str, written: str, predicate: str, expected: ox.Literal
) -> None:
    record = load(HEAD + f"id: plan/99999/dx\n{key}: {written}\n")
    assert objects(record, "plan/99999/dx", predicate) == [expected]


def test_the_words_of_a_vocabulary_become_its_iris(load: Load) -> None:
    record = load(HEAD + "id: plan/99999/dx\ntechnologies: [ai-ocr, rpa]\n")
    assert objects(record, "plan/99999/dx", DXO + "namesTechnology") == [
        ox.NamedNode(f"{ID}technology/{name}") for name in ("ai-ocr", "rpa")
    ]


@pytest.mark.parametrize(
    "line",
    [
        "adoptedBy: some thing",
        "adoptedBy: '@thing'",
        "technologies: [AI OCR]",
        "technologies: ['@ai']",
        "type: DX Plan",
        "type: '@Plan'",
        "seeAlso: 'http://example.org/a b'",
        "adoptedBy: {id: 'http://example.org/a b', name: 町}",
    ],
)
def test_a_reference_that_is_no_iri_is_refused_and_not_dropped(load: Load, line: str) -> None:
    with pytest.raises(DxgraphError) as raised:
        load(HEAD + f"id: plan/1/x\ntitle: a\n{line}\n")
    assert raised.value.line == 4


@pytest.mark.parametrize(
    "line",
    [
        "adoptedBy: municipality/朝日町",
        "adoptedBy: ../../elsewhere",
        "technologies: [人工知能]",
        "technologies: [../item/bpr]",
        "adoptedBy: //example.org/x",
        "adoptedBy: _:b1",
    ],
)
def test_a_reference_that_leads_out_of_its_place_is_refused(load: Load, line: str) -> None:
    with pytest.raises(DxgraphError) as raised:
        load(HEAD + f"id: plan/1/x\ntitle: a\n{line}\n")
    assert raised.value.line == 4


@pytest.mark.parametrize("key", ["technologies", "items", "phases", "kind"])
def test_a_thing_written_under_a_word_of_a_vocabulary_keeps_its_id(load: Load, key: str) -> None:
    try:
        record = load(HEAD + f"id: plan/1/x\n{key}: [{{id: technology/new, name: 新}}]\n")
    except DxgraphError:
        return
    assert objects(record, "technology/new", RDFS + "label") == [ox.Literal("新", language="ja")]


@pytest.mark.parametrize(
    "context",
    [
        "ADDRESS",
        "[../context.jsonld, ADDRESS]",
        "{title: ADDRESS}",
        "file:///etc/passwd",
        "../../context.jsonld",
        "/etc/passwd",
        "",
        "~",
    ],
)
def test_a_foreign_context_is_refused_and_never_fetched(
    load: Load, listener: Listener, context: str
) -> None:
    text = f'"@context": {context}\nid: plan/1/x\ntitle: a\n'
    with pytest.raises(RecordError, match="does not begin with its context"):
        load(text.replace("ADDRESS", listener.address))
    assert listener.requests == []


@pytest.mark.parametrize("context", ["ADDRESS", "../context.jsonld", "{id: a/b}"])
def test_a_context_within_a_thing_is_refused_at_its_line_and_never_fetched(
    load: Load, listener: Listener, context: str
) -> None:
    text = HEAD + f'id: plan/1/x\nadoptedBy:\n  "@context": {context}\n  id: municipality/1\n'
    with pytest.raises(RecordError) as raised:
        load(text.replace("ADDRESS", listener.address))
    assert listener.requests == []
    assert raised.value.line == 4


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "id: plan/1/x\n---\nid: plan/1/y\n",
        HEAD + 'id: plan/1/x\ntitle: "a\x00b"\n',
        HEAD + "id: plan/1/x\ntitle: *nowhere\n",
        HEAD + "id: plan/1/x\nadoptedBy: &a {id: municipality/1, inPrefecture: *a}\n",
        HEAD + "id: plan/1/x\nconformsTo: &a [*a]\n",
        HEAD + "id: plan/1/x\nincluded: [plan/1/y]\n",
        (HEAD + "id: plan/1/x\n").encode("utf-16"),
    ],
)
def test_a_file_no_record_can_be_read_from_is_refused(load: Load, text: str | bytes) -> None:
    with pytest.raises(RecordError):
        load(text)


def test_a_yaml_tag_runs_nothing(load: Load, tmp_path: Path) -> None:
    made = tmp_path / "made"
    load(HEAD + f"id: plan/1/x\ntitle: !!python/object/apply:os.mkdir ['{made}']\n")
    assert not made.exists()


def test_windows_line_ends_are_read_over(load: Load) -> None:
    record = load((HEAD + "id: plan/1/x\ntitle: a\n").replace("\n", "\r\n"))
    assert objects(record, "plan/1/x", RDFS + "label") == [ox.Literal("a", language="ja")]


def test_a_file_may_list_things_that_have_no_common_owner(load: Load) -> None:
    record = load(HEAD + "included:\n  - {id: law/1/a, type: Law}\n  - {id: law/2/b, type: Law}\n")
    found = {str(triple.subject.value) for triple in record.triples}
    assert found == {f"{ID}law/1/a", f"{ID}law/2/b"}


def test_one_measure_in_two_pillars_is_a_duplicate(load: Load) -> None:
    text = (
        HEAD + "id: plan/1/x\npillars:\n"
        "  - {number: '1', measures: [{number: 1-1}]}\n"
        "  - {number: '2', measures: [{number: 1-1}]}\n"
    )
    with pytest.raises(DuplicateIdentifier, match=r"measure/1-1 already stands in line 4"):
        load(text)


def test_every_thing_with_a_place_stands_in_the_triples(place: Workspace) -> None:
    context = Context(place.data / "context.jsonld")
    for path in assemble.record_files(place):
        record = records.load(path, context)
        named = {triple.subject for triple in record.triples}
        named |= {t.object for t in record.triples if isinstance(t.object, ox.NamedNode)}
        assert {ox.NamedNode(iri) for iri in record.nodes} <= named, path.name


def test_every_triple_is_about_a_thing_with_a_place(place: Workspace) -> None:
    context = Context(place.data / "context.jsonld")
    for path in assemble.record_files(place):
        record = records.load(path, context)
        subjects = {str(triple.subject.value) for triple in record.triples}
        assert subjects <= set(record.nodes), path.name
