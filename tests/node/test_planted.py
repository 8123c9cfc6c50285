"""A world that is put back is the one that was planted: rows, log and files, and each test has its own."""

from __future__ import annotations

import pytest
from django.db import transaction

from clew.node.accounts.actions import NODE, create_compartment
from clew.node.accounts.models import Compartment
from clew.node.audit.models import AuditEntry
from clew.node.home import load_home
from tests.node.planted import planted

pytestmark = pytest.mark.django_db


def test_what_is_put_back_is_what_was_planted_and_changes_of_a_test_stay_in_it() -> None:
    made = []
    file = load_home().documents / "planted"

    def plant() -> list[Compartment]:
        file.write_bytes(b"x")
        made.append(create_compartment(actor=NODE, name="Planted (fictional)", kind="unit"))
        return [made[0]]

    said = []
    for name in ("Changed", "Changed again"):
        with transaction.atomic():
            (unit,) = planted("test_planted", plant)
            said.append((unit.name, Compartment.objects.get().name, bytes(AuditEntry.objects.get().leaf)))
            assert file.read_bytes() == b"x"
            unit.name = name
            unit.save()
            file.unlink()
            transaction.set_rollback(True)
    assert len(made) == 1
    assert said[0] == said[1]
