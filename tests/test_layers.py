"""The floors of the package are walls: a module imports only from floors below its own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import dxgraph
from dxgraph.kept import SHOWING

PACKAGE = Path(dxgraph.__file__).parent
FLOORS = [
    {
        "errors",
        "namespaces",
        "fiscal_year",
        "identifiers",
        "settings",
        "workspace",
        "endpoints",
        "kept",
        "addresses",
        "folding",
    },
    {
        "records",
        "context",
        "yaml_nodes",
        "turtle",
        "reason",
        "catalog",
        "parameters",
        "guard",
        "store",
        "tables",
        "workbook",
        "snippets",
        "findings",
        "shapes",
        "constraints",
        "codes",
        "executors",
        "labels",
    },
    {"answers", "assemble", "remote", "counts", "writers", "modules"},
    {"places", "pieces", "logic", "skeleton"},
    {"increment"},
    {"build"},
    {"judgement", "verify", "load"},
    {"validate"},
    {"session"},
    {"imprint"},
    {"views", "pages", "dumps"},
    {"metadata"},
    {"pool"},
    {"web"},
    {"server", "publish"},
    {"arguments"},
    {"cli"},
]
#: Modules that may lean on one of their own floor, and why: each is a step of the same subject.
WITHIN = {
    ("identifiers", "errors"),
    ("identifiers", "namespaces"),
    ("fiscal_year", "errors"),
    ("workspace", "errors"),
    ("endpoints", "errors"),
    ("settings", "errors"),
    ("addresses", "namespaces"),
    ("parameters", "catalog"),
    ("parameters", "store"),
    ("store", "guard"),
    ("tables", "workbook"),
    ("records", "context"),
    ("records", "yaml_nodes"),
    ("shapes", "turtle"),
    ("shapes", "constraints"),
}
LONGEST = 350


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    """``web/sparql.py`` belongs to ``web``."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "dxgraph":
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dxgraph."):
            names.add(str(node.module).split(".")[1])
        elif isinstance(node, ast.Import):
            names |= {a.name.split(".")[1] for a in node.names if a.name.startswith("dxgraph.")}
    return names


def floor(name: str) -> int:
    return next(number for number, names in enumerate(FLOORS) if name in names)


def test_every_module_has_a_floor() -> None:
    found = {name_of(path) for path in modules()} - {"__init__"}
    assert found == set().union(*FLOORS)


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_imports_only_from_floors_below(path: Path) -> None:
    name = name_of(path)
    if name == "__init__":
        return
    wrong = {
        other
        for other in imported(path) - {name}
        if other in set().union(*FLOORS)
        and floor(other) >= floor(name)
        and (name, other) not in WITHIN
    }
    assert wrong == set()


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_is_not_longer_than_one_subject_needs(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_the_door_and_the_skins_hold_no_sparql() -> None:
    words = ("SELECT ", "CONSTRUCT ", "WHERE {")
    skins = [path for path in modules() if name_of(path) in ("cli", "web", "pages")]
    assert [
        path for path in skins if any(w in path.read_text(encoding="utf-8") for w in words)
    ] == []


def test_reading_plans_and_reading_answers_meet_only_in_the_store() -> None:
    writing, reading = (
        {"records", "context", "yaml_nodes", "reason", "assemble", "increment", "build"},
        {"catalog", "tables", "web", "session"},
    )
    for path in modules():
        if name_of(path) in writing:
            assert not imported(path) & reading, path
        if name_of(path) == "web":
            assert not imported(path) & writing, path


def test_what_only_shows_is_above_all_that_builds_and_judges() -> None:
    """So a change of it makes nothing anew of what is kept."""
    lower = set().union(*FLOORS[: FLOORS.index({"validate"}) + 1])
    assert set().union(*FLOORS) - lower >= SHOWING
