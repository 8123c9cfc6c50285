"""A real Chromium in front of real nodes: one tab for each officer, watched for what a page must not do."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.browser.further import AUDITOR, HALF_WAY, PASSWORD
from tests.story_nodes import StoryNodes

LANGUAGES = ("en", "zh-hans", "fr", "de", "bg")
DESK, PHONE = 1280, 375
EXPECTED = "Failed to load resource: the server responded with a status of 4"
"""What Chromium itself writes into the console for a page that is refused on purpose."""


@dataclass
class Seat:
    """One tab in which one officer (or nobody) reads the pages of one node.

    `complaints` collects console errors, script errors and calls to other hosts since it was last emptied.
    """

    node: str
    base: str
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> int:
        """Open a path of the node; returns the status of the answer."""
        response = self.page.goto(self.base + path)
        return response.status if response is not None else 0

    def speak(self, language: str) -> None:
        """Read in that language from the next page on."""
        name = f"clew_{self.node}_localhost_language"
        self.context.add_cookies([{"name": name, "value": language, "url": self.base}])

    def width(self, pixels: int) -> None:
        """Take a desk's or a phone's width."""
        self.page.set_viewport_size({"width": pixels, "height": 900})

    def sees(self, text: str) -> bool:
        """Whether the page shows that text."""
        return text in self.page.inner_text("body")

    def watch(self) -> None:
        """Begin to collect complaints."""
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        self.page.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED):
            self.complaints.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        host = urlsplit(request.url).hostname
        if host is not None and host != urlsplit(self.base).hostname:
            self.complaints.append(f"a call to another host: {request.url}")


def take_seat(browser: Browser, nodes: StoryNodes, node: str, *, scripts: bool = True, axe: str = "") -> Seat:
    """Open a tab at a node, signed out. `axe` is the checker's source, put into every page from outside."""
    context = browser.new_context(
        viewport={"width": DESK, "height": 900}, java_script_enabled=scripts, reduced_motion="reduce", locale="en"
    )
    if axe:
        context.add_init_script(axe)
    seat = Seat(node, nodes.url(node), context, context.new_page())
    seat.watch()
    return seat


def sign_in(seat: Seat, nodes: StoryNodes, person: str) -> None:
    """Use a one-time link: open it, press its button. Who is only half-way enters her password instead."""
    if person == HALF_WAY:
        seat.go("/account/login/")
        seat.page.locator("[name=login]").fill(AUDITOR)
        seat.page.locator("[name=password]").fill(PASSWORD)
    else:
        seat.page.goto(nodes.link(seat.node, person))
    with seat.page.expect_navigation():
        seat.page.locator("main form button[type=submit]").first.click()


def arrive(seat: Seat, path: str) -> int:
    """Open a page; who is asked for her password again on the way gives it. Returns the status of the page."""
    status = seat.go(path)
    asked = urlsplit(seat.page.url).path
    if asked == "/account/reauthenticate/" and asked != path:
        seat.page.locator("[name=password]").fill(PASSWORD)
        with seat.page.expect_navigation():
            seat.page.locator("main form button[type=submit]").first.click()
        status = seat.go(path)
    return status
