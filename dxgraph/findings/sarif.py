"""Findings as SARIF 2.1.0, which code hosts and editors show beside the lines.

The standard: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from dxgraph import __version__
from dxgraph.findings.baseline import TOOL, fingerprint
from dxgraph.findings.model import SEVERITIES, Finding, Place, Text, gravest_first
from dxgraph.findings.words import encodable, label, other, short, tag
from dxgraph.namespaces import BASE

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
_LEVELS = dict(zip(SEVERITIES, ("error", "warning", "note"), strict=True))
_ROOT = "%SRCROOT%"
_PLACEHOLDER = re.compile(r"\{(\d+)\}")


def as_sarif(found: Sequence[Finding], language: str) -> str:
    """One run with its rules; messages are in one language, properties in both."""
    ordered = sorted(found, key=gravest_first)
    rules = _rules(ordered, language)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    seen: Counter[str] = Counter()
    results = []
    for finding in ordered:
        seen[name := fingerprint(finding)] += 1
        results.append(_result(finding, index[finding.rule], f"{name}:{seen[name]}", language))
    log = {
        "$schema": _SCHEMA + "sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": TOOL,
                        "version": __version__,
                        "semanticVersion": __version__,
                        "informationUri": BASE,
                        "rules": rules,
                    }
                },
                "language": tag(language),
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {_ROOT: {"description": {"text": "the workspace"}}},
                "results": results,
            }
        ],
    }
    return encodable(json.dumps(log, ensure_ascii=False, indent=1)) + "\n"


def _rules(found: Iterable[Finding], language: str) -> list[dict[str, Any]]:
    """Each rule once, by name, described by its message where all its findings share one."""
    groups: dict[str, list[Finding]] = {}
    for finding in found:
        groups.setdefault(finding.rule, []).append(finding)
    return [_rule(name, groups[name], language) for name in sorted(groups)]


def _rule(name: str, found: list[Finding], language: str) -> dict[str, Any]:
    first = found[0]
    one = all(finding.message == first.message for finding in found)
    said = first.message if one else Text(name, name)
    helps = first.remedy if all(f.remedy == first.remedy for f in found) else Text()
    tongues = (tag(language), other(language))
    rule: dict[str, Any] = {
        "id": name,
        "shortDescription": {"text": said.in_language(language) or name},
        "fullDescription": {"text": _lines(said.in_language(tongue) for tongue in tongues) or name},
        "help": {
            "text": _lines(_help(helps, tongue) for tongue in tongues) or name,
            "markdown": _lines(_markdown(helps, tongue) for tongue in tongues) or name,
        },
        "defaultConfiguration": {"level": _LEVELS[first.severity]},
    }
    return {**rule, "helpUri": first.shape} if first.shape else rule


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(text for text in texts if text))


def _help(remedy: Text, language: str) -> str:
    said = remedy.ja if language == "ja" else remedy.en
    return f"{label('remedy', language)}: {said}" if said else ""


def _markdown(remedy: Text, language: str) -> str:
    said = remedy.ja if language == "ja" else remedy.en
    plain = re.sub(r"([\\`*_{}\[\]<>#|~&!])", r"\\\1", said)
    return f"**{label('remedy', language)}**: {plain}\n" if said else ""


def _result(finding: Finding, index: int, identity: str, language: str) -> dict[str, Any]:
    said = (finding.message, finding.remedy)
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": _message(*(text.in_language(language) for text in said)),
        "partialFingerprints": {"dxgraph/v1": identity, "primaryLocationLineHash": identity},
        "properties": _properties(finding),
    }
    if location := _location(finding):
        result["locations"] = [location]
    if finding.premises:
        result["relatedLocations"] = [
            {
                "id": number,
                "message": _message(premise.text.in_language(language)),
                **_physical(premise.place),
            }
            for number, premise in enumerate(finding.premises, start=1)
        ]
    if finding.known is not None:
        result["baselineState"] = "unchanged" if finding.known else "new"
    return result


def _message(*texts: str) -> dict[str, str]:
    """Texts as paragraphs of a message in which SARIF sees neither link nor placeholder."""
    said = "\n".join(text for text in texts if text) or "-"
    if "](" in said:
        said = re.sub(r"[\[\]]", r"\\\g<0>", said)
    return {"text": _PLACEHOLDER.sub(r"{{\1}}", said)}


def _properties(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity,
        "focus": finding.focus,
        "path": finding.path,
        "value": finding.value,
        "message": finding.message._asdict(),
        "remedy": finding.remedy._asdict(),
        "premises": [premise.text._asdict() for premise in finding.premises],
    }


def _location(finding: Finding) -> dict[str, Any]:
    location = _physical(finding.place)
    if finding.focus:
        location["logicalLocations"] = [
            {
                "name": short(finding.focus),
                "fullyQualifiedName": finding.focus,
                "kind": "object",
            }
        ]
    return location


def _physical(place: Place) -> dict[str, Any]:
    if not place.file:
        return {}
    uri = quote(place.file.encode("utf-8", "replace"), safe="/")
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri, "uriBaseId": _ROOT}}
    if place.line:
        column = {"startColumn": place.column} if place.column else {}
        physical["region"] = {"startLine": place.line, **column}
    return {"physicalLocation": physical}
