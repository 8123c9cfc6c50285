"""What two nodes say of their audit logs, as records of a letter's body; `clew.exchange.checkpoints` judges it.

Each text is a signed note or a signature line. Only the one form that its signer writes is taken, so that neither has
room for a sentence (https://c2sp.org/tlog-checkpoint, https://c2sp.org/tlog-cosignature).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A node's newest checkpoint, and the proof (hashes in hex) that it extends the one of `since` entries."""

    note: str
    since: int
    proof: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cosignature:
    """The answer: a `cosignature` of the note with that digest, or a `code` with the note that is `held` instead."""

    checkpoint: str
    cosignature: str = ""
    code: str = ""
    held: str = ""
