"""To whom this node may write at present. Whatever leaves asks here first, and is told why not.

A node that was brought back from a backup does not know what it sent and received after that backup. What it signed
before and dispatched after would leave a second time, under a number that its partner knows from another letter. So
nothing leaves to a partner until it has said what it has, or an officer has said why that is not waited for. What a
node says at its own door is not held: a receipt for the bytes that just came is about nothing that was lost.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext as _

from clew.node.exchange.models import Restored
from clew.node.partners.queries import KeysWithheld, UsableKeys, names_of, party, usable_keys

RESTORED: Final = "restored"
"""Why keys are withheld from a letter although the directory gives them."""


def may_write_to(party_uid: str, now: dt.datetime) -> UsableKeys | KeysWithheld:
    """The keys to write to a party or post with, or the reason why nothing may leave to it now."""
    keys = usable_keys(party_uid, now)
    if isinstance(keys, KeysWithheld):
        return keys
    held = held_parties()
    found = party(party_uid) if held else None
    node = (found.parent_uid or found.uid) if found is not None else party_uid
    return _withheld(node) if node in held else keys


def may_ask(party_uid: str, now: dt.datetime) -> UsableKeys | KeysWithheld:
    """The keys for what is said about the restore itself, which goes to whom nothing else does."""
    return usable_keys(party_uid, now)


def held_parties() -> frozenset[str]:
    """The nodes to which nothing leaves since this one was brought back."""
    return frozenset(Restored.objects.filter(resolved=None).values_list("party", flat=True))


def _withheld(node: str) -> KeysWithheld:
    words = _(
        "This node was brought back from a backup, and %(party)s has not said yet what it has. "
        "Nothing leaves to it until then."
    )
    return KeysWithheld(node, RESTORED, words % {"party": names_of({node}).get(node, node)})
