"""Draft, revise and withdraw a release."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from clew import vocabulary
from clew.disclosure.particulars import COMPARING, EVIDENCE, REFERRAL
from clew.node.accounts.actions import Actor, Officer, action, not_yours
from clew.node.audit.actions import record
from clew.node.cases.queries import case_head
from clew.node.disclosure.access import editable_release_for, officer_id, release_for
from clew.node.disclosure.findings import Findings, findings_of, problems_of
from clew.node.disclosure.models import Decision, Release
from clew.node.disclosure.particulars import PARTICULAR_KINDS, particular_problems, particulars_of
from clew.node.discovery import offers
from clew.node.partners import queries as partners
from clew.node.types import BadInput, BadInputs

KINDS = ("request", "reply", "notify", "introduction")
REVISABLE = {
    "recipient", "post", "via", "instrument", "purpose", "urgency", "deadline", "subject", "facts", "necessity",
    "offence_codes", "languages", "chosen", "items", "answers", "cards", "use", "immediate_danger", "legal_duty",
    "evidence_approval", "derogation", "findings",
}  # fmt: skip
WORDS = {"subject": 300, "facts": 20_000, "necessity": 5_000}


@dataclass(frozen=True, slots=True)
class Derogation:
    """A derogation for a single case (R08): ground, documented by whom it may concern, rights weighed."""

    ground: str
    individual: bool
    documented: bool
    rights_override: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `ask` is a code or empty, `entity` the entity it is about, if any."""

    text: str
    entity: int | None = None
    ask: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to the item of that number; `outcome` is a code of `reply_outcomes`."""

    item: int
    outcome: str
    text: str = ""
    statements: tuple[int, ...] = field(default=())


@action("disclosure.draft_release", permission="release.draft")
def draft_release(
    *,
    actor: Actor,
    kind: str,
    recipient: str,
    instrument: str,
    purpose: str,
    subject: str,
    case_id: int | None = None,
    facts: str = "",
    necessity: str = "",
    urgency: str = "routine-7d",
    deadline: dt.datetime | None = None,
    offence_codes: Sequence[str] | None = None,
    languages: Sequence[str] = (),
    statements: Sequence[int] = (),
    needed: Mapping[int, str] | None = None,
    items: Sequence[Question] = (),
    answers: Sequence[Answer] = (),
    cards: Sequence[str] = (),
    thread: str = "",
    in_reply_to: str = "",
    post: str = "",
    via: Sequence[str] = (),
    use: str = "intelligence",
    immediate_danger: bool = False,
    legal_duty: str = "",
    evidence_approval: str = "",
    derogation: Derogation | None = None,
    findings: Findings | None = None,
    minimum: Mapping[int, str] | None = None,
) -> Release:
    """Make a release from what an officer chose and wrote. Nothing is decided and nothing leaves.

    Args:
        kind: request, reply, notify or introduction. recipient: the organisation's uid; post: one of its posts.
        via: uids of posts the letter passes through. statements: numbers of the dossier's statements, in order.
        needed, minimum: by a statement's number, why the request strictly needs it, why a danger warning must say it.
        thread: uid of the thread it continues, "" to begin one. in_reply_to: uid of the letter it answers.

    Raises:
        BadInputs: every wrong field at once.
    """
    case = case_of(actor, case_id, kind)
    chosen = _chosen(statements, answers, needed or {}, minimum or {}, {})
    values: dict[str, Any] = {
        "kind": kind, "recipient": recipient, "post": post, "via": list(via), "instrument": instrument,
        "purpose": purpose, "urgency": urgency, "deadline": deadline, "subject": subject.strip(),
        "facts": facts.strip(), "necessity": necessity.strip(), "languages": list(languages), "chosen": chosen,
        "items": [asdict(each) for each in items], "cards": list(cards), "use": use,
        "answers": [asdict(each) | {"statements": list(each.statements)} for each in answers],
        "immediate_danger": immediate_danger, "legal_duty": legal_duty.strip(),
        "evidence_approval": evidence_approval.strip(), "derogation": asdict(derogation) if derogation else {},
        "findings": (findings or Findings()).stored(),
    }  # fmt: skip
    check_values(values)
    values["offence_codes"] = list(case.offence_codes if offence_codes is None and case else offence_codes or ())
    release = create_release(actor, case, values, thread, in_reply_to)
    record_release(actor, "disclosure.draft_release", release)
    return release


def create_release(actor: Actor, case: Any, values: Mapping[str, Any], thread: str, in_reply_to: str) -> Release:
    """The draft's row, with values that were checked; raises `Refused` for a correspondence that is not the actor's."""
    require_correspondence(actor, thread, in_reply_to, values["recipient"])
    now = timezone.now()
    return Release.objects.create(
        **values,
        case=case,
        compartment_id=case.compartment_id if case else None,
        thread=thread or secrets.token_hex(16),
        in_reply_to=in_reply_to,
        requested_by_id=officer_id(actor),
        created=now,
        changed=now,
    )


def require_correspondence(actor: Actor, thread: str, in_reply_to: str, recipient: str) -> None:
    """Raise `Refused` unless the actor may write to that party in that correspondence, in answer to that letter.

    The room that keeps letters stands above this one, and is asked. Where none answers, nobody may.
    """
    if not thread and not in_reply_to:
        return
    if not isinstance(actor, Officer):
        raise not_yours()
    words = {"officer": actor, "thread": thread, "letter": in_reply_to, "recipient": recipient}
    answers = [ask(**words) for ask in offers("may_write_into")]
    if not answers or not all(answers):
        raise not_yours()


@action("disclosure.revise_release", permission="release.draft")
def revise_release(*, actor: Actor, release_id: int, **changes: Any) -> Release:
    """Change what an officer chose or wrote; what was decided before becomes stale.

    Takes the arguments of `draft_release` except kind, case, thread and the letter it answers.
    """
    release = editable_release_for(actor, release_id)
    fixed = {"kind", "case_id", "thread", "in_reply_to"} & set(changes)
    _check_made_for(release, changes)
    if fixed:
        raise BadInput(min(fixed), _("This cannot be changed later."), _("Draft a new release instead."))
    if {"statements", "needed", "minimum", "answers"} & set(changes):
        answers = changes.get("answers", [Answer(**_answer(each)) for each in release.answers])
        statements = changes.pop("statements", [each["statement"] for each in release.chosen])
        needed = changes.pop("needed", {each["statement"]: each["needed"] for each in release.chosen})
        minimum = changes.pop("minimum", {each["statement"]: each.get("minimum", "") for each in release.chosen})
        coarser = {each["statement"]: each.get("coarser", "") for each in release.chosen}
        changes["chosen"] = _chosen(statements, answers, needed, minimum, coarser)
    for name in ("items", "answers"):
        if name in changes:
            changes[name] = [_listed(asdict(each)) for each in changes[name]]
    if "derogation" in changes:
        changes["derogation"] = asdict(changes["derogation"]) if changes["derogation"] else {}
    if isinstance(changes.get("findings"), Findings):
        changes["findings"] = changes["findings"].stored()
    for name, value in changes.items():
        if name not in REVISABLE:
            raise BadInput(name, _("There is no such field."), _("Leave it out."))
        setattr(release, name, list(value) if isinstance(value, tuple) else value)
    check_values({each: getattr(release, each) for each in _CHECKED})
    if release.in_reply_to:
        require_correspondence(actor, release.thread, release.in_reply_to, release.recipient)
    keep_changed(actor, release)
    record_release(actor, "disclosure.revise_release", release)
    return release


def _check_made_for(release: Release, changes: Mapping[str, Any]) -> None:
    """Raise `BadInput` where what was prepared for one partner would go to another."""
    if release.kind == EVIDENCE and changes.get("recipient", release.recipient) != release.recipient:
        raise BadInput("recipient", _("The files are sealed for another partner."), _("Prepare them for this one."))
    if release.kind == REFERRAL and changes.get("recipient", release.recipient) != release.recipient:
        cure = _("Take this referral back, and ask the other service from her path.")
        raise BadInput("recipient", _("The referral is to another service."), cure)
    made_for = ("recipient", "instrument", "post") if release.kind in COMPARING else ()
    for name in made_for:
        if changes.get(name, getattr(release, name)) != getattr(release, name):
            raise BadInput(name, _("The points are made for this partner and instrument."), _("Ask anew instead."))


def keep_changed(actor: Actor, release: Release) -> None:
    """Save what was changed: what was decided before is stale, and the request is that of whoever changed it."""
    # An approver must be somebody else than she.
    release.requested_by_id = officer_id(actor)
    release.state, release.changed = Release.State.DRAFT, timezone.now()
    release.save()
    release.decisions.filter(state=Decision.State.DECIDED).update(state=Decision.State.STALE)


@action("disclosure.withdraw_release", permission="release.draft")
def withdraw_release(*, actor: Actor, release_id: int, reason: str) -> Release:
    """Take a release back before it is dispatched; a letter that has left is recalled, not withdrawn."""
    release = release_for(actor, release_id)
    if release.state == Release.State.DISPATCHED:
        raise BadInput("", _("The letter has left."), _("Open the letter and take it back."))
    if release.state == Release.State.WITHDRAWN:
        raise BadInput("", _("This release is already withdrawn."), _("Nothing is left to do."))
    if not reason.strip():
        raise BadInput("reason", _("No reason is given."), _("Say why it is withdrawn."))
    release.state, release.changed = Release.State.WITHDRAWN, timezone.now()
    release.save(update_fields=["state", "changed"])
    release.decisions.exclude(state=Decision.State.STALE).update(state=Decision.State.WITHDRAWN)
    record_release(actor, "disclosure.withdraw_release", release)
    return release


_CHECKED = (
    "kind", "recipient", "post", "via", "purpose", "urgency", "subject", "facts", "necessity", "answers", "use",
    "findings", "chosen", "items", "particulars", "in_reply_to",
)  # fmt: skip


def case_of(actor: Actor, case_id: int | None, kind: str) -> Any:
    """The case a letter is from, None for an introduction; raises `BadInput` or refuses."""
    if case_id is None:
        if kind != "introduction":
            raise BadInput("case", _("No case is named."), _("Start the letter from its case."))
        return None
    case = case_head(officer=actor, pk=case_id) if isinstance(actor, Officer) else None
    if case is not None:
        return case
    raise not_yours()


def _chosen(
    statements: Sequence[int],
    answers: Sequence[Answer],
    needed: Mapping[int, str],
    minimum: Mapping[int, str],
    coarser: Mapping[int, str],
) -> list[dict[str, Any]]:
    """Every statement once, those of the answers included; each as coarse as was chosen before."""
    ids = dict.fromkeys([*statements, *(each for answer in answers for each in answer.statements)])
    return [
        {"statement": each, "needed": needed.get(each, "").strip(), "minimum": minimum.get(each, "").strip(),
         "coarser": coarser.get(each, "")}
        for each in ids
    ]  # fmt: skip


def unread_values() -> dict[str, Any]:
    """What a letter has that none of its officer's choices filled."""
    return {
        "via": [], "facts": "", "chosen": [], "items": [], "answers": [], "use": "intelligence",
        "findings": Findings().stored(),
    }  # fmt: skip


