"""The ``dxgraph`` command: what it prints, where, and the code it ends with."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pyoxigraph as ox
import pytest
from conftest import FOLDERS
from servers import Server

import dxgraph
from dxgraph import build, cli, load
from dxgraph.tables import FORMATS
from dxgraph.workspace import Workspace

HEADLINE = ("query", "towns-by-technology", "technology=AI-OCR", "by=2024")
COMMANDS = (
    *(
        "build",
        "publish",
        "query",
        "sparql",
        "validate",
        "new-plan",
        "verify",
        "serve",
        "stats",
        "load",
    ),
    "dump",
)
TOIN = "<https://w3id.org/dxgraph/id/municipality/24324>"
CODE = f"SELECT ?code {{ {TOIN} dxo:code ?code }}"
ASK = f"ASK {{ {TOIN} a dxo:Municipality }}"
CONSTRUCT = f"CONSTRUCT {{ {TOIN} dxo:code ?code }} WHERE {{ {TOIN} dxo:code ?code }}"


class Said(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode("utf-8")


Run = Callable[..., Said]


@pytest.fixture(scope="session")
def here(root: Path, version: build.Version, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A copy of the checkout with its graph built, where a command may write."""
    folder = tmp_path_factory.mktemp("workspace")
    for name in FOLDERS:
        shutil.copytree(root / name, folder / name)
    place = Workspace(folder, folder / ".dxgraph")
    shutil.copytree(version.folder, place.cache / "versions" / version.name)
    build.build(place)
    return place


@pytest.fixture
def run(
    here: Workspace, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Run:
    """Run a command line in the copy of the checkout, in English unless told otherwise."""

    def ran(*arguments: str | Path, tongue: str = "en", stdin: bytes = b"") -> Said:
        monkeypatch.chdir(here.root)
        monkeypatch.setenv("DXGRAPH_LANG", tongue)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        try:
            code = cli.main([str(argument) for argument in arguments])
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 1
        out, err = capfdbinary.readouterr()
        return Said(code, out, err.decode("utf-8"))

    return ran


def counted(lines: str) -> dict[str, int]:
    """The numbers ``stats`` prints, by what they count."""
    found = re.findall(r"^ +([\d,]+)  (\S+)$", lines, re.MULTILINE)
    return {name: int(count.replace(",", "")) for count, name in found}


# Saved questions


def test_query_alone_lists_every_question(run: Run, here: Workspace) -> None:
    said = run("query")
    listed = [line.split()[0] for line in said.out.splitlines()]
    assert sorted(listed) == sorted(path.stem for path in here.queries.glob("*.rq"))
    assert said.code == 0


@pytest.mark.parametrize(
    ("tongue", "question"),
    [
        ("en", "Which towns target AI-OCR by FY2024?"),
        ("ja", "AI-OCR を令和6年度までに導入する市町村はどこか"),
    ],
)
def test_questions_are_listed_in_the_language_asked_for(
    run: Run, tongue: str, question: str
) -> None:
    found = [line for line in run("query", tongue=tongue).out.splitlines() if "technology" in line]
    assert any(line.endswith(question) for line in found)


def test_the_headline_prints_both_towns_with_their_lines(run: Run) -> None:
    said = run(*HEADLINE)
    lines = {line.split()[1]: line.split() for line in said.out.splitlines()[2:-1]}
    assert "370" in lines["東員町"]
    assert "393" in lines["朝日町"]
    assert said.code == 0


def test_an_answer_says_nothing_on_standard_error(run: Run) -> None:
    assert run(*HEADLINE).err == ""


def test_an_answer_is_the_same_in_any_language(run: Run) -> None:
    assert run(*HEADLINE, tongue="ja").raw == run(*HEADLINE, tongue="en").raw


def test_an_answer_without_rows_is_an_answer(run: Run) -> None:
    said = run("query", "towns-by-technology", "technology=AI-OCR", "by=1990")
    assert (said.code, said.out.splitlines()[-1]) == (0, "(0)")


def test_a_value_may_hold_an_equals_sign(run: Run) -> None:
    said = run("query", "schedule", "measure=a=b")
    assert (said.code, said.out.splitlines()[-1]) == (0, "(0)")


def test_a_value_may_hold_a_backslash(run: Run) -> None:
    said = run("query", "schedule", "measure=\\u0041")
    assert (said.code, said.err) == (0, "")


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "xlsx"])
def test_every_text_format_names_the_towns(run: Run, name: str) -> None:
    said = run(*HEADLINE, "--format", name)
    assert said.code == 0
    assert "東員町" in said.out
    assert "朝日町" in said.out


