"""Asking a service to help her: the least it needs, under a consent that names it, answered until a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clew.node.accounts.actions import NODE, Actor, Officer, action, not_yours, require_compartment
from clew.node.cases.actions import Asked, add_task
from clew.node.consent.queries import standing_consents_by_number
from clew.node.disclosure.actions import stop_release
from clew.node.dossier.actions import blank_what_is_overwritten
from clew.node.exchange.actions import end_referral
from clew.node.referral.access import human, path_for, require_guardian
from clew.node.referral.actions.drafts import HOURS, ReferralDraft, least, no_consent
from clew.node.referral.arrangement import way_to
from clew.node.referral.checking import past_problems, text_problems
from clew.node.referral.covering import covering_consent, covers, is_for_safety
from clew.node.referral.models import Referral, Service, new_uid
from clew.node.referral.recording import log
from clew.node.referral.sealing import Sealed, open_all, seal
from clew.node.types import BadInput, BadInputs

State = Referral.State


@action("referral.make_referral", permission="referral.make")
def make_referral(*, actor: Actor, path_id: int, draft: ReferralDraft) -> Referral:
    """Ask a service. A team of this node reads it; to anybody else nothing leaves by this act.

    A partner with a node of its own is asked by letter, which is a release (`refer_by_letter`).

    Raises:
        Refused: the path is another team's.
        BadInput: she may be a child, nobody answers for her, and more than her safety is asked for.
        BadInputs: every fault; one is that no consent of hers names this service for what it would be told.
    """
    path, officer = path_for(actor, path_id)
    service = Service.objects.filter(pk=draft.service_id, ended=None).first()
    problems = draft.problems()
    if service is None:
        problems.append(BadInput("service", _("There is no such service."), _("Choose one from the list.")))
    if service is not None and way_to(service) == "letter":
        problems.append(BadInput("", _("This service is asked by letter."), _("Go back to her path and ask it there.")))
    if problems or service is None:
        raise BadInputs(problems)
    for_safety = is_for_safety(path, draft.needs, draft.told)
    if not for_safety:
        require_guardian(path)
    consent = None if for_safety else covering_consent(path, service.party, draft.told)
    if consent is None and not for_safety:
        raise BadInputs([no_consent()])
    uid, now = new_uid(), timezone.now()
    made = Referral.objects.create(
        uid=uid, path=path, service=service, state=State.ASKED, urgency=draft.urgency,
        sealed=seal(path.person_id, least(path, draft), kind="referral", uid=uid),
        consent_id=consent.consent_id if consent else None, consent_number=consent.consent_id if consent else None,
        for_safety=for_safety, answer_by=now + dt.timedelta(hours=HOURS[draft.urgency]), made_by=officer, made=now,
    )  # fmt: skip
    log(officer, "referral.make_referral", path, referral=made.pk, service=service.pk, consent=made.consent_number or 0)
    return made


@action("referral.tell_of_service", permission="referral.make")
def tell_of_service(*, actor: Actor, path_id: int, service_id: int) -> Referral:
    """Note that she was told of a service and goes herself: nothing of her is handed on, and no consent is needed."""
    path, officer = path_for(actor, path_id)
    service = Service.objects.filter(pk=service_id, ended=None).first()
    if service is None:
        raise BadInput("service", _("There is no such service."), _("Choose one from the list."))
    made = Referral.objects.create(path=path, service=service, state=State.TOLD, made_by=officer, made=timezone.now())
    log(officer, "referral.tell_of_service", path, referral=made.pk, service=service.pk)
    return made


@action("referral.answer_referral", permission="referral.answer")
def answer_referral(*, actor: Actor, referral_id: int, accept: bool, why: str = "") -> Referral:
    """Accept or refuse: the team that answers for the service, or whoever asked notes what another one said.

    Raises:
        Refused: it is neither.
        BadInput: it was answered or stopped before; a refusal without a reason.
    """
    found, officer = _to_answer(actor, referral_id)
    _require_no_letter(found)
    if found.state != State.ASKED:
        raise BadInput("", _("This was answered before, or stopped."), _("Nothing is left to do."))
    problems = text_problems({"why": why}, longest=1000, optional={"why"} if accept else ())
    if problems:
        raise BadInputs(problems)
    if why.strip():
        found.sealed_answer = seal(found.path.person_id, {"why": why.strip()}, kind="answer", uid=found.uid)
    found.state = State.ACCEPTED if accept else State.REFUSED
    found.answered_by, found.answered = officer, timezone.now()
    found.save(update_fields=["state", "answered_by", "answered", "sealed_answer"])
    log(officer, "referral.answer_referral", found.path, referral=found.pk, accepted=accept)
    return found


@action("referral.record_arrival", permission="referral.answer")
def record_arrival(*, actor: Actor, referral_id: int, on: dt.date) -> Referral:
    """Note that she came, and nothing else: what she says there stays there."""
    found, officer = _to_answer(actor, referral_id)
    _require_no_letter(found)
    if found.state not in {State.ACCEPTED, State.TOLD} or found.arrived is not None:
        raise BadInput("", _("Nothing waits here."), _("A referral is accepted first, and she arrives once."))
    problems = past_problems({"on": on})
    if problems:
        raise BadInputs(problems)
    found.arrived = on
    found.save(update_fields=["arrived"])
    log(officer, "referral.record_arrival", found.path, referral=found.pk)
    return found


@action("referral.stop_referral", permission="referral.make")
def stop_referral(*, actor: Actor, referral_id: int) -> Referral:
    """Take a referral back: what the service could read is void at once."""
    found = Referral.objects.select_related("path", "service").filter(pk=referral_id).first()
    if found is None:
        raise not_yours()
    _path, officer = path_for(actor, found.path_id)
    if found.state not in {State.PREPARED, State.ASKED, State.ACCEPTED}:
        raise BadInput("", _("Nothing runs here."), _("Nothing is left to do."))
    _stop(officer, [found])
    return found


def consents_ended(*, actor: Officer, ended: Mapping[int, int | None]) -> None:
    """Stop the referrals under consents that were just withdrawn (guard 4). Part of the act that withdraws them.

    Args:
        ended: by the number of a consent that of the record in which its rest stands on, if any of it does.
    """
    running = Referral.objects.select_related("path", "service").filter(
        consent_id__in=ended, state__in=[State.PREPARED, State.ASKED, State.ACCEPTED, State.REFUSED]
    )
    rests = standing_consents_by_number([each for each in ended.values() if each is not None], timezone.now())
    gone = []
    for found in running:
        rest = rests.get(ended.get(found.consent_number or 0) or 0)
        told = {name for name, text in _told_in(found).items() if text and name in {"contact", "situation"}}
        if rest is not None and covers(rest, found.service.party, told, by_letter=found.release is not None):
            found.consent_id = found.consent_number = rest.consent_id
            found.save(update_fields=["consent", "consent_number"])
        else:
            gone.append(found)
    _stop(actor, gone)
    for found in gone:
        _tell_of_end(found)


def person_erased(*, actor: Officer, persons: Collection[int]) -> None:
    """Stop the referrals of who is erased, and end them where they went. Part of the act that erases her."""
    running = Referral.objects.select_related("path", "service").filter(
        path__person_id__in=persons, state__in=[State.PREPARED, State.ASKED, State.ACCEPTED, State.REFUSED]
    )
    gone = list(running)
    _stop(actor, gone)
    for found in gone:
        _tell_of_end(found)


def _stop(officer: Officer, referrals: Sequence[Referral]) -> None:
    """Void what was handed on, and say so in the log."""
    if not referrals:
        return
    blank_what_is_overwritten()
    for found in referrals:
        found.state, found.stopped, found.sealed, found.sealed_answer = State.STOPPED, timezone.now(), b"", b""
        found.save(update_fields=["state", "stopped", "sealed", "sealed_answer"])
        log(officer, "referral.stop_referral", found.path, referral=found.pk)
        if found.release is not None:
            # What has not left does not leave; what has is void there, too, without anybody having to ask for it.
            stop_release(actor=NODE, release_id=found.release)
        if found.letter:
            end_referral(actor=NODE, letter_uid=found.letter, ordered_by=officer.pk)


def _tell_of_end(found: Referral) -> None:
    """Whoever helps her learns that nothing more is shared; help itself does not end with a consent."""
    if found.release is not None:
        return
    if found.service.team_id is not None and found.answered_by_id is not None:
        add_task(
            actor=NODE, case_id=None, kind="referral.consent_ended", assigned_id=found.answered_by_id,
            title=Asked(gettext_noop("A consent was withdrawn: help goes on, but nothing more is shared")),
            url=reverse("referral:referral", args=[found.pk]),
        )  # fmt: skip
    elif found.path.case.closed is None:
        add_task(
            actor=NODE, case_id=found.path.case_id, kind="referral.consent_ended",
            title=Asked(gettext_noop("Tell the service that the consent was withdrawn, and call back what it has")),
            url=reverse("referral:referral", args=[found.pk]),
        )  # fmt: skip


def _require_no_letter(found: Referral) -> None:
    if found.release is not None:
        raise BadInput("", _("This service answers by letter."), _("Its answer stands here as soon as it comes."))


def _to_answer(actor: Actor, referral_id: int) -> tuple[Referral, Officer]:
    found = Referral.objects.select_related("path__case", "service").filter(pk=referral_id).first()
    if found is None:
        raise not_yours()
    team = found.service.team_id if found.state != State.TOLD else None
    require_compartment(actor, found.path.compartment_id if team is None else team)
    return found, human(actor)


def _told_in(found: Referral) -> dict[str, Any]:
    return open_all([Sealed(found.sealed, "referral", found.uid)])[0]
