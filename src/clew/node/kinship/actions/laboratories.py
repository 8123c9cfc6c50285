"""Which laboratories' profiles count here, and until when."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, Officer, Refused, action
from clew.node.audit.actions import record
from clew.node.kinship.models import Laboratory
from clew.node.partners.queries import party
from clew.node.types import BadInput, BadInputs


@action("kinship.register_laboratory", permission="kinship.laboratory")
def register_laboratory(
    *, actor: Actor, party_uid: str, accreditation: str, valid_from: dt.date, valid_until: dt.date
) -> Laboratory:
    """Register a laboratory of the directory with its accreditation; who works with profiles cannot do it herself.

    Raises:
        BadInputs: the party is not in the directory, nothing is said of the accreditation, or its days are not right.
    """
    officer = human(actor)
    problems = []
    found = party(party_uid)
    if found is None or found.is_own:
        cure = _("Add the laboratory to the directory first.")
        problems.append(BadInput("party_uid", _("This laboratory is not in the directory."), cure))
    if not accreditation.strip():
        cure = _("Name who accredited it, for which standard, and under which number.")
        problems.append(BadInput("accreditation", _("Nothing is said of its accreditation."), cure))
    if valid_until < valid_from:
        problems.append(BadInput("valid_until", _("It would end before it begins."), _("Enter a later day.")))
    elif valid_until < timezone.localdate():
        cure = _("Register it once its accreditation is renewed.")
        problems.append(BadInput("valid_until", _("This accreditation has ended."), cure))
    if Laboratory.objects.filter(party=party_uid, ended=None, valid_until__gte=timezone.localdate()).exists():
        cure = _("End the entry that stands, then register it anew.")
        problems.append(BadInput("party_uid", _("This laboratory is registered already."), cure))
    if problems:
        raise BadInputs(problems)
    made = Laboratory.objects.create(
        party=party_uid, accreditation=accreditation.strip()[:120], valid_from=valid_from, valid_until=valid_until,
        registered_by=officer, registered=timezone.now(),
    )  # fmt: skip
    record(
        actor=actor,
        act="kinship.register_laboratory",
        object_kind="laboratory",
        object_id=made.pk,
        details={"party": party_uid, "until": valid_until.isoformat()},
    )
    return made


@action("kinship.end_laboratory", permission="kinship.laboratory")
def end_laboratory(*, actor: Actor, laboratory_id: int) -> None:
    """Take no more profiles and confirmations from a laboratory; those that are here stay. Raises `BadInput`."""
    human(actor)
    found = Laboratory.objects.filter(pk=laboratory_id, ended=None).first()
    if found is None:
        raise BadInput("", _("No such laboratory is registered."), _("Go back to the list."))
    found.ended = timezone.now()
    found.save(update_fields=["ended"])
    record(actor=actor, act="kinship.end_laboratory", object_kind="laboratory", object_id=found.pk)


def human(actor: Actor) -> Officer:
    """The actor, who must be a person; raises `Refused`."""
    if not isinstance(actor, Officer):
        raise Refused(_("Only a person can answer for this."), _("Sign in and do it yourself."))
    return actor
