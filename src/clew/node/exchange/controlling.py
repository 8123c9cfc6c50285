"""How far a request is, and that it is not needed any more: when that may be asked and said, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clew.disclosure.particulars import CONSENT_REQUEST, OFFER
from clew.node.exchange.helping import ABOUT_HELP, referral_words
from clew.node.exchange.models import ControlOrder, Letter

PROGRESS: Final[Mapping[str, Promise]] = {
    "waiting": gettext_lazy("It waits; nobody works on it yet"),
    "in-progress": gettext_lazy("It is being worked on"),
    "done": gettext_lazy("The work is done; the answer goes its way"),
}
"""How far a request is: what a partner may be told of it, whatever is known of whom it is about."""

GROUNDS: Final[Mapping[str, Promise]] = {
    "": gettext_lazy("No ground is named"),
    "sovereignty": gettext_lazy("Sovereignty"),
    "security": gettext_lazy("Security"),
    "ordre_public": gettext_lazy("Public order"),
    "prohibited_by_law": gettext_lazy("The law forbids it"),
    "contrary_to_legal_system": gettext_lazy("It is contrary to the legal system"),
    "dual_criminality": gettext_lazy("It is no offence there"),
    "no_judicial_authorisation": gettext_lazy("A court has not allowed it"),
    "ongoing_proceedings": gettext_lazy("Proceedings are going on"),
    "not_competent": gettext_lazy("Not competent"),
    "disproportionate": gettext_lazy("It would be disproportionate"),
}
"""Why another use is not allowed; none tells of protection, and none need be named."""

DECLINES: Final[Mapping[str, Promise]] = {
    "cannot-comply": gettext_lazy("The conditions cannot be kept"),
    "not-needed": gettext_lazy("It is not needed"),
    "not-competent": gettext_lazy("Not competent"),
}
"""Why the conditions of an offer are declined; the partner reads it."""

WITHDRAWALS: Final[Mapping[str, Promise]] = {
    "no-longer-needed": gettext_lazy("It is not needed any more"),
    "answered-elsewhere": gettext_lazy("It was answered elsewhere"),
    "sent-in-error": gettext_lazy("It was sent by mistake"),
    "case-closed": gettext_lazy("The case is closed"),
}
"""Why a request is withdrawn; the partner reads it."""

ENDED: Final = frozenset({"refused", "undeliverable", "withdrawn", "expired", "recalled", "closed"})
"""States of a correspondence in which nobody waits for an answer any more; a reply that refuses is an answer, too."""

WITHDRAWN: Final = "withdrawn"
"""State of a correspondence and code of a letter that does not leave, because what it answers was withdrawn."""


def waits_for_answer(row: Letter) -> bool:
    """Whether a letter is a request of ours that still waits for an answer."""
    is_ours = row.direction == "out" and row.kind == "request"
    return is_ours and row.thread.answered is None and row.thread.state not in ENDED


def may_withdraw(row: Letter) -> bool:
    """Whether a request of ours may be taken back, be it for information or for another use of what was given."""
    if row.kind in {CONSENT_REQUEST, OFFER}:
        waits = row.direction == "out" and not row.thread.letters.filter(direction="in", in_reply_to=row.uid).exists()
        return waits and not ControlOrder.objects.filter(about=row, kind="withdraw").exists()
    return waits_for_answer(row) and not ControlOrder.objects.filter(about=row, kind="withdraw").exists()


def may_query(row: Letter) -> bool:
    """Whether a partner may be asked how far a request is; not while an earlier question has no answer."""
    return row.kind == "request" and may_withdraw(row) and not unanswered_query(row)


def unanswered_query(row: Letter) -> bool:
    """Whether it was asked how far a request is, and nothing came back: that is unknown, and is said so."""
    asked = ControlOrder.objects.filter(about=row, kind="status-query").values_list("written__uid", flat=True)
    told = set(row.thread.letters.filter(kind="status", direction="in").values_list("in_reply_to", flat=True))
    return any(uid not in told for uid in asked)


def may_be_told(row: Letter) -> bool:
    """Whether a letter is a partner's question how far its request is, to which nothing was said."""
    is_theirs = row.direction == "in" and row.kind == "status-query"
    return is_theirs and not ControlOrder.objects.filter(about=row, kind="status").exists()


def control_words(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a control letter says, as labels with words; nothing for a letter with content."""
    if body["type"] in ABOUT_HELP:
        return referral_words(body)
    if body["type"] == "consent-deny":
        return [(_("Ground"), str(GROUNDS[body.get("code", "")]))]
    if body["type"] == "private-hit":
        return [(_("Outcome"), _("A hit exists") if body["outcome"] == "hit" else _("No hit"))]
    if body["type"] == "decline-conditions":
        return [(_("Reason"), str(DECLINES[body["reason"]]))]
    if body["type"] == "accept-conditions":
        return [(_("Conditions"), _("All that were offered, in their order"))]
    if body["type"] == "withdraw":
        found = [(_("Reason"), str(WITHDRAWALS[body["reason"]]))]
    elif body["type"] == "status":
        found = [(_("How far it is"), str(PROGRESS[body["state"]]))]
        found += [
            (_("Item %(number)s") % {"number": each["item"]}, str(PROGRESS[each["state"]]))
            for each in body.get("items", ())
        ]
    else:
        return []
    items = [each for each in body.get("items", ()) if isinstance(each, int)]
    found += [(_("Items"), ", ".join(map(str, items)))] if items else []
    return [*found, (_("Answer expected by"), body["expected"])] if body.get("expected") else found
