"""The manual cannot rot: its commands and queries run, and answer what is printed below them."""

from __future__ import annotations

import csv
import doctest
import io
import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Thread

import pytest
from chapters import CHAPTERS, FOLDER, MORE, NAMES, Block, blocks, outline
from filling import fill
from servers import Server
from serving import Server as Serving
from werkzeug.serving import make_server

from dxgraph import arguments, cli
from dxgraph.session import Graph
from dxgraph.tables import Table
from dxgraph.web import create_app
from dxgraph.workspace import Workspace

ROOT = FOLDER.parent.parent
#: Commands of the manual that no test runs from there, and why.
NOT_RUN = {
    "dxgraph publish": "writes some thousand pages; tests/test_publish.py does it for fewer",
    "dxgraph verify": "needs the texts of all plans; tests/test_verify.py has one of its own",
}
#: Chapters whose commands need more than the graph; each has a test of its own.
APART = ("add-a-plan", "ci", "publish")
#: Where the manual has its servers; tests put theirs in place of them.
SITE, STORE = "http://127.0.0.1:8080", "http://localhost:7878/query"
_SHELL = 'dxgraph() { "$PYTHON" -m dxgraph.cli "$@"; }\n'


def chosen(language: str) -> list[Block]:
    """The blocks in a language of code; both languages of the manual have the same."""
    return [
        block
        for name in NAMES
        for block in blocks(f"{name}.ja")
        if block.language == language and block.code
    ]


def words(block: Block) -> str:
    return " ".join(block.code.split())[:70]


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_is_the_same_in_both_languages(name: str) -> None:
    assert outline(f"{name}.ja") == outline(f"{name}.en")


def test_every_question_of_the_manual_shows_its_answer() -> None:
    asking = [block for block in chosen("sh") if block.code.startswith("dxgraph query")]
    bare = [
        block.code
        for block in [*asking, *chosen("sparql")]
        if not block.rows and not block.text and " > " not in block.code
    ]
    assert bare == ["dxgraph query schedule municipality=24205"]


# Queries and scripts


