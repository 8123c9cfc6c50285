"""What makes a letter lawful or stops it, as named humans found and recorded it; part of `clew.disclosure.facts`."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DerogationFacts:
    """A derogation for a single case (Directive (EU) 2016/680, Art. 38). `ground` is empty where none is invoked.

    `repeated`: the same ground was used towards the same recipient lately.
    """

    ground: str
    individual: bool
    documented: bool
    repeated: bool
    rights_override: bool


@dataclass(frozen=True, slots=True)
class AssessmentFacts:
    """The controller's own assessment of safeguards (R07). `reference` is empty where none covers this recipient."""

    reference: str
    category: str
    made: dt.date | None
    expires: dt.date | None


@dataclass(frozen=True, slots=True)
class DirectTransferFacts:
    """Why a recipient abroad that is no competent authority is written to (R15): the documented words of each ground.

    `authority_not_informed`: why telling the competent authority would be inappropriate, else empty.
    """

    strict_necessity: str
    rights_balanced: str
    authority_route_fails: str
    purpose_told: str
    authority_not_informed: str


@dataclass(frozen=True, slots=True)
class DangerFacts:
    """An immediate danger (R09) and the `state` where it threatens.

    `kind`: `life`, `freedom`, `physical_integrity` or empty.
    """

    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class OffenceFacts:
    """What a named human found of the offence (R21, R22, R24).

    `nature`: `ordinary`, `political`, `military`, `religious`, `racial` or `unknown`. `discrimination`: `none`,
    `indicators`, `substantial` or `unknown`. `dual_criminality`: `met`, `not_met` or `unknown`.
    """

    nature: str
    discrimination: str
    dual_criminality: str


@dataclass(frozen=True, slots=True)
class RefusalFacts:
    """A refusal of the state (R25, R27); `reason` and `consulted` in words. `ground` is empty where none applies."""

    ground: str
    reason: str
    consulted: str


@dataclass(frozen=True, slots=True)
class JeopardyFacts:
    """Whether it would jeopardise an investigation or a person (R26): `no`, `yes`, `unknown`; when to look again."""

    state: str
    review: dt.date | None


@dataclass(frozen=True, slots=True)
class ConditionsFirstFacts:
    """Conditions announced before spontaneous information (R12).

    `needed`: the sender wants them accepted first. `state`: `none`, `announced`, `accepted` or `declined`. `reference`:
    where the recipient's answer is recorded.
    """

    needed: bool
    state: str
    reference: str


@dataclass(frozen=True, slots=True)
class ReplyFacts:
    """How an answer would leave (R43): `outcomes` of its items; a neutral form, a size class, a dispatch slot.

    `held_back`: it would carry something that a neutral policy withholds (R20, R41), so that by its outcomes nothing
    may show.
    """

    outcomes: tuple[str, ...]
    held_back: bool
    neutral: bool
    padded: bool
    queued: bool


@dataclass(frozen=True, slots=True)
class JointFacts:
    """A joint-investigation agreement whose material is sent (R35, R36), as it stands towards this recipient today.

    `outside_use`: `no`, `consent` (of where it came from) or `clause` (as the agreement says). `members`: uids of the
    organisations that are members today.
    """

    code: str
    known: bool
    in_period: bool
    suspended: bool
    sender_member: bool
    recipient_member: bool
    recipient_needs_basis: bool
    recipient_has_basis: bool
    purposes: tuple[str, ...]
    outside_use: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SettingsFacts:
    """What this node has set: days a risk assessment holds (G1), years of first retention (R31), limits of R42.

    `stale_days`: days after which what was last seen, or else recorded, is not verified lately (R29).
    """

    risk_days: int
    retention_years: int
    selectors_second: int
    selectors_refuse: int
    stale_days: int


@dataclass(frozen=True, slots=True)
class AssuranceFacts:
    """The recipient's written assurance (R23). `text` is empty where there is none that covers this letter."""

    text: str
    issuer: str
    issued: dt.date | None
    expires: dt.date | None
    doubts_on_torture: bool
