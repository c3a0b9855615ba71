"""Every kind of page meets WCAG 2.2 AA, fits a phone, and stays where it was drawn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from serving import PAGES

#: Rules about what differs between the two visits to a page.
_READABLE = (
    *("color-contrast", "link-in-text-block", "html-has-lang", "html-lang-valid", "valid-lang"),
)
#: Columns of a table may find their widths while its rows arrive; 0.1 is thought good.
_STEADY = 0.01
_SHIFT = """() => new Promise(done => { let sum = 0;
  new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value; })
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 100); })"""


@pytest.mark.parametrize("path", PAGES)
def test_a_japanese_page_fits_a_phone_stays_where_it_is_and_is_accessible(
    page: Page, judged: Callable[..., list[str]], path: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    assert page.evaluate(_SHIFT) < _STEADY
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert judged(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_an_english_page_in_the_dark_stays_where_it_is_and_can_be_read(
    page: Page, judged: Callable[..., list[str]], path: str
) -> None:
    """Contrast and language; the elements are those of the Japanese page."""
    page.emulate_media(color_scheme="dark")
    page.goto(f"/en{path}")
    assert page.evaluate(_SHIFT) < _STEADY
    assert judged(page, _READABLE) == []
