"""The case carried on after the story, by keyboard alone: a letter taken in English, an answer released in Chinese."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.hands import SEND, at_the_keyboard, code_of, wait_for
from tests.story_nodes import StoryNodes, play_story

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("by-hand"), pytest.mark.sqlite]

TAKE = "main a[href*='/letters/letter/']:not([href*='ask-consent'])"
LANGUAGE_MENU = "summary:has(+ form[action$='/language'])"


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoryNodes]:
    """A story of its own: what is done here must not be undone for other tests."""
    played = play_story(tmp_path_factory.mktemp("by_hand"))
    try:
        yield played
    finally:
        played.clew("demo", "stop")


def test_a_slash_leads_to_the_search_and_a_chinese_name_to_the_agency(browser: Browser, nodes: StoryNodes) -> None:
    with at_the_keyboard(browser, nodes, "vienna", "anna", "en") as (seat, keys):
        keys.to("h1, main a")
        seat.page.keyboard.press("/")
        assert keys.focused() == "clew-search"
        seat.page.keyboard.type("金路")
        with seat.page.expect_navigation():
            seat.page.keyboard.press("Enter")
        keys.open("main a[href^='/dossier/']")
        assert "金路" in seat.page.inner_text("main")


def test_the_language_is_switched_without_losing_the_page(browser: Browser, nodes: StoryNodes) -> None:
    with at_the_keyboard(browser, nodes, "vienna", "bernd", "en") as (seat, keys):
        seat.go("/cases/?status=all")
        before = seat.page.url
        keys.unfold(LANGUAGE_MENU)
        keys.open("button[name=language][value='zh-hans']")
        assert seat.page.url == before
        assert seat.page.evaluate("document.documentElement.lang") == "zh-hans"
        keys.unfold(LANGUAGE_MENU)
        keys.open("button[name=language][value='de']")
        assert seat.page.evaluate("document.documentElement.lang") == "de"


def test_escape_three_times_leaves_at_once_and_back_shows_nothing(browser: Browser, nodes: StoryNodes) -> None:
    with at_the_keyboard(browser, nodes, "shelter", "clara", "en") as (seat, _keys):
        seat.go("/cases/")
        for _press in range(3):
            seat.page.keyboard.press("Escape")
        seat.page.wait_for_url("**/weather")
        seat.page.go_back(wait_until="load")
        assert "AT-" not in seat.page.inner_text("body")
        seat.go("/cases/")
        assert "/account/login/" in seat.page.url


def test_desk_search_and_a_letter_are_read_without_javascript(browser: Browser, nodes: StoryNodes) -> None:
    with at_the_keyboard(browser, nodes, "vienna", "anna", "en", scripts=False) as (seat, _keys):
        seat.go("/search/?q=Goldener")
        assert seat.page.locator("main a[href^='/dossier/']").count() > 0
        seat.go("/")
        letter = seat.page.locator(TAKE).first.get_attribute("href")
        assert letter is not None
        seat.go(letter)
        take = seat.page.locator("main a[href$='/take']").get_attribute("href")
        assert take is not None
        assert seat.go(take) == 200
        assert seat.page.locator(SEND).is_visible()


def test_a_letter_is_taken_into_its_case_in_english(browser: Browser, nodes: StoryNodes) -> None:
    with at_the_keyboard(browser, nodes, "vienna", "anna", "en") as (seat, keys):
        assert seat.sees("Letters to take")
        keys.open(TAKE)
        assert seat.page.locator("main dd:has-text('Verified')").count() == 3
        subject = seat.page.locator("h1").inner_text().splitlines()[-1]
        keys.open("main a[href$='/take']")
        keys.choose("case", "1")
        keys.open(SEND)
        assert seat.sees("You have taken the letter")
        keys.open("main a[href^='/cases/']")
        assert seat.sees("Recruitment agency and massage parlours (fictional)")
        assert seat.sees(subject)
        seat.go("/")
        assert seat.page.locator(TAKE).count() == 0


def test_an_answer_is_approved_and_signed_in_chinese_and_arrives_in_vienna(browser: Browser, nodes: StoryNodes) -> None:
    with at_the_keyboard(browser, nodes, "beijing", "zhao", "zh-hans") as (seat, keys):
        assert seat.page.evaluate("document.documentElement.lang") == "zh-hans"
        keys.open("main a[href*='/releases/decisions/']")
        keys.open("main a[href$='/approve/']")
        keys.write("[name=reason]", "已核对（虚构）")
        keys.write("[name=code]", "000000")
        with seat.page.expect_navigation():
            seat.page.keyboard.press("Enter")
        assert seat.page.evaluate("document.activeElement.matches('.govuk-error-summary')")
        assert seat.page.locator("[name=reason]").input_value() == "已核对（虚构）"
        keys.write("[name=code]", code_of(nodes, "beijing", "zhao"))
        with seat.page.expect_navigation():
            seat.page.keyboard.press("Enter")
        assert "/approve/" not in seat.page.url, seat.page.inner_text("main")
    with at_the_keyboard(browser, nodes, "beijing", "lin", "zh-hans") as (seat, keys):
        keys.open("main a[href*='/releases/decisions/']")
        keys.open("main a[href$='/sign/']")
        keys.write("[name=code]", code_of(nodes, "beijing", "lin"))
        with seat.page.expect_navigation():
            seat.page.keyboard.press("Enter")
        assert seat.page.url.endswith("/signed/")
    with at_the_keyboard(browser, nodes, "vienna", "anna", "zh-hans") as (seat, keys):
        second = f"{TAKE}:has-text('Second answer')"
        wait_for(seat, "/", second)
        # Other letters can stand on the desk too, one that waits for its receipt for instance.
        keys.open(f"main a[href='{seat.page.locator(second).first.get_attribute('href')}']")
        assert seat.sees("No other agency of the same director is in the register."), seat.page.inner_text("body")
