"""A person at the keyboard: Tab, Enter, Space, arrows and letters. Nothing is clicked, filled or focused by code."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TooLate

FARTHEST = 600
"""Tab stops after which a thing counts as not to be reached."""

CHOSEN = """wanted => {
    const here = document.activeElement, entry = here.selectedOptions ? here.selectedOptions[0] : null;
    return here.value === wanted || (entry !== null && entry !== undefined && entry.text.includes(wanted));
}"""


HERE = "wanted => document.activeElement !== null && document.activeElement.matches(wanted)"
WAY = """wanted => {
    const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
        .filter(each => !each.disabled && each.type !== 'hidden' && each.checkVisibility({visibilityProperty: true}))
        .filter(each => each.type !== 'radio' || each.checked || each.matches(wanted));
    const there = stops.findIndex(each => each.matches(wanted)), here = stops.indexOf(document.activeElement);
    const forward = there - here, back = (here < 0 ? stops.length : here) - there;
    const one = each => each === stops[there] || each.type === 'radio' && each.name === stops[there].name;
    const only = stops.every(each => !each.matches(wanted) || one(each));
    if (there < 0 || !only) return 0;
    return forward > 0 && (forward <= back || here >= 0) ? forward : -back;
}"""
"""About how often Tab, or below zero Shift+Tab, is pressed from here to there: a person sees which way is shorter.

0 where several things match: the first of them in reading order is meant.
"""
NEAR = 6
"""Tab stops from which on a person looks after each key: radio buttons and folded parts are no exact count."""


class Keyboard:
    """What one person does on one page, by keys alone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, selector: str) -> None:
        """Press Tab, or Shift+Tab where that way is shorter, until the focus stands on something that matches.

        Raises:
            AssertionError: the focus never gets there.
        """
        if self.page.evaluate(HERE, selector):
            return
        way = int(self.page.evaluate(WAY, selector))
        key = "Shift+Tab" if way < 0 else "Tab"
        for _stop in range(abs(way) - NEAR):
            self.page.keyboard.press(key)
        for _stop in range(FARTHEST):
            if self.page.evaluate(HERE, selector):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"Tab never reaches {selector} on {self.page.url}")

    def open(self, selector: str) -> None:
        """Go to a link or button and press Enter; the next page opens."""
        self.to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def unfold(self, selector: str) -> None:
        """Go to the summary of something folded and open it."""
        self.to(selector)
        self.page.keyboard.press("Enter")

    def write(self, selector: str, text: str) -> None:
        """Go to a field and replace what it says."""
        self.to(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def tick(self, selector: str) -> None:
        """Go to a box and tick it, unless it is ticked."""
        self.to(selector)
        if not self.page.evaluate("document.activeElement.checked"):
            self.page.keyboard.press("Space")

    def choose(self, name: str, wanted: str) -> None:
        """Choose one of several by its value or by what it says: a radio button or an entry of a list."""
        self.to(f"[name='{name}']")
        if self.page.evaluate("document.activeElement.tagName") == "SELECT":
            self.page.keyboard.press("Home")
        else:
            self.page.keyboard.press("Space")
        for _step in range(FARTHEST):
            if self.page.evaluate(CHOSEN, wanted):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} has no choice {wanted!r} on {self.page.url}")

    def choose_file(self, selector: str, file: Path) -> None:
        """Go to a field for files, open the system's dialogue, and choose a file there.

        A page that is still busy sometimes swallows the key: a person presses it again.
        """
        self.to(selector)
        for key in ("Enter", "Space", "Enter"):
            try:
                with self.page.expect_file_chooser(timeout=10_000) as chooser:
                    self.page.keyboard.press(key)
            except TooLate:
                continue
            chooser.value.set_files(file)
            return
        raise AssertionError(f"{selector} never opens the dialogue for files on {self.page.url}")

    def focused(self) -> str:
        """The id of what has the focus."""
        return str(self.page.evaluate("document.activeElement.id"))
