"""Records: what a file says becomes quads, and what is amiss is told with its place."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from dxgraph import assemble, records
from dxgraph.errors import (
    BadIdentifier,
    DuplicateIdentifier,
    DuplicateKey,
    DxgraphError,
    RecordError,
    UnknownKey,
)
from dxgraph.namespaces import DXO, ID, RDFS
from dxgraph.workspace import Workspace

HEAD = '"@context": ../context.jsonld\n'


@pytest.fixture
def load(copy: Workspace):  # type: ignore[no-untyped-def]
    """A function that writes a record and loads it."""
    context = records.Context(copy.data / "context.jsonld")

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


def test_a_nested_thing_gets_its_iri_from_parent_and_place(load) -> None:  # type: ignore[no-untyped-def]
    record = load(
        HEAD + "id: plan/99999/dx\npillars:\n  - number: '1'\n    measures:\n"
        "      - {number: 1-1, activities: [{label: A, schedule: [{year: 2024, text: 導入}]}]}\n"
    )
    entry = "plan/99999/dx/measure/1-1/activity/1/2024"
    assert objects(record, entry, DXO + "fiscalYear") == [ox.NamedNode(ID + "fiscal-year/2024")]
    assert objects(record, entry, RDFS + "label") == [ox.Literal("導入", language="ja")]


def test_an_unquoted_number_keeps_its_zero(load) -> None:  # type: ignore[no-untyped-def]
    record = load(HEAD + "id: plan/99999/dx\nnumber: 1.10\n")
    assert [o.value for o in objects(record, "plan/99999/dx", DXO + "number")] == ["1.10"]


def test_true_and_false_are_booleans_and_nothing_else_is(load) -> None:  # type: ignore[no-untyped-def]
    record = load(HEAD + "id: plan/99999/dx\ncertain: false\ntitle: yes\n")
    assert objects(record, "plan/99999/dx", DXO + "certain") == [ox.Literal(False)]
    assert objects(record, "plan/99999/dx", RDFS + "label") == [ox.Literal("yes", language="ja")]


def test_english_keys_make_english_literals(load) -> None:  # type: ignore[no-untyped-def]
    record = load(HEAD + "id: plan/99999/dx\ntitle: 計画\ntitleEn: Plan\n")
    found = {(o.value, o.language) for o in objects(record, "plan/99999/dx", RDFS + "label")}
    assert found == {("計画", "ja"), ("Plan", "en")}


@pytest.mark.parametrize(
    ("text", "error", "line", "words"),
    [
        (HEAD + "id: plan/1/x\nline: 1\ntitel: 計画\n", UnknownKey, 4, "did you mean 'title'"),
        (HEAD + "id: plan/1/x\ntitle: a\ntitle: b\n", DuplicateKey, 4, "first in line 3"),
        (HEAD + "id: plan/1/x\ntitle: [a\n", RecordError, 4, "not valid YAML"),
        (HEAD + "id: plan/1/x\n\ttitle: a\n", RecordError, 3, "not valid YAML"),
        (HEAD + "id: plan/1/x\ntitle:\n", RecordError, 3, "has no value"),
        (HEAD + "id: plan/1/x\nitems: [[a]]\n", RecordError, 3, "list within a list"),
        (HEAD + "title: a\n", RecordError, 1, "has no id"),
        (HEAD + "id: 計画\n", BadIdentifier, 1, "no identifier"),
        (HEAD + "id: plan/1/x\npillars:\n  - title: a\n", BadIdentifier, 4, "needs 'number'"),
        (HEAD + "id: plan/1/x\nadoptedBy: {name: a}\n", BadIdentifier, 3, "id of its own"),
        (
            HEAD + "id: plan/1/x\npillars:\n  - {number: a}\n  - {number: a}\n",
            DuplicateIdentifier,
            5,
            "already stands in line 4",
        ),
        ("id: plan/1/x\n", RecordError, 1, "must begin with"),
        ('"@context": http://127.0.0.1:9/c\nid: plan/1/x\n', RecordError, 1, "must begin with"),
        ('"@context": ../sources.yaml\nid: plan/1/x\n', RecordError, 1, "must begin with"),
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


def test_a_byte_order_mark_is_read_over(load) -> None:  # type: ignore[no-untyped-def]
    record = load(b"\xef\xbb\xbf" + (HEAD + "id: plan/1/x\ntitle: a\n").encode())
    assert objects(record, "plan/1/x", RDFS + "label") == [ox.Literal("a", language="ja")]


def test_the_place_of_every_thing_and_key_is_kept(place: Workspace) -> None:
    path = place.data / "municipalities" / "24343-asahi.yaml"
    record = records.load(path, records.Context(place.data / "context.jsonld"))
    lines = path.read_text(encoding="utf-8").splitlines()
    iri = ID + "plan/24343/dx-2023/measure/2-2"
    assert lines[record.nodes[iri].line - 1].strip() == '- number: "2-2"'
    position = record.keys[iri, "titleEn"]
    assert lines[position.line - 1][position.column - 1 :].startswith("titleEn:")


def test_no_record_of_the_project_makes_a_blank_node(place: Workspace) -> None:
    context = records.Context(place.data / "context.jsonld")
    for path in assemble.record_files(place):
        for triple in records.load(path, context).triples:
            assert not isinstance(triple.subject, ox.BlankNode)
            assert not isinstance(triple.object, ox.BlankNode)


def test_a_context_that_is_no_json_is_explained(tmp_path: Path) -> None:
    (tmp_path / "context.jsonld").write_text("{", encoding="utf-8")
    with pytest.raises(RecordError, match="context cannot be read"):
        records.Context(tmp_path / "context.jsonld")
