"""Settings of the server: flags before environment before ``dxgraph.toml`` before defaults.

``--deadline 5``, ``DXGRAPH_DEADLINE=5`` and ``deadline = 5`` under ``[serve]`` of a
``dxgraph.toml`` in the workspace or the current folder say the same.

>>> read(environment={"DXGRAPH_DEADLINE": "5"}).deadline
5.0
"""

from __future__ import annotations

import argparse
import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from dxgraph.errors import BadSetting

FILE = "dxgraph.toml"
_MIB = 1024 * 1024


def _setting(default: Any, unit: str, ja: str, en: str, **bounds: Any) -> Any:
    return field(default=default, metadata={"unit": unit, "ja": ja, "en": en, **bounds})


@dataclass(frozen=True)
class Settings:
    """How to serve; 0 stands for "as fits the machine" where a setting says so."""

    host: str = _setting(
        "127.0.0.1",
        "ADDRESS",
        "待ち受けるアドレス。0.0.0.0 なら外からも受ける",
        "address to listen on; 0.0.0.0 lets other machines in",
    )
    port: int = _setting(8080, "N", "待ち受けるポート", "port to listen on", least=1, most=65535)
    public_url: str = _setting(
        "",
        "URL",
        "外から見たアドレス。空なら要求の Host による",
        "address as seen from outside; empty: what a request's Host says",
    )
    fronts: int = _setting(
        0,
        "N",
        "HTTP を受けるプロセスの数。0 ならコア二つに一つ",
        "processes that speak HTTP; 0: one for two cores",
        most=64,
    )
    workers: int = _setting(
        0,
        "N",
        "クエリを実行するプロセスの数。0 ならコアの数の 4 倍に 8 を足す",
        "processes that run queries; 0: four a core and eight",
        most=512,
    )
    deadline: float = _setting(
        10.0,
        "SECONDS",
        "一つのクエリの期限。過ぎると 503",
        "how long a query may run; then 503",
        least=0.1,
        most=3600,
    )
    queue: float = _setting(
        5.0,
        "SECONDS",
        "空いたプロセスを待つ上限。過ぎると 503",
        "how long a request waits for a free process; then 503",
        least=0.05,
        most=60,
    )
    waiting: int = _setting(
        64,
        "N",
        "HTTP を受けるプロセスごとに同時に扱う要求の数。超えると 503",
        "requests in progress at once, for each process that speaks HTTP; more: 503",
        least=1,
        most=4096,
    )
    hold: int = _setting(
        0,
        "MiB",
        "グラフを記憶域に置く上限。超えるグラフはファイルから読む。0 なら計算機の四分の一",
        "memory the graph may take; a larger one is read from files. 0: a quarter of the machine's",
        most=1 << 24,
    )
    memory: int = _setting(
        0,
        "MiB",
        "一つのクエリが使える記憶域。0 なら計算機の半分を分け、256 から 1024",
        "memory a query may use; 0: a share of half the machine, 256 to 1024",
        most=1 << 20,
    )
    result: int = _setting(
        64,
        "MiB",
        "一つの答えの大きさの上限。超えると 413",
        "size an answer may have; more: 413",
        least=1,
        most=1 << 14,
    )
    rows: int = _setting(
        0,
        "N",
        "これを超える行は切り、そう示す。0 なら切らない",
        "cut answers to so many rows, and say so; 0: never",
        most=10_000_000,
    )
    cache: int = _setting(
        64,
        "MiB",
        "取っておく答え。HTTP を受けるプロセスごとと、共有フォルダの上限。0 ならなし",
        "answers to keep, in each process that speaks HTTP and on disk; 0: none",
        most=1 << 14,
    )
    log: str = _setting(
        "json",
        "FORM",
        "要求の記録の形式。json、text、off のどれか",
        "form of the log of requests: json, text or off",
        among=("json", "text", "off"),
    )

    @property
    def worker_count(self) -> int:
        """More than cores, because a heavy query holds one until its deadline."""
        return self.workers or 4 * _cores() + 8

    @property
    def front_count(self) -> int:
        """One for every two cores; the others are for queries."""
        return self.fronts or max(1, _cores() // 2)

    @property
    def hold_bytes(self) -> int:
        """The memory a graph may take: a quarter of the machine's unless told."""
        return self.hold * _MIB or _machine_memory() // 4

    @property
    def memory_bytes(self) -> int:
        """A worker's share of half the machine's memory, between 256 MiB and 1 GiB."""
        share = _machine_memory() // 2 // self.worker_count
        return self.memory * _MIB or min(max(share, 256 * _MIB), 1024 * _MIB)

    @property
    def result_bytes(self) -> int:
        """The result ceiling in bytes."""
        return self.result * _MIB

    @property
    def cache_bytes(self) -> int:
        """The cache's bound in bytes."""
        return self.cache * _MIB


def add_arguments(parser: argparse.ArgumentParser, say: Callable[[str, str], str]) -> None:
    """Give a parser one flag a setting, each with its default and its environment variable."""
    group = parser.add_argument_group(
        say("設定", "settings"),
        say(
            "[ ] は既定値と環境変数。フラグ、環境変数、作業フォルダか現在のフォルダにある "
            f"{FILE} の [serve] (例: deadline = 5) の順に優先します。",
            "[ ] shows the default and the environment variable. Flags win over variables, those "
            f"over [serve] in a {FILE} of the workspace or the current folder (deadline = 5).",
        ),
    )
    empty = say("空", "empty")
    for each in fields(Settings):
        meaning = say(each.metadata["ja"], each.metadata["en"])
        group.add_argument(
            f"--{_flag(each)}",
            metavar=each.metadata["unit"],
            default=None,
            help=f"{meaning} [{each.default if each.default != '' else empty}; {_variable(each)}]",
        )


def given(options: argparse.Namespace) -> dict[str, str]:
    """The settings a command line names."""
    named = {each.name: getattr(options, each.name, None) for each in fields(Settings)}
    return {name: value for name, value in named.items() if value is not None}


def read(
    folders: Iterable[Path] = (),
    environment: Mapping[str, str] = os.environ,
    flags: Mapping[str, str] | None = None,
) -> Settings:
    """The settings of the first folder with a ``dxgraph.toml``, the environment and the flags.

    Raises BadSetting, with file, variable or flag, for a name or value that is none.
    """
    values: dict[str, Any] = {}
    known = {each.name: each for each in fields(Settings)}
    for path in [path for folder in folders if (path := folder / FILE).is_file()][:1]:
        for key, value in _table(path).items():
            name = str(key).replace("-", "_")
            if name not in known:
                listed = ", ".join(_flag(each) for each in known.values())
                raise BadSetting(
                    f"there is no setting '{key}'; there are: {listed}",
                    f"「{key}」という設定はありません。あるもの: {listed}",
                    path=path,
                )
            values[name] = _value(known[name], value, f"{path}: {key}")
    for name, each in known.items():
        if (text := environment.get(_variable(each))) not in (None, ""):
            values[name] = _value(each, text, _variable(each))
    for name, text in (flags or {}).items():
        values[name] = _value(known[name], text, f"--{_flag(known[name])}")
    return Settings(**values)


def _flag(each: Field[Any]) -> str:
    return each.name.replace("_", "-")


def _variable(each: Field[Any]) -> str:
    return "DXGRAPH_" + each.name.upper()


def _table(path: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("serve", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(
            f"not TOML: {error}", f"TOML として読めません: {error}", path=path
        ) from error
    if not isinstance(table, dict):
        raise BadSetting("[serve] must be a table", "[serve] は表で書いてください", path=path)
    return table


def _value(each: Field[Any], value: object, place: str) -> Any:
    """The value in the setting's type, within its bounds."""
    kind: type[Any] = type(each.default)
    least, most = each.metadata.get("least", 0), each.metadata.get("most")
    among = each.metadata.get("among")
    wanted = f"one of {', '.join(among)}" if among else f"{kind.__name__}, {least} to {most}"
    try:
        typed = kind(str(value))
    except ValueError as error:
        raise _bad(place, value, wanted) from error
    if (among and typed not in among) or (most is not None and not least <= typed <= most):
        raise _bad(place, value, wanted)
    return typed


def _bad(place: str, value: object, wanted: str) -> BadSetting:
    return BadSetting(
        f"{place}: '{value}' does not fit; write {wanted}",
        f"{place}: 「{value}」は使えません。{wanted} を書いてください",
    )


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _machine_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
