"""Records as text, laid out as the real ones are: a line a field, and short things on one line.

Written by hand, since libyaml's emitter takes over five times as long and puts no thing on a line
of its own.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from benchmarks.nation.habits import Node

#: Keys whose things stand on one line each.
_SHORT = frozenset(
    (
        "anomalies",
        "baseline",
        "citations",
        "goals",
        "governance",
        "included",
        "pastInitiatives",
        "period",
        "reports",
        "schedule",
        "targets",
        "uncited",
        "units",
    )
)
#: What needs no quotes anywhere: it begins like a word, holds no mark of YAML, and is no guess.
_PLAIN = re.compile(r"[^\W\d](?:[^\n:#,\[\]{}\"'&*!|>%@`«»=]*[^\s:#,\[\]{}\"'&*!|>%@`«»=])?")
_GUESSED = frozenset(["true", "false", "yes", "no", "on", "off", "null", "y", "n"])
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


def text(record: Node, heading: str) -> str:
    """A record as YAML, under comments of the lines of ``heading``."""
    lines = [f"# {line}" for line in heading.splitlines()]
    lines.append('"@context": ../context.jsonld')
    _block(lines, record, "")
    return "\n".join(lines) + "\n"


def _block(lines: list[str], node: Node, indent: str, first: str = "") -> None:
    """The fields of a thing, the first of them after ``first`` in place of the indentation."""
    lead = first or indent
    for key, value in node.items():
        if isinstance(value, dict):
            if key in _SHORT:
                lines.append(f"{lead}{key}: {_flow(value)}")
            else:
                lines.append(f"{lead}{key}:")
                _block(lines, value, indent + "  ")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            lines.append(f"{lead}{key}:")
            if key in _SHORT:
                lines += [f"{indent}  - {_flow(each)}" for each in value]
            else:
                for each in value:
                    _block(lines, each, indent + "    ", indent + "  - ")
        else:
            lines.append(f"{lead}{key}: {_flow(value)}")
        lead = indent


def _flow(value: Any) -> str:
    if isinstance(value, str):
        return _scalar(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join([_flow(each) for each in value])}]"
    return f"{{{', '.join([f'{key}: {_flow(each)}' for key, each in value.items()])}}}"


@lru_cache(maxsize=1 << 15)
def _scalar(value: str) -> str:
    if _MONTH.fullmatch(value):
        return value
    plain = _PLAIN.fullmatch(value) and value.lower() not in _GUESSED
    return value if plain else json.dumps(value, ensure_ascii=False)
