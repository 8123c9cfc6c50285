"""Before the story: people, partners' cards, instruments, assurance and pledge."""

from __future__ import annotations

import datetime as dt
import secrets

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone

from clew.demo.acts.script import officer, script
from clew.demo.places import place
from clew.node.accounts.actions import NODE, Officer, create_officer
from clew.node.disclosure.actions import record_assurance
from clew.node.disclosure.queries import assurances
from clew.node.partners.actions import confirm_party, import_card, register_instrument
from clew.node.partners.actions.instruments import InstrumentDraft
from clew.node.partners.queries import instrument, own_card, party
from clew.node.types import BadInput

GROUPS_READ_OUT = 4


def people(node: str) -> str:
    """Add the node's officers, each with a second factor of her own."""
    rows = script()["people"][node]
    for row in rows:
        known = Officer.objects.filter(username=row["username"]).first()
        person = known or create_officer(
            actor=NODE,
            username=row["username"],
            full_name=row["full_name"],
            roles=row["roles"],
            language=row["language"],
            password=secrets.token_urlsafe(16),
        )
        factors = set(Authenticator.objects.filter(user_id=person.pk).values_list("type", flat=True))
        if Authenticator.Type.TOTP not in factors:
            TOTP.activate(person, generate_totp_secret())
        if Authenticator.Type.RECOVERY_CODES not in factors:
            RecoveryCodes.activate(person)
    return ", ".join(row["full_name"] for row in rows)


def hand_over_card() -> dict[str, str]:
    """What an officer of this node hands over in person: the signed card, and the digits she reads out."""
    card = own_card()
    if card is None:
        raise BadInput("card", "This node has no card yet.", "Run clew init.")
    read_out = " ".join(card.fingerprint.split()[-GROUPS_READ_OUT:])
    return {"card": bytes(card.raw).decode(), "read_out": read_out, "uid": card.party.uid}


def add_partner(node: str, by: str, card: dict[str, str]) -> str:
    """Put a partner's card into the directory and confirm it with the digits she read out on the phone."""
    known = party(card["uid"])
    if known is None:
        import_card(actor=officer(by), raw=card["card"].encode())
        known = party(card["uid"])
    if known is not None and known.status == "unconfirmed":
        confirm_party(actor=officer(by), party_uid=card["uid"], typed=card["read_out"])
    return f"fingerprint ends {card['read_out']}"


def register(node: str, by: str, key: str, **cards: dict[str, str]) -> str:
    """Enter an instrument into the register. `cards` are those of the parties other than this node."""
    content = script()["instruments"][key]
    if instrument(content["code"]) is not None:
        return str(content["code"])
    own = own_card()
    uids = {name.removesuffix("_card"): card["uid"] for name, card in cards.items()}
    if own is not None:
        uids[node] = own.party.uid
    register_instrument(
        actor=officer(by),
        draft=InstrumentDraft(
            code=content["code"],
            title=content["title"],
            kind=content["kind"],
            parties=[uids[name] for name in content["between"] if name in uids],
            in_force_from=content["in_force_from"],
            enables=content["enables"],
            clocks=content["clocks"],
            translations=content.get("translations", []),
            fictional=True,
        ),
    )
    return str(content["code"])


def assurance(node: str, by: str, partner: dict[str, str]) -> str:
    """Record the partner's written assurance and pledge (R23, R47), each until its expiry."""
    kept = {each.kind for each in assurances() if each.party == partner["uid"]}
    today = timezone.now().date()
    content = script()["assurance"]
    if "assurance" not in kept:
        record_assurance(
            actor=officer(by),
            party=partner["uid"],
            text=content["text"],
            issuer=content["issuer"],
            issued=content["given"],
            expires=today + dt.timedelta(days=content["valid_days"]),
        )
    if "pledge" not in kept:
        record_assurance(
            actor=officer(by),
            party=partner["uid"],
            text=script()["pledge"]["text"],
            issuer=content["issuer"],
            issued=content["given"],
            expires=today + dt.timedelta(days=content["valid_days"]),
            kind="pledge",
            translations=script()["pledge"]["translations"],
        )
    return str(content["issuer"])


def name_of(node: str) -> str:
    """The node's name, for the teller."""
    return place(node).name