def test_json_can_be_read_as_json(run: Run) -> None:
    rows = json.loads(run(*HEADLINE, "--format", "json").raw)
    assert {"24324", "24343"} <= {row["municipality"] for row in rows}


def test_xlsx_can_be_opened_as_a_workbook(run: Run) -> None:
    raw = run(*HEADLINE, "--format", "xlsx").raw
    sheet = openpyxl.load_workbook(io.BytesIO(raw)).active
    assert {"東員町", "朝日町"} <= {row[1] for row in sheet.iter_rows(values_only=True)}


def test_csv_is_marked_for_excel_on_request(run: Run) -> None:
    plain, marked = (run(*HEADLINE, "--format", "csv", *mark).raw for mark in ((), ("--bom",)))
    assert marked == b"\xef\xbb\xbf" + plain


def test_the_format_may_come_before_the_question(run: Run) -> None:
    assert run("query", "--format", "csv", *HEADLINE[1:]).out.startswith("municipality,name,")


# Misuse


@pytest.mark.parametrize(
    ("arguments", "en", "ja"),
    [
        pytest.param(
            ("plants",),
            "dxgraph: there is no saved query 'plants'; there are: ",
            "dxgraph: 「plants」という保存済みの質問はありません。あるもの: ",
            id="query",
        ),
        pytest.param(
            ("plans", "colour=red"),
            "dxgraph: plans has no parameter 'colour'; it has: ",
            "dxgraph: plans に「colour」という条件はありません。使えるもの: ",
            id="parameter",
        ),
        pytest.param(
            ("measures", "municipality=朝日"),
            "dxgraph: municipality: '朝日' names nothing in the graph; nearest: 朝日町",
            "dxgraph: municipality: 「朝日」はグラフにありません。近いもの: 朝日町",
            id="value",
        ),
        pytest.param(
            ("departments-like", "department=総務課"),
            "dxgraph: department: '総務課' names several; write one of: ",
            "dxgraph: department: 「総務課」は複数あります。どれかを書いてください: ",
            id="ambiguous",
        ),
        pytest.param(
            ("towns-by-technology", "technology=AI-OCR", "by=令和6年"),
            "dxgraph: '令和6年' is a calendar year",
            "dxgraph: 「令和6年」は暦年で",
            id="calendar-year",
        ),
        pytest.param(
            ("towns-by-technology",),
            "dxgraph: towns-by-technology needs technology=… (Technology)",
            "dxgraph: towns-by-technology には technology=… (技術)が必要です",
            id="required",
        ),
        pytest.param(
            ("gaps",),
            "dxgraph: gaps needs exactly one of: technology=…, item=…",
            "dxgraph: gaps には次のどれか一つが必要です: technology=…, item=…",
            id="one-of",
        ),
        pytest.param(
            ("plans", "朝日町"),
            "dxgraph: '朝日町' is no parameter; write it as key=value",
            "dxgraph: 「朝日町」は条件ではありません。key=value の形で書いてください",
            id="no-equals-sign",
        ),
        pytest.param(
            ("plans", "name=red"),
            "dxgraph: plans has no parameter 'name'; it has: ",
            "dxgraph: plans に「name」という条件はありません。使えるもの: ",
            id="parameter-name",
        ),
    ],
)
@pytest.mark.parametrize("tongue", ["en", "ja"])
def test_a_question_that_cannot_be_asked_is_refused_in_either_language(
    run: Run, tongue: str, arguments: tuple[str, ...], en: str, ja: str
) -> None:
    said = run("query", *arguments, tongue=tongue)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(ja if tongue == "ja" else en)


@pytest.mark.parametrize(
    ("tongue", "message"),
    [("en", "is no workspace: it lacks ontology/, data/"), ("ja", "は作業フォルダではありません")],
)
@pytest.mark.parametrize("command", [("query",), ("sparql", ASK), ("build",), ("stats",)])
def test_a_folder_that_is_no_workspace_is_refused(
    run: Run, tmp_path: Path, command: tuple[str, ...], tongue: str, message: str
) -> None:
    said = run(*command, "--workspace", tmp_path, tongue=tongue)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"dxgraph: {tmp_path} ")
    assert message in said.err


