"""The directory: cards come in, a human compares the fingerprint, parties are suspended and reinstated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from clew import vocabulary
from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.partners.intake import make_post, new_card, read_card_file, take_over
from clew.node.partners.keys import is_renewal, pinned_card
from clew.node.partners.models import NodeCard, Party
from clew.node.partners.own_words import lift, standing_word
from clew.node.types import BadInput

GROUPS_TO_TYPE = 4
"""Groups of five digits that a human types as they are read to her: 66 of the fingerprint's 199 bits."""


@action("partners.import_card", permission="partner.import")
def import_card(*, actor: Actor, raw: bytes) -> NodeCard:
    """Take in a partner's card. It is trusted with nothing until `confirm_party` or, where the key that is pinned for
    the partner signed it, `approve_renewal`.

    Raises:
        BadInput: the file is no card, was changed, is expired, is older than the pinned one, or is already known.
    """
    now = timezone.now()
    card = new_card(read_card_file(raw, now, may_begin_later=True), now)
    _record(actor, "partners.import_card", card.party, card=_compact(card.fingerprint))
    return card


@action("partners.import_renewal", permission="node.act")
def import_renewal(*, actor: Actor, sender: str, raw: bytes, same_keys: bool = False) -> NodeCard:
    """Take in the card that a partner sent in a letter; a card that is here already stays as it is.

    Args:
        sender: the party that signed the letter. same_keys: the letter may bring no keys but those that are pinned.

    Raises:
        BadInput: as `import_card`; or it is another party's card, or the pinned key did not sign it, or has other keys.
    """
    now = timezone.now()
    said = read_card_file(raw, now, may_begin_later=True)
    if said.uid != sender:
        raise BadInput("card", _("It is the card of another party."), _("Ask the sender for its card."))
    pinned = NodeCard.objects.filter(party__uid=sender).exclude(confirmed=None).order_by("-confirmed", "-pk").first()
    if same_keys and (pinned is None or said.fingerprint != pinned.fingerprint):
        raise BadInput("card", _("It has other keys than those that you confirmed."), _("Ask the sender for its card."))
    known = NodeCard.objects.select_related("party").filter(party__uid=sender, raw=said.raw).first()
    card = known or new_card(said, now)
    if known is None and not card.renews:
        raise BadInput("card", _("The key that you confirmed did not sign it."), _("Ask the sender for its card."))
    is_known = int(known is not None)
    _record(actor, "partners.import_renewal", card.party, card=_compact(card.fingerprint), known=is_known)
    return card


@action("partners.confirm_party", permission="partner.confirm")
def confirm_party(*, actor: Actor, party_uid: str, typed: str) -> Party:
    """Pin the party's newest card, because a human compared its fingerprint over a channel she trusts.

    Args:
        typed: the last four groups of the fingerprint, as the partner read them aloud; blanks do not matter.

    A party that had suspended itself is back with that.

    Raises:
        BadInput: nothing is left to confirm, or the digits differ. Then nothing is pinned.
    """
    party = organisation(party_uid)
    card = waiting_card(party)
    if card is None:
        raise BadInput("typed", _("No card of this party waits to be confirmed."), _("Ask the partner for its card."))
    compare(card, typed)
    pin(card, actor)
    lift(party, actor.pk, "")
    _record(actor, "partners.confirm_party", party, card=_compact(card.fingerprint), vouched_by="")
    return party


def compare(card: NodeCard, typed: str) -> None:
    """Raise `BadInput` unless these are the last four groups of the card's fingerprint; blanks do not matter."""
    digits = "".join(c for c in typed if not c.isspace())
    expected = "".join(card.fingerprint.split()[-GROUPS_TO_TYPE:])
    if digits != expected:
        raise BadInput(
            "typed",
            _("The digits differ from the card that you were given."),
            _("Ask the partner to read them again. If they still differ, do not use this card: it may be a forgery."),
        )


def pin(card: NodeCard, actor: Actor, vouched_by: str = "") -> None:
    """Make a card the pinned one and let the directory say what it says."""
    now = timezone.now()
    party = card.party
    card.confirmed = now
    card.save(update_fields=["confirmed"])
    if party.status == "unconfirmed":
        party.status = "active"
    party.confirmed, party.confirmed_by_id, party.vouched_by = now, actor.pk, vouched_by
    take_over(read_card_file(bytes(card.raw), now, may_begin_later=True), party, now)


