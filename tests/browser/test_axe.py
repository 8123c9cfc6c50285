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
AXE = "levels => axe.run(document, {runOnly: {type: 'tag', values: levels}, resultTypes: ['violations']})"
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


def faults(seat: Seat) -> list[tuple[str, str, str]]:
    """What axe finds, each with the element and what is wrong with it."""
    found: dict[str, Any] = seat.page.evaluate(AXE, LEVELS)
    return [(fault["id"], node["html"][:300], node["failureSummary"]) for fault in found["violations"]
            for node in fault["nodes"]]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@every_page
def test_a_page_is_accessible_and_speaks_the_language(
    nodes_with_pages: StoryNodes, seat_of: SeatOf, visit: Visit, language: str
) -> None:
    seat = open_page(nodes_with_pages, seat_of, visit, language, DESK)
    assert faults(seat) == []
    assert seat.page.evaluate("document.documentElement.lang") == language
    assert seat.page.evaluate("[...document.head.querySelectorAll('title')].map(each => each.text.trim())") == [
        seat.page.title()
    ]
    assert not seat.page.title().startswith("-")
    assert seat.page.locator("h1").count() == 1
    assert seat.complaints == []


@every_page
def test_a_page_fits_a_phone(nodes_with_pages: StoryNodes, seat_of: SeatOf, visit: Visit) -> None:
    seat = open_page(nodes_with_pages, seat_of, visit, "de", PHONE)
    assert faults(seat) == []
    assert seat.page.evaluate("document.documentElement.scrollWidth") <= PHONE
    assert seat.complaints == []


@pytest.mark.parametrize("visit", [each for each in VISITS if each.case_data], ids=lambda visit: visit.label)
def test_a_page_with_case_data_prints_its_classification(
    nodes_with_pages: StoryNodes, seat_of: SeatOf, visit: Visit
) -> None:
    seat = open_page(nodes_with_pages, seat_of, visit, "en", DESK)
    classification = seat.page.evaluate("document.documentElement.dataset.classification")
    seat.page.emulate_media(media="print")
    try:
        assert classification
        assert classification in seat.page.locator(".clew-print-head").inner_text()
        assert seat.page.locator("main").is_visible()
        assert not seat.page.locator(".clew-header").is_visible()
    finally:
        seat.page.emulate_media(media="screen")
