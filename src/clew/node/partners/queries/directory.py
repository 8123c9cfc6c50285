"""Parties, posts, cards and keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from clew.exchange.cards import Card, read_card
from clew.exchange.refusals import Refusal
from clew.node.folded import holding_words
from clew.node.partners.contact_tests import contact_lines
from clew.node.partners.keys import KeysWithheld, UsableKeys, card_in_use, is_renewal, keys_of, withheld_sentence
from clew.node.partners.models import ContactTest, NodeCard, OwnWord, Party
from clew.node.partners.own_words import standing_word

COMPETENT_KINDS: Final = frozenset({"police", "prosecutor", "ncb"})
"""Kinds of organisation that are assumed to prevent, investigate or prosecute crime until a human confirms it."""


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """A party or post as other rooms see it.

    Attributes:
        country: ISO 3166-1 alpha-2; a post's is its organisation's.
        kind: code of the list `party_kinds`; a post's is its organisation's.
        parent_uid: the organisation of a post, "" for an organisation.
        post_kind: code of the list `post_kinds`, "" for an organisation.
        seat_country: where a post sits, "" for an organisation.
        status: unconfirmed, active, suspended or left; a post of a suspended organisation is suspended.
        vouched_by: uid of the facilitator that introduced it, or "".
        confirmed: when a human pinned its keys; None if nobody did.
        competence: whether it is a competent authority (R02): `confirmed` by a named human here, `assumed` from its
            kind (police, prosecutor, national central bureau), `claimed` by its own card only, or `none`.
    """

    uid: str
    name: str
    country: str
    kind: str
    parent_uid: str
    post_kind: str
    seat_country: str
    languages: tuple[str, ...]
    competences: tuple[str, ...]
    status: str
    is_own: bool
    inbound_url: str
    vouched_by: str
    confirmed: dt.datetime | None
    competence: str

    @property
    def competent(self) -> bool:
        """Whether it counts as a competent authority; what only its own card claims does not."""
        return self.competence in {"confirmed", "assumed"}


@dataclass(frozen=True, slots=True)
class PartyPage:
    """All that a party's page shows.

    `pinned`: the newest confirmed card; `in_use`: the newest of those that have begun. `is_renewal`: the pinned key
    signed the card that waits. `own_word`: what it said of itself that still stands.
    """

    party: Party
    posts: Sequence[Party]
    pinned: NodeCard | None
    in_use: NodeCard | None
    waiting: NodeCard | None
    cards: Sequence[NodeCard]
    vouched_by: str
    competence: str
    is_renewal: bool
    own_word: OwnWord | None


def party(uid: str) -> PartyFacts | None:
    """The party or post with this uid, or None."""
    found = Party.objects.select_related("parent").filter(uid=uid).first()
    return _facts(found) if found is not None else None


def parties(*, text: str = "", country: str = "", status: str = "", with_posts: bool = False) -> QuerySet[Party]:
    """Organisations (with `with_posts` also posts) other than this node, by name."""
    found = Party.objects.filter(is_own=False).select_related("parent").order_by("name", "pk")
    if not with_posts:
        found = found.filter(parent=None)
    if country:
        found = found.filter(country=country)
    if status:
        found = found.filter(status=status)
    if not text.strip():
        return found
    words = holding_words(text, _asked)
    return found.filter(words) if words is not None else found.none()


def _asked(typed: str, folded: str) -> Q:
    of_a_post = Party.objects.filter(parent=OuterRef("pk"), folded__contains=folded)
    return Q(folded__contains=folded) | Q(uid__istartswith=typed) | Q(Exists(of_a_post))


def party_choices(
    *, with_posts: bool = False, active_only: bool = True, with_own: bool = False
) -> list[tuple[str, str]]:
    """(uid, name) pairs for a form."""
    found = list(parties(with_posts=with_posts, status="active" if active_only else ""))
    if with_own:
        found = [*Party.objects.filter(is_own=True, parent=None), *found]
    return [(one.uid, f"{one.parent.name} · {one.name}" if one.parent else one.name) for one in found]


def posts_of(uid: str) -> list[tuple[str, str]]:
    """The posts of an organisation by uid and name."""
    return list(Party.objects.filter(parent__uid=uid).order_by("name", "pk").values_list("uid", "name"))


def names_of(uids: Collection[str]) -> Mapping[str, str]:
    """The names of parties by uid; a uid that the directory does not know is left out."""
    return dict(Party.objects.filter(uid__in=uids).values_list("uid", "name")) if uids else {}


def first_contacts(uids: Collection[str]) -> Mapping[str, str]:
    """The contact point to call first of each party that has one: the last that answered a try, else the first."""
    found = {one.uid: one for one in Party.objects.filter(uid__in=uids).exclude(contacts=[])} if uids else {}
    answered = ContactTest.objects.filter(party__in=found.values()).exclude(answered=None).order_by("begun")
    last = dict(answered.values_list("party__uid", "contact"))
    lines = {uid: contact_lines(one) for uid, one in found.items()}
    return {uid: last[uid] if last.get(uid) in lines[uid] else lines[uid][0] for uid in lines}


def organisations_of(uids: Collection[str]) -> Mapping[str, str]:
    """The organisation of each party: of a post its own organisation's uid, else the party's own uid."""
    rows = Party.objects.filter(uid__in=uids).values_list("uid", "parent__uid") if uids else ()
    return {uid: parent or uid for uid, parent in rows}


def own_party() -> PartyFacts | None:
    """This node's own organisation; None before its card was made."""
    found = Party.objects.filter(is_own=True, parent=None).first()
    return _facts(found) if found is not None else None


