"""Asking a service of a partner by letter: a release like any other, on which the rules decide and which is signed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clew.disclosure.particulars import Part, Referred
from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.exchange.moments import to_text
from clew.node.accounts.actions import NODE, Actor, Officer, action
from clew.node.audit.actions import record
from clew.node.cases.actions import Asked, add_task
from clew.node.consent.queries import ConsentFacts
from clew.node.disclosure.actions import decide, draft_referral
from clew.node.dossier.actions import record_source
from clew.node.exchange.actions import end_referral
from clew.node.partners.queries import KeysWithheld, own_party, usable_keys
from clew.node.referral.access import path_for, require_guardian
from clew.node.referral.actions.drafts import HOURS, ReferralDraft, least, no_consent
from clew.node.referral.arrangement import PURPOSE, instrument_choices, place_problems, way_to
from clew.node.referral.checking import choice_problems, text_problems
from clew.node.referral.covering import covering_consent, is_for_safety
from clew.node.referral.models import Path, Referral, Service, new_uid
from clew.node.referral.recording import log
from clew.node.referral.sealing import seal
from clew.node.types import BadInput, BadInputs

State = Referral.State

SAFETY_KEPT: Final = dt.timedelta(days=90)
"""How long what was told for a child's safety is kept, here and there, where no consent says until when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDraft:
    """What a referral needs beside, because it leaves this node.

    Attributes:
        instrument: code of what holds between both. why: why the service needs to know it; it stays here. danger,
            danger_state: where nobody can consent for a child, what threatens it, and in which country.
    """

    instrument: str
    why: str
    danger: str = ""
    danger_state: str = ""


@action("referral.refer_by_letter", permission="referral.make")
def refer_by_letter(*, actor: Actor, path_id: int, draft: ReferralDraft, letter: LetterDraft) -> Referral:
    """Prepare the letter that asks a partner's service, and ask the rules. Nothing leaves before it is signed.

    Raises:
        Refused: the path is another team's.
        BadInput: she may be a child, nobody answers for her, and more than her safety is asked for.
        BadInputs: every fault; one is that no consent of hers names this service for a referral and what is told.
    """
    path, officer = path_for(actor, path_id)
    service = Service.objects.filter(pk=draft.service_id, ended=None).first()
    problems = [*draft.problems(), *_letter_problems(service, draft, letter)]
    if problems or service is None:
        raise BadInputs(problems)
    for_safety = is_for_safety(path, draft.needs, draft.told)
    if not for_safety:
        require_guardian(path)
    consent = None if for_safety else covering_consent(path, service.party, draft.told, by_letter=True)
    if consent is None and not for_safety:
        raise BadInputs([no_consent()])
    uid, now = new_uid(), timezone.now()
    answer_by = now.replace(microsecond=0) + dt.timedelta(hours=HOURS[draft.urgency])
    said = least(path, draft)
    parts = _entered(officer, path, said, consent, now)
    release = draft_referral(
        actor=officer, referred=Referred("child-safety" if for_safety else "consent", to_text(answer_by), parts),
        needed={each.statement: letter.why for each in parts}, recipient=service.party, instrument=letter.instrument,
        urgency=draft.urgency, necessity=letter.why, case_id=path.case_id,
        danger=letter.danger if for_safety else "", danger_state=letter.danger_state if for_safety else "",
    )  # fmt: skip
    decide(actor=officer, release_id=release.pk)
    made = Referral.objects.create(
        uid=uid, path=path, service=service, state=State.PREPARED, urgency=draft.urgency,
        sealed=seal(path.person_id, said, kind="referral", uid=uid), release=release.pk,
        consent_id=consent.consent_id if consent else None, consent_number=consent.consent_id if consent else None,
        for_safety=for_safety, answer_by=answer_by, made_by=officer, made=now,
    )  # fmt: skip
    log(officer, "referral.refer_by_letter", path, referral=made.pk, service=service.pk, release=release.pk)
    return made


