"""What the rules look at: facts of the transfer, of each statement, and of each person a statement concerns.

No field has a default. An input that nobody supplied is missing, and what is missing refuses; "nobody has said" is a
value of its own (`unknown`, an empty text, `None`), for which each rule says what follows.
Countries are ISO 3166-1 alpha-2 codes in lower case. Dates are days, `now` is an aware moment in UTC.
"""

import datetime as dt
from dataclasses import dataclass

from clew.disclosure.grounds import AssessmentFacts as AssessmentFacts
from clew.disclosure.grounds import AssuranceFacts as AssuranceFacts
from clew.disclosure.grounds import ConditionsFirstFacts as ConditionsFirstFacts
from clew.disclosure.grounds import DangerFacts as DangerFacts
from clew.disclosure.grounds import DerogationFacts as DerogationFacts
from clew.disclosure.grounds import DirectTransferFacts as DirectTransferFacts
from clew.disclosure.grounds import JeopardyFacts as JeopardyFacts
from clew.disclosure.grounds import JointFacts as JointFacts
from clew.disclosure.grounds import OffenceFacts as OffenceFacts
from clew.disclosure.grounds import RefusalFacts as RefusalFacts
from clew.disclosure.grounds import ReplyFacts as ReplyFacts
from clew.disclosure.grounds import SettingsFacts as SettingsFacts


@dataclass(frozen=True, slots=True)
class SenderFacts:
    """The organisation that sends; `kind` is a code of the list `party_kinds`."""

    uid: str
    country: str
    kind: str


@dataclass(frozen=True, slots=True)
class RecipientFacts:
    """Who would read it. `states`: its own state, its seat's, and those of every post the letter passes through.

    `onward`: further states to which it is known to pass on, for instance the other members of a joint team.
    `adequacy`: reference of an adequacy decision in force for its state and sector, else empty. `confidentiality`:
    whether it can keep a request confidential, `yes`, `no` or `unknown`. `consular`: a consulate, or an embassy's
    consular section. `status` is `active` or a reason why not; `keys` is `usable` or a reason why not: its own, or that
    of a post on the way. `organisation`: the uid of whose post it is, else its own.
    """

    uid: str
    country: str
    kind: str
    states: tuple[str, ...]
    onward: tuple[str, ...]
    competent: bool
    adequacy: str
    confidentiality: str
    consular: bool
    status: str
    keys: str
    organisation: str


