"""What an analyst does with the matrices: sets two towns side by side, and goes to the evidence."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def test_two_towns_are_chosen_by_ticking_them(page: Page) -> None:
    page.goto("/compare")
    page.get_by_text("町と条件を選ぶ").click()
    for name in ("津島市", "玉城町", "南関町"):
        page.get_by_role("checkbox", name=name).uncheck()
    page.get_by_role("button", name="表示").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("東員町と朝日町を比べる")
    page.get_by_role("link", name="技術", exact=True).click()
    expect(page).to_have_url("/compare/technologies?town=24324&town=24343")
    row = page.get_by_role("row", name="AI-OCR", exact=False)
    expect(row.get_by_role("cell").last).to_contain_text("東員町が1年早い")


def test_a_sign_leads_to_its_entry(page: Page) -> None:
    page.goto("/compare/technologies?town=24343&town=24324")
    page.get_by_role("link", name="東員町 AI-OCR 令和5年度 導入 確か").click()
    expect(page).to_have_url("/doc/plan/24324/dx-2023/measure/3-4/activity/2/2023")
    expect(page.get_by_role("main")).to_contain_text("370")


def test_what_is_asked_stays_when_the_language_changes(page: Page) -> None:
    page.goto("/compare/technologies?town=24343&town=24324")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url("/en/compare/technologies?town=24343&town=24324")
    expect(page.get_by_role("heading", level=1)).to_have_text("Asahi Town and Toin Town compared")


def test_the_table_scrolls_and_its_signs_are_reached_by_keyboard(page: Page) -> None:
    page.set_viewport_size({"width": 700, "height": 600})
    page.goto("/compare")
    box = page.get_by_role("region", name="取組事項ごとに、町と年度の段階")
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.tall').scrollLeft > 0")
    while not page.evaluate("document.activeElement.matches('td a')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url("/compare")


def test_a_count_leads_to_its_measures_and_on_to_their_entries(page: Page) -> None:
    page.goto("/coverage")
    page.get_by_role("link", name="2件 朝日町 テレワークの推進 (2-3, 2-7)").click()
    expect(page).to_have_url("/compare/measures?town=24343&item=telework")
    page.get_by_role("link", name="2-7 働き方改革の推進").click()
    expect(page).to_have_url("/doc/plan/24343/dx-2023/measure/2-7")


def test_a_head_never_hides_what_has_the_focus(page: Page) -> None:
    page.goto("/compare/technologies")
    page.evaluate(
        """() => { const box = document.querySelector(".tall");
        const [above, below] = [...box.querySelectorAll("tbody th a")].slice(3);
        const head = box.querySelector("thead").getBoundingClientRect();
        box.scrollTop += above.getBoundingClientRect().y - head.y - 10;
        const links = [...box.querySelectorAll("a")];
        links[links.indexOf(below)].focus({preventScroll: true}); }"""
    )
    seen = []
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        seen.append(
            page.evaluate(
                """() => { const it = document.activeElement, box = it.getBoundingClientRect();
                return it.contains(document.elementFromPoint(
                  box.x + box.width / 2, box.y + box.height / 2)); }"""
            )
        )
    assert all(seen)
