"""Following a fact: from a measure to the line that prints it, and to the rule that yields it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

MEASURE = "/doc/plan/24324/dx-2023/measure/3-4"
_MOST_STEPS = 120


def tab_to(page: Page, text: str) -> None:
    """Press Tab until the element of a text has the focus."""
    for _ in range(_MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip() == text:
            return
    raise AssertionError(f"Tab never comes to {text}")


def test_a_cell_is_followed_to_its_line_by_keyboard_alone(page: Page) -> None:
    page.goto(MEASURE)
    tab_to(page, "AI-OCR")
    tab_to(page, "370行")
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/source/24324-dx-2023#L370")
    line = page.locator("tr:target")
    expect(line).to_contain_text("AI-OCR")
    expect(line).to_be_in_viewport()


def test_an_inferred_statement_is_followed_to_its_rule_by_keyboard_alone(page: Page) -> None:
    page.goto("/doc/adoption/24324/ai-ocr")
    tab_to(page, "理由")
    page.keyboard.press("Enter")
    page.wait_for_url("**/why/adoption/24324/ai-ocr#*")
    tab_to(page, "その理由")
    page.keyboard.press("Enter")
    expect(page.locator("details[open]").first).to_contain_text("規則")


def test_the_same_thing_is_one_step_away_in_english(page: Page) -> None:
    page.goto(MEASURE)
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(f"{page.url.partition('/en/')[0]}/en{MEASURE}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Promotion of AI and RPA")
    expect(page.get_by_role("link", name="line 370").first).to_be_visible()


def test_a_wide_schedule_scrolls_within_its_box_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/doc/plan/43367/dx-2022/measure/1-3-5")
    box = page.get_by_role("region", name="取組の予定")
    assert box.evaluate("it => it.scrollWidth > it.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
