"""Findings as one HTML page that needs no network and no script, to look at and to print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from dxgraph import __version__
from dxgraph.findings.baseline import TOOL
from dxgraph.findings.model import Finding, Place, gravest_first, tally
from dxgraph.findings.words import about, because, label, other, severity, tag, visible

_STYLE = Path(__file__).with_name("page.css")
_WORDS = {
    "ja": {
        **{"title": "検証の結果", "files": "ファイル", "place": "行:桁", "severity": "重大さ"},
        **{"finding": "内容", "none": "指摘はありません。", "known": "既知", "rule": "規則"},
        **{"nowhere": "ファイルによらないもの", "made": "作成"},
    },
    "en": {
        **{"title": "Findings", "files": "Files", "place": "Line", "severity": "Severity"},
        **{"finding": "Finding", "none": "Nothing was found.", "known": "Known", "rule": "rule"},
        **{"nowhere": "Of no file", "made": "made by"},
    },
}


def as_page(found: Sequence[Finding], language: str) -> str:
    """A page with the counts and a table a file, gravest first, each line a link to its place.

    Links are relative, so that they lead to the files when the page lies at the workspace's root.
    """
    words = _WORDS[tag(language)]
    ordered = sorted(found, key=lambda finding: (finding.place.file, gravest_first(finding)))
    files = [(file, list(of)) for file, of in groupby(ordered, key=lambda f: f.place.file)]
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{tag(language)}">',
        '<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{words['title']} - {TOOL}</title>",
        f"<style>\n{_STYLE.read_text(encoding='utf-8')}</style></head>",
        "<body>",
        f"<header><h1>{words['title']}</h1>",
        *_counts(found, language),
        *_contents(files, language),
        "</header>",
        "<main>",
    ]
    for number, (file, of_file) in enumerate(files, start=1):
        lines += _section(number, file, of_file, language)
    if not found:
        lines.append(f"<p>{words['none']}</p>")
    made = f"{TOOL} {__version__}"
    made = f"{words['made']} {made}" if language != "ja" else f"{made} で{words['made']}"
    lines += ["</main>", f"<footer><p>{made}</p></footer>", "</body>", "</html>"]
    return "\n".join(lines) + "\n"


def _shown(text: str) -> str:
    return escape(visible(text))


def _counts(found: Sequence[Finding], language: str) -> Iterator[str]:
    yield '<ul class="counts">'
    for name, number in tally([finding for finding in found if not finding.known]).items():
        yield f'<li><span class="{name}">{severity(name, language)}</span> <b>{number}</b></li>'
    if known := sum(finding.known is True for finding in found):
        yield f"<li>{_WORDS[tag(language)]['known']} <b>{known}</b></li>"
    yield "</ul>"


def _contents(files: Sequence[tuple[str, list[Finding]]], language: str) -> Iterator[str]:
    words = _WORDS[tag(language)]
    if len(files) > 1:
        yield f'<nav aria-label="{words["files"]}"><ul>'
        for number, (file, found) in enumerate(files, start=1):
            name = _shown(file) or words["nowhere"]
            yield f'<li><a href="#file-{number}">{name}</a> ({len(found)})</li>'
        yield "</ul></nav>"


def _section(number: int, file: str, found: Sequence[Finding], language: str) -> Iterator[str]:
    words = _WORDS[tag(language)]
    yield f'<section aria-labelledby="file-{number}">'
    yield f'<h2 id="file-{number}">{_shown(file) or words["nowhere"]}</h2>'
    yield f'<table aria-labelledby="file-{number}"><thead><tr>'
    for name in ("place", "severity", "finding"):
        yield f'<th scope="col" class="{name}">{words[name]}</th>'
    yield "</tr></thead><tbody>"
    for finding in found:
        yield from _row(finding, language)
    yield "</tbody></table></section>"


def _row(finding: Finding, language: str) -> Iterator[str]:
    words = _WORDS[tag(language)]
    known = f'<span class="known">{words["known"]}</span>' if finding.known else ""
    yield f'<tr><td class="place">{_link(finding.place)}</td>'
    said = severity(finding.severity, language)
    yield f'<td class="severity {finding.severity}">{said}{known}</td><td>'
    yield f'<p class="message">{_shown(finding.message.in_language(language))}</p>'
    if remedy := finding.remedy.in_language(language):
        yield f"<p>{_shown(remedy)}</p>"
    tongue = other(language)
    texts = [text.in_language(tongue) for text in (finding.message, finding.remedy)]
    if any(texts):
        yield f'<p class="other" lang="{tongue}">{_shown(" ".join(filter(None, texts)))}</p>'
    yield f"<dl><dt>{words['rule']}</dt><dd>{_shown(finding.rule)}</dd>"
    for name, part in about(finding, language):
        yield f"<dt>{name}</dt><dd><bdi>{escape(part)}</bdi></dd>"
    for premise in finding.premises:
        yield f"<dt>{label('premise', language)}</dt><dd>{escape(because(premise, language))}</dd>"
    yield "</dl></td></tr>"


def _link(place: Place) -> str:
    """``line:column``, leading to ``file#Lline``; a dash where the line is unknown."""
    if not (place.file and place.line):
        return "-"
    shown = ":<wbr>".join(str(part) for part in (place.line, place.column) if part)
    target = quote(place.file.encode("utf-8", "replace"), safe="/")
    return f'<a href="{target}#L{place.line}">{shown}</a>'
