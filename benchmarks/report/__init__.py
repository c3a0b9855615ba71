"""The document: tables and charts of what is kept, around prose whose numbers come from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmarks.engines.roster import NAMES, TITLES
from benchmarks.http import PATHS
from benchmarks.report import cells, tables
from benchmarks.report.compared import Asked
from benchmarks.report.plots import Series, chart
from benchmarks.results import PARTS, Results

_TEMPLATE = "performance.md.j2"
_HEADLINE = "towns-by-technology"
_SECONDS = "秒 / s"


def _names(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "—"


def _last(data: dict[int, Any]) -> list[tuple[int, Any]]:
    """The most towns and what was measured of them, if anything was."""
    return list(data.items())[-1:]


_FILTERS = {
    "mebibytes": cells.mebibytes,
    "names": _names,
    "number": cells.number,
    "ratio": cells.ratio,
    "whole": cells.whole,
}


def write(results: Results, out: Path) -> None:
    """Write the document, and its charts into the folder beside it that has its name."""
    charts = out.with_suffix("")
    charts.mkdir(parents=True, exist_ok=True)
    drawn = {name: chart(*parts) for name, parts in _charts(results).items()}
    for name, text in drawn.items():
        (charts / f"{name}.svg").write_text(text, encoding="utf-8")
    out.write_text(document(results, charts.name), encoding="utf-8")


def document(results: Results, folder: str) -> str:
    """The document as Markdown; its charts are in ``folder``."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= _FILTERS
    asked = {towns: Asked(data) for towns, data in results.data("questions").items()}
    return environment.get_template(_TEMPLATE).render(
        folder=folder,
        units=results.units,
        runs=tables.runs(results.units),
        asked=asked,
        tables=tables,
        titles=TITLES,
        last=_last,
        **{part: results.data(part) for part in PARTS if part != "questions"},
    )


def _charts(results: Results) -> dict[str, tuple[str, str, Series]]:
    """What each chart shows, by the name of its file."""
    stores = {towns: data["engines"] for towns, data in results.data("stores").items()}
    asked = {towns: Asked(data) for towns, data in results.data("questions").items()}
    headlines = {
        towns: {name: each.found(_HEADLINE, name) for name in NAMES}
        for towns, each in asked.items()
    }
    typical = {
        towns: {name: {"median": each.typical(name)} for name in NAMES}
        for towns, each in asked.items()
    }
    times = {towns: data["times"] for towns, data in results.data("http").items()}
    named = {name: TITLES[name] for name in NAMES}
    kinds = {name: name for name in ("full", "all", "edited", "unchanged")}
    paths = {name: name for name in PATHS}
    middle = "中位の質問 / The question in the middle (derived facts in every engine)"
    headline = "AI-OCR を令和6年度までに / Towns that target AI-OCR by FY2024"
    return {
        "stores": ("読み込み / Loading what is asserted", _SECONDS, _lines(stores, named)),
        "questions": (middle, "ms", _lines(typical, named, "median")),
        "headline": (headline, "ms", _lines(headlines, named, "median")),
        "build": ("構築 / Builds", _SECONDS, _lines(results.data("build"), kinds)),
        "validation": ("検証 / Validation", _SECONDS, _lines(results.data("validation"), kinds)),
        "http": ("一つずつの要求 / One request at a time", "ms", _lines(times, paths, "median")),
    }


def _lines(data: dict[int, Any], names: dict[str, str], key: str = "seconds") -> Series:
    """A line for each name that was measured: number of towns -> cost, where there is one."""
    series: Series = {}
    for name, title in names.items():
        found = {towns: each.get(name, {}).get(key) for towns, each in data.items()}
        if any(name in each for each in data.values()):
            series[title] = {towns: cost for towns, cost in found.items() if cost}
    return series
