"""Documents cannot rot: commands, questions and folders they name exist, and none is left out."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest
import yaml

import dxgraph
from dxgraph import arguments, cli, findings
from dxgraph.addresses import LANGUAGES
from dxgraph.catalog import TYPES, Catalog
from dxgraph.identifiers import PLACES

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def subcommands() -> dict[str, argparse.ArgumentParser]:
    parser = arguments.parser("en", cli.COMMANDS)
    actions = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    return dict(actions[0].choices)


@pytest.mark.parametrize("name", sorted(subcommands()))
def test_the_readme_shows_every_command(name: str) -> None:
    assert f"dxgraph {name}" in README


@pytest.mark.parametrize("query", list(Catalog(ROOT / "queries")), ids=lambda query: query.name)
def test_the_manual_lists_every_question_with_its_columns(query: object) -> None:
    text = (ROOT / "docs" / "queries.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith(f"| `{query.name}`"))
    columns = ", ".join(column.name for column in query.columns if column.name != "iri")
    assert row.endswith(f"| {columns} |")
    assert all(parameter.name in row for parameter in query.parameters)


def test_the_manual_names_every_parameter_type() -> None:
    text = (ROOT / "docs" / "queries.md").read_text(encoding="utf-8")
    assert [kind for kind in TYPES if f"`{kind}`" not in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_names_every_key_that_makes_an_identifier(language: str) -> None:
    path = ROOT / "docs" / "manual" / f"add-a-plan.{language}.md"
    text = path.read_text(encoding="utf-8")
    assert [key for key in PLACES if f"`{key}`" not in text] == []


def test_the_manual_names_every_format_of_findings() -> None:
    text = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    assert [name for name in findings.FORMATS if f"| `{name}` |" not in text] == []


def test_every_link_between_documents_leads_to_a_file() -> None:
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_dependency_earns_its_place_in_the_decisions() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    named = set(re.findall(r'"([A-Za-z][\w-]*)>=', project)) - {"hatchling"}
    text = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    assert {name for name in named if name.lower() not in text.lower()} == set()


def test_the_version_is_told_once() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == dxgraph.__version__
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {dxgraph.__version__}" in changes
    ontology = (ROOT / "ontology" / "dxgraph.ttl").read_text(encoding="utf-8")
    assert f'owl:versionInfo "{dxgraph.__version__}"' in ontology


def test_the_readme_has_exactly_two_set_up_commands() -> None:
    commands = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    assert [command.strip() for command in commands] == [
        "pip install . && dxgraph query towns-by-technology technology=AI-OCR by=2024",
        "pip install '.[test]' && pytest -n auto",
    ]
