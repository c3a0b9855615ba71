"""What other repositories validate their records with: the hook, the action, and their manual."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
)
MANUAL = (ROOT / "docs" / "manual" / "ci.en.md").read_text(encoding="utf-8")
DEFAULTS = {
    "INPUT_PATHS": "records",
    "INPUT_FORMAT": "github",
    "INPUT_SEVERITY": "Info",
    "INPUT_FAIL_ON": "Violation",
    "INPUT_BASELINE": "",
    "INPUT_SARIF": "",
}


def blocks(language: str) -> list[str]:
    """The code blocks of the manual in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", MANUAL, re.DOTALL | re.MULTILINE)


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a module of this Python, to look at how it ends and what it says."""
    return subprocess.run(
        [sys.executable, "-m", *map(str, arguments)], capture_output=True, text=True, check=False
    )


# The hook


def test_the_hook_is_one_that_pre_commit_takes() -> None:
    done = run("pre_commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("records/24205-kuwana.yaml", True),
        ("records/24/24205-kuwana.yaml", True),
        ("data/municipalities/24205-kuwana.yaml", True),
        ("data/national/laws.yaml", False),
        (".pre-commit-config.yaml", False),
        (".github/workflows/records.yaml", False),
        ("old-records/24205-kuwana.yaml", False),
    ],
)
def test_the_hook_looks_at_records_alone(path: str, expected: bool) -> None:
    assert bool(re.search(HOOKS[0]["files"], path)) == expected


# The action


def test_the_action_is_one_that_github_takes() -> None:
    done = run("check_jsonschema", "--builtin-schema", "vendor.github-actions", ROOT / "action.yml")
    assert done.returncode == 0, done.stdout


def scripts() -> list[str]:
    return [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]


def test_no_input_of_the_action_is_pasted_into_a_script() -> None:
    assert len(scripts()) == 2
    assert [script for script in scripts() if "${{" in script] == []


def test_every_input_of_the_action_reaches_a_step() -> None:
    used = re.findall(r"\${{ inputs\.([\w-]+) }}", (ROOT / "action.yml").read_text("utf-8"))
    assert sorted(used) == sorted(ACTION["inputs"])


@pytest.fixture
def act(tmp_path: Path) -> Any:
    """Run the last script of the action with a Python that notes its arguments, one run a list."""
    python = tmp_path / "python"
    python.write_text(
        '#!/bin/bash\nprintf "%s\\0" "$@" >> "$TOLD"\nprintf "\\n" >> "$TOLD"\n'
        'echo report\nexit "$CODE"\n',
        encoding="utf-8",
    )
    python.chmod(0o755)

    def acted(code: int = 0, **inputs: str) -> tuple[int, list[list[str]]]:
        told = tmp_path / "told"
        told.write_text("", encoding="utf-8")
        own = {"PYTHON": str(python), "TOLD": str(told), "CODE": str(code), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", scripts()[-1]],
            cwd=tmp_path,
            env={**own, **DEFAULTS, **inputs},
            check=False,
            capture_output=True,
        )
        runs = told.read_text(encoding="utf-8").split("\0\n")[:-1]
        return done.returncode, [each.split("\0") for each in runs]

    return acted


def test_the_action_validates_the_records_folder_unless_told_otherwise(act: Any) -> None:
    code, (arguments,) = act()
    assert code == 0
    assert " ".join(arguments) == (
        "-m dxgraph.cli validate --severity=Info --fail-on=Violation --format=github -- records"
    )


def test_without_a_path_the_action_fails_and_validates_nothing(act: Any) -> None:
    assert act(INPUT_PATHS="\n") == (2, [])


def test_each_line_of_the_paths_is_one_path(act: Any) -> None:
    _, ((*_, first, second),) = act(INPUT_PATHS="plans of 2024\n\n24205-桑名.yaml\n")
    assert (first, second) == ("plans of 2024", "24205-桑名.yaml")


@pytest.mark.parametrize(
    "name", ["INPUT_PATHS", "INPUT_FORMAT", "INPUT_SEVERITY", "INPUT_FAIL_ON", "INPUT_BASELINE"]
)
def test_an_input_is_never_run_as_a_command(act: Any, tmp_path: Path, name: str) -> None:
    words = '$(touch stolen) `touch stolen`; touch stolen; "; touch stolen #*'
    _, (arguments,) = act(**{name: words})
    assert any(argument.endswith(words) for argument in arguments)
    assert not (tmp_path / "stolen").exists()


def test_a_path_that_looks_like_an_option_is_a_path(act: Any) -> None:
    _, (arguments,) = act(INPUT_PATHS="--engine=other")
    assert arguments[-2:] == ["--", "--engine=other"]


def test_a_baseline_is_handed_on(act: Any) -> None:
    _, (arguments,) = act(INPUT_BASELINE="known findings.json")
    assert "--baseline=known findings.json" in arguments


@pytest.mark.parametrize("code", [0, 1, 2])
def test_the_action_ends_as_the_validation_does(act: Any, code: int) -> None:
    assert act(code)[0] == code


@pytest.mark.parametrize("code", [0, 1])
def test_sarif_is_written_whether_or_not_something_fails(
    act: Any, tmp_path: Path, code: int
) -> None:
    ended, (first, second) = act(code, INPUT_SARIF="found.sarif")
    assert ended == code
    assert (tmp_path / "found.sarif").read_text() == "report\n"
    assert ("--format=sarif" in first, "--format=github" in second) == (True, True)


# The manual


def test_the_manual_lists_every_input_with_its_default() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (?:`(.*?)`)? *\|", MANUAL, re.MULTILINE)
    assert dict(rows) == {
        name: str(described.get("default", "")) for name, described in ACTION["inputs"].items()
    }


def test_the_workflow_that_publishes_the_site_is_valid(tmp_path: Path) -> None:
    manual = (ROOT / "docs" / "manual" / "publish.en.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```yaml\n(.*?)^```", manual, re.DOTALL | re.MULTILINE)
    path = tmp_path / "site.yml"
    path.write_text(block, encoding="utf-8")
    done = run("check_jsonschema", "--builtin-schema", "vendor.github-workflows", path)
    assert done.returncode == 0, done.stdout


def schema_of(block: str) -> tuple[str, ...]:
    """The command that checks an example of configuration."""
    keys = set(yaml.safe_load(block))
    if "repos" in keys:
        return ("pre_commit", "validate-config")
    kind = "github-workflows" if "jobs" in keys else "gitlab-ci"
    return ("check_jsonschema", "--builtin-schema", f"vendor.{kind}")


@pytest.mark.parametrize("block", blocks("yaml"))
def test_every_configuration_of_the_manual_is_valid(block: str, tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(block, encoding="utf-8")
    done = run(*schema_of(block), path)
    assert done.returncode == 0, done.stdout


def test_the_manual_shows_two_workflows_the_hook_and_a_pipeline() -> None:
    kinds = [schema_of(block)[-1] for block in blocks("yaml")]
    assert kinds == ["vendor.github-workflows"] * 2 + ["validate-config", "vendor.gitlab-ci"]


def test_the_examples_give_the_action_and_the_hook_only_what_they_take() -> None:
    examples = [yaml.safe_load(block) for block in blocks("yaml")]
    steps = [
        step for each in examples if "jobs" in each for step in each["jobs"]["validate"]["steps"]
    ]
    ours = [set(step["with"]) for step in steps if step["uses"].startswith("OWNER/dxgraph@")]
    assert len(ours) == 2
    assert set().union(*ours) <= set(ACTION["inputs"])
    assert f"- id: {HOOKS[0]['id']}\n" in MANUAL
