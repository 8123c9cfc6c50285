"""What a person is answered, in her language: the same words whether nothing is held or nothing may be said.

The text is a function of what the officer chose to name and of nothing else. Where she named nothing, it is the neutral
answer, byte for byte the same for everyone but its number and dates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clew import vocabulary


@dataclass(frozen=True, slots=True)
class Named:
    """A disclosure that the answer names."""

    at: dt.datetime
    recipient: str
    purpose: str
    judgement: str


def answer_text(
    *, number: str, node: str, received: dt.date, today: dt.date, named: Sequence[Named], language: str
) -> str:
    """The answer in one of the node's languages, as paragraphs separated by empty lines."""
    with translation.override(language):
        lines = [
            f"{node}, {date_format(today, 'DATE_FORMAT')}",
            _("Answer to your request %(number)s of %(day)s")
            % {"number": number, "day": date_format(received, "DATE_FORMAT")},
            _("Your request was received and checked. The check covered everything that this office has shared."),
        ]
        if named:
            lines.append(_("The following was shared:"))
            lines += [_line(each, language) for each in named]
        lines += [
            _("No information can be provided beyond what is said in this letter. The same words are used for everyone,"
              " whether or not anything is held."),
            _("What was found to be wrong or unlawful is corrected, and whoever received it is told."),
            _("You can complain to the data-protection authority, and you can go to court. Asking costs you nothing and"
              " has no effect on any help you receive."),
        ]  # fmt: skip
    return "\n\n".join(lines)


def _line(each: Named, language: str) -> str:
    purpose = vocabulary.codelist("purposes").label(each.purpose, language)
    text = _("%(day)s, to %(recipient)s, for this purpose: %(purpose)s.") % {
        "day": date_format(each.at, "DATE_FORMAT"),
        "recipient": each.recipient,
        "purpose": purpose,
    }
    if each.judgement in {"unlawful", "recall"}:
        return f"{text} " + _("It has been called back.")
    if each.judgement == "correct":
        return f"{text} " + _("It is being corrected.")
    return text
