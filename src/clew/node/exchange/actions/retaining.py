"""Removing the stored bytes of letters whose time is over (R31): what stays is that they came and went."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.exchange.models import DelayReason, InboxEntry, Letter, OutboxEntry
from clew.node.types import BadInput


@dataclass(frozen=True, slots=True)
class ForgottenLetters:
    """How many letters and envelopes lost their content; `samples` are pieces of it, to look for afterwards."""

    letters: int
    envelopes: int
    samples: tuple[bytes, ...]


@action("exchange.forget_letters", permission="retention.review")
def forget_letters(*, actor: Actor, uids: Collection[str] = (), decisions: Collection[int] = ()) -> ForgottenLetters:
    """Destroy the keys and bytes of letters, by uid or by the decision that released them; facts and digests stay.

    Raises:
        BadInput: an envelope of one of them still waits to be delivered.
    """
    letters = Letter.objects.filter(Q(uid__in=list(uids)) | Q(decision__in=list(decisions)))
    found = list(letters.only("pk", "sealed"))
    keys = [row.pk for row in found]
    outgoing, incoming = OutboxEntry.objects.filter(letter_id__in=keys), InboxEntry.objects.filter(letter_id__in=keys)
    if outgoing.filter(delivered=None, failed=None).exists():
        raise BadInput("", _("A letter that carries some of it is still on its way."), _("Try again once it arrived."))
    samples = [bytes(row.sealed)[-64:] for row in found]
    for rows in (outgoing, incoming):
        samples += [bytes(raw)[-64:] for raw in rows.values_list("envelope", flat=True)]
    envelopes = outgoing.update(envelope=b"") + incoming.update(envelope=b"")
    DelayReason.objects.filter(letter_id__in=keys).update(sealed_words=b"")
    Letter.objects.filter(pk__in=keys).update(wrapped_key=b"", sealed=b"", sealed_subject=b"")
    record(
        actor=actor,
        act="exchange.forget_letters",
        object_kind="letter",
        object_id=len(keys),
        details={"letters": len(keys), "envelopes": envelopes},
    )
    return ForgottenLetters(len(keys), envelopes, tuple(one for one in samples if len(one) >= 16))
