"""How a service is asked: by a task within this node, by letter to a partner's node, or by a note that it was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.disclosure.guard import fields_naming
from clew.node import at_rest
from clew.node.partners.queries import KeysWithheld, instruments_between, own_party, party, usable_keys
from clew.node.referral.models import Service
from clew.node.types import BadInput

Way = Literal["team", "letter", "note"]

PURPOSE: Final = "referral"

NEVER_A_NODE: Final = frozenset({"unknown", "unconfirmed", "no-card"})
"""Why a party has no keys, where it is because it has no node that anybody here confirmed."""


def way_to(service: Service) -> Way:
    """How a service is asked. A partner with a node of its own is asked by letter and in no other way."""
    if service.team_id is not None:
        return "team"
    found = party(service.party)
    if found is None or found.is_own:
        return "note"
    keys = usable_keys(service.party, timezone.now())
    return "note" if isinstance(keys, KeysWithheld) and keys.code in NEVER_A_NODE else "letter"


def instrument_choices(service: Service) -> list[tuple[str, str]]:
    """What holds today between both and lets this node ask for help for a person: code and title."""
    own = own_party()
    if own is None:
        return []
    found = instruments_between(own.uid, service.party, timezone.localdate()).in_force
    return [(each.code, each.title or each.code) for each in found if each.allows("notify", PURPOSE)]


def place_problems(texts: Mapping[str, str]) -> list[BadInput]:
    """Texts that hold the address of a protected place of the directory, by field (guard 5)."""
    if not any(texts.values()):
        return []
    addresses = []
    for found in Service.objects.exclude(sealed_address=b"").only("uid", "sealed_address"):
        whole = at_rest.unseal(bytes(found.sealed_address), address_bound_to(found.uid)).decode()
        addresses += [whole, whole.split(",")[0]]
    cure = _("Take it out. Where a protected place is leaves by no way.")
    return [
        BadInput(field, _("This holds the address of a protected place."), cure)
        for field in fields_naming(texts, addresses, in_parts=False)
    ]


def address_bound_to(uid: str) -> bytes:
    """What the sealed address of a service is bound to."""
    return b"referral service address " + uid.encode()


def incoming_bound_to(letter: str) -> bytes:
    """What the content of a partner's referral is bound to."""
    return b"referral incoming " + letter.encode()
