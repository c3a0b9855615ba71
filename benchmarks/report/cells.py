"""Numbers and failures as they stand in a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import floor, log10
from typing import Any

#: What stands for a failure; a number of seconds stands for ``{}``.
_SIGNS = {
    "absent": "—",
    "deadline": "> {} s",
    "allowance": "> {} s",
    "refused": "✗",
    "lost": "✗",
    "count": "✗",
}
#: Behind a time: only the order within cells differs; the rows differ; nothing to hold it against.
MARKS = {"same": "", "cells": " ~", "differs": " ≠", "unknown": " ?"}


def number(value: float | None) -> str:
    """Three significant digits, thousands apart.

    >>> number(1234.5), number(0.04567), number(12), number(3230211)
    ('1,230', '0.0457', '12', '3,230,000')
    """
    if value is None:
        return "—"
    if value == 0:
        return "0"
    digits = 2 - floor(log10(abs(value)))
    rounded = round(value, digits)
    return f"{rounded:,.{max(digits, 0)}f}" if rounded != int(rounded) else f"{int(rounded):,}"


def whole(value: float | None) -> str:
    """A count, all its digits.

    >>> whole(26701)
    '26,701'
    """
    return "—" if value is None else f"{int(value):,}"


def mebibytes(value: float | None) -> str:
    """Bytes as MiB."""
    return number(None if value is None else value / 2**20)


def ratio(value: float | None) -> str:
    """How many times, one digit behind the point where it is small.

    >>> ratio(12.34), ratio(0.456), ratio(None)
    ('12', '0.46', '—')
    """
    if value is None:
        return "—"
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def failure(found: dict[str, Any]) -> str:
    """The sign of a failure."""
    kind, detail = found["failed"]
    return _SIGNS[kind].format(detail)


def value(found: dict[str, Any] | None, key: str) -> str:
    """A number of a measurement, or the sign of why there is none."""
    if not found:
        return "—"
    return failure(found) if "failed" in found else number(found.get(key))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, all columns but the first to the right.

    >>> print(table(["towns", "s"], [["5", "0.3"]]))
    | towns | s |
    |---|---:|
    | 5 | 0.3 |
    """
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    made = ["| " + " | ".join(line) + " |" for line in lines]
    made[1] = made[1].replace(" ", "")
    return "\n".join(made)