def test_a_workspace_without_questions_lists_none(
    run: Run, here: Workspace, copy: Workspace
) -> None:
    shutil.copytree(here.cache, copy.cache, symlinks=True)
    for path in copy.queries.glob("*.rq"):
        path.unlink()
    assert run("query", "--workspace", copy.root) == (0, b"", "")


def test_an_unknown_format_is_refused_with_those_known(run: Run) -> None:
    said = run(*HEADLINE, "--format", "pdf")
    assert said.code == 2
    assert all(name in said.err for name in FORMATS)


def test_no_command_is_refused_with_the_usage(run: Run) -> None:
    said = run()
    assert said.code == 2
    assert said.err.startswith("usage: dxgraph")


def test_an_unknown_command_is_refused(run: Run) -> None:
    said = run("plans")
    assert said.code == 2
    assert "invalid choice: 'plans'" in said.err


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"DXGRAPH_LANG": "ja"}, "ja"),
        ({"DXGRAPH_LANG": "en", "LANG": "ja_JP.UTF-8"}, "en"),
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LC_ALL": "C", "LANG": "ja_JP.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_is_that_of_the_first_variable_set(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name in ("DXGRAPH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cli.language() == expected


# SPARQL


def test_a_query_may_be_an_argument(run: Run) -> None:
    assert run("sparql", CODE) == (0, "code\n─────\n24324\n(1)\n".encode(), "")


def test_a_query_may_be_in_a_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "質問.rq"
    path.write_text(CODE, encoding="utf-8")
    assert run("sparql", path).raw == run("sparql", CODE).raw


@pytest.mark.parametrize("arguments", [("sparql",), ("sparql", "-")])
def test_a_query_may_come_from_standard_input(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments, stdin=CODE.encode()).raw == run("sparql", CODE).raw


def test_a_saved_question_runs_as_a_file(run: Run, here: Workspace) -> None:
    said = run("sparql", here.queries / "plans.rq", "--format", "csv")
    assert said.code == 0
    assert "朝日町" in said.out


def test_a_file_with_a_byte_order_mark_is_read(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "asked.rq"
    path.write_text(CODE, encoding="utf-8-sig")
    assert run("sparql", path).code == 0


def test_a_file_that_is_not_utf_8_is_refused_with_its_name(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "asked.rq"
    path.write_bytes(f"{CODE} # 朝日町".encode("shift_jis"))
    said = run("sparql", path)
    assert (said.code, said.out) == (2, "")
    assert str(path) in said.err


def test_a_long_query_on_one_line_is_no_file_name(run: Run) -> None:
    long = "x" * 300
    assert run("sparql", f"SELECT ?{long} {{ }}", "--format", "csv").code == 0


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("table", b"code\n"),
        ("csv", b"code\r\n24324"),
        ("tsv", b"?code\n"),
        ("json", b'{"head":'),
        ("md", b"| code |\n"),
        ("xlsx", b"PK"),
        ("xml", b"<?xml"),
    ],
)
def test_a_select_is_written_in_every_format_of_its_kind(run: Run, name: str, start: bytes) -> None:
    said = run("sparql", CODE, "--format", name)
    assert said.code == 0
    assert said.raw.startswith(start)


@pytest.mark.parametrize("name", ["ttl", "nt"])
def test_a_select_is_not_written_as_triples(run: Run, name: str) -> None:
    said = run("sparql", CODE, "--format", name)
    assert (said.code, said.out) == (2, "")
    assert f"'{name}'" in said.err


def test_the_refusal_of_triples_for_a_select_names_every_format_it_has(run: Run) -> None:
    assert "xml" in run("sparql", CODE, "--format", "ttl").err


def test_an_ask_that_holds_is_true(run: Run) -> None:
    assert run("sparql", ASK) == (0, b"true\n", "")


def test_an_ask_that_does_not_hold_is_false(run: Run) -> None:
    assert run("sparql", "ASK { <urn:x> a <urn:y> }") == (0, b"false\n", "")


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_an_ask_is_written_in_the_formats_of_sparql(run: Run, name: str) -> None:
    said = run("sparql", ASK, "--format", name)
    assert said.code == 0
    assert "true" in said.out


@pytest.mark.parametrize("name", ["md", "xlsx", "ttl"])
def test_an_ask_is_not_written_as_a_table_or_triples(run: Run, name: str) -> None:
    said = run("sparql", ASK, "--format", name, tongue="ja")
    assert (said.code, said.out) == (2, "")
    assert f"「{name}」では書けません" in said.err


@pytest.mark.parametrize(
    ("name", "form"),
    [
        (None, ox.RdfFormat.TURTLE),
        ("ttl", ox.RdfFormat.TURTLE),
        ("nt", ox.RdfFormat.N_TRIPLES),
        ("xml", ox.RdfFormat.RDF_XML),
        ("json", ox.RdfFormat.JSON_LD),
    ],
)
def test_a_construct_is_written_as_triples(run: Run, name: str | None, form: ox.RdfFormat) -> None:
    said = run("sparql", CONSTRUCT, *(("--format", name) if name else ()))
    assert said.code == 0
    assert [quad.object for quad in ox.parse(said.raw, form)] == [ox.Literal("24324")]


@pytest.mark.parametrize("name", ["csv", "table", "md", "xlsx"])
def test_a_construct_is_not_written_as_a_table(run: Run, name: str) -> None:
    said = run("sparql", CONSTRUCT, "--format", name)
    assert (said.code, said.out) == (2, "")
    assert "choose one of: ttl, nt, xml, json" in said.err


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "INSERT"),
        ("DELETE WHERE { ?s ?p ?o }", "DELETE"),
        ("LOAD <file:///etc/passwd>", "LOAD"),
        ("CLEAR ALL", "CLEAR"),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "FROM"),
    ],
)
@pytest.mark.parametrize("tongue", ["en", "ja"])
def test_what_is_not_a_closed_read_only_query_is_refused(
    run: Run, query: str, word: str, tongue: str
) -> None:
    said = run("sparql", query, tongue=tongue)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("dxgraph: query:1:")
    assert word in said.err
    assert bool(re.search(r"[ぁ-ん]", said.err)) == (tongue == "ja")


