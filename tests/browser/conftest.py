"""One tab for each officer whose pages are visited."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.driving import Seat, sign_in, take_seat
from tests.browser.further import prepare
from tests.browser.pseudo import Pages, render
from tests.story_nodes import StoryNodes

AXE = Path(__file__).with_name("axe") / "axe.min.js"


@pytest.fixture(scope="session")
def nodes_with_pages(story_nodes: StoryNodes) -> StoryNodes:
    """The nodes after the story, with what the story leaves out and pages show."""
    prepare(story_nodes)
    return story_nodes


@pytest.fixture(scope="session")
def pseudo_pages(nodes_with_pages: StoryNodes, tmp_path_factory: pytest.TempPathFactory) -> Pages:
    """Every page in the language that does not exist, by the visit's label."""
    return render(nodes_with_pages, tmp_path_factory.mktemp("pseudo"))


@pytest.fixture(scope="session")
def seat_of(browser: Browser, nodes_with_pages: StoryNodes) -> Iterator[Callable[[str, str], Seat]]:
    """The tab of an officer ("" for nobody) at a node, signed in once and then used again."""
    taken: dict[tuple[str, str], Seat] = {}
    axe = AXE.read_text(encoding="utf-8")

    def seat(node: str, person: str) -> Seat:
        if (node, person) not in taken:
            made = taken[node, person] = take_seat(browser, nodes_with_pages, node, axe=axe)
            if person:
                sign_in(made, nodes_with_pages, person)
        return taken[node, person]

    yield seat
    for each in taken.values():
        each.context.close()
