"""The recipient as the rules see it, together with the posts on the way and those to whom it is known to pass on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from clew.disclosure.facts import RecipientFacts
from clew.node.disclosure.gathering.registers import Registers
from clew.node.partners import queries as partners
from clew.node.rulebook.queries import NodeSettings


def recipient_facts(
    uid: str,
    via: Iterable[str],
    agreements: Collection[str],
    *,
    own: str,
    now: dt.datetime,
    settings: NodeSettings,
    confidentiality: str,
    registers: Registers,
) -> RecipientFacts:
    """Who would read it. A post on the way that may not be written to stops the letter as its recipient would (R45).

    Args:
        uid: the party, or the post of it, that the letter goes to. via: the posts on the way.
        agreements: whose joint material it would carry. own: this node's own organisation, "" before it has a card.
    """
    party = registers.party(uid)
    if party is None:
        return RecipientFacts(
            uid, "", "", (), (), competent=False, adequacy="", confidentiality="unknown", consular=False, status="",
            keys="unknown", organisation=uid,
        )  # fmt: skip
    way = {uid: party, **{post: registers.party(post) for post in via}}
    known = [found for found in way.values() if found is not None]
    statuses = [found.status if found is not None else "unknown" for found in way.values()]
    keys = [registers.keys(each, now) for each in way]
    withheld = [each.code for each in keys if isinstance(each, partners.KeysWithheld)]
    return RecipientFacts(
        uid=uid,
        country=party.country.lower(),
        kind=party.kind,
        states=_states(known),
        onward=_onward(agreements, own, party, now.date(), registers),
        competent=party.competent,
        adequacy=settings.adequacy.reference if settings.adequacy is not None else "",
        confidentiality=confidentiality,
        consular=any(each.post_kind == "consulate" for each in known),
        status=next((each for each in statuses if each != "active"), "active"),
        keys=next(iter(withheld), "usable"),
        organisation=party.parent_uid or uid,
    )


def _onward(
    agreements: Collection[str], own: str, to: partners.PartyFacts, today: dt.date, registers: Registers
) -> tuple[str, ...]:
    """The states of the other members of each joint investigation whose material the letter would carry.

    A member passes the team's material on to the team. The register has no other source: of an international
    organisation it records no members, and a post's own organisation is among `states` already. A member that the
    directory does not know is a state that nobody knows, "", which no list of safe states holds.
    """
    recipient = to.parent_uid or to.uid
    members: set[str] = set()
    for code in agreements:
        agreement = registers.agreement(code, today)
        team = {each.party for each in agreement.members} if agreement is not None else set()
        if recipient in team:
            members |= team - {recipient, own}
    found = [registers.party(each) for each in members]
    return tuple(sorted({each.country.lower() if each is not None else "" for each in found}))


def _states(parties: Iterable[partners.PartyFacts]) -> tuple[str, ...]:
    named = {code.lower() for each in parties for code in (each.country, each.seat_country) if code}
    return tuple(sorted(named))
