"""Referrals of a person by letter: what they do here once they are kept, and how what they hold is made void.

The room that walks with persons is found by name: it learns that a letter was written, answered or ended.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clew.node.accounts.actions import NODE
from clew.node.discovery import offers
from clew.node.exchange.models import InboxEntry, Letter
from clew.node.exchange.reading import opened

REFERRAL: Final = "referral"
ANSWER: Final = "referral-answer"
ARRIVED: Final = "referral-arrived"
ENDED: Final = "referral-ended"
ABOUT_HELP: Final = (REFERRAL, ANSWER, ARRIVED, ENDED)
"""Letters that only those read who answer referrals."""

VOID: Final = "void"
"""State of a referral that came and whose content was made void, or went into what the team that took it holds."""

NO_HELP: Final[Mapping[str, Promise]] = {
    "no-place": gettext_lazy("There is no free place"),
    "not-this-kind-of-help": gettext_lazy("We do not give this kind of help"),
    "not-for-this-group": gettext_lazy("We are not there for this group"),
    "not-in-this-language": gettext_lazy("We cannot speak with her in this language"),
    "not-in-time": gettext_lazy("We cannot help soon enough"),
    "not-competent": gettext_lazy("We are not competent"),
}
"""Why a service does not take a referral; the partner reads it. None tells anything of a person."""

HELP_ANSWERS: Final[Mapping[str, Promise]] = {
    "accepted": gettext_lazy("She can come"),
    "refused": gettext_lazy("She cannot be helped there"),
}


def take_answer(row: Letter, about: Letter, now: dt.datetime) -> None:
    """A service answers a referral of ours."""
    body = opened(row).body
    for note in offers("note_answer", module="actions"):
        accepted, code = body["outcome"] == "accepted", body.get("code", "")
        note(actor=NODE, letter=about.uid, accepted=accepted, code=code, now=now)


def take_arrival(row: Letter, about: Letter, now: dt.datetime) -> None:
    """A service says that she came."""
    body = opened(row).body
    for note in offers("note_arrival", module="actions"):
        note(actor=NODE, letter=about.uid, on=dt.date.fromisoformat(body["on"]), now=now)


def take_end(row: Letter, about: Letter, now: dt.datetime) -> None:
    """A partner ends its referral: whatever is held of it is void at once, whether anybody took it or not."""
    InboxEntry.objects.filter(letter=about, state="quarantined").update(state="done")
    make_void(about)
    for note in offers("note_end", module="actions"):
        note(actor=NODE, letter=about.uid, now=now)


def make_void(row: Letter) -> None:
    """Destroy what a letter says, its key, and the envelope that it came in; that it came, and its digest, stay."""
    InboxEntry.objects.filter(letter=row).update(envelope=b"")
    row.wrapped_key = row.sealed = row.sealed_subject = b""
    row.state = VOID if row.state == "quarantined" else row.state
    row.save(update_fields=["wrapped_key", "sealed", "sealed_subject", "state"])


def referral_words(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a letter of codes about a referral says, as labels with words."""
    if body["type"] == ANSWER:
        found = [(_("Answer"), str(HELP_ANSWERS[body["outcome"]]))]
        return [*found, (_("Reason"), str(NO_HELP[body["code"]]))] if "code" in body else found
    if body["type"] == ARRIVED:
        return [(_("She came on"), body["on"])]
    return [(_("Referral"), _("It has ended; what is held of it is void"))]
