"""Every page in five languages: whole, accessible (WCAG 2.2 AA), silent to the world, and fit for phone and paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser.driving import DESK, LANGUAGES, PHONE, Seat, arrive
from tests.browser.pages import VISITS
from tests.browser.visits import Visit
from tests.story_nodes import StoryNodes

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("story"), pytest.mark.sqlite]

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = """([levels, contrast]) => axe.run(document, {
    runOnly: {type: 'tag', values: levels}, resultTypes: ['violations'], rules: {'color-contrast': {enabled: contrast}}
})"""
SeatOf = Callable[[str, str], Seat]
every_page = pytest.mark.parametrize("visit", VISITS, ids=lambda visit: visit.label)


def open_page(nodes: StoryNodes, seat_of: SeatOf, visit: Visit, language: str, width: int) -> Seat:
    seat = seat_of(visit.node, visit.person)
    seat.speak(language)
    seat.width(width)
    seat.complaints.clear()
    path = visit.path(nodes)
    status = arrive(seat, path)
    assert status == visit.status, f"{seat.page.url}: {status}\n{seat.page.inner_text('body')[:600]}"
    assert seat.page.url == seat.base + quote(path, safe="/?=&%"), "another page came instead"
    return seat


def faults(seat: Seat, *, contrast: bool = True) -> list[tuple[str, str, str]]:
    """What axe finds, each with the element and what is wrong with it."""
    found: dict[str, Any] = seat.page.evaluate(AXE, [LEVELS, contrast])
    return [(fault["id"], node["html"][:300], node["failureSummary"]) for fault in found["violations"]
            for node in fault["nodes"]]  # fmt: skip


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each not in {"de", "en"}])
@every_page
def test_a_page_is_accessible_and_speaks_the_language(
    nodes_with_pages: StoryNodes, seat_of: SeatOf, visit: Visit, language: str
) -> None:
    seat = open_page(nodes_with_pages, seat_of, visit, language, DESK)
    # Colours are the same in every language: contrast is the dearest rule, and measured in English and on the phone.
    _is_whole(seat, language, contrast=False)


@every_page
def test_a_page_is_accessible_at_a_desk_and_prints_its_classification(
    nodes_with_pages: StoryNodes, seat_of: SeatOf, visit: Visit
) -> None:
    seat = open_page(nodes_with_pages, seat_of, visit, "en", DESK)
    _is_whole(seat, "en")
    if visit.case_data:
        _prints_its_classification(seat)


@every_page
def test_a_page_fits_a_phone_in_the_language_of_the_longest_words(
    nodes_with_pages: StoryNodes, seat_of: SeatOf, visit: Visit
) -> None:
    seat = open_page(nodes_with_pages, seat_of, visit, "de", PHONE)
    assert faults(seat) == []
    assert seat.page.evaluate("document.documentElement.scrollWidth") <= PHONE
    seat.width(DESK)
    _is_whole(seat, "de", contrast=False)


def _is_whole(seat: Seat, language: str, *, contrast: bool = True) -> None:
    assert faults(seat, contrast=contrast) == []
    assert seat.page.evaluate("document.documentElement.lang") == language
    assert seat.page.evaluate("[...document.head.querySelectorAll('title')].map(each => each.text.trim())") == [
        seat.page.title()
    ]
    assert not seat.page.title().startswith("-")
    assert seat.page.locator("h1").count() == 1
    assert seat.complaints == []


def _prints_its_classification(seat: Seat) -> None:
    classification = seat.page.evaluate("document.documentElement.dataset.classification")
    seat.page.emulate_media(media="print")
    try:
        assert classification
        assert classification in seat.page.locator(".clew-print-head").inner_text()
        assert seat.page.locator("main").is_visible()
        assert not seat.page.locator(".clew-header").is_visible()
    finally:
        seat.page.emulate_media(media="screen")
