"""The body of a letter: the exact bytes the recipient will read, made of permitted statements only.

Nothing here looks at what is withheld: statements are numbered 1..n without gaps, entities appear only where a
permitted statement or a question speaks of them, and handling, retention and conditions follow from what is sent.
Entity ids are made per recipient and thread, so that two letters cannot be joined by them. An answer carries words
only where it carries statements: else "none held" and "may not be said" would read differently (R20, R43). Where of an
item something is withheld of which nothing may show, its outcome is what it would be if that were not held at all.
"""

import base64
import dataclasses
import datetime as dt
import hmac
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from clew.disclosure.decision import Outcome
from clew.disclosure.facts import StatementFacts
from clew.disclosure.particulars import NOTHING, REFERRAL, REFERRAL_SUBJECT, Particulars
from clew.disclosure.records import canonical
from clew.disclosure.ruleset import RuleSet

NO_INFORMATION = "no-information"
PROVIDED = "provided"
WITH_STATEMENTS = {PROVIDED, "partly"}
OF_STATEMENTS = frozenset({"entities", "persons", "statements", "facts", "items", "answers", "cards", "retain_until"})
HANDLING = ("H0", "H1", "H2", "H3")
LEAST = {"type", "urgency", "purpose", "legal_basis", "handling", "conditions", "retain_until"}
"""What of the frame stands in a referral: no number of a case, no words on why, no statement as others carry them."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of an entity; `ask` is a code or empty, `entity` `None` for a question about no entity."""

    ask: str
    entity: int | None
    schema: str
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to the item of that number; `statements` are the chosen ones, permitted or not."""

    item: int
    outcome: str
    text: str
    statements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Coarsened:
    """A statement that leaves with a less exact value, at a level of `clew.disclosure.coarsening`.

    An empty value means that the level does not fit the statement: then it does not leave at all.
    """

    statement: int
    level: str
    value: str


@dataclass(frozen=True, slots=True)
class Recognition:
    """The officer's answer whether someone who knew her could recognise the person (`yes`, `no`), and why."""

    answer: str
    reason: str
    officer: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Onward:
    """A condition under which whoever gave a statement allows this recipient to have it."""

    statement: int
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What an officer wrote and chose. `basis` is (code, title) of the instrument.

    `recognition` is her answer where facts that leave could name a person together, `None` where she has given none.
    """

    type: str
    subject: str
    facts: str
    necessity: str
    urgency: str
    purpose: str
    basis: tuple[str, ...]
    offence_codes: tuple[str, ...]
    languages: tuple[str, ...]
    case_reference: str
    questions: tuple[Question, ...]
    replies: tuple[Reply, ...]
    cards: tuple[str, ...]
    coarser: tuple[Coarsened, ...] = ()
    recognition: Recognition | None = None
    particulars: Particulars = NOTHING
    onward: tuple[Onward, ...] = ()


@dataclass(frozen=True, slots=True)
class EntityNames:
    """How entities are called in one thread with one recipient: ids already used there, else a keyed digest."""

    key: bytes
    recipient: str
    thread: str
    known: Mapping[int, str]

    def name(self, entity: int) -> str:
        """The entity's id in this thread: 26 characters of base32 (130 bits of HMAC-SHA-256)."""
        if entity in self.known:
            return self.known[entity]
        message = canonical(["clew-entity", self.recipient, self.thread, entity])
        return base64.b32encode(hmac.new(self.key, message, sha256).digest()).decode()[:26].lower()


