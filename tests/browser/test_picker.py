"""An entry is searched for and chosen: with scripts while one types, without them by the search button."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from tests.browser.checking import read
from tests.browser.driving import DESK, Seat, sign_in, take_seat
from tests.browser.test_axe import SeatOf, open_page
from tests.browser.visits import Visit
from tests.story_nodes import StoryNodes

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("story"), pytest.mark.sqlite]

FORM = Visit("dossier:record", query="?schema=Employment")
FIELD, FOUND = "#id_prop_employer_q", "#id_prop_employer_found"


def firm(nodes: StoryNodes) -> tuple[str, str]:
    """Name and number of a firm that Vienna knows."""
    store = f"file:{nodes.home / 'vienna' / 'store.sqlite3'}?mode=ro"
    with closing(sqlite3.connect(store, uri=True)) as connection:
        caption, number = connection.execute(
            "select caption, entity_id from dossier_entityrow where schema = 'RecruitmentAgency' and caption <> ''"
        ).fetchone()
    return str(caption), str(number)


def searched(nodes: StoryNodes, seat_of: SeatOf) -> tuple[Seat, Locator, str]:
    """The form after the firm's name was typed: where it is, the entries found, and the firm's number."""
    name, number = firm(nodes)
    seat = open_page(nodes, seat_of, FORM, "en", DESK)
    seat.page.locator(FIELD).press_sequentially(name)
    found = seat.page.locator(f"{FOUND} input[type=radio]")
    expect(found.first).to_be_visible(timeout=20_000)
    return seat, found, number


def test_what_is_found_appears_while_one_types_and_is_chosen_by_keyboard(
    nodes_with_pages: StoryNodes, seat_of: SeatOf
) -> None:
    seat, found, number = searched(nodes_with_pages, seat_of)
    assert found.first.get_attribute("value") == number
    assert "Team:" in seat.page.locator(FOUND).inner_text()
    assert read(seat).faults == []
    address = seat.page.url
    seat.page.locator(FIELD).press("Enter")
    assert seat.page.url == address
    expect(found.first).to_be_visible()
    found.first.press("Space")
    assert found.first.is_checked()
    seat.page.locator(FIELD).fill("zzzzzz")
    expect(seat.page.locator("#id_prop_employer_status")).to_contain_text("Nothing", timeout=20_000)
    assert found.first.is_checked(), "what was chosen stays until something else is"
    assert seat.complaints == []


def bring(seat: Seat, held: list[Route]) -> None:
    """Let every search that was held back bring nothing."""
    for _look in range(100):
        if held:
            break
        seat.page.wait_for_timeout(100)
    assert held
    for search in held:
        search.fulfill(status=200, content_type="text/html", body="<p>Nothing</p>")
    seat.page.wait_for_timeout(1_000)


@pytest.mark.parametrize("down", [False, True], ids=["key pressed", "key still down"])
def test_a_choice_made_while_a_search_is_running_is_not_taken_away_by_what_it_brings(
    nodes_with_pages: StoryNodes, seat_of: SeatOf, down: bool
) -> None:
    seat, found, _number = searched(nodes_with_pages, seat_of)
    seat.page.wait_for_load_state("networkidle")
    held: list[Route] = []
    seat.page.route(re.compile("prop_employer_q="), lambda route: held.append(route))  # noqa: PLW0108
    try:
        with seat.page.expect_request(re.compile("prop_employer_q=")):
            seat.page.locator(FIELD).press("Enter")
        found.first.focus()
        seat.page.keyboard.down("Space")
        if not down:
            seat.page.keyboard.up("Space")
        bring(seat, held)
        seat.page.keyboard.up("Space")
        assert found.count() > 0, "what the search brought took the choice away"
        assert found.first.is_checked()
        assert seat.complaints == []
    finally:
        seat.page.unroute_all()


def test_without_scripts_the_search_button_shows_what_is_found_and_keeps_what_was_written(
    browser: Browser, nodes_with_pages: StoryNodes
) -> None:
    name, number = firm(nodes_with_pages)
    seat = take_seat(browser, nodes_with_pages, "vienna", scripts=False)
    try:
        sign_in(seat, nodes_with_pages, "anna")
        seat.go(FORM.path(nodes_with_pages))
        seat.page.locator("[name=title]").fill("A note (fictional)")
        seat.page.locator(FIELD).fill(name)
        seat.page.locator("button[name=find][value=prop_employer]").click()
        assert seat.page.locator(f"{FOUND} input[type=radio]").first.get_attribute("value") == number
        assert seat.page.locator("[name=title]").input_value() == "A note (fictional)"
        assert not seat.page.locator("#error-summary").count()
    finally:
        seat.context.close()
