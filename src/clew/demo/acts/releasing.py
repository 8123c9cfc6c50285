"""Letters on their way out: drafted, decided by the rules, approved by a second officer, signed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from clew.demo.acts.importing import about_the_agency
from clew.demo.acts.receiving import received
from clew.demo.acts.recording import case_of
from clew.demo.acts.script import NOT_YET, officer, script, step_up
from clew.node.accounts.queries import officer_roles
from clew.node.disclosure.actions import answer_recognition, ask_for_approval, decide, draft_release
from clew.node.disclosure.actions import approve as give_approval
from clew.node.disclosure.actions import sign as sign_decision
from clew.node.disclosure.actions.drafting import Answer, Question
from clew.node.disclosure.findings import Findings
from clew.node.disclosure.models import Decision, Release
from clew.node.disclosure.queries.preview import preview
from clew.node.dossier.models import Entity, Statement
from clew.node.partners.actions import propose_introduction
from clew.node.partners.models import Introduction
from clew.node.partners.queries import card_of

MAY_LEAVE = frozenset({"permit", "second"})
"""Verdicts of what leaves, at once or after a second officer's approval."""


def introduce(node: str, by: str, first: dict[str, str], second: dict[str, str]) -> str:
    """The facilitator vouches for two confirmed partners to each other, in two letters."""
    person = officer(by)
    reason = "Both work on the same kind of case and have asked to know each other."
    if not Introduction.objects.filter(decision="proposed").exists():
        propose_introduction(actor=person, first_uid=first["uid"], second_uid=second["uid"], reason=reason)
    for told, about in ((first, second), (second, first)):
        if Release.objects.filter(recipient=told["uid"], kind="introduction").exists():
            continue
        card = card_of(about["uid"])
        draft_release(
            actor=person,
            kind="introduction",
            recipient=told["uid"],
            instrument=script()["instruments"]["facilitation"]["code"],
            purpose="criminal_investigation",
            subject=script()["introduction"]["subject"],
            necessity=reason,
            cards=[card.decode()] if card else [],
        )
    for release in Release.objects.filter(kind="introduction").order_by("pk"):
        _decide(release, by)
        _sign(release, by)
    return "two letters, each with the other's card"


def draft_notify(node: str, by: str, to: dict[str, str], key: str) -> str:
    """Draft a notification of everything that the case's own sources say, and ask the rules."""
    content = script()[node].get(key) or script()[key]
    case = case_of(script()[node]["case"]["title"])
    release = _release(content["subject"]) or draft_release(
        actor=officer(by),
        kind="notify",
        recipient=to["uid"],
        instrument=script()["instruments"]["domestic-referral"]["code"],
        purpose="referral",
        subject=content["subject"],
        facts=content["facts"],
        necessity=content["necessity"],
        case_id=case.pk if case else None,
        statements=_statements_of(node, key),
    )
    return _told(_decide(release, by), by)


def draft_request(node: str, by: str, to: dict[str, str], key: str) -> str:
    """Draft the request with all that the case knows, her statements included, and ask the rules."""
    content = script()[node][key]
    case = case_of(script()[node]["case"]["title"])
    release = _release(content["subject"]) or draft_release(
        actor=officer(by),
        kind="request",
        recipient=to["uid"],
        instrument=script()["instruments"]["police-arrangement"]["code"],
        purpose="criminal_investigation",
        urgency=content["urgency"],
        subject=content["subject"],
        facts=content["facts"],
        necessity=content["necessity"],
        languages=["en"],
        case_id=case.pk if case else None,
        statements=_statements_of(node, key),
        items=[Question(text=item["text"], entity=_subject(node, item["about"])) for item in content["items"]],
        findings=Findings(nature="ordinary", jeopardy="no"),
    )
    return _told(_decide(release, by), by)


def draft_reply(node: str, by: str, to: dict[str, str], key: str, asked: str) -> str:
    """Draft the answer to the letter of that subject, and ask the rules."""
    content = script()[node][key]
    letter = received(asked)
    if letter is None:
        return NOT_YET
    release = _release(content["subject"]) or draft_release(
        actor=officer(by),
        kind="reply",
        recipient=to["uid"],
        instrument=script()["instruments"]["police-arrangement"]["code"],
        purpose="criminal_investigation",
        subject=content["subject"],
        facts=content["facts"],
        necessity=content["necessity"],
        languages=["en"],
        case_id=letter.thread.case_id,
        thread=letter.thread.uid,
        in_reply_to=letter.uid,
        answers=[_answer(node, each) for each in content["answers"]],
        findings=Findings(nature="ordinary", discrimination="none", dual_criminality="met", jeopardy="no"),
    )
    return _told(_decide(release, by), by)


def approve(node: str, by: str, subject: str) -> str:
    """A second officer approves in the first of her roles that is asked for, signed with her own code."""
    decision, person = _latest(_existing(subject)), officer(by)
    asked = [str(each["role"]) for each in decision.outcome["missing"] if each["role"] in officer_roles(person)]
    answered = decision.approvals.filter(officer_id=person.pk).exists()
    if decision.state == Decision.State.DECIDED and asked and not answered:
        give_approval(
            actor=person,
            decision_id=decision.pk,
            role=asked[0],
            reason="Read, compared with the arrangement and the assurance.",
            step_up=step_up(person),
        )
    return person.full_name


