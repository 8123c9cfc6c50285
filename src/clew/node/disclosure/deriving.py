"""From a release to inputs, outcome and package: what is decided, and how it is stored and found again."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import logging
import secrets
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from clew.disclosure.decision import Outcome, Verdict, undecided
from clew.disclosure.decision import decide as ask_the_rules
from clew.disclosure.engine import Engine
from clew.disclosure.facts import ApprovalFacts, Inputs
from clew.disclosure.formats import FORMAT
from clew.disclosure.mosaic import Group
from clew.disclosure.package import (
    Draft,
    EntityNames,
    Package,
    Question,
    Reply,
    answer_outcomes,
    as_told,
    build_package,
    held_back,
)
from clew.disclosure.records import canonical, digest, to_plain
from clew.disclosure.ruleset import BrokenRules, Effect, RuleSet, shipped_rules
from clew.node.disclosure.coarsening import coarsened, mosaic_of, recognition_of
from clew.node.disclosure.gathering import Gathered, Registers, gather, registers_read_once
from clew.node.disclosure.models import Approval, Decision, LetterEntity, Release, RuleSetVersion
from clew.node.disclosure.particulars import particulars_of
from clew.node.disclosure.safeguards import derived_key
from clew.node.disclosure.sealed_reasons import named_openly
from clew.node.dossier.queries import guarded_persons
from clew.node.rulebook.queries import RuleBook, deciding_rules, sign_off_required, unsigned_rules

log = logging.getLogger(__name__)

SALT = 16
"""Bytes of random salt in what is digested."""

UNREADABLE = "unreadable"
"""Stands for the version of the rules where this node's own could not be used, so that everything was refused."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What one release comes to at one moment. `rules` is None where this node's own could not be used."""

    rules: RuleSet | None
    inputs: Inputs
    draft: Draft
    outcome: Outcome
    package: Package
    after_approval: Package
    mosaic: tuple[Group, ...]

    @property
    def unanswered(self) -> bool:
        """Whether facts that leave could name a person together, and nobody has said if someone would know her."""
        return bool(self.mosaic) and self.draft.recognition is None

    @property
    def stored_after(self) -> bytes:
        """What the preview shows of the time after every approval: the letter, and the facts that go together."""
        return canonical({"letter": self.after_approval.body.decode(), "mosaic": [to_plain(g) for g in self.mosaic]})

    @property
    def stored_inputs(self) -> bytes:
        """The canonical bytes of all that was looked at, the letter's own words included."""
        return canonical({"format": FORMAT, "inputs": to_plain(self.inputs), "draft": to_plain(self.draft)})

    @property
    def basis(self) -> str:
        """Digest of what an approver approves: everything but the approvals and the moment, and what would leave."""
        transfer = dataclasses.replace(self.inputs.transfer, approvals=(), now=dt.datetime.min.replace(tzinfo=dt.UTC))
        plain = {
            "inputs": to_plain(dataclasses.replace(self.inputs, transfer=transfer)),
            "draft": to_plain(self.draft),
            "ruleset": self.outcome.ruleset,
            "package": self.after_approval.digest,
        }
        return digest(plain)


def decision_digest(inputs: bytes, outcome: Any, package_digest: str) -> str:
    """SHA-256 over the digests of a decision's three parts."""
    parts = {"inputs": digest(json.loads(inputs)), "outcome": digest(outcome), "package": package_digest}
    return digest(parts)


def derive(release: Release, approvals: Iterable[Approval], now: dt.datetime) -> Derived:
    """Ask the rules about a release as it stands now, seen with the eyes of the officer who asks for it."""
    with registers_read_once() as registers:
        return derive_with(registers, release, approvals, now)


def derive_with(registers: Registers, release: Release, approvals: Iterable[Approval], now: dt.datetime) -> Derived:
    """`derive` for whoever derives several decisions together, and sees to it that nothing changes meanwhile."""
    if release.requested_by is None:
        raise LookupError("A release has no requester.")
    rules = _rules_in_force(registers.book, now.date())
    # Facts are gathered as always where no rules can be used, so that the record shows what was refused.
    gathered = gather(release, release.requested_by, rules or shipped_rules(), now, approvals, registers)
    draft = draft_of(release, gathered, registers.schemata)
    names = entity_names(release)
    categories = {each.id: each.category for each in gathered.inputs.persons}
    engine = Engine(rules) if rules is not None else None
    inputs, outcome, told = _settled(_with_unsigned(gathered.inputs, engine, registers.book), draft, engine)
    sender = inputs.transfer.sender.uid
    package = build_package(told, inputs.statements, outcome, names, categories, sender)
    approved = _approved(inputs, outcome, engine)
    after = package
    if approved is not outcome:
        after = build_package(told, inputs.statements, approved, names, categories, sender)
    mosaic = mosaic_of(inputs, draft, approved.permitted)
    draft = dataclasses.replace(draft, recognition=recognition_of(release, mosaic))
    return Derived(rules, inputs, draft, outcome, package, after, mosaic)


def _rules_in_force(book: RuleBook, on: dt.date) -> RuleSet | None:
    try:
        return deciding_rules(on, book)
    except BrokenRules as fault:
        log.error("The rules of this node cannot be used, so everything is refused: %s", fault)
        return None


def _outcome(inputs: Inputs, engine: Engine | None) -> Outcome:
    if engine is None:
        return dataclasses.replace(undecided(inputs, shipped_rules()), ruleset=UNREADABLE)
    return ask_the_rules(inputs, engine.rules, engine)


def _approved(inputs: Inputs, outcome: Outcome, engine: Engine | None) -> Outcome:
    """The outcome with every open approval given: the same where none is open."""
    return _outcome(_with_all_approvals(inputs, outcome), engine) if outcome.missing else outcome