def check_values(values: Mapping[str, Any]) -> None:
    """Raise `BadInputs` with every field of a release that is wrong."""
    problems = problems_of(findings_of(values["findings"]))
    problems += particular_problems(
        values["kind"], particulars_of(values.get("particulars", {})), values.get("in_reply_to", ""),
        statements=[each["statement"] for each in values["chosen"]],
        items=bool(values["items"] or values["answers"]),
    )  # fmt: skip
    if values["kind"] not in (*KINDS, *PARTICULAR_KINDS):
        problems.append(BadInput("kind", _("There is no such kind of letter."), _("Choose one from the list.")))
    for name, uid in [
        ("recipient", values["recipient"]),
        ("post", values["post"]),
        *(("via", v) for v in values["via"]),
    ]:
        if (uid or name == "recipient") and partners.party(uid) is None:
            problems.append(
                BadInput(name, _("The directory does not know this party."), _("Choose one from the list."))
            )
    for name, codes in (("purpose", "purposes"), ("urgency", "urgency")):
        if values[name] not in vocabulary.codelist(codes):
            problems.append(BadInput(name, _("This code is unknown."), _("Choose one from the list.")))
    if values["use"] not in {"intelligence", "evidence"}:
        problems.append(BadInput("use", _("This code is unknown."), _("Choose one from the list.")))
    if not values["subject"]:
        problems.append(BadInput("subject", _("The letter has no subject."), _("Enter a subject.")))
    for name, longest in WORDS.items():
        if len(values[name]) > longest:
            cure = _("Shorten it to %(longest)d characters.") % {"longest": longest}
            problems.append(BadInput(name, _("The text is too long."), cure))
    outcomes = vocabulary.codelist("reply_outcomes")
    if any(each["outcome"] not in outcomes for each in values["answers"]):
        problems.append(BadInput("answers", _("This code is unknown."), _("Choose one from the list.")))
    if problems:
        raise BadInputs(problems)


def _answer(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {**stored, "statements": tuple(stored["statements"])}


def _listed(stored: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in stored.items()}


def record_release(actor: Actor, act: str, release: Release) -> None:
    """The audit entry of anything done to a release: numbers and codes only."""
    record(
        actor=actor,
        act=act,
        object_kind="release",
        object_id=release.pk,
        details={"kind": release.kind, "recipient": release.recipient, "case": release.case_id,
                 "statements": len(release.chosen)},
    )  # fmt: skip
