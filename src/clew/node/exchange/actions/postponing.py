"""Postpone what has no answer at its slot: made of the request alone, and so without a decision."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence

from clew.exchange.postponing import postponed_package
from clew.exchange.refusals import Refusal
from clew.exchange.threads import OPEN
from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record_many
from clew.node.exchange.actions.undecided import write_undecided
from clew.node.exchange.at_rest import NotReadableAtRest
from clew.node.exchange.correspondence import folded
from clew.node.exchange.dispatching import Route
from clew.node.exchange.models import Letter
from clew.node.exchange.postponing import Unanswered
from clew.node.exchange.reading import opened

log = logging.getLogger(__name__)


@action("exchange.postpone_answers", permission="node.act")
def postpone_answers(*, actor: Actor, requests: Sequence[tuple[Unanswered, Route]], now: dt.datetime) -> list[Letter]:
    """Queue one letter for each request that says of every item without an answer that it is postponed.

    Each is made of the request and the moment alone: neither what is held nor what is withheld comes near it (R43).
    Their routes' keys must be usable.
    """
    made = [row for one, route in requests if (row := _postpone(one, route, now)) is not None]
    record_many(
        actor=actor,
        act="exchange.postpone_answers",
        object_kind="letter",
        objects=[(row.uid, {"request": row.in_reply_to, "to": row.party}) for row in made],
    )
    return made


def _postpone(one: Unanswered, route: Route, now: dt.datetime) -> Letter | None:
    request = Letter.objects.select_related("thread").get(pk=one.letter)
    said = folded(request.thread)
    items = [number for number, outcome in said.items.items() if outcome in OPEN]
    try:
        asked = opened(request).body
    except (Refusal, NotReadableAtRest):
        log.exception("request %s cannot be read any more, so its answer is not postponed", request.uid)
        return None
    if not items:
        return None
    package = postponed_package(asked, items, one.until)
    return write_undecided(about=request, kind="reply", package=package, route=route, now=now)
