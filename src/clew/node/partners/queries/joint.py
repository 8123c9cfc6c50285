"""What joint-investigation agreements say on a day: for the rules (R35, R36) and for pickers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from clew import vocabulary
from clew.node.partners.joint import JointMember, JointTerms, state_on
from clew.node.partners.models import JointAgreement, JointChange
from clew.node.partners.queries.directory import PartyFacts, party
from clew.node.partners.queries.instruments import instrument, instruments_between


@dataclass(frozen=True, slots=True)
class JointAgreementFacts:
    """An agreement as of a day; the terms are those of `joint.JointTerms`, amendments of that day included.

    `suspended_since`: None where it is not suspended on that day. `amendments`: how many hold.
    """

    pk: int
    code: str
    title: str
    instrument: str
    lead: str
    period_from: dt.date
    period_until: dt.date
    clause: str
    purposes: tuple[str, ...]
    outside_use: str
    members: tuple[JointMember, ...]
    suspended_since: dt.date | None
    suspended_reason: str
    amendments: int
    fictional: bool


@dataclass(frozen=True, slots=True)
class JointStanding:
    """How an agreement stands between a sender and a recipient on a day. Whatever is not known is False.

    Attributes:
        known: it is in the register and a second officer confirmed it.
        in_period: the day is within the agreed period, and the instrument that it rests on is in force.
        sender_member, recipient_member: members on that day; a post counts as its organisation.
        recipient_needs_basis: the recipient's state is not bound by Directive (EU) 2016/680 (R36).
        recipient_has_basis: its own basis is in force between the two on that day.
        purposes: codes of `purposes` that are permitted inside the team.
        outside_use: no, consent (of the member that it came from) or clause; "" where the agreement is not known.
        origins: uids of all who are or were members by that day, whose material it may be.
    """

    code: str
    known: bool = False
    in_period: bool = False
    suspended: bool = False
    sender_member: bool = False
    recipient_member: bool = False
    recipient_needs_basis: bool = False
    recipient_has_basis: bool = False
    purposes: tuple[str, ...] = ()
    outside_use: str = ""
    origins: tuple[str, ...] = ()


def joint_agreements() -> QuerySet[JointAgreement]:
    """The register by short name, each with its history."""
    history = JointChange.objects.select_related("entered_by", "decided_by").order_by("pk")
    return JointAgreement.objects.prefetch_related(Prefetch("changes", queryset=history)).order_by("code")


def joint_agreement(code: str, on: dt.date | None = None) -> JointAgreementFacts | None:
    """An agreement as of a day (today); None where it is unknown or no second officer confirmed it."""
    found = joint_agreements().filter(code=code).first() if code else None
    return _facts(found, on or timezone.localdate()) if found is not None else None


def joint_standing(code: str, sender_uid: str, recipient_uid: str, on: dt.date) -> JointStanding:
    """How the agreement stands between the two on a day. Fails closed: of an unknown one nothing holds."""
    found = joint_agreements().filter(code=code).first() if code else None
    state = state_on(found.changes.all(), on) if found is not None else None
    if state is None:
        return JointStanding(code)
    to = party(recipient_uid)
    own = state.members.get(_organisation(to))
    return JointStanding(
        code=code,
        known=True,
        in_period=state.in_period(on) and _in_force(state.terms.instrument, on),
        suspended=state.suspended_since is not None,
        sender_member=_organisation(party(sender_uid)) in state.members,
        recipient_member=own is not None,
        recipient_needs_basis=to is None or vocabulary.is_third_country(to.country),
        recipient_has_basis=own is not None and _holds_between(own.basis, sender_uid, recipient_uid, on),
        purposes=state.terms.purposes,
        outside_use=state.terms.outside_use,
        origins=state.origins,
    )


def joint_agreements_of(a_uid: str, b_uid: str, on: dt.date) -> tuple[JointAgreementFacts, ...]:
    """Agreements of which both are members on that day, that are in their period and not suspended."""
    both = {_organisation(party(a_uid)), _organisation(party(b_uid))}
    if "" in both or len(both) != 2:
        return ()
    found = (_facts(one, on) for one in joint_agreements())
    return tuple(
        one
        for one in found
        if one is not None
        and one.suspended_since is None
        and one.period_from <= on <= one.period_until
        and both <= {member.party for member in one.members}
    )


def _organisation(found: PartyFacts | None) -> str:
    """The uid under which a party would be a member; "" for one that the directory does not know."""
    return (found.parent_uid or found.uid) if found is not None else ""


def _in_force(code: str, on: dt.date) -> bool:
    found = instrument(code)
    return found is not None and found.in_force_from <= on <= (found.in_force_until or on)


def _holds_between(basis: str, a_uid: str, b_uid: str, on: dt.date) -> bool:
    return bool(basis) and basis in {one.code for one in instruments_between(a_uid, b_uid, on).in_force}


def _facts(found: JointAgreement, on: dt.date) -> JointAgreementFacts | None:
    state = state_on(found.changes.all(), on)
    if state is None:
        return None
    return JointAgreementFacts(
        pk=found.pk,
        code=found.code,
        members=tuple(state.members.values()),
        suspended_since=state.suspended_since,
        suspended_reason=state.suspended_reason,
        amendments=state.amendments,
        fictional=found.fictional,
        **{name: getattr(state.terms, name) for name in JointTerms.__dataclass_fields__},
    )
