"""What the pages of the register of joint-investigation agreements show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clew import vocabulary
from clew.node.partners.joint import CHANGE_KINDS, OUTSIDE_USE, TERM_LABELS, JointMember, JointTerms, state_on, terms_of
from clew.node.partners.models import Instrument, JointAgreement, JointChange, Party
from clew.node.partners.queries.joint import joint_agreements


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member with its name; `lacks_basis`: its state is a third country and no own basis is in force."""

    member: JointMember
    name: str
    country: str
    third_country: bool
    lacks_basis: bool


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One entry of the history in words: what it is, about whom, and each term that it sets."""

    change: JointChange
    kind: str
    party: str
    terms: tuple[tuple[str, str], ...]
    signed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JointPage:
    """An agreement as of a day. `terms` are None while no second officer has confirmed the registration."""

    agreement: JointAgreement
    on: dt.date
    terms: JointTerms | None
    lead: str
    outside_use: str
    in_period: bool
    suspended_since: dt.date | None
    suspended_reason: str
    amendments: int
    members: tuple[MemberLine, ...]
    waiting: tuple[ChangeLine, ...]
    history: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class JointRow:
    """One row of the register; `state` is waiting, declined, suspended, in_force, ended or not_yet."""

    agreement: JointAgreement
    title: str
    period_from: dt.date
    period_until: dt.date
    members: int
    state: str


def joint_page(pk: int, on: dt.date) -> JointPage | None:
    """One agreement as of a day, with its whole history."""
    found = joint_agreements().filter(pk=pk).first()
    if found is None:
        return None
    changes = list(found.changes.all())
    state = state_on(changes, on)
    parties = _parties(changes)
    terms = state.terms if state is not None else None
    lines = [_line(one, parties) for one in changes]
    return JointPage(
        agreement=found,
        on=on,
        terms=terms,
        lead=_name(terms.lead, parties) if terms else "",
        outside_use=_outside(terms.outside_use) if terms else "",
        in_period=state is not None and state.in_period(on),
        suspended_since=state.suspended_since if state else None,
        suspended_reason=state.suspended_reason if state else "",
        amendments=state.amendments if state else 0,
        members=_members(list(state.members.values()), parties, on) if state else (),
        waiting=tuple(line for line in lines if not line.change.decision),
        history=tuple(sorted(lines, key=lambda line: (line.change.day, line.change.pk), reverse=True)),
    )


def joint_change(pk: int) -> tuple[JointChange, ChangeLine] | None:
    """One entry of a history with its words, or None."""
    found = JointChange.objects.select_related("agreement", "entered_by", "decided_by").filter(pk=pk).first()
    return (found, _line(found, _parties([found]))) if found is not None else None


def joint_row(found: JointAgreement, on: dt.date) -> JointRow:
    """An agreement as a row of the register; one that nobody confirmed shows what was entered."""
    changes = list(found.changes.all())
    state = state_on(changes, on)
    terms = state.terms if state is not None else terms_of(changes[0].content)
    if state is None:
        word = "declined" if changes[0].decision == "declined" else "waiting"
    elif state.suspended_since is not None:
        word = "suspended"
    elif state.in_period(on):
        word = "in_force"
    else:
        word = "not_yet" if on < terms.period_from else "ended"
    return JointRow(found, terms.title, terms.period_from, terms.period_until, len(state.members) if state else 0, word)


def waiting_joint_changes(*, besides: int) -> QuerySet[JointChange]:
    """What waits for a second officer, oldest first, without what the officer of this number entered herself."""
    waiting = JointChange.objects.filter(decision="").exclude(entered_by_id=besides)
    return waiting.select_related("agreement").order_by("entered", "pk")


def _parties(changes: Sequence[JointChange]) -> Mapping[str, Party]:
    uids = {one.party for one in changes} | {uid for one in changes for uid in one.signed_by}
    for one in changes:
        uids.add(one.content.get("lead", ""))
        uids |= {named["party"] for named in one.content.get("members", ())}
    return {one.uid: one for one in Party.objects.filter(uid__in=uids - {""})}


def _members(members: Sequence[JointMember], parties: Mapping[str, Party], on: dt.date) -> tuple[MemberLine, ...]:
    codes = {one.basis for one in members} - {""}
    in_force = {
        one.code
        for one in Instrument.objects.filter(code__in=codes)
        if one.in_force_from <= on <= (one.in_force_until or on)
    }
    lines = []
    for one in members:
        country = parties[one.party].country if one.party in parties else ""
        third = vocabulary.is_third_country(country)
        lacks = third and one.basis not in in_force
        lines.append(MemberLine(one, _name(one.party, parties), country, third, lacks))
    return tuple(sorted(lines, key=lambda line: line.name))


def _line(change: JointChange, parties: Mapping[str, Party]) -> ChangeLine:
    named = {name: change.content[name] for name in TERM_LABELS if name in change.content}
    terms = [(str(TERM_LABELS[name]), _words(name, value, parties)) for name, value in named.items()]
    if "members" in change.content:
        names = [_name(one["party"], parties) for one in change.content["members"]]
        terms.append((_("Members"), ", ".join(names)))
    if change.kind in {"joined", "basis"}:
        terms.append((str(CHANGE_KINDS["basis"]), change.content["basis"] or "—"))
    signed = tuple(_name(uid, parties) for uid in change.signed_by)
    party = _name(change.party, parties) if change.party else ""
    return ChangeLine(change, str(CHANGE_KINDS[change.kind]), party, tuple(terms), signed)


def _name(uid: str, parties: Mapping[str, Party]) -> str:
    return parties[uid].name if uid in parties else uid


def _outside(code: str) -> str:
    return str(OUTSIDE_USE[code][0]) if code in OUTSIDE_USE else code


def _words(name: str, value: object, parties: Mapping[str, Party]) -> str:
    """A term as a person reads it."""
    language = get_language() or "en"
    if isinstance(value, list):
        return ", ".join(vocabulary.codelist("purposes").label(one, language) for one in value)
    text = str(value)
    if name in {"period_from", "period_until"}:
        return date_format(dt.date.fromisoformat(text))
    if name == "outside_use":
        return _outside(text)
    return _name(text, parties) if name == "lead" else text
