"""An answer as a page shows it: heads in words, cells as names and links, the row's own link."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dxgraph.catalog import SavedQuery
from dxgraph.errors import NotAFiscalYear
from dxgraph.fiscal_year import FiscalYear
from dxgraph.pages.answer_words import BOOLEANS, COUNTED, GROUPS, HEADS, OTHERS, STATED
from dxgraph.pages.words import KINDS

#: Columns whose cells never stand for the row, so that the link to its subject goes elsewhere.
_OF_OTHERS = {"municipality", "name", "phase", "phases", "certainty", "mention", "sourceLine"}
#: Columns of numbers that are printed as texts.
_FIGURES = {"sourceLine"}
#: Columns of a text that is kept on one line, and of one that has room for itself.
_ONE_LINE, _SHORT = 16, 32


@dataclass(frozen=True)
class Part:
    """One value of a cell; ``language`` is that of its text where the page's own is another."""

    text: str
    iri: str = ""
    language: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell: its values, whether they are figures, in doubt, or too long for one line."""

    parts: tuple[Part, ...] = ()
    figure: bool = False
    doubt: bool = False

    @property
    def long(self) -> bool:
        """Whether its values stand better one below the other."""
        return len(self.parts) > 1 and self.length > _SHORT

    @property
    def length(self) -> int:
        """Columns of its text, East Asian characters counted as two."""
        joined = "、".join(part.text for part in self.parts)
        return columns_of(joined)


@dataclass(frozen=True)
class Shown:
    """A table to draw: names and heads of its columns, and its rows."""

    columns: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def widths(self) -> list[tuple[str, int]]:
        """For each column its class (``number``, ``short`` or none) and its width in pixels.

        Known beforehand, so that nothing moves while a long table arrives.
        """
        return [self._width(place) for place in range(len(self.columns))]

    def _width(self, place: int) -> tuple[str, int]:
        held = [row[place] for row in self.rows if row[place].parts]
        head = _pixels(columns_of(self.heads[place]))
        longest = max((cell.length for cell in held), default=0)
        if held and all(cell.figure for cell in held):
            return "number", max(head, _pixels(min(longest, _ONE_LINE)))
        if longest <= _ONE_LINE:
            return "short", max(head, _pixels(longest))
        return "", max(head, _pixels(_SHORT if longest > _SHORT else _ONE_LINE + 8))


def columns_of(text: str) -> int:
    """Columns of a text, East Asian characters counted as two."""
    return sum(2 if char > "\u2e7f" else 1 for char in text)


def _pixels(columns: int) -> int:
    """The width of a cell for so many columns, with its padding."""
    return 8 * columns + 24


def shown(view: Mapping[str, Any], meaning: Mapping[str, str], language: str) -> Shown:
    """The rows of a view of a question in a language; ``meaning`` is what each column means.

    Codes of towns become their names, so that a column of the towns' names is left out, as are the
    IRIs of the rows, which their links lead to.
    """
    columns = view["columns"]
    kept = [name for name in columns if name != "iri"]
    if "municipality" in kept and "name" in kept:
        kept.remove("name")
    rows = []
    for values in view["rows"]:
        row = dict(zip(columns, values, strict=True))
        cells = {name: _cell(name, row[name], view["names"], language) for name in kept}
        rows.append(
            tuple(_linked(cells, row.get("iri", {}).get("value"), view["names"], language).values())
        )
    heads = tuple(head(name, meaning.get(name, name), language) for name in kept)
    return Shown(tuple(kept), heads, tuple(rows))


def head(name: str, meaning: str, language: str) -> str:
    """The short name of a column, or what it means where it has none.

    >>> head("fiscalYear", "", "ja"), head("x", "値 / value", "en")
    ('年度', 'value')
    """
    if name in HEADS:
        return HEADS[name][language]
    ja, _, en = meaning.partition(" / ")
    return (en or ja) if language == "en" else ja


def _cell(column: str, said: Mapping[str, Any], names: Mapping[str, Any], language: str) -> Cell:
    """A cell in words; names are known by IRI."""
    value, iris = said["value"], said.get("iris", [])
    if value is None or value == "":
        return Cell()
    if isinstance(value, bool):
        return Cell((Part(BOOLEANS[value][language]),))
    if column.endswith("Year"):
        return Cell((Part(_year(value, language)),))
    if isinstance(value, int | float):
        return Cell((Part(_figure(value)),), figure=True)
    if column == "certainty":
        return Cell((Part(STATED.get(value, {}).get(language, value)),), doubt=value == "uncertain")
    if column == "kind" and value in {**KINDS, **COUNTED}:
        return Cell((Part({**KINDS, **COUNTED}[value][language]),))
    foreign = "ja" if language != "ja" else ""
    if iris:
        linked = column == "municipality" or iris == [value]
        return Cell(tuple(_named(names[iri], language, linked=linked) for iri in iris))
    parts = tuple(Part(text, language=foreign) for text in value.split("|"))
    return Cell(parts, figure=column in _FIGURES)


def _figure(value: float) -> str:
    """A number with commas, and as many decimals as it has.

    >>> _figure(5000.0), _figure(36.5)
    ('5,000', '36.5')
    """
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6f}".rstrip("0").rstrip(".")


def _named(thing: Mapping[str, str], language: str, *, linked: bool) -> Part:
    return Part(thing[language], thing["iri"] if linked else "")


def _year(value: Any, language: str) -> str:
    try:
        year = FiscalYear.parse(str(value))
    except NotAFiscalYear:
        return str(value)
    return year.ja if language == "ja" else year.en


def _linked(
    cells: dict[str, Cell], iri: Any, names: Mapping[str, Any], language: str
) -> dict[str, Cell]:
    """The cells with a link to the row's subject: at its name, else at the first text of its own.

    A row without such a cell has its link at the first that is not linked yet.
    """
    if not isinstance(iri, str) or iri not in names:
        return cells
    subject = names[iri]
    plain = [name for name, cell in cells.items() if cell.parts and not cell.parts[0].iri]
    at_name = [name for name in plain if cells[name].parts[0].text == subject["ja"]]
    own = [n for n in plain if n not in _OF_OTHERS and not n.endswith("Year")]
    single = [name for name in own if len(cells[name].parts) == 1 and not cells[name].figure]
    for name in (*at_name, *single, *own, *plain):
        cell, first = cells[name], cells[name].parts[0]
        text = subject[language] if name in at_name else first.text
        tongue = "" if text != first.text else first.language
        parts = (Part(text, iri, tongue), *cell.parts[1:])
        cells[name] = Cell(parts, cell.figure, cell.doubt)
        break
    return cells


def groups(queries: Iterable[SavedQuery], language: str) -> list[tuple[str, list[SavedQuery]]]:
    """Questions by the group of their first tag, in the order of the gallery."""
    place = {tag: number for number, (_, tags) in enumerate(GROUPS) for tag in tags}
    names = [words[language] for words, _ in GROUPS] + [OTHERS[language]]
    found: list[tuple[str, list[SavedQuery]]] = [(name, []) for name in names]
    for query in queries:
        found[place.get(query.tags[0] if query.tags else "", -1)][1].append(query)
    return [(name, held) for name, held in found if held]


FILTERS: dict[str, Callable[..., Any]] = {"shown": shown, "head": head, "groups": groups}
