"""Two teams that know nothing of each other, and entities of theirs that share what the test says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
from django.conf import settings

from clew.dossier.types import EntityDraft
from clew.node.accounts.actions import NODE, create_compartment
from clew.node.accounts.models import Compartment, Officer
from clew.node.dossier.actions import record_source
from clew.node.matching.actions import compare_waiting, judge_pair
from clew.node.matching.models import Verdict
from clew.node.matching.queries import findings_of
from tests.node.dossier.conftest import draft, says

PHONE = "+43 660 7788991"


@dataclass
class World:
    """Two teams and an officer of each."""

    here: Compartment
    there: Compartment
    officer: Officer
    stranger: Officer
    make_officer: Callable[..., Officer]

    @cached_property
    def bridge(self) -> Officer:
        """Somebody who is in both teams; nobody is, until a test asks for her."""
        return self.make_officer(roles=["investigator"], compartments=[self.here, self.there])

    def person(self, name: str, *, team: Compartment | None = None, category: str = "suspect", **said: Any) -> int:
        """A person with a name and other values, recorded on a form."""
        return self.thing("Person", team=team, category=category, name=name, **said)

    def thing(
        self, schema: str, *, team: Compartment | None = None, category: str | None = None, by: Officer | None = None,
        source: dict[str, Any] | None = None, **said: Any,
    ) -> int:  # fmt: skip
        """An entity with these values."""
        team = team or self.here
        actor = by or (self.officer if team == self.here else self.stranger)
        words = [says("it", prop, value) for prop, value in said.items()]
        recorded = record_source(
            actor=actor,
            compartment_id=team.pk,
            draft=draft(
                [EntityDraft("it", schema, category=category)], words,
                **({"owner": settings.NODE.node_id} | (source or {})),
            ),
        )  # fmt: skip
        return recorded.entity_numbers["it"]

    def alike(self, *, team: Compartment | None = None, category: str = "suspect", number: int = 2) -> list[int]:
        """Persons of one name and one telephone."""
        return [
            self.person("Ivan Zhelyazkov (fictional)", team=team, category=category, phone=PHONE) for _ in range(number)
        ]

    def judge(self, one: int, other: int, said: str, *, by: Officer | None = None) -> Verdict:
        """A judgement with a reason."""
        return judge_pair(actor=by or self.officer, one_id=one, other_id=other, said=said, reason="Seen by me.")

    def sees(self, one: int, other: int, *, who: Officer | None = None) -> bool:
        """Whether an officer is shown the pair."""
        return findings_of(officer=who or self.officer, one=one, other=other).exists()


def work() -> None:
    """The worker, until nothing waits."""
    while compare_waiting():
        pass


@pytest.fixture
def world(officer_factory: Callable[..., Officer]) -> World:
    here = create_compartment(actor=NODE, name="Team Lantern (fictional)", kind="unit")
    there = create_compartment(actor=NODE, name="Team Harbour (fictional)", kind="unit")
    return World(
        here,
        there,
        officer_factory(roles=["investigator"], compartments=[here]),
        officer_factory(roles=["investigator"], compartments=[there]),
        officer_factory,
    )
