"""Letters about a request: what an officer must have written in them, and in which words a page names their codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clew.disclosure.particulars import CLARIFIED, CLARIFY, NOTHING, Particulars
from clew.disclosure.records import from_plain, to_plain
from clew.node.types import BadInput

PARTICULAR_KINDS: Final = (CLARIFY, CLARIFIED)
"""Types of letters that are drafted from the letter they are about, and nowhere else."""

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


def particulars_of(stored: Mapping[str, Any]) -> Particulars:
    """What was written, from its stored form; what a release of an earlier program does not have is empty."""
    return from_plain(Particulars, {**to_plain(NOTHING), **stored})


def particular_problems(
    kind: str, found: Particulars, in_reply_to: str, *, statements: bool, items: bool
) -> Iterator[BadInput]:
    """What is wrong with the parts that only this type of letter has."""
    if kind not in PARTICULAR_KINDS:
        if found != NOTHING:
            yield BadInput("kind", _("A letter of this kind has no such part."), _("Start it from the letter."))
        return
    if not in_reply_to or items:
        yield BadInput("kind", _("This letter is about no other letter."), _("Start it from the letter it is about."))
    if kind == CLARIFY:
        yield from _clarify(found, statements=statements)
    elif not found.said:
        yield BadInput("said", _("No question is answered."), _("Answer each question."))
    if any(not text.strip() for text in found.words.values()):
        yield BadInput("", _("A question or an answer is empty."), _("Write it, or leave it out."))
    if any(len(text) > LONGEST_PART for text in found.words.values()):
        cure = _("Shorten it to %(longest)d characters.") % {"longest": LONGEST_PART}
        yield BadInput("", _("The text is too long."), cure)


def _clarify(found: Particulars, *, statements: bool) -> Iterator[BadInput]:
    if found.reason not in REASONS_TO_ASK:
        yield BadInput("reason", _("This reason is unknown."), _("Choose one from the list."))
    if not found.asked:
        yield BadInput("asked", _("Nothing is asked."), _("Write at least one question."))
    if statements:
        # A question that told a fact would be an answer, and the rules on answers would not look at it.
        yield BadInput("statements", _("A question about a request carries no statements."), _("Leave them out."))
