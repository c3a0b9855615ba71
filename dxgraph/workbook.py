"""Excel workbooks: a sheet of rows to filter and print, and a sheet that says where they are from.

The same rows are the same bytes on every day: a workbook bears the date of the graph, not of now.
"""

from __future__ import annotations

import io
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from dxgraph.errors import MissingExtra, NotAFiscalYear, ResultTooLarge
from dxgraph.fiscal_year import FiscalYear

Value = str | int | float | bool | None

#: What a sheet of Excel holds: rows, links, characters of a cell and of a link.
_ROWS, _LINKS, _TEXT, _LINK = 1_048_576, 65_530, 32_767, 2_000
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
_MEASURED = 500
_A4 = 9
_NARROWEST, _WIDEST = 8, 60
_UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ADDRESS = re.compile(r"https?://[^\s\"<>]+")
_FORMULA = tuple("=+-@\t\r")
_ABOUT = "出典 About"


@dataclass(frozen=True)
class About:
    """What a workbook says of its rows: ``facts`` are labels and values for the second sheet.

    ``built`` is the date of the graph, ``address`` gives where an IRI is shown.
    """

    title: str = "dxgraph"
    facts: tuple[tuple[str, str], ...] = ()
    built: datetime | None = None
    address: Callable[[str], str] = str


def write(columns: Sequence[str], rows: Sequence[Sequence[Value]], about: About) -> bytes:
    """The bytes of a workbook; beside each column of fiscal years stands one with their eras.

    Texts stay texts, whatever they begin with. A text longer than a cell holds ends in ``…``.
    Raises MissingExtra without openpyxl and ResultTooLarge for more rows than a sheet holds.
    """
    try:
        import openpyxl
        from openpyxl.writer.excel import ExcelWriter
    except ImportError as error:
        raise MissingExtra("xlsx", "openpyxl") from error
    if len(rows) >= _ROWS:
        raise ResultTooLarge(
            f"a sheet of Excel holds {_ROWS - 1:,} rows, not {len(rows):,}; ask for a part, or CSV",
            f"Excel のシートは {_ROWS - 1:,} 行までで、答えは {len(rows):,} 行です。"
            "条件で絞るか、CSV にしてください",
        )
    book = openpyxl.Workbook(write_only=True)
    _put_rows(book.create_sheet(_sheet_name(about.title)), columns, rows, about.address)
    if about.facts:
        _put_facts(book.create_sheet(_ABOUT), about.facts)
    date = max(about.built or _EARLIEST, _EARLIEST)
    said = book.properties
    said.creator, said.title = "dxgraph", about.title
    said.created = said.modified = date.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    out = io.BytesIO()
    ExcelWriter(book, _Archive(out, date)).save()
    return out.getvalue()


def _put_rows(
    sheet: Any,
    columns: Sequence[str],
    rows: Sequence[Sequence[Value]],
    address: Callable[[str], str],
) -> None:
    """Header and rows, the header frozen, filtered and repeated on each printed page."""
    years = [place for place, name in enumerate(columns) if name.endswith("Year")]
    heads = _with_eras([*columns], years, lambda name: f"{name} (和暦)")
    measured = [_with_eras([*row], years, _era) for row in rows[:_MEASURED]]
    _set_widths(sheet, [heads, *measured])
    last = _letter(len(heads))
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{last}{len(rows) + 1}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
    cells = _Cells(sheet, address)
    sheet.append([cells.head(name) for name in heads])
    for row in rows:
        sheet.append([cells.of(value) for value in _with_eras([*row], years, _era)])


def _put_facts(sheet: Any, facts: Iterable[tuple[str, str]]) -> None:
    """Labels and values, one a line."""
    sheet.column_dimensions["A"].width = 28
    sheet.column_dimensions["B"].width = 100
    cells = _Cells(sheet, str)
    for label, value in facts:
        sheet.append([cells.head(label), cells.of(value, wrapped=True)])


def _with_eras(row: list[Any], years: list[int], make: Callable[[Any], Any]) -> list[Any]:
    """A row with a cell made from each year's beside it."""
    for place in reversed(years):
        row.insert(place + 1, make(row[place]))
    return row


