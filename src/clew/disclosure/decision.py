"""May this leave, and why: the verdict on a letter and on each of its statements.

The strictest effect wins: refuse, then leave out, then second approval, then permit; nothing but a PERMIT permits
(release-rules.md, section 1). There is no rule's logic here: what a rule does is written in its file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from clew.disclosure.approvals import refused_roles
from clew.disclosure.context import person_context, statement_context, transfer_context
from clew.disclosure.engine import Answer, Engine
from clew.disclosure.facts import Inputs, PersonFacts, QuestionFacts, StatementFacts, unknown_person
from clew.disclosure.records import digest, to_plain
from clew.disclosure.ruleset import Effect, RuleSet

UNDECIDED = "engine"
NO_PERMIT = "no_permit"
APPROVAL_REFUSED = "approval_refused"
HOLDS_BACK = {Effect.REFUSE, Effect.SECOND, Effect.REDACT}
SENTENCES = {
    UNDECIDED: ("The engine could not decide.", "Complete what is missing; if nothing is, ask the administrator."),
    NO_PERMIT: ("No rule permits this.", "Use an instrument with safeguards, or a documented derogation."),
    APPROVAL_REFUSED: ("The second approval was refused.", "Speak with the officer who refused, and decide again."),
}
"""Reasons that no rule file holds, since they say that no rule gave an answer: (sentence, cure)."""


class Verdict(StrEnum):
    """What becomes of a letter or a statement, mildest first."""

    PERMIT = "permit"
    SECOND = "second"
    REDACT = "redact"
    REFUSE = "refuse"


ORDER = list(Verdict)
AS_VERDICT = {
    Effect.REFUSE: Verdict.REFUSE,
    Effect.SECOND: Verdict.SECOND,
    Effect.REDACT: Verdict.REDACT,
    Effect.PERMIT: Verdict.PERMIT,
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One policy that decided, with the sentence for the officer and what would change it (both in English)."""

    policy: str
    effect: str
    sentence: str
    cure: str
    role: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """The verdict on one statement, or on the letter as a whole (`statement` is `None`), with its reasons."""

    statement: int | None
    verdict: str
    reasons: tuple[Reason, ...]

    @property
    def permitted(self) -> bool:
        """Whether it may leave."""
        return self.verdict == Verdict.PERMIT


@dataclass(frozen=True, slots=True)
class Condition:
    """A text that travels with the letter."""

    policy: str
    text: str


@dataclass(frozen=True, slots=True)
class MissingApproval:
    """A role whose approval would lift something: the whole letter, or these statements."""

    role: str
    whole_letter: bool
    statements: tuple[int, ...]
    policies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RaisedTask:
    """Something a rule asks a human to do, for these statements."""

    policy: str
    task: str
    sentence: str
    statements: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The engine's whole answer. `inputs` is the digest of what it looked at, `ruleset` the version of the rules."""

    ruleset: str
    inputs: str
    letter: Ruling
    statements: tuple[Ruling, ...]
    conditions: tuple[Condition, ...]
    missing: tuple[MissingApproval, ...]
    tasks: tuple[RaisedTask, ...]

    @property
    def permitted(self) -> frozenset[int]:
        """The statements that may leave, none where the letter as a whole is refused."""
        if self.letter.verdict == Verdict.REFUSE:
            return frozenset()
        return frozenset(each.statement for each in self.statements if each.permitted and each.statement is not None)

    @property
    def ready(self) -> bool:
        """Whether the letter may be signed: permitted as a whole, and no asked-for approval still open."""
        return self.letter.permitted and not self.missing


def decide(inputs: Inputs, rules: RuleSet, engine: Engine | None = None) -> Outcome:
    """The outcome for one letter. Never raises: what goes wrong inside refuses.

    `engine`: one of these rules, whose answers to equal questions are used again.
    """
    try:
        if rules.strict and numbered_twice(inputs):
            return undecided(inputs, rules)
        return Decider(inputs, rules, engine).outcome()
    except Exception:  # noqa: BLE001 - a fault in here must refuse, not escape
        return undecided(inputs, rules)


def numbered_twice(inputs: Inputs) -> bool:
    """Whether two persons or two statements have one number: then nobody can tell of which of them a ruling speaks."""
    return any(len({each.id for each in some}) < len(some) for some in (inputs.persons, inputs.statements))


