"""Every kind of page meets WCAG 2.2 AA, fits a phone, and stays where it was drawn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

#: One address of each kind of page.
PAGES = [
    "/",
    "/search",
    "/search?q=導入",
    "/search?q=AI-ORC",
    "/towns",
    "/doc/municipality/24343",
    "/doc/plan/24324/dx-2023",
    "/doc/plan/24324/dx-2023/measure/3-4",
    "/doc/plan/43367/dx-2022/measure/1-3-5/activity/1",
    "/doc/technology/ai-ocr",
    "/doc/fiscal-year/2024",
    "/doc/law/428AC1000000103/article/9/3",
    "/doc/source/24324-dx-2023",
    "/doc/item/ai-rpa",
    "/doc/sdg/9",
    "/doc/department/24343/zeimu",
    "/doc/plan/43367/dx-2022/measure/1-2-3/indicator/2",
    "/doc/adoption/23208/ai-ocr",
    "/doc/fiscal-year/2024?of=dxo:fiscalYear",
    "/why/adoption/24324/ai-ocr",
    "/doc/nothing/here",
    "/schedule/23208",
    "/schedule?town=24343&town=24461&technology=ai&years=ad",
    "/lineage/24461",
    "/indicators",
    "/departments",
    "/departments?town=24324&department=24324/zaisei&technology=ai",
    "/compare",
    "/compare/technologies?town=24343&town=24324",
    "/compare/measures",
    "/coverage",
    "/catalog",
    "/dump/",
    "/.well-known/void.html",
    "/graph/plan/24343",
    "/queries",
    "/queries/towns-by-technology",
    "/queries/towns-by-technology?technology=AIOCRR",
    "/queries/departments-like",
    "/queries/measures",
    "/sparql",
    "/sparql?query=SELECT%20*%20%7B%20%3Fplan%20a%20dxo%3ADXPlan%20%7D",
    "/sparql?query=SELECT",
    "/ontology",
    "/ontology/vocabulary/technology",
    "/shapes",
    "/manual",
    "/manual/model",
    "/manual/cookbook",
]


_SHIFT = """() => new Promise(done => { let sum = 0;
  new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value; })
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 200); })"""


@pytest.mark.parametrize("path", PAGES)
def test_a_japanese_page_fits_a_phone_stays_where_it_is_and_is_accessible(
    page: Page, judged: Callable[..., list[str]], path: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    assert page.evaluate(_SHIFT) == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert judged(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_an_english_page_in_the_dark_stays_where_it_is_and_can_be_read(
    page: Page, judged: Callable[..., list[str]], path: str
) -> None:
    """Contrast and language; the elements are those of the Japanese page."""
    page.emulate_media(color_scheme="dark")
    page.goto(f"/en{path}")
    assert page.evaluate(_SHIFT) == 0
    assert judged(page, ["cat.color", "cat.language"]) == []
