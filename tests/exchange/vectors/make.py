"""Writes a test vector for each type of letter: `python -m tests.exchange.vectors.make`.

The keys are those of `keys.json`. Letters, signatures and receipts come out the same in every run. Only the seal has an
ephemeral key of its own: while a letter is as it was, its committed envelope and the receipts for it are kept.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clew.exchange.receipts import Stage
from clew.exchange.sealing import Envelope, read_outer
from tests.exchange.partner import NOW
from tests.exchange.samples import BEIJING, VIENNA, Story, Told, sealed, tell

DIRECTORY = Path(__file__).parent / "types"


def main() -> None:
    """Write every file."""
    story = tell()
    DIRECTORY.mkdir(exist_ok=True)
    for told in story.told.values():
        text = json.dumps(vector(story, told), indent=1, ensure_ascii=False)
        path(told.sample.name).write_text(text + "\n", encoding="utf-8")


def path(name: str) -> Path:
    """Where the vector of that name is kept."""
    return DIRECTORY / f"{name}.json"


def kept(name: str) -> dict[str, Any]:
    """The vector of that name as it was committed; empty where there is none."""
    known = path(name)
    return json.loads(known.read_text(encoding="utf-8")) if known.exists() else {}


def vector(story: Story, told: Told) -> dict[str, Any]:
    """All there is to know of one letter on the road, as text."""
    envelope = _envelope(story, told)
    recipient = story.partners[BEIJING if told.sample.sender == VIENNA else VIENNA]
    recipient.now = NOW
    return {
        "type": told.letter.header.type,
        "from": told.sample.sender,
        "to": BEIJING if told.sample.sender == VIENNA else VIENNA,
        "letter": told.letter.raw.decode(),
        "sha256": told.letter.digest,
        "signed": told.signed,
        "envelope": envelope.raw.decode(),
        "envelope_sha256": envelope.digest,
        "receipts": {
            stage.value: recipient.receipt(envelope, stage, letter=_known(told, stage)).decode() for stage in Stage
        },
    }


def _envelope(story: Story, told: Told) -> Envelope:
    before = kept(told.sample.name)
    if before.get("signed") == told.signed:
        return read_outer(before["envelope"].encode())
    return sealed(story, told)


def _known(told: Told, stage: Stage) -> str:
    """Whoever stored an envelope does not know yet which letter is inside."""
    return "" if stage is Stage.STORED else told.letter.header.id


if __name__ == "__main__":
    main()
