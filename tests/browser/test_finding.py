"""Finding AI-OCR from the front page: typing, by keyboard, without scripts, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

BOX = "#search"
OPTIONS = "[role=option]"


def typed(page: Page, text: str) -> None:
    page.goto("/")
    page.locator(BOX).press_sequentially(text)
    page.wait_for_selector(OPTIONS)


def test_ai_ocr_is_found_by_typing_and_choosing_a_suggestion_by_keyboard(page: Page) -> None:
    typed(page, "ai-o")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("[aria-selected=true]")
    expect(chosen).to_contain_text("AI-OCR")
    expect(page.locator(BOX)).to_have_attribute(
        "aria-activedescendant", chosen.get_attribute("id") or ""
    )
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/doc/technology/ai-ocr$"))
    expect(page.locator("h1")).to_have_text("AI-OCR")


def test_ai_ocr_is_found_by_the_keyboard_alone(page: Page) -> None:
    page.goto("/")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "search":
            break
    page.keyboard.type("AI-OCR")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/search[?]q=AI-OCR$"))
    while page.evaluate("document.activeElement.textContent").strip() != "AI-OCR":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/doc/technology/ai-ocr$"))


def test_ai_ocr_is_found_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.fill(BOX, "ＡＩ－ＯＣＲ")
    page.press(BOX, "Enter")
    page.locator(".hits a").first.click()
    assert page.url.endswith("/doc/technology/ai-ocr")
    context.close()


def test_the_headline_question_is_one_click_away(page: Page) -> None:
    page.goto("/")
    page.select_option("#technology", "rpa")
    page.select_option("#by", "2025")
    action = page.locator("form.sentence").get_attribute("action")
    sent = page.evaluate(
        "new URLSearchParams(new FormData(document.querySelector('form.sentence'))).toString()"
    )
    assert (action, sent) == ("/queries/towns-by-technology", "technology=rpa&by=2025")
    with page.expect_navigation():
        page.locator("form.sentence button").click()
    assert page.url.endswith("/queries/towns-by-technology?technology=rpa&by=2025")


def test_the_other_language_keeps_the_search(page: Page) -> None:
    page.goto("/search?q=導入&kind=measure")
    page.get_by_role("link", name="English").click()
    expect(page.locator("h1")).to_have_text("Results for “導入”")
    expect(page.locator(".chips [aria-current=true]")).to_contain_text("Measures")


def test_the_arrows_go_round_by_way_of_the_box(page: Page) -> None:
    typed(page, "AI")
    count = page.locator(OPTIONS).count()
    page.keyboard.press("ArrowUp")
    expect(page.locator(OPTIONS).nth(count - 1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[aria-selected=true]")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(page.locator(OPTIONS).first).to_have_attribute("aria-selected", "true")


def test_escape_closes_the_suggestions_and_keeps_what_was_typed(page: Page) -> None:
    typed(page, "AI")
    page.keyboard.press("Escape")
    expect(page.locator(".suggestions")).to_be_hidden()
    expect(page.locator(BOX)).to_have_value("AI")
    expect(page.locator(BOX)).to_have_attribute("aria-expanded", "false")


def test_enter_without_a_choice_searches_for_what_was_typed(page: Page) -> None:
    typed(page, "導入")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/search[?]q="))


def test_a_suggestion_can_be_clicked(page: Page) -> None:
    typed(page, "東員")
    page.locator(OPTIONS).first.click()
    expect(page).to_have_url(re.compile("/doc/municipality/24324$"))


def test_only_the_last_of_several_requests_is_shown(page: Page) -> None:
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if "/suggest" in request.url else None
    )
    typed(page, "導入業務")
    expect(page.locator(OPTIONS).first).to_contain_text("導入業務数")
    assert len(asked) < len("導入業務")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("language", ["", "/en"])
def test_axe_finds_nothing_wrong_with_open_suggestions(
    page: Page, judged: Callable[..., list[str]], language: str, colours: str
) -> None:
    page.emulate_media(color_scheme=colours)
    page.goto(f"{language}/")
    page.locator(BOX).press_sequentially("AI")
    page.wait_for_selector(OPTIONS)
    page.keyboard.press("ArrowDown")
    assert judged(page) == []


def test_suggestions_fit_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    typed(page, "デジタル")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_column_of_the_list_of_towns_sorts_it(page: Page) -> None:
    page.goto("/towns")
    page.get_by_role("link", name="施策").click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("施策")
    page.get_by_role("link", name="施策").click()
    expect(page.locator("th[aria-sort=descending]")).to_have_text("施策")
    expect(page.locator("tbody tr").first).to_contain_text("津島市")