def test_an_update_from_standard_input_is_refused(run: Run) -> None:
    assert run("sparql", stdin=b"CLEAR ALL").code == 2


def test_what_is_no_sparql_is_refused_with_its_place(run: Run) -> None:
    said = run("sparql", "SELECT * {\n  ?s ?p }")
    assert said.code == 2
    assert re.match(r"dxgraph: query:2:\d+: ", said.err)


def test_a_missing_file_is_refused(run: Run, tmp_path: Path) -> None:
    said = run("sparql", tmp_path / "none.rq")
    assert (said.code, said.out) == (2, "")


def test_an_empty_query_is_refused(run: Run) -> None:
    assert run("sparql", stdin=b"").code == 2


# The other commands


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("tongue", ["en", "ja"])
def test_every_command_explains_itself(run: Run, command: str, tongue: str) -> None:
    said = run(command, "--help", tongue=tongue)
    assert said.code == 0
    assert said.out.startswith(f"usage: dxgraph {command}")
    assert "--workspace DIR" in said.out
    assert bool(re.search(r"[ぁ-んァ-ヶ]", said.out)) == (tongue == "ja")


def test_the_help_names_every_command(run: Run) -> None:
    listed = re.findall(r"^    ([\w-]+)  ", run("--help").out, re.MULTILINE)
    assert sorted(listed) == sorted(COMMANDS)


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version") == (0, f"dxgraph {dxgraph.__version__}\n".encode(), "")


def test_build_prints_the_version_and_its_triples(run: Run, here: Workspace) -> None:
    version = build.current(here)
    assert version is not None
    said = run("build")
    assert said.code == 0
    assert said.out.split()[:3] == [version.name, str(version.report["triples"]), "triples"]


def test_build_names_the_file_and_line_of_a_record_it_cannot_read(
    run: Run, copy: Workspace
) -> None:
    record = next(copy.data.glob("municipalities/*.yaml"))
    record.write_text("a: [\n", encoding="utf-8")
    said = run("build", "--workspace", copy.root)
    assert (said.code, said.out) == (2, "")
    assert re.search(rf"{re.escape(record.name)}:\d+", said.err)


