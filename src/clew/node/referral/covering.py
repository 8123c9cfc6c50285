"""Under which consent a service may be told of her, and which of what it is told needs which item of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.utils import timezone

from clew.node.consent.queries import ConsentFacts, StandingConsent, consents_of
from clew.node.referral.access import age_of, guardian_of
from clew.node.referral.models import Path
from clew.referral.pathway import guardian_reasons

PURPOSES: Final = frozenset({"assistance", "referral"})

ITEMS: Final = {"contact": "contact", "situation": "situation"}
"""What of a minimum data set needs which item; needs, group and language go with any consent for these purposes."""

FOR_SAFETY: Final = frozenset({"safety", "child_protection", "shelter"})
"""What a child for whom nobody answers yet may be referred for, without a consent that nobody can give."""


def covers(
    consent: ConsentFacts | StandingConsent, recipient: str, told: Collection[str], *, by_letter: bool = False
) -> bool:
    """Whether a consent that counts lets this recipient be told these parts. A letter needs one for a referral."""
    if by_letter and consent.purpose != "referral":
        return False
    wanted = {ITEMS[each] for each in told if each in ITEMS}
    return consent.purpose in PURPOSES and consent.recipient == recipient and wanted <= set(consent.items)


def covering_consent(
    path: Path, recipient: str, told: Collection[str], *, by_letter: bool = False
) -> ConsentFacts | None:
    """A consent of hers that counts today and covers all of it; None where there is none."""
    found = consents_of({path.person_id}, timezone.now())
    return next((one for one in found if covers(one, recipient, told, by_letter=by_letter)), None)


def is_for_safety(path: Path, needs: Collection[str], told: Collection[str]) -> bool:
    """Whether it is a child for whom nobody answers, and nothing but what keeps her safe is asked for and told."""
    alone = bool(guardian_reasons(age_of(path), guardian_of(path)))
    return alone and set(needs) <= FOR_SAFETY and not set(told) & set(ITEMS)
