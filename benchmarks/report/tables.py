"""The tables of the parts but the questions, and the sentences' numbers that take some finding."""

from __future__ import annotations

from typing import Any

from benchmarks.engines.roster import NAMES, OURS, PEERS, TITLES
from benchmarks.report import cells

#: Kind of run -> what it is called.
_KINDS = {
    "full": "すべて / full",
    "all": "すべて / all",
    "unchanged": "変化なし / nothing changed",
    "edited": "一つ変更 / one plan edited",
}
#: Phase of serving -> what it is called.
_PHASES = {
    "files": "ファイルから / files",
    "memory": "記憶域から / memory",
    "during": "新しい版まで / until the new version",
    "after": "その後 / after",
}


def runs(units: dict[str, dict[str, Any]]) -> str:
    """Which part was measured when, for how many towns, and how long that took."""
    head = ["", "団体数 / towns", "日 / date", "版 / commit", "秒 / s", "期限 / deadline s"]
    rows = [
        [
            part,
            cells.whole(int(towns)),
            unit["measured"],
            unit["versions"]["dxgraph"],
            cells.number(unit["seconds"]),
            cells.number(unit["limits"]["deadline"]),
        ]
        for part, each in units.items()
        for towns, unit in each.items()
    ]
    return cells.table(head, rows)


def machines(units: dict[str, dict[str, Any]]) -> list[str]:
    """The machines of all runs, each once."""
    found = [unit["machine"] for each in units.values() for unit in each.values()]
    told = [
        f"{each['processor']}, {each['cores']} cores, {each['memory']} GiB, {each['system']}, "
        f"Python {each['python']}"
        for each in found
    ]
    return list(dict.fromkeys(told))


def versions(units: dict[str, dict[str, Any]]) -> list[str]:
    """Every version of every library and engine measured, each once."""
    found: dict[str, None] = {}
    for each in units.values():
        for unit in each.values():
            data = unit["data"]
            engines = {
                TITLES[name]: engine["version"]
                for name, engine in data.get("engines", {}).items()
                if name in PEERS and "version" in engine
            }
            engines |= {
                TITLES[name]: told
                for name, told in data.get("versions", {}).items()
                if name in PEERS
            }
            named = {name: told for name, told in unit["versions"].items() if name != "dxgraph"}
            for name, told in (named | engines).items():
                found[f"{name} {told}"] = None
    return sorted(found, key=str.casefold)


def stores(data: dict[str, Any]) -> str:
    """A row an engine: seconds, triples a second, size, memory, and the ratio to ours."""
    head = ["", "秒 / s", "三つ組毎秒 / triples/s", "ディスク / disk MiB"]
    head += ["最大 / peak MiB", "後 / then MiB", "÷ dxgraph"]
    ours = data["engines"]["memory"].get("seconds")
    rows = []
    for name in NAMES:
        found = data["engines"][name]
        seconds = found.get("seconds")
        if seconds is None:
            rows.append([TITLES[name], cells.failure(found), *["—"] * 5])
            continue
        rows.append(
            [
                TITLES[name],
                cells.number(seconds),
                cells.number(data["triples"] / seconds),
                cells.mebibytes(found["size"]),
                cells.number(found["peak"]),
                cells.number(found["memory"]),
                cells.ratio(seconds / ours if ours else None),
            ]
        )
    return cells.table(head, rows)


def best_load(data: dict[str, Any]) -> tuple[str, float] | None:
    """The peer that loads fastest, and its seconds; None where none loads."""
    found = {name: data["engines"][name].get("seconds") for name in PEERS}
    known = {name: seconds for name, seconds in found.items() if seconds}
    name = min(known, key=lambda each: known[each], default=None)
    return None if name is None else (TITLES[name], known[name])


def reasons(data: dict[str, Any]) -> list[tuple[str, str]]:
    """Engines that could not load, and what was said."""
    failed = {name: each["failed"] for name, each in data["engines"].items() if "failed" in each}
    return [
        (
            TITLES[name],
            f"loading takes longer than its {float(detail) / 60:g}-minute allowance"
            if kind == "allowance"
            else f"{kind}: {detail}",
        )
        for name, (kind, detail) in failed.items()
    ]


def kinds(data: dict[int, Any], names: tuple[str, ...]) -> str:
    """A row for each number of towns: seconds and MiB of each kind of run."""
    head = ["団体数 / towns"]
    for name in names:
        head += [f"{_KINDS[name]} s", "MiB"]
    rows = []
    for towns, each in data.items():
        row = [cells.whole(towns)]
        for name in names:
            row += [cells.value(each[name], "seconds"), cells.value(each[name], "peak")]
        rows.append(row)
    return cells.table(head, rows)


