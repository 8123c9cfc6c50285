"""Which letters an officer may see.

A letter that belongs to a case is seen by the case's team. One that nobody has taken yet is seen by those who may take
letters. A refused one stays with the latter. A referral of a person is for those who answer referrals.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of, seen_by
from clew.node.exchange.helping import ABOUT_HELP, REFERRAL
from clew.node.exchange.models import Letter, Thread


def visible_threads(officer: Officer) -> QuerySet[Thread]:
    """The correspondences that the officer may see."""
    permissions = permissions_of(officer)
    if "letter.see" not in permissions:
        return Thread.objects.none()
    seen = Q(seen_by(officer, "case__compartment_id"))
    if "letter.take" in permissions:
        seen |= Q(case=None)
    found = Thread.objects.filter(seen)
    return found if "referral.answer" in permissions else found.exclude(case=None, kind__in=ABOUT_HELP)


def may_write_into(*, officer: Officer, thread: str, letter: str, recipient: str) -> bool:
    """Whether an officer may write to that party in a correspondence, in answer to that letter of it ("" for none).

    One that is not hers is answered like one that does not exist. One with another party is none for this recipient:
    the names that entities have in it would tell both that they got letters about the same.
    """
    found = visible_threads(officer).filter(uid=thread, party=recipient)
    if letter:
        found = found.filter(letters__uid=letter)
    return found.exists()


def visible_letters(officer: Officer) -> QuerySet[Letter]:
    """The letters of those correspondences."""
    found = Letter.objects.filter(Exists(visible_threads(officer).filter(pk=OuterRef("thread_id"))))
    return found if "referral.answer" in permissions_of(officer) else found.exclude(direction="in", kind=REFERRAL)