def sign(node: str, by: str, subject: str) -> str:
    """The officer who asked for the letter signs it: that is the release."""
    _sign(_existing(subject), by)
    return officer(by).full_name


def _decide(release: Release, by: str) -> Decision:
    decision = release.decisions.order_by("-pk").first()
    if decision is None or decision.state == Decision.State.STALE:
        decision = decide(actor=officer(by), release_id=release.pk)
    decision = _weighed(decision, by)
    if decision.state == Decision.State.DECIDED and release.case is not None:
        asked = release.case.tasks.filter(kind="release.approval", url__contains=f"/{decision.pk}/")
        for role in {str(missing["role"]) for missing in decision.outcome["missing"]}:
            if not asked.filter(role=role).exists():
                ask_for_approval(actor=officer(by), decision_id=decision.pk, role=role)
    return decision


def _weighed(decision: Decision, by: str) -> Decision:
    """The decision with the officer's answer where facts that leave could name a person together."""
    answered = json.loads(decision.inputs)["draft"]["recognition"] is not None
    if decision.state != Decision.State.DECIDED or answered or not json.loads(decision.after)["mosaic"]:
        return decision
    reason = "Her situation must be told so that she can be protected; she agreed to it."
    return answer_recognition(actor=officer(by), decision_id=decision.pk, answer="yes", reason=reason)


def _sign(release: Release, by: str) -> None:
    decision = _latest(release)
    if decision.state == Decision.State.DECIDED:
        sign_decision(actor=officer(by), decision_id=decision.pk, step_up=step_up(officer(by)))


def _told(decision: Decision, by: str) -> str:
    """How much may leave, and below it why the rest may not, in the sentences that the officer's own page shows."""
    verdicts = list(decision.statement_outcomes.values_list("verdict", flat=True))
    leave = sum(verdict in MAY_LEAVE for verdict in verdicts)
    held = len(verdicts) - leave
    roles = ", ".join(sorted({str(each["role"]) for each in decision.outcome["missing"]})) or "none"
    withheld = [
        each for each in preview(officer=officer(by), decision=decision).withheld if each.verdict not in MAY_LEAVE
    ]
    why = dict.fromkeys(reason.sentence for each in withheld for reason in each.reasons)
    count = f"{leave} statements may leave, {held} are withheld; approvals still needed: {roles}"
    return "\n".join([count, *(f"Withheld: {sentence}" for sentence in why)])


def _release(subject: str) -> Release | None:
    return Release.objects.filter(subject=subject).order_by("-pk").first()


def _existing(subject: str) -> Release:
    return Release.objects.filter(subject=subject).latest("pk")


def _latest(release: Release) -> Decision:
    return release.decisions.latest("pk")


def _statements_of(node: str, key: str) -> Sequence[int]:
    """What the officer ticks: the agency with its phone and account, and everything the case says of the woman.

    The other agencies of the imported extract are not what the letter is about. What may leave is for the rules to say.
    """
    case = case_of(script()[node]["case"]["title"])
    if case is None or key == "update":
        return []
    statements = Statement.objects.filter(entity__in=case.entity_links.values("entity"), end=None)
    if key == "second_request":
        statements = statements.filter(entity=_subject(node, "agency"), prop__name="name")
    elif key == "request":
        about = [entity.pk for entity in about_the_agency(script()[node]["agency"])]
        statements = statements.filter(Q(entity__in=about) | ~Q(source__kind="import"))
    return list(statements.order_by("pk").values_list("pk", flat=True))


def _subject(node: str, about: str) -> int:
    """The agency of the script, or the phone and the account that the import ties to it."""
    agency = Statement.objects.filter(
        prop__name="name", value=script()[node]["agency"], entity__schema="RecruitmentAgency"
    ).order_by("pk")[0]
    if about == "agency":
        return agency.entity_id
    tie, tied = {"phone": ("PhoneUse", "Phone"), "account": ("Ownership", "BankAccount")}[about]
    links = Statement.objects.filter(entity__schema=tie, value=str(agency.entity_id)).values("entity")
    named = (
        Statement.objects.filter(entity__in=links).exclude(value=str(agency.entity_id)).values_list("value", flat=True)
    )
    return Entity.objects.get(pk__in=[int(value) for value in named if value.isdigit()], schema=tied).pk


def _answer(node: str, given: Mapping[str, Any]) -> Answer:
    statements: tuple[int, ...] = ()
    if given["outcome"] in {"provided", "partly"}:
        title = script()[node]["register"]["title"]
        statements = tuple(Statement.objects.filter(source__title=title).order_by("pk").values_list("pk", flat=True))
    return Answer(item=given["item"], outcome=given["outcome"], text=given["text"], statements=statements)
