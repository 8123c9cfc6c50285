"""Consents whose time is over, for the reviews of retention; of all teams, and without a word of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import QuerySet

from clew.node.consent.models import Consent


def consents_ending(*, before: dt.date) -> QuerySet[Consent]:
    """The consents of all teams that end before a day; the soonest first."""
    return Consent.objects.filter(expires__lt=before).order_by("expires", "pk")


def persons_of_consents(consent_ids: Collection[int]) -> dict[int, int]:
    """Whose each consent is."""
    return dict(Consent.objects.filter(pk__in=consent_ids).values_list("pk", "person_id"))
