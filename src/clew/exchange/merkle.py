"""Merkle tree hashing, audit paths and consistency proofs (RFC 6962, section 2.1), as pure functions.

Own code, because the library of that name is under the GPL. Hashes are SHA-256 digests of 32 bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
Range = tuple[int, int]
"""A part of a tree: its first leaf, and the one after its last."""


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 || data): the prefix keeps a leaf from passing for an inner node (RFC 6962, 2.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def merges(size: int, subtrees: Sequence[bytes], leaf: bytes) -> list[bytes]:
    """The roots of the complete subtrees that end with a new leaf: the leaf itself, its parent, and so on.

    Args:
        size: leaves before; the number of subtrees is the number of one bits in it.
        subtrees: the roots of the complete subtrees before, largest first.
        leaf: the new leaf's hash.
    """
    chain = [leaf]
    for left in reversed(subtrees):
        if not size & 1:
            break
        chain.append(node_hash(left, chain[-1]))
        size >>= 1
    return chain


def add_leaf(size: int, subtrees: Sequence[bytes], leaf: bytes) -> tuple[bytes, ...]:
    """The roots of the complete subtrees after appending a leaf; arguments as in `merges`."""
    return with_chain(subtrees, merges(size, subtrees, leaf))


def with_chain(subtrees: Sequence[bytes], chain: Sequence[bytes]) -> tuple[bytes, ...]:
    """Replace the subtrees that `merges` took in by the one they became."""
    return (*subtrees[: len(subtrees) - len(chain) + 1], chain[-1])


def root_of_subtrees(subtrees: Sequence[bytes]) -> bytes:
    """The root of a tree given the roots of its complete subtrees, largest first."""
    if not subtrees:
        return EMPTY_ROOT
    root = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        root = node_hash(left, root)
    return root


def root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of leaf hashes (RFC 6962, 2.1)."""
    subtrees: tuple[bytes, ...] = ()
    for size, leaf in enumerate(leaves):
        subtrees = add_leaf(size, subtrees, leaf)
    return root_of_subtrees(subtrees)


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The parts of a tree whose roots are the audit path of leaf `index` (RFC 6962, 2.1.1), nearest sibling first.

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise IndexError(index)
    start, end, ranges = 0, size, list[Range]()
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(first: int, size: int) -> list[Range]:
    """The parts whose roots prove that the first `first` leaves are a prefix of the tree (RFC 6962, 2.1.2).

    Raises:
        IndexError: `first` is not between 1 and `size`.
    """
    if not 1 <= first <= size:
        raise IndexError(first)
    start, end, ranges = 0, size, list[Range]()
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    # The old root itself is known to whoever checks; only a part of it has to be given.
    return ranges[::-1] if start == 0 else [(start, end), *ranges[::-1]]


def complete_subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """Height and position of the complete subtrees that make up a part of a tree, largest first."""
    found = []
    while start < end:
        height = (end - start).bit_length() - 1
        found.append((height, start >> height))
        start += 1 << height
    return found


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of leaf `index`, nearest sibling first; raises as `inclusion_ranges`."""
    return [root(leaves[start:end]) for start, end in inclusion_ranges(index, len(leaves))]


def consistency_proof(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """The proof that the first `first` leaves are a prefix; raises as `consistency_ranges`."""
    return [root(leaves[start:end]) for start, end in consistency_ranges(first, len(leaves))]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Whether the audit path leads from the leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found == expected


def verify_consistency(first: int, second: int, proof: Sequence[bytes], old: bytes, new: bytes) -> bool:
    """Whether the tree of `second` leaves extends the one of `first` (RFC 9162, 2.1.4.2)."""
    if first == second:
        return not proof and old == new
    if not 1 <= first < second or not proof:
        return False
    path = list(proof) if first & (first - 1) else [old, *proof]
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    return _consistency_roots(path, node, last) == (old, new)


def _consistency_roots(path: list[bytes], node: int, last: int) -> tuple[bytes, bytes] | None:
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return (old, new) if last == 0 else None


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1
