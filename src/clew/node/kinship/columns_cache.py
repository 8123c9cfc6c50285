"""The columns that a search runs over, on disk: blocks of found children, each a file sealed under a key of its own.

The files are derived: the sealed rows of the store are the truth, and a block that is missing, damaged or out of date
is made anew from them. A block's key lies wrapped under the node's rest key in the store and never beside the file; it
is thrown away in the transaction that changes what the block holds. Only then is the file written anew.

A file is a number that says how long its head is (4 bytes, little endian), the head (JSON: ids, sexes, and the findings
of each locus in the order of their codes), and the codes, loci x rows, 16 bits each, little endian. A row of zeros with
the id 0 is a profile that was destroyed.
"""

from __future__ import annotations

import hashlib
import json
import sys
from array import array
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.utils import timezone

from clew.kinship.profiles import Seen
from clew.node import at_rest
from clew.node.home import PRIVATE_DIRECTORY, load_home, write_private
from clew.node.kinship.models import Block, Profile
from clew.node.kinship.sealing import KEY_BITS, open_profile, opened_under, sealed_under

ROWS: Final = 2048
"""Profiles in a block: some 0.1 s of decrypting when one of them is destroyed."""

SEXES: Final = ("unknown", "male", "female")
"""In the order of `clew.kinship.columns.SEXES`, which is not imported here: no page needs what computes."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a block holds. `findings[locus][code]`: as text, "" at 0; `codes`: loci x rows."""

    ids: list[int]
    sexes: list[int]
    findings: Mapping[str, list[str]]
    codes: bytes


def directory() -> Path:
    """Where the blocks lie."""
    return load_home().path / "kinship"


def file_of(block: Block) -> Path:
    """The file of a block."""
    return directory() / f"block-{block.pk}"


def block_for(compartment_id: int) -> Block:
    """The block into which the next found child of a unit goes. Part of an action.

    Two actions at once find the same block: the one that comes later waits for the last block, or meets the new one.
    """
    last = Block.objects.select_for_update().filter(compartment_id=compartment_id).order_by("-number").first()
    if last is not None and last.profiles.count() < ROWS:
        return last
    number = last.number + 1 if last is not None else 1
    return Block.objects.get_or_create(compartment_id=compartment_id, number=number)[0]


def outdate(blocks: Collection[int]) -> None:
    """Throw the keys of blocks away, since what they hold has changed. Part of an action."""
    Block.objects.filter(pk__in=blocks).update(wrapped=None, digest="", written=None)


def write_block(block: Block) -> Block:
    """Make the file of a block from the store's rows, under a new key, and return the block as it is then.

    A crash before the commit leaves a file that no key opens; it is made anew when it is next wanted.
    """
    with transaction.atomic():
        block = Block.objects.select_for_update().get(pk=block.pk)
        rows = block.profiles.select_related("child").order_by("pk")
        content = packed(list(rows))
        key = AESGCM.generate_key(bit_length=KEY_BITS)
        sealed = sealed_under(key, content, _place(block))
        directory().mkdir(mode=PRIVATE_DIRECTORY, exist_ok=True)
        write_private(file_of(block), sealed)
        block.wrapped = at_rest.seal(key, _key_of(block))
        block.digest = hashlib.sha256(sealed).hexdigest()
        block.written = timezone.now()
        block.save(update_fields=["wrapped", "digest", "written"])
    return block


def read_block(block: Block) -> Content:
    """What a block's file holds. Raises `at_rest.Unreadable` where it is missing, damaged or out of date."""
    if block.wrapped is None:
        raise at_rest.Unreadable("The block is out of date.")
    try:
        sealed = file_of(block).read_bytes()
    except OSError as error:
        raise at_rest.Unreadable("The block has no file.") from error
    key = at_rest.unseal(bytes(block.wrapped), _key_of(block))
    return unpacked(opened_under(key, sealed, _place(block)))


def ids_in_file(block: Block) -> set[int]:
    """The numbers of the profiles that a block's file holds, read from the file."""
    return set(read_block(block).ids) - {0}


def packed(profiles: Collection[Profile]) -> bytes:
    """The content of a block with these profiles, in their order; those that were destroyed as rows of zeros."""
    opened = [open_profile(each) for each in profiles]
    loci = sorted({locus for each in opened for locus in each or ()})
    findings: dict[str, list[str]] = {}
    codes = array("H")
    for locus in loci:
        column, findings[locus] = _coded([(each or {}).get(locus) for each in opened])
        codes.extend(column)
    if sys.byteorder == "big":
        codes.byteswap()
    head = {
        "ids": [each.pk if found is not None else 0 for each, found in zip(profiles, opened, strict=True)],
        "sexes": [_sex(each) if found is not None else 0 for each, found in zip(profiles, opened, strict=True)],
        "findings": findings,
    }
    text = json.dumps(head, separators=(",", ":")).encode()
    return len(text).to_bytes(4, "little") + text + codes.tobytes()


def unpacked(content: bytes) -> Content:
    """What `packed` made."""
    size = int.from_bytes(content[:4], "little")
    head = json.loads(content[4 : 4 + size])
    return Content(head["ids"], head["sexes"], head["findings"], content[4 + size :])


def _coded(column: list[Seen | None]) -> tuple[list[int], list[str]]:
    """A locus as codes, and the text of each code; nothing that stands in no row is among them."""
    texts = ["" if each is None else str(each) for each in column]
    known = {text: code for code, text in enumerate(["", *sorted(set(texts) - {""})])}
    return [known[each] for each in texts], list(known)


def _sex(profile: Profile) -> int:
    return SEXES.index(profile.child.sex) if profile.child is not None else 0


def _place(block: Block) -> bytes:
    return b"kinship block %d" % block.pk


def _key_of(block: Block) -> bytes:
    return b"kinship block key %d" % block.pk