@dataclass(frozen=True, slots=True)
class Package:
    """The bytes, and which entity each of their ids stands for (kept here, never sent)."""

    body: bytes
    entities: dict[str, int]

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hexadecimal."""
        return sha256(self.body).hexdigest()


def build_package(
    draft: Draft,
    statements: Iterable[StatementFacts],
    outcome: Outcome,
    names: EntityNames,
    categories: Mapping[int, str],
    sender: str,
) -> Package:
    """The letter body for this outcome.

    `categories` are those of the persons whom statements concern: suspect, victim and witness are told apart for the
    recipient too (R17), by an id that names nobody, so that she can guard what she receives. A statement that others
    gave to `sender` says through whose hands it came, so that the recipient asks each of them before passing it on.
    """
    coarser = {each.statement: each.value for each in draft.coarser}
    sent = [_as_sent(each, coarser) for each in statements if each.id in outcome.permitted]
    sent = [each for each in sent if each.value or each.refers_to is not None]
    numbers = {each.id: n for n, each in enumerate(sent, 1)}
    used = _entities(sent, draft.questions)
    named = {each.id: (names.name(each.entity), each.value) for each in sent if each.id not in coarser}
    body: dict[str, Any] = {
        "type": draft.type,
        "subject": draft.subject,
        "facts": draft.facts,
        "necessity": draft.necessity,
        "urgency": draft.urgency,
        "purpose": draft.purpose,
        "legal_basis": dict(zip(("code", "title"), draft.basis, strict=True)),
        "offence_codes": list(draft.offence_codes),
        "handling": handling_of(sent),
        "conditions": _conditions(draft, sent, outcome),
        "retain_until": _earliest(each.retain_until for each in sent),
        "languages": list(draft.languages),
        "case_reference": draft.case_reference,
        "entities": [{"id": names.name(entity), "schema": schema} for entity, schema in used.items()],
        "persons": _persons(sent, categories, names),
        "statements": [
            _statement(each, numbers[each.id], names, sender) | ({"coarsened": True} if each.id in coarser else {})
            for each in sent
        ],
        "items": [_question(n, each, names) for n, each in enumerate(draft.questions, 1)],
        "answers": [_answer(each, numbers) for each in draft.replies],
        "cards": list(draft.cards),
    }
    if draft.type == REFERRAL:
        body = {name: value for name, value in body.items() if name in LEAST} | {"subject": REFERRAL_SUBJECT}
    body |= draft.particulars.body(numbers, named)
    if draft.particulars.compared is not None:
        # Of what the statements say a point or an item leaves, and nothing that would tell of which or how many.
        body = {name: value for name, value in body.items() if name not in OF_STATEMENTS}
        return Package(canonical(_without_empty(body)), {})
    spoken_of = {*used, *(person for each in sent for person in each.concerns or ())}
    return Package(canonical(_without_empty(body)), {names.name(entity): entity for entity in sorted(spoken_of)})


def _conditions(draft: Draft, sent: Iterable[StatementFacts], outcome: Outcome) -> list[dict[str, str]]:
    """Those of the rules, those of whoever gave what is passed on, and the officer's own.

    A condition of a statement that stays here is not told: it would show that there is one.
    """
    leave = {each.id for each in sent}
    onward = dict.fromkeys(each.text for each in draft.onward if each.statement in leave)
    by_rule = [{"rule": each.policy, "text": each.text} for each in outcome.conditions]
    said = {each.text for each in outcome.conditions}
    words = (each for each in dict.fromkeys((*onward, *draft.particulars.conditions)) if each not in said)
    return [*by_rule, *({"text": each} for each in words)]


def as_told(draft: Draft, held_back: Collection[int]) -> Draft:
    """The draft with the outcomes that may be told where a neutral policy withholds these statements (R20, R43).

    Never partly, refused or postponed by the officer's word: each would tell that there is something to withhold.
    """
    replies = tuple(
        dataclasses.replace(each, outcome=PROVIDED) if set(each.statements) & set(held_back) else each
        for each in draft.replies
    )
    return dataclasses.replace(draft, replies=replies)


def held_back(outcome: Outcome, rules: RuleSet) -> frozenset[int]:
    """The statements that a policy withholds whose name alone would tell the reason."""
    return frozenset(
        each.statement
        for each in outcome.statements
        if each.statement is not None
        and not each.permitted
        and any(rules.policies[reason.policy].neutral for reason in each.reasons if reason.policy in rules.policies)
    )


def answer_outcomes(draft: Draft, permitted: Collection[int]) -> tuple[str, ...]:
    """The outcome that each answer would show if these statements may leave, in the order of the answers."""
    return tuple(_shown_outcome(each, any(one in permitted for one in each.statements)) for each in draft.replies)


def handling_of(sent: Iterable[StatementFacts]) -> dict[str, str]:
    """The strictest handling code of what is sent, with every restriction in words; H0 where nothing is."""
    statements = list(sent)
    code = max((each.handling for each in statements), key=HANDLING.index, default=HANDLING[0])
    texts = dict.fromkeys(each.handling_text.strip() for each in statements if each.handling_text.strip())
    return _without_empty({"code": code, "text": "\n".join(texts)})


def _entities(sent: Iterable[StatementFacts], questions: Iterable[Question]) -> dict[int, str]:
    """The entities spoken of, in the order in which they first appear, each with its schema where one is known."""
    used: dict[int, str] = {}
    for each in sent:
        used[each.entity] = each.schema
    for question in questions:
        if question.entity is not None:
            used.setdefault(question.entity, question.schema)
    for each in sent:
        if each.refers_to is not None:
            used.setdefault(each.refers_to, "Thing")
    return used


def _persons(sent: Iterable[StatementFacts], categories: Mapping[int, str], names: EntityNames) -> list[dict[str, str]]:
    """Whom the statements concern, in the order in which they first appear."""
    concerned = dict.fromkeys(person for each in sent for person in each.concerns or ())
    return [{"id": names.name(each), "category": categories.get(each, "unknown")} for each in concerned]


def _statement(each: StatementFacts, number: int, names: EntityNames, sender: str) -> dict[str, Any]:
    return _without_empty(
        {
            "n": number,
            "entity": names.name(each.entity),
            "prop": each.prop,
            "concerns": [names.name(person) for person in each.concerns or ()],
            "value": each.value if each.refers_to is None else names.name(each.refers_to),
            "original": each.original,
            "lang": each.lang,
            "reliability": each.reliability,
            "accuracy": each.accuracy,
            "nature": each.nature,
            "handling": each.handling,
            "chain": [uid for uid in dict.fromkeys((*each.chain, each.owner)) if uid not in {"", sender}],
            "seen_on": each.seen_on.isoformat() if each.seen_on else None,
        }
    )


def _as_sent(each: StatementFacts, coarser: Mapping[int, str]) -> StatementFacts:
    """The statement as it leaves. A coarsened one has no original spelling and no day: both could give it away."""
    if each.id not in coarser:
        return each
    return dataclasses.replace(each, value=coarser[each.id], original=None, lang=None, seen_on=None, refers_to=None)


def _question(number: int, question: Question, names: EntityNames) -> dict[str, Any]:
    entity = None if question.entity is None else names.name(question.entity)
    return _without_empty({"n": number, "ask": question.ask, "entity": entity, "text": question.text})


def _answer(reply: Reply, numbers: Mapping[int, int]) -> dict[str, Any]:
    shown = [numbers[each] for each in reply.statements if each in numbers]
    if _shown_outcome(reply, bool(shown)) == NO_INFORMATION:
        return {"item": reply.item, "outcome": NO_INFORMATION}
    return _without_empty(
        {"item": reply.item, "outcome": reply.outcome, "text": reply.text, "statements": sorted(shown)}
    )


def _shown_outcome(reply: Reply, has_statements: bool) -> str:
    return NO_INFORMATION if reply.outcome in WITH_STATEMENTS and not has_statements else reply.outcome


def _earliest(days: Iterable[dt.date | None]) -> str | None:
    known = [day for day in days if day is not None]
    return min(known).isoformat() if known else None


def _without_empty(record: Mapping[str, Any]) -> dict[str, Any]:
    """A key with no content is left out, so that absence has one form."""
    return {key: value for key, value in record.items() if value not in (None, "", [], {}, ())}
