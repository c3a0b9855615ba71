"""What people do to ask: a form by keyboard alone, a workbook, and the query editor."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from dxgraph.web import editor

HEADLINE = "/queries/towns-by-technology"
bundled = pytest.mark.skipif(
    not editor.has_yasgui(), reason="YASGUI is not among the files: python hatch_build.py"
)


def reach(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def test_a_question_is_found_and_asked_by_keyboard_alone(page: Page) -> None:
    page.goto("/queries")
    reach(page, f"a[href='{HEADLINE}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{HEADLINE}")
    reach(page, "select[name=technology]")
    page.keyboard.type("RPA")
    reach(page, "input[name=broader]")
    page.keyboard.press("Space")
    reach(page, "form.question button")
    page.keyboard.press("Enter")
    page.wait_for_url("**technology=rpa**")
    assert "broader=true" in page.url
    expect(page.locator("tbody").first).to_contain_text("朝日町")


def test_the_workbook_of_an_answer_opens(page: Page, tmp_path: Path) -> None:
    page.goto(f"{HEADLINE}?technology=AI-OCR&by=2024")
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel", exact=True).click()
    path = tmp_path / "answer.xlsx"
    download.value.save_as(path)
    first, second = openpyxl.load_workbook(path).worksheets
    assert [row[1].value for row in first][1:] == ["津島市", "玉城町", "東員町", "朝日町"]
    link = first.cell(2, first.max_column).hyperlink.target
    assert page.goto(link).status == 200
    facts = {row[0].value: row[1].value for row in second}
    assert page.goto(facts["この答え / This answer"]).status == 200
    expect(page.locator(".scroll tbody tr")).to_have_count(4)


def test_a_mistake_is_mended_by_one_click(page: Page) -> None:
    page.goto(f"{HEADLINE}?technology=AIOCRR")
    page.get_by_role("link", name="AI-OCR", exact=True).click()
    expect(page.locator("tbody tr").first).to_contain_text("津島市")


def test_a_field_with_many_choices_offers_them_as_one_types(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dxgraph.views.choices.MOST", 4)
    page.goto("/queries/governance?limit=7")
    page.locator("input[name=municipality]").press_sequentially("あさひ")
    expect(page.locator("datalist option")).to_have_count(1)
    assert page.locator("datalist option").get_attribute("value") == "朝日町"


def test_a_text_to_copy_has_a_button(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(HEADLINE)
    page.get_by_text("curl", exact=True).click()
    page.locator("#snippet-curl + button").click()
    assert page.evaluate("navigator.clipboard.readText()").startswith("curl --get")


@bundled
def test_a_query_runs_in_the_editor_and_leads_to_our_pages(page: Page) -> None:
    elsewhere: list[str] = []
    page.goto("/sparql")
    origin = re.sub(r"/sparql$", "", page.url)
    page.on("request", lambda r: elsewhere.append(r.url) if not r.url.startswith(origin) else None)
    page.locator("#editor .CodeMirror").click()
    page.get_by_role("button", name="実行").click()
    link = page.locator("#results td a", has_text="id:plan/24343/dx-2023")
    link.hover()
    assert link.get_attribute("href") == "/doc/plan/24343/dx-2023"
    assert "query=PREFIX" in page.url
    page.reload()
    expect(page.locator("#answer tbody tr")).to_have_count(5)
    assert elsewhere == []


@bundled
def test_the_editor_completes_a_class_of_ours(page: Page) -> None:
    page.goto("/sparql")
    page.wait_for_selector("#editor .CodeMirror")
    page.evaluate(
        """() => { const e = document.querySelector(".CodeMirror").CodeMirror;
        e.setValue("PREFIX dxo: <https://w3id.org/dxgraph/ontology#>\\nSELECT * { ?x a dxo:Meas }");
        e.setCursor(1, 23); e.focus(); }"""
    )
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hints")).to_contain_text("dxo:Measure")


@bundled
def test_the_editor_is_left_and_run_by_keyboard(page: Page) -> None:
    page.goto("/sparql")
    page.wait_for_selector("#editor .CodeMirror")
    reach(page, "#editor textarea")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "実行"
    page.keyboard.press("Enter")
    expect(page.locator("#results tbody tr")).to_have_count(5)


@bundled
def test_a_mistake_in_a_query_is_told_below_the_editor(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/sparql")
    page.wait_for_selector("#editor .CodeMirror")
    page.evaluate("document.querySelector('.CodeMirror').CodeMirror.setValue('SELECT * {')")
    page.get_by_role("button", name="実行").click()
    expect(page.locator("#results")).to_contain_text("400")
    context.close()


@bundled
@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("language", ["", "/en"])
def test_axe_finds_nothing_wrong_with_results_of_the_editor(
    page: Page, judged: Callable[..., list[str]], language: str, colours: str
) -> None:
    page.emulate_media(color_scheme=colours)
    page.goto(f"{language}/sparql")
    page.wait_for_selector("#editor .CodeMirror")
    page.locator("form.sparql button").click()
    page.wait_for_selector("#results tbody tr")
    assert judged(page) == []


def test_without_scripts_the_form_asks_and_answers(page: Page, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    page.goto("/sparql")
    plain.goto(page.url)
    plain.get_by_role("button", name="実行").click()
    assert plain.locator("#answer tbody tr").count() == 5
    context.close()
