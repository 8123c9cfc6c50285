"""What a decision looked at names people; it lies sealed, and erasing one of them takes it along."""

from __future__ import annotations

import pytest
from django.db import connection

from clew.node.accounts.actions import NODE, Refused, create_officer
from clew.node.disclosure import actions
from clew.node.disclosure.models import Decision
from clew.node.dossier.actions import erase_person
from tests.node.disclosure.conftest import World

HER_NAME = b"Mei Beispielfrau"


def decided(world: World) -> Decision:
    chosen = [world.statement("Person", "name"), world.statement("Company", "name")]
    return actions.decide(actor=world.anna, release_id=world.draft(statements=chosen).pk)


def test_no_column_of_a_decision_holds_a_protected_persons_name(world: World) -> None:
    decision = decided(world)
    assert HER_NAME in decision.inputs
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM disclosure_decision")
        stored = b"".join(
            bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
            for row in cursor.fetchall()
            for value in row
        )
    assert HER_NAME not in stored


def test_after_her_erasure_nobody_reads_what_the_decision_looked_at(world: World) -> None:
    decision = decided(world)
    officer = create_officer(
        actor=NODE, username="dpo", full_name="Dora Daten (fictional)", roles=["data_protection_officer"]
    )
    world.case.compartment.members.create(officer=officer, added_by=officer)
    erase_person(actor=officer, entity_id=world.person(), reason="She asked for it.")
    decision.refresh_from_db()
    with pytest.raises(Refused, match="erased"):
        _ = decision.inputs
    with pytest.raises(Refused, match="erased"):
        _ = decision.package