def test_the_first_question_of_a_workspace_says_that_it_builds(run: Run, copy: Workspace) -> None:
    said = run("sparql", ASK, "--workspace", copy.root)
    assert said.out == "true\n"
    assert said.err == f"dxgraph: building the graph ({copy.cache})\n"


def test_stats_counts_the_triples_of_every_graph(run: Run, version: build.Version) -> None:
    said = run("stats")
    triples, _, _ = said.out.partition("things\n")
    assert said.code == 0
    assert counted(triples) == version.report["graphs"]


def test_stats_counts_the_things_of_every_class(run: Run, version: build.Version) -> None:
    _, _, things = run("stats").out.partition("things\n")
    assert counted(things)["Municipality"] >= 2
    assert counted(things)["Measure"] >= 45


def test_a_command_runs_as_a_program(here: Workspace) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dxgraph.cli", *HEADLINE, "--format", "csv"],
        cwd=here.root,
        env={**os.environ, "DXGRAPH_LANG": "ja", "LC_ALL": "C"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert "東員町" in done.stdout.decode("utf-8")


@pytest.mark.parametrize(
    "arguments",
    [("sparql", "ASK { FILTER ('\udcff' != '') }"), ("query", "schedule", "measure=\udcff")],
)
def test_an_argument_that_is_no_text_is_refused(run: Run, arguments: tuple[str, ...]) -> None:
    said = run(*arguments)
    assert (said.code, said.raw) == (2, b"")
    assert said.err.startswith("dxgraph: ")


def alone(here: Workspace, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
    """A command as a process of its own, begun and not waited for."""
    return subprocess.Popen(
        [sys.executable, "-m", "dxgraph.cli", *arguments, "--workspace", str(here.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **variables},
    )


def test_questions_are_listed_in_utf_8_whatever_the_terminal_claims(here: Workspace) -> None:
    with alone(here, "query", DXGRAPH_LANG="ja", PYTHONIOENCODING="ascii") as process:
        out, _ = process.communicate()
    assert process.returncode == 0
    assert "どこか" in out.decode("utf-8")


def test_a_reader_that_stops_early_is_no_error(here: Workspace) -> None:
    query = "SELECT ?s ?p ?o { ?s ?p ?o }"
    with alone(here, "sparql", query, "--format", "csv") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().strip() == b"s,p,o"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


# Another server


@pytest.fixture(scope="module")
def filled(oxigraph: Server, here: Workspace) -> str:
    """The address of a server that holds the graph."""
    load.load(here, build.build(here), oxigraph.url, restart=True)
    return oxigraph.url


def test_a_question_is_answered_by_another_server_alike(run: Run, filled: str) -> None:
    for arguments in (HEADLINE, ("sparql", CODE, "--format", "json"), ("stats",)):
        there = run(*arguments, "--store", f"sparql:{filled}")
        assert (there.code, there.err) == (0, "")
        assert there.out == run(*arguments).out


def test_the_environment_may_name_the_server(
    run: Run, filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DXGRAPH_STORE", "sparql:http://127.0.0.1:1/query")
    assert run(*HEADLINE).code == 2
    assert run(*HEADLINE, "--store", filled).code == 0


def test_load_says_what_it_sent_and_nothing_the_second_time(run: Run, oxigraph: Server) -> None:
    assert re.search(r" [1-9]\d* sent$", run("load", oxigraph.url, "--restart").out, re.MULTILINE)
    assert run("load", oxigraph.url, "--chunk", "500").out.endswith(" 0 sent\n")


@pytest.mark.parametrize("wrong", [("--chunk", "0"), ("--chunk", "x"), ("--by", "post")])
def test_load_refuses_what_it_cannot_mean(run: Run, wrong: tuple[str, str]) -> None:
    said = run("load", "http://127.0.0.1:1/query", *wrong)
    assert said.code == 2
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("tongue", "words"), [("en", "no server answers"), ("ja", "返事がありません")]
)
def test_a_server_that_is_not_there_is_said_in_the_language_of_the_reader(
    run: Run, tongue: str, words: str
) -> None:
    for command in (("load",), ("query", "plans", "--store"), ("sparql", CODE, "--store")):
        said = run(*command, "http://127.0.0.1:1/query", tongue=tongue)
        assert said.code == 2
        assert words in said.err
        assert "Traceback" not in said.err
