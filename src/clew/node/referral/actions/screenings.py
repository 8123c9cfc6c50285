"""Screenings, and who has signed that a set of indicators agrees with its official text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, Officer, action
from clew.node.audit.actions import record
from clew.node.referral.access import age_of, human, newest, path_for, require_guardian
from clew.node.referral.checking import text_problems
from clew.node.referral.indicators import kept, offered
from clew.node.referral.models import Entry, IndicatorSignOff, IndicatorVersion, Path, Screening, new_uid
from clew.node.referral.recording import log, move
from clew.node.referral.screening_reading import read_back
from clew.node.referral.sealing import seal
from clew.node.types import BadInput, BadInputs
from clew.referral.screening import IndicatorSet, ScreeningRefused, evaluate


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningDraft:
    """The answers of one conversation to the newest version of a set.

    Attributes:
        answers: by question, (said, basis); basis is "" but for a yes or a no. What is missing was not asked.
        act: of a child, whether she was recruited, moved, harboured or received for it.
        why_again: why she is asked once more, where she was asked before.
    """

    name: str
    answers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    act: str = "not_asked"
    why_again: str = ""


@action("referral.record_screening", permission="pathway.work")
def record_screening(*, actor: Actor, path_id: int, draft: ScreeningDraft) -> Screening:
    """Keep the answers of one conversation with the version of the set that they were given to.

    Raises:
        Refused: the path is another team's.
        BadInput: no contact was recorded; she may be a child and nobody answers for her (guard 3).
        BadInputs: every fault of the answers; one is that she was asked before and no reason is given.
    """
    path, officer = path_for(actor, path_id)
    if newest(path, Entry.Kind.CONTACT) is None:
        raise BadInput("", _("No contact with her is recorded yet."), _("Record the first contact: safety first."))
    require_guardian(path)
    indicators = offered().get(draft.name)
    if indicators is None:
        raise BadInput("name", _("There is no such set of indicators."), _("Choose one from the list."))
    said = _said(path, draft, officer.pk)
    problems = _problems(path, draft, indicators, said)
    if problems:
        raise BadInputs(problems)
    uid = new_uid()
    made = Screening.objects.create(
        uid=uid, path=path, version=kept(indicators), sealed=seal(path.person_id, said, kind="screening", uid=uid),
        made_by=officer, made=timezone.now(),
    )  # fmt: skip
    if path.status == "contact":
        move(path, "screening")
    log(officer, "referral.record_screening", path, screening=made.pk, set=indicators.id, digest=indicators.digest)
    return made


@action("referral.sign_off_indicators", permission="screening.sign_off")
def sign_off_indicators(*, actor: Actor, name: str, digest: str, read_in: str) -> IndicatorSignOff:
    """Sign that this very version of a set agrees with its official text; from then on formal steps may rest on it.

    Args:
        digest: of the version that the signer has read. read_in: the edition with which she compared it.
    """
    officer = human(actor)
    indicators = offered().get(name)
    if indicators is None or indicators.digest != digest:
        cure = _("Open the page again, compare what it shows now, and sign for that.")
        raise BadInput("", _("There is no such version of this set."), cure)
    problems = text_problems({"read_in": read_in}, longest=200)
    if problems:
        raise BadInputs(problems)
    version = kept(indicators)
    if version.sign_offs.filter(ended=None, signed_by=officer).exists():
        raise BadInput("", _("You have signed for this version already."), _("Nothing is left to do."))
    made = IndicatorSignOff.objects.create(
        version=version, read_in=read_in.strip(), signed_by=officer, signed=timezone.now()
    )
    _log_set(officer, "referral.sign_off_indicators", version, made.pk)
    return made


@action("referral.end_sign_off", permission="screening.sign_off")
def end_sign_off(*, actor: Actor, sign_off_id: int) -> IndicatorSignOff:
    """Take a signature for a set back; what was decided on it before stays decided."""
    officer = human(actor)
    found = IndicatorSignOff.objects.select_related("version").filter(pk=sign_off_id, ended=None).first()
    if found is None:
        raise BadInput("", _("No such signature stands."), _("Go back to the list."))
    found.ended, found.ended_by = timezone.now(), officer
    found.save(update_fields=["ended", "ended_by"])
    _log_set(officer, "referral.end_sign_off", found.version, found.pk)
    return found


def _said(path: Path, draft: ScreeningDraft, by: int) -> dict[str, Any]:
    """The content that is kept. Where nobody said her age she is asked as a child."""
    age = age_of(path)
    at = timezone.now().isoformat()
    answers = {
        question: {"said": said, "basis": basis if said in {"yes", "no"} else "", "by": str(by), "at": at}
        for question, (said, basis) in draft.answers.items()
        if said != "not_asked"
    }
    return {
        "age": age if age in {"adult", "child"} else "doubt", "act": draft.act, "answers": answers,
        "why_again": draft.why_again.strip(),
    }  # fmt: skip


def _problems(path: Path, draft: ScreeningDraft, indicators: IndicatorSet, said: Mapping[str, Any]) -> list[BadInput]:
    optional = set() if path.screenings.exists() else {"why_again"}
    found = text_problems({"why_again": draft.why_again}, longest=2000, optional=optional)
    for question, answer in said["answers"].items():
        if answer["said"] in {"yes", "no"} and answer["basis"] not in {"observed", "stated"}:
            cure = _("Say whether it was observed or stated.")
            found.append(BadInput(question, _("It is not said how this is known."), cure))
    if found:
        return found
    try:
        evaluate(indicators, read_back(indicators.digest, said))
    except (ScreeningRefused, ValueError) as fault:
        return [BadInput("", str(fault), _("Open the page again and answer its questions."))]
    return []


def _log_set(officer: Officer, act: str, version: IndicatorVersion, number: int) -> None:
    record(
        actor=officer,
        act=act,
        object_kind="indicators",
        object_id=version.pk,
        details={"set": version.name, "version": version.version, "digest": version.digest, "sign_off": number},
    )
