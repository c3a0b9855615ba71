"""Answers as tables, and the formats they are written in.

Cells are RDF terms or None. Formats: ``table`` (for a terminal), ``csv`` (UTF-8, comma, header),
``tsv``, ``json`` (a list of objects, numbers as numbers), ``md`` (a Markdown table) and ``xlsx``.
A cell that begins with ``=``, ``+``, ``-`` or ``@`` is data: in CSV and TSV it stands as it is,
and only a workbook tells a spreadsheet that it is text.
"""

from __future__ import annotations

import csv
import io
import json
import math
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from dxgraph import workbook
from dxgraph.errors import MissingExtra, UnknownFormat
from dxgraph.namespaces import ID, XSD

if TYPE_CHECKING:
    import pandas

Cell = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None
Value = workbook.Value


def _finite(text: str) -> float:
    """A number JSON and Excel can hold; ValueError for NaN and INF, which stay texts."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


_NUMBERS: dict[str, Callable[[str], Value]] = {
    XSD + "integer": int,
    XSD + "decimal": _finite,
    XSD + "double": _finite,
    XSD + "boolean": lambda text: text in ("true", "1"),
}


def value(cell: Cell) -> Value:
    """The Python value of a cell: numbers and booleans by datatype, else its text.

    >>> value(ox.Literal(2024)), value(ox.Literal("導入", language="ja")), value(None)
    (2024, '導入', None)
    """
    if cell is None:
        return None
    if isinstance(cell, ox.Literal):
        try:
            return _NUMBERS.get(cell.datatype.value, str)(cell.value)
        except ValueError:
            return str(cell.value)
    return str(cell.value) if isinstance(cell, (ox.NamedNode, ox.BlankNode)) else str(cell)


def text(cell: Cell) -> str:
    """The lexical form of a cell; empty for None."""
    if isinstance(cell, (ox.NamedNode, ox.BlankNode, ox.Literal)):
        return str(cell.value)
    return "" if cell is None else str(cell)


@dataclass(frozen=True)
class Table:
    """An answer: column names and rows of terms. Iterates as dictionaries of Python values."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @classmethod
    def of(cls, solutions: ox.QuerySolutions) -> Table:
        """All rows of a SELECT, read once."""
        columns = tuple(variable.value for variable in solutions.variables)
        return cls(columns, tuple(tuple(row) for row in solutions))

    def __iter__(self) -> Iterator[dict[str, Value]]:
        for row in self.rows:
            yield dict(zip(self.columns, map(value, row), strict=True))

    def __len__(self) -> int:
        return len(self.rows)

    def texts(self) -> list[list[str]]:
        """The rows as lexical forms."""
        return [[text(cell) for cell in row] for row in self.rows]

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas DataFrame; raises MissingExtra where pandas is not installed."""
        try:
            import pandas
        except ImportError as error:
            raise MissingExtra("pandas", "pandas") from error
        return pandas.DataFrame(list(self), columns=list(self.columns))


def as_csv(table: Table) -> str:
    """CSV (RFC 4180, lines end in CR LF) with a header; cells are quoted where they must be."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows(table.texts())
    return out.getvalue()


def as_tsv(table: Table) -> str:
    """Tab-separated values with a header; a tab or line break within a cell becomes a space."""
    lines = [list(table.columns), *table.texts()]
    return "".join("\t".join(" ".join(cell.split()) for cell in line) + "\n" for line in lines)


def as_json(table: Table) -> str:
    """A list of objects, one a row; an empty cell is null."""
    return json.dumps(list(table), ensure_ascii=False, indent=1) + "\n"


def as_markdown(table: Table) -> str:
    """A Markdown table; a pipe within a cell is escaped."""
    lines = [list(table.columns), ["---"] * len(table.columns), *table.texts()]
    return "".join(
        "| " + " | ".join(_markdown(" ".join(cell.split())) for cell in line) + " |\n"
        for line in lines
    )


def _markdown(cell: str) -> str:
    return cell.replace("\\", "\\\\").replace("|", "\\|")


def as_terminal(table: Table) -> str:
    """Aligned columns, East Asian characters counted as two; our IRIs shortened to ``id:``."""
    rows = [[_one_line(cell).replace(ID, "id:") for cell in row] for row in table.texts()]
    lines = [list(table.columns), *rows]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["─" * width for width in widths])
    body = "".join(_aligned(line, widths) + "\n" for line in lines)
    return f"{body}({len(table)})\n"


def _one_line(cell: str) -> str:
    """A cell without line breaks and without characters that would steer the terminal."""
    return "".join(c for c in " ".join(cell.split()) if unicodedata.category(c) != "Cc")


def _width(cell: str) -> int:
    return sum(
        2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in cell
        if unicodedata.category(char) not in ("Mn", "Me", "Cf")
    )


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True))
    return "  ".join(padded).rstrip()


def as_xlsx(table: Table, about: workbook.About | None = None) -> bytes:
    """An Excel workbook, as ``workbook.write`` makes it; needs the ``xlsx`` extra."""
    rows = [tuple(map(value, row)) for row in table.rows]
    return workbook.write(table.columns, rows, about or workbook.About())


#: The mark by which Excel knows UTF-8, and the formats that may begin with it.
BOM = "\ufeff"
MARKED = ("csv", "tsv")
#: Format name -> writer; ``xlsx`` gives bytes, the others text.
FORMATS: dict[str, Callable[[Table], str | bytes]] = {
    "table": as_terminal,
    "csv": as_csv,
    "tsv": as_tsv,
    "json": as_json,
    "md": as_markdown,
    "xlsx": as_xlsx,
}


def render(
    table: Table, name: str, *, about: workbook.About | None = None, bom: bool = False
) -> str | bytes:
    """A table in a format of FORMATS; raises UnknownFormat for another.

    ``about`` is for workbooks; ``bom`` begins CSV and TSV with the mark by which Excel knows UTF-8.

    >>> town = Table(("name",), ((ox.Literal("朝日町"),),))
    >>> render(town, "csv", bom=True) == BOM + render(town, "csv")
    True
    """
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        raise UnknownFormat(
            f"there is no format '{name}'; there are: {known}",
            f"「{name}」という形式はありません。あるもの: {known}",
        )
    if name == "xlsx":
        return as_xlsx(table, about)
    written = FORMATS[name](table)
    return BOM + str(written) if bom and name in MARKED else written
