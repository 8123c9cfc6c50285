"""What was said about sharing, and under what circumstances, before it is recorded; and every fault in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from clew import vocabulary
from clew.node.accounts.actions import Officer
from clew.node.consent.items import is_known, overlapping, words_of
from clew.node.consent.models import Guardian
from clew.node.consent.standing import CONFLICT, ENDED, GOOD, standing_of
from clew.node.dossier.queries import same_person
from clew.node.partners.queries import party
from clew.node.types import BadInput

LONGEST_DAYS: Final = 365
"""Days. A consent is asked for again after a year at most; a node may set `CLEW_CONSENT_LONGEST_DAYS` lower."""

LONGEST_TEXT: Final = 2_000

NEEDS_WITNESS: Final = frozenset({"oral_witnessed", "interpreted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Who answered, and how (codes of the lists `consent_given_by`, `consent_assent`, `consent_methods`, `languages`).

    Attributes:
        guardian_id: the guardian who consents for a child.
        assent: for a guardian's consent, the child's own answer; "" where it does not apply.
        assent_reason: why a child was too young to be asked.
        language: the language in which it was explained and given.
        understood: whether it was explained in a language she understands.
        explained_by: who explained it.
        capacity: for an adult, `able` or `doubt`. In doubt a second person speaks with her and writes a note.
        witness: who was present; needed for consent by word of mouth or through an interpreter.
    """

    given_by: str
    language: str
    method: str
    given: dt.date
    expires: dt.date
    understood: bool
    explained_by: str
    capacity: str = ""
    second_person: str = ""
    second_note: str = ""
    guardian_id: int | None = None
    assent: str = ""
    assent_reason: str = ""
    witness: str = ""

    @property
    def texts(self) -> dict[str, str]:
        """What is sealed of it."""
        names = ("witness", "explained_by", "second_person", "second_note", "assent_reason")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentDraft(Circumstances):
    """One consent: for one purpose (a code of `purposes`), towards one recipient, for the items named.

    Attributes:
        recipient: uid of one party; there is no consent "to anyone".
        items: groups of `items.GROUPS`, field classes, schemata or `Schema:property`; what is not named is not covered.
    """

    purpose: str
    recipient: str
    items: Sequence[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered for one purpose and one recipient, item by item; what is in neither was not asked."""

    purpose: str
    recipient: str
    agreed: Sequence[str] = ()
    refused: Sequence[str] = ()


def longest_days() -> int:
    """For how many days a consent may be recorded."""
    return min(LONGEST_DAYS, getattr(settings, "CLEW_CONSENT_LONGEST_DAYS", LONGEST_DAYS))


WITHIN_THE_HOUSE: Final = frozenset({"assistance", "referral"})
"""For these another team of the same organisation is told of her only if she agrees."""


def subject_problems(purpose: str, recipient: str, items: Sequence[str]) -> list[BadInput]:
    """What is wrong with the purpose, the recipient and the items."""
    choose = _("Choose one from the list.")
    found = code_problems({"purpose": ("purposes", purpose)})
    if purpose == "own_use":
        found.append(BadInput("purpose", _("Own use needs no consent record and gives none."), choose))
    to = party(recipient)
    if to is None:
        cure = _("A consent names exactly one recipient. Add it to the directory first.")
        found.append(BadInput("recipient", _("This recipient is not in the directory."), cure))
    elif to.is_own and purpose not in WITHIN_THE_HOUSE:
        cure = _("Only a referral to another team, and help by it, need her consent within the house.")
        found.append(BadInput("recipient", _("Your own organisation needs no consent for this."), cure))
    if not items:
        cure = _("Choose what she agreed to, item by item.")
        found.append(BadInput("items", _("Nothing is named that may be shared."), cure))
    unknown = [item for item in items if not is_known(item)]
    if unknown:
        found.append(BadInput("items", _("“%(item)s” is unknown.") % {"item": unknown[0]}, choose))
    return found


def answer_problems(answers: Sequence[Answer]) -> list[BadInput]:
    """What is wrong with answers that are given together."""
    if not any(one.agreed or one.refused for one in answers):
        return [BadInput("", _("Nothing was answered."), _("Choose yes or no for at least one item."))]
    found = []
    cells = [(one.purpose, one.recipient) for one in answers]
    if len(set(cells)) < len(cells):
        found.append(BadInput("", _("One purpose and recipient is answered twice."), _("Answer it once.")))
    for one in answers:
        if one.agreed or one.refused:
            found.extend(subject_problems(one.purpose, one.recipient, [*one.agreed, *one.refused]))
        both = overlapping(one.agreed, one.refused) if not found else frozenset()
        if both:
            problem = _("“%(item)s” is agreed to and refused at once.") % {"item": words_of(min(both))}
            found.append(BadInput("items", problem, _("Ask her again, and choose one answer.")))
    return found


def circumstance_problems(said: Circumstances, person_id: int, compartment_id: int, actor: Officer) -> list[BadInput]:
    """What is wrong with the circumstances in which somebody consented."""
    lists = {
        "given_by": ("consent_given_by", said.given_by),
        "language": ("languages", said.language),
        "method": ("consent_methods", said.method),
    }
    found = [*code_problems(lists), *_day_problems(said), *_telling_problems(said)]
    if said.given_by == "guardian":
        found += [*_guardian_problems(said, person_id, compartment_id), *_assent_problems(said)]
    else:
        found += _adult_problems(said, actor)
    return found


def code_problems(lists: dict[str, tuple[str, str]]) -> list[BadInput]:
    """One for each field whose code is not in its list; `lists` gives (list, code) by field."""
    choose = _("Choose one from the list.")
    return [
        BadInput(field, _("This code is unknown."), choose)
        for field, (codelist, code) in lists.items()
        if code not in vocabulary.codelist(codelist)
    ]


def text_problems(
    texts: dict[str, str], *, longest: int = LONGEST_TEXT, optional: Collection[str] = ()
) -> list[BadInput]:
    """One for each text that is missing or too long, by field."""
    found = []
    for field, text in texts.items():
        if not text.strip() and field not in optional:
            found.append(BadInput(field, _("Nothing is entered here."), _("Enter a text.")))
        elif len(text) > longest:
            cure = _("Shorten it to %(longest)d characters.") % {"longest": longest}
            found.append(BadInput(field, _("The text is too long."), cure))
    return found


def _telling_problems(said: Circumstances) -> list[BadInput]:
    found = text_problems({"explained_by": said.explained_by}, longest=200)
    if not said.understood:
        cure = _("Explain it again in her language, with an interpreter if need be. Until then, share nothing.")
        found.append(BadInput("understood", _("A consent counts only if she understood what was asked."), cure))
    if said.method in NEEDS_WITNESS and not said.witness.strip():
        cure = _("Name who was present, or interpreted.")
        found.append(BadInput("witness", _("This form of consent needs a witness."), cure))
    if len(said.witness) > 200:
        found.append(BadInput("witness", _("The name is too long."), _("Shorten it to 200 characters.")))
    return found


def _guardian_problems(said: Circumstances, person_id: int, compartment_id: int) -> list[BadInput]:
    guardian = Guardian.objects.filter(
        pk=said.guardian_id or 0, person_id__in=same_person(person_id), compartment_id=compartment_id
    ).first()
    if guardian is None:
        cure = _("Record the guardian first, then choose the name here.")
        return [BadInput("guardian_id", _("A guardian's consent needs a guardian whom your team recorded."), cure)]
    standing = standing_of(guardian, timezone.localdate())
    other = _("Find another guardian. Until then, share nothing.")
    if standing == CONFLICT:
        return [BadInput("guardian_id", _("A guardian with a conflict of interest cannot consent."), other)]
    if standing == ENDED:
        problem = _("This guardian does not act for the child any more, or not yet.")
        return [BadInput("guardian_id", problem, _("Record who acts for the child now."))]
    if standing != GOOD:
        problem = _("Nobody has looked into whether this guardian has a conflict of interest.")
        return [
            BadInput("guardian_id", problem, _("Look into it and record what you find. Until then, share nothing."))
        ]
    if not guardian.valid_from <= said.given <= guardian.valid_until:
        problem = _("The guardian did not act for the child on that day.")
        return [BadInput("given", problem, _("Enter a day on which the guardian acted for the child."))]
    return []


def _assent_problems(said: Circumstances) -> list[BadInput]:
    if said.assent == "no":
        problem = _("The child said no: then the guardian's consent does not count.")
        return [BadInput("assent", problem, _("Record it as a refusal, and share nothing."))]
    if said.assent == "too_young":
        return text_problems({"assent_reason": said.assent_reason})
    if said.assent != "yes":
        problem = _("A guardian's consent counts only if the child agrees too.")
        cure = _("Ask the child in words the child understands. Without the child's assent, share nothing.")
        return [BadInput("assent", problem, cure)]
    return []


def _adult_problems(said: Circumstances, actor: Officer) -> list[BadInput]:
    found = []
    if said.assent:
        cure = _("Leave it empty here.")
        found.append(BadInput("assent", _("Assent is asked of a child, beside a guardian."), cure))
    if said.guardian_id is not None:
        cure = _("Leave it empty, or say that the guardian consented.")
        found.append(BadInput("guardian_id", _("Only a guardian's consent names a guardian."), cure))
    found += code_problems({"capacity": ("consent_capacity", said.capacity)})
    if said.capacity == "doubt":
        found += text_problems({"second_person": said.second_person, "second_note": said.second_note})
        same = {said.second_person.strip().casefold()} & {said.explained_by.strip().casefold(), str(actor).casefold()}
        if same and said.second_person.strip():
            problem = _("This is the person who explained it, or yourself.")
            found.append(BadInput("second_person", problem, _("A second person has to speak with her.")))
    return found


def _day_problems(said: Circumstances) -> list[BadInput]:
    found = given_problems(said.given)
    if said.expires <= said.given:
        found.append(BadInput("expires", _("It would end before it begins."), _("Enter a later day.")))
    if said.expires > said.given + dt.timedelta(days=longest_days()):
        problem = _("A consent holds for at most %(days)d days.") % {"days": longest_days()}
        found.append(BadInput("expires", problem, _("Enter an earlier day, and ask her again then.")))
    return found


def given_problems(given: dt.date) -> list[BadInput]:
    """Whether the day on which something was answered has come."""
    if given > timezone.localdate():
        return [BadInput("given", _("This day lies in the future."), _("Enter the day on which she answered."))]
    return []
