"""Every kind of page meets WCAG 2.2 AA, fits a phone, and stays where it was drawn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from serving import PAGES

#: Rules about what the dark changes, and what another language does.
_CONTRAST = ("color-contrast", "link-in-text-block")
_LANGUAGE = ("html-has-lang", "html-lang-valid", "valid-lang")
#: Columns of a table may find their widths while its rows arrive; 0.1 is thought good.
_STEADY = 0.01
_SHIFT = """() => new Promise(done => { let sum = 0;
  new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value; })
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 100); })"""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone_stays_where_it_is_and_is_accessible(
    page: Page, judged: Callable[..., list[str]], path: str
) -> None:
    """In Japanese, then in the dark, then in English, of which the elements are the same."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    assert _is_steady_and_fits(page)
    assert judged(page) == []
    page.emulate_media(color_scheme="dark")
    assert judged(page, _CONTRAST) == []
    page.goto(f"/en{path}")
    assert _is_steady_and_fits(page)
    assert judged(page, _LANGUAGE) == []


def _is_steady_and_fits(page: Page) -> bool:
    shift, width = page.evaluate(_SHIFT), page.evaluate("document.documentElement.scrollWidth")
    assert shift < _STEADY
    assert width <= 360
    return True
