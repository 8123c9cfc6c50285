"""Whether a profile may still be here: its consent stands, covers this search and this laboratory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.utils import timezone

from clew.node.consent.queries import StandingConsent, standing_consents_by_number
from clew.node.dossier.queries import erased_persons
from clew.node.kinship.models import Profile

PURPOSE: Final = "missing_person_search"
ITEM: Final = "dna"


def covers_search(consent: StandingConsent) -> bool:
    """Whether a consent is one for a DNA sample, to look for a missing person."""
    return consent.purpose == PURPOSE and ITEM in consent.items


def fallen(profiles: Iterable[Profile]) -> list[Profile]:
    """Those for which no consent stands any more, or whose person was erased. Two queries."""
    found = list(profiles)
    standing = standing_consents_by_number({each.consent_id for each in found if each.consent_id}, timezone.now())
    gone = erased_persons({each.person_id for each in standing.values()})
    return [
        each
        for each in found
        if (own := standing.get(each.consent_id or 0)) is None or not covers_search(own) or own.person_id in gone
    ]
