"""Taking a consent back: whole, or for one purpose, one recipient or one item."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clew.node.accounts.actions import Actor, Officer, Refused, action, not_yours, require_compartment
from clew.node.accounts.queries import compartment_ids
from clew.node.audit.actions import record
from clew.node.cases.actions import Asked
from clew.node.consent.actions.asking import ask_team
from clew.node.consent.items import is_known, overlapping
from clew.node.consent.models import Consent
from clew.node.consent.queries import EarlierDisclosure, person_heads, shared_about, state_of
from clew.node.consent.texts import Sealed, open_texts, seal_texts
from clew.node.discovery import offers
from clew.node.dossier.queries import same_person
from clew.node.partners.queries import names_of
from clew.node.types import BadInput

RECALL: Final = "consent.recall"
"""Kind of the task to call back what was shared."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What was taken back, and what had left under it before: she has a right to know."""

    consents: tuple[Consent, ...] = ()
    earlier: tuple[EarlierDisclosure, ...] = ()


# No act in here, and no refusal, takes a proof of presence (step-up): it only stops sharing, and she must not fail
# because an officer's telephone is not at hand. Tests hold this.
@action("consent.withdraw_consent", permission="consent.withdraw")
def withdraw_consent(*, actor: Actor, consent_id: int, reason: str = "", items: Sequence[str] = ()) -> Withdrawal:
    """Stop all later sharing under a consent. She need give no reason, and it costs her no help.

    Other consents of hers for the same purpose and recipient stop with it where they cover the same: she said no to
    that, in whichever record it stands. What was shared before cannot be unsent; it is listed in the answer.

    Args:
        items: those of the consent's items that she takes back; the rest stands on as a new record. Empty: all.
    """
    consent = Consent.objects.filter(pk=consent_id).first()
    if consent is None:
        raise not_yours()
    require_compartment(actor, consent.compartment_id)
    officer = _human(actor)
    if consent.withdrawn is not None:
        raise BadInput("", _("This consent was already withdrawn."), _("Nothing is shared under it any more."))
    if set(items) - set(consent.items):
        raise BadInput("items", _("This consent does not name this item."), _("Choose among its own items."))
    found = _standing_rows(consent.person_id, consent.purpose, consent.recipient)
    taken = take_back(officer, found, frozenset(items or consent.items), reason=reason, now=timezone.now())
    return raise_recalls(officer, consent.person_id, taken)


@action("consent.withdraw_consents", permission="consent.withdraw")
def withdraw_consents(
    *,
    actor: Actor,
    person_id: int,
    purpose: str = "",
    recipient: str = "",
    items: Sequence[str] = (),
    reason: str = "",
) -> Withdrawal:
    """Stop all later sharing about a person, or that for one purpose, towards one recipient, or of some items.

    Whatever is left empty means all: with nothing named, everything she ever agreed to ends. It reaches every record
    about her on this node, whoever made it: her no holds for all.

    Raises:
        Refused: none of the actor's compartments knows this person.
        BadInput: an item is unknown, or there is nothing to withdraw.
    """
    officer = _human(actor)
    if not person_heads(officer=officer, person_id=person_id):
        raise not_yours()
    if any(not is_known(item) for item in items):
        raise BadInput("items", _("This item is unknown."), _("Choose one from the list."))
    found = _standing_rows(person_id, purpose, recipient)
    wanted = frozenset(items) if items else None
    taken = take_back(officer, found, wanted, reason=reason, now=timezone.now())
    if not taken:
        raise BadInput("", _("There is no such consent."), _("Nothing is shared under it any more."))
    return raise_recalls(officer, person_id, taken)


def _standing_rows(person_id: int, purpose: str, recipient: str) -> Iterable[Consent]:
    found = Consent.objects.select_for_update().filter(person_id__in=same_person(person_id), withdrawn=None)
    if purpose:
        found = found.filter(purpose=purpose)
    if recipient:
        found = found.filter(recipient=recipient)
    return found.order_by("pk")


