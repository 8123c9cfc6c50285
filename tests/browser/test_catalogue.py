"""Every page of the URL configuration is visited, or left out for a reason."""

from __future__ import annotations

from tests.browser.names import url_names
from tests.browser.pages import LEFT_OUT, VISITS

VISITED = {visit.name for visit in VISITS}


def test_every_page_is_visited_or_excluded_with_a_reason() -> None:
    assert sorted(url_names() - VISITED - set(LEFT_OUT)) == []
    assert all(LEFT_OUT.values())


def test_no_page_is_visited_that_no_longer_exists() -> None:
    assert sorted((VISITED | set(LEFT_OUT)) - url_names()) == []


def test_no_page_is_both_visited_and_excluded() -> None:
    assert sorted(VISITED & set(LEFT_OUT)) == []


def test_every_visit_has_a_name_of_its_own() -> None:
    labels = [visit.label for visit in VISITS]
    assert sorted({label for label in labels if labels.count(label) > 1}) == []
