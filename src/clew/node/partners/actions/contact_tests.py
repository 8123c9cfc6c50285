"""Trying a partner's contact points: whether a number is answered day and night is known by calling it."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, Officer, action, not_yours
from clew.node.audit.actions import record
from clew.node.partners.actions.directory import party_of
from clew.node.partners.contact_tests import contact_lines
from clew.node.partners.models import ContactTest
from clew.node.types import BadInput


@action("partners.begin_contact_test", permission="partner.post")
def begin_contact_test(*, actor: Actor, party_uid: str, contact: str) -> ContactTest:
    """Begin to try a contact point; the time counts from now.

    Args:
        contact: one of `contact_lines` of the party.

    Raises:
        BadInput: no such contact point, or a try of this party has not ended.
    """
    if not isinstance(actor, Officer):
        raise not_yours()
    party = party_of(party_uid)
    if contact not in contact_lines(party):
        raise BadInput("contact", _("This is no contact point of this party."), _("Choose one from the list."))
    if ContactTest.objects.filter(party=party, ended=None).exists():
        raise BadInput("", _("A contact point is being tried already."), _("Say first what came of that."))
    test = ContactTest.objects.create(party=party, contact=contact, begun=timezone.now(), begun_by_id=actor.pk)
    _record(actor, "partners.begin_contact_test", test)
    return test


@action("partners.end_contact_test", permission="partner.post")
def end_contact_test(*, actor: Actor, test_id: int, answered: bool) -> ContactTest:
    """Say whether somebody answered; the answer time is that from the beginning until now.

    Raises:
        BadInput: no such try, or it has ended.
    """
    test = ContactTest.objects.select_for_update().filter(pk=test_id, ended=None).first()
    if test is None:
        raise BadInput("", _("This try has ended already."), _("Begin a new one if you want to know again."))
    test.ended = timezone.now()
    test.answered = test.ended if answered else None
    test.save(update_fields=["ended", "answered"])
    _record(actor, "partners.end_contact_test", test)
    return test


def _record(actor: Actor, act: str, test: ContactTest) -> None:
    details = {"test": test.pk, "answered": test.answered is not None}
    record(actor=actor, act=act, object_kind="party", object_id=test.party.uid, details=details)
