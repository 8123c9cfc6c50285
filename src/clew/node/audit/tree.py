"""The log's tree in the store: its head, and the inner hashes from which proofs are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from clew.exchange import merkle
from clew.node.audit.models import AuditEntry, TreeHead, TreeNode

HASH_SIZE = 32
HEAD_ID = 1
LEVEL_HEIGHT = 8
"""A stored level stands this many steps above the one below it: 256 hashes make one."""


@dataclass(frozen=True, slots=True)
class Head:
    """The log's size and the roots of its complete subtrees, largest first."""

    size: int
    subtrees: tuple[bytes, ...]

    @property
    def root(self) -> bytes:
        return merkle.root_of_subtrees(self.subtrees)


def head() -> Head:
    """The head as it is now."""
    return _read("")


def locked_head() -> Head:
    """The head, held until the transaction ends, so that two acts never take the same place in the log."""
    # SQLite needs no row lock: a transaction there begins by taking the only right to write.
    lock = " FOR UPDATE" if connection.vendor == "postgresql" else ""
    found = _read(lock)
    if not found.size:
        TreeHead.objects.get_or_create(id=HEAD_ID)
        found = _read(lock)
    return found


def append(before: Head, leaves: Sequence[bytes]) -> None:
    """Take more leaves' hashes into the tree, in their order; `before` must be locked."""
    size, subtrees, nodes = before.size, before.subtrees, list[TreeNode]()
    for leaf in leaves:
        chain = merkle.merges(size, subtrees, leaf)
        nodes += [
            TreeNode(level=height // LEVEL_HEIGHT, position=size >> height, hash=chain[height])
            for height in range(LEVEL_HEIGHT, len(chain), LEVEL_HEIGHT)
        ]
        size, subtrees = size + 1, merkle.with_chain(subtrees, chain)
    if nodes:
        TreeNode.objects.bulk_create(nodes)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_treehead SET size = %s, subtrees = %s WHERE id = %s", [size, b"".join(subtrees), HEAD_ID]
        )


def hash_of(start: int, end: int) -> bytes:
    """The root of a part of the tree, from at most 256 stored hashes for each complete subtree in it."""
    return merkle.root_of_subtrees([_subtree(*place) for place in merkle.complete_subtrees(start, end)])


def _read(lock: str) -> Head:
    # Every act reads and writes this row: in plain SQL, because building model instances cost more than the store.
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT size, subtrees FROM audit_treehead WHERE id = %s{lock}", [HEAD_ID])  # noqa: S608 - constants
        row = cursor.fetchone()
    size, raw = (row[0], bytes(row[1])) if row else (0, b"")
    return Head(size, tuple(raw[start : start + HASH_SIZE] for start in range(0, len(raw), HASH_SIZE)))


def _subtree(height: int, position: int) -> bytes:
    level, above = divmod(height, LEVEL_HEIGHT)
    first, last = position << above, (position + 1 << above) - 1
    if level == 0:
        leaves = AuditEntry.objects.filter(index__range=(first, last)).order_by("index")
        return merkle.root([bytes(row) for row in leaves.values_list("leaf_hash", flat=True)])
    nodes = TreeNode.objects.filter(level=level, position__range=(first, last)).order_by("position")
    return merkle.root([bytes(row) for row in nodes.values_list("hash", flat=True)])