@dataclass(frozen=True, slots=True)
class InstrumentFacts:
    """The legal basis named: whether it holds between exactly these parties, today, for this letter and purpose.

    `dual_criminality`: `not_required`, `may_decline` or `mandatory`, as the instrument and the states' settings say.
    """

    code: str
    title: str
    kind: str
    between_parties: bool
    in_force: bool
    enables: bool
    safeguards: bool
    treaty: bool
    dual_criminality: str
    fictional: bool


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """A question of the letter: its code, whether it names an entity, and whom that entity concerns.

    `persons` is `None` where it is not known whom the entity concerns.
    """

    ask: str
    entity: int | None
    persons: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class ApprovalFacts:
    """An officer's recorded answer in a role; `granted` is false where she refused."""

    role: str
    officer: str
    granted: bool


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """One letter to one recipient. `use` is `intelligence` or `evidence`; `requester` names the officer who asks.

    `words_naming`: which of the officer's own texts name somebody of whom this recipient may not be told
    (`clew.disclosure.guard`); `words_repeating`: which repeat what another gave and has not authorised it to read.
    `authorisation_not_in_time`: why whoever gave what is sent cannot be asked in time, else empty (R04).
    `confidential`: the facts and existence of the request are to stay confidential (R14). `to_accused`: the letter
    discloses to the accused through the court; `provider_notified`: whoever gave the facts was told before (R13).
    `selectors`: how many persons and facts the request asks about (R42). `requester_flagged`: a legal adviser has
    flagged the organisation that asks (R21). `corrects`, `correction_reason`: the letter corrected or recalled (R30).
    `rules_unsigned`: rules that await a lawyer's sign-off where this node demands one.
    """

    letter: str
    purpose: str
    necessity: str
    case: str
    use: str
    urgency: str
    offence_codes: tuple[str, ...]
    immediate_danger: bool
    danger: DangerFacts
    authorisation_not_in_time: str
    legal_duty: str
    confidential: bool
    to_accused: bool
    provider_notified: bool
    selectors: int
    requester: str
    requester_flagged: bool
    corrects: str
    correction_reason: str
    words_naming: tuple[str, ...]
    words_repeating: tuple[str, ...]
    log_writable: bool
    evidence_approval: str
    pledge: str
    translations_complete: bool
    sender: SenderFacts
    recipient: RecipientFacts
    instrument: InstrumentFacts
    derogation: DerogationFacts
    assessment: AssessmentFacts
    direct: DirectTransferFacts
    assurance: AssuranceFacts
    offence: OffenceFacts
    refusal: RefusalFacts
    jeopardy: JeopardyFacts
    conditions_first: ConditionsFirstFacts
    reply: ReplyFacts
    questions: tuple[QuestionFacts, ...]
    joint: tuple[JointFacts, ...]
    settings: SettingsFacts
    rules_unsigned: tuple[str, ...]
    approvals: tuple[ApprovalFacts, ...]
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class AuthorisationFacts:
    """One organisation of the chain, `by`, allows one recipient: for this purpose, or any where it is empty.

    `evidence`: it allows the use as evidence too (R11).
    """

    by: str
    recipient: str
    purpose: str
    evidence: bool


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """One statement as the dossier holds it.

    `chain`: uids of every organisation it passed through on its way here, the originator first, this one not among
    them; `owner` is whose it is. `concerns`: the persons it concerns, `None` where that is not known. `refers_to`: the
    entity a link points to. `nature`: `fact` or `assessment`. `live` is false once corrected or retracted; `restricted`
    once it is wrong, recalled or its processing is restricted (R30). `needed`, `minimum`: why the request strictly
    needs it, why it belongs to the least that a danger warning must say; else empty. `on_hold`: it would jeopardise an
    investigation or a person (R26). `exculpatory`: it speaks for the accused (R13). `compelled`: of an act that a
    victim was compelled to (R40). `reveals_request`: it tells of a partner's confidential request (R14). `joint`: code
    of the joint-investigation agreement it is material of.
    """

    id: int
    entity: int
    schema: str
    prop: str
    value: str
    original: str | None
    lang: str | None
    reliability: str
    accuracy: int
    nature: str
    handling: str
    handling_text: str
    owner: str
    chain: tuple[str, ...]
    authorisations: tuple[AuthorisationFacts, ...]
    purpose: str
    recorded: dt.date
    retain_until: dt.date | None
    seen_on: dt.date | None
    field_class: str
    live: bool
    restricted: bool
    shelter: bool
    needed: str
    minimum: str
    on_hold: bool
    exculpatory: bool
    compelled: bool
    reveals_request: bool
    joint: str
    concerns: tuple[int, ...] | None
    refers_to: int | None


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """What a person agreed to; `items` as in rules/consent_items.yaml, `recipient` a party's uid.

    `guardian_standing`: `not_needed` where the person gave it herself, else `good`, `conflict`, `unknown` or `ended`.
    `organisation`: the uid of whose post the recipient is, else its own; empty where nobody knows. `recorded_at` and
    `withdrawn_at`: the moments at which it was recorded and taken back, `None` where nobody knows.
    """

    purpose: str
    recipient: str
    items: tuple[str, ...]
    given_by: str
    guardian_standing: str
    assent: bool
    method: str
    given: dt.date
    expires: dt.date
    withdrawn: bool
    organisation: str
    recorded_at: dt.datetime | None
    withdrawn_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class RiskFacts:
    """An assessment of the risk of retaliation if this state learns of the person."""

    state: str
    assessed: dt.date
    favourable: bool


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """One person, as named humans recorded it. Words that nobody has said are `unknown`; `origin` then is `None`.

    `guardian`: of a child, `good`, `none`, `conflict` or `unknown`. `best_interests`: whether a best-interests
    determination is recorded, `yes`, `no`, `unknown`. `role_conflict`: a victim who is also suspected, or the other way
    round (R40). `public_role`: holds or held a public or political role, or speaks in public (R21).
    """

    id: int
    category: str
    child: str
    origin: tuple[str, ...] | None
    protection: str
    feared: tuple[str, ...]
    witness_protection: str
    sheltered: str
    guardian: str
    best_interests: str
    role_conflict: str
    public_role: str
    consents: tuple[ConsentFacts, ...]
    risks: tuple[RiskFacts, ...]


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that one decision looks at."""

    transfer: TransferFacts
    statements: tuple[StatementFacts, ...]
    persons: tuple[PersonFacts, ...]


def unknown_person(person_id: int) -> PersonFacts:
    """A person of whom nobody has recorded anything."""
    said = "unknown"
    return PersonFacts(person_id, said, said, None, said, (), said, said, said, said, said, said, (), ())
