"""A party says of itself, or of a post of its own, that it is suspended or leaves: what that does where it is read.

Nobody speaks for another: a letter by which one partner could cut off a third would be a weapon in the hand of
whoever steals one key. And no letter ends a suspension: who has the key could end it, too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, gettext_noop

from clew.exchange import moments
from clew.exchange.kinds.governance import approvers
from clew.exchange.letters import Letter as SignedLetter
from clew.exchange.refusals import Refusal
from clew.node.accounts.actions import NODE
from clew.node.cases.actions import Asked, add_task
from clew.node.exchange.models import Announcement, Thread
from clew.node.partners.actions import take_own_word
from clew.node.partners.queries import names_of, own_party, posts_of
from clew.node.types import BadInput

SUSPEND: Final = "suspend"

ACTIONS: Final[Mapping[str, Promise]] = {
    "suspend": gettext_lazy("We are suspended: send us nothing and take nothing from us"),
    "leave": gettext_lazy("We leave: what you have of us stays under its conditions"),
}
"""What this organisation can say of itself to all its partners. That it is back goes by hand, with its card."""

REASONS: Final[Mapping[str, Promise]] = {
    "key-compromised": gettext_lazy("A key of ours may be in other hands"),
    "own-request": gettext_lazy("By our own wish"),
}
"""Why; partners read it."""


def take_suspension(letter: SignedLetter, sign_key: bytes) -> None:
    """Do at once what a partner says of itself: nothing is sent to it or taken from it any more.

    Args:
        sign_key: the key that the letter itself was verified with.

    Raises:
        Refusal: it speaks of another, it says that somebody is back, or the sender's own approval is missing.
    """
    sender, body = letter.header.sender.node, letter.body
    if approvers(body, {sender: sign_key}) != {sender}:
        raise Refusal("bad-signature", "body/approvals")
    try:
        word = take_own_word(
            actor=NODE, sender=sender, party_uid=body["party"], what=body["action"], reason=body["reason"],
            serial=body["serial"], effective=moments.from_text(body["effective"]),
        )  # fmt: skip
    except BadInput as fault:
        raise Refusal("bad-field", f"body/{fault.field}") from fault
    if word is not None:
        _tell_teams(sender, body["party"])


def _tell_teams(sender: str, party: str) -> None:
    """Each open case that writes with it gets a task: a letter on which somebody relies may not come any more."""
    concerned = Thread.objects.filter(party=sender, case__isnull=False, case__closed=None)
    if party != sender:
        concerned = concerned.filter(letters__post=party)
    name = names_of({party}).get(party, party)
    for case in concerned.order_by().values_list("case", flat=True).distinct():
        add_task(
            actor=NODE,
            case_id=case,
            kind="partner.own_word",
            title=Asked(gettext_noop("%(party)s has suspended itself or left. Decide what that means here."),
                        {"party": name}),
            url=f"/partners/{party}/",
        )  # fmt: skip


def whom_we_speak_of() -> list[tuple[str, str]]:
    """This organisation and its posts, by uid and name."""
    own = own_party()
    return [(own.uid, own.name), *posts_of(own.uid)] if own is not None else []


def unsent_announcements() -> list[Any]:
    """What was announced and has not left to every partner, the oldest first."""
    return list(Announcement.objects.exclude(waiting=[]).order_by("pk"))


def next_serial(now: dt.datetime) -> int:
    """A number above that of everything announced before; a restored node does not fall back below it either."""
    last = Announcement.objects.order_by("-serial").values_list("serial", flat=True).first() or 0
    return max(last + 1, int(now.timestamp()))