def card_of(uid: str) -> bytes | None:
    """The signed card that is pinned for a party, for an introduction; None when there is none that may be used."""
    found = Party.objects.select_related("parent").filter(uid=uid).first()
    card = card_in_use(found, timezone.now()) if found is not None else None
    return bytes(card.raw) if card is not None and card.revoked is None else None


def usable_keys(party_uid: str, now: dt.datetime) -> UsableKeys | KeysWithheld:
    """The pinned keys of a party or post, or the reason why there are none. R45: a suspended party has none."""
    found = Party.objects.select_related("parent").filter(uid=party_uid).first()
    if found is None:
        return KeysWithheld(party_uid, "unknown", withheld_sentence("unknown") % {"party": party_uid})
    return keys_of(found, now)


def transport_keys_of(uid: str) -> tuple[bytes, ...]:
    """The public transport keys of every card of a party that a human confirmed, whether still in use or not.

    For what was signed long ago and is only checked again; whom to believe now, `usable_keys` says.
    """
    cards = NodeCard.objects.filter(party__uid=uid).exclude(confirmed=None).order_by("-confirmed", "-pk")
    return tuple(dict.fromkeys(bytes(key) for key in cards.values_list("transport_key", flat=True)))


def party_of_card(pk: int) -> str | None:
    """The uid of the party whose card this is; None when there is no such card."""
    return NodeCard.objects.filter(pk=pk).values_list("party__uid", flat=True).first()


def party_page(uid: str) -> PartyPage | None:
    """A party or post with its posts and cards."""
    found = Party.objects.select_related("parent", "confirmed_by", "competence_confirmed_by").filter(uid=uid).first()
    if found is None:
        return None
    cards = list(found.cards.order_by("-received", "-pk")[:20])
    confirmed = [card for card in cards if card.confirmed is not None]
    pinned = max(confirmed, key=lambda card: (card.confirmed, card.pk), default=None)
    waiting = cards[0] if cards and cards[0].confirmed is None and cards[0].revoked is None else None
    vouched = names_of({found.vouched_by}).get(found.vouched_by, "") if found.vouched_by and not found.parent else ""
    word = standing_word(found)
    return PartyPage(
        party=found,
        posts=list(found.posts.order_by("name", "pk")[:200]),
        pinned=pinned,
        in_use=card_in_use(found, timezone.now()),
        waiting=waiting,
        cards=cards,
        vouched_by=vouched,
        competence=competence_of(found.parent or found),
        is_renewal=word is None and waiting is not None and is_renewal(waiting, pinned, timezone.now()),
        own_word=word,
    )


def card_says(card: NodeCard) -> Card | None:
    """What a card that was kept says; None when it can no longer be read."""
    return read_if_possible(bytes(card.raw))


def read_if_possible(raw: bytes) -> Card | None:
    """The card in these bytes, whether valid at present or not; None where they are no card."""
    try:
        return read_card(raw)
    except Refusal:
        return None


def _facts(found: Party) -> PartyFacts:
    parent = found.parent
    holder = parent or found
    return PartyFacts(
        uid=found.uid,
        name=found.name,
        country=holder.country,
        kind=holder.kind,
        parent_uid=parent.uid if parent else "",
        post_kind=found.post_kind,
        seat_country=found.seat_country,
        languages=tuple(found.languages or holder.languages),
        competences=tuple(found.competences or holder.competences),
        status=holder.status if holder.status != "active" else found.status,
        is_own=holder.is_own,
        inbound_url=holder.inbound_url,
        vouched_by=holder.vouched_by,
        confirmed=holder.confirmed,
        competence=competence_of(holder),
    )


def competence_of(holder: Party) -> str:
    """On what an organisation's competence rests; see `PartyFacts`."""
    if holder.competence_confirmed is not None:
        return "confirmed"
    if holder.kind in COMPETENT_KINDS:
        return "assumed"
    return "claimed" if holder.competences else "none"
