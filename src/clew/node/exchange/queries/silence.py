"""Letters of which no receipt has come in time, and whom to call: without a receipt nothing is said to have arrived."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from clew.exchange.receipts import Stage
from clew.node.accounts.actions import Officer
from clew.node.disclosure.queries import danger_decisions
from clew.node.exchange.controlling import ENDED
from clew.node.exchange.models import Letter, OutboxEntry, Receipt
from clew.node.exchange.queries.visibility import visible_letters
from clew.node.partners.queries import first_contacts, names_of
from clew.node.types import DeskItem

DANGER: Final = dt.timedelta(minutes=15)
"""How long a warning of a danger may be without a human's receipt: somebody has to act on it, not only to have it."""

PATIENCE: Final = {"urgent-8h": dt.timedelta(minutes=30), "urgent-3d": dt.timedelta(hours=4)}
ELSE: Final = dt.timedelta(hours=24)
"""How long another letter may be without the receipt that it was opened; a node that runs signs it within a minute."""

LOOKED_BACK: Final = dt.timedelta(days=60)
LISTED: Final = 30


def silence_items(officer: Officer, now: dt.datetime) -> list[DeskItem]:
    """The officer's letters without the receipt that should be here by now, each with the contact point to call."""
    dangers = danger_decisions(since=now - LOOKED_BACK)
    silent = [one for one in _without_receipt(officer, now, dangers) if now - one.created >= _patience(one, dangers)]
    uids = {one.post or one.party for one in silent} | {one.party for one in silent}
    names, contacts = names_of(uids), first_contacts(uids)
    return [
        DeskItem(
            kind="letter.silent",
            title=_title(one, dangers) % {"party": names.get(one.party, one.party)},
            url=reverse("exchange:thread", args=[one.thread.uid]),
            due=one.created + _patience(one, dangers),
            detail=contacts.get(one.post) or contacts.get(one.party) or _("No contact point is known."),
            case_reference=one.thread.case.reference if one.thread.case else "",
            urgent=True,
        )
        for one in silent[:LISTED]
    ]


def _without_receipt(officer: Officer, now: dt.datetime, dangers: Sequence[int]) -> list[Letter]:
    """Letters that nobody says to have opened, or a warning that no human has taken; oldest first."""
    said = Receipt.objects.filter(letter=OuterRef("pk"), issuer=OuterRef("party"))
    opened = Exists(said.filter(stage__in=(Stage.OPENED, Stage.ACCEPTED)))
    taken = Exists(said.filter(Q(stage=Stage.ACCEPTED) | ~Q(code="")))
    given_up = OutboxEntry.objects.filter(letter=OuterRef("pk")).exclude(failed=None)
    found = visible_letters(officer).filter(
        Q(~opened) | Q(~taken, decision__in=dangers),
        ~Exists(given_up),
        direction="out",
        created__gte=now - LOOKED_BACK,
        created__lte=now - DANGER,
    )
    return list(found.exclude(thread__state__in=ENDED).select_related("thread__case").order_by("created", "pk"))


def _patience(letter: Letter, dangers: Sequence[int]) -> dt.timedelta:
    return DANGER if letter.decision in dangers else PATIENCE.get(letter.thread.urgency, ELSE)


def _title(letter: Letter, dangers: Sequence[int]) -> str:
    if letter.decision in dangers:
        return _("Nobody at %(party)s has taken the warning yet: call")
    return _("Whether %(party)s has the letter is unknown: call its contact point")