def fits(block: Block, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether an answer is what a block prints: some columns, and all rows or the first ones."""
    at = [columns.index(column) for column in block.columns]
    told = [[row[place] for place in at] for row in rows]
    assert block.shown, block.code
    return told == block.shown if block.whole else told[: len(block.shown)] == block.shown


@pytest.mark.parametrize("block", chosen("sparql"), ids=words)
def test_a_query_is_answered_as_printed(graph: Graph, block: Block) -> None:
    answer = graph.sparql(block.code)
    assert isinstance(answer, Table)
    assert fits(block, answer.columns, answer.texts())


@pytest.fixture(scope="module")
def site(graph: Graph) -> Iterator[str]:
    """The address of a server of the graph."""
    server = make_server("127.0.0.1", 0, create_app(graph), threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.parametrize("block", chosen("python"), ids=words)
def test_a_script_prints_what_stands_below_it(
    block: Block, site: str, workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workplace)
    code = block.code.replace(SITE, site) + "\n"
    script = doctest.DocTestParser().get_doctest(code, {}, "manual", None, None)
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    said = io.StringIO()
    done = runner.run(script, out=said.write)
    assert done.attempted > 1
    assert done.failed == 0, said.getvalue()


# Commands


@pytest.fixture(scope="session")
def workplace(place: Workspace, version: object, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to run commands in: the inputs of the graph, and its built version, by links."""
    folder = tmp_path_factory.mktemp("workplace")
    for name in ("ontology", "data", "queries", "shapes"):
        (folder / name).symlink_to(place.root / name)
    (folder / ".dxgraph").symlink_to(place.cache)
    return folder


def environment(language: str) -> dict[str, str]:
    own = {"PYTHON": sys.executable, "PYTHONPATH": str(ROOT), "DXGRAPH_LANG": language}
    return {**os.environ, **own}


def run(command: str, folder: Path, language: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command as the reader's shell would."""
    return subprocess.run(
        ["bash", "-c", _SHELL + command],
        cwd=folder,
        env=environment(language),
        capture_output=True,
        check=False,
    )


def serve(command: str, folder: Path) -> None:
    """Start a server on a free port, wait until it answers, and stop it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = [sys.executable, "-m", "dxgraph.cli", *command.split()[1:], f"--port={port}"]
    process = subprocess.Popen(line, cwd=folder, env=environment("en"), stderr=subprocess.DEVNULL)
    server = Serving(process, port)
    for _ in range(600):
        assert process.poll() is None, command
        try:
            assert server.send("GET", "/health/live").status == 200
            break
        except OSError:
            time.sleep(0.1)
    assert server.stop() == 0, command


def do(block: Block, folder: Path, language: str, store: str = STORE) -> None:
    """Run a block and hold what it prints against what the manual prints below it."""
    command = block.code.replace(STORE, store)
    if any(command.startswith(left_out) for left_out in NOT_RUN):
        return
    if command.startswith("dxgraph serve"):
        serve(command, folder)
        return
    done = run(f"{command} --format csv" if block.rows else command, folder, language)
    out = done.stdout.decode(errors="replace")
    told = out + done.stderr.decode()
    assert done.returncode == (2 if block.text.startswith("dxgraph: ") else 0), (command, told)
    if block.rows:
        columns, *rows = list(csv.reader(io.StringIO(out)))
        assert fits(block, columns, rows), command
    elif block.text:
        shown, more, _ = block.text.partition(MORE + "\n")
        assert told.startswith(shown) if more else told == shown, command


def commands(name: str) -> list[Block]:
    return [
        each for each in blocks(name) if each.language == "sh" and each.code.startswith("dxgraph ")
    ]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in APART])
def test_the_commands_of_a_chapter_print_what_it_shows(name: str, workplace: Path) -> None:
    for block in commands(f"{name}.ja"):
        do(block, workplace, "ja")


@pytest.mark.parametrize("name", [name for name in NAMES if name not in APART])
def test_what_commands_print_in_english_is_what_the_english_chapter_shows(
    name: str, workplace: Path
) -> None:
    for block in commands(f"{name}.en"):
        if block.text:
            do(block, workplace, "en")


def test_the_commands_about_servers_run(workplace: Path, oxigraph: Server) -> None:
    for block in commands("publish.ja"):
        do(block, workplace, "ja", oxigraph.url)


def test_a_plan_is_added_as_the_manual_says(copy: Workspace) -> None:
    (copy.root / "plan.txt").write_text("桑名市DX推進計画\n" * 120, encoding="utf-8")
    for block in commands("add-a-plan.ja"):
        do(block, copy.root, "ja")
        filled(copy.data / "municipalities" / "24205-kuwana.yaml")
    asked = run("dxgraph query schedule municipality=桑名市 --format csv", copy.root, "en")
    assert len(asked.stdout.splitlines()) == 2


def filled(record: Path) -> None:
    """Write what a reader would into the blanks of a record."""
    record.write_text(fill(record.read_text(encoding="utf-8")), encoding="utf-8")


def test_records_kept_elsewhere_are_validated_as_the_manual_says(tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    written, *rest = commands("ci.ja")
    do(written, tmp_path, "ja")
    filled(tmp_path / "records" / "24205-kuwana.yaml")
    for block in rest:
        do(block, tmp_path, "ja")
    assert (tmp_path / "baseline.json").exists()
    assert len(rest) == 4


@pytest.mark.parametrize("name", ["ci.ja", "ci.en"])
def test_the_finding_that_the_manual_explains_is_one(name: str, tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    do(commands(name)[0], tmp_path, name[-2:])
    found = run("dxgraph validate records/", tmp_path, name[-2:])
    sample = next(block for block in blocks(name) if not block.language)
    assert sample.code in found.stdout.decode()


def test_commands_that_are_not_run_are_ones_the_command_line_takes() -> None:
    parser = arguments.parser("en", cli.COMMANDS)
    left_out = [b for b in chosen("sh") if b.code.startswith(tuple(NOT_RUN))]
    assert len(left_out) == 3
    for block in left_out:
        parser.parse_args(shlex.split(block.code)[1:])


def test_every_command_that_is_not_run_stands_in_the_manual() -> None:
    text = "".join((FOLDER / f"{name}.md").read_text(encoding="utf-8") for name in CHAPTERS)
    assert [
        command for command in NOT_RUN if not re.search(f"^{command} ", text, re.MULTILINE)
    ] == []
