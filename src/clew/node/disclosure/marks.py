"""Marks on sources and statements that the rules read: their kinds, and which of them restrict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of mark. `restricts`: it makes the rules stricter, so that whoever may draft letters may set it."""

    label: Promise
    help: Promise
    restricts: bool


KINDS: Final = {
    "restricted": Kind(
        _("Wrong, recalled, or under a check"),
        _("It does not leave until the mark is lifted (R30)."),
        restricts=True,
    ),
    "on_hold": Kind(
        _("Would endanger an investigation or a person"),
        _("It does not leave; the review date says when to look again (R26)."),
        restricts=True,
    ),
    "compelled": Kind(
        _("An act that a victim was compelled to"),
        _("It is not sent as a fact on a suspect (R40)."),
        restricts=True,
    ),
    "reveals_request": Kind(
        _("Tells of a partner's confidential request"),
        _("It is left out of letters to others (R14)."),
        restricts=True,
    ),
    "joint": Kind(
        _("Material of a joint investigation"),
        _("It stays within the agreement named here, and its clause (R35)."),
        restricts=True,
    ),
    "exculpatory": Kind(
        _("Speaks for the accused"),
        _("It may be disclosed to the accused despite restrictions, once whoever gave it is told (R13)."),
        restricts=False,
    ),
}
