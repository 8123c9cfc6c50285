"""When a partner's contact points were tried, and when they are to be tried again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max, Q

from clew.node.partners.models import ContactTest, Party

EACH = dt.timedelta(days=30)
"""How often a partner's contact points are tried. "Day and night" that nobody has tried is a hope, not a fact."""

SHOWN = 12

RUNNING = Q(contact_tests__ended=None, contact_tests__begun__isnull=False)


@dataclass(frozen=True, slots=True)
class ContactTests:
    """What a party's page shows: the newest tries, the one under way, and in how many of all somebody answered."""

    newest: Sequence[ContactTest]
    running: ContactTest | None
    tried: int
    answered: int


def contact_lines(party: Party) -> list[str]:
    """A party's contact points, each in a line: kind, value, note."""
    return [line_of(contact) for contact in party.contacts]


def line_of(contact: dict[str, str]) -> str:
    """One contact point in a line."""
    note = contact.get("note", "")
    return f"{contact.get('kind', '')}: {contact.get('value', '')}" + (f" ({note})" if note else "")


def contact_tests(party: Party) -> ContactTests:
    """The tries of a party's contact points."""
    ended = ContactTest.objects.filter(party=party).exclude(ended=None)
    return ContactTests(
        newest=list(ended.order_by("-begun", "-pk")[:SHOWN]),
        running=ContactTest.objects.filter(party=party, ended=None).order_by("pk").first(),
        tried=ended.count(),
        answered=ended.exclude(answered=None).count(),
    )


def due_parties(now: dt.datetime) -> list[Party]:
    """Confirmed partners and posts with contact points that nobody has tried for a month, longest ago first."""
    tried = Party.objects.filter(is_own=False, status="active").exclude(contacts=[])
    last = tried.annotate(last=Max("contact_tests__begun"), running=Max("contact_tests__pk", filter=RUNNING))
    due = last.filter(Q(last=None, added__lte=now - EACH) | Q(last__lte=now - EACH), running=None)
    return list(due.order_by("last", "pk"))


def running_tests() -> list[ContactTest]:
    """Tries that somebody has begun and not said the end of."""
    return list(ContactTest.objects.filter(ended=None).select_related("party").order_by("pk"))


def running_test(pk: int) -> ContactTest | None:
    """A try that has not ended, or None."""
    return ContactTest.objects.filter(pk=pk, ended=None).select_related("party").first()
