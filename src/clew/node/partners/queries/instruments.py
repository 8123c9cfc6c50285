"""Which instruments hold between two parties on a day, and why the others do not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clew.node.partners.instrument_kinds import AUTHORITIES, KINDS, WITHIN_ONE_COUNTRY
from clew.node.partners.models import Instrument
from clew.node.partners.queries.directory import PartyFacts, names_of, party


@dataclass(frozen=True, slots=True)
class InstrumentFacts:
    """An instrument as other rooms see it; shapes as in `models.Instrument`."""

    code: str
    title: str
    kind: str
    parties: tuple[str, ...]
    in_force_from: dt.date
    in_force_until: dt.date | None
    enables: tuple[Mapping[str, object], ...]
    reservations: str
    clocks: Mapping[str, Mapping[str, int]]
    translations: tuple[str, ...]
    fictional: bool

    def allows(self, letter: str, purpose: str) -> bool:
        """Whether it enables this type of letter for this purpose."""
        return any(entry["letter"] == letter and purpose in _texts(entry["purposes"]) for entry in self.enables)


@dataclass(frozen=True, slots=True)
class NotUsable:
    """An instrument that does not hold here, with a code (not-parties, not-yet, expired) and a sentence."""

    instrument: InstrumentFacts
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class InstrumentAnswer:
    """Instruments in force between exactly these two parties, and all others with the reason why not."""

    in_force: tuple[InstrumentFacts, ...]
    not_usable: tuple[NotUsable, ...]


def instruments() -> QuerySet[Instrument]:
    """The register, by short name."""
    return Instrument.objects.select_related("registered_by").order_by("code")


def instrument(code: str) -> InstrumentFacts | None:
    """One instrument by its short name, or None."""
    found = Instrument.objects.filter(code=code).first()
    return facts(found) if found is not None else None


def instruments_between(a_uid: str, b_uid: str, on: dt.date) -> InstrumentAnswer:
    """What holds between two parties on a day. A party that the directory does not know is bound by nothing.

    A country that is named binds its authorities (police, prosecutors, bureaus, ministries), not its NGOs, and no
    international organisation. Both sides must be bound under different entries, except by domestic instruments.
    """
    return which_hold(every_instrument(), party(a_uid), party(b_uid), on)


def every_instrument() -> tuple[InstrumentFacts, ...]:
    """The whole register as facts, by short name."""
    return tuple(facts(row) for row in Instrument.objects.order_by("code"))


def which_hold(
    register: Iterable[InstrumentFacts], a: PartyFacts | None, b: PartyFacts | None, on: dt.date
) -> InstrumentAnswer:
    """`instruments_between`, of a register and parties that were read already."""
    in_force, not_usable = [], []
    for one in register:
        refusal = _refusal(one, a, b, on)
        if refusal is None:
            in_force.append(one)
        else:
            not_usable.append(NotUsable(one, *refusal))
    return InstrumentAnswer(tuple(in_force), tuple(not_usable))


def facts(found: Instrument) -> InstrumentFacts:
    """The instrument's row as facts."""
    return InstrumentFacts(
        code=found.code,
        title=found.title,
        kind=found.kind,
        parties=tuple(found.parties),
        in_force_from=found.in_force_from,
        in_force_until=found.in_force_until,
        enables=tuple(found.enables),
        reservations=found.reservations,
        clocks=found.clocks,
        translations=tuple(found.translations),
        fictional=found.fictional,
    )


def _refusal(one: InstrumentFacts, a: PartyFacts | None, b: PartyFacts | None, on: dt.date) -> tuple[str, str] | None:
    if a is None or b is None or not _binds_both(one, a, b):
        return "not-parties", _("It does not bind both parties.")
    if on < one.in_force_from:
        return "not-yet", _("It is in force only from %(day)s.") % {"day": date_format(one.in_force_from)}
    if one.in_force_until is not None and on > one.in_force_until:
        return "expired", _("It was in force until %(day)s.") % {"day": date_format(one.in_force_until)}
    return None


def _binds_both(one: InstrumentFacts, a: PartyFacts, b: PartyFacts) -> bool:
    entries_a, entries_b = _entries(one, a), _entries(one, b)
    same_organisation = (a.parent_uid or a.uid) == (b.parent_uid or b.uid)
    if not entries_a or not entries_b or same_organisation:
        return False
    if one.kind in WITHIN_ONE_COUNTRY:
        return a.country == b.country
    return len(entries_a | entries_b) > 1


def _entries(one: InstrumentFacts, side: PartyFacts) -> set[str]:
    """Under which of its entries the instrument binds a party."""
    own = {side.uid, side.parent_uid} - {""}
    found = own & set(one.parties)
    if side.kind in AUTHORITIES and side.country in one.parties:
        found.add(side.country)
    return found


def _texts(value: object) -> list[str]:
    return list(value) if isinstance(value, list | tuple) else []


@dataclass(frozen=True, slots=True)
class InstrumentPage:
    """All that an instrument's page shows: countries by code, organisations by uid and name."""

    instrument: Instrument
    facts: InstrumentFacts
    countries: tuple[str, ...]
    organisations: tuple[tuple[str, str], ...]
    kind_label: str
    in_force: bool


def instrument_page(code: str) -> InstrumentPage | None:
    """One instrument with its parties' names, or None."""
    found = instruments().filter(code=code).first()
    if found is None:
        return None
    names = names_of(set(found.parties))
    today = timezone.localdate()
    return InstrumentPage(
        instrument=found,
        facts=facts(found),
        countries=tuple(one for one in found.parties if one not in names),
        organisations=tuple((uid, names[uid]) for uid in found.parties if uid in names),
        kind_label=str(KINDS[found.kind][0]) if found.kind in KINDS else found.kind,
        in_force=found.in_force_from <= today <= (found.in_force_until or today),
    )
