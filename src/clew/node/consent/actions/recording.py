"""Recording what a person agreed to, and what she refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, Officer, Refused, action, require_compartment
from clew.node.audit.actions import record
from clew.node.consent.actions.drafts import (
    Answer,
    Circumstances,
    ConsentDraft,
    answer_problems,
    circumstance_problems,
    code_problems,
    given_problems,
    subject_problems,
)
from clew.node.consent.actions.withdrawing import Withdrawal, raise_recalls, take_back
from clew.node.consent.models import Consent, Refusal
from clew.node.consent.queries import is_known_in
from clew.node.consent.texts import seal_texts
from clew.node.dossier.queries import same_person, schemata_of
from clew.node.types import BadInputs
from clew.vocabulary.model import is_a


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one conversation came to. `withdrawn`: what a no took back, and what had left under it before."""

    consents: tuple[Consent, ...]
    refusals: tuple[Refusal, ...]
    withdrawn: Withdrawal


@action("consent.record_consent", permission="consent.record")
def record_consent(*, actor: Actor, person_id: int, compartment_id: int, draft: ConsentDraft) -> Consent:
    """Record what a person agreed to.

    Raises:
        Refused: the compartment is not the actor's, or knows nothing of this person.
        BadInputs: every fault of the draft at once.
    """
    officer = human_of_team(actor, person_id, compartment_id)
    problems = [
        *subject_problems(draft.purpose, draft.recipient, draft.items),
        *circumstance_problems(draft, person_id, compartment_id, officer),
    ]
    if problems:
        raise BadInputs(problems)
    return _keep_consent(officer, person_id, compartment_id, draft)


@action("consent.record_answers", permission="consent.record")
def record_answers(
    *, actor: Actor, person_id: int, compartment_id: int, said: Circumstances, answers: Sequence[Answer]
) -> Recorded:
    """Record a whole conversation: what was agreed to and what was refused, for each purpose and recipient.

    A no takes back whatever was agreed to before for the same purpose, recipient and item. Where a child says no, the
    guardian's yes is recorded as the child's refusal. A refusal needs no form: only who said it, when, and in which
    language.

    Raises:
        Refused: the compartment is not the actor's, or knows nothing of this person.
        BadInputs: every fault at once.
    """
    officer = human_of_team(actor, person_id, compartment_id)
    child_says_no = said.given_by == "guardian" and said.assent == "no"
    if child_says_no:
        answers = [dataclasses.replace(one, agreed=(), refused=[*one.agreed, *one.refused]) for one in answers]
    problems = answer_problems(answers)
    if any(one.agreed for one in answers):
        problems += circumstance_problems(said, person_id, compartment_id, officer)
    else:
        lists = {"given_by": ("consent_given_by", said.given_by), "language": ("languages", said.language)}
        problems += [*code_problems(lists), *given_problems(said.given)]
    if problems:
        raise BadInputs(problems)
    refused_by = "child" if child_says_no else {"self": "person"}.get(said.given_by, said.given_by)
    refusals = [
        _keep_refusal(officer, person_id, compartment_id, one, said, refused_by) for one in answers if one.refused
    ]
    withdrawn = _take_back_refused(officer, person_id, answers)
    consents = [_keep_consent(officer, person_id, compartment_id, _draft(said, one)) for one in answers if one.agreed]
    return Recorded(tuple(consents), tuple(refusals), withdrawn)


def human_of_team(actor: Actor, person_id: int, compartment_id: int) -> Officer:
    """The actor, if she is a human of this team and the team knows the person; raises `Refused`."""
    require_compartment(actor, compartment_id)
    if not isinstance(actor, Officer):
        raise Refused(_("Only a person can record a consent."), _("Sign in and record it yourself."))
    if not is_known_in(person_id, compartment_id) or not is_a(schemata_of([person_id])[person_id], "Person"):
        raise Refused(_("This case team knows no such person."), _("Record a source that speaks of her first."))
    return actor


def _draft(said: Circumstances, answer: Answer) -> ConsentDraft:
    circumstances = {each.name: getattr(said, each.name) for each in dataclasses.fields(Circumstances)}
    return ConsentDraft(
        **circumstances, purpose=answer.purpose, recipient=answer.recipient, items=sorted(set(answer.agreed))
    )


def _keep_consent(officer: Officer, person_id: int, compartment_id: int, draft: ConsentDraft) -> Consent:
    now = timezone.now()
    consent = Consent.objects.create(
        person_id=person_id,
        compartment_id=compartment_id,
        purpose=draft.purpose,
        recipient=draft.recipient,
        items=sorted(set(draft.items)),
        given_by=draft.given_by,
        guardian_id=draft.guardian_id,
        child_assent=draft.assent,
        language=draft.language,
        method=draft.method,
        understood=draft.understood,
        capacity=draft.capacity,
        sealed=seal_texts(person_id, draft.texts, f"given {now.isoformat()}"),
        given=draft.given,
        expires=draft.expires,
        recorded_by=officer,
        recorded=now,
    )
    record(
        actor=officer,
        act="consent.record_consent",
        object_kind="consent",
        object_id=consent.pk,
        details={
            "person": person_id,
            "purpose": draft.purpose,
            "recipient": draft.recipient,
            "guardian": draft.guardian_id,
        },
    )
    return consent


def _keep_refusal(
    officer: Officer, person_id: int, compartment_id: int, answer: Answer, said: Circumstances, refused_by: str
) -> Refusal:
    refusal = Refusal.objects.create(
        person_id=person_id,
        compartment_id=compartment_id,
        purpose=answer.purpose,
        recipient=answer.recipient,
        items=sorted(set(answer.refused)),
        refused_by=refused_by,
        language=said.language,
        refused=said.given,
        recorded_by=officer,
        recorded=timezone.now(),
    )
    record(
        actor=officer,
        act="consent.record_refusal",
        object_kind="refusal",
        object_id=refusal.pk,
        details={"person": person_id, "purpose": answer.purpose, "recipient": answer.recipient},
    )
    return refusal


def _take_back_refused(officer: Officer, person_id: int, answers: Sequence[Answer]) -> Withdrawal:
    now = timezone.now()
    every = Consent.objects.select_for_update().filter(person_id__in=same_person(person_id), withdrawn=None)
    taken: list[Consent] = []
    for one in answers:
        if one.refused:
            found = every.filter(purpose=one.purpose, recipient=one.recipient).order_by("pk")
            taken += take_back(officer, found, frozenset(one.refused), reason="", now=now)
    return raise_recalls(officer, person_id, taken)
