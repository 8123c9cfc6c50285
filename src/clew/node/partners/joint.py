"""What a joint-investigation agreement says on a day: a fold over its history.

What widens holds only once a second officer has confirmed it; what narrows (a member leaves, a suspension) holds at
once. Among changes that hold on a day, the one entered later prevails.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from clew.node.partners.models import JointChange

HOLDS: Final = frozenset({"confirmed", "at_once"})

CHANGE_KINDS: Final = {
    "registered": _("Agreement registered"),
    "amended": _("Amendment"),
    "joined": _("Member joins"),
    "left": _("Member leaves"),
    "basis": _("Own basis of a member"),
    "suspended": _("Suspension"),
    "resumed": _("End of the suspension"),
}

OUTSIDE_USE: Final = {
    "no": (_("Not at all"), _("Nothing of the joint investigation is used outside it.")),
    "consent": (_("With consent"), _("Only with the consent of the member that it came from.")),
    "clause": (_("As the clause says"), _("A human reads the clause for each use.")),
}
"""Whether what was gathered jointly may be used outside the team."""

TERM_LABELS: Final = {
    "title": _("Title"),
    "instrument": _("Instrument that it rests on"),
    "lead": _("Lead"),
    "period_from": _("First day"),
    "period_until": _("Last day"),
    "clause": _("Clause on use"),
    "purposes": _("Purposes inside the team"),
    "outside_use": _("Use outside the team"),
}


@dataclass(frozen=True, slots=True)
class JointTerms:
    """What the parties agreed.

    Attributes:
        instrument: short name of the instrument that the agreement rests on.
        lead: uid of the party that leads. period_from, period_until: first and last day.
        clause: the words on use. purposes: codes of `purposes` that are permitted inside the team.
        outside_use: key of `OUTSIDE_USE`.
    """

    title: str
    instrument: str
    lead: str
    period_from: dt.date
    period_until: dt.date
    clause: str
    purposes: tuple[str, ...]
    outside_use: str


@dataclass(frozen=True, slots=True)
class JointMember:
    """A member on that day. `basis`: its own instrument, "" for none; the second officer who confirmed it, and when."""

    party: str
    joined: dt.date
    basis: str = ""
    basis_confirmed: dt.datetime | None = None
    basis_confirmed_by: str = ""


@dataclass(frozen=True, slots=True)
class JointState:
    """An agreement as of a day. `origins`: everyone who is or was a member; `amendments`: how many hold."""

    terms: JointTerms
    members: Mapping[str, JointMember]
    origins: tuple[str, ...]
    suspended_since: dt.date | None
    suspended_reason: str
    amendments: int

    def in_period(self, on: dt.date) -> bool:
        """Whether the day lies within the agreed period, first and last day included."""
        return self.terms.period_from <= on <= self.terms.period_until


def state_on(changes: Iterable[JointChange], on: dt.date) -> JointState | None:
    """The agreement as of a day; None while no second officer has confirmed its registration."""
    confirmed = sorted((one for one in changes if one.decision in HOLDS), key=lambda one: one.pk)
    if not confirmed or confirmed[0].kind != "registered":
        return None
    fold = _Fold(confirmed[0])
    for change in confirmed[1:]:
        if change.day <= on:
            fold.take(change)
    return fold.state(on)


def content_of(terms: JointTerms) -> dict[str, Any]:
    """The terms as JSON; days in ISO 8601."""
    return {name: _plain(getattr(terms, name)) for name in JointTerms.__dataclass_fields__}


def with_content(terms: JointTerms, content: Mapping[str, Any]) -> JointTerms:
    """The terms with what an amendment changes."""
    return replace(terms, **{name: _term(name, value) for name, value in content.items()})


def terms_of(content: Mapping[str, Any]) -> JointTerms:
    """The terms of a registration."""
    return JointTerms(**{name: _term(name, content[name]) for name in JointTerms.__dataclass_fields__})


class _Fold:
    def __init__(self, registration: JointChange) -> None:
        self.terms = terms_of(registration.content)
        self.members: dict[str, JointMember] = {}
        self.ever: dict[str, None] = {}
        self.suspensions: list[JointChange] = []
        self.amendments = 0
        for named in registration.content["members"]:
            self._join(named["party"], self.terms.period_from, named["basis"], registration)

    def take(self, change: JointChange) -> None:
        if change.kind == "amended":
            self.terms = with_content(self.terms, change.content)
            self.amendments += 1
        elif change.kind == "joined":
            self._join(change.party, change.day, change.content["basis"], change)
        elif change.kind == "left":
            self.members.pop(change.party, None)
        elif change.kind == "basis" and change.party in self.members:
            self._join(change.party, self.members[change.party].joined, change.content["basis"], change)
        elif change.kind == "suspended":
            self.suspensions.append(change)
        elif change.kind == "resumed":
            self.suspensions.clear()

    def state(self, on: dt.date) -> JointState:
        first = min(self.suspensions, key=lambda one: one.day, default=None)
        return JointState(
            terms=self.terms,
            members={uid: one for uid, one in self.members.items() if one.joined <= on},
            origins=tuple(self.ever),
            suspended_since=first.day if first else None,
            suspended_reason=self.suspensions[-1].text if self.suspensions else "",
            amendments=self.amendments,
        )

    def _join(self, party: str, joined: dt.date, basis: str, change: JointChange) -> None:
        self.ever[party] = None
        by = str(change.decided_by) if basis and change.decided_by else ""
        self.members[party] = JointMember(party, joined, basis, change.decided if basis else None, by)


def _plain(value: object) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _term(name: str, value: Any) -> Any:
    if name in {"period_from", "period_until"}:
        return dt.date.fromisoformat(value)
    return tuple(value) if name == "purposes" else value
