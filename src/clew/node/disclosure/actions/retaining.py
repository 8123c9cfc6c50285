"""Forgetting what decisions looked at and what their letters said, once the time to keep it is over (R31)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.disclosure.models import Decision, Release, Safeguard, StatementOutcome
from clew.node.types import BadInput


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Decisions whose contents were removed, and the parties that their letters went to."""

    decisions: tuple[int, ...]
    recipients: tuple[str, ...]


@action("disclosure.forget_contents", permission="retention.review")
def forget_contents(*, actor: Actor, statement_ids: Collection[int]) -> Forgotten:
    """Remove inputs, letter and the officer's words of every decision that looked at these statements.

    What stays: that it was decided and signed, by whom, when, to whom, under which rules, and the digests.

    Raises:
        BadInput: a letter that carries one of them is signed and has not left yet.
    """
    found = Decision.objects.filter(
        pk__in=StatementOutcome.objects.filter(statement_id__in=statement_ids).values("decision_id")
    )
    if found.filter(state=Decision.State.SIGNED).exists():
        raise BadInput(
            "", _("A signed letter that carries some of it has not left yet."), _("Try again once it has been sent.")
        )
    decisions = list(found.order_by("pk").select_related("release"))
    releases = {each.release_id for each in decisions}
    Decision.objects.filter(pk__in=[each.pk for each in decisions]).update(
        sealed_inputs=b"", sealed_package=b"", sealed_after=b""
    )
    Decision.objects.filter(release_id__in=releases, state=Decision.State.DECIDED).update(state=Decision.State.STALE)
    _blank_words(releases)
    Release.objects.filter(pk__in=releases, state__in=(Release.State.DRAFT, Release.State.DECIDED)).update(
        state=Release.State.WITHDRAWN
    )
    record(
        actor=actor,
        act="disclosure.forget_contents",
        object_kind="decision",
        object_id=len(decisions),
        details={"decisions": len(decisions), "releases": len(releases)},
    )
    left = {each.release.post or each.release.recipient for each in decisions if each.state == "dispatched"}
    return Forgotten(tuple(each.pk for each in decisions), tuple(sorted(left)))


def _blank_words(releases: Collection[int]) -> None:
    """Take the officer's words out; whom a question was about stays, so that a person can still be told of it."""
    found = list(Release.objects.filter(pk__in=releases))
    for release in found:
        release.subject, release.facts, release.necessity, release.legal_duty = _("Deleted"), "", "", ""
        release.items = [{**each, "text": ""} for each in release.items]
        release.answers = [{**each, "text": ""} for each in release.answers]
        release.chosen = [{**each, "needed": ""} for each in release.chosen]
        release.particulars = {}
    words = ["subject", "facts", "necessity", "legal_duty", "items", "answers", "chosen", "particulars"]
    Release.objects.bulk_update(found, words, batch_size=200)


@action("disclosure.remove_safeguard", permission="retention.review")
def remove_safeguard(*, actor: Actor, safeguard_id: int) -> bytes:
    """Delete one expired safeguard; returns its sealed bytes, for the check that they are gone.

    Raises:
        BadInput: it does not exist, or it still holds: then it protects her.
    """
    found = Safeguard.objects.filter(pk=safeguard_id).first()
    if found is None:
        raise BadInput("", _("There is no such entry."), _("Go back to the list of what is due."))
    if found.expires >= timezone.localdate():
        raise BadInput("", _("This entry still holds."), _("It can be deleted once its day has passed."))
    sealed = bytes(found.sealed)
    person, expires = found.person_id, found.expires
    found.delete()
    record(
        actor=actor,
        act="disclosure.remove_safeguard",
        object_kind="safeguard",
        object_id=safeguard_id,
        details={"person": person, "expired": expires.isoformat()},
    )
    return sealed
