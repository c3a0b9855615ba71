"""Pages in headless Chromium: a server of this process, a browser, and axe's judgement."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright
from werkzeug.serving import make_server

from dxgraph.session import Graph
from dxgraph.web import create_app

CHROMIUM = shutil.which("chromium")
_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
#: Names of the rules of WCAG 2.2, levels A and AA, as axe tags them.
_LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

Visit = Callable[[str], Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what is in this folder, with the reason, where there is no Chromium."""
    if CHROMIUM is None:
        for item in items:
            if "browser" in item.path.parts:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture(scope="session")
def address(graph: Graph) -> Iterator[str]:
    """A server of the checkout's graph."""
    server = make_server("127.0.0.1", 0, create_app(graph), threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, without a screen; its driver keeps an event loop, which no other test may meet."""
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield found
        found.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A tab of its own; a fault the page reports fails the test."""
    context = browser.new_context(base_url=address, locale="ja-JP")
    tab = context.new_page()
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda said: faults.extend(_fault(said)))
    tab.on("response", lambda response: faults.extend(_missing(response)))
    yield tab
    context.close()
    assert faults == []


def _fault(said: ConsoleMessage) -> list[str]:
    """What the console complains of, but for addresses, which ``_missing`` sees."""
    ours = said.type == "error" and not said.text.startswith("Failed to load resource")
    return [said.text] if ours else []


def _missing(response: Response) -> list[str]:
    """What a page wanted to load and did not get; the page itself may be missing."""
    wanted = response.request.resource_type != "document" and response.status >= 400
    return [f"{response.status} {response.url}"] if wanted else []


@pytest.fixture
def judged() -> Callable[..., list[str]]:
    """What axe finds wrong with a page: rule and element, none on a page that meets WCAG 2.2 AA.

    With ``rules`` only these are asked.
    """

    def judge(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
        only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": _LEVELS}
        options = {"runOnly": only, "resultTypes": ["violations"], "preload": False}
        found = Axe().run(page, options=options).response["violations"]
        return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]

    return judge
