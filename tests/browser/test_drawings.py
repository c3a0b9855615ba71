"""What a reader does with the drawings: switch eras, follow a bar, go by keyboard, print on A3."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

#: A3 landscape in points, to the nearest ten.
_A3 = (1190, 840)
_PHONE = {"width": 360, "height": 740}


def test_a_reader_switches_between_reiwa_and_ad(page: Page) -> None:
    page.goto("/schedule/24343")
    first = page.locator("table.gantt thead th").nth(1)
    expect(first).to_have_text(re.compile("令和4 2022"))
    page.get_by_role("link", name="西暦").click()
    expect(first).to_have_text(re.compile("2022 令和4"))
    page.get_by_role("link", name="English").click()
    expect(first).to_have_text(re.compile("FY2022 Reiwa 4"))
    assert page.url.endswith("/en/schedule/24343?years=ad")


def test_a_reader_follows_a_bar_to_its_line(page: Page) -> None:
    page.goto("/schedule/24343")
    page.get_by_role("link", name=re.compile("導入 ?スマート申請システム導入")).click()
    assert page.url.endswith("/doc/plan/24343/dx-2023/measure/1-2/activity/1/2022")
    expect(page.locator("main")).to_contain_text("277")


def test_a_reader_filters_a_schedule_and_keeps_the_address(page: Page) -> None:
    page.goto("/schedule/24324")
    page.get_by_text("絞り込み・複数の町を並べる").click()
    page.get_by_label("技術").select_option("ai-ocr")
    page.get_by_role("button", name="表示").click()
    expect(page.locator("table.gantt")).to_contain_text("AI・RPAの利用促進")
    expect(page.locator("tr.measure")).to_have_count(1)
    assert "technology=ai-ocr" in page.url


def test_the_keyboard_reaches_a_bar_and_scrolls_its_table(page: Page) -> None:
    page.set_viewport_size(_PHONE)
    page.goto("/schedule/24343")
    region = page.get_by_role("region", name="工程表")
    region.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("ICTを活用した町民サービスの向上")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("a.bar:focus")).to_contain_text("検討")
    page.keyboard.press("Enter")
    page.wait_for_url("**/measure/1-1/activity/1/2022")


def test_heads_stay_while_a_long_table_scrolls(page: Page) -> None:
    page.goto("/schedule/24324")
    page.get_by_role("region", name="工程表").evaluate("box => box.scrollTo(0, 600)")
    head = page.locator("table.gantt thead th").first
    box = page.get_by_role("region", name="工程表").bounding_box()
    place = head.bounding_box()
    assert box is not None
    assert place is not None
    assert abs(place["y"] - box["y"]) < 3


def test_a_reader_goes_from_a_node_of_the_lineage_to_its_page(page: Page) -> None:
    page.goto("/lineage/24343")
    page.locator("svg.drawing a", has_text="みえデジタル戦略推進計画").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("みえデジタル戦略推進計画")


def test_a_reader_opens_the_measures_of_a_cell(page: Page) -> None:
    page.goto("/departments?town=24324")
    row = page.locator("tr", has=page.get_by_role("link", name="財政課"))
    row.locator("td a.n2").first.click()
    panel = page.locator("#picked")
    expect(panel).to_contain_text("財政課 × AI")
    panel.get_by_role("link", name="AI・RPAの利用促進").click()
    assert page.url.endswith("/doc/plan/24324/dx-2023/measure/3-4")


@pytest.mark.parametrize(
    "path", ["/schedule/24343", "/lineage/24461", "/indicators", "/departments"]
)
def test_a_drawing_is_printed_on_a3_landscape(page: Page, path: str) -> None:
    page.goto(path)
    printed = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert {tuple(round(float(side), -1) for side in box) for box in boxes} == {_A3}
