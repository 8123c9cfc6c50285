"""The log is written with the act or not at all, holds no personal data, and shows every change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, connection, transaction

from clew.node.accounts.actions import ACTIONS, NODE, Officer, Refused, UnauditedAction, action
from clew.node.audit.actions import NoTransaction, UnsafeDetail, checkpoint, record, record_many, recorded_entries
from clew.node.audit.models import AuditEntry, Checkpoint
from clew.node.audit.queries import verify

pytestmark = pytest.mark.django_db


def note(number: int) -> None:
    with transaction.atomic():
        record(actor=NODE, act="test.note", object_kind="note", object_id=number)


def test_a_log_of_many_acts_verifies() -> None:
    for number in range(9):
        note(number)
    report = verify()
    assert report.ok
    assert report.size == 9


def test_many_acts_recorded_at_once_have_a_leaf_each_and_the_log_verifies() -> None:
    note(0)
    with transaction.atomic():
        entries = record_many(
            actor=NODE, act="test.note", object_kind="note", objects=[(number, {"n": number}) for number in range(600)]
        )
    note(1)
    assert [entry.index for entry in entries] == list(range(1, 601))
    assert [entry.object_id for entry in AuditEntry.objects.order_by("index")[1:4]] == ["0", "1", "2"]
    report = verify()
    assert (report.ok, report.size) == (True, 602)


def test_many_acts_cost_no_more_statements_than_one(django_assert_num_queries: Any) -> None:
    note(0)
    with transaction.atomic(), django_assert_num_queries(3):
        record_many(actor=NODE, act="test.note", object_kind="note", objects=[(number, {}) for number in range(40)])


def test_one_unsafe_detail_among_many_leaves_no_entry() -> None:
    objects = [(1, {"a": "fine"}), (2, {"who": "Mei Beispielfrau"})]
    with transaction.atomic(), pytest.raises(UnsafeDetail):
        record_many(actor=NODE, act="test.note", object_kind="note", objects=objects)
    assert not AuditEntry.objects.exists()


def test_an_action_over_no_object_at_all_counts_as_silent() -> None:
    with transaction.atomic():
        before = recorded_entries()
        assert record_many(actor=NODE, act="test.note", object_kind="note", objects=[]) == []
        assert recorded_entries() == before


@pytest.mark.django_db(transaction=True)
def test_an_act_is_not_recorded_outside_of_a_transaction() -> None:
    with pytest.raises(NoTransaction):
        record(actor=NODE, act="test.note", object_kind="note", object_id=1)


def test_a_detail_that_could_be_a_name_is_refused() -> None:
    with transaction.atomic(), pytest.raises(UnsafeDetail):
        record(actor=NODE, act="test.note", object_kind="note", object_id=1, details={"who": "Mei Beispielfrau"})


def test_the_store_refuses_to_change_an_entry() -> None:
    note(1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(index=0).update(act="something.else")


def test_the_store_refuses_to_remove_an_entry() -> None:
    note(1)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(index=0).delete()


@pytest.mark.sqlite
def test_a_changed_entry_is_found_even_when_the_guard_was_removed() -> None:
    for number in range(4):
        note(number)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_auditentry_no_update")
        cursor.execute("UPDATE audit_auditentry SET leaf = x'00' WHERE \"index\" = 2")
    report = verify()
    assert not report.ok
    assert "Entry 2 was changed" in report.problems[0]


@pytest.mark.sqlite
def test_a_row_that_no_longer_shows_what_was_hashed_is_found() -> None:
    for number in range(3):
        note(number)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_auditentry_no_update")
        cursor.execute('UPDATE audit_auditentry SET actor_id = 5 WHERE "index" = 1')
    report = verify()
    assert report.first_bad == 1
    assert "what its row shows" in report.problems[0]


@pytest.mark.sqlite
def test_a_missing_entry_is_found() -> None:
    for number in range(4):
        note(number)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_auditentry_no_delete")
        cursor.execute('DELETE FROM audit_auditentry WHERE "index" = 1')
    report = verify()
    assert report.first_bad == 1
    assert "Entry 1 is missing" in report.problems[0]


@pytest.mark.sqlite
def test_a_log_rewritten_from_the_start_is_found_by_its_checkpoint() -> None:
    note(1)
    checkpoint(actor=NODE)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_auditentry_no_delete")
        cursor.execute("DELETE FROM audit_auditentry")
        cursor.execute("UPDATE audit_treehead SET size = 0, subtrees = x''")
    note(2)
    note(3)
    assert any("has another root" in problem for problem in verify().problems)


def test_a_checkpoint_signed_by_another_key_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    note(1)
    monkeypatch.setattr("clew.node.keys.transport_key", Ed25519PrivateKey.generate)
    checkpoint(actor=NODE)
    assert any("not this node's" in problem for problem in verify().problems)


def test_the_store_refuses_to_remove_a_checkpoint() -> None:
    checkpoint(actor=NODE)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Checkpoint.objects.all().delete()


def test_a_checkpoint_needs_the_right_to_verify(officer_factory: Callable[..., Officer]) -> None:
    with pytest.raises(Refused):
        checkpoint(actor=officer_factory(roles=["investigator"]))


def test_an_act_that_fails_leaves_no_entry() -> None:
    def fail() -> None:
        with transaction.atomic():
            record(actor=NODE, act="test.note", object_kind="note", object_id=1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert verify().size == 0


@pytest.mark.parametrize("value", ["Mei Li", "a@b", "émile", "x" * 129, 1.5, ["a"], b"a"])
def test_only_ids_codes_and_digests_are_recorded(value: object) -> None:
    with transaction.atomic(), pytest.raises(UnsafeDetail):
        record(actor=NODE, act="test.note", object_kind="note", object_id=1, details={"x": value})  # type: ignore[dict-item]


def test_an_object_is_not_named_by_words() -> None:
    with transaction.atomic(), pytest.raises(UnsafeDetail):
        record(actor=NODE, act="test.note", object_kind="note", object_id="Mei Beispielfrau")


def test_equal_acts_have_unequal_leaves() -> None:
    note(1)
    note(1)
    assert len({bytes(entry.leaf_hash) for entry in AuditEntry.objects.all()}) == 2


@pytest.mark.sqlite
def test_a_log_that_was_cut_off_is_found_by_its_checkpoint() -> None:
    for number in range(4):
        note(number)
    checkpoint(actor=NODE)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_auditentry_no_delete")
        cursor.execute('DELETE FROM audit_auditentry WHERE "index" > 1')
    assert any("checkpoint of size 4" in problem for problem in verify().problems)


def test_an_action_that_records_nothing_is_undone() -> None:
    @action("test.silent", permission="node.act")
    def silent(*, actor: object) -> None:
        note_outside = AuditEntry.objects.count()
        assert note_outside == 0

    try:
        with pytest.raises(UnauditedAction):
            silent(actor=NODE)
    finally:
        del ACTIONS["test.silent"]
