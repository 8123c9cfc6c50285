"""What codes of a comparison read as, in the reader's language; a strength is a code of the list `match_strengths`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

STRONG: Final = 14.0
"""Bits from which a pair is strong: with the table's prior (1 in 1,000) a probability of 0.94."""
FAIR: Final = 10.0
MUCH: Final = 8.0
"""Bits from which one comparison says much."""

Words = str | Promise

COMPARISONS: Final[dict[str, Words]] = {
    "name": _("Name"),
    "organisation name": _("Name of the organisation"),
    "birth date": _("Date of birth"),
    "date of founding": _("Date of founding"),
    "national number": _("National identity number"),
    "document": _("Number of a document"),
    "document number": _("Number of the document"),
    "register number": _("Number in a register"),
    "phone": _("Telephone"),
    "phone number": _("Telephone number"),
    "device or card": _("Number of the device or SIM card"),
    "email": _("E-mail address"),
    "country": _("Country"),
    "sex": _("Sex"),
    "address": _("Address"),
    "address of the place": _("Address of the place"),
    "account number": _("Account number"),
    "wallet": _("Crypto wallet"),
    "plate": _("Number plate"),
    "make": _("Make or type"),
    "handle": _("Name on a network or messenger"),
    "platform": _("Platform"),
    "account on the platform": _("Number of the account on the platform"),
}
"""What is compared; the keys are those of the library's table."""

LEVELS: Final[dict[str, Words]] = {
    "agrees": pgettext_lazy("two values", "agrees"),
    "agrees, in no list": _("can be one name, which is rare or in no list"),
    "agrees, ordinary": _("can be one name, neither rare nor common"),
    "agrees, common": _("can be one name, which is common"),
    "agrees, very common": _("can be one name, which a great many bear"),
    "may agree": _("may be one name"),
    "differs": pgettext_lazy("two values", "differs"),
    "agrees as far as it is known": _("agrees as far as it is known"),
    "day and month changed places": _("day and month changed places"),
    "one figure differs": _("one figure differs"),
    "one place differs": _("one letter or figure differs"),
    "agrees in part": _("agrees in part"),
}
"""How far two values agree; the keys are those of the library's table."""

SHARED: Final[dict[str, Words]] = {
    "account": _("a bank account"),
    "device": _("a device or SIM card"),
    "document": _("the number of a document"),
    "email": _("an e-mail address"),
    "handle": _("a name on a network or messenger"),
    "national number": _("a national identity number"),
    "phone": _("a telephone number"),
    "plate": _("a number plate"),
    "platform account": _("an account on a platform"),
    "wallet": _("a crypto wallet"),
}
"""What another team's entity shares with one's own: the kinds of identifier of `clew.matching.entities.blocking`."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """One comparison in words. `much`: whether it says much; `about_names`: whether it is of names."""

    label: Words
    level: Words
    weight: float
    much: bool
    about_names: bool


def strength_of(weight: float) -> str:
    """strong, fair or weak, by the sum of all weights."""
    return "strong" if weight >= STRONG else "fair" if weight >= FAIR else "weak"


def sides_of(evidence: Iterable[tuple[str, str, float]]) -> tuple[list[Weighed], list[Weighed]]:
    """What speaks for one entity, and what against it; what weighs nothing is left out."""
    weighed = [
        Weighed(
            COMPARISONS.get(comparison, comparison),
            LEVELS.get(level, level),
            weight,
            abs(weight) >= MUCH,
            comparison in {"name", "organisation name"},
        )
        for comparison, level, weight in evidence
    ]
    return [each for each in weighed if each.weight > 0], [each for each in weighed if each.weight < 0]
