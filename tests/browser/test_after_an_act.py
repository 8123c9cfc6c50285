"""Pages that no link leads to: those that answer a form or an error. In five languages, as whole as the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import RequestFactory
from django.utils import translation
from django.views.defaults import server_error
from playwright.sync_api import Route

from tests.browser.checking import read, wrong
from tests.browser.driving import DESK, LANGUAGES, Seat
from tests.browser.pages import OFFICER
from tests.browser.test_axe import SeatOf, open_page
from tests.browser.visits import Visit
from tests.story_nodes import StoryNodes

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("story"), pytest.mark.sqlite]

CASE_FORM = Visit("cases:new")


@dataclass(frozen=True, slots=True)
class Reached:
    """A page that comes after an act on another one: the act as a script, and the status of the answer."""

    label: str
    first: Visit
    act: str
    status: int = 200


REACHED = (
    Reached(
        "one-time-link", Visit("accounts:officer", person="admin", find=OFFICER),
        "document.querySelector(`main form[action$='/link/']`).requestSubmit()",
    ),
    Reached("check-answers", CASE_FORM, """(() => {
        const form = document.querySelector('main form[method=post]');
        form.elements.title.value = 'Probe (fictional)';
        form.querySelector('[name=kind]').checked = true;
        form.submit();
    })()"""),
    Reached("forged", CASE_FORM, """(() => {
        const form = document.querySelector('main form[method=post]');
        form.elements.csrfmiddlewaretoken.remove();
        form.submit();
    })()""", status=403),
    Reached("too-much", CASE_FORM, """(() => {
        const form = document.querySelector('main form[method=post]');
        form.insertAdjacentHTML('beforeend', '<input type="hidden" name="more">'.repeat(5100));
        form.submit();
    })()""", status=400),
)  # fmt: skip


@pytest.mark.parametrize("reached", REACHED, ids=lambda reached: reached.label)
def test_the_page_after_an_act_is_whole_and_accessible_in_every_language(
    nodes_with_pages: StoryNodes, seat_of: SeatOf, reached: Reached
) -> None:
    found: dict[str, list[str]] = {}
    for language in LANGUAGES:
        seat = open_page(nodes_with_pages, seat_of, reached.first, language, DESK)
        with seat.page.expect_navigation() as arriving:
            seat.page.evaluate(reached.act)
        assert arriving.value.status == reached.status
        found[language] = said_wrong(seat, language)
    assert found == {language: [] for language in LANGUAGES}


def test_the_page_after_a_fault_of_the_node_is_whole_and_accessible_in_every_language(seat_of: SeatOf) -> None:
    """A node has no fault to order: the page is made here, and the node's own style and scripts come with it."""
    seat = seat_of("vienna", "")
    found: dict[str, list[str]] = {}
    for language in LANGUAGES:
        with translation.override(language):
            page = server_error(RequestFactory().get("/")).content.decode()
        seat.page.route("**/fault", answering(page))
        seat.complaints.clear()
        assert seat.go("/fault") == 500
        seat.page.unroute("**/fault")
        seat.complaints[:] = [each for each in seat.complaints if "status of 500" not in each]
        found[language] = said_wrong(seat, language)
    assert found == {language: [] for language in LANGUAGES}


def answering(page: str) -> Callable[[Route], None]:
    """Answer with that page, as a node does after a fault."""
    return lambda route: route.fulfill(status=500, content_type="text/html", body=page)


def said_wrong(seat: Seat, language: str) -> list[str]:
    """What is wrong with the page, its colours judged once."""
    return wrong(seat, read(seat, contrast=language == "en"), language)
