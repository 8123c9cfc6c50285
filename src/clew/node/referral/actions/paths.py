"""Opening a path, recording contacts on it, and its end."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, action, not_yours, require_compartment
from clew.node.cases.queries import case_head, entity_ids_of_case
from clew.node.disclosure.actions import record_safeguard
from clew.node.dossier.queries import guarded_persons, schemata_of
from clew.node.referral.access import age_of, human, path_for
from clew.node.referral.entries import ClosingDraft, ContactDraft
from clew.node.referral.models import Entry, Path
from clew.node.referral.recording import keep, log
from clew.node.referral.returning import require_return_possible
from clew.node.types import BadInput, BadInputs
from clew.vocabulary.model import is_a

AGE_HOLDS: Final = dt.timedelta(days=365)
"""As long as what a person is: it is said again at least once a year."""

SAFEGUARD_OF_AGE: Final = {"adult": "no", "child": "yes", "doubt": "uncertain"}
"""What the release rules are told (guard 3)."""


@action("referral.open_path", permission="pathway.work")
def open_path(*, actor: Actor, case_id: int, person_id: int) -> Path:
    """Begin to walk with a person of a case; a path that was begun already is returned as it is.

    Raises:
        Refused: the case is not the actor's, or does not look at this person.
        BadInput: it is no person, the case is closed, or nothing said of her would be sealed.
    """
    officer = human(actor)
    case = case_head(officer=officer, pk=case_id)
    if case is None or person_id not in entity_ids_of_case(officer=officer, case_id=case_id):
        raise not_yours()
    require_compartment(actor, case.compartment_id)
    if case.closed is not None:
        raise BadInput("", _("This case is closed."), _("Reopen it first; the file is kept as it was."))
    if not is_a(schemata_of([person_id])[person_id], "Person"):
        raise BadInput("person", _("This is no person."), _("Choose a person of this case."))
    if not guarded_persons([person_id]):
        cure = _("Say first on her page that she may be a victim; what was said of her before stays in the history.")
        raise BadInput("person", _("This person is not protected, so nothing said here would be sealed."), cure)
    path, made = Path.objects.get_or_create(
        case_id=case.pk, person_id=person_id,
        defaults={
            "compartment_id": case.compartment_id, "status": "contact", "opened": timezone.now(), "opened_by": officer,
        },
    )  # fmt: skip
    log(officer, "referral.open_path", path, new=made)
    return path


@action("referral.record_contact", permission="pathway.work")
def record_contact(*, actor: Actor, path_id: int, draft: ContactDraft) -> Entry:
    """Record a contact. What is said of her age goes to the release rules in the same transaction (guard 3)."""
    path, officer = path_for(actor, path_id)
    age_before = age_of(path)
    problems = draft.problems(age_before=age_before)
    if problems:
        raise BadInputs(problems)
    made = keep(officer, path, Entry.Kind.CONTACT, asdict(draft) | {"met": draft.met.isoformat()})
    if draft.age != age_before:
        record_safeguard(
            actor=officer, person_id=path.person_id, kind="child", answer=[SAFEGUARD_OF_AGE[draft.age]],
            expires=timezone.localdate() + AGE_HOLDS,
        )  # fmt: skip
    return made


@action("referral.propose_closing", permission="pathway.work")
def propose_closing(*, actor: Actor, path_id: int, draft: ClosingDraft) -> Entry:
    """Propose to end accompaniment; a second person agrees. A return is refused while anything stands against it."""
    path, officer = path_for(actor, path_id)
    problems = draft.problems()
    if problems:
        raise BadInputs(problems)
    if draft.outcome == "returned":
        require_return_possible(path)
    said = asdict(draft) | {
        "retain": draft.retain.isoformat(), "follow_up": draft.follow_up.isoformat() if draft.follow_up else "",
    }  # fmt: skip
    return keep(officer, path, Entry.Kind.CLOSING, said, outcome=draft.outcome, needs_second=True)


@action("referral.reopen_path", permission="pathway.work")
def reopen_path(*, actor: Actor, path_id: int) -> Path:
    """Walk on with somebody; everything stands as it did.

    Raises:
        Refused: there is no such path, or it is another team's.
        BadInput: it is open.
    """
    path = Path.objects.filter(pk=path_id).first()
    if path is None:
        raise not_yours()
    require_compartment(actor, path.compartment_id)
    officer = human(actor)
    if path.closed is None:
        raise BadInput("", _("This path is open."), _("Go on with the present step."))
    path.closed, path.status = None, "contact"
    path.save(update_fields=["closed", "status"])
    log(officer, "referral.reopen_path", path)
    return path
