"""How else a saved question is asked: by address, command line, program and spreadsheet.

Each text runs as it stands. ``pages`` is the address of a site, values are as people write them.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from urllib.parse import urlencode

Values = Mapping[str, str]


def permalink(pages: str, name: str, values: Values, extension: str = "") -> str:
    """The address of an answer: its page or, with ``.csv`` and the like, the data.

    >>> permalink("", "towns-by-technology", {"technology": "AI-OCR", "by": "2024"}, ".csv")
    '/queries/towns-by-technology.csv?technology=AI-OCR&by=2024'
    """
    asked = f"?{urlencode(values)}" if values else ""
    return f"{pages.rstrip('/')}/queries/{name}{extension}{asked}"


def command(name: str, values: Values) -> str:
    """The command line, quoted for a shell where it must be."""
    pairs = (_quoted(f"{key}={value}") for key, value in values.items())
    return " ".join(["dxgraph query", name, *pairs])


def _quoted(text: str) -> str:
    """Quoted for a shell; Japanese needs no quotes."""
    plain = "".join(char for char in text if char.isascii() or not char.isalnum())
    return text if shlex.quote(plain) == plain else shlex.quote(text)


def curl(pages: str, name: str, values: Values) -> str:
    """curl, which encodes the values itself."""
    address = shlex.quote(permalink(pages, name, {}, ".csv"))
    pairs = (f"--data-urlencode {_quoted(f'{key}={value}')}" for key, value in values.items())
    return " \\\n  ".join([f"curl --get {address}", *pairs])


def python(pages: str, name: str, values: Values) -> str:
    """Python with nothing but its standard library."""
    return f"""import csv
import io
from urllib.parse import urlencode
from urllib.request import urlopen

values = {_literal(values)}
address = {_text(permalink(pages, name, {}, ".csv"))} + "?" + urlencode(values)
with urlopen(address) as answer:
    rows = list(csv.DictReader(io.TextIOWrapper(answer, "utf-8", newline="")))
print(len(rows), rows[:3])"""


def pandas(pages: str, name: str, values: Values) -> str:
    """Python with pandas; codes stay texts, so that none loses a zero."""
    return f"""import pandas

rows = pandas.read_csv(
    {_text(permalink(pages, name, values, ".csv"))},
    dtype={{"municipality": str}},
)
print(rows)"""


def library(pages: str, name: str, values: Values) -> str:
    """Python with dxgraph itself, asking the endpoint of the site."""
    given = f", **{_literal(values)}" if values else ""
    return f"""import dxgraph

graph = dxgraph.connect({_text(pages.rstrip("/") + "/sparql")})
for row in graph.query({_text(name)}{given}):
    print(row)"""


def r(pages: str, name: str, values: Values, coded: bool) -> str:
    """R; where answers are ``coded`` by municipality, codes stay texts."""
    classes = ', colClasses = c(municipality = "character")' if coded else ""
    return f"""rows <- read.csv(
  {_text(permalink(pages, name, values, ".csv"))},
  fileEncoding = "UTF-8"{classes}
)
print(rows)"""


def power_query(pages: str, name: str, values: Values) -> str:
    """M, for the advanced editor of Power Query in Excel."""
    given = ", ".join(f"#{_m(key)} = {_m(value)}" for key, value in values.items())
    asked = f", Query = [{given}]" if given else ""
    return f"""let
    Source = Csv.Document(
        Web.Contents({_m(pages.rstrip("/"))}, [RelativePath = {_m(f"queries/{name}.csv")}{asked}]),
        [Delimiter = ",", Encoding = 65001, QuoteStyle = QuoteStyle.Csv]
    ),
    Rows = Table.PromoteHeaders(Source, [PromoteAllScalars = true])
in
    Rows"""


def _text(text: str) -> str:
    """A text between double quotes, as Python, R and JavaScript read it."""
    return json.dumps(text, ensure_ascii=False)


def _literal(values: Values) -> str:
    """A dictionary as Python writes it."""
    pairs = ", ".join(f"{_text(key)}: {_text(value)}" for key, value in values.items())
    return "{" + pairs + "}"


def _m(text: str) -> str:
    """A text of M, in which a quote is doubled and ``#(`` begins an escape."""
    return '"' + text.replace("#(", "#(#)(").replace('"', '""') + '"'
