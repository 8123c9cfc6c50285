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
    seat = take_seat(browser, nodes, node, scripts=scripts)
    seat.speak(language)
    keys = Keyboard(seat.page)
    seat.page.goto(nodes.link(node, person))
    keys.open(SEND)
    try:
        yield seat, keys
    finally:
        seat.context.close()
    assert seat.complaints == []


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
