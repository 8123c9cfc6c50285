"""A node whose partner asks and is answered, with the officers who watch over it (all fictional)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.actions import NODE, Officer
from clew.node.cases.models import Case
from clew.node.disclosure.actions import record_safeguard
from clew.node.dossier.actions import record_source
from clew.node.dossier.models import Source, Statement
from clew.node.exchange.actions import take_letter
from clew.node.exchange.models import Letter
from tests.exchange.partner import body
from tests.node.exchange.conftest import Correspondent
from tests.node.exchange.conftest import beijing as beijing
from tests.node.exchange.conftest import case as case
from tests.node.exchange.conftest import officer as officer
from tests.node.exchange.conftest import signed as signed

SUSPECT = "Otto Beispielmann (fictional)"
VICTIM = "Mei Beispielfrau (fictional)"


@dataclass
class Office:
    """The node and who watches over it."""

    officer: Officer
    adviser: Officer
    protection: Officer
    case: Case
    beijing: Correspondent
    signed: Callable[..., int]

    def ask_about(self, *names: str, **changes: Any) -> Letter:
        """The partner asks about these persons (names that its letter uses); the letter waits in quarantine."""
        entities = [{"id": name, "schema": "Person"} for name in names] or [{"id": "e1", "schema": "Company"}]
        items = [{"n": n, "entity": one["id"], "text": "What do you know?"} for n, one in enumerate(entities, 1)]
        thread = changes.pop("thread", "")
        content = body(entities=entities, statements=[], items=items, **changes)
        more = {"thread": thread} if thread else {}
        self.beijing.send(self.beijing.write(content, **more))
        self.beijing.work()
        return Letter.objects.filter(direction="in").latest("pk")

    def take(self, letter: Letter) -> None:
        take_letter(actor=self.officer, letter_uid=letter.uid, case_id=self.case.pk)

    def record(self, name: str, category: str, *, days: int = 300, title: str = "Conversation (fictional)") -> Source:
        """A source about one person, kept for that many days from today on."""
        draft = SourceDraft(
            kind="interview", title=title, owner=settings.NODE.node_id, reliability="B", handling="H0",
            purpose="criminal_investigation", retain_until=timezone.localdate() + dt.timedelta(days=days),
            basis="intelligence", entities=(EntityDraft("one", "Person", category=category),),
            statements=(StatementDraft("one", "name", name, 2),),
        )  # fmt: skip
        source = record_source(actor=self.officer, compartment_id=self.case.compartment_id, draft=draft)
        if category == "suspect":
            # What nobody has said of a suspect asks a second person, and these tests are about what comes after.
            for kind in ("child", "role_conflict", "witness_protection", "public_role"):
                record_safeguard(actor=NODE, person_id=person_of(source), kind=kind, answer=["no"],
                                 expires=timezone.localdate() + dt.timedelta(days=days))  # fmt: skip
        return source

    def disclose(self, source: Source) -> int:
        """Release a source's statements to the partner and send the letter; returns the decision."""
        decision = self.signed(statements=[one.pk for one in source.statements.all()])
        self.beijing.work()
        return decision


def person_of(source: Source) -> int:
    """The person a source speaks of."""
    return int(Statement.objects.filter(source=source).values_list("entity_id", flat=True)[0])


@pytest.fixture
def office(
    beijing: Correspondent, officer: Officer, case: Case, signed: Callable[..., int],
    officer_factory: Callable[..., Officer],
) -> Office:  # fmt: skip
    adviser = officer_factory(roles=["legal_adviser"], username="lena")
    protection = officer_factory(roles=["data_protection_officer"], username="dora")
    return Office(officer, adviser, protection, case, beijing, signed)
