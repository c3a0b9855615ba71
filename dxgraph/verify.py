"""Verification: every printed statement stands on its line of the source, and every line is read.

Two directions. Forward: for each thing with a line, its Japanese label (and its printed value, role
and departments) is on that line of the source text, whose SHA-256 is the one recorded. Backward:
the rows of tables and the headings that no statement cites and the record does not explain. Blanks,
width, markup and footnote marks are folded on both sides, since conversion from PDF changed them at
will.

Cost: one build in memory, one read of each source, one look-up a statement.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from dxgraph import assemble
from dxgraph.errors import WorkspaceError
from dxgraph.findings import Finding, Place, Text, gravest_first
from dxgraph.namespaces import PREFIXES
from dxgraph.places import Places
from dxgraph.workspace import Workspace

_SOURCES = """
SELECT ?plan ?source ?hash ?graph WHERE {
  GRAPH ?graph { ?plan dxo:source ?source }
  ?source dxo:sha256 ?hash .
}
"""
_STATEMENTS = """
SELECT DISTINCT ?thing ?line ?text ?property (COALESCE(?read, true) AS ?certain) WHERE {
  GRAPH ?_graph { ?thing ?any ?value }
  ?thing dxo:sourceLine ?line .
  FILTER NOT EXISTS { ?thing a dxo:UncitedPassage }
  OPTIONAL { ?thing dxo:certain ?read }
  {
    VALUES ?property { rdfs:label dxo:printedValue dxo:role }
    GRAPH ?_graph { ?thing ?property ?text }
    FILTER (LANG(?text) = "ja")
  }
}
"""
_DEPARTMENTS = """
SELECT ?thing ?line ?text WHERE {
  GRAPH ?_graph { ?thing dxo:departmentLine ?line ; dxo:responsibleDepartment ?department }
  ?department rdfs:label ?text .
  FILTER (LANG(?text) = "ja")
}
"""
_LINES = """
SELECT DISTINCT ?line WHERE {
  GRAPH ?_graph { ?thing ?any ?value }
  ?thing dxo:sourceLine|dxo:departmentLine ?line .
  FILTER NOT EXISTS { ?thing a dxo:UncitedPassage }
}
"""
_UNCITED = """
SELECT ?first ?last ?label WHERE {
  GRAPH ?_graph { ?plan dxo:hasUncitedPassage ?passage }
  OPTIONAL { ?passage dxo:sourceLine ?first ; dxo:lastLine ?last }
  OPTIONAL { ?passage rdfs:label ?label }
}
"""
_MARKUP = re.compile(r"<sup>.*?</sup>|<[^>]*>|※\d+|[⁰¹²³⁴-⁹]+")
_HEADING = re.compile(r"\s*(?:#+ |第\s*\d+\s*[章節編]|[(（]\d+[)）]|\d+(?:\.\d+)*[.．\s])")


@dataclass(frozen=True)
class Source:
    """One source text: the plan it prints, the plan's graph, and its lines, counted from 1."""

    plan: str
    graph: str
    file: str
    lines: list[str]

    def says(self, line: int, text: str) -> bool:
        """True when the folded line holds the folded text."""
        return 0 < line <= len(self.lines) and fold(text) in fold(self.lines[line - 1])


