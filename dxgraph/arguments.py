"""The command line of ``dxgraph``: every command, its options, and what each says of itself."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import dxgraph
from dxgraph import findings, settings
from dxgraph.shapes import ENGINES
from dxgraph.tables import FORMATS

#: A command: what it does with its options, and the exit code it returns.
Command = Callable[[argparse.Namespace], int]
#: Chooses the text in the reader's language, Japanese first.
Say = Callable[[str, str], str]

_FORMATS = tuple(FORMATS)
_REPORTS = tuple(findings.FORMATS)


def parser(language: str, commands: Mapping[str, Command]) -> argparse.ArgumentParser:
    """The parser of the command line, which puts the command into ``command``.

    ``commands`` has one for each name of COMMANDS.
    """

    def say(ja: str, en: str) -> str:
        return ja if language == "ja" else en

    made = argparse.ArgumentParser(
        prog="dxgraph",
        description=say(
            "市町村の DX 推進計画の知識グラフ", "A knowledge graph of Japanese municipal DX plans"
        ),
    )
    made.add_argument("--version", action="version", version=f"dxgraph {dxgraph.__version__}")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--workspace",
        metavar="DIR",
        help=say(
            "data/ と ontology/ のあるフォルダ (既定: 現在のフォルダ、なければ同梱のもの)",
            "folder with data/ and ontology/ (default: the current one, else the packaged one)",
        ),
    )
    subs = made.add_subparsers(metavar="COMMAND", required=True)
    for name, (ja, en, describe) in COMMANDS.items():
        sub = subs.add_parser(name, parents=[shared], help=say(ja, en), description=say(ja, en))
        sub.set_defaults(command=commands[name])
        describe(sub, say)
    return made


def _build(sub: argparse.ArgumentParser, say: Say) -> None:
    sub.add_argument(
        "--force",
        action="store_true",
        help=say("同じ版でも初めから作り直す", "rebuild the version from nothing"),
    )
    sub.add_argument(
        "--validate",
        action="store_true",
        help=say(
            "先に検証し、違反があれば切り替えない", "validate first; switch only without violations"
        ),
    )
    _executor(sub, say)


def _query(sub: argparse.ArgumentParser, say: Say) -> None:
    sub.add_argument("name", nargs="?", help=say("名前。省くと一覧", "its name; omit to list"))
    sub.add_argument(
        "parameters",
        nargs="*",
        metavar="key=value",
        help=say("条件 (例: technology=AI-OCR)", "parameters, such as technology=AI-OCR"),
    )
    sub.add_argument("--format", choices=_FORMATS, default="table")
    sub.add_argument(
        "--bom",
        action="store_true",
        help=say("CSV と TSV の先頭に Excel 用の印を付ける", "mark CSV and TSV as UTF-8 for Excel"),
    )
    _store(sub, say)


def _sparql(sub: argparse.ArgumentParser, say: Say) -> None:
    sub.add_argument(
        "query",
        nargs="?",
        default="-",
        help=say("クエリ、ファイル、または - (標準入力)", "query, file, or - for standard input"),
    )
    sub.add_argument(
        "--format", choices=(*_FORMATS, "xml", "ttl", "nt", "trig", "nq"), default=None
    )
    _store(sub, say)


def _validate(sub: argparse.ArgumentParser, say: Say) -> None:
    sub.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        type=Path,
        help=say(
            "記録か、記録のフォルダ (既定: 作業フォルダのすべて)",
            "records or folders of records (default: all of the workspace)",
        ),
    )
    sub.add_argument("--format", choices=_REPORTS, default="text")
    sub.add_argument(
        "--baseline",
        metavar="FILE",
        type=Path,
        help=say(
            "以前の --format json の結果。新しい指摘だけを失敗とする",
            "an earlier --format json report; only findings that are new fail",
        ),
    )
    sub.add_argument(
        "--severity",
        choices=findings.SEVERITIES,
        default="Info",
        help=say("示す最も軽い重さ (既定: Info)", "the mildest shown (default: Info)"),
    )
    sub.add_argument(
        "--fail-on",
        choices=findings.SEVERITIES,
        default="Violation",
        help=say("失敗とする最も軽い重さ (既定: Violation)", "the mildest that fails"),
    )
    sub.add_argument(
        "--engine",
        choices=tuple(ENGINES),
        default="shacl",
        help=say("SHACL エンジン (pyshacl は基準)", "SHACL engine (pyshacl is the reference)"),
    )
    sub.add_argument(
        "--afresh",
        action="store_true",
        help=say("以前の判定を使わない", "use no verdict of an earlier run"),
    )
    _executor(sub, say)


def _executor(sub: argparse.ArgumentParser, say: Say) -> None:
    sub.add_argument(
        "--executor",
        metavar="processes|here|dask://HOST:PORT",
        default="processes",
        help=say(
            "どこで計算するか: コア数のプロセス (既定)、このプロセス、Dask のクラスタ",
            "where to compute: a process a core (default), this process, a Dask cluster",
        ),
    )


def _new_plan(sub: argparse.ArgumentParser, say: Say) -> None:
    sub.add_argument("code", metavar="CODE", help=say("団体コード", "code of the municipality"))
    sub.add_argument("--out", metavar="FILE", default="-", help=say("書く先", "where to write"))
    sub.add_argument(
        "--source", metavar="TEXT", type=Path, help=say("原資料のテキスト", "text of the plan")
    )


def _verify(sub: argparse.ArgumentParser, say: Say) -> None:
    sub.add_argument(
        "--sources",
        metavar="DIR",
        required=True,
        type=Path,
        help=say("原資料のテキストのフォルダ", "folder of the source texts"),
    )
    sub.add_argument("--format", choices=_REPORTS, default="text")


def _serve(sub: argparse.ArgumentParser, say: Say) -> None:
    chosen = sub.add_mutually_exclusive_group()
    chosen.add_argument(
        "--data",
        nargs="+",
        metavar="FILE",
        type=Path,
        default=(),
        help=say(
            "構築済みのグラフの代わりに公開する RDF ファイル (.ttl .nt .nq .trig .rdf .jsonld)",
            "RDF files to serve instead of the built graph (.ttl .nt .nq .trig .rdf .jsonld)",
        ),
    )
    _store(chosen, say)
    settings.add_arguments(sub, say)


def _publish(sub: argparse.ArgumentParser, say: Say) -> None:
    sub.add_argument("folder", metavar="DIR", type=Path, help=say("書く先", "where to write"))
    sub.add_argument(
        "--public-url",
        metavar="URL",
        default="",
        help=say(
            "公開するアドレス (既定: どのホストの最上位でもよい)",
            "address it will be seen at (default: the top of any host)",
        ),
    )


def _load(sub: argparse.ArgumentParser, say: Say) -> None:
    sub.add_argument(
        "url", metavar="URL", help=say("サーバーの問い合わせ先", "the server's query endpoint")
    )
    sub.add_argument(
        "--by",
        choices=("graph-store", "update"),
        help=say("書き込みの方法 (既定: 調べる)", "how to write (default: found out)"),
    )
    sub.add_argument(
        "--to",
        metavar="URL",
        help=say("書き込み先 (既定: 調べる)", "where to (default: found out)"),
    )
    sub.add_argument(
        "--chunk", type=_positive, default=2_000, help=say("一度に送る件数", "triples a request")
    )
    sub.add_argument(
        "--restart",
        action="store_true",
        help=say("続きからでなく初めから", "from the beginning, not where it stopped"),
    )


def _dump(sub: argparse.ArgumentParser, say: Say) -> None:
    sub.add_argument(
        "--format",
        choices=("nq", "trig", "ttl", "jsonld", "csv"),
        help=say(
            "形式。csv は表の束 (zip) (既定: -o の拡張子、なければ nq)",
            "format; csv is a bundle of tables (zip) (default: the ending of -o, else nq)",
        ),
    )
    sub.add_argument(
        "-o",
        "--out",
        metavar="FILE",
        type=Path,
        help=say(
            "書く先。.gz で終われば圧縮する (既定: 標準出力)",
            "where to write; packed if it ends in .gz (default: standard output)",
        ),
    )


def _store(sub: argparse._ActionsContainer, say: Say) -> None:
    sub.add_argument(
        "--store",
        metavar="sparql:URL",
        default=os.environ.get("DXGRAPH_STORE"),
        help=say(
            "グラフを持つ SPARQL サーバー (既定: 環境変数 DXGRAPH_STORE、なければ手元のグラフ)",
            "SPARQL server that holds the graph (default: DXGRAPH_STORE, else the graph here)",
        ),
    )


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


#: Name -> what the command does, in Japanese and English, and what describes its options.
COMMANDS: dict[str, tuple[str, str, Callable[[argparse.ArgumentParser, Say], None]]] = {
    "build": ("グラフを構築する", "build the graph", _build),
    "query": ("保存済みの質問に答える", "answer a saved question", _query),
    "sparql": ("SPARQL で尋ねる", "ask in SPARQL", _sparql),
    "validate": ("記録を検証する", "validate records", _validate),
    "new-plan": ("計画の記録のひな形を作る", "begin the record of a plan", _new_plan),
    "verify": ("原資料の行と照合する", "compare with the lines of the sources", _verify),
    "serve": ("SPARQL エンドポイントを開く", "serve the SPARQL endpoint", _serve),
    "dump": ("グラフをファイルに書く", "write the graph to a file", _dump),
    "publish": ("静的なサイトとして書き出す", "write the site as static files", _publish),
    "load": ("SPARQL サーバーにグラフを入れる", "fill a SPARQL server", _load),
    "stats": ("グラフの数を示す", "count what the graph holds", _store),
}
