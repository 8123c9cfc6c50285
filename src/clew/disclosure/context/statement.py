"""A statement as the rules see it towards one recipient, for one purpose, on one day."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Protocol

from clew.disclosure.context.strictness import bounded
from clew.disclosure.facts import AuthorisationFacts, JointFacts, StatementFacts, TransferFacts
from clew.disclosure.ruleset import RuleSet


def statement_context(
    statement: StatementFacts, transfer: TransferFacts, category: str, rules: RuleSet
) -> dict[str, Any]:
    """The statement as the schema describes it, seen with one person it concerns (of that category)."""
    today = transfer.now.date()
    codes = {f"handling:{statement.handling}", f"class:{statement.field_class}"}
    if category not in {"unknown", ""}:
        codes.add(f"category:{category}")
    return {
        "handling": statement.handling,
        "handling_text": bool(statement.handling_text.strip()),
        "received": statement.owner != transfer.sender.uid or bool(statement.chain),
        "to_owner": statement.owner == transfer.recipient.uid and bool(statement.owner),
        **_authorised(statement, transfer),
        "purpose": statement.purpose,
        "reliability": statement.reliability,
        "accuracy": statement.accuracy,
        "nature": statement.nature,
        "retention_open": statement.retain_until is not None and statement.retain_until >= today,
        "retention_within": _retention_within(statement, transfer, rules),
        "verified_lately": _verified_lately(statement, transfer),
        "class": statement.field_class,
        "live": statement.live,
        "restricted": statement.restricted,
        "shelter": statement.shelter,
        "strictly_needed": bool(statement.needed.strip()),
        "minimum": bool(statement.minimum.strip()),
        "minimal_identity": f"{statement.schema}:{statement.prop}" in rules.minimal_identity,
        "on_hold": statement.on_hold,
        "exculpatory_to_accused": statement.exculpatory and transfer.to_accused,
        "compelled": statement.compelled,
        "reveals_request": statement.reveals_request,
        "joint": _joint(statement, transfer),
        "about_person": category != "none",
        "uncovered": sorted(codes - rules.covered),
    }


class Given(Protocol):
    """What was given by others: a statement, or its whole source."""

    @property
    def owner(self) -> str: ...
    @property
    def chain(self) -> tuple[str, ...]: ...
    @property
    def purpose(self) -> str: ...


def _authorised(statement: StatementFacts, transfer: TransferFacts) -> dict[str, bool]:
    parties = {"sender": transfer.sender.uid, "recipient": transfer.recipient.uid, "purpose": transfer.purpose}
    as_evidence = [each for each in statement.authorisations if each.evidence]
    return {
        "owner_consents": authorised(statement, statement.authorisations, **parties),
        "evidence_consented": authorised(statement, as_evidence, **parties),
    }


def authorised(
    given: Given, authorisations: Iterable[AuthorisationFacts], *, purpose: str, sender: str, recipient: str
) -> bool:
    """Whether everyone it passed through, but sender and recipient, allows this recipient, for this purpose.

    An authorisation that names no purpose allows the purpose for which the statement was given, and no other.
    """
    asked = {given.owner, *given.chain} - {recipient, sender}
    allowed = {
        each.by
        for each in authorisations
        if recipient and each.recipient == recipient and (each.purpose or given.purpose) == purpose
    }
    return bool(asked) and "" not in asked and asked <= allowed


def _retention_within(statement: StatementFacts, transfer: TransferFacts, rules: RuleSet) -> bool:
    # What was recorded on a day to come is kept no longer for it.
    recorded = min(statement.recorded, transfer.now.date()) if rules.wary else statement.recorded
    latest = years_later(recorded, bounded("retention_years", transfer.settings))
    return statement.retain_until is not None and statement.retain_until <= latest


def years_later(day: dt.date, years: int) -> dt.date:
    """The same day so many years later; of 29 February the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _verified_lately(statement: StatementFacts, transfer: TransferFacts) -> bool:
    """Whether it was seen, or else recorded, within the days allowed; what was seen on a day to come was not."""
    age = transfer.now.date() - (statement.seen_on or statement.recorded)
    return dt.timedelta(0) <= age <= dt.timedelta(days=bounded("stale_days", transfer.settings))


def _joint(statement: StatementFacts, transfer: TransferFacts) -> dict[str, Any]:
    nothing = {"in_force": False, "within": False, "by_agreement": False, "basis_missing": False}
    if not statement.joint:
        return {"material": False, "outside_use": "no", **nothing}
    found = next((each for each in transfer.joint if each.code == statement.joint and each.known), None)
    if found is None:
        return {"material": True, "outside_use": "unknown", **nothing}
    in_force, within = found.in_period and not found.suspended, _within(found, transfer.purpose)
    hands = {statement.owner, *statement.chain} - {transfer.sender.uid}
    return {
        "material": True,
        "in_force": in_force,
        "within": within,
        "by_agreement": in_force and within and "" not in hands and hands <= set(found.members),
        "outside_use": found.outside_use,
        "basis_missing": found.recipient_needs_basis and not found.recipient_has_basis,
    }


def _within(joint: JointFacts, purpose: str) -> bool:
    return joint.sender_member and joint.recipient_member and purpose in joint.purposes
