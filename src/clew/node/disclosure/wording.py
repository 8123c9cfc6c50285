"""The rules' words in the reader's language, and a letter's bytes as a page shows them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clew import vocabulary
from clew.disclosure import texts
from clew.disclosure.decision import SENTENCES, RaisedTask
from clew.disclosure.particulars import CLARIFIED, CLARIFY, CONSENT_GRANT, CONSENT_REQUEST, CORRECT, REFERRAL, RESULT
from clew.disclosure.ruleset import RuleSet, shipped_rules
from clew.exchange import moments
from clew.exchange.evidence.names import shown_name
from clew.node.disclosure.particulars import APPEALS, BASES_OF_HELP, REASONS_TO_ASK, REASONS_TO_CORRECT, USES
from clew.node.partners.queries import names_of
from clew.node.rulebook.queries import active_or_none, condition_translated, sentence_of
from clew.vocabulary import language
from clew.vocabulary.values import value_label


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One reason in the reader's language. `unverified`: its article has not been checked against the official text."""

    policy: str
    rule: str
    effect: str
    sentence: str
    cure: str
    source: str
    unverified: bool


def reader_language() -> str:
    """The catalogue name of the page's language."""
    return language(get_language() or "en")


def rules_for_words() -> RuleSet:
    """The rules whose words a page shows: those in force, or where they cannot be used those that came with Clew."""
    return active_or_none() or shipped_rules()


def reason_view(policy_id: str, rules: RuleSet | None = None, *, named: bool = False) -> ReasonView:
    """A policy, or one of the engine's own reasons, as a page shows it.

    `named`: name the rule even where that would tell the reason; only for the pages about the rules themselves.
    """
    rules, lang = rules or rules_for_words(), reader_language()
    if policy_id in SENTENCES or policy_id not in rules.policies:
        known = policy_id if policy_id in SENTENCES else "engine"
        return ReasonView(policy_id, "", "REFUSE", texts.sentence(known, lang, rules), texts.cure(known, lang, rules),
                          "", unverified=False)  # fmt: skip
    policy = rules.policies[policy_id]
    rule = rules.rules[policy.rule]
    if policy.neutral and not named:
        words = sentence_of(policy, rules, lang), texts.cure(policy_id, lang, rules)
        return ReasonView("", "", str(policy.effect), *words, "", unverified=False)
    return ReasonView(
        policy=policy_id,
        rule=rule.id,
        effect=str(policy.effect),
        sentence=sentence_of(policy, rules, lang),
        cure=texts.cure(policy_id, lang, rules),
        source=rule.source,
        unverified=rule.unverified,
    )


def reasons_told(policies: Iterable[str], rules: RuleSet) -> tuple[ReasonView, ...]:
    """The reasons as a page shows them, each once. What is neutral comes last, so that its place tells nothing."""
    views = tuple(dict.fromkeys(reason_view(each, rules) for each in policies))
    return (*(each for each in views if each.policy), *(each for each in views if not each.policy))


def task_title(task: RaisedTask) -> str:
    """What a rule asks a human to do."""
    rules = rules_for_words()
    policy = rules.policies.get(task.policy)
    return sentence_of(policy, rules, reader_language()) if policy is not None else task.sentence


@dataclass(frozen=True, slots=True)
class ConditionView:
    """A condition as it travels, word for word, and its translation for the reader, or ""."""

    text: str
    translated: str


def condition_views(conditions: Iterable[tuple[str, str]]) -> tuple[ConditionView, ...]:
    """Conditions of a letter, each given as the id of its policy and the text that travels."""
    lang = reader_language()
    return tuple(ConditionView(text, condition_translated(policy, text, lang)) for policy, text in conditions)


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One statement of a letter as it is read: its number, what it is about, the property, the value."""

    n: int
    entity: str
    label: str
    value: str
    original: str
    lang: str
    reliability: str
    accuracy: str
    nature: str
    handling: str
    seen_on: str
    coarsened: bool


@dataclass(frozen=True, slots=True)
class FileTold:
    """A file that a letter announces; its name without what is not seen, its size in bytes, how many parts."""

    n: int
    name: str
    size: int
    sha256: str
    parts: int


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter's own bytes, put into words; `body` is what was read from them and nothing else.

    `asked`: questions about a request, each with its number, its item or None, and its text; `said`: answers
    to such questions; `reason`: why they are asked. `replaced`: of a correction, each number of the earlier letter
    with that of the statement which replaces it, None where it is struck out; `wrong`: why it is corrected. `result`:
    what came of it, and `appeal` how far a court's decision is final, in words. `consent`: of a letter about another
    use, labels and words; `referred`: the same of a referral.
    """

    body: dict[str, Any]
    lines: tuple[LetterLine, ...]
    entities: tuple[tuple[str, str], ...]
    questions: tuple[tuple[int, str, str], ...]
    answers: tuple[dict[str, Any], ...]
    conditions: tuple[ConditionView, ...]
    asked: tuple[tuple[int, int | None, str], ...]
    said: tuple[tuple[int, str], ...]
    reason: str
    replaced: tuple[tuple[int, int | None], ...]
    wrong: str
    result: str
    appeal: str
    files: tuple[FileTold, ...]
    consent: tuple[tuple[str, str], ...]
    referred: tuple[tuple[str, str], ...]


