"""What a party says of itself by letter: which words there are, and what an officer is told to do about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clew.node.partners.models import OwnWord, Party

STATUS: Final[Mapping[str, str]] = {"suspend": "suspended", "leave": "left"}
"""What each word makes of a party's status. None ends a suspension: that is for a human who compared a card."""

COMPROMISED: Final = "key-compromised"

WORDS: Final[Mapping[str, Promise]] = {
    "suspend": _("It has suspended itself"),
    "leave": _("It has left the network"),
}
REASONS: Final[Mapping[str, Promise]] = {
    COMPROMISED: _("A key may be in other hands"),
    "own-request": _("By its own wish"),
}
"""Why a party suspends itself. Nothing about others is among them: no party speaks for another."""


def standing_word(party: Party) -> OwnWord | None:
    """The newest word of a party about itself, or of its organisation, that no human here has lifted."""
    holders = [party.pk, *([party.parent_id] if party.parent_id is not None else [])]
    return OwnWord.objects.filter(party__in=holders, lifted=None).select_related("party").order_by("-pk").first()


def lift(party: Party, officer: int | None, reason: str) -> None:
    """The party's own word counts no more; what this node had against it before stands again."""
    words = party.own_words.filter(lifted=None).order_by("pk")
    first = words.first()
    if first is None:
        return
    party.status = "suspended" if first.before == "suspended" else "active"
    party.status_reason = reason.strip() or party.status_reason
    words.update(lifted=timezone.now(), lifted_by=officer, lifted_reason=reason.strip())
    party.save(update_fields=["status", "status_reason"])


TO_DO: Final[Mapping[str, Promise]] = {
    COMPROMISED: _(
        "Call the partner at a number that you knew before. Ask what was taken, and look again at what came from it "
        "lately. It is back once you have its new card and have compared the fingerprint."
    ),
    "suspend": _(
        "Call the partner and ask for how long. Look at what you wait for from it, and at clocks that run. "
        "It is back once you have compared the fingerprint of its card anew."
    ),
    "leave": _(
        "Ask the partner what becomes of what it holds from you, and take back what it must not keep. "
        "If it has a mailbox at a relay, have the relay end it."
    ),
}


@dataclass(frozen=True, slots=True)
class OwnWordLine:
    """What a party said of itself, in words, when it came, and what an officer does about it."""

    said: str
    reason: str
    received: dt.datetime
    to_do: str


def own_word_line(word: OwnWord | None) -> OwnWordLine | None:
    """That word for a page; None where there is none."""
    if word is None:
        return None
    to_do = TO_DO[COMPROMISED if word.reason == COMPROMISED else word.action]
    return OwnWordLine(str(WORDS[word.action]), str(REASONS[word.reason]), word.received, str(to_do))
