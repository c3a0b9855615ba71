"""The comparison matrix as a picture, for slides; lengths are pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dxgraph.pages import matrix_words, svg, words

_EDGE, _NAME, _HEAD, _SECTION, _SIZE = 16.0, 240.0, 24.0, 26.0, 12.0
_MARK, _GAP, _LINE, _MEASURES = 20.0, 3.0, 16.0, 240.0
_NARROW, _ROOMY, _FEW, _BETWEEN = 30.0, 52.0, 3, 8.0

View = Mapping[str, Any]


class _Matrix:
    """A drawing that grows row by row."""

    def __init__(self, view: View, language: str, years: str) -> None:
        self.view, self.language, self.years = view, language, years
        self.phases = matrix_words.by_id(view["phases"])
        self.listed = view["rows"] == "measures"
        self.roomy = len(view["towns"]) <= _FEW and not self.listed
        self.column = _ROOMY if self.roomy else _NARROW
        wide = len(view["years"]) * self.column
        self.town = _MEASURES if self.listed else max(wide, _NARROW * 3) + _BETWEEN
        self.y = _EDGE
        width = 2 * _EDGE + _NAME + self.town * len(view["towns"])
        self.drawing = svg.Drawing(width, 0, "")

    def at(self, town: int) -> float:
        """Where the columns of a town begin."""
        return _EDGE + _NAME + town * self.town + _BETWEEN / 2

    def divide(self, top: float) -> None:
        """Lines between towns, from a height down to the present one."""
        for town in range(len(self.view["towns"])):
            x = self.at(town) - _BETWEEN / 2
            self.drawing.lines.append(svg.Line(f"M{x} {top}V{self.y}"))

    def text(self, x: float, said: str, **more: Any) -> None:
        """A text on the line that begins at the present height."""
        self.drawing.labels.append(svg.Label(x, self.y + _LINE * 0.8, said, _SIZE, **more))

    def rule(self, name: str = "rule", **more: Any) -> None:
        """A line across at the present height."""
        end = self.drawing.width - _EDGE
        self.drawing.lines.append(svg.Line(f"M{_EDGE} {self.y}H{end}", name, **more))

    def mark(self, x: float, y: float, width: float, it: Mapping[str, Any], title: str) -> None:
        """One phase of one year."""
        fill, ink = svg.phase_colours(it["phase"])
        phase = self.phases[it["phase"]]
        said = (
            words.phase(it["phase"], self.language)
            if self.roomy
            else matrix_words.letter(phase, self.language)
        )
        if it["count"] > 1:
            said += str(it["count"])
        self.drawing.boxes.append(
            svg.Box(
                *(x + 1, y, width - 2, _MARK),
                words=(said,),
                name=f"phase-{it['phase']}",
                fill=fill,
                ink=ink,
                size=11,
                hatched=not it["certain"],
                dash="2 2" if it["mention"] == "measure" else "" if it["certain"] else "4 2",
                iri=it["to"] or "",
                title=f"{title} {phase[self.language]}",
            )
        )


def compare(view: View, language: str, years: str) -> svg.Drawing:
    """The picture of the view ``compare``, the rows its page shows."""
    it = _Matrix(view, language, years)
    names = [town[language] for town in view["towns"]]
    it.drawing.title = _title(names, language)
    it.drawing.desc = _description(view, names, language)
    it.text(_EDGE, it.drawing.title, bold=True)
    it.y += _HEAD
    _legend(it)
    top = it.y
    _heads(it)
    for section in view["sections"]:
        it.y += 4
        it.text(_EDGE, section["name"][language], bold=True)
        it.y += _SECTION - 6
        it.rule(ink=svg.colour("soft"))
        for row in section["rows"]:
            _row(it, row)
    if not view["sections"]:
        it.y += 4
        it.text(_EDGE, it.drawing.desc)
        it.y += _HEAD
    it.divide(top)
    it.drawing.height = it.y + _EDGE
    return it.drawing


def _title(names: Sequence[str], language: str) -> str:
    if language == "ja":
        return "と".join(names) + "の計画の比較"
    return "Plans of " + " and ".join(names) + " compared"


def _description(view: View, names: Sequence[str], language: str) -> str:
    subjects = [row["subject"][language] for part in view["sections"] for row in part["rows"]]
    if not subjects:
        return "条件に合うものはない。" if language == "ja" else "Nothing fits."
    if language == "ja":
        listed = "、".join(subjects)
        return f"{len(subjects)} 行({listed})について、{'、'.join(names)}の段階を示す。"
    listed = ", ".join(subjects)
    return f"Phases by fiscal year in {', '.join(names)} for {len(subjects)} rows: {listed}."


def _legend(it: _Matrix) -> None:
    """What the colours mean, in as many lines as they need."""
    x = _EDGE
    ja = it.language == "ja"
    shown = [(phase["id"], _said(it, phase), "") for phase in it.view["phases"]]
    shown.append(("", "年度が不確か" if ja else "uncertain year", "4 2"))
    if it.view["rows"] == "technologies":
        shown.append(("", "施策だけが技術を名指し" if ja else "only the measure names it", "2 2"))
    for phase, said, dash in shown:
        room = svg.width(said, 11) + 16
        if x + room > it.drawing.width - _EDGE:
            x, it.y = _EDGE, it.y + _MARK + _GAP
        fill, ink = svg.phase_colours(phase) if phase else ("#ffffff", svg.colour("ink"))
        it.drawing.boxes.append(
            svg.Box(
                *(x, it.y, room, _MARK),
                words=(said,),
                fill=fill,
                ink=ink,
                size=11,
                hatched=dash == "4 2",
                dash=dash,
            )
        )
        x += room + 6
    it.y += _MARK + 10


def _said(it: _Matrix, phase: Mapping[str, Any]) -> str:
    """A phase in the legend, after its sign where that is no word."""
    name = str(phase[it.language])
    return name if it.roomy else f"{matrix_words.letter(phase, it.language)} {name}"


def _heads(it: _Matrix) -> None:
    for place, town in enumerate(it.view["towns"]):
        middle = it.at(place) + (it.town - _BETWEEN) / 2
        it.text(middle, town[it.language], anchor="middle", bold=True, iri=town["iri"])
    it.y += _LINE + 4
    if not it.listed:
        for place in range(len(it.view["towns"])):
            for number, year in enumerate(it.view["years"]):
                middle = it.at(place) + (number + 0.5) * it.column
                said = matrix_words.column_year(year, it.years)
                it.text(middle, said, anchor="middle")
        it.y += _LINE + 4
    it.rule(ink=svg.colour("soft"))


def _row(it: _Matrix, row: View) -> None:
    top = it.y + 4
    subject = row["subject"]
    lines = svg.wrapped(subject[it.language], _NAME - 12, _SIZE, 4)
    for number, line in enumerate(lines):
        it.drawing.labels.append(
            svg.Label(
                *(_EDGE, top + (number + 0.8) * _LINE, line, _SIZE), iri=subject.get("iri", "")
            )
        )
    height = len(lines) * _LINE
    for place, cell in enumerate(row["cells"]):
        draw = _listed if "listed" in cell else _strip
        height = max(height, draw(it, place, cell, subject, top))
    it.y = top + height + 6
    it.rule()


def _strip(it: _Matrix, place: int, cell: View, subject: View, top: float) -> float:
    """The years of a cell under each other's heads; its height."""
    x, language = it.at(place), it.language
    if not cell["years"]:
        said = {"ja": "―", "en": "–"}
        if cell["measures"]:
            said = {"ja": "施策あり 予定の欄なし", "en": "measure, no schedule"}
        if cell["past"]:
            year = matrix_words.column_year(cell["past"]["year"], it.years)
            said = {"ja": f"済 {year}", "en": f"done {year}"}
        label = svg.Label(
            x + (it.town - _BETWEEN) / 2, top + _LINE * 0.8, said[language], 11, "middle"
        )
        it.drawing.labels.append(label)
        return _LINE
    most = 0
    for number, year in enumerate(it.view["years"]):
        found = cell["years"].get(str(year), ())
        title = f"{it.view['towns'][place][language]} {subject[language]} "
        title += matrix_words.whole_year(year, it.years, language)
        for depth, mark in enumerate(found):
            at = x + number * it.column, top + depth * (_MARK + _GAP)
            it.mark(*at, it.column, mark, title)
        most = max(most, len(found))
    return most * (_MARK + _GAP)


def _listed(it: _Matrix, place: int, cell: View, subject: View, top: float) -> float:
    """The measures of a cell, each with its years in a line; its height."""
    x, y = it.at(place) + 6, top
    for measure in cell["listed"]:
        name = f"{measure['number']} {measure[it.language]}"
        for line in svg.wrapped(name, it.town - 16, _SIZE, 3):
            label = svg.Label(x, y + _LINE * 0.8, line, _SIZE, iri=measure["iri"])
            it.drawing.labels.append(label)
            y += _LINE
        left = x
        for year, found in measure["years"].items():
            if left + 24 + 26 * len(found) > x + it.town - 8 and left > x:
                left, y = x, y + _MARK + _GAP
            said = matrix_words.column_year(year, it.years)
            it.drawing.labels.append(svg.Label(left, y + 14, said, 10))
            left += 4 + svg.width(said, 10)
            for mark in found:
                title = f"{name} {matrix_words.whole_year(year, it.years, it.language)}"
                it.mark(left, y, 26, mark, title)
                left += 26
            left += 6
        y += (_MARK + _GAP if measure["years"] else 0) + 6
    return y - top
