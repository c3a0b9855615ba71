"""Searching a published site: files in a folder of a plain web server, under the site's policy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from few import few
from playwright.sync_api import Browser, Page, expect

from dxgraph.publish import publish
from dxgraph.web.site import POLICY

HITS = ".hits a"
AI_OCR, ASAHI = "/dx/doc/technology/ai-ocr", "/dx/doc/municipality/24343"


class Handler(SimpleHTTPRequestHandler):
    """Sends files, with the policy that the served site has."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A small workspace, published, behind the server of the standard library."""
    folder = tmp_path_factory.mktemp("host")
    place = few(root, tmp_path_factory.mktemp("few"))
    assert publish(place, folder / "dx", "https://x.example/dx").broken == []
    handler = partial(Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        *(("ＡＩ－ＯＣＲ", AI_OCR), ("aiocr", AI_OCR), ("AI OCR", AI_OCR)),
        *(("あさひ", ASAHI), ("24343", ASAHI), ("朝日町 計画", "/dx/doc/plan/24343/dx-2023")),
    ],
)
def test_what_is_typed_finds_the_thing_however_it_is_written(
    page: Page, asked: str, path: str
) -> None:
    page.goto(f"/dx/search/?q={asked}")
    expect(page.locator("h1")).to_have_text(f"「{asked}」の検索結果")
    expect(page.locator(HITS).first).to_have_attribute("href", path)


def test_a_word_of_two_characters_is_found_and_marked_by_keyboard_alone(page: Page) -> None:
    page.goto("/dx/doc/municipality/24343/")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "search":
            break
    page.keyboard.type("導入")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/dx/search/[?]q="))
    expect(page.locator(".hits mark").first).to_have_text("導入")
    while page.evaluate("document.activeElement.textContent").strip() != "システムの導入":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/dx/doc/technology/system/$"))
    expect(page.locator("h1")).to_have_text("システムの導入")


def test_the_other_language_keeps_the_search(page: Page) -> None:
    page.goto("/dx/search/?q=朝日町")
    page.get_by_role("link", name="English").click()
    expect(page.locator("h1")).to_have_text("Results for “朝日町”")
    expect(page.locator(HITS).first).to_contain_text("Asahi Town")
    expect(page.locator(HITS).first).to_have_attribute("href", "/dx/en/doc/municipality/24343")


def test_a_kind_narrows_the_hits(page: Page) -> None:
    page.goto("/dx/search/?q=朝日町")
    page.locator(".facets a", has_text="市町村の計画").click()
    expect(page.locator(".facets [aria-current=true]")).to_contain_text("市町村の計画")
    expect(page.locator(".hits .tag")).to_have_text(["市町村の計画"])


def test_what_is_not_found_is_said_with_the_nearest_name(page: Page) -> None:
    page.goto("/dx/search/?q=AI-ORC")
    expect(page.locator("[role=status]")).to_have_text("見つかりませんでした。")
    page.get_by_role("link", name="AI-OCR").click()
    expect(page.locator(HITS).first).to_have_text("AI-OCR")


def test_an_index_that_cannot_be_loaded_is_said(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.route("**/names.json", lambda route: route.abort())
    page.goto("/dx/en/search/?q=AI-OCR")
    expect(page.locator("[role=status]")).to_contain_text("could not be loaded")
    context.close()


@pytest.mark.parametrize(
    ("language", "said"), [("", "検索に JavaScript が要ります"), ("en/", "needs JavaScript")]
)
def test_without_scripts_the_page_leads_to_the_lists(
    browser: Browser, address: str, language: str, said: str
) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/dx/{language}search/?q=導入")
    expect(page.locator("#unscripted")).to_contain_text(said)
    links = page.locator("#unscripted a").all()
    paths = [link.get_attribute("href") for link in links]
    lists = ("towns", "compare/technologies", "manual")
    assert paths == [f"/dx/{language}{name}" for name in lists]
    context.close()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize(
    "asked", ["/dx/search/?q=朝日町", "/dx/en/search/?q=AI-ORC", "/dx/search/"]
)
def test_axe_finds_nothing_wrong(
    page: Page, judged: Callable[..., list[str]], asked: str, colours: str
) -> None:
    page.emulate_media(color_scheme=colours)
    page.goto(asked)
    if "q=" in asked:
        expect(page.locator("#found .chips").first).to_be_visible()
    assert judged(page) == []


def test_hits_fit_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/dx/search/?q=朝日町")
    page.wait_for_selector(HITS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