@action("referral.note_letter", permission="node.act")
def note_letter(*, actor: Actor, release_id: int, letter: str, now: dt.datetime) -> None:
    """The letter that asks was written; one whose referral was stopped in the same moment is ended at once."""
    found = Referral.objects.select_related("path").filter(release=release_id).first()
    record(
        actor=actor, act="referral.note_letter", object_kind="referral", object_id=found.pk if found else 0,
        details={"letter": letter},
    )  # fmt: skip
    if found is None:
        return
    found.letter = letter
    if found.state == State.PREPARED:
        found.state = State.ASKED
    found.save(update_fields=["letter", "state"])
    if found.state == State.STOPPED:
        end_referral(actor=NODE, letter_uid=letter, ordered_by=None)


@action("referral.note_answer", permission="node.act")
def note_answer(*, actor: Actor, letter: str, accepted: bool, code: str, now: dt.datetime) -> None:
    """The service answered by letter. The first answer counts, and none does after the referral was stopped."""
    found = _asked_by(letter)
    counts = found is not None and found.state == State.ASKED
    _note(actor, "referral.note_answer", found, counts=counts, accepted=accepted)
    if found is None or not counts:
        return
    found.state, found.code, found.answered = State.ACCEPTED if accepted else State.REFUSED, code, now
    found.save(update_fields=["state", "code", "answered"])
    if found.path.case.closed is None:
        title = gettext_noop("She can come: a service has answered") if accepted else gettext_noop(
            "A service cannot help her: ask another one"
        )  # fmt: skip
        add_task(
            actor=NODE, case_id=found.path.case_id, kind="referral.answered", title=Asked(title),
            url=reverse("referral:referral", args=[found.pk]),
        )  # fmt: skip


@action("referral.note_arrival", permission="node.act")
def note_arrival(*, actor: Actor, letter: str, on: dt.date, now: dt.datetime) -> None:
    """The service says by letter that she came, and nothing else. A day to come counts for nothing."""
    found = _asked_by(letter)
    # Its day may have begun where the service is.
    in_time = on <= now.date() + dt.timedelta(days=1)
    counts = found is not None and found.state == State.ACCEPTED and found.arrived is None and in_time
    _note(actor, "referral.note_arrival", found, counts=counts)
    if found is not None and counts:
        found.arrived = on
        found.save(update_fields=["arrived"])


def _asked_by(letter: str) -> Referral | None:
    return Referral.objects.select_related("path__case", "service").filter(letter=letter).exclude(letter="").first()


def _note(actor: Actor, act: str, found: Referral | None, **details: bool) -> None:
    record(actor=actor, act=act, object_kind="referral", object_id=found.pk if found else 0, details=details)


def _letter_problems(service: Service | None, draft: ReferralDraft, letter: LetterDraft) -> list[BadInput]:
    if service is None:
        return [BadInput("service", _("There is no such service."), _("Choose one from the list."))]
    if way_to(service) != "letter":
        return [BadInput("", _("This service is not asked by letter."), _("Go back to the directory."))]
    keys = usable_keys(service.party, timezone.now())
    if isinstance(keys, KeysWithheld):
        return [BadInput("", keys.sentence, _("Settle the partner's standing first."))]
    offered = {code for code, _title in instrument_choices(service)}
    found = choice_problems({"instrument": (letter.instrument, offered)})
    found += text_problems({"why": letter.why}, longest=1000)
    return found + place_problems({"contact": draft.contact, "situation": draft.situation})


def _entered(
    officer: Officer, path: Path, said: dict[str, object], consent: ConsentFacts | None, now: dt.datetime
) -> tuple[Part, ...]:
    """What the service would be told, as statements of hers: each is decided on by itself."""
    own = own_party()
    told = [(field, each) for field, value in said.items() for each in _several(value) if each]
    source = record_source(
        actor=officer,
        compartment_id=path.compartment_id,
        draft=SourceDraft(
            kind="interview", title=_("What a service is asked for her"), owner=own.uid if own else "",
            reliability="A", handling="H2", handling_text="", purpose=PURPOSE,
            retain_until=consent.expires if consent is not None else now.date() + SAFETY_KEPT, basis="intelligence",
            entities=(EntityDraft("her", "Person", existing_id=path.person_id), EntityDraft("help", "HelpNeeded")),
            statements=tuple(
                StatementDraft("help", field, value, accuracy=1, nature="fact", concerns=("her",))
                for field, value in told
            ),
        ),
    )  # fmt: skip
    numbers = source.statements.order_by("pk").values_list("pk", flat=True)
    return tuple(Part(field, number) for (field, _value), number in zip(told, numbers, strict=True))


def _several(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]
