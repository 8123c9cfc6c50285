"""Pictures of every page in each language at a desk's and a phone's width: `make shots`.

The story is played in a temporary directory; the pictures go to `shots/<language>/<width>/<page>.png`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser
from rich.console import Console
from rich.progress import Progress

from tests.browser.driving import DESK, LANGUAGES, PHONE, Seat, arrive, sign_in, take_seat
from tests.browser.further import prepare
from tests.chromium import chromium
from tests.story_nodes import StoryNodes, play_story

WIDTHS = {"desk": DESK, "phone": PHONE}
FOLDER = Path("shots")
say = Console(highlight=False, markup=False).print


def main(languages: tuple[str, ...]) -> None:
    """Play the story, picture its pages, stop the nodes."""
    _load_addresses()
    with tempfile.TemporaryDirectory() as home:
        say("The story is played.")
        nodes = play_story(Path(home))
        try:
            prepare(nodes)
            with chromium() as browser:
                take_all(browser, nodes, languages)
        finally:
            nodes.clew("demo", "stop")


def take_all(browser: Browser, nodes: StoryNodes, languages: tuple[str, ...] = LANGUAGES) -> None:
    """Picture every page. A page whose data the story did not leave is named, and the others are pictured."""
    from tests.browser.pages import VISITS

    seats: dict[tuple[str, str], Seat] = {}
    missing: list[str] = []
    with Progress() as progress:
        bar = progress.add_task("Pages", total=len(VISITS) * len(languages))
        for visit in VISITS:
            seat = seats.get((visit.node, visit.person))
            if seat is None:
                seat = seats[visit.node, visit.person] = take_seat(browser, nodes, visit.node)
                if visit.person:
                    sign_in(seat, nodes, visit.person)
            for language in languages:
                try:
                    picture(seat, visit.path(nodes), visit.label, language)
                except AssertionError as problem:
                    missing.append(f"{visit.label}: {problem}")
                progress.advance(bar)
    for each in sorted(set(missing)):
        say(each)


def picture(seat: Seat, path: str, label: str, language: str) -> None:
    """One page in one language, once for each width."""
    seat.speak(language)
    arrive(seat, path)
    for name, pixels in WIDTHS.items():
        folder = FOLDER / language / name
        folder.mkdir(parents=True, exist_ok=True)
        seat.width(pixels)
        seat.page.screenshot(path=folder / f"{label}.png", full_page=True)


def _load_addresses() -> None:
    import os

    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or LANGUAGES)
