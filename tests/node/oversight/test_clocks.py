"""Time limits: how requests were answered here and there, in numbers that name nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import fields

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clew.exchange.punctuality import Punctuality
from clew.node.accounts.actions import Officer, Refused
from clew.node.exchange.models import Letter, Thread
from clew.node.oversight.queries import ClockStatistics, clock_statistics
from clew.vocabulary import codelist
from tests.node.oversight.conftest import Office

pytestmark = pytest.mark.django_db
Signed = Callable[[Officer], Client]
ROLES = [code for code, _label in codelist("roles").choices("en")]


def statistics(office: Office, since: dt.date | None = None, until: dt.date | None = None) -> ClockStatistics:
    return clock_statistics(officer=office.protection, since=since, until=until)


def counts(kept: Punctuality) -> dict[str, int]:
    return {each.name: number for each in fields(kept) if each.name != "hours" and (number := getattr(kept, each.name))}


def answered(letter: Letter, *, hours: float, limit: float | None) -> None:
    """Let the request have been answered so many hours after it was written, with a limit of so many."""
    due = letter.created + dt.timedelta(hours=limit) if limit is not None else None
    Letter.objects.filter(pk=letter.pk).update(due=due)
    Thread.objects.filter(pk=letter.thread_id).update(answered=letter.created + dt.timedelta(hours=hours))


def test_without_a_request_there_is_nothing_to_count(office: Office) -> None:
    found = statistics(office)
    assert counts(found.asked_here.total) == counts(found.asked_there.total) == {}
    assert (found.asked_here.by_party, found.asked_here.items, found.cut_off) == ([], [], False)


def test_what_a_partner_asked_is_counted_by_partner_and_by_urgency(office: Office) -> None:
    running, late, early = (office.ask_about(name) for name in ("e1", "e2", "e3"))
    answered(late, hours=9, limit=8)
    answered(early, hours=3, limit=8)
    found = statistics(office).asked_here
    assert counts(found.total) == {"requests": 3, "in_time": 1, "late": 1, "running": 1}
    assert found.total.hours == 6.0
    assert [counts(kept) for _name, kept in found.by_party] == [counts(found.total)]
    assert {code for code, _kept in found.by_urgency} == {running.thread.urgency}
    assert counts(statistics(office).asked_there.total) == {}


def test_a_request_whose_time_has_passed_and_one_that_was_declined_are_told_apart(office: Office) -> None:
    overdue, declined = office.ask_about("e1"), office.ask_about("e2")
    Letter.objects.filter(pk=overdue.pk).update(due=timezone.now() - dt.timedelta(minutes=1))
    Letter.objects.filter(pk=declined.pk).update(state="refused")
    assert counts(statistics(office).asked_here.total) == {"requests": 2, "overdue": 1, "ended": 1}


def test_only_the_days_that_are_asked_for_are_counted_and_both_their_ends_are(office: Office) -> None:
    day = office.ask_about("e1").created.date()
    before, after = day - dt.timedelta(days=1), day + dt.timedelta(days=1)
    periods = {(day, day): 1, (None, before): 0, (after, None): 0, (before, after): 1, (None, None): 1}
    for (since, until), number in periods.items():
        assert statistics(office, since, until).asked_here.total.requests == number, (since, until)


def test_the_page_says_numbers_and_no_name(office: Office, signed_in_client: Signed) -> None:
    letter = office.ask_about("e1")
    office.take(letter)
    shown = signed_in_client(office.protection).get(reverse("oversight:clocks"))
    assert shown.status_code == 200
    text = shown.content.decode()
    assert "Answered in time" in text
    for hidden in (office.case.title, office.case.reference, letter.uid, letter.thread.uid):
        assert hidden not in text


def test_a_day_that_is_none_is_said_on_the_page(office: Office, signed_in_client: Signed) -> None:
    query = {"since_day": "31", "since_month": "2", "since_year": "2026"}
    shown = signed_in_client(office.protection).get(reverse("oversight:clocks"), query)
    assert shown.status_code == 200
    assert "real date" in shown.content.decode()


@pytest.mark.parametrize("role", [role for role in ROLES if role not in {"data_protection_officer", "auditor"}])
def test_another_role_sees_no_time_limits(
    role: str, officer_factory: Callable[..., Officer], signed_in_client: Signed
) -> None:
    somebody = officer_factory(roles=[role])
    assert signed_in_client(somebody).get(reverse("oversight:clocks")).status_code == 403
    with pytest.raises(Refused):
        clock_statistics(officer=somebody, since=None, until=None)
