"""Reads a letter at rest back into what was signed, and says how it was verified."""

from __future__ import annotations

from clew.exchange.letters import Letter as SignedLetter
from clew.exchange.letters import read_letter
from clew.exchange.sealing import verify_letter
from clew.node.exchange.at_rest import AtRest, signed_form, subject
from clew.node.exchange.identity import own_uid
from clew.node.exchange.models import Letter


def rest_of(row: Letter) -> AtRest:
    """The encrypted parts of a letter's row."""
    return AtRest(bytes(row.wrapped_key), bytes(row.sealed), bytes(row.sealed_subject))


def subject_of(row: Letter) -> str:
    """The letter's subject in clear."""
    return subject(row.uid, rest_of(row))


def opened(row: Letter) -> SignedLetter:
    """The letter as it was signed; its signature is verified again with the key that was pinned when it came.

    Raises:
        clew.exchange.refusals.Refusal: what is stored is no longer what was signed.
    """
    sender, recipient = (row.party, own_uid()) if row.direction == "in" else (own_uid(), row.party)
    raw = verify_letter(signed_form(row.uid, rest_of(row)), bytes(row.signed_with))
    return read_letter(raw, sender=sender, recipient=recipient, now=row.created)