def letter_view(package: bytes) -> LetterView:
    """A letter as its recipient will read it, made from the bytes that leave."""
    body: dict[str, Any] = json.loads(package)
    lang = reader_language()
    schemata = {each["id"]: each["schema"] for each in body.get("entities", ())}
    names = {uid: f"{vocabulary.schema_label(schema, lang)} {n}" for n, (uid, schema) in enumerate(schemata.items(), 1)}
    return LetterView(
        body,
        tuple(_line(each, schemata, names, lang) for each in body.get("statements", ())),
        tuple((names[uid], uid) for uid in schemata),
        tuple((each["n"], names.get(each.get("entity", ""), ""), each["text"]) for each in body.get("items", ())),
        tuple(body.get("answers", ())) if body["type"] == "reply" else (),
        condition_views((each.get("rule", ""), each["text"]) for each in body.get("conditions", ())),
        tuple((each["n"], each.get("item"), each["text"]) for each in body.get("questions", ())),
        tuple((each["question"], each["text"]) for each in body.get("answers", ()))
        if body["type"] == CLARIFIED
        else (),
        str(REASONS_TO_ASK[body["reason"]]) if body["type"] == CLARIFY else "",
        tuple((each["statement"], each.get("by")) for each in body.get("replaces", ())),
        str(REASONS_TO_CORRECT[body["reason"]]) if body["type"] == CORRECT else "",
        vocabulary.codelist("result_outcomes").label(body["outcome"], lang) if body["type"] == RESULT else "",
        str(APPEALS.get(body.get("court", {}).get("appeal", ""), "")),
        tuple(
            FileTold(each["n"], shown_name(each["name"]), each["size"], each["sha256"], len(each["parts"]))
            for each in body.get("files", ())
        ),
        tuple(_consent(body)) if body["type"] in {CONSENT_REQUEST, CONSENT_GRANT} else (),
        tuple(referred_words(body)) if body["type"] == REFERRAL else (),
    )


def _consent(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The use that is asked for or allowed; what is not narrowed is said to be all."""
    named = names_of(body.get("pass_on_to", ()))
    numbers = ", ".join(str(n) for n in body.get("statement_numbers", ()))
    yield _("Use"), str(USES[body["use"]])
    yield _("Statements of the earlier letter"), numbers or _("All")
    if body.get("pass_on_to"):
        yield _("To whom"), ", ".join(named.get(uid, uid) for uid in body["pass_on_to"])
    yield _("Until"), body.get("until") or _("No day is named")


HELP: Final = "HelpNeeded"


def referred_words(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a service is told, as labels and words; what is not told is left out."""
    lang = reader_language()
    for field in ("needs", "group", "language", "contact", "situation"):
        said = body.get(field) or ()
        values = [said] if isinstance(said, str) else said
        if values:
            shown = ", ".join(value_label(HELP, field, each, lang) for each in values)
            yield vocabulary.property_label(HELP, field, lang), shown
    yield _("Answer wanted"), vocabulary.codelist("urgency").label(body["urgency"], lang)
    if body.get("answer_by"):
        yield _("Answer by"), date_format(timezone.localtime(moments.from_text(body["answer_by"])), "DATETIME_FORMAT")
    yield _("On what it rests"), str(BASES_OF_HELP.get(body.get("basis", ""), ""))
    # A draft of which nothing may leave has none.
    if body.get("reference"):
        yield _("What it is called between both"), body["reference"]


def _line(each: dict[str, Any], schemata: dict[str, str], names: dict[str, str], lang: str) -> LetterLine:
    return LetterLine(
        each["n"],
        names[each["entity"]],
        vocabulary.property_label(schemata[each["entity"]], each["prop"], lang),
        names.get(each["value"]) or value_label(schemata[each["entity"]], each["prop"], each["value"], lang),
        each.get("original", ""),
        each.get("lang", ""),
        each["reliability"],
        str(each["accuracy"]),
        each["nature"],
        each["handling"],
        each.get("seen_on", ""),
        each.get("coarsened", False),
    )
