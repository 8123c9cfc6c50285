"""Introductions that came in, and those that this node proposed as a facilitator."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from clew.exchange.cards import Card
from clew.node.partners.models import Introduction, Party
from clew.node.partners.queries.directory import names_of, read_if_possible


def introductions(*, waiting: bool = False) -> QuerySet[Introduction]:
    """Introductions that facilitators sent here, newest first; with `waiting` only those that need a decision."""
    found = Introduction.objects.exclude(decision="proposed").select_related("decided_by").order_by("-received", "-pk")
    return found.filter(decision="") if waiting else found


def proposed_introductions() -> QuerySet[Introduction]:
    """Introductions that this node proposed, newest first: which card is vouched for (`party_uid`), to whom."""
    own = Party.objects.filter(is_own=True, parent=None).values("uid")
    found = Introduction.objects.filter(decision="proposed", facilitator__in=own)
    return found.select_related("decided_by").order_by("-received", "-pk")


@dataclass(frozen=True, slots=True)
class IntroductionView:
    """An introduction that came in, with what its card says; `card` is None when it can no longer be read."""

    introduction: Introduction
    facilitator_name: str
    card: Card | None


def introduction(pk: int) -> IntroductionView | None:
    """One introduction that a facilitator sent here, or None."""
    found = introductions().filter(pk=pk).first()
    if found is None:
        return None
    card = read_if_possible(bytes(found.card))
    return IntroductionView(found, names_of({found.facilitator}).get(found.facilitator, found.facilitator), card)
