"""The pages that decide are worked by keys alone in every language at a phone's width, and one sees where one is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.checking import shape_of
from tests.browser.driving import LANGUAGES, PHONE, Seat, arrive
from tests.browser.pages import VISITS
from tests.story_nodes import StoryNodes

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("story"), pytest.mark.sqlite]

DECIDING = ("new", "release", "decision", "decision-shelter", "decision-asked", "approve", "sign", "explain")

NUMBER_STOPS = """() => {
    const seen = new Set();
    const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
        .filter(each => !each.disabled && each.type !== "hidden" && each.checkVisibility({visibilityProperty: true}))
        .filter(each => {
            if (each.type !== "radio") return true;
            const group = [...document.getElementsByName(each.name)].filter(one => one.form === each.form);
            const first = group.find(one => one.checked) || group.find(one => !one.disabled);
            return each === first && !seen.has(each) && seen.add(each);
        });
    stops.forEach((each, number) => { each.dataset.stop = number; });
    return stops.length;
}"""
"""Numbers what Tab has to reach, in the order in which it is read; of a group of radio buttons Tab reaches one."""

WHERE = """() => {
    const here = document.activeElement, shown = getComputedStyle(here);
    const marked = shown.outlineStyle !== "none" && parseFloat(shown.outlineWidth) > 0 || shown.boxShadow !== "none";
    return [here.dataset.stop === undefined ? null : Number(here.dataset.stop), marked, here.outerHTML.slice(0, 120)];
}"""


@pytest.mark.parametrize("label", DECIDING)
def test_tab_reaches_everything_on_a_page_that_decides_in_every_language(
    nodes_with_pages: StoryNodes, seat_of: Callable[[str, str], Seat], label: str
) -> None:
    visit = next(each for each in VISITS if each.label == f"disclosure-{label}")
    seat = seat_of(visit.node, visit.person)
    seat.width(PHONE)
    found: dict[str, list[str]] = {}
    tabbed = set()
    for language in LANGUAGES:
        seat.speak(language)
        assert arrive(seat, visit.path(nodes_with_pages)) == visit.status
        # Where Tab goes hangs on the markup: what was walked through in one language is not walked through again.
        shape = shape_of(seat)
        found[language] = [] if shape in tabbed else _tabbed(seat)
        tabbed.add(shape)
    assert found == {language: [] for language in LANGUAGES}


def _tabbed(seat: Seat) -> list[str]:
    """Tab from the top to the end of the page; what is wrong on the way."""
    wanted = seat.page.evaluate(NUMBER_STOPS)
    assert wanted > 0
    reached: list[int] = []
    wrong = []
    while len(reached) < wanted:
        before = len(reached)
        # A part that scrolls is a stop of the browser's own, between ours.
        for _key in range(4):
            seat.page.keyboard.press("Tab")
            number, marked, html = seat.page.evaluate(WHERE)
            if number is not None:
                reached.append(number)
                wrong += [] if marked else [f"one does not see that the focus is on {html}"]
                break
        if len(reached) == before:
            break
    return wrong + ([] if reached == list(range(wanted)) else [f"Tab went {reached}, not 0 to {wanted - 1}"])