@action("partners.approve_renewal", permission="partner.confirm")
def approve_renewal(*, actor: Actor, party_uid: str) -> Party:
    """Pin a partner's renewed card without a call: the key that a human confirmed before signed it.

    Raises:
        BadInput: no card waits, the pinned key did not sign it, or that key is revoked or its card expired meanwhile.
    """
    party = organisation(party_uid)
    card = waiting_card(party)
    if card is None:
        raise BadInput("", _("No card of this party waits to be confirmed."), _("Ask the partner for its card."))
    if standing_word(party) is not None or not is_renewal(card, pinned_card(party), timezone.now()):
        raise BadInput(
            "",
            _("The key that you confirmed did not sign this card, or may not vouch any more."),
            _("Treat it as a new partner's: compare the fingerprint over the phone."),
        )
    pin(card, actor, vouched_by=party.vouched_by)
    _record(actor, "partners.approve_renewal", party, card=_compact(card.fingerprint))
    return party


@action("partners.publish_own_card", permission="node.manage")
def publish_own_card(*, actor: Actor, raw: bytes) -> NodeCard:
    """Keep this node's own signed card, so that staff can hand it over. Made where the sign key may be used.

    Raises:
        BadInput: the card is another organisation's, or not a valid card.
    """
    now = timezone.now()
    card = read_card_file(raw, now, may_begin_later=True)
    if card.uid != settings.NODE.node_id:
        raise BadInput("card", _("This is not the card of this node."), _("Make it with the node's own key."))
    party, _new = Party.objects.get_or_create(
        uid=card.uid,
        defaults={
            "name": card.name,
            "country": card.country,
            "kind": card.kind,
            "status": "active",
            "is_own": True,
            "added": now,
        },
    )
    kept, _new = NodeCard.objects.get_or_create(
        party=party,
        raw=card.raw,
        defaults={
            "fingerprint": card.fingerprint,
            "sign_key": card.keys.sign,
            "seal_key": card.keys.seal,
            "transport_key": card.keys.transport,
            "hybrid_key": card.keys.hybrid,
            "valid_from": card.valid_from,
            "valid_until": card.valid_until,
            "received": now,
            "confirmed": now,
            "renews": card.renews.sign if card.renews is not None else b"",
        },
    )
    take_over(card, party, now)
    _record(actor, "partners.publish_own_card", party, card=_compact(card.fingerprint))
    return kept


@action("partners.confirm_competence", permission="partner.confirm")
def confirm_competence(*, actor: Actor, party_uid: str, basis: str) -> Party:
    """Say that a named human checked that a party is a competent authority (R02), and on what she rests it."""
    party = organisation(party_uid)
    if party.confirmed is None:
        raise BadInput("", _("Nobody has confirmed this party."), _("Compare its fingerprint first."))
    sentence(basis, "basis")
    party.competence_confirmed, party.competence_confirmed_by_id = timezone.now(), actor.pk
    party.competence_basis = basis.strip()
    party.save(update_fields=["competence_confirmed", "competence_confirmed_by", "competence_basis"])
    _record(actor, "partners.confirm_competence", party)
    return party


@action("partners.withdraw_competence", permission="partner.confirm")
def withdraw_competence(*, actor: Actor, party_uid: str, reason: str) -> Party:
    """Take a confirmed competence back; what the kind of organisation says counts again."""
    party = organisation(party_uid)
    if party.competence_confirmed is None:
        raise BadInput("", _("Nobody has confirmed its competence."), _("Reload the page."))
    sentence(reason)
    party.competence_confirmed = party.competence_confirmed_by = None
    party.competence_basis = reason.strip()
    party.save(update_fields=["competence_confirmed", "competence_confirmed_by", "competence_basis"])
    _record(actor, "partners.withdraw_competence", party)
    return party


@action("partners.suspend_party", permission="partner.suspend")
def suspend_party(*, actor: Actor, party_uid: str, reason: str) -> Party:
    """Stop all letters to and from a party or post at once; `reinstate_party` takes it back."""
    return _set_status(actor, "partners.suspend_party", party_uid, "active", "suspended", reason)


@action("partners.reinstate_party", permission="partner.suspend")
def reinstate_party(*, actor: Actor, party_uid: str, reason: str) -> Party:
    """Let a suspended party write and be written to again."""
    if standing_word(party_of(party_uid)) is not None:
        raise BadInput("", _("This party has suspended itself."), _("Compare its card with it anew, over the phone."))
    return _set_status(actor, "partners.reinstate_party", party_uid, "suspended", "active", reason)


