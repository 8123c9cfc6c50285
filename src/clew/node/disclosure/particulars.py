"""Letters about a letter: what an officer must have written in them, and in which words a page names their codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clew.disclosure.particulars import (
    CLARIFIED,
    CLARIFY,
    COMPARING,
    CONSENT_GRANT,
    CONSENT_REQUEST,
    CORRECT,
    EVIDENCE,
    NOTHING,
    NOTIFY,
    OFFER,
    PRIVATE_ANSWER,
    PRIVATE_QUESTION,
    REFERRAL,
    RESULT,
    Consent,
    Court,
    Particulars,
)
from clew.disclosure.records import from_plain, to_plain
from clew.node.types import BadInput
from clew.vocabulary import codelist

PARTICULAR_KINDS: Final = (
    CLARIFY, CLARIFIED, CORRECT, RESULT, EVIDENCE, CONSENT_REQUEST, CONSENT_GRANT, OFFER, REFERRAL, PRIVATE_QUESTION,
    PRIVATE_ANSWER,
)  # fmt: skip
"""Types of letters that are drafted from what they are about and nowhere else: a letter, sealed files, a path."""

LONGEST_PART: Final = 5_000
"""Characters of one question or answer."""

REASONS_TO_ASK: Final[Mapping[str, Promise]] = {
    "unclear": gettext_lazy("It can be understood in more than one way"),
    "incomplete": gettext_lazy("Something is missing without which it cannot be worked on"),
    "necessity-missing": gettext_lazy("It does not say why it is necessary"),
    "legal-basis-missing": gettext_lazy("It does not say on which legal basis it rests"),
    "translation-missing": gettext_lazy("It is not in a language that it must be in"),
}
"""Why the meaning of a request is asked; none of them tells what is known here."""

REASONS_TO_CORRECT: Final[Mapping[str, Promise]] = {
    "wrong": gettext_lazy("It is wrong"),
    "outdated": gettext_lazy("It is not true any more"),
    "mixed-up": gettext_lazy("It is about somebody or something else"),
    "unlawfully-sent": gettext_lazy("It must not have been sent"),
}
"""Why a statement of a letter is replaced or struck out; every holder reads it."""

BASES_OF_HELP: Final[Mapping[str, Promise]] = {
    "consent": gettext_lazy("Her consent that names this service"),
    "child-safety": gettext_lazy("The safety of a child for whom nobody can consent yet"),
}
"""On what a referral rests."""

USES: Final[Mapping[str, Promise]] = {
    "pass-on": gettext_lazy("Passing it on"),
    "evidence": gettext_lazy("Use as evidence"),
    "other-purpose": gettext_lazy("Own use for another purpose"),
}
"""What may be asked of whoever gave something, and allowed by it."""

MOST_CONDITIONS: Final = 20

IN_COURT: Final = frozenset({"convicted", "acquitted"})
"""Results that a court alone can bring about: they name it."""

APPEALS: Final[Mapping[str, Promise]] = {
    "open": gettext_lazy("It can still be appealed"),
    "pending": gettext_lazy("An appeal is pending"),
    "final": gettext_lazy("It is final"),
}
"""How far a court's decision is final."""

LONGEST_LINE: Final = 300
"""Characters of a court's name or number: a line of a letter."""


def particulars_of(stored: Mapping[str, Any]) -> Particulars:
    """What was written, from its stored form; what a release of an earlier program does not have is empty."""
    return from_plain(Particulars, {**to_plain(NOTHING), **stored})


def particular_problems(
    kind: str, found: Particulars, in_reply_to: str, *, statements: Collection[int], items: bool
) -> Iterator[BadInput]:
    """What is wrong with the parts that only this type of letter has."""
    if kind not in PARTICULAR_KINDS:
        # What is told after its conditions were accepted carries them.
        bound = Particulars(conditions=found.conditions) if kind == NOTIFY and in_reply_to else NOTHING
        if found != bound:
            yield BadInput("kind", _("A letter of this kind has no such part."), _("Start it from the letter."))
        return
    if (not in_reply_to and kind not in {EVIDENCE, OFFER, REFERRAL, PRIVATE_QUESTION}) or items:
        yield BadInput("kind", _("This letter is about no other letter."), _("Start it from the letter it is about."))
    yield from _of_kind(kind, found, statements)
    if any(not text.strip() for name, text in found.words.items() if not name.startswith("court.")):
        yield BadInput("", _("A question or an answer is empty."), _("Write it, or leave it out."))
    if any(len(text) > LONGEST_PART for text in found.words.values()):
        cure = _("Shorten it to %(longest)d characters.") % {"longest": LONGEST_PART}
        yield BadInput("", _("The text is too long."), cure)


def _of_kind(kind: str, found: Particulars, statements: Collection[int]) -> Iterator[BadInput]:
    if kind == CLARIFY:
        yield from _clarify(found, statements=bool(statements))
    elif kind == CORRECT:
        yield from _correct(found, statements)
    elif kind == RESULT:
        yield from _result(found)
    elif kind == EVIDENCE:
        yield from _evidence(found, statements)
    elif kind in {CONSENT_REQUEST, CONSENT_GRANT}:
        yield from _consent(kind, found, statements=bool(statements))
    elif kind in COMPARING:
        yield from _compared(found, statements)
    elif kind == OFFER:
        yield from _offer(found, statements=bool(statements))
    elif kind == REFERRAL:
        yield from _referral(found, statements)
    elif not found.said:
        yield BadInput("said", _("No question is answered."), _("Answer each question."))