def builds(data: dict[int, Any]) -> str:
    """A row for each number of towns: triples, bytes read, triples a second, the floors."""
    head = ["団体数 / towns", "三つ組 / triples", "記録 / records MiB", "三つ組毎秒 / triples/s"]
    head += ["YAML s", "ハッシュ / hashing s", "すべて÷YAML / full ÷ YAML"]
    rows = []
    for towns, each in data.items():
        full, floor = each["full"], each["floor"]
        seconds, triples = full.get("seconds"), full.get("triples")
        rows.append(
            [
                cells.whole(towns),
                cells.whole(triples),
                cells.mebibytes(floor["bytes"]),
                cells.number(triples / seconds if seconds else None),
                cells.number(floor["yaml"]),
                cells.number(floor["hash"]),
                cells.ratio(seconds / floor["yaml"] if seconds and floor["yaml"] else None),
            ]
        )
    return cells.table(head, rows)


def steps(data: dict[str, Any]) -> list[tuple[str, float, float]]:
    """Name, seconds and share of the steps of a full build, the longest first."""
    found = data["full"].get("steps", {})
    total = sum(found.values()) or 1.0
    ordered = sorted(found.items(), key=lambda each: -each[1])
    return [(name, seconds, seconds / total) for name, seconds in ordered]


def step_table(data: dict[str, Any]) -> str:
    """The steps of a full build, those of a hundredth and more."""
    rows = [
        [name, cells.number(seconds), f"{share:.0%}"]
        for name, seconds, share in steps(data)
        if share >= 0.01
    ]
    return cells.table(["工程 / step", "秒 / s", "割合 / share"], rows)


def rates(data: dict[str, Any]) -> str:
    """A row a question: answers a second of the Oxigraph server and of ours, and the ratios."""
    head = ["", TITLES["oxigraph"], "控えなし / uncached", "÷", "控えあり / cached", "÷"]
    rows = []
    for each in data["rates"]:
        row = [f"`{each['question']}`", _rate(each["oxigraph"])]
        for name in ("uncached", "cached"):
            both = [each[name], each["oxigraph"]]
            known = not any(isinstance(one, dict) for one in both) and all(both)
            row += [_rate(each[name]), cells.ratio(both[0] / both[1] if known else None)]
        rows.append(row)
    return cells.table(head, rows)


def _rate(found: float | dict[str, Any]) -> str:
    return cells.failure(found) if isinstance(found, dict) else cells.number(found)


def served(data: dict[int, Any]) -> str:
    """A row for each number of towns: start, memory, and times of one request after the other."""
    head = ["団体数 / towns", "開始 / start s", "記憶域に / in memory s", "MiB"]
    head.append("負荷の後 / after the load MiB")
    for name in ("health", "headline", "town"):
        head += [f"{name} ms", "p99"]
    rows = []
    for towns, each in data.items():
        row = [
            cells.whole(towns),
            *(cells.value(each, key) for key in ("start", "held", "memory", "after")),
        ]
        for name in ("health", "headline", "town"):
            row += [cells.value(each["times"][name], key) for key in ("median", "p99")]
        rows.append(row)
    return cells.table(head, rows)


def visited(data: dict[int, Any]) -> str:
    """A row for each number of towns: start, the new version, memory, requests and failures."""
    head = ["団体数 / towns", "開始 / start s", "記憶域に / in memory s", "構築 / build s"]
    head += ["新しい版 / new version s", "MiB", "要求 / requests", "失敗 / failed"]
    rows = [
        [
            cells.whole(towns),
            *(cells.value(each, key) for key in ("start", "held", "built", "renewed", "peak")),
            cells.whole(sum(phase["requests"] for phase in each["phases"].values())),
            ", ".join(f"{n} × {what}" for what, n in each["failures"].items()) or "0",
        ]
        for towns, each in data.items()
    ]
    return cells.table(head, rows)


def phases(data: dict[int, Any]) -> str:
    """A row for each number of towns: the median, 99 of 100 and the longest of each phase."""
    head = ["団体数 / towns"]
    for name in _PHASES:
        head += [f"{_PHASES[name]} ms", "p99", "max"]
    rows = []
    for towns, each in data.items():
        row = [cells.whole(towns)]
        for name in _PHASES:
            found = each["phases"].get(name)
            row += [cells.value(found, key) for key in ("median", "p99", "most")]
        rows.append(row)
    return cells.table(head, rows)


def ours() -> tuple[str, ...]:
    """What our two stores are called."""
    return tuple(TITLES[name] for name in OURS)