@action("partners.revoke_card", permission="partner.suspend")
def revoke_card(*, actor: Actor, card_id: int, reason: str) -> NodeCard:
    """Never use a card's keys again, for instance because they were stolen. It cannot be taken back: a new card is."""
    card = NodeCard.objects.select_related("party").filter(pk=card_id, party__is_own=False).first()
    if card is None or card.revoked is not None:
        raise BadInput("card", _("There is no such card in use."), _("Reload the page."))
    sentence(reason)
    card.revoked = timezone.now()
    card.save(update_fields=["revoked"])
    card.party.status_reason = reason.strip()
    card.party.save(update_fields=["status_reason"])
    _record(actor, "partners.revoke_card", card.party, card=_compact(card.fingerprint))
    return card


@action("partners.add_post", permission="partner.post")
def add_post(
    *,
    actor: Actor,
    parent_uid: str,
    name: str,
    kind: str,
    seat_country: str,
    contacts: Sequence[Mapping[str, str]] = (),
) -> Party:
    """Enter a post of a party, such as the liaison officer at its embassy.

    Args:
        kind: code of the list `post_kinds`. seat_country: where the post sits, ISO 3166-1 alpha-2.
        contacts: each {"kind", "value", "note"}.
    """
    parent = party_of(parent_uid)
    if parent.parent_id is not None:
        raise BadInput("party", _("A post cannot have posts."), _("Choose the organisation itself."))
    if not name.strip() or len(name) > 200:
        raise BadInput("name", _("The post needs a name of at most 200 characters."), _("Enter its name."))
    if kind not in vocabulary.codelist("post_kinds"):
        raise BadInput("kind", _("This kind of post is unknown."), _("Choose one from the list."))
    if seat_country not in vocabulary.country_codes():
        raise BadInput("seat_country", _("There is no such country."), _("Choose one from the list."))
    post = make_post(
        parent,
        name=name.strip(),
        kind=kind,
        seat_country=seat_country,
        now=timezone.now(),
        contacts=tuple(contacts),
    )
    _record(actor, "partners.add_post", post, parent=parent.uid)
    return post


@action("partners.set_contacts", permission="partner.post")
def set_contacts(*, actor: Actor, party_uid: str, contacts: Sequence[Mapping[str, str]]) -> Party:
    """Replace the contact points of a party or post; each is {"kind", "value", "note"}."""
    party = party_of(party_uid)
    kept = [{name: str(contact.get(name, "")).strip() for name in ("kind", "value", "note")} for contact in contacts]
    if any(not contact["kind"] or not contact["value"] for contact in kept):
        raise BadInput("contacts", _("A contact point needs a kind and a value."), _("Complete or remove the line."))
    party.contacts = kept
    party.save(update_fields=["contacts"])
    _record(actor, "partners.set_contacts", party, count=len(kept))
    return party


def organisation(uid: str) -> Party:
    """A partner organisation (no post, not this node); raises `BadInput`."""
    party = party_of(uid)
    if party.parent_id is not None or party.is_own:
        raise BadInput("party", _("This is not a partner organisation."), _("Choose a partner from the directory."))
    return party


def waiting_card(party: Party) -> NodeCard | None:
    """The newest card that waits for a human; None when a later one is already pinned."""
    newest = party.cards.order_by("-received", "-pk").first()
    return newest if newest is not None and newest.confirmed is None and newest.revoked is None else None


def party_of(uid: str) -> Party:
    """A party or post of the directory; raises `BadInput`."""
    party = Party.objects.select_related("parent").filter(uid=uid).first()
    if party is None:
        raise BadInput("party", _("This party is not in the directory."), _("Add it by its card first."))
    return party


def _set_status(actor: Actor, act: str, uid: str, before: str, after: str, reason: str) -> Party:
    party = party_of(uid)
    if party.is_own or party.status != before:
        raise BadInput("", _("The party's state does not allow this."), _("Reload the page to see its present state."))
    sentence(reason)
    party.status, party.status_reason = after, reason.strip()
    party.save(update_fields=["status", "status_reason"])
    _record(actor, act, party, status=after)
    return party


def sentence(reason: str, field: str = "reason") -> None:
    """Raise `BadInput` where no reason is given."""
    if not reason.strip():
        raise BadInput(field, _("No reason is given."), _("Say why, in a sentence that colleagues will understand."))


def _compact(fingerprint: str) -> str:
    return fingerprint.replace(" ", "-")


def _record(actor: Actor, act: str, party: Party, **details: str | int) -> None:
    record(actor=actor, act=act, object_kind="party", object_id=party.uid, details=details)
