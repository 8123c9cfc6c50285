"""The gallery in a real Chromium under the node's CSP: accessible, and usable by keyboard alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.utils import translation
from playwright.sync_api import Browser, Page, Route

from tests.node.design.gallery import gallery_html

pytestmark = pytest.mark.browser

NODE = "http://node.localhost"
AXE = Path(__file__).parents[2] / "browser" / "axe" / "axe.min.js"
CSP = {"Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'"}
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
CHINESE = "维也纳打击人口贩运办公室 张伟（虚构）"


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    english = gallery_html()
    with translation.override("zh-hans"):
        chinese = gallery_html(CHINESE)
    neutral = "<title>neutral</title>"
    return {"/": neutral, "/en": english, "/zh": chinese, "/weather": neutral}


@pytest.fixture
def page(browser: Browser, pages: dict[str, str]) -> Iterator[Page]:
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.route("**/*", lambda route: _answer(route, pages))
    yield tab
    tab.close()
    assert complaints == []


def _answer(route: Route, pages: dict[str, str]) -> None:
    assert route.request.url.startswith(NODE), f"a call outside the node: {route.request.url}"
    path = route.request.url.removeprefix(NODE).partition("?")[0]
    if path.startswith("/static/"):
        found = finders.find(path.removeprefix("/static/"))
        assert isinstance(found, str), path
        route.fulfill(path=found, content_type=KINDS[Path(found).suffix], headers=CSP)
    elif path in pages:
        route.fulfill(body=pages[path], headers={**CSP, "Content-Type": "text/html; charset=utf-8"})
    else:
        route.fulfill(status=204)


@pytest.mark.parametrize("path", ["/en", "/zh"])
@pytest.mark.parametrize("width", [1280, 375])
def test_the_gallery_has_no_accessibility_fault_and_fits_the_screen(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    # axe itself is put into the page from outside; the keyboard tests below run under the CSP.
    page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
    page.goto(NODE + path)
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    result: dict[str, Any] = page.evaluate("axe.run(document)")
    faults = [(fault["id"], node["html"]) for fault in result["violations"] for node in fault["nodes"]]
    assert faults == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_slash_goes_to_the_search_but_can_be_typed(page: Page) -> None:
    page.goto(NODE + "/en")
    page.locator("h1").click()
    page.keyboard.press("/")
    assert _focused(page) == "clew-search"
    page.keyboard.type("a/b")
    assert page.locator("#clew-search").input_value() == "a/b"


def test_the_single_keys_can_be_switched_off(page: Page) -> None:
    page.goto(NODE + "/en")
    page.locator(".clew-keys summary").click()
    page.get_by_role("button", name="Turn single-key shortcuts off").click()
    page.keyboard.press("/")
    assert _focused(page) != "clew-search"


def test_arrows_and_letters_walk_from_the_search_through_a_list(page: Page) -> None:
    page.goto(NODE + "/en")
    page.locator("#clew-search").focus()
    page.keyboard.press("ArrowDown")
    steps = [_focused_text(page)]
    for key in ("j", "ArrowDown", "k"):
        page.keyboard.press(key)
        steps.append(_focused_text(page))
    assert steps == ["AT-2026-1", "AT-2026-2", "AT-2026-3", "AT-2026-2"]


def test_the_help_of_a_code_opens_by_keyboard_and_closes_with_escape(page: Page) -> None:
    page.goto(NODE + "/en")
    button = page.locator("[data-clew-tip]").first
    tip = page.locator(f"#{button.get_attribute('popovertarget')}")
    button.focus()
    page.keyboard.press("Enter")
    assert tip.is_visible()
    page.keyboard.press("Escape")
    assert not tip.is_visible()


def test_a_folded_list_of_codes_opens_by_keyboard_and_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 700})
    page.goto(NODE + "/en")
    folded = page.locator("details[data-clew-codes]").first
    folded.locator("summary").focus()
    page.keyboard.press("Enter")
    assert folded.locator("li").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_the_help_of_a_code_opens_without_javascript(browser: Browser, pages: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.route("**/*", lambda route: _answer(route, pages))
    tab.goto(NODE + "/en")
    tab.locator("[data-clew-tip]").first.click()
    assert tab.locator(".clew-tip").first.is_visible()
    context.close()


@pytest.mark.parametrize("way", ["escape", "button"])
def test_leaving_signs_out_and_puts_the_neutral_page_in_place(page: Page, way: str) -> None:
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    page.goto(NODE + "/en")
    if way == "escape":
        for _press in range(3):
            page.keyboard.press("Escape")
    else:
        page.locator(".clew-exit__button").click()
    page.wait_for_url(NODE + "/weather")
    assert posted == [NODE + "/leave"]


def test_a_warning_comes_before_the_session_ends_and_keeps_it(page: Page) -> None:
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    page.clock.install()
    page.goto(NODE + "/en")
    page.clock.run_for("27:00")
    assert not page.locator("dialog").is_visible()
    page.clock.run_for("01:30")
    assert page.locator("dialog").is_visible()
    page.get_by_role("button", name="Stay signed in").click()
    page.locator("dialog").wait_for(state="hidden")
    assert posted == [NODE + "/session/keep"]


def test_the_error_summary_has_the_focus_when_the_page_opens(page: Page) -> None:
    page.goto(NODE + "/en")
    assert _focused(page) == "error-summary"


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def _focused_text(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))
