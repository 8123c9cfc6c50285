"""Every type of letter as data: who may write it in answer to what, and whether an officer must release it.

A **content** letter has room for somebody's words or facts, and leaves only under a release decision that an officer
signed. A **control** letter has no field in which a sentence, a name or a fact could stand: codes of closed lists,
numbers, digests, days and ids. It needs no release and must not wait for one: a recall that had to be approved first
would reach the holders too late.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Carries(StrEnum):
    """What a type of letter has room for."""

    CONTENT = "content"
    CONTROL = "control"


class Writer(StrEnum):
    """Who may write it, as seen from the letter that it refers to."""

    SAME = "same"
    OTHER = "other"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of letter.

    `refers_to`: types that `in_reply_to` may name; `must_refer`: it may not be left out. `writer`: who may write it.
    `threaded`: it belongs to a correspondence; what concerns the whole network does not.
    """

    name: str
    carries: Carries
    refers_to: frozenset[str] = frozenset()
    must_refer: bool = True
    writer: Writer = Writer.OTHER
    threaded: bool = True


def _kind(name: str, carries: Carries, refers_to: str = "", **more: bool | Writer) -> Kind:
    return Kind(name, carries, frozenset(refers_to.split()), **more)  # type: ignore[arg-type]


TOLD: Final = "request reply clarified notify result correct"
"""Types that bring facts: they can be corrected, recalled, and asked about."""

_CONTENT, _CONTROL = Carries.CONTENT, Carries.CONTROL
_ALL: Final = (
    # What letters could say before there was this table is not narrowed: they may be on the road, and are in stores.
    _kind("request", _CONTENT, must_refer=False),
    _kind("reply", _CONTENT, "request", must_refer=False),
    _kind("notify", _CONTENT, "accept-conditions", must_refer=False),
    _kind("introduction", _CONTENT, must_refer=False),
    _kind("receipt", _CONTROL, must_refer=False, threaded=False),
    _kind("checkpoint", _CONTROL, must_refer=False, threaded=False),
    _kind("cosignature", _CONTROL, must_refer=False, threaded=False),
    _kind("clarify", _CONTENT, "request"),
    _kind("clarified", _CONTENT, "clarify"),
    _kind("offer", _CONTENT, must_refer=False),
    _kind("accept-conditions", _CONTROL, "offer"),
    _kind("decline-conditions", _CONTROL, "offer"),
    _kind("consent-request", _CONTENT, TOLD),
    _kind("consent-grant", _CONTENT, "consent-request"),
    _kind("consent-deny", _CONTROL, "consent-request"),
    _kind("correct", _CONTENT, TOLD, writer=Writer.SAME),
    _kind("correct-ack", _CONTROL, "correct"),
    _kind("recall", _CONTROL, f"{TOLD} consent-grant evidence-announce", writer=Writer.SAME),
    _kind("recall-ack", _CONTROL, "recall"),
    _kind("status-query", _CONTROL, "request correct recall evidence-announce", writer=Writer.SAME),
    _kind("status", _CONTROL, "status-query request correct recall evidence-announce"),
    _kind("result", _CONTENT, "request reply notify", writer=Writer.EITHER),
    _kind("withdraw", _CONTROL, "request offer consent-request", writer=Writer.SAME),
    _kind("referral", _CONTENT, must_refer=False),
    _kind("referral-answer", _CONTROL, "referral"),
    _kind("referral-arrived", _CONTROL, "referral"),
    _kind("referral-ended", _CONTROL, "referral", writer=Writer.SAME),
    _kind("evidence-announce", _CONTENT, "request", must_refer=False),
    _kind("evidence-close", _CONTROL, "evidence-announce", writer=Writer.SAME),
    _kind("evidence-receipt", _CONTROL, "evidence-close"),
    _kind("private-question", _CONTENT, must_refer=False),
    _kind("private-answer", _CONTENT, "private-question"),
    _kind("private-hit", _CONTROL, "private-answer"),
    _kind("directory-update", _CONTROL, must_refer=False, threaded=False),
    _kind("key-rotate", _CONTROL, must_refer=False, threaded=False),
    _kind("suspend", _CONTROL, must_refer=False, threaded=False),
)

