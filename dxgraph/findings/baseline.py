"""Baselines: an earlier report, so that what it holds is known and only what is new can fail."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from dxgraph.errors import BadBaseline
from dxgraph.findings.model import Finding, Place, Text, gravest_first

#: The name by which a report tells that it is one of ours.
TOOL = "dxgraph"


def fingerprint(finding: Finding) -> str:
    """A name for a finding that stays when lines move: rule, focus, path, value and file, hashed.

    Where the finding is about no thing of the graph, its English message stands for the focus.

    >>> first = Finding("Measure-line", "Violation", Text(), Text(), focus="urn:a")
    >>> fingerprint(first) == fingerprint(replace(first, place=Place("", 12)))
    True
    """
    about = finding.focus or finding.message.en
    parts = (finding.rule, about, finding.path, finding.value, finding.place.file)
    told = json.dumps(parts).encode("ascii")
    return hashlib.sha256(told).hexdigest()[:32]


class Baseline:
    """The fingerprints of an earlier report, each as often as it stood there."""

    def __init__(self, fingerprints: Iterable[str] = ()) -> None:
        self._known = Counter(fingerprints)

    @classmethod
    def read(cls, path: str | Path) -> Baseline:
        """A report that ``--format json`` wrote; raises BadBaseline for anything else."""
        try:
            text = Path(path).read_text(encoding="utf-8-sig")
            report = json.loads(text)
        except OSError as error:
            raise _bad(path, error.strerror or "?", "ファイルを読めません") from error
        except UnicodeDecodeError as error:
            raise _bad(path, "not UTF-8 text", "UTF-8 の文字列ではありません") from error
        except json.JSONDecodeError as error:
            said = f"not JSON ({error.msg})", f"JSON として読めません ({error.msg})"
            raise _bad(path, *said, error.lineno, error.colno) from error
        except RecursionError as error:
            raise _bad(path, "nested too deeply", "入れ子が深すぎます") from error
        tool = report.get("tool") if isinstance(report, dict) else None
        listed = report.get("findings") if isinstance(report, dict) else None
        if not isinstance(tool, dict) or tool.get("name") != TOOL or not isinstance(listed, list):
            raise _bad(path, "not a report of dxgraph", "dxgraph の報告ではありません", 1, 1)
        return cls(_fingerprint_of(item, path, text, n) for n, item in enumerate(listed))

    def __len__(self) -> int:
        return self._known.total()

    def mark(self, found: Sequence[Finding]) -> list[Finding]:
        """The findings, each told whether it is known, gravest first.

        A fingerprint makes as many findings known as the earlier report had of it.
        """
        left = self._known.copy()
        marked = []
        for finding in sorted(found, key=gravest_first):
            name = fingerprint(finding)
            marked.append(replace(finding, known=left[name] > 0))
            left[name] -= 1
        return marked


def _fingerprint_of(item: object, path: str | Path, text: str, number: int) -> str:
    """The fingerprint of a finding as JSON has it, made anew from its fields."""
    match item:
        case {
            "rule": str(rule),
            "focus": str(focus),
            "path": str(of),
            "value": str(value),
            "message": {"en": str(message)},
            "place": {"file": str(file)},
        }:
            said = Text("", message)
            return fingerprint(Finding(rule, "", said, Text(), focus, of, value, Place(file)))
    line = _line(text, number)
    raise _bad(path, "not a finding of dxgraph", "dxgraph の検証結果ではありません", line)


def _line(text: str, number: int) -> int:
    """The line of a JSON report on which the finding of this number begins."""
    start = re.search(r'"findings"\s*:\s*\[\s*', text)
    position = start.end() if start else 0
    between = re.compile(r"[,\s]*")
    for _ in range(number):
        _, position = json.JSONDecoder().raw_decode(text, position)
        if gap := between.match(text, position):
            position = gap.end()
    return text.count("\n", 0, position) + 1


def _bad(
    path: str | Path, en: str, ja: str, line: int | None = None, column: int | None = None
) -> BadBaseline:
    return BadBaseline(
        f"the baseline is of no use: {en}; write one with: dxgraph validate --format json",
        f"基準として使えません: {ja}。dxgraph validate --format json で作ってください",
        path=path,
        line=line,
        column=column,
    )
