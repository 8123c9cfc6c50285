"""What the release rules read of consents and guardians; never for a page, since no officer is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from clew.node.consent.models import Consent, Guardian
from clew.node.consent.standing import CONFLICT, COUNTS, GOOD, NONE, UNKNOWN, standing_of, standing_under

BEST_FIRST = (GOOD, CONFLICT, UNKNOWN, NONE)


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """A consent as the release rules look at it. `person_id` is the entity that was asked about.

    Attributes:
        assent: whether the child itself said yes; false where it was too young to be asked.
        assent_answer: code of the list `consent_assent`, "" where no child was to be asked.
        items: of a consent taken back in part, only what was taken back.
        guardian_standing: `not_needed` or `good` of one that counts; any other only of one that was taken back.
    """

    person_id: int
    consent_id: int
    purpose: str
    recipient: str
    items: tuple[str, ...]
    given_by: str
    assent: bool
    assent_answer: str
    guardian_standing: str
    method: str
    language: str
    given: dt.date
    expires: dt.date
    recorded: dt.datetime
    withdrawn: dt.datetime | None


def consents_of(entity_ids: Collection[int], now: dt.datetime) -> list[ConsentFacts]:
    """Consents that count at `now`.

    Left out are withdrawn, expired and future ones, those of a guardian who may not answer for the child, and those to
    which the child said no. A consent recorded for an entity that was later judged to be the same person counts for
    the entity that is kept. Refusals are kept elsewhere and are never here.
    """
    today = now.date()
    found = _recorded(entity_ids).filter(withdrawn=None, given__lte=today, expires__gte=today)
    return [
        each for each in _read(found.exclude(child_assent="no"), entity_ids, today) if each.guardian_standing in COUNTS
    ]


def consents_taken_back(entity_ids: Collection[int], now: dt.datetime) -> list[ConsentFacts]:
    """Consents that were withdrawn, however long ago: a withdrawal has no end of its own (guard 4).

    That the consent would have run out by now, or that its guardian has gone, makes the no no weaker.
    """
    return _read(_recorded(entity_ids).exclude(withdrawn=None), entity_ids, now.date())


def guardian_standing_of(person_ids: Collection[int], now: dt.datetime) -> dict[int, str]:
    """Whether each person has a guardian who may answer now: `good`, `conflict`, `unknown` or `none` (guard 3).

    One good guardian suffices. Those who ended count as none, unless a conflict was what ended them.
    """
    standing = dict.fromkeys(person_ids, NONE)
    if not standing:
        return standing
    found = Guardian.objects.filter(Q(person_id__in=standing) | Q(person__canonical_id__in=standing))
    for guardian in found.select_related("person").prefetch_related("findings"):
        here = standing_of(guardian, now.date())
        for person in {guardian.person_id, guardian.person.canonical_id or 0} & set(standing):
            if here in BEST_FIRST:
                standing[person] = min(standing[person], here, key=BEST_FIRST.index)
    return standing


@dataclass(frozen=True, slots=True)
class StandingConsent:
    """A consent that counts today, as who keeps something under it looks it up by its number."""

    consent_id: int
    person_id: int
    compartment_id: int
    purpose: str
    recipient: str
    items: frozenset[str]
    expires: dt.date


def standing_consent(consent_id: int, now: dt.datetime) -> StandingConsent | None:
    """The consent of this number if it counts; None as well where there is none."""
    return standing_consents_by_number([consent_id], now).get(consent_id)


def standing_consents_by_number(consent_ids: Collection[int], now: dt.datetime) -> dict[int, StandingConsent]:
    """Those of the consents that count at `now`, by number, as `consents_of` says what counts."""
    today = now.date()
    found = Consent.objects.filter(pk__in=consent_ids, withdrawn=None, given__lte=today, expires__gte=today)
    rows = found.exclude(child_assent="no").select_related("guardian").prefetch_related("guardian__findings")
    return {
        one.pk: StandingConsent(
            one.pk, one.person_id, one.compartment_id, one.purpose, one.recipient, frozenset(one.items), one.expires
        )
        for one in rows
        if standing_under(one, today) in COUNTS
    }


def _recorded(entity_ids: Collection[int]) -> QuerySet[Consent]:
    return Consent.objects.filter(Q(person_id__in=entity_ids) | Q(person__canonical_id__in=entity_ids))


def _read(found: QuerySet[Consent], entity_ids: Collection[int], today: dt.date) -> list[ConsentFacts]:
    rows = found.select_related("person", "guardian").prefetch_related("guardian__findings", "rest").order_by("pk")
    return [
        _facts(
            one,
            one.person_id if one.person_id in entity_ids else one.person.canonical_id or 0,
            standing_under(one, today),
        )
        for one in rows
    ]


def _facts(consent: Consent, person_id: int, standing: str) -> ConsentFacts:
    # Of a consent taken back in part, only that part was taken back; a record of its own carries the rest.
    kept = {item for rest in consent.rest.all() for item in rest.items}
    return ConsentFacts(
        person_id=person_id,
        consent_id=consent.pk,
        purpose=consent.purpose,
        recipient=consent.recipient,
        items=tuple(each for each in consent.items if each not in kept),
        given_by=consent.given_by,
        assent=consent.child_assent == "yes",
        assent_answer=consent.child_assent,
        guardian_standing=standing,
        method=consent.method,
        language=consent.language,
        given=consent.given,
        expires=consent.expires,
        recorded=consent.recorded,
        withdrawn=consent.withdrawn,
    )