def undecided(inputs: Inputs | None, rules: RuleSet) -> Outcome:
    """The refusal of everything, because the engine could not decide."""
    refusal = (reason_of(UNDECIDED, rules),)
    chosen = inputs.statements if inputs else ()
    return Outcome(
        rules.version,
        digest(to_plain(inputs)) if inputs else "",
        Ruling(None, Verdict.REFUSE, refusal),
        tuple(Ruling(each.id, Verdict.REFUSE, refusal) for each in chosen),
        (),
        (),
        (),
    )


def reason_of(policy_id: str, rules: RuleSet) -> Reason:
    """A policy as a reason; the pseudo-policies of `SENTENCES` included."""
    if policy_id in SENTENCES:
        return Reason(policy_id, Effect.REFUSE, *SENTENCES[policy_id], "")
    policy = rules.policies[policy_id]
    rule = rules.rules[policy.rule]
    # What permits needs no cure; a policy that holds something back has its own, or that of its rule.
    own = policy.cure or next((each.cure for each in rule.policies if each.cure), "")
    cure = own if policy.effect in HOLDS_BACK else ""
    return Reason(policy_id, policy.effect, policy.sentence, cure, policy.role)


class Decider:
    """Asks the rules about one letter and each of its statements. Raises where a condition cannot be determined."""

    def __init__(self, inputs: Inputs, rules: RuleSet, engine: Engine | None = None) -> None:
        self.inputs = inputs
        self.rules = rules
        self.engine = engine if engine is not None and engine.rules is rules else Engine(rules)
        self.transfer = transfer_context(inputs.transfer, rules)
        self.refused = refused_roles(inputs.transfer.approvals, inputs.transfer.requester)
        self.persons = {person.id: person for person in inputs.persons}
        self._questions: dict[int, list[dict[str, Any]]] = {}

    def outcome(self) -> Outcome:
        letter = self.letter()
        rulings = tuple(self.statement(each) for each in self.inputs.statements)
        return Outcome(
            self.rules.version,
            digest(to_plain(self.inputs)),
            letter,
            rulings,
            self.conditions(rulings),
            _missing(letter, rulings),
            self.tasks(),
        )

    def letter(self) -> Ruling:
        verdicts = self._verdicts(self._release("send", {"transfer": self.transfer}))
        for question in self.inputs.transfer.questions:
            verdicts |= self.question(question)
        return self._ruling(None, verdicts)

    def question(self, question: QuestionFacts) -> dict[str, Verdict]:
        """What speaks against asking about somebody. Nothing permits a question but what permits its letter."""
        verdicts: dict[str, Verdict] = {}
        for context in self.asked(question):
            answer = self.engine.ask("ask", context)
            verdicts |= self._verdicts((UNDECIDED,) if answer.error else answer.policies)
        return verdicts

    def asked(self, question: QuestionFacts) -> list[dict[str, Any]]:
        """What one question of the letter poses: one for each person it is about."""
        if question.entity is None and (question.persons is None or not self.rules.strict):
            return []
        concerned = (
            [unknown_person(0)] if question.persons is None else [self.person(each) for each in question.persons]
        )
        return [
            {"transfer": self.transfer, "person": person_context(each, None, self.inputs.transfer, self.rules)}
            for each in concerned
        ]

    def person(self, person_id: int) -> PersonFacts:
        return self.persons.get(person_id) or unknown_person(person_id)

    def statement(self, statement: StatementFacts) -> Ruling:
        verdicts: dict[str, Verdict] = {}
        for context in self.questions(statement):
            verdicts |= self._verdicts(self._release("disclose", context))
            left_out = self.engine.ask("redact", context)
            verdicts |= self._verdicts((UNDECIDED,) if left_out.error else left_out.policies)
        return self._ruling(statement.id, verdicts)

    def questions(self, statement: StatementFacts) -> list[dict[str, Any]]:
        """What one statement of these inputs poses, each question once: persons of whom the same is known pose one."""
        if id(statement) not in self._questions:
            posed: list[dict[str, Any]] = []
            posed.extend(each for each in self.contexts(statement) if each not in posed)
            self._questions[id(statement)] = posed
        return self._questions[id(statement)]

    def contexts(self, statement: StatementFacts) -> list[dict[str, Any]]:
        """What is known for one statement: of each person it concerns, or once where it concerns nobody."""
        transfer = self.inputs.transfer
        persons = [person_context(each, statement, transfer, self.rules) for each in self.concerned(statement)]
        return [
            {
                "transfer": self.transfer,
                "statement": statement_context(statement, transfer, person["category"], self.rules),
                "person": person,
            }
            for person in persons
        ]

    def concerned(self, statement: StatementFacts) -> list[PersonFacts | None]:
        """Everyone the statement concerns; a person is concerned by what is said of her or links to her."""
        if statement.concerns is None:
            return [unknown_person(0)]
        ids = set(statement.concerns)
        ids |= {each for each in (statement.entity, statement.refers_to) if each in self.persons}
        if statement.schema == "Person":
            ids.add(statement.entity)
        if not ids:
            return [None]
        return [self.person(each) for each in sorted(ids)]

    def conditions(self, rulings: Iterable[Ruling]) -> tuple[Condition, ...]:
        """What travels: for the letter, and for what may leave. Nothing withheld leaves a condition behind."""
        answers = [self.engine.ask("condition_letter", {"transfer": self.transfer})]
        permitted = {each.statement for each in rulings if each.permitted}
        for statement in self.inputs.statements:
            if statement.id in permitted:
                answers += [self.engine.ask("condition", context) for context in self.questions(statement)]
        if any(answer.error for answer in answers):
            raise RuntimeError("A condition could not be determined.")
        ids = sorted({policy for answer in answers for policy in answer.policies})
        return tuple(Condition(each, self.rules.policies[each].condition) for each in ids)

    def tasks(self) -> tuple[RaisedTask, ...]:
        raised: dict[str, list[int]] = {}
        for policy in self._answered(self.engine.ask("notify_letter", {"transfer": self.transfer})):
            raised.setdefault(policy, [])
        for statement in self.inputs.statements:
            for context in self.questions(statement):
                for policy in self._answered(self.engine.ask("notify", context)):
                    if statement.id not in raised.setdefault(policy, []):
                        raised[policy].append(statement.id)
        return tuple(
            RaisedTask(each, self.rules.policies[each].task, self.rules.policies[each].sentence, tuple(raised[each]))
            for each in sorted(raised)
        )

    def _answered(self, answer: Answer) -> tuple[str, ...]:
        # A question that cannot be answered has already refused the release; it raises no task of its own.
        return () if answer.error else answer.policies

    def _release(self, action: str, context: dict[str, Any]) -> tuple[str, ...]:
        """The policies that decide a release. Where nothing permits, that is a reason beside the others."""
        answer = self.engine.ask(action, context)
        if answer.error:
            return (UNDECIDED,)
        if answer.allowed:
            return answer.policies
        permits = self.engine.ask(action, context, permits_only=True)
        return answer.policies if permits.allowed else (*answer.policies, NO_PERMIT)

    def _verdicts(self, policies: Iterable[str]) -> dict[str, Verdict]:
        verdicts: dict[str, Verdict] = {}
        for each in policies:
            if each in SENTENCES:
                verdicts[each] = Verdict.REFUSE
                continue
            policy = self.rules.policies[each]
            verdicts[each] = AS_VERDICT[policy.effect]
            if policy.effect is Effect.SECOND and policy.role in self.refused:
                verdicts[APPROVAL_REFUSED] = Verdict.REFUSE
        return verdicts

    def _ruling(self, statement: int | None, verdicts: Mapping[str, Verdict]) -> Ruling:
        """The strictest verdict, with every reason that is not a mere permit unless permits are all there is."""
        verdict = max(verdicts.values(), key=ORDER.index, default=Verdict.REFUSE)
        telling = [each for each, what in verdicts.items() if what is not Verdict.PERMIT or verdict is Verdict.PERMIT]
        telling = telling or [NO_PERMIT]
        ordered = sorted(telling, key=lambda each: (-ORDER.index(verdicts.get(each, Verdict.REFUSE)), each))
        return Ruling(statement, verdict, tuple(reason_of(each, self.rules) for each in ordered))


def _missing(letter: Ruling, rulings: Iterable[Ruling]) -> tuple[MissingApproval, ...]:
    """The approvals that would lift something. Where something is refused anyway, no approval is asked for it."""
    if letter.verdict == Verdict.REFUSE:
        return ()
    asked: dict[str, list[Ruling]] = {}
    for ruling in (letter, *rulings):
        if ruling.verdict == Verdict.SECOND:
            # A stricter reason would have made a stricter verdict, and what permits is not told.
            for role in sorted({each.role for each in ruling.reasons}):
                asked.setdefault(role, []).append(ruling)
    return tuple(
        MissingApproval(
            role,
            any(each.statement is None for each in rulings_of_role),
            tuple(each.statement for each in rulings_of_role if each.statement is not None),
            tuple(
                sorted({reason.policy for each in rulings_of_role for reason in each.reasons if reason.role == role})
            ),
        )
        for role, rulings_of_role in sorted(asked.items())
    )
