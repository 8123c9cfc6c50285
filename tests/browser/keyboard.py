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


class Keyboard:
    """What one person does on one page, by keys alone."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, selector: str) -> None:
        """Press Tab until the focus stands on something that matches.

        Raises:
            AssertionError: the focus never gets there.
        """
        here = "wanted => document.activeElement !== null && document.activeElement.matches(wanted)"
        for _stop in range(FARTHEST):
            if self.page.evaluate(here, selector):
                return
            self.page.keyboard.press("Tab")
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