def fold(text: str) -> str:
    """A text without blanks, markup, footnote marks and differences of width.

    >>> fold("ＡＩ・<b>ＲＰＡ</b>¹⁰ の利用推進") == fold("AI・RPAの利用推進")
    True
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", _MARKUP.sub("", text)))


def verify(
    workspace: Workspace, sources: Path, progress: assemble.Progress = lambda step: None
) -> list[Finding]:
    """Everything amiss between the records and the source texts in a folder.

    Raises WorkspaceError when the folder holds no text files.
    """
    if not sorted(sources.glob("*.txt")):
        raise WorkspaceError(
            f"{sources} holds no source texts (*.txt); name the folder that does",
            f"{sources} に原資料のテキスト(*.txt)がありません",
        )
    progress("build the graph in memory")
    store = assemble.assemble(workspace)
    places = Places.of(workspace, store)
    found: list[Finding] = []
    for source, missing in _sources(store, sources):
        progress(f"compare with {source.file if source else '?'}")
        if source is None:
            found.append(places.locate(missing))
            continue
        found += [places.locate(finding) for finding in _forward(store, source)]
        found += _backward(store, source)
    return sorted(found, key=gravest_first)


def _rows(store: ox.Store, text: str, graph: str = "") -> Iterator[dict[str, str]]:
    result = store.query(
        text.replace("?_graph", f"<{graph}>"), prefixes=PREFIXES, use_default_graph_as_union=True
    )
    assert isinstance(result, ox.QuerySolutions)
    names = [variable.value for variable in result.variables]
    for row in result:
        yield {name: "" if (cell := row[name]) is None else str(cell.value) for name in names}


def _sources(store: ox.Store, folder: Path) -> Iterator[tuple[Source | None, Finding]]:
    """Each recorded source with its text; None and a finding where no file has its hash."""
    files = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in folder.glob("*.txt")}
    for row in sorted(_rows(store, _SOURCES), key=lambda row: row["plan"]):
        missing = Finding(
            "source-file",
            "Violation",
            Text(
                f"SHA-256 が {row['hash'][:12]}… の原資料が {folder} にありません。",
                f"No file in {folder} has the recorded SHA-256 {row['hash'][:12]}….",
            ),
            Text(
                "原資料のテキストを置くか、sha256 を確かめてください。",
                "Put the source text there, or check sha256.",
            ),
            focus=row["source"],
        )
        path = files.get(row["hash"])
        if path is None:
            yield None, missing
        else:
            lines = path.read_text(encoding="utf-8").split("\n")
            yield Source(row["plan"], row["graph"], path.name, lines), missing


def _forward(store: ox.Store, source: Source) -> Iterator[Finding]:
    for row in _rows(store, _STATEMENTS, source.graph):
        if not source.says(int(row["line"]), row["text"]):
            certain = row["certain"] == "true"
            yield _not_there(source, row, "Violation" if certain else "Info", row["property"])
    for row in _rows(store, _DEPARTMENTS, source.graph):
        if not source.says(int(row["line"]), row["text"]):
            yield _not_there(source, row, "Violation", PREFIXES["dxo"] + "responsibleDepartment")


def _not_there(source: Source, row: dict[str, str], severity: str, path: str) -> Finding:
    where = f"{source.file}:{row['line']}"
    return Finding(
        "printed-on-its-line",
        severity,
        Text(
            f"「{row['text']}」は {where} に印刷されていません。",
            f"'{row['text']}' is not printed on {where}.",
        ),
        Text(
            "印刷どおりの語句か行番号に直してください。",
            "Correct the words to what is printed, or the line.",
        ),
        focus=row["thing"],
        path=path,
    )


def _explained(store: ox.Store, source: Source) -> set[int]:
    """Lines the record says it does not cite, and why: ranges, and rows by their first cell."""
    lines: set[int] = set()
    for row in _rows(store, _UNCITED, source.graph):
        if row["first"]:
            lines |= set(range(int(row["first"]), int(row["last"]) + 1))
        if label := fold(row["label"]):
            lines |= {
                number
                for number, line in enumerate(source.lines, start=1)
                if fold(line.strip().partition("\t")[0]) == label
            }
    return lines


def _backward(store: ox.Store, source: Source) -> Iterator[Finding]:
    known = {int(row["line"]) for row in _rows(store, _LINES, source.graph)}
    known |= _explained(store, source)
    for number, line in enumerate(source.lines, start=1):
        row = "\t" in line.strip("\t ")
        if number not in known and (row or _HEADING.match(line)):
            yield Finding(
                "line-not-cited",
                "Info",
                Text(
                    f"{'表の行' if row else '見出し'}を引く記述がありません: {line.strip()[:40]}",
                    f"No statement cites this {'table row' if row else 'heading'}: "
                    f"{line.strip()[:40]}",
                ),
                Text(
                    "記録に加えるか、引かない理由を uncited に書いてください。",
                    "Add it to the record, or say under uncited why it is not cited.",
                ),
                place=Place(source.file, number),
            )
