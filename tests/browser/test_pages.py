"""Every kind of page meets WCAG 2.2 AA, fits a phone, and stays where it was drawn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

#: One address of each kind of page.
PAGES = [
    "/",
    "/doc/municipality/24343",
    "/doc/technology/ai-ocr",
    "/doc/nothing/here",
    "/manual",
    "/manual/model",
    "/manual/cookbook",
]


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_wrong(
    page: Page, judged: Callable[[Page], list[str]], path: str, language: str, colours: str
) -> None:
    page.emulate_media(color_scheme=colours)
    page.goto(language + path)
    assert judged(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_no_wider_than_a_phone(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("path", PAGES)
def test_nothing_moves_while_a_page_loads(page: Page, path: str) -> None:
    page.goto(path)
    shift = page.evaluate(
        """() => new Promise(done => { let sum = 0;
        new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value; })
          .observe({type: "layout-shift", buffered: true});
        setTimeout(() => done(sum), 200); })"""
    )
    assert shift == 0
