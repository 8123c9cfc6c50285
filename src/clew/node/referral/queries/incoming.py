"""Partners' referrals for the team that took them, and those that wait to be taken."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from clew.node import at_rest
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import seen_by
from clew.node.exchange.queries import LetterLine, quarantine
from clew.node.partners.queries import names_of
from clew.node.referral.arrangement import incoming_bound_to
from clew.node.referral.models import IncomingReferral

KIND = "referral"
AT_MOST = 50
"""Referrals on one list; whoever has more of them answers the soonest due first."""

State = IncomingReferral.State


@dataclass(frozen=True, slots=True)
class IncomingPage:
    """A partner's referral for the team that took it. `told`: empty where it is void, or its last day has passed."""

    incoming: IncomingReferral
    party: str
    told: Mapping[str, Any]
    overdue: bool


def visible_incoming(officer: Officer) -> QuerySet[IncomingReferral]:
    """Those that one of the officer's teams took."""
    return IncomingReferral.objects.filter(seen_by(officer, "team_id")).select_related("taken_by", "answered_by")


def incoming_page(*, officer: Officer, incoming_id: int) -> IncomingPage | None:
    """A partner's referral of the officer's teams, or None."""
    found = visible_incoming(officer).filter(pk=incoming_id).first()
    if found is None:
        return None
    now = timezone.now()
    is_kept = bytes(found.sealed) and (found.keep_until is None or now.date() <= found.keep_until)
    told = json.loads(at_rest.unseal(bytes(found.sealed), incoming_bound_to(found.letter))) if is_kept else {}
    return IncomingPage(found, _party(found), told, overdue=is_late(found, now))


def incoming_listed(*, officer: Officer) -> list[tuple[IncomingReferral, str]]:
    """Those that are not over, the soonest due first, each with the partner's name."""
    running = visible_incoming(officer).exclude(state__in=[State.REFUSED, State.ENDED]).order_by("answer_by", "pk")
    found = list(running[:AT_MOST])
    names = names_of({each.party for each in found})
    return [(each, names.get(each.party, each.party)) for each in found]


def incoming_to_answer(*, officer: Officer) -> QuerySet[IncomingReferral]:
    """Those that wait for an answer of the officer's teams, the soonest due first."""
    return visible_incoming(officer).filter(state=State.TAKEN).order_by("answer_by", "pk")


def referrals_to_take(*, officer: Officer) -> list[LetterLine]:
    """Partners' referrals that nobody has taken."""
    return [line for line in quarantine(officer=officer) if line.row.kind == KIND]


def is_late(found: IncomingReferral, now: dt.datetime) -> bool:
    """Whether the partner should have had its answer by now."""
    return found.state == State.TAKEN and found.answer_by < now


def _party(found: IncomingReferral) -> str:
    return names_of({found.party}).get(found.party, found.party)
