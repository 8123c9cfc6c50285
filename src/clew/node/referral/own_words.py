"""What a person's own page says to her: headings that speak to her, and the codes that stand under each.

Words that officers entered freely are never among them: they can name somebody else, a place, or a suspect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clew.node.referral.telling import Shown, coded, country, day, of_words

Words = str | Promise

DECIDED: Final[dict[str, Words]] = {
    "presumed": _("You may be a victim of trafficking. You are treated as one"),
    "identified": _("You are a victim of trafficking"),
    "not_identified": _("You were not recognised as a victim of trafficking"),
}

TAKES_PART: Final[dict[str, Words]] = {
    "takes_part": _("You want to take part"),
    "undecided": _("You have not decided"),
    "does_not": _("You do not want to take part"),
}

WISHES: Final[dict[str, Words]] = {
    "stay": _("You want to stay"),
    "return": _("You want to return"),
    "third_country": _("You want to go to another country"),
    "undecided": _("You have not decided"),
}

KINDS: Final[dict[str, Words]] = {
    "contact": _("We talked with you"),
    "screening": _("We asked about your situation"),
    "identification": _("It was decided whether you are a victim"),
    "reflection": _("You were given time to recover and to decide"),
    "best_interests": _("We looked at what is best for you"),
    "assistance": _("Help was agreed with you"),
    "justice": _("You said whether you want to take part in proceedings"),
    "residence": _("You said where you want to live"),
    "closing": _("Our work with you ended"),
    "follow_up": _("We asked how you are after your return"),
}
"""What was recorded at a step."""

SAID: Final[dict[str, Sequence[tuple[str, Words, Shown]]]] = {
    "contact": (
        ("language", _("Your language"), coded("languages")),
        ("needs", _("What you need"), coded("service_kinds")),
    ),
    "identification": (("outcome", _("Decision"), of_words(DECIDED)),),
    "reflection": (("begins", _("Begins on"), day), ("ends", _("Ends on"), day)),
    "assistance": (
        ("kinds", _("Help"), coded("service_kinds")),
        ("review", _("We look at it again with you on"), day),
    ),
    "justice": (("wish", _("Your choice"), of_words(TAKES_PART)),),
    "residence": (("wish", _("Your choice"), of_words(WISHES)), ("state", _("Country"), country)),
    "follow_up": (("needs", _("What you need"), coded("service_kinds")),),
    "closing": (("retain", _("We keep what is written here until"), day),),
}
"""Codes and days of each kind that she reads."""


def lines_for_her(kind: str, said: Mapping[str, Any]) -> list[tuple[Words, str]]:
    """What an entry says, as far as it stands on her page."""
    return [(label, shown(said[name])) for name, label, shown in SAID.get(kind, ()) if said.get(name)]
