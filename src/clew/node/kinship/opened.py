"""The columns of a unit, decrypted: only in the worker's memory, and only while a session is open there.

Whatever changes a block in the store makes what lies in memory out of date, and it is let go of before the next search:
a child whose profile was destroyed a moment ago is not found.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clew.node.at_rest import Unreadable
from clew.node.kinship.columns_cache import Content, read_block, write_block
from clew.node.kinship.models import Block, Profile
from clew.node.kinship.standing import fallen

if TYPE_CHECKING:
    from clew.kinship.columns import Columns

Version = tuple[tuple[int, str], ...]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opened:
    """The columns of a unit as they were at a version of its blocks; the ids in them are the profiles' numbers."""

    version: Version
    columns: Columns


_in_memory: Final[dict[int, Opened]] = {}


def version_of(compartment_id: int) -> Version:
    """What the unit's blocks are now; two that are equal hold the same profiles."""
    blocks = Block.objects.filter(compartment_id=compartment_id).order_by("number")
    return tuple((pk, digest) for pk, digest in blocks.values_list("pk", "digest"))


def opened(compartment_id: int) -> Columns:
    """The columns of a unit, decrypted now where they are not in memory as they are on disk."""
    known = _in_memory.get(compartment_id)
    if known is None or known.version != version_of(compartment_id):
        _in_memory.pop(compartment_id, None)
        contents = list(_contents(compartment_id))
        _in_memory[compartment_id] = Opened(version_of(compartment_id), _joined(contents, _searched(compartment_id)))
    return _in_memory[compartment_id].columns


def let_go(but_not: Collection[int] = ()) -> None:
    """Drop what is in memory, except what these units have open."""
    for compartment_id in set(_in_memory) - set(but_not):
        with suppress(KeyError):
            del _in_memory[compartment_id]


def in_memory() -> frozenset[int]:
    """The units whose columns lie decrypted in this process."""
    return frozenset(_in_memory)


def _contents(compartment_id: int) -> Iterator[Content]:
    """What the unit's blocks hold; one that cannot be read is made anew from the rows."""
    for block in Block.objects.filter(compartment_id=compartment_id).order_by("number"):
        try:
            yield read_block(block)
        except Unreadable:
            log.info("block %d of the kinship store is made anew", block.pk)
            yield read_block(write_block(block))


def _searched(compartment_id: int) -> set[int]:
    """The profiles that may be searched today: they stand, and so does their consent."""
    standing = list(Profile.objects.filter(child__compartment_id=compartment_id, destroyed=None))
    return {each.pk for each in standing} - {each.pk for each in fallen(standing)}


def _joined(contents: list[Content], searched: set[int]) -> Columns:
    """One set of columns of all blocks, without destroyed rows and those that may not be searched."""
    import numpy as np

    from clew.kinship.columns import ColumnsBuilder
    from clew.kinship.profiles import read_seen

    loci = sorted({locus for each in contents for locus in each.findings})
    builder = ColumnsBuilder(loci)
    for each in contents:
        rows = np.array([place for place, pk in enumerate(each.ids) if pk in searched], dtype=np.intp)
        codes = np.frombuffer(each.codes, dtype="<u2").reshape(len(each.findings), len(each.ids))
        own = dict(zip(each.findings, codes, strict=True))
        numbered = []
        for number, locus in enumerate(loci):
            texts = each.findings.get(locus, [""])
            known = np.array([builder.code(number, read_seen("", locus, text)) for text in texts], dtype=np.intp)
            numbered.append(known[own[locus][rows]] if locus in own else np.zeros(len(rows), dtype=np.intp))
        builder.add_codes(
            [str(each.ids[row]) for row in rows],
            [each.sexes[row] for row in rows],
            [column.tolist() for column in numbered],
        )
    return builder.finish()
