"""Merkle hashing against the published vectors of the certificate-transparency project, and against its definition."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clew.exchange import merkle

INPUTS = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Roots of the first 1..8 inputs (certificate-transparency, merkletree/merkle_tree_test)."""

LEAVES = [merkle.leaf_hash(data) for data in INPUTS]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_published_roots_are_reproduced() -> None:
    assert [merkle.root(LEAVES[:size]).hex() for size in range(1, 9)] == ROOTS


def test_every_leaf_of_every_size_has_a_path_that_leads_to_the_root() -> None:
    for size in range(1, 9):
        for index in range(size):
            path = merkle.inclusion_proof(LEAVES[:size], index)
            assert merkle.verify_inclusion(LEAVES[index], index, size, path, bytes.fromhex(ROOTS[size - 1]))


def test_a_path_does_not_lead_another_leaf_to_the_root() -> None:
    path = merkle.inclusion_proof(LEAVES, 3)
    assert not merkle.verify_inclusion(LEAVES[4], 3, 8, path, bytes.fromhex(ROOTS[7]))


PUBLISHED_PATHS = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
"""Audit paths of leaf `index` in the tree of `size` (certificate-transparency, merkletree/merkle_tree_test)."""

PUBLISHED_CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
"""Consistency proofs between two sizes, from the same place."""


def test_the_published_paths_are_reproduced() -> None:
    for (index, size), path in PUBLISHED_PATHS.items():
        assert [step.hex() for step in merkle.inclusion_proof(LEAVES[:size], index)] == path


def test_the_published_consistency_proofs_are_reproduced() -> None:
    for (first, size), proof in PUBLISHED_CONSISTENCY.items():
        assert [step.hex() for step in merkle.consistency_proof(LEAVES[:size], first)] == proof


def test_every_size_is_consistent_with_every_larger_one() -> None:
    for first in range(1, 9):
        for second in range(first, 9):
            proof = merkle.consistency_proof(LEAVES[:second], first)
            old, new = bytes.fromhex(ROOTS[first - 1]), bytes.fromhex(ROOTS[second - 1])
            assert merkle.verify_consistency(first, second, proof, old, new)


def test_a_rewritten_tree_is_not_consistent() -> None:
    proof = merkle.consistency_proof(LEAVES, 5)
    assert not merkle.verify_consistency(5, 8, proof, bytes.fromhex(ROOTS[3]), bytes.fromhex(ROOTS[7]))


def by_definition(leaves: list[bytes]) -> bytes:
    if not leaves:
        return merkle.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return merkle.node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_appending_gives_the_root_of_the_definition(data: list[bytes]) -> None:
    leaves = [merkle.leaf_hash(item) for item in data]
    assert merkle.root(leaves) == by_definition(leaves)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=40), st.data())
def test_proofs_hold_for_any_tree(data: list[bytes], draw: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(item) for item in data]
    index = draw.draw(st.integers(0, len(leaves) - 1))
    first = draw.draw(st.integers(1, len(leaves)))
    root = merkle.root(leaves)
    assert merkle.verify_inclusion(leaves[index], index, len(leaves), merkle.inclusion_proof(leaves, index), root)
    proof = merkle.consistency_proof(leaves, first)
    assert merkle.verify_consistency(first, len(leaves), proof, merkle.root(leaves[:first]), root)
