"""The register of what makes a transfer lawful."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from clew import vocabulary
from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.partners.instrument_kinds import KINDS, SHORT_NAME
from clew.node.partners.models import Instrument, Party
from clew.node.types import BadInput, BadInputs

LONGEST_CLOCK = {"hours": 24 * 365, "calendar_days": 365 * 2}


@dataclass(frozen=True, slots=True)
class InstrumentDraft:
    """What the register needs to know.

    Attributes:
        code: short and unique, as it stands in letters.
        kind: key of `instrument_kinds.KINDS`.
        parties: uids of parties, or ISO 3166-1 alpha-2 codes of countries (then their authorities are bound).
        enables: each {"letter": code of `letter_types`, "purposes": [codes of `purposes`]}.
        clocks: {code of `urgency`: {"hours": n} or {"calendar_days": n}}.
        translations: codes of `languages` that a request must be translated into.
        fictional: it exists in a demonstration only; shown wherever it is named.
    """

    code: str
    title: str
    kind: str
    parties: Sequence[str]
    in_force_from: dt.date
    in_force_until: dt.date | None = None
    enables: Sequence[Mapping[str, object]] = ()
    reservations: str = ""
    clocks: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    translations: Sequence[str] = ()
    fictional: bool = False


@action("partners.register_instrument", permission="instrument.register")
def register_instrument(*, actor: Actor, draft: InstrumentDraft) -> Instrument:
    """Enter an instrument into the register.

    Raises:
        BadInputs: every fault of the draft at once, each with its field and cure.
    """
    problems = [*_head_problems(draft), *_party_problems(draft.parties), *_content_problems(draft)]
    if problems:
        raise BadInputs(problems)
    instrument = Instrument.objects.create(
        code=draft.code,
        title=draft.title.strip(),
        kind=draft.kind,
        parties=list(draft.parties),
        in_force_from=draft.in_force_from,
        in_force_until=draft.in_force_until,
        enables=[dict(entry) for entry in draft.enables],
        reservations=draft.reservations.strip(),
        clocks={urgency: dict(clock) for urgency, clock in draft.clocks.items()},
        translations=list(draft.translations),
        fictional=draft.fictional,
        registered_by_id=actor.pk,
        registered=timezone.now(),
    )
    _record(actor, "partners.register_instrument", instrument)
    return instrument


@action("partners.end_instrument", permission="instrument.register")
def end_instrument(*, actor: Actor, code: str, until: dt.date) -> Instrument:
    """Say on which day an instrument is last in force. What was sent under it before stays as it was decided."""
    instrument = Instrument.objects.filter(code=code).first()
    if instrument is None:
        raise BadInput("code", _("There is no such instrument."), _("Choose one from the register."))
    if until < instrument.in_force_from:
        raise BadInput("until", _("It would end before it began."), _("Enter a later day."))
    instrument.in_force_until = until
    instrument.save(update_fields=["in_force_until"])
    _record(actor, "partners.end_instrument", instrument)
    return instrument


def _head_problems(draft: InstrumentDraft) -> list[BadInput]:
    found = []
    if not SHORT_NAME.fullmatch(draft.code):
        found.append(
            BadInput(
                "code",
                _("This is no usable short name."),
                _("Use up to 60 letters, digits, dots, dashes and strokes, for instance AT-CN-police-2024."),
            )
        )
    elif Instrument.objects.filter(code=draft.code).exists():
        found.append(BadInput("code", _("This short name is taken."), _("Choose another one.")))
    if not draft.title.strip() or len(draft.title) > 300:
        found.append(BadInput("title", _("The title is missing or too long."), _("Enter at most 300 characters.")))
    if draft.kind not in KINDS:
        found.append(BadInput("kind", _("This kind of instrument is unknown."), _("Choose one from the list.")))
    if draft.in_force_until is not None and draft.in_force_until < draft.in_force_from:
        found.append(BadInput("in_force_until", _("It would end before it begins."), _("Check both days.")))
    return found


def _party_problems(parties: Sequence[str]) -> list[BadInput]:
    if not parties:
        return [BadInput("parties", _("No party is named."), _("Name the countries or organisations it binds."))]
    if len(set(parties)) != len(parties):
        return [BadInput("parties", _("A party is named twice."), _("Name each party once."))]
    countries = vocabulary.country_codes()
    uids = set(Party.objects.filter(uid__in=list(parties)).values_list("uid", flat=True))
    return [
        BadInput(
            "parties",
            _("“%(party)s” is neither a country nor a party of the directory.") % {"party": party},
            _("Add the party to the directory first, or use a two-letter country code."),
        )
        for party in parties
        if party not in countries and party not in uids
    ]


def _content_problems(draft: InstrumentDraft) -> list[BadInput]:
    letters, purposes = vocabulary.codelist("letter_types"), vocabulary.codelist("purposes")
    found = []
    for entry in draft.enables:
        named = entry.get("purposes")
        ok = isinstance(named, list | tuple) and bool(named) and all(purpose in purposes for purpose in named)
        if set(entry) != {"letter", "purposes"} or entry["letter"] not in letters or not ok:
            found.append(
                BadInput(
                    "enables",
                    _("What the instrument enables is not complete."),
                    _("Choose at least one kind of letter and one purpose from the lists."),
                )
            )
    for urgency, clock in draft.clocks.items():
        if urgency not in vocabulary.codelist("urgency") or not _is_clock(clock):
            found.append(
                BadInput(
                    "clocks",
                    _("The time limit for “%(urgency)s” cannot be read.") % {"urgency": urgency},
                    _("Give a number of hours or of calendar days."),
                )
            )
    unknown = [language for language in draft.translations if language not in vocabulary.codelist("languages")]
    if unknown:
        found.append(
            BadInput(
                "translations",
                _("The language “%(language)s” is unknown.") % {"language": unknown[0]},
                _("Choose from the list."),
            )
        )
    return found


def _is_clock(clock: Mapping[str, int]) -> bool:
    if not clock:
        return True
    ((unit, number),) = list(clock.items())[:1]
    return len(clock) == 1 and unit in LONGEST_CLOCK and type(number) is int and 0 < number <= LONGEST_CLOCK[unit]


def _record(actor: Actor, act: str, instrument: Instrument) -> None:
    record(
        actor=actor,
        act=act,
        object_kind="instrument",
        object_id=instrument.code,
        details={
            "kind": instrument.kind,
            "from": instrument.in_force_from.isoformat(),
            "until": instrument.in_force_until.isoformat() if instrument.in_force_until else "",
        },
    )
