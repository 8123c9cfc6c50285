"""From a signed decision to the header of its letter."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clew.exchange.clocks import AS_SOON_AS_POSSIBLE, Clock, NoClock, start_clock
from clew.exchange.letters import Address, DecisionReference, Header, LetterDeadline
from clew.exchange.officers import OfficerProof
from clew.exchange.strict_json import canonical, digest, to_base64url
from clew.node.exchange.holding import may_write_to
from clew.node.exchange.identity import own_uid
from clew.node.exchange.models import PairState
from clew.node.partners.queries import KeysWithheld, UsableKeys, instrument, party, usable_keys


@dataclass(frozen=True, slots=True)
class SignedDecision:
    """What exchange needs of a signed release decision.

    `digest` is hex; `package` the canonical bytes of the body; `recipient`, `post` and `thread` are uids; `due` is set
    where the officer named a date herself.
    """

    pk: int
    digest: str
    reference: DecisionReference
    package: bytes
    kind: str
    recipient: str
    post: str
    thread: str
    in_reply_to: str
    instrument: str
    urgency: str
    via: tuple[str, ...]
    due: dt.datetime | None
    release: int
    case_id: int | None


def signed_decision(row: Any) -> SignedDecision:
    """From a row of `disclosure.queries.signed_undispatched`."""
    release, signature = row.release, row.signature
    return SignedDecision(
        pk=row.pk,
        digest=row.digest,
        reference=DecisionReference(
            inputs=digest(canonical(json.loads(bytes(row.inputs)))),
            outcome=digest(canonical(row.outcome)),
            ruleset=row.ruleset.version,
            officer=OfficerProof(
                method=signature.method,
                key_id=signature.key_id,
                public_key=to_base64url(bytes(signature.public_key)),
                signature=to_base64url(bytes(signature.signature)),
            ),
        ),
        package=bytes(row.package),
        kind=release.kind,
        recipient=release.recipient,
        post=release.post,
        thread=release.thread,
        in_reply_to=release.in_reply_to,
        instrument=release.instrument,
        urgency=release.urgency,
        via=tuple(release.via),
        due=release.deadline,
        release=release.pk,
        case_id=release.case_id,
    )


def new_uid() -> str:
    """128 random bits, hex."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Route:
    """The node that takes a party's letters, and its keys or why there are none.

    `carrier`: the node of the first post on the way that has one of its own; "" where the letter goes directly.
    """

    node: str
    keys: UsableKeys | KeysWithheld
    carrier: str = ""


NO_NODE = frozenset({"unknown", "unconfirmed", "no-card"})
"""Why a party has no keys, where it is because no human has confirmed a card of it: then it has no node to go by."""


def route_to(party_uid: str, now: dt.datetime, via: tuple[str, ...] = ()) -> Route:
    """Where letters to a party or post go: a post's are its organisation's.

    A carrier that may not be written to at present still is the way: the letter waits, it does not take another.
    """
    node = _node_of(party_uid)
    carrier = next((one for uid in via if (one := _carrier(uid, node, now))), "")
    return Route(node, may_write_to(party_uid, now), carrier)


def _node_of(uid: str) -> str:
    found = party(uid)
    return (found.parent_uid or found.uid) if found is not None else uid


def _carrier(uid: str, recipient: str, now: dt.datetime) -> str:
    """The node of a post on the way, unless it is the recipient's or this one itself, or there is none."""
    node, found = _node_of(uid), party(uid)
    if found is None or not found.inbound_url or node in {recipient, own_uid()}:
        return ""
    keys = usable_keys(uid, now)
    return "" if isinstance(keys, KeysWithheld) and keys.code in NO_NODE else node


def header_of(decision: SignedDecision, node: str, order: PairState, now: dt.datetime) -> Header:
    """The header of the decision's letter, next in its pair's order."""
    return Header(
        id=new_uid(),
        type=decision.kind,
        sender=Address(own_uid()),
        recipient=Address(node, post=decision.post),
        created=now.replace(microsecond=0),
        sequence=order.sequence + 1,
        previous=order.digest,
        thread=decision.thread or new_uid(),
        via=decision.via,
        in_reply_to=decision.in_reply_to,
        deadline=_deadline(decision, now),
        decision=decision.reference,
    )


def clock_of(
    *, instrument_code: str, urgency: str, recipient: str, due: dt.datetime | None, now: dt.datetime
) -> Clock | None:
    """The clock that starts when a request leaves; None where the instrument sets none.

    Days are counted in the executing state's calendar, which is the recipient's.
    """
    if due is not None:
        return Clock(now, due, urgency, instrument_code, "UTC")
    register = instrument(instrument_code)
    clocks: Mapping[str, Mapping[str, Any]] = register.clocks if register is not None else {}
    found = party(recipient)
    try:
        return start_clock(
            clocks=clocks,
            urgency=urgency or AS_SOON_AS_POSSIBLE,
            instrument=instrument_code,
            started=now,
            country=found.country if found is not None else "",
        )
    except NoClock:
        return None


def _deadline(decision: SignedDecision, now: dt.datetime) -> LetterDeadline | None:
    if decision.kind != "request" or not decision.urgency:
        return None
    clock = clock_of(
        instrument_code=decision.instrument,
        urgency=decision.urgency,
        recipient=decision.recipient,
        due=decision.due,
        now=now,
    )
    return LetterDeadline(decision.instrument, decision.urgency, clock.due if clock else None)
