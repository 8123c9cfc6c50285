"""Destroying profiles: when a consent is withdrawn, a child is with its family again, or a search ends.

In one transaction the row is emptied, its key is gone, and the block of columns in which it stood loses its key too, so
that no copy of that file can be read. Then the block is written anew without it and read back: that is the proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, Officer, action, not_yours
from clew.node.accounts.queries import compartment_ids
from clew.node.at_rest import Unreadable
from clew.node.audit.actions import record, record_many
from clew.node.consent.queries import standing_consent
from clew.node.dossier.actions import blank_what_is_overwritten
from clew.node.kinship.columns_cache import ids_in_file, outdate, read_block, write_block
from clew.node.kinship.models import Block, Hit, Profile
from clew.node.kinship.standing import covers_search, fallen
from clew.node.types import BadInput


@action("kinship.destroy_profile", permission="kinship.destroy")
def destroy_profile(*, actor: Actor, profile_id: int, reason: str) -> None:
    """Destroy one profile now and for good. No proof of presence is asked: it only stops something.

    Raises:
        Refused: it is not the work of the actor's unit, and her team did not record its consent.
        BadInput: it was destroyed before, or the reason is none of the list.
    """
    profile = Profile.objects.select_related("family", "child").filter(pk=profile_id).first()
    mine = set(compartment_ids(actor))
    if profile is None or not {profile.compartment_id, profile.team_id} & mine:
        raise not_yours()
    if profile.destroyed is not None:
        raise BadInput("", _("This profile was destroyed before."), _("Nothing is left to do."))
    if reason not in Profile.Reason.values:
        raise BadInput("reason", _("This is no reason of the list."), _("Choose one from the list."))
    destroy_all(actor, [profile], Profile.Reason(reason))


@action("kinship.destroy_unconsented", permission="node.act")
def destroy_unconsented(*, actor: Actor) -> int:
    """Destroy the profiles for which no consent stands any more: expired, withdrawn, or its person was erased.

    Returns how many. The worker calls it; a withdrawal recorded on this node does not wait for that.
    """
    gone = fallen(Profile.objects.filter(destroyed=None))
    number = destroy_all(actor, gone, Profile.Reason.NO_CONSENT)
    record(actor=actor, act="kinship.destroy_unconsented", object_kind="profile", object_id="", details={"n": number})
    return number


@action("kinship.destroy_lost", permission="node.act")
def destroy_lost(*, actor: Actor) -> int:
    """Note as destroyed the profiles that an older backup brought back and whose keys have been destroyed since."""
    number = destroy_all(actor, Profile.objects.filter(destroyed=None, wrapped=b""), Profile.Reason.ERASED)
    record(actor=actor, act="kinship.destroy_lost", object_kind="profile", object_id="", details={"n": number})
    return number


def consents_ended(*, actor: Actor, ended: Mapping[int, int | None]) -> None:
    """Destroy what was recorded under consents that were just withdrawn. Part of the act that withdraws them.

    Args:
        ended: by the number of a consent that of the record in which its rest stands on, if any of it does.
    """
    gone = []
    for profile in Profile.objects.select_related("family", "child").filter(destroyed=None, consent_id__in=ended):
        rest = ended.get(profile.consent_number)
        facts = standing_consent(rest, timezone.now()) if rest is not None else None
        if facts is not None and covers_search(facts):
            profile.consent_id = profile.consent_number = facts.consent_id
            profile.save(update_fields=["consent", "consent_number"])
        else:
            gone.append(profile)
    destroy_all(actor, gone, Profile.Reason.WITHDRAWN)


def destroy_all(actor: Actor, profiles: Iterable[Profile], reason: Profile.Reason) -> int:
    """Empty these rows, throw their keys away, and write the columns anew. Part of an action; returns how many."""
    found = list(profiles)
    if not found:
        return 0
    blank_what_is_overwritten()
    now = timezone.now()
    blocks = {each.block_id for each in found if each.block_id is not None}
    Profile.objects.filter(pk__in=[each.pk for each in found]).update(
        wrapped=None,
        sealed=b"",
        destroyed=now,
        destroyed_by=actor if isinstance(actor, Officer) else None,
        reason=reason,
    )
    outdate(blocks)
    Hit.objects.filter(Q(profile__in=found) | Q(relatives__in=found)).update(review=b"")
    record_many(
        actor=actor,
        act="kinship.destroy_profile",
        object_kind="profile",
        objects=[(each.pk, {"reason": reason.value, "consent": each.consent_number}) for each in found],
    )
    transaction.on_commit(partial(_write_and_prove, blocks, [each.pk for each in found]))
    return len(found)


def _write_and_prove(blocks: set[int], destroyed: list[int]) -> None:
    for block in Block.objects.filter(pk__in=blocks):
        write_block(block)
    prove(destroyed)


def prove_what_is_left() -> int:
    """Write the blocks anew that a killed process left out of date, and prove what stood in them; how many were."""
    waiting = Profile.objects.filter(destroyed__isnull=False, proved=None)
    for block in Block.objects.filter(profiles__in=waiting).distinct():
        try:
            read_block(block)
        except Unreadable:
            write_block(block)
    return prove(waiting.values_list("pk", flat=True))


def prove(destroyed: Iterable[int]) -> int:
    """Look whether row and file hold nothing of these profiles any more, and note it; returns how many were proved."""
    proved = 0
    for profile in Profile.objects.select_related("block").filter(pk__in=list(destroyed), proved=None):
        if profile.destroyed is None or profile.wrapped is not None or bytes(profile.sealed):
            continue
        block = profile.block
        if block is not None and (block.wrapped is None or profile.pk in ids_in_file(block)):
            continue
        profile.proved, profile.proof = timezone.now(), block.digest if block is not None else ""
        profile.save(update_fields=["proved", "proof"])
        proved += 1
    return proved
