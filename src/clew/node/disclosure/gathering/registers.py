"""What one derivation, or several together, look up: rules, settings, parties, keys, instruments, agreements, roles."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Collection, Hashable, Iterator
from typing import Any, Final, TypeVar

from clew.node.accounts.actions import Officer, roles_read_once
from clew.node.cases.queries import entity_ids_of_case
from clew.node.disclosure.reach import persons_of_compartment, schemata_of
from clew.node.discovery import offers
from clew.node.partners import queries as partners
from clew.node.rulebook.queries import NodeSettings, RuleBook, rule_book, settings_for

T = TypeVar("T")
_MISSING: Final = object()


class Registers:
    """Reads each thing once until it is closed; only `registers_read_once` makes one.

    A closed one answers nothing: another may have changed what was read. It raises, and what cannot be derived does not
    leave. Whoever derives several decisions with one makes sure that nothing changed meanwhile (`holding.py`).
    """

    def __init__(self) -> None:
        self._read: dict[Hashable, Any] = {}
        self._schemata: dict[int, str | None] = {}
        self._closed = False

    def close(self) -> None:
        """Forget everything; from now on it refuses."""
        self._read.clear()
        self._schemata.clear()
        self._closed = True

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise RuntimeError("What was read in these registers may have changed since.")

    def _once(self, read: Callable[..., T], *asked: Hashable) -> T:
        self._refuse_if_closed()
        key = (read, *asked)
        found = self._read.get(key, _MISSING)
        if found is _MISSING:
            found = self._read[key] = read(*asked)
        return found  # type: ignore[no-any-return]

    @property
    def book(self) -> RuleBook:
        """The rules in force and the settings."""
        return self._once(rule_book)

    def settings(self, country: str, on: dt.date, instrument: str) -> NodeSettings:
        """As `settings_for`."""
        return self._once(self._settings, country, on, instrument)

    def _settings(self, country: str, on: dt.date, instrument: str) -> NodeSettings:
        return settings_for(country, on, instrument=instrument, book=self.book)

    @property
    def own(self) -> partners.PartyFacts | None:
        """This node's own organisation; None before its card was made."""
        return self._once(partners.own_party)

    def party(self, uid: str) -> partners.PartyFacts | None:
        """The party or post with this uid, or None."""
        own = self.own
        return own if own is not None and own.uid == uid else self._once(partners.party, uid)

    def keys(self, uid: str, now: dt.datetime) -> partners.UsableKeys | partners.KeysWithheld:
        """As `usable_keys`."""
        return self._once(partners.usable_keys, uid, now)

    def instrument(self, code: str) -> partners.InstrumentFacts | None:
        """One instrument by its short name, or None."""
        return next((each for each in self._once(partners.every_instrument) if each.code == code), None)

    def between(self, a: str, b: str, on: dt.date) -> partners.InstrumentAnswer:
        """As `instruments_between`."""
        return partners.which_hold(self._once(partners.every_instrument), self.party(a), self.party(b), on)

    def agreement(self, code: str, on: dt.date) -> partners.JointAgreementFacts | None:
        """As `joint_agreement`."""
        return self._once(partners.joint_agreement, code, on)

    def standing(self, code: str, sender: str, recipient: str, on: dt.date) -> partners.JointStanding:
        """As `joint_standing`."""
        return self._once(partners.joint_standing, code, sender, recipient, on)

    def flagged(self, uid: str) -> bool:
        """Whether a legal adviser flagged a party as a requester; that room stands above this one."""
        return self._once(_flagged, uid)

    def spoken_of_in_case(self, officer: Officer, case: int, compartment: int) -> frozenset[int]:
        """Everything that a case looks at, and everyone whom its sources speak of."""
        return self._once(_spoken_of_in_case, officer, case, compartment)

    def schemata(self, entities: Collection[int]) -> dict[int, str]:
        """The schema of each entity that exists."""
        self._refuse_if_closed()
        unread = [each for each in entities if each not in self._schemata]
        found = schemata_of(unread) if unread else {}
        self._schemata |= {each: found.get(each) for each in unread}
        read = {each: self._schemata[each] for each in entities}
        return {each: schema for each, schema in read.items() if schema is not None}


@contextlib.contextmanager
def registers_read_once() -> Iterator[Registers]:
    """Registers for what is derived within it; officers' roles, too, are read once."""
    registers = Registers()
    with roles_read_once():
        try:
            yield registers
        finally:
            registers.close()


def _flagged(uid: str) -> bool:
    return any(flagged(party_uid=uid) for flagged in offers("requester_flagged"))


def _spoken_of_in_case(officer: Officer, case: int, compartment: int) -> frozenset[int]:
    known = entity_ids_of_case(officer=officer, case_id=case)
    return frozenset(known) | persons_of_compartment(compartment)