def _with_unsigned(inputs: Inputs, engine: Engine | None, book: RuleBook) -> Inputs:
    """The inputs with the rules that would permit and await a lawyer's sign-off, where this node demands one (R00).

    Judged with every approval given: before, what waits for an approval does not show what would permit it.
    """
    if engine is None or not sign_off_required(book):
        return inputs
    after = _approved(inputs, _outcome(inputs, engine), engine)
    reasons = [reason for ruling in (after.letter, *after.statements) for reason in ruling.reasons]
    permitting = {engine.rules.policies[each.policy].rule for each in reasons if each.effect == Effect.PERMIT}
    unsigned = tuple(sorted(permitting & unsigned_rules(book)))
    return dataclasses.replace(inputs, transfer=dataclasses.replace(inputs.transfer, rules_unsigned=unsigned))


def _settled(inputs: Inputs, draft: Draft, engine: Engine | None) -> tuple[Inputs, Outcome, Draft]:
    """The outcome once the rules have seen the answers as they would leave, and the draft with these answers.

    An item of whose statements none may leave answers "no information", as an item on which nothing is held does; both
    are then approved alike (R43). An item of which something is withheld that may not show answers that, or "provided".
    Judged with every approval given, so that it does not change while they come in.
    """
    outcome = _outcome(inputs, engine)
    after = _approved(inputs, outcome, engine)
    hidden = held_back(after, engine.rules) if engine is not None else frozenset()
    told = as_told(draft, hidden)
    reply = dataclasses.replace(
        inputs.transfer.reply,
        outcomes=answer_outcomes(told, after.permitted),
        held_back=any(hidden & set(each.statements) for each in draft.replies),
    )
    if reply == inputs.transfer.reply:
        return inputs, outcome, told
    settled = dataclasses.replace(inputs, transfer=dataclasses.replace(inputs.transfer, reply=reply))
    return settled, _outcome(settled, engine), told


def _with_all_approvals(inputs: Inputs, outcome: Outcome) -> Inputs:
    """The inputs as they would be if every open approval were given: for the preview, never for a release."""
    open_ones = tuple(ApprovalFacts(each.role, f"open:{each.role}", granted=True) for each in outcome.missing)
    transfer = dataclasses.replace(inputs.transfer, approvals=(*inputs.transfer.approvals, *open_ones))
    return dataclasses.replace(inputs, transfer=transfer)


def draft_of(release: Release, gathered: Gathered, schemata_of: Callable[[Collection[int]], dict[int, str]]) -> Draft:
    """What the officer wrote and chose, as the package is made of it."""
    inputs = gathered.inputs
    entities = [each["entity"] for each in release.items if each.get("entity") is not None]
    schemata = schemata_of(entities) if entities else {}
    return Draft(
        type=release.kind,
        subject=release.subject,
        facts=release.facts,
        necessity=release.necessity,
        urgency=release.urgency,
        purpose=release.purpose,
        basis=(inputs.transfer.instrument.code, inputs.transfer.instrument.title),
        offence_codes=tuple(release.offence_codes),
        languages=tuple(release.languages),
        case_reference=release.case.reference if release.case else "",
        questions=tuple(
            Question(each.get("ask", ""), each.get("entity"), schemata.get(each.get("entity"), "Thing"), each["text"])
            for each in release.items
        ),
        replies=tuple(
            Reply(each["item"], each["outcome"], each["text"], tuple(each["statements"])) for each in release.answers
        ),
        cards=tuple(release.cards),
        coarser=coarsened(release, inputs.statements),
        particulars=particulars_of(release.particulars),
        onward=gathered.onward,
    )


def entity_names(release: Release) -> EntityNames:
    """How entities are called in this release's thread."""
    known: dict[int, str] = {}
    for each in LetterEntity.objects.filter(thread=release.thread).order_by("pk"):
        known.setdefault(each.entity_id, each.name)
    recipient = release.post or release.recipient
    return EntityNames(derived_key(b"clew entity ids in letters"), recipient, release.thread, known)


def rule_set_version(rules: RuleSet | None) -> RuleSetVersion:
    """The stored copy of these rules; without any files where none could be used."""
    version, files = (rules.version, rules.files) if rules is not None else (UNREADABLE, {})
    found, _made = RuleSetVersion.objects.get_or_create(
        version=version, defaults={"files": files, "first_used": timezone.now()}
    )
    return found


def store(decision: Decision, derived: Derived) -> None:
    """Put what was derived into the decision's row."""
    decision.ruleset = rule_set_version(derived.rules)
    # The digests of both travel in the letter: without salt, a recipient could check a guess at what is withheld.
    decision.sealed_for = guarded_persons([each.id for each in derived.inputs.persons])
    decision.inputs = canonical({**json.loads(derived.stored_inputs), "salt": secrets.token_hex(SALT)})
    decision.outcome = {**to_plain(derived.outcome), "salt": secrets.token_hex(SALT)}
    decision.basis = derived.basis
    decision.digest = decision_digest(bytes(decision.inputs), decision.outcome, derived.package.digest)
    decision.package = derived.package.body
    decision.package_digest = derived.package.digest
    decision.after = derived.stored_after
    decision.save()


def verdicts_of(outcome: Outcome, rules: RuleSet | None) -> Collection[tuple[int, str, list[str]]]:
    """(statement, verdict, policies) for each statement; all refused where the letter is.

    A neutral policy is not named: whoever may see a register may not for that reason see why.
    """
    rules = rules or shipped_rules()
    refused = outcome.letter.verdict == Verdict.REFUSE
    return [
        (
            each.statement,
            Verdict.REFUSE if refused else each.verdict,
            named_openly((reason.policy for reason in each.reasons), rules),
        )
        for each in outcome.statements
        if each.statement is not None
    ]
