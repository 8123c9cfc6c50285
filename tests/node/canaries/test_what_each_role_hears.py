"""Every role, in the team of the case and outside it, opens every page: the table says what she may hear."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable

import pytest
from django.test import Client

from clew.node.accounts.actions import Officer
from tests.node.canaries.asking import NOT_ASKED, OBJECTS, addresses, ask, class_of, objects_of, routes, said
from tests.node.canaries.planting import World
from tests.node.canaries.table import CLASSES, ROLES, canaries

SignIn = Callable[[Officer], Client]
Heard = dict[tuple[str, str], dict[str, set[str]]]
PAGES_MIN = 150
"""Addresses that a role is asked at least, so that the walk cannot come to nothing unnoticed."""


def test_every_route_says_what_its_arguments_name_or_why_it_is_left_out() -> None:
    asked = [route for route, _kinds in routes()]
    assert len(asked) > 130
    for route in asked:
        objects_of(route)
    stale = [each for each in OBJECTS if not any(route.startswith(each) for route in asked)]
    assert stale == []
    assert all(NOT_ASKED.values())


def test_a_route_that_nobody_described_is_noticed() -> None:
    with pytest.raises(LookupError, match="Say in OBJECTS"):
        objects_of("cases/<int:pk>/secrets/<int:secret>/")


def test_the_table_knows_only_roles_and_classes_that_exist() -> None:
    for one in canaries():
        for by_class in (one.heard, one.outside):
            assert set(by_class) <= set(CLASSES), one.name
            assert all(roles <= set(ROLES) for roles in by_class.values()), one.name
        assert one.why or not one.outside, f"{one.name}: say why it is heard outside the team"
    words = [one.word.casefold() for one in canaries()]
    assert not [(a, b) for a in words for b in words if a != b and a in b]


# The queries are the same on PostgreSQL; what differs there, the search, is attacked there too, beside.
@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.django_db
def test_in_the_team_each_role_hears_what_the_table_says_and_nothing_else(
    world: World, signed_in_client: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    heard = _heard(signed_in_client, world.of_team)
    expected = {(one.name, kind): roles for one in canaries() for kind, roles in one.heard.items() if kind in PAGES}
    assert _differences(heard, expected) == []
    assert [one.name for one in canaries() if one.is_in(caplog.text)] == []


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.django_db
def test_outside_the_team_each_role_hears_what_the_table_says_and_nothing_else(
    world: World, signed_in_client: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    heard = _heard(signed_in_client, world.outside)
    expected = {(one.name, kind): roles for one in canaries() for kind, roles in one.outside.items() if kind in PAGES}
    assert _differences(heard, expected) == []
    assert [one.name for one in canaries() if one.is_in(caplog.text)] == []


PAGES = ("page", "file", "audit", "rules", "error", "redirect")


def _heard(signed_in_client: SignIn, officer_of: Callable[[str], Officer]) -> Heard:
    """By canary and class of output, the roles that heard it and where."""
    found: Heard = defaultdict(lambda: defaultdict(set))
    table, asked = canaries(), list(addresses(limit=6))
    assert len(asked) > PAGES_MIN
    for role in ROLES:
        client = signed_in_client(officer_of(role))
        for address in asked:
            answer = ask(client, address.path)
            assert answer.status_code < 500, (role, address.path)
            text = said(answer)
            folded = text.casefold()
            kind = class_of(address.path, answer.status_code, answer.headers)
            for one in table:
                if one.word.casefold() in folded and one.is_in(text):
                    found[one.name, kind][role].add(address.route)
    return found


def _differences(heard: Heard, expected: dict[tuple[str, str], frozenset[str]]) -> list[str]:
    """What a role heard although the table does not say so, and what it says although nobody heard it."""
    wrong = []
    for place in sorted({*heard, *expected}):
        by_role, may = heard.get(place, {}), expected.get(place, frozenset())
        wrong += [f"{role} hears {place} on {sorted(by_role[role])}" for role in sorted(by_role.keys() - may)]
        wrong += [f"{role} does not hear {place}" for role in sorted(may - by_role.keys())]
    return wrong
