"""Findings as JUnit XML, which build servers show as test results.

The element and attribute names are those of the schema that Jenkins publishes and no others, since
an importer may refuse what the schema does not know; so the place stands in the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.etree import ElementTree as ET

from dxgraph.findings.baseline import TOOL
from dxgraph.findings.model import Finding, gravest_first
from dxgraph.findings.words import about, because, counts, label, severity, short, visible


def as_junit(found: Sequence[Finding], language: str) -> str:
    """A suite a file and a case a rule and focus; new violations fail, all else is output.

    Without findings there is one case that passes, since a build server takes an empty report for
    a fault.
    """
    root = ET.Element("testsuites", name=TOOL)
    ordered = sorted(found, key=lambda f: (f.place.file, f.rule, f.focus, gravest_first(f)))
    for file, of_file in groupby(ordered, key=lambda finding: finding.place.file):
        _suite(root, visible(file) or TOOL, list(of_file), language)
    if not found:
        suite = ET.SubElement(root, "testsuite", name=TOOL)
        ET.SubElement(suite, "testcase", classname=TOOL, name=counts(found, language))
        _counted(suite)
    _counted(root)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: ET.Element, file: str, found: list[Finding], language: str) -> None:
    suite = ET.SubElement(root, "testsuite", name=file)
    for (rule, focus), group in groupby(found, key=lambda finding: (finding.rule, finding.focus)):
        of_case = sorted(group, key=gravest_first)
        name = f"{visible(rule)} {short(focus)}".strip()
        case = ET.SubElement(suite, "testcase", classname=file, name=name)
        failures = [f for f in of_case if f.severity == "Violation" and not f.known]
        if failures:
            message = visible(failures[0].message.in_language(language))
            failure = ET.SubElement(case, "failure", message=message, type=failures[0].severity)
            failure.text = _text(failures, language)
        if others := [finding for finding in of_case if finding not in failures]:
            ET.SubElement(case, "system-out").text = _text(others, language)
    _counted(suite)


def _counted(element: ET.Element) -> None:
    element.set("tests", str(len(list(element.iter("testcase")))))
    element.set("failures", str(len(list(element.iter("failure")))))
    element.set("errors", "0")


def _text(found: Sequence[Finding], language: str) -> str:
    return "\n\n".join("\n".join(_paragraph(finding, language)) for finding in found)


def _paragraph(finding: Finding, language: str) -> Iterator[str]:
    """The place first, then both languages, so that one report serves everybody."""
    known = ("既知" if language == "ja" else "known") if finding.known else ""
    said = " ".join(part for part in (severity(finding.severity, language), known) if part)
    yield f"{visible(str(finding.place)) or '-'}: {said}"
    for text in (finding.message, finding.remedy):
        yield from (visible(part) for part in dict.fromkeys(text) if part)
    for name, part in about(finding, language):
        yield f"{name}: {part}"
    for premise in finding.premises:
        yield f"{label('premise', language)}: {because(premise, language)}"