def _era(value: Value) -> Value:
    """令和6年度 for 2024; nothing for what is no fiscal year."""
    if value is None:
        return None
    try:
        return FiscalYear.parse(str(value)).ja
    except NotAFiscalYear:
        return None


class _Cells:
    """Cells of one sheet: texts typed as such, addresses as links while a sheet can hold them.

    Styles are made once and shared, since making one takes ten times as long as writing a cell.
    """

    def __init__(self, sheet: Any, address: Callable[[str], str]) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font, PatternFill

        def style(**parts: Any) -> Any:
            cell = WriteOnlyCell(sheet)
            for name, part in parts.items():
                setattr(cell, name, part)
            return cell._style

        top, wrap = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)
        self._sheet, self._cell, self._address = sheet, WriteOnlyCell, address
        self._links = 0
        self._head = style(
            font=Font(bold=True), fill=PatternFill("solid", fgColor="E8EDF3"), alignment=wrap
        )
        self._link = style(font=Font(color="0563C1", underline="single"), alignment=top)
        #: By whether a text is wrapped and whether Excel must be told not to read it anew.
        self._plain = {
            (wrapped, quoted): style(alignment=wrap if wrapped else top, quotePrefix=quoted)
            for wrapped in (False, True)
            for quoted in (False, True)
        }

    def head(self, text: str) -> Any:
        """A cell of a header."""
        cell = self._text(text, wrapped=True)
        cell._style = self._head
        return cell

    def of(self, value: Value, *, wrapped: bool = False) -> Any:
        """The cell of a value."""
        if value is None:
            return None
        if not isinstance(value, str):
            cell = self._cell(self._sheet, value)
            cell._style = self._plain[False, False]
            return cell
        cell = self._text(value, wrapped=wrapped or "\n" in value or _width(value) > _WIDEST)
        if value.startswith("http") and _ADDRESS.fullmatch(value) and self._links < _LINKS:
            target = self._address(value)
            if len(target) <= _LINK:
                self._links += 1
                cell.hyperlink, cell._style = target, self._link
        return cell

    def _text(self, value: str, *, wrapped: bool) -> Any:
        """A cell Excel never takes for a formula, an error or a number."""
        text = _UNPRINTED.sub("", value)
        if len(text) > _TEXT:
            text = text[: _TEXT - 1] + "…"
        cell = self._cell(self._sheet, text)
        cell.data_type = "s"
        cell._style = self._plain[wrapped, text.startswith(_FORMULA)]
        return cell


def _set_widths(sheet: Any, lines: Sequence[Sequence[Value]]) -> None:
    for place, column in enumerate(zip(*lines, strict=True), start=1):
        widest = max(_width("" if value is None else str(value)) for value in column)
        width = min(max(widest + 2, _NARROWEST), _WIDEST)
        sheet.column_dimensions[_letter(place)].width = width


def _width(text: str) -> int:
    """Columns of a text's longest line, East Asian characters counted as two."""
    if text.isascii() and "\n" not in text:
        return len(text)
    lines = text.splitlines() or [""]
    return max(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in x) for x in lines)


def _letter(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(max(number, 1)))


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", _UNPRINTED.sub("", title)).strip(" '")[:31] or "dxgraph"


class _Archive(ZipFile):
    """A ZIP archive whose entries all bear one date."""

    def __init__(self, out: IO[bytes], date: datetime) -> None:
        super().__init__(out, "w", ZIP_DEFLATED)
        moment = date.astimezone(UTC)
        self._date = (*moment.timetuple()[:5], moment.second // 2 * 2)

    def _entry(self, name: str) -> ZipInfo:
        entry = ZipInfo(name, self._date)
        entry.compress_type = ZIP_DEFLATED
        return entry

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        """Add an entry."""
        super().writestr(self._entry(zinfo_or_arcname), data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        """Add what a file holds."""
        with Path(filename).open("rb") as source, self.open(self._entry(arcname), "w") as to:
            shutil.copyfileobj(source, to)
