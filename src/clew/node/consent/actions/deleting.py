"""Deleting consents that have ended, once the time to keep them as a record is over."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.consent.models import Consent
from clew.node.types import BadInput


@action("consent.delete_consent", permission="retention.review")
def delete_consent(*, actor: Actor, consent_id: int) -> None:
    """Delete a consent that has ended, once the time to keep it as a record is over.

    Raises:
        BadInput: it does not exist, or it still holds.
    """
    found = Consent.objects.filter(pk=consent_id).first()
    if found is None:
        raise BadInput("", _("There is no such consent."), _("Go back to the list of what is due."))
    if found.withdrawn is None and found.expires >= timezone.localdate():
        raise BadInput("", _("This consent still holds."), _("It can be deleted once it has ended."))
    person = found.person_id
    # What was left of it when a part was taken back stands by itself.
    Consent.objects.filter(continues=found).update(continues=None)
    found.delete()
    record(
        actor=actor,
        act="consent.delete_consent",
        object_kind="consent",
        object_id=consent_id,
        details={"person": person},
    )
