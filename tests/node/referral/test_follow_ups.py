"""After a return: asked after 1, 3, 6 and 12 months, from the desk; and walked with again where she needs it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from clew.node.accounts.actions import Refused
from clew.node.referral import actions
from clew.node.referral.actions import FollowUpDraft
from clew.node.referral.models import Entry, Path
from clew.node.referral.queries import desk_items, follow_ups_of
from clew.node.types import BadInput, BadInputs
from clew.referral.follow_up import follow_up_days, next_follow_up
from tests.node.referral.conftest import World
from tests.node.referral.test_pages import SignIn, text_of

pytestmark = pytest.mark.django_db


def returned(world: World, days: int) -> Path:
    """A path that two persons closed as a return so many days ago."""
    path = world.path()
    Path.objects.filter(pk=path.pk).update(closed=timezone.now() - dt.timedelta(days=days), status="returned")
    path.refresh_from_db()
    return path


def how(world: World, path: Path, code: str = "well", **more: Any) -> Entry:
    return actions.record_follow_up(actor=world.caseworker, path_id=path.pk, draft=FollowUpDraft(how=code, **more))


def on_desk(world: World) -> list[bool]:
    """Of each follow-up on the desk whether it is urgent."""
    items = desk_items(officer=world.caseworker, now=timezone.now())
    return [each.urgent for each in items if each.kind == "referral.follow_up"]


def test_the_days_are_counted_in_months_and_a_short_month_ends_early() -> None:
    days = follow_up_days(dt.date(2026, 11, 30))
    assert days == {
        1: dt.date(2026, 12, 30), 3: dt.date(2027, 2, 28), 6: dt.date(2027, 5, 30), 12: dt.date(2027, 11, 30),
    }  # fmt: skip
    assert next_follow_up(dt.date(2026, 11, 30), {1}) == (3, dt.date(2027, 2, 28))
    assert next_follow_up(dt.date(2026, 11, 30), {1, 3, 6, 12}) is None


@pytest.mark.parametrize(("days", "expected"), [(2, []), (20, [False]), (40, [True])])
def test_a_follow_up_comes_to_the_desk_in_time_and_presses_once_late(
    world: World, days: int, expected: list[bool]
) -> None:
    returned(world, days)
    assert on_desk(world) == expected
    assert desk_items(officer=world.outsider, now=timezone.now()) == []


def test_who_is_well_is_asked_again_later_and_what_she_says_is_sealed(world: World) -> None:
    path = returned(world, 35)
    made = how(world, path, said="Works in a bakery (fictional).")
    assert (made.kind, made.outcome) == ("follow_up", "1")
    assert b"bakery" not in bytes(made.sealed)
    assert on_desk(world) == []
    found = follow_ups_of(officer=world.caseworker, path_id=path.pk, today=timezone.localdate())
    assert found is not None
    assert [done for _months, _day, done in found.each] == [True, False, False, False]
    with pytest.raises(BadInput, match="too early"):
        how(world, path)


@pytest.mark.parametrize("code", ["danger", "needs_help"])
def test_who_is_in_danger_or_needs_help_is_walked_with_again(world: World, code: str) -> None:
    path = returned(world, 35)
    how(world, path, code, needs=("shelter",), said="Threatened by those she owes (fictional).")
    path.refresh_from_db()
    assert (path.closed, path.status) == (None, "contact")
    assert on_desk(world) == []


def test_who_could_not_be_reached_is_recorded_with_what_was_tried(world: World) -> None:
    path = returned(world, 35)
    with pytest.raises(BadInputs) as wrong:
        how(world, path, "not_reached")
    assert [each.field for each in wrong.value.problems] == ["said"]
    how(world, path, "not_reached", said="Called three times (fictional).")
    path.refresh_from_db()
    assert path.closed is not None


def test_faults_are_named_and_nothing_is_asked_of_who_did_not_return(world: World) -> None:
    path = returned(world, 35)
    with pytest.raises(BadInputs) as wrong:
        how(world, path, "fine", needs=("cats",))
    assert {each.field for each in wrong.value.problems} == {"how", "needs", "said"}
    with pytest.raises(Refused):
        actions.record_follow_up(actor=world.outsider, path_id=path.pk, draft=FollowUpDraft(how="well"))
    Path.objects.filter(pk=path.pk).update(status="resident")
    with pytest.raises(BadInput, match="No follow-up is due"):
        how(world, path)


def test_months_are_counted_anew_when_she_returns_a_second_time(world: World) -> None:
    path = returned(world, 35)
    how(world, path)
    Path.objects.filter(pk=path.pk).update(closed=timezone.now())
    found = follow_ups_of(officer=world.caseworker, path_id=path.pk, today=timezone.localdate())
    assert found is not None
    assert not any(done for _months, _day, done in found.each)


def test_the_page_shows_what_is_due_records_it_and_is_her_teams_alone(world: World, signed_in_client: SignIn) -> None:
    path = returned(world, 35)
    address = reverse("referral:follow_up", args=[path.pk])
    client = signed_in_client(world.caseworker)
    assert address in text_of(client.get(reverse("referral:path", args=[path.pk])))
    assert "Record how she is" in text_of(client.get(address))
    assert client.post(address, {"how": "not_reached"}).status_code == 422
    assert client.post(address, {"how": "well"}).url == address
    shown = text_of(client.get(address))
    assert "Record how she is" not in shown
    assert "The next one can be recorded from" in shown
    assert "too early" in text_of(client.post(address, {"how": "well"}))
    Path.objects.filter(pk=path.pk).update(closed=timezone.now() - dt.timedelta(days=100))
    sent = {"how": "danger", "needs": ["shelter"], "said": "Threatened (fictional)."}
    assert client.post(address, sent).url == reverse("referral:path", args=[path.pk])
    assert "No follow-up is due here" in text_of(client.get(address))
    assert signed_in_client(world.prosecutor).get(address).status_code == 403
    assert signed_in_client(world.outsider).get(address).status_code == 404