def take_back(
    officer: Officer, consents: Iterable[Consent], items: Collection[str] | None, *, reason: str, now: dt.datetime
) -> list[Consent]:
    """End these consents, or what these items cover of them; returns those that ended. Part of an action.

    What overlaps with an item ends with it; what is left of a consent that holds stands on as a new record. Rooms that
    keep something under a consent (`actions.consents_ended`) let go of it in the same transaction.
    """
    taken = []
    ended: dict[int, int | None] = {}
    for consent in consents:
        ends = frozenset(consent.items) if items is None else overlapping(consent.items, items)
        if not ends:
            continue
        holds = state_of(consent, now.date()) == "given"
        bound_to = f"withdrawn {consent.recorded.isoformat()}"
        consent.withdrawn, consent.withdrawn_by = now, officer
        consent.sealed_withdrawal = seal_texts(consent.person_id, {"reason": reason}, bound_to)
        consent.save(update_fields=["withdrawn", "withdrawn_by", "sealed_withdrawal"])
        left = [item for item in consent.items if item not in ends]
        ended[consent.pk] = _let_stand(officer, consent, left, now) if left and holds else None
        record(
            actor=officer,
            act="consent.withdraw_consent",
            object_kind="consent",
            object_id=consent.pk,
            details={
                "person": consent.person_id,
                "purpose": consent.purpose,
                "recipient": consent.recipient,
                "items": len(ends),
                "left": len(left),
            },
        )
        taken.append(consent)
    if ended:
        for told in offers("consents_ended", module="actions"):
            told(actor=officer, ended=ended)
    return taken


def raise_recalls(officer: Officer, person_id: int, taken: Sequence[Consent]) -> Withdrawal:
    """Ask the teams of these consents to call back what had left under them, each recipient once."""
    mine = set(compartment_ids(officer))
    recipients = sorted({consent.recipient for consent in taken})
    names = names_of(recipients)
    earlier: list[EarlierDisclosure] = []
    for recipient in recipients:
        found = shared_about(officer=officer, person_id=person_id, recipient=recipient)
        earlier += found
        title = Asked(
            gettext_noop("Ask %(recipient)s to give back what was shared: the consent was withdrawn"),
            {"recipient": names.get(recipient, recipient)[:150]},
        )
        for team in {one.compartment_id for one in taken if one.recipient == recipient} & mine if found else ():
            ask_team(team, kind=RECALL, title=title, url=_shared_page(person_id), otherwise=officer.pk)
    # A team that the officer is not in: what it has sent she cannot see, so its own people look.
    title = Asked(gettext_noop("A consent was withdrawn: look what was shared under it, and call it back"))
    for one in {each.compartment_id: each for each in taken if each.compartment_id not in mine}.values():
        page = _shared_page(one.person_id)
        ask_team(one.compartment_id, kind=RECALL, title=title, url=page, otherwise=one.recorded_by_id)
    return Withdrawal(tuple(taken), tuple(earlier))


def _shared_page(person_id: int) -> str:
    return reverse("consent:shared", args=[person_id])


def _human(actor: Actor) -> Officer:
    if not isinstance(actor, Officer):
        raise Refused(_("Only a person can record that a consent was withdrawn."), _("Sign in and record it yourself."))
    return actor


def _let_stand(officer: Officer, consent: Consent, items: list[str], now: dt.datetime) -> int:
    """The rest of a consent as a record of its own, with the circumstances in which it was given; its number."""
    rest = Consent.objects.get(pk=consent.pk)
    rest.pk, rest.continues_id, rest.items = None, consent.pk, items
    rest.withdrawn = rest.withdrawn_by = None
    rest.sealed_withdrawal, rest.recorded_by, rest.recorded = b"", officer, now
    rest.sealed = _sealed_anew(consent, now)
    rest.save()
    record(
        actor=officer,
        act="consent.let_rest_stand",
        object_kind="consent",
        object_id=rest.pk,
        details={"continues": consent.pk, "items": len(items)},
    )
    return rest.pk


def _sealed_anew(consent: Consent, now: dt.datetime) -> bytes:
    (texts,) = open_texts([Sealed(consent.person_id, consent.sealed, f"given {consent.recorded.isoformat()}")])
    return seal_texts(consent.person_id, texts, f"given {now.isoformat()}")
