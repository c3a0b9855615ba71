"""Phases on pages: every phase has a colour in both schemes and a word that is read on it."""

from __future__ import annotations

import re

import pytest

from dxgraph import pages
from dxgraph.pages.words import PHASES
from dxgraph.session import Graph

#: The least contrast of text by WCAG 2.2, level AA.
_AA = 4.5
_IN_USE = ("introduction", "operation", "expansion", "review")
_LABELS = "SELECT ?phase ?label { ?phase a dxo:Phase ; skos:prefLabel ?label }"


def tokens(scheme: str) -> dict[str, str]:
    """The colours of a scheme; the sheet gives the light one first."""
    sheet = (pages.STATIC / "site.css").read_text(encoding="utf-8")
    light, _, rest = sheet.partition("prefers-color-scheme: dark")
    text = light if scheme == "light" else rest.partition("*, ::before")[0]
    return dict(re.findall(r"--((?:on-)?phase-[a-z-]+): (#[0-9a-f]{6});", text))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("phase", PHASES)
def test_the_word_of_a_phase_is_read_on_its_colour(phase: str, scheme: str) -> None:
    found = tokens(scheme)
    ink = found["on-phase-in-use" if phase in _IN_USE else "on-phase-before"]
    less, more = sorted((luminance(found[f"phase-{phase}"]), luminance(ink)))
    assert (more + 0.05) / (less + 0.05) >= _AA


def test_the_word_of_a_phase_is_its_label_cut_where_it_is_long(graph: Graph) -> None:
    labels: dict[str, dict[str, str]] = {}
    for row in graph.answer(_LABELS):
        phase = row["phase"].value.rpartition("/")[2]
        labels.setdefault(phase, {})[row["label"].language] = row["label"].value
    assert labels.keys() == PHASES.keys()
    for phase, word in PHASES.items():
        assert word["ja"] == labels[phase]["ja"]
        assert labels[phase]["en"].startswith(word["en"].rstrip("."))