def _clarify(found: Particulars, *, statements: bool) -> Iterator[BadInput]:
    if found.reason not in REASONS_TO_ASK:
        yield BadInput("reason", _("This reason is unknown."), _("Choose one from the list."))
    if not found.asked:
        yield BadInput("asked", _("Nothing is asked."), _("Write at least one question."))
    if statements:
        # A question that told a fact would be an answer, and the rules on answers would not look at it.
        yield BadInput("statements", _("A question about a request carries no statements."), _("Leave them out."))


def _correct(found: Particulars, statements: Collection[int]) -> Iterator[BadInput]:
    if found.reason not in REASONS_TO_CORRECT:
        yield BadInput("reason", _("This reason is unknown."), _("Choose one from the list."))
    if not found.replaces:
        yield BadInput("", _("Nothing is corrected."), _("Start from the statement that was corrected."))
    if set(statements) - {each.statement for each in found.replaces}:
        yield BadInput(
            "statements", _("A correction carries only what replaces something."), _("Leave the others out.")
        )


def _evidence(found: Particulars, statements: Collection[int]) -> Iterator[BadInput]:
    if not found.files:
        yield BadInput("", _("No file is announced."), _("Choose documents of the case, and prepare them."))
    if {each.statement for each in found.files} != set(statements):
        # A statement without its file, or a file without its statement, would be judged as something else.
        yield BadInput("statements", _("Each file needs the statement about it, and no other."), _("Start again."))


def _referral(found: Particulars, statements: Collection[int]) -> Iterator[BadInput]:
    referred = found.referred
    if referred is None or referred.basis not in BASES_OF_HELP:
        yield BadInput("basis", _("This code is unknown."), _("Choose one from the list."))
    parts = referred.parts if referred is not None else ()
    if not any(each.field == "needs" for each in parts):
        yield BadInput("needs", _("Nothing is asked for."), _("Choose what she needs."))
    if {each.statement for each in parts} != set(statements):
        # What stood in the letter without its statement would have passed the rules by.
        yield BadInput("statements", _("A referral carries what was entered for it, and no more."), _("Start again."))


def _result(found: Particulars) -> Iterator[BadInput]:
    if found.outcome not in codelist("result_outcomes"):
        yield BadInput("outcome", _("This code is unknown."), _("Choose one from the list."))
    if found.outcome in IN_COURT and found.court is None:
        yield BadInput("court", _("No court is named."), _("Name the court, and the day of its decision."))
    if found.court is not None:
        yield from _court(found.court)


def _compared(found: Particulars, statements: Collection[int]) -> Iterator[BadInput]:
    parts = found.compared.parts if found.compared is not None else ()
    if found.compared is None or {one for each in parts for one in each.statements} != set(statements):
        # A point without its statements would be judged by nobody.
        yield BadInput("statements", _("Each identifier needs the statements that hold it."), _("Start again."))


def _offer(found: Particulars, *, statements: bool) -> Iterator[BadInput]:
    if not found.conditions:
        yield BadInput("conditions", _("No condition is named."), _("Write at least one, or tell it without an offer."))
    if statements:
        yield BadInput("statements", _("An offer tells nothing before it is accepted."), _("Leave them out."))
    if len(found.conditions) > MOST_CONDITIONS:
        yield BadInput("conditions", _("There are too many conditions."), _("Put them into fewer lines."))


def _consent(kind: str, found: Particulars, *, statements: bool) -> Iterator[BadInput]:
    consent = found.consent or Consent("")
    if consent.use not in USES:
        yield BadInput("use", _("This code is unknown."), _("Choose one from the list."))
    if consent.use == "pass-on" and not consent.pass_on_to:
        yield BadInput("pass_on_to", _("Nobody is named."), _("Name each organisation that may have it."))
    if consent.use == "other-purpose" and consent.pass_on_to:
        yield BadInput("pass_on_to", _("Your own use names nobody else."), _("Leave it empty, or ask to pass it on."))
    if statements:
        yield BadInput("statements", _("A letter about a use carries no statements."), _("Leave them out."))
    try:
        dt.date.fromisoformat(consent.until)
    except ValueError:
        if consent.until or kind == CONSENT_GRANT:
            yield BadInput("until", _("It does not say until when."), _("Enter the day."))
    if len(found.conditions) > MOST_CONDITIONS:
        yield BadInput("conditions", _("There are too many conditions."), _("Put them into fewer lines."))


def _court(court: Court) -> Iterator[BadInput]:
    if not court.name.strip():
        yield BadInput("court", _("No court is named."), _("Name the court, and the day of its decision."))
    if any(len(text) > LONGEST_LINE or "\n" in text for text in (court.name, court.reference)):
        cure = _("Shorten it to %(longest)d characters.") % {"longest": LONGEST_LINE}
        yield BadInput("court", _("The text is too long."), cure)
    if court.appeal not in {"", *APPEALS}:
        yield BadInput("appeal", _("This code is unknown."), _("Choose one from the list."))
    try:
        dt.date.fromisoformat(court.decided)
    except ValueError:
        yield BadInput("decided", _("The day of the court's decision is missing."), _("Enter the day."))
