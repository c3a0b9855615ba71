"""The ``dxgraph`` command: arguments to calls, results to print, nothing else.

Exit codes: 0 good, 1 findings or no answer, 2 misuse or bad input.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import dxgraph
from dxgraph import build, findings, settings, workspace
from dxgraph.errors import BadParameter, DxgraphError, MalformedQuery
from dxgraph.tables import FORMATS

_FORMATS = tuple(FORMATS)


def language() -> str:
    """``ja`` or ``en``: DXGRAPH_LANG, else what the locale variables say."""
    for name in ("DXGRAPH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if chosen := os.environ.get(name):
            return "ja" if chosen.lower().startswith("ja") else "en"
    return "en"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; return its exit code."""
    tongue = language()
    parser = _parser(tongue)
    options = parser.parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except DxgraphError as error:
        for each in (error, *error.others):
            print(f"dxgraph: {each.in_language(tongue)}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _parser(tongue: str) -> argparse.ArgumentParser:
    def say(ja: str, en: str) -> str:
        return ja if tongue == "ja" else en

    parser = argparse.ArgumentParser(
        prog="dxgraph",
        description=say(
            "市町村の DX 推進計画の知識グラフ", "A knowledge graph of Japanese municipal DX plans"
        ),
    )
    parser.add_argument("--version", action="version", version=f"dxgraph {dxgraph.__version__}")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--workspace",
        metavar="DIR",
        help=say(
            "data/ と ontology/ のあるフォルダ (既定: 現在のフォルダ、なければ同梱のもの)",
            "folder with data/ and ontology/ (default: the current one, else the packaged one)",
        ),
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(
        name: str, command: Callable[[argparse.Namespace], int], ja: str, en: str
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, parents=[shared], help=say(ja, en), description=say(ja, en))
        sub.set_defaults(command=command)
        return sub

    sub = add("build", _build, "グラフを構築する", "build the graph")
    sub.add_argument(
        "--force", action="store_true", help=say("同じ版でも作り直す", "rebuild the same version")
    )
    sub.add_argument(
        "--validate",
        action="store_true",
        help=say(
            "先に検証し、違反があれば切り替えない", "validate first; switch only without violations"
        ),
    )
    sub = add("query", _query, "保存済みの質問に答える", "answer a saved question")
    sub.add_argument("name", nargs="?", help=say("名前。省くと一覧", "its name; omit to list"))
    sub.add_argument("parameters", nargs="*", metavar="key=value")
    sub.add_argument("--format", choices=_FORMATS, default="table")
    sub = add("sparql", _sparql, "SPARQL で尋ねる", "ask in SPARQL")
    sub.add_argument(
        "query",
        nargs="?",
        default="-",
        help=say("クエリ、ファイル、または - (標準入力)", "query, file, or - for standard input"),
    )
    sub.add_argument(
        "--format", choices=(*_FORMATS, "xml", "ttl", "nt", "trig", "nq"), default=None
    )
    sub = add("validate", _validate, "SHACL で検証する", "validate with SHACL")
    sub.add_argument("--format", choices=tuple(findings.FORMATS), default="text")
    sub = add("verify", _verify, "原資料の行と照合する", "compare with the lines of the sources")
    sub.add_argument("--sources", metavar="DIR", required=True, type=Path)
    sub.add_argument("--format", choices=tuple(findings.FORMATS), default="text")
    sub = add("serve", _serve, "SPARQL エンドポイントを開く", "serve the SPARQL endpoint")
    sub.add_argument(
        "--data",
        nargs="+",
        metavar="FILE",
        type=Path,
        default=(),
        help=say("構築済みのグラフの代わりに RDF ファイルを公開する", "serve RDF files instead"),
    )
    settings.add_arguments(sub, say)
    add("stats", _stats, "グラフの数を示す", "count what the graph holds")
    return parser


def _progress(step: str) -> None:
    if sys.stderr.isatty():
        print(f"dxgraph: {step} …", file=sys.stderr)


def _open(options: argparse.Namespace) -> dxgraph.Graph:
    place = workspace.find(options.workspace)
    if build.up_to_date(place) is None:
        told = "グラフを構築します" if language() == "ja" else "building the graph"
        print(f"dxgraph: {told} ({place.cache})", file=sys.stderr)
    return dxgraph.open(options.workspace, _progress)


def _print(text: str | bytes) -> None:
    if isinstance(text, str):
        text = text.encode("utf-8")
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()


def _build(options: argparse.Namespace) -> int:
    place = workspace.find(options.workspace)
    if options.validate and (code := _validated(place, "text")):
        return code
    version = build.build(place, _progress, force=options.force)
    report = version.report
    print(f"{version.name}  {report['triples']} triples  {version.folder}")
    return 0


def _query(options: argparse.Namespace) -> int:
    from dxgraph import tables

    graph = _open(options)
    if options.name is None:
        width = max((len(query.name) for query in graph.catalog), default=0)
        for query in graph.catalog:
            _print(f"{query.name:{width}}  {query.question[language()]}\n")
        return 0
    values = dict(map(_pair, options.parameters))
    _print(tables.render(graph.query(options.name, **values), options.format))
    return 0


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise BadParameter(
            f"'{text}' is no parameter; write it as key=value",
            f"「{text}」は条件ではありません。key=value の形で書いてください",
        )
    return key, value


def _sparql(options: argparse.Namespace) -> int:
    from dxgraph import answers

    graph = _open(options)
    _print(answers.write(graph.answer(_query_text(options.query)), options.format))
    return 0


def _query_text(given: str) -> str:
    """The query itself, the text of the file it names, or what standard input holds for ``-``."""
    path = None if given == "-" else Path(given)
    try:
        if path is not None and not path.is_file():
            return given
    except (OSError, ValueError):
        return given
    data = sys.stdin.buffer.read() if path is None else path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedQuery(
            "not UTF-8 text; save the query as UTF-8",
            "UTF-8 の文字列ではありません。UTF-8 で保存してください",
            path=path or "query",
        ) from error


def _validate(options: argparse.Namespace) -> int:
    return _validated(workspace.find(options.workspace), options.format)


def _validated(place: workspace.Workspace, form: str) -> int:
    from dxgraph import validate

    return _reported(validate.validate(place, _progress), form)


def _reported(found: list[findings.Finding], form: str) -> int:
    _print(findings.render(found, form, language()))
    return 1 if findings.failing(found) else 0


def _verify(options: argparse.Namespace) -> int:
    from dxgraph import verify

    place = workspace.find(options.workspace)
    return _reported(verify.verify(place, options.sources, _progress), options.format)


def _serve(options: argparse.Namespace) -> int:
    from dxgraph.server import serve

    place = workspace.find(options.workspace)
    chosen = settings.read((place.root, Path.cwd()), flags=settings.given(options))
    if not options.data:
        _open(options)
    serve(place, chosen, options.data)
    return 0


def _stats(options: argparse.Namespace) -> int:
    graph = _open(options)
    for title, counts in (
        ("triples", build.graph_counts(graph.store.raw)),
        ("things", build.entity_counts(graph.store.raw)),
    ):
        print(title)
        for name, count in counts.items():
            print(f"  {count:7,}  {name}")
    plan = ""
    for row in graph.query("town-profile"):
        if row["plan"] != plan:
            plan = str(row["plan"])
            print(f"{row['municipality']} {row['name']} {plan}")
        print(f"  {row['count']:7,}  {row['kind']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
