"""A form that was sent with nothing in it: the page says so, leads to each field, and stays accessible."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from tests.browser.checking import read
from tests.browser.driving import DESK
from tests.browser.forms import FORMS, LABELS
from tests.browser.pseudo import PAGES, Pages
from tests.browser.test_axe import SeatOf, open_page
from tests.browser.visits import Visit
from tests.story_nodes import StoryNodes

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("story"), pytest.mark.sqlite]

NEEDED = "main form[method=post] [required]"
"""A field that cannot be left empty; a form without one is not sent here, since it would be taken."""

EMPTY = """selector => {
  const form = document.querySelector(selector).form;
  for (const field of form.elements) {
    if (["hidden", "submit", "button"].includes(field.type) || field.tagName === "BUTTON") continue;
    if (["checkbox", "radio"].includes(field.type)) field.checked = false;
    else if (field.tagName === "SELECT") field.selectedIndex = field.multiple ? -1 : 0;
    else field.value = "";
  }
  const sends = [...form.querySelectorAll("button[type=submit]:not([name])")];
  form.requestSubmit(sends.find((button) => !button.matches("[aria-hidden=true]")) ?? sends[0]);
}"""

UNTIED = """() => [...document.querySelectorAll("main .govuk-error-message:not([hidden])")]
  .filter((said) => !said.id || !document.querySelector(`[aria-describedby~="${said.id}"]`))
  .map((said) => said.outerHTML)"""
"""Messages that belong to no field or group of fields."""

LOST = """() => [...document.querySelectorAll("#error-summary a")]
  .filter((link) => {
    const field = document.getElementById(link.hash.slice(1));
    return !field || !field.matches("input, select, textarea");
  }).map((link) => link.outerHTML)"""
"""Lines of the summary that lead to no field."""


@pytest.mark.parametrize("visit", FORMS, ids=lambda visit: visit.label)
def test_a_form_sent_empty_says_what_is_missing_and_where(
    nodes_with_pages: StoryNodes, seat_of: SeatOf, visit: Visit
) -> None:
    seat = open_page(nodes_with_pages, seat_of, visit, "en", DESK)
    with seat.page.expect_navigation():
        seat.page.evaluate(EMPTY, NEEDED)
    assert seat.page.title().startswith("Error: ")
    assert seat.page.evaluate("document.activeElement.id") == "error-summary"
    assert seat.page.locator("#error-summary a").count() > 0
    assert seat.page.evaluate(LOST) == []
    assert seat.page.evaluate(UNTIED) == []
    # An error looks the same on every page: its colours are judged on the first one.
    assert read(seat, contrast=visit == FORMS[0]).faults == []
    link = seat.page.locator("#error-summary a").first
    link.press("Enter")
    assert f"#{seat.page.evaluate('document.activeElement.id')}" == link.get_attribute("href")
    assert seat.complaints == []


class Outline(HTMLParser):
    """What the markup of a page says: its title, and whether a form of it has a field that is needed."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.title = ""
        self.needs = False
        self._in: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"title", "main"} or (tag == "form" and given.get("method") == "post"):
            self._in.append(tag)
        elif "required" in given and {"main", "form"} <= {*self._in}:
            self.needs = True

    def handle_endtag(self, tag: str) -> None:
        if tag in self._in:
            self._in.remove(tag)

    def handle_data(self, data: str) -> None:
        # An icon has a title of its own.
        if "title" in self._in and "main" not in self._in and not self.title:
            self.title = " ".join(data.split())


@pytest.fixture(scope="module")
def outlines(pseudo_pages: Pages) -> dict[Visit, Outline]:
    """Of every page as its reader sees it who has just proved who she is; not of the page that asks for that proof."""
    return {visit: Outline(pseudo_pages[visit.label][1]) for visit in PAGES}


def test_every_form_with_a_field_that_is_needed_is_sent_empty(outlines: dict[Visit, Outline]) -> None:
    assert sorted(visit.label for visit, page in outlines.items() if page.needs and visit not in FORMS) == []
    # One that needs nothing any more fails above, where nothing is left to send empty.
    assert sorted(LABELS - {visit.label for visit in FORMS}) == []


def test_no_two_pages_that_one_person_can_open_have_the_same_title(
    outlines: dict[Visit, Outline], nodes_with_pages: StoryNodes
) -> None:
    addresses: dict[tuple[str, str, str], set[str]] = {}
    for visit, page in outlines.items():
        assert page.title, visit.label
        # What stands behind the question mark filters one and the same page.
        path = visit.path(nodes_with_pages).partition("?")[0]
        addresses.setdefault((visit.node, visit.person, page.title), set()).add(path)
    assert {title: sorted(paths) for title, paths in addresses.items() if len(paths) > 1} == {}
