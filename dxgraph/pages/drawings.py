"""Which drawings there are, and what each page and picture is made with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dxgraph.pages import coverage_drawing, crossing, gantt, lineage, matrix_drawing, svg

View = Mapping[str, Any]

#: Name -> what its page shows of the view, in a language.
SEEN: dict[str, Callable[[View, str], Any]] = {
    "schedule": lambda view, language: list(gantt.lines(view, language)),
    "departments": crossing.called,
    "lineage": lambda view, language: (lineage.drawing(view, language), lineage.tree(view)),
}
#: Name -> its picture: of a view, in a language, with fiscal years as ``era`` or ``ad``.
DRAWN: dict[str, Callable[[View, str, str], svg.Drawing]] = {
    "compare": matrix_drawing.compare,
    "coverage": coverage_drawing.coverage,
    "schedule": gantt.drawing,
    "lineage": lineage.drawing,
    "departments": crossing.drawing,
}
