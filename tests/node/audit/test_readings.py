"""Reading a dossier, a fact, a consent, a letter, a decision is an entry of the log: who, what, when, and no value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib import import_module

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clew.node.accounts.acting import ACTIONS
from clew.node.accounts.actions import reading_acts
from clew.node.accounts.models import Officer
from clew.node.audit import actions as log
from clew.node.audit.models import AuditEntry
from clew.node.audit.queries import untouched_since
from clew.node.cases import actions as cases
from clew.node.disclosure import actions as disclosure
from clew.node.disclosure.holding import HARMLESS
from clew.node.dossier.actions import read_entity
from clew.node.dossier.models import Statement
from clew.node.oversight.queries.registers import kinds_of_acts
from tests.node.disclosure.conftest import World, step_up
from tests.node.disclosure.conftest import world as world

SignIn = Callable[[Officer], Client]
NAME = "Mei Beispielfrau (fictional)"


def pages(world: World) -> dict[str, tuple[str, str, int]]:
    """By act: the address that shows something, and the object that the log names."""
    release = world.draft(statements=[world.statement("Person", "name")])
    decision = disclosure.decide(actor=world.anna, release_id=release.pk).pk
    person, said = world.person(), world.statement("Person", "name")
    return {
        "dossier.read_entity": (reverse("dossier:entity", args=[person]), "entity", person),
        "dossier.read_statement": (reverse("dossier:why", args=[said]), "statement", said),
        "consent.read_person": (reverse("consent:person", args=[person]), "entity", person),
        "exchange.read_copies": (reverse("exchange:copies", args=[source_of(said)]), "source", source_of(said)),
        "disclosure.read_decision": (reverse("disclosure:decision", args=[decision]), "decision", decision),
    }


def source_of(statement: int) -> int:
    return int(Statement.objects.values_list("source_id", flat=True).get(pk=statement))


def readings(act: str = "") -> list[AuditEntry]:
    found = AuditEntry.objects.filter(act__in=reading_acts()).order_by("index")
    return list(found.filter(act=act) if act else found)


def test_each_page_that_shows_a_person_says_in_the_log_who_read_what(world: World, signed_in_client: SignIn) -> None:
    client = signed_in_client(world.anna)
    for act, (address, kind, number) in pages(world).items():
        before = timezone.now()
        assert client.get(address).status_code == 200
        (entry,) = readings(act)
        assert (entry.actor_id, entry.object_kind, entry.object_id) == (world.anna.pk, kind, str(number))
        assert before <= entry.at <= timezone.now()
        assert "Beispielfrau" not in bytes(entry.leaf).decode()


def test_an_hour_of_reading_is_one_entry_for_an_officer_and_an_object(world: World, signed_in_client: SignIn) -> None:
    address, _kind, person = pages(world)["dossier.read_entity"]
    anna, bernd = signed_in_client(world.anna), signed_in_client(world.bernd)
    for _again in range(3):
        anna.get(address)
    assert len(readings("dossier.read_entity")) == 1
    bernd.get(address)
    anna.get(reverse("dossier:entity", args=[person + 1]))
    assert len(readings("dossier.read_entity")) == 3


def test_after_the_hour_a_reading_is_an_entry_again(
    world: World, signed_in_client: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = pages(world)["dossier.read_entity"][0]
    client = signed_in_client(world.anna)
    client.get(address)
    monkeypatch.setattr(log, "ONE_READING", dt.timedelta(0))
    client.get(address)
    assert len(readings("dossier.read_entity")) == 2


def test_a_page_that_is_not_hers_is_not_shown_and_not_recorded(world: World, signed_in_client: SignIn) -> None:
    client = signed_in_client(world.stranger)
    for address, _kind, _number in pages(world).values():
        assert client.get(address).status_code in {403, 404}
    assert readings() == []


def test_no_page_is_shown_when_the_log_cannot_be_written(
    world: World, signed_in_client: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = pages(world)

    def broken(*_arguments: object, **_named: object) -> None:
        raise DatabaseError("the log is full")

    monkeypatch.setattr("clew.node.accounts.acting.record_many", broken)
    client = signed_in_client(world.anna)
    client.raise_request_exception = False
    for address, _kind, _number in asked.values():
        answer = client.get(address)
        assert answer.status_code == 500
        assert NAME not in answer.text


def test_an_entry_that_is_rolled_back_was_no_reading(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object, **_named: object) -> None:
        raise LookupError

    monkeypatch.setattr("clew.node.dossier.queries.viewing.assemble", broken)
    with pytest.raises(LookupError):
        read_entity(actor=world.anna, entity_id=world.person())
    assert readings() == []


def test_readings_stand_in_the_log_of_the_data_protection_officer(
    world: World, signed_in_client: SignIn, officer_factory: Callable[..., Officer]
) -> None:
    signed_in_client(world.anna).get(pages(world)["dossier.read_entity"][0])
    officer = officer_factory(roles=["data_protection_officer"])
    shown = signed_in_client(officer).get(reverse("audit:log"), {"act": "dossier.read_entity"}).text
    assert f"entity {world.person()}" in shown
    assert "Anna Muster" in shown
    assert reading_acts() <= {act for act, kind in kinds_of_acts().items() if kind == "consultation"}


def test_a_reading_costs_few_queries_and_only_the_first_one_in_an_hour_writes(world: World) -> None:
    person = world.person()
    counted = []
    for _again in range(3):
        with CaptureQueriesContext(connection) as captured:
            read_entity(actor=world.anna, entity_id=person)
        counted.append(captured.captured_queries)
    first, second, third = counted
    assert len(second) == len(third)
    assert len(first) - len(second) <= 6
    assert not [one["sql"] for one in second if one["sql"].startswith(("INSERT", "UPDATE", "SAVEPOINT"))]


def test_after_a_reading_a_signed_letter_need_not_be_derived_again(world: World) -> None:
    release = world.draft()
    decision = disclosure.decide(actor=world.anna, release_id=release.pk)
    for missing in decision.outcome["missing"]:
        disclosure.approve(actor=world.bernd, decision_id=decision.pk, role=missing["role"], reason="Needed.",
                           step_up=step_up(world.bernd))  # fmt: skip
    disclosure.sign(actor=world.anna, decision_id=decision.pk, step_up=step_up(world.anna))
    read_entity(actor=world.anna, entity_id=world.person())

    def untouched(harmless: frozenset[str]) -> frozenset[str]:
        return untouched_since(act="disclosure.sign", object_ids=[str(decision.pk)], harmless=harmless)

    assert untouched(HARMLESS | reading_acts()) == {str(decision.pk)}
    assert untouched(HARMLESS) == frozenset()


def test_an_act_that_changes_something_is_no_reading() -> None:
    for app in ("consent", "exchange", "kinship", "referral"):
        # Actions are known once their app's are imported, which pages do.
        import_module(f"clew.node.{app}.actions")
    assert reading_acts() == {
        "consent.read_person", "disclosure.read_decision", "dossier.compare_entities", "dossier.read_entity",
        "dossier.read_statement", "exchange.read_copies", "exchange.read_letter", "kinship.read_hit",
        "referral.read_address", "referral.read_incoming",
        "referral.read_own_page", "referral.read_path", "referral.read_referral",
    }  # fmt: skip
    assert all(".record" not in name for name in reading_acts())
    assert len(reading_acts()) < len(ACTIONS)


def test_an_officer_who_leaves_the_team_reads_no_more_within_the_same_hour(world: World) -> None:
    person = world.person()
    assert read_entity(actor=world.bernd, entity_id=person) is not None
    cases.remove_from_team(actor=world.anna, case_id=world.case.pk, officer_id=world.bernd.pk)
    assert read_entity(actor=world.bernd, entity_id=person) is None
