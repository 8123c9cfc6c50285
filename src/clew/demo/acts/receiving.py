"""Letters on their way in: taken from quarantine, introductions accepted, what a letter brought into the dossier."""

from __future__ import annotations

from clew.demo.acts.recording import case_of, own_uid
from clew.demo.acts.script import NOT_YET, officer, script
from clew.node.accounts.actions import NODE
from clew.node.audit.actions import checkpoint
from clew.node.audit.queries import verify
from clew.node.dossier.models import Source, Statement
from clew.node.exchange.actions import take_letter
from clew.node.exchange.actions.taking import NewCase
from clew.node.exchange.models import Letter
from clew.node.exchange.reading import opened
from clew.node.partners.actions import accept_introduction
from clew.node.partners.models import Introduction

KIND_OF_CASE = "cooperation"


def received(subject: str) -> Letter | None:
    """The letter of that subject that came in and was opened, taken or not."""
    for letter in Letter.objects.filter(direction="in").select_related("thread").order_by("pk"):
        if opened(letter).body.get("subject") == subject:
            return letter
    return None


def take(node: str, by: str, subject: str, case: str = "", new_case: str = "") -> str:
    """Take the letter of that subject: into the case of a title, into a new case, or where its thread belongs."""
    letter = received(subject)
    if letter is None:
        return NOT_YET
    if letter.state != "quarantined":
        return letter.uid[:8]
    chosen = case_of(case) if case else None
    take_letter(
        actor=officer(by),
        letter_uid=letter.uid,
        case_id=chosen.pk if chosen else None,
        new_case=NewCase(new_case, KIND_OF_CASE) if new_case and case_of(new_case) is None else None,
    )
    return letter.uid[:8]


def arrived(node: str, subject: str) -> str:
    """Wait until the letter of that subject stands in quarantine (or has been taken since)."""
    letter = received(subject)
    return letter.uid[:8] if letter is not None else NOT_YET


def accept(node: str, by: str) -> str:
    """Decide about the party that the facilitator's letter introduced."""
    waiting = Introduction.objects.filter(recipient=own_uid()).exclude(facilitator=own_uid())
    if not waiting.exists():
        return NOT_YET
    for introduction in waiting.filter(decision=""):
        accept_introduction(
            actor=officer(by), introduction_id=introduction.pk, reason="We asked the facilitator for this contact."
        )
    return "confirmed, on the facilitator's word and this officer's decision"


def side_by_side(node: str, by: str) -> str:
    """What the dossier now says of the agency: old and new facts, each with its source."""
    agency = Statement.objects.filter(
        prop__name="name", value=script()[node]["agency"], entity__schema="RecruitmentAgency"
    ).order_by("pk")[0]
    facts = Statement.objects.filter(entity=agency.entity_id, end=None).select_related("source")
    own = facts.filter(source__received_letter="").count()
    letters = Source.objects.filter(kind="letter", statements__entity=agency.entity_id).distinct()
    return f"{own} facts of our own, {facts.count() - own} from {', '.join(each.title for each in letters)}"


def verify_log(node: str) -> str:
    """Verify the whole log and sign a checkpoint of it."""
    report = verify()
    if not report.ok:
        raise ValueError("; ".join(report.problems))
    checkpoint(actor=NODE)
    return f"{report.size} entries verify"
