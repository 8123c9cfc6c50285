"""Conditions are announced, accepted or declined; what comes after an acceptance carries them, and keeps them here.

What was accepted binds the whole correspondence, whatever a later letter says of it: it stands as a restriction in
words (H3), which the rules let nobody pass on before a second officer has read it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.utils.translation import gettext as _

from clew.disclosure.particulars import NOTIFY, OFFER, Particulars
from clew.exchange import moments
from clew.exchange.letters import Letter as SignedLetter
from clew.exchange.refusals import Refusal
from clew.exchange.strict_json import canonical, digest
from clew.node.accounts.actions import Officer
from clew.node.exchange.at_rest import NotReadableAtRest
from clew.node.exchange.drafting import draft_about
from clew.node.exchange.models import ControlOrder, Letter
from clew.node.exchange.reading import opened
from clew.node.types import BadInput

ACCEPT: Final = "accept-conditions"
DECLINE: Final = "decline-conditions"


def may_answer_offer(row: Letter) -> bool:
    """Whether a partner's offer was taken, still stands, and has no answer."""
    if row.direction != "in" or row.kind != OFFER or row.state != "accepted":
        return False
    return not ControlOrder.objects.filter(about=row, kind__in=[ACCEPT, DECLINE]).exists()


def still_stands(body: Any, at: dt.datetime) -> bool:
    """Whether an offer may be accepted at that moment."""
    return "answer_by" not in body or at <= moments.from_text(body["answer_by"])


def may_give(row: Letter) -> bool:
    """Whether a letter is a partner's acceptance of an offer of ours that counts, and nothing was given yet."""
    if row.direction != "in" or row.kind != ACCEPT or row.thread.case_id is None:
        return False
    return conditions_accepted(row) is not None and not row.thread.letters.filter(kind=NOTIFY).exists()


def offer_of(row: Letter, direction: str) -> tuple[Letter, SignedLetter] | None:
    """The offer that an answer names, as it stands here."""
    found = Letter.objects.filter(uid=row.in_reply_to, direction=direction, kind=OFFER, party=row.party).first()
    try:
        return (found, opened(found)) if found is not None else None
    except (Refusal, NotReadableAtRest):
        return None


def conditions_accepted(row: Letter) -> list[str] | None:
    """The conditions that an acceptance of our offer binds, None where it counts for nothing."""
    found = offer_of(row, "out")
    if found is None or row.thread.letters.filter(kind="withdraw", in_reply_to=found[0].uid).exists():
        return None
    body = found[1].body
    return [each["text"] for each in body["conditions"]] if still_stands(body, row.created) else None


def accepted_conditions(*, letter: str, recipient: str) -> list[str] | None:
    """The conditions that a recipient accepted by that letter; None where that letter accepts nothing that counts."""
    row = Letter.objects.select_related("thread").filter(uid=letter, party=recipient, direction="in").first()
    return conditions_accepted(row) if row is not None and row.kind == ACCEPT else None


def digest_of(body: Any) -> str:
    """What an answer to an offer names: the conditions in their order."""
    return digest(canonical(body["conditions"]))


def check_conditions(letter: SignedLetter) -> None:
    """Raise `Refusal` unless an answer names exactly the conditions that were offered."""
    named = Letter.objects.filter(uid=letter.header.in_reply_to, direction="out", kind=OFFER).first()
    try:
        offered = digest_of(opened(named).body) if named is not None else ""
    except NotReadableAtRest:
        offered = ""
    if letter.body["conditions_sha256"] != offered:
        raise Refusal("bad-field", "body/conditions_sha256")


def bound_here(row: Letter) -> list[str]:
    """The conditions that this node accepted in a correspondence: they hold for all that comes in it."""
    found: dict[str, None] = {}
    for accepted in Letter.objects.filter(thread=row.thread, direction="out", kind=ACCEPT).order_by("pk"):
        offer = offer_of(accepted, "in")
        found |= dict.fromkeys(each["text"] for each in offer[1].body["conditions"]) if offer is not None else {}
    return list(found)


def draft_given(officer: Officer, row: Letter) -> int:
    """Draft the letter that tells what was offered, in answer to its acceptance; returns the release's number.

    Raises:
        BadInput, BadInputs: it is no acceptance that counts.
    """
    offer, conditions = offer_of(row, "out"), conditions_accepted(row)
    if offer is None or conditions is None or not may_give(row):
        raise BadInput("", _("Nothing can be given on this letter."), _("Reload the page."))
    body = offer[1].body
    written = Particulars(conditions=tuple(conditions))
    return draft_about(
        officer, row, body, NOTIFY, written, subject=body["subject"], necessity=body.get("necessity", "")
    )  # fmt: skip
