"""A referral of a person to a service, what the service answers, that she came, and that it has ended.

Only the referral itself says anything of her, and leaves only under a decision. The others are codes and a day: what
she says there stays there, and why a referral has ended is nobody's to know.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from clew.exchange.kinds.telling import Condition, Handling, LegalBasis

Basis = Literal["consent", "child-safety"]

ReferralOutcome = Literal["accepted", "refused"]

ReferralRefusal = Literal[
    "",
    "no-place",
    "not-this-kind-of-help",
    "not-for-this-group",
    "not-in-this-language",
    "not-in-time",
    "not-competent",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """The least that a service needs to know, and until when an answer is wanted.

    `reference`: what the referral is called in this correspondence. `needs`: codes of the list `service_kinds`.
    `contact` and `situation` stand in it only where her consent names them.
    """

    subject: str
    purpose: str
    legal_basis: LegalBasis
    handling: Handling
    reference: str
    needs: tuple[str, ...]
    urgency: str
    answer_by: dt.datetime
    basis: Basis
    group: str = ""
    language: str = ""
    contact: str = ""
    situation: str = ""
    conditions: tuple[Condition, ...] = ()
    retain_until: str = ""


@dataclass(frozen=True, slots=True)
class ReferralAnswer:
    """The service takes her, or it does not; a refusal names its reason by a code, and nothing else has one."""

    outcome: ReferralOutcome
    code: ReferralRefusal = ""


@dataclass(frozen=True, slots=True)
class ReferralArrived:
    """She came, on that day (ISO 8601)."""

    on: str


@dataclass(frozen=True, slots=True)
class ReferralEnded:
    """It has ended, be it that she took her consent back or that it is not needed: the holder voids what it has."""
