"""Every page in five languages: whole, accessible (WCAG 2.2 AA), silent to the world, and fit for phone and paper."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.browser.checking import read, wrong
from tests.browser.driving import DESK, LANGUAGES, PHONE, Seat, arrive
from tests.browser.pages import VISITS
from tests.browser.visits import Visit
from tests.story_nodes import StoryNodes

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("story"), pytest.mark.sqlite]

SeatOf = Callable[[str, str], Seat]
FIRST, LONGEST = "en", "de"
SHOWN_BEFORE = frozenset(
    visit.label for n, visit in enumerate(VISITS) if visit.name in {each.name for each in VISITS[:n]}
)
"""Further visits to a page that an earlier one shows in five languages: empty, refused, or with other rows in it.

What they say besides is found untranslated by `test_pseudo.py`; here they are read in the first and longest language.
"""


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


@pytest.mark.parametrize("visit", VISITS, ids=lambda visit: visit.label)
def test_a_page_is_whole_and_accessible_in_every_language(
    nodes_with_pages: StoryNodes, seat_of: SeatOf, visit: Visit
) -> None:
    seat = open_page(nodes_with_pages, seat_of, visit, FIRST, DESK)
    first = read(seat)
    found = {FIRST: wrong(seat, first, FIRST)}
    if visit.case_data:
        _prints_its_classification(seat)
    languages = (FIRST, LONGEST) if visit.label in SHOWN_BEFORE else LANGUAGES
    for language in languages:
        if language not in found and language != LONGEST:
            open_page(nodes_with_pages, seat_of, visit, language, DESK)
            found[language] = wrong(seat, read(seat, contrast=False, known=first.shape), language)
    open_page(nodes_with_pages, seat_of, visit, LONGEST, PHONE)
    on_phone = read(seat, contrast=False, known=first.shape)
    found[LONGEST] = wrong(seat, on_phone, LONGEST)
    assert found == {language: [] for language in languages}
    assert on_phone.width <= PHONE


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
