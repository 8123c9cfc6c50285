"""Inputs that must not be guessed: a named human enters them, with a date and an expiry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from clew import vocabulary
from clew.node.accounts.actions import Actor, action, not_yours, require_compartment
from clew.node.accounts.queries import compartment_ids
from clew.node.audit.actions import record
from clew.node.disclosure.access import officer_id
from clew.node.disclosure.models import Assurance, Authorisation, RiskAssessment, Safeguard
from clew.node.disclosure.reach import compartment_of_source, compartments_of_entity, owner_of_source
from clew.node.disclosure.safeguards import KINDS, seal
from clew.node.partners import queries as partners
from clew.node.types import BadInput


@action("disclosure.record_assurance", permission="assurance.record")
def record_assurance(
    *,
    actor: Actor,
    party: str,
    text: str,
    issuer: str,
    issued: dt.date,
    expires: dt.date,
    kind: str = "assurance",
    instrument: str = "",
    translations: Sequence[str] = (),
    doubts_on_torture: bool = False,
) -> Assurance:
    """Record what stands in writing about a party (`models.Assurance`).

    Args:
        kind: "assurance" (R23), "pledge" of reciprocity (R47), "confidentiality" (R14), or this controller's own
            "assessment" of safeguards (R07).
        instrument: the short name of the one instrument it covers; "" for all. translations: BCP 47 tags.
    """
    if kind not in Assurance.Kind.values:
        raise BadInput("kind", _("This code is unknown."), _("Choose one from the list."))
    if partners.party(party) is None:
        raise BadInput("party", _("The directory does not know this party."), _("Choose one from the list."))
    _text(text, "text")
    _text(issuer, "issuer")
    _period(issued, expires)
    made = Assurance.objects.create(
        kind=kind,
        party=party,
        instrument=instrument,
        text=text.strip(),
        issuer=issuer.strip(),
        issued=issued,
        expires=expires,
        translations=list(translations),
        doubts_on_torture=doubts_on_torture,
        recorded_by_id=officer_id(actor),
        recorded=timezone.now(),
    )
    record(
        actor=actor,
        act="disclosure.record_assurance",
        object_kind="assurance",
        object_id=made.pk,
        details={"kind": kind, "party": party, "expires": expires.isoformat()},
    )
    return made


@action("disclosure.record_safeguard", permission="safeguard.record")
def record_safeguard(*, actor: Actor, person_id: int, kind: str, answer: Sequence[str], expires: dt.date) -> Safeguard:
    """Record what the rules must know of a person, sealed; a newer record of the kind replaces the older.

    Args:
        kind: a code of `safeguards.KINDS`. answer: one code, or for origin and feared ISO 3166-1 alpha-2 codes.
    """
    _known(actor, person_id)
    answers = _answer(kind, answer)
    if expires <= timezone.now().date():
        raise BadInput("expires", _("This day has passed."), _("Enter a day in the future on which to look again."))
    made = Safeguard.objects.create(
        person_id=person_id,
        kind=kind,
        sealed=seal(answers, bound_to=f"{person_id}:{kind}"),
        expires=expires,
        recorded_by_id=officer_id(actor),
        recorded=timezone.now(),
    )
    # The answer itself stays out of the log: it may say that she has applied for asylum.
    record(
        actor=actor,
        act="disclosure.record_safeguard",
        object_kind="entity",
        object_id=person_id,
        details={"expires": expires.isoformat()},
    )
    return made


@action("disclosure.record_risk_assessment", permission="risk.record")
def record_risk_assessment(
    *, actor: Actor, person_id: int, state: str, assessed: dt.date, favourable: bool, reasons: str
) -> RiskAssessment:
    """Record whether a person is at risk if this state learns of her (guard 1). It ages; nothing prolongs it."""
    _known(actor, person_id)
    _text(reasons, "reasons")
    if state.upper() not in vocabulary.country_codes():
        raise BadInput("state", _("This country is unknown."), _("Choose one from the list."))
    if assessed > timezone.now().date():
        raise BadInput("assessed", _("This day lies in the future."), _("Enter the day of the assessment."))
    made = RiskAssessment.objects.create(
        person_id=person_id,
        state=state.lower(),
        assessed=assessed,
        favourable=favourable,
        sealed_reasons=seal([reasons.strip()], bound_to=f"risk:{person_id}"),
        recorded_by_id=officer_id(actor),
        recorded=timezone.now(),
    )
    record(actor=actor, act="disclosure.record_risk_assessment", object_kind="entity", object_id=person_id, details={})
    return made


@action("disclosure.record_authorisation", permission="assurance.record")
def record_authorisation(
    *,
    actor: Actor,
    source_id: int,
    recipient: str,
    reference: str,
    given: dt.date,
    expires: dt.date,
    by: str = "",
    purpose: str = "",
    evidence: bool = False,
) -> Authorisation:
    """Record that an organisation which a source passed through allows one recipient to have it (R04, R33).

    Args:
        by: uid of who allows it; "" for the source's owner. purpose: "" for what the source was given for, and no more.
        evidence: it allows the use as evidence too (R11).
    """
    compartment = compartment_of_source(source_id)
    if compartment is None:
        raise not_yours()
    require_compartment(actor, compartment)
    if partners.party(recipient) is None:
        raise BadInput("recipient", _("The directory does not know this party."), _("Choose one from the list."))
    if by and partners.party(by) is None:
        raise BadInput("by", _("The directory does not know this party."), _("Choose one from the list."))
    if purpose and purpose not in vocabulary.codelist("purposes"):
        raise BadInput("purpose", _("This code is unknown."), _("Choose one from the list."))
    _text(reference, "reference")
    _period(given, expires)
    made = Authorisation.objects.create(
        source_id=source_id,
        by=by or owner_of_source(source_id),
        purpose=purpose,
        evidence=evidence,
        recipient=recipient,
        reference=reference.strip(),
        given=given,
        expires=expires,
        recorded_by_id=officer_id(actor),
        recorded=timezone.now(),
    )
    record(
        actor=actor,
        act="disclosure.record_authorisation",
        object_kind="source",
        object_id=source_id,
        details={"recipient": recipient, "expires": expires.isoformat()},
    )
    return made


def _known(actor: Actor, entity_id: int) -> None:
    """Refuse unless one of the actor's compartments knows the entity."""
    compartments = compartments_of_entity(entity_id)
    if not compartments:
        raise not_yours()
    if officer_id(actor) is not None and not compartments & _compartments(actor):
        raise not_yours()


def _compartments(actor: Actor) -> set[int]:
    return set(compartment_ids(actor))


def _answer(kind: str, answer: Sequence[str]) -> list[str]:
    if kind not in KINDS:
        raise BadInput("kind", _("This code is unknown."), _("Choose one from the list."))
    choices = KINDS[kind].choices
    if choices:
        if len(answer) != 1 or answer[0] not in choices:
            raise BadInput("answer", _("This answer is unknown."), _("Choose one from the list."))
        return [answer[0]]
    if not answer or any(each.upper() not in vocabulary.country_codes() for each in answer):
        raise BadInput("answer", _("This country is unknown."), _("Choose one or more from the list."))
    return sorted({each.lower() for each in answer})


def _text(value: str, field: str) -> None:
    if not value.strip():
        raise BadInput(field, _("Nothing is entered here."), _("Enter a text."))


def _period(start: dt.date, end: dt.date) -> None:
    if end <= start:
        raise BadInput("expires", _("It ends before it begins."), _("Enter a later day."))
