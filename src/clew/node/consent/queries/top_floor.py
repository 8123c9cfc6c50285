"""What consents offer to the desk and to a person's page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clew import vocabulary
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.consent.items import words_of
from clew.node.consent.models import Consent, Guardian
from clew.node.consent.queries.people import state_of, visible_consents, visible_guardians
from clew.node.consent.standing import GOOD, standing_of
from clew.node.dossier.queries import captions_seen
from clew.node.partners.queries import names_of
from clew.node.types import DeskItem

AHEAD: Final = dt.timedelta(days=30)
"""How long before its end the desk speaks of a consent or of a guardian."""

URGENT: Final = dt.timedelta(days=7)
"""From when on it counts as urgent."""

AT_MOST: Final = 50


def desk_items(*, officer: Officer, now: dt.datetime) -> list[DeskItem]:
    """Consents and guardians of her teams that end within 30 days; within 7 they are urgent."""
    if "consent.see" not in permissions_of(officer):
        return []
    today = now.date()
    consents, guardians = _ending_consents(officer, today), _ending_guardians(officer, today)
    persons = {one.person_id for one in consents} | {one.person_id for one in guardians}
    captions = captions_seen(persons, officer=officer) if persons else {}
    names = names_of({one.recipient for one in consents})
    return [
        *(_consent_item(one, captions.get(one.person_id, ""), names, now) for one in consents),
        *(_guardian_item(one, captions.get(one.person_id, ""), now) for one in guardians),
    ]


def entity_links(*, officer: Officer, entity_id: int, schema: str) -> list[tuple[str, str]]:
    """A person's consents are reached from her page."""
    if schema != "Person" or "consent.see" not in permissions_of(officer):
        return []
    return [(_("Consents"), reverse("consent:person", args=[entity_id]))]


def _ending_consents(officer: Officer, today: dt.date) -> list[Consent]:
    """Those that hold and end soon, without those that a later one replaces."""
    holding = visible_consents(officer).filter(withdrawn=None).select_related("guardian")
    holding = holding.prefetch_related("guardian__findings")
    soon = holding.filter(expires__gte=today, expires__lte=today + AHEAD).order_by("expires", "pk")
    ending = [one for one in soon[:AT_MOST] if state_of(one, today) == "given"]
    renewed: dict[tuple[int, str, str], set[str]] = {}
    for one in holding.filter(person_id__in={one.person_id for one in ending}, expires__gt=today + AHEAD):
        if state_of(one, today) == "given":
            renewed.setdefault((one.person_id, one.purpose, one.recipient), set()).update(one.items)
    return [
        one for one in ending if not set(one.items) <= renewed.get((one.person_id, one.purpose, one.recipient), set())
    ]


def _ending_guardians(officer: Officer, today: dt.date) -> list[Guardian]:
    found = visible_guardians(officer).filter(ended=None, valid_until__gte=today, valid_until__lte=today + AHEAD)
    ending = found.prefetch_related("findings").order_by("valid_until", "pk")[:AT_MOST]
    return [one for one in ending if standing_of(one, today) == GOOD]


def _consent_item(consent: Consent, caption: str, names: Mapping[str, str], now: dt.datetime) -> DeskItem:
    stops = _("Then nothing more goes to %(recipient)s for “%(purpose)s”: %(items)s.") % {
        "recipient": names.get(consent.recipient, consent.recipient),
        "purpose": vocabulary.codelist("purposes").label(consent.purpose, get_language() or "en"),
        "items": ", ".join(words_of(item) for item in consent.items),
    }
    title = _("A consent of %(person)s ends on %(day)s") % {"person": caption, "day": date_format(consent.expires)}
    return _item("consent.ending", title, stops, consent.person_id, consent.expires, now)


def _guardian_item(guardian: Guardian, caption: str, now: dt.datetime) -> DeskItem:
    title = _("A guardian of %(person)s has to be looked at again by %(day)s") % {
        "person": caption,
        "day": date_format(guardian.valid_until),
    }
    stops = _("Then every consent that this guardian gave stops counting.")
    return _item("consent.guardian_ending", title, stops, guardian.person_id, guardian.valid_until, now)


def _item(kind: str, title: str, detail: str, person_id: int, last: dt.date, now: dt.datetime) -> DeskItem:
    return DeskItem(
        kind=kind,
        title=title,
        url=reverse("consent:person", args=[person_id]),
        due=dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), dt.UTC),
        detail=detail,
        urgent=last - now.date() <= URGENT,
    )
