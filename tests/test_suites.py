"""The runner of the W3C SHACL suite tells right reports from wrong ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from suites import w3c_shacl

PREFIXES = """
@prefix mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix sht: <http://www.w3.org/ns/shacl-test#> .
@prefix dxo: <https://w3id.org/dxgraph/ontology#> .
"""
MANIFEST = PREFIXES + "<> a mf:Manifest ; mf:include <part/manifest.ttl> ."
PART = PREFIXES + "<> a mf:Manifest ; mf:include <measure-line.ttl> ."
LINE = (
    PREFIXES
    + """
<urn:measure> dxo:sourceLine 0 .
<urn:shape> a sh:NodeShape ; sh:targetNode <urn:measure> ;
  sh:property <urn:line> .
<urn:line> sh:path dxo:sourceLine ; sh:minInclusive 1 ; sh:message "at least 1"@en .
<> a mf:Manifest ; mf:entries ( <measure-line> ) .
<measure-line> a sht:Validate ;
  mf:action [ sht:dataGraph <> ; sht:shapesGraph <> ] ;
  mf:result [ a sh:ValidationReport ; sh:conforms false ; sh:result [
    a sh:ValidationResult ; sh:focusNode <urn:measure> ; sh:resultPath dxo:sourceLine ;
    sh:value 0 ; sh:resultSeverity sh:Violation ; sh:sourceShape <urn:line> ;
    sh:sourceConstraintComponent sh:MinInclusiveConstraintComponent ] ] .
"""
)
FAILURE = LINE[: LINE.index("mf:result")] + "mf:result sht:Failure ."


def suite(folder: Path, text: str) -> Path:
    (folder / "part").mkdir()
    (folder / "manifest.ttl").write_text(MANIFEST, encoding="utf-8")
    (folder / "part" / "manifest.ttl").write_text(PART, encoding="utf-8")
    (folder / "part" / "measure-line.ttl").write_text(text, encoding="utf-8")
    return folder


def test_a_report_as_expected_passes_with_both_engines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert w3c_shacl.main([str(suite(tmp_path, LINE))]) == 0
    assert capsys.readouterr().out.count("1 of 1 passed") == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sh:value 0 ;", "sh:value 2 ;"),
        ("sh:focusNode <urn:measure>", "sh:focusNode <urn:other>"),
        ("sh:resultPath dxo:sourceLine", "sh:resultPath [ sh:inversePath dxo:sourceLine ]"),
        ("sh:sourceShape <urn:line> ;", 'sh:sourceShape <urn:line> ; sh:resultMessage "no" ;'),
    ],
)
def test_a_report_that_differs_is_told_by_the_name_of_its_test(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str
) -> None:
    text = LINE.replace(old, new)
    assert w3c_shacl.main([str(suite(tmp_path, text)), "--engine", "shacl"]) == 1
    assert "part/measure-line: " in capsys.readouterr().out


def test_a_message_that_is_not_expected_is_not_compared(tmp_path: Path) -> None:
    folder = suite(tmp_path, LINE)
    test = next(w3c_shacl.tests(folder))
    assert "at least 1" in w3c_shacl.by_shacl(test).serialize()
    assert w3c_shacl.wrong(test, w3c_shacl.by_shacl) == ""


def test_a_failure_that_is_expected_passes(tmp_path: Path) -> None:
    text = FAILURE.replace("sh:minInclusive 1 ;", 'sh:sparql [ sh:select "SELECT" ] ;')
    assert w3c_shacl.main([str(suite(tmp_path, text)), "--engine", "shacl"]) == 0


def test_a_report_where_a_failure_is_expected_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert w3c_shacl.main([str(suite(tmp_path, FAILURE)), "--engine", "shacl"]) == 1
    assert "should have failed" in capsys.readouterr().out
