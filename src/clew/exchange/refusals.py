"""Why something that a partner sent is not taken: a stable code and a sentence that an officer can read."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    "not-json": "This is not readable as strict JSON.",
    "duplicate-key": "A name occurs twice in the same object, so that two readers could read two different letters.",
    "not-a-number": "It contains a number that is not a whole number; amounts are written as text.",
    "bad-text": "It contains characters that are no valid text.",
    "too-deep": "It is nested too deeply.",
    "too-many": "It contains too many values.",
    "too-large": "It is larger than this node takes.",
    "not-canonical": "The bytes are not in the one form in which they may be signed.",
    "unknown-field": "It contains a field that is not known.",
    "missing-field": "A required field is missing.",
    "bad-field": "A field has a value that is not allowed.",
    "unknown-version": "It is written in a version that this node does not know.",
    "unknown-type": "This type of letter is not known.",
    "unknown-suite": "It is sealed with a suite of algorithms that this node does not allow.",
    "wrong-algorithm": "The signature or seal names an algorithm that is not allowed.",
    "wrong-key": "It was signed or sealed with another key than the one pinned for this partner.",
    "compressed": "The sealed content is compressed, which is not allowed.",
    "bad-signature": "The signature is missing or does not match the content.",
    "not-openable": "The sealed content cannot be opened with this node's key.",
    "bad-padding": "The sealed content does not fill its size class.",
    "wrong-sender": "The sender named inside is not the sender named outside.",
    "wrong-recipient": "It is addressed to another party.",
    "expired": "It arrived after its expiry.",
    "expires-too-late": "Its expiry lies further in the future than is allowed.",
    "from-the-future": "It is dated in the future.",
    "unknown-sender": "The sender is not in this node's directory.",
    "sender-not-usable": "The sender's keys may not be used at present: unconfirmed, suspended or expired.",
    "not-accepted": "It was not taken: this node does not know the sender, or its signature does not count here now.",
    "too-many-attempts": "Too many attempts came from senders that this node does not know.",
    "unknown-recipient": "This node carries it no further: it does not know the party it is addressed to.",
    "recipient-not-usable": "This node carries it no further: it may not write to its recipient at present.",
    "loop": "It is addressed to the party that sent it.",
    "transit-full": "This node already carries as much for this sender as it can.",
    "replay": "Another envelope with the same number came from this sender before.",
    "fork": "Another letter with the same number in the order between both parties came before.",
    "history": "It does not follow the letter that came before it between both parties.",
    "no-officer": "It carries content but no officer signed its release.",
    "officer-signature": "The officer's signature does not match this content and its release decision.",
    "not-as-decided": "What would be sent is not what was decided and signed.",
    "not-for-this-letter": "The receipt speaks of another letter.",
    "not-valid-now": "The card is not valid at this time.",
    "foreign-thread": "It names a correspondence that this node has with another party.",
    "not-a-bundle": "This is no bundle of letters, or it was changed or cut off on its way.",
    "not-as-listed": "The bundle holds other letters than its signed index lists.",
    "withdrawn": "The request that it answers was withdrawn by its sender.",
    "stale": "Its time is not now: it lay somewhere, or one of both clocks is wrong.",
    "not-a-mail": "This is no mail with exactly one sealed bundle in it.",
    "recalled": "It was taken back by its sender, or answers a letter that was.",
    "declined": "An officer declined to take the letter.",
    "not-announced": "It belongs to nothing that was announced.",
    "not-as-announced": "It is not what was announced.",
    "missing-part": "A part has not arrived yet.",
    "copy-gone": "The sealed copy of a file is not here any more.",
    "cut-off": "It ends before its end.",
}
"""Every code with its sentence; the node translates the sentences."""


class Refusal(Exception):
    """Something is not taken.

    Args:
        code: key of `SENTENCES`.
        where: which part is meant, for instance `header/deadline`; never quotes what the partner wrote.
    """

    def __init__(self, code: str, where: str = "") -> None:
        self.code = code
        self.where = where
        self.sentence = SENTENCES[code]
        super().__init__(f"{code}: {self.sentence}" + (f" ({where})" if where else ""))