KINDS: Final = {kind.name: kind for kind in _ALL}

CONTROL: Final = tuple(kind.name for kind in _ALL if kind.carries is Carries.CONTROL)
"""Letters that no instrument has to enable: they tell nothing."""

ENABLED_WITH: Final = {
    "clarify": ("reply",),
    "clarified": ("request",),
    "correct": ("request", "reply", "notify"),
    "result": ("request", "reply", "notify"),
    "consent-request": ("request", "reply", "notify"),
    "consent-grant": ("request", "reply", "notify"),
    "offer": ("notify",),
    "referral": ("notify",),
    "private-question": ("notify",),
    "private-answer": ("notify",),
}
"""Letters with content that no instrument names, each with those whose permission is its own, too.

Whoever may answer a request may ask what it means, and whoever may write it may say so. Whoever may tell something must
put it right where it was wrong (Directive (EU) 2016/680, Art. 7(3)), may be told what came of it, and is asked
before it is used for anything else. Whoever may be told a fact unasked may be asked to help her. Whoever compares
identifiers tells what both hold: that needs what telling it unasked needs.
"""

NEVER_NAMED: Final = (*CONTROL, *ENABLED_WITH)
"""Types of letters that an instrument does not name."""

LONG_KNOWN: Final = frozenset({"request", "reply", "notify", "introduction", "receipt"})
"""Types that were written before the rules on reference and order of their parts: what they said stays readable."""

CLARIFYING: Final = frozenset({"clarify", "clarified"})
"""What a request means is asked and answered; its clock stands in between."""

PROGRESS: Final = frozenset({"status-query", "status", "withdraw"})
"""How far a request is, and that it is not needed any more."""

RECALLS: Final = frozenset({"recall", "recall-ack"})
"""A letter is taken back, and its holder says what became of it."""

CORRECTIONS: Final = frozenset({"correct", "correct-ack"})
"""Statements of a letter are replaced or struck out, and its holder says that it has done so."""

EVIDENCE: Final = frozenset({"evidence-announce", "evidence-close", "evidence-receipt"})
"""Files are announced, made readable, and answered for."""

CONSENTS: Final = frozenset({"consent-request", "consent-grant", "consent-deny"})
"""Another use of what was given is asked for, and allowed or not."""

OFFERS: Final = frozenset({"offer", "accept-conditions", "decline-conditions"})
"""Conditions are announced, and taken or not, before anything is told under them."""

REFERRALS: Final = frozenset({"referral", "referral-answer", "referral-arrived", "referral-ended"})
"""A service is asked to help a person, answers, says that she came; and it is said that the referral has ended."""

COMPARISONS: Final = frozenset({"private-question", "private-answer", "private-hit"})
"""Lists are compared, and neither is shown."""

OF_ITSELF: Final = frozenset({"directory-update", "key-rotate", "suspend"})
"""What a party says of itself: what its card says anew, its next keys, that it is suspended or leaves."""

HANDLED: Final = (
    LONG_KNOWN
    | {"checkpoint", "cosignature", "result"}
    | OF_ITSELF
    | CLARIFYING
    | PROGRESS
    | RECALLS
    | CORRECTIONS
    | EVIDENCE
    | CONSENTS
    | OFFERS
    | REFERRALS
    | COMPARISONS
)
"""Types that a node acts on today. It refuses the others as unknown: an accepted recall that nobody carries out would
be worse than one that its sender knows was refused."""

LIFE_IN_DANGER: Final = "life_in_danger"


def is_danger_warning(body: dict[str, object]) -> bool:
    """Whether a letter warns of a danger: a notification with that purpose (R09). It goes first and waits for nothing.

    It has no type of its own, so that a node that knows only notifications takes it as well.
    """
    return body.get("type") == "notify" and body.get("purpose") == LIFE_IN_DANGER
