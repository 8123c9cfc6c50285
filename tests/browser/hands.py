"""What a person does with her hands: sign in by a one-time link, read her authenticator, wait for a letter."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser

from tests.browser.driving import Seat, take_seat
from tests.browser.keyboard import Keyboard
from tests.story_nodes import StoryNodes

PATIENCE = 60.0
"""Seconds after which a letter, or a code that was not used yet, counts as not coming."""
SEND = "main form[method=post] button[type=submit]:not([name=language], [name=find], [name=another])"


@contextmanager
def at_the_keyboard(
    browser: Browser, nodes: StoryNodes, node: str, person: str, language: str, *, scripts: bool = True
) -> Iterator[tuple[Seat, Keyboard]]:
    """Sit down at a node as an officer, by her one-time link, in a language; the page must not complain meanwhile."""
    seat, keys = sit_down(browser, nodes, node, person, language, scripts=scripts)
    try:
        yield seat, keys
    finally:
        seat.context.close()
    assert seat.complaints == []


def sit_down(
    browser: Browser, nodes: StoryNodes, node: str, person: str, language: str, *, scripts: bool = True
) -> tuple[Seat, Keyboard]:
    """Sign in by a one-time link, and read in that language from then on."""
    seat = take_seat(browser, nodes, node, scripts=scripts)
    seat.speak(language)
    keys = Keyboard(seat.page)
    seat.page.goto(nodes.link(node, person))
    keys.open(SEND)
    return seat, keys


class Officers:
    """Those who sit at the nodes and read in one language. Each signs in once, and comes back to her desk."""

    def __init__(self, browser: Browser, nodes: StoryNodes, language: str) -> None:
        self.nodes = nodes
        self._browser, self._language = browser, language
        self._seats: dict[tuple[str, str], tuple[Seat, Keyboard]] = {}

    def at(self, node: str, person: str) -> tuple[Seat, Keyboard]:
        """The officer at her desk."""
        if (node, person) in self._seats:
            self._seats[node, person][0].go("/")
        else:
            self._seats[node, person] = sit_down(self._browser, self.nodes, node, person, self._language)
        return self._seats[node, person]

    def leave(self) -> None:
        """Close every tab."""
        for seat, _keys in self._seats.values():
            seat.context.close()

    @property
    def complaints(self) -> list[str]:
        """What any page complained of."""
        return [each for seat, _keys in self._seats.values() for each in seat.complaints]


def code_of(nodes: StoryNodes, node: str, person: str, used: str = "") -> str:
    """A code of her authenticator that she has not used; where she has used all, the next one."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        shown = nodes.clew("demo", "code", node, "--as", person, check=False).stdout.strip()
        if shown and shown != used:
            return shown
    raise AssertionError(f"{person} at {node} has no code that she has not used")


def wait_for(seat: Seat, path: str, selector: str) -> None:
    """Open a page again and again until it shows what is waited for."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        seat.go(path)
        if seat.page.locator(selector).count():
            return
    raise AssertionError(f"{path} of {seat.node} never shows {selector}:\n{seat.page.inner_text('main')}")
