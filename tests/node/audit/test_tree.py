"""The tree in the store gives the same proofs as the tree in memory, from few hashes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from clew.exchange import merkle
from clew.node.accounts.actions import NODE
from clew.node.audit.actions import record
from clew.node.audit.models import AuditEntry, TreeNode
from clew.node.audit.queries import consistency_proof, inclusion_proof, size_and_root, verify

pytestmark = pytest.mark.django_db
SIZE = 700


@pytest.fixture
def leaves() -> list[bytes]:
    with transaction.atomic():
        for number in range(SIZE):
            record(actor=NODE, act="test.note", object_kind="note", object_id=number)
    return [bytes(each) for each in AuditEntry.objects.order_by("index").values_list("leaf_hash", flat=True)]


def test_the_store_proves_what_memory_proves(leaves: list[bytes]) -> None:
    assert size_and_root() == (SIZE, merkle.root(leaves))
    for index in (0, 1, 255, 256, 511, 512, 640, SIZE - 1):
        assert inclusion_proof(index) == merkle.inclusion_proof(leaves, index)
    for first in (1, 2, 255, 256, 257, 512, 600, SIZE):
        assert consistency_proof(first) == merkle.consistency_proof(leaves, first)


def test_a_proof_reads_few_hashes(leaves: list[bytes]) -> None:
    with CaptureQueriesContext(connection) as asked:
        inclusion_proof(3)
    assert len(asked) <= 2 * SIZE.bit_length()
    assert TreeNode.objects.count() == SIZE // 256


def test_there_is_no_proof_for_what_is_not_there(leaves: list[bytes]) -> None:
    with pytest.raises(IndexError):
        inclusion_proof(SIZE)
    with pytest.raises(IndexError):
        consistency_proof(0)


def test_a_changed_inner_hash_is_found(leaves: list[bytes]) -> None:
    TreeNode.objects.filter(position=1).update(hash=bytes(32))
    assert [problem for problem in verify().problems if "inner hash" in problem]


def test_an_entry_costs_three_statements(django_assert_num_queries: Any) -> None:
    with transaction.atomic():
        record(actor=NODE, act="test.note", object_kind="note", object_id=0)
        with django_assert_num_queries(3):
            record(actor=NODE, act="test.note", object_kind="note", object_id=1)
