"""The ``dxgraph`` command: arguments to calls, results to print, nothing else.

Exit codes: 0 good, 1 findings or no answer, 2 misuse or bad input.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import dxgraph
from dxgraph import build, executors, findings, settings, workspace
from dxgraph.arguments import Command, parser
from dxgraph.errors import BadParameter, DxgraphError, MalformedQuery


def language() -> str:
    """``ja`` or ``en``: DXGRAPH_LANG, else what the locale variables say."""
    for name in ("DXGRAPH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if chosen := os.environ.get(name):
            return "ja" if chosen.lower().startswith("ja") else "en"
    return "en"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; return its exit code."""
    tongue = language()
    options = parser(tongue, COMMANDS).parse_args(arguments)
    command: Command = options.command
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


def _progress(step: str) -> None:
    if sys.stderr.isatty():
        print(f"dxgraph: {step} …", file=sys.stderr)


def _open(options: argparse.Namespace) -> dxgraph.Graph:
    if options.store:
        return dxgraph.connect(options.store, options.workspace)
    _built(options)
    return dxgraph.open(options.workspace, _progress)


def _built(options: argparse.Namespace) -> workspace.Workspace:
    """The workspace, after saying so when its graph has to be built first."""
    place = workspace.find(options.workspace)
    if build.up_to_date(place) is None:
        told = "グラフを構築します" if language() == "ja" else "building the graph"
        print(f"dxgraph: {told} ({place.cache})", file=sys.stderr)
    return place


def _print(text: str | bytes) -> None:
    if isinstance(text, str):
        text = text.encode("utf-8")
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()


def _build(options: argparse.Namespace) -> int:
    place = workspace.find(options.workspace)
    with executors.chosen(options.executor) as executor:
        if options.validate:
            from dxgraph import validate

            made = None if options.force else build.plans(place, _progress, executor)
            found = validate.validate(place, progress=_progress, executor=executor, plans_made=made)
            if findings.failing(found):
                return _reported(found, "text")
        version = build.build(place, _progress, force=options.force, executor=executor)
    report = version.report
    print(f"{version.name}  {report['triples']} triples  {version.folder}")
    return 0


def _query(options: argparse.Namespace) -> int:
    from dxgraph import imprint, tables

    graph = _open(options)
    if options.name is None:
        width = max((len(query.name) for query in graph.catalog), default=0)
        for query in graph.catalog:
            _print(f"{query.name:{width}}  {query.question[language()]}\n")
        return 0
    values = dict(map(_pair, options.parameters))
    table = graph.query(options.name, **values)
    workbook = options.format == "xlsx"
    about = imprint.of_question(graph, options.name, values) if workbook else None
    _print(tables.render(table, options.format, about=about, bom=options.bom))
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
    from dxgraph import validate

    baseline = findings.Baseline.read(options.baseline) if options.baseline else None
    with executors.chosen(options.executor) as executor:
        found = validate.validate(
            workspace.find(options.workspace),
            options.paths,
            engine=options.engine,
            afresh=options.afresh,
            progress=_progress,
            executor=executor,
        )
    if baseline:
        found = baseline.mark(found)
    shown = findings.at_least(found, options.severity)
    _print(findings.render(shown, options.format, language()))
    return 1 if findings.failing(shown, least=options.fail_on) else 0


def _reported(found: list[findings.Finding], form: str) -> int:
    _print(findings.render(found, form, language()))
    return 1 if findings.failing(found) else 0


def _verify(options: argparse.Namespace) -> int:
    from dxgraph import verify

    place = workspace.find(options.workspace)
    return _reported(verify.verify(place, options.sources, _progress), options.format)


def _new_plan(options: argparse.Namespace) -> int:
    from dxgraph import skeleton

    out = None if options.out == "-" else Path(options.out)
    text = skeleton.new_plan(workspace.find(options.workspace), options.code, out, options.source)
    if out is None:
        _print(text)
    return 0


def _serve(options: argparse.Namespace) -> int:
    from dxgraph.server import serve

    place = workspace.find(options.workspace)
    chosen = settings.read((place.root, Path.cwd()), flags=settings.given(options))
    if not options.data and not options.store:
        _built(options)
        if build.up_to_date(place) is None:
            build.build(place, _progress)
    serve(place, chosen, options.data, options.store or "")
    return 0


def _publish(options: argparse.Namespace) -> int:
    from dxgraph.publish import publish

    written = publish(_built(options), options.folder, options.public_url, _counted)
    for broken in written.broken:
        first, more = broken.pages[0], len(broken.pages) - 1
        said = f"{first} (+{more}): {broken.link}: {broken.reason}"
        print(said, file=sys.stderr)
    print(
        f"{written.folder}  {written.files} files  {written.size} bytes  "
        f"{len(written.broken)} broken links  {written.index} bytes of index for search"
    )
    if written.left_out:
        print(_left_out(written.left_out), file=sys.stderr)
    return 1 if written.broken else 0


def _left_out(kinds: Sequence[str]) -> str:
    """What is said of kinds that the index for search left out."""
    from dxgraph.labels import KINDS

    if language() == "ja":
        return "検索の索引が大きくなりすぎるため、次の種類を除きました: " + "、".join(
            KINDS[kind].ja for kind in kinds
        )
    return "left out of search, as its index would be too large: " + ", ".join(
        KINDS[kind].several for kind in kinds
    )


def _counted(done: int, known: int) -> None:
    _bar("publish", done, known)


def _load(options: argparse.Namespace) -> int:
    from dxgraph import load

    place = _built(options)
    version = build.build(place, _progress)
    loaded = load.load(
        place,
        version,
        options.url,
        way=options.by,
        to=options.to,
        chunk=options.chunk,
        restart=options.restart,
        progress=_bar,
    )
    total = sum(loaded.graphs.values())
    for name in loaded.removed:
        print(f"- {name}")
    print(f"{loaded.endpoint}  {len(loaded.graphs)} graphs  {total} triples  {loaded.sent} sent")
    return 0


def _dump(options: argparse.Namespace) -> int:
    from dxgraph import dumps

    place = _built(options)
    version = build.build(place, _progress)
    form = options.format or dumps.form_of(options.out)
    if options.out is None:
        dumps.write(version, place.queries, form, sys.stdout.buffer)
    else:
        dumps.write_file(version, place.queries, form, options.out)
    return 0


def _bar(name: str, done: int, total: int) -> None:
    """How far a load is, on one line of a terminal."""
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(
            f"\r\x1b[Kdxgraph: {done:,} / {total:,}  {name}", end=end, file=sys.stderr, flush=True
        )


def _stats(options: argparse.Namespace) -> int:
    from dxgraph import counts

    graph = _open(options)
    for title, count_of in (("triples", counts.triples), ("things", counts.things)):
        print(title)
        for name, count in count_of(graph.store).items():
            print(f"  {count:7,}  {name}")
    plan = ""
    for row in graph.query("town-profile"):
        if row["plan"] != plan:
            plan = str(row["plan"])
            print(f"{row['municipality']} {row['name']} {plan}")
        print(f"  {row['count']:7,}  {row['kind']}")
    return 0


#: What each command of ``arguments.COMMANDS`` does.
COMMANDS: dict[str, Command] = {
    "build": _build,
    "query": _query,
    "sparql": _sparql,
    "validate": _validate,
    "new-plan": _new_plan,
    "verify": _verify,
    "serve": _serve,
    "dump": _dump,
    "publish": _publish,
    "load": _load,
    "stats": _stats,
}


if __name__ == "__main__":
    sys.exit(main())
