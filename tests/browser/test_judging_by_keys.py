"""A pair is judged by single keys, and they can be switched off (WCAG 2.1.4)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.driving import DESK, Seat
from tests.browser.pages import VISITS
from tests.story_nodes import StoryNodes

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("story"), pytest.mark.sqlite]


def chosen(seat: Seat) -> str | None:
    found = seat.page.evaluate("document.querySelector('[name=said]:checked')?.value ?? null")
    return None if found is None else str(found)


def focused(seat: Seat) -> str:
    return str(seat.page.evaluate("document.activeElement.name ?? ''"))


def _open_switch(seat: Seat) -> None:
    seat.page.click("details:has([data-clew-keys-off]) > summary")


def test_a_key_chooses_and_writing_goes_on_and_the_keys_can_be_switched_off(
    nodes_with_pages: StoryNodes, seat_of: Callable[[str, str], Seat]
) -> None:
    visit = next(each for each in VISITS if each.name == "matching:pair")
    seat, path = seat_of(visit.node, visit.person), visit.path(nodes_with_pages)
    seat.width(DESK)
    seat.speak("en")
    seat.go(path)
    for key, said in (("s", "same"), ("u", "unsure"), ("D", "different")):
        seat.page.evaluate("document.activeElement.blur()")
        seat.page.keyboard.press(key)
        assert chosen(seat) == said
        assert focused(seat) == "reason"
    seat.page.keyboard.type("sud")
    assert chosen(seat) == "different"
    assert seat.page.input_value("[name=reason]") == "sud"
    seat.page.focus("[name=said]:checked")
    seat.page.keyboard.press("s")
    assert chosen(seat) == "same"

    _open_switch(seat)
    seat.page.click("[data-clew-keys-off]")
    try:
        seat.go(path)
        seat.page.keyboard.press("s")
        assert chosen(seat) is None
    finally:
        _open_switch(seat)
        seat.page.click("[data-clew-keys-on]")
    seat.page.evaluate("document.activeElement.blur()")
    seat.page.keyboard.press("Control+d")
    assert chosen(seat) is None
    seat.page.keyboard.press("d")
    assert chosen(seat) == "different"
