"""Reading what a person agreed to and who answers for her: who read it, and when, is an entry of the log (R32)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from clew.node.accounts.actions import Officer, reading
from clew.node.consent.queries import people


@dataclass(frozen=True, slots=True)
class PersonRead:
    """A person as the officer's teams know her, with what they recorded of her consents, the newest first."""

    head: people.PersonHead
    consents: Sequence[people.ConsentView]
    refusals: Sequence[people.RefusalView]
    guardians: Sequence[people.GuardianView]


@reading("consent.read_person", permission="consent.see", object_kind="entity", of=("person_id",))
def read_person(*, actor: Officer, person_id: int, now: dt.datetime) -> PersonRead | None:
    """What the officer's teams recorded of a person; None where none of them knows her."""
    heads = people.person_heads(officer=actor, person_id=person_id)
    if not heads:
        return None
    return PersonRead(
        heads[0],
        people.consents_of_person(officer=actor, person_id=person_id, now=now),
        people.refusals_of_person(officer=actor, person_id=person_id),
        people.guardians_of_person(officer=actor, person_id=person_id, now=now),
    )
