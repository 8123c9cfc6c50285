"""A hit is a lead. A laboratory confirms or refutes it; then it is decided for the child; two persons tell anybody.

The order is fixed: nobody in a family learns of a hit before an accredited laboratory has confirmed it, a
child-protection officer has decided that telling does no harm, and the child was heard. Parents may have been the
sellers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clew.disclosure.records import digest
from clew.node import at_rest
from clew.node.accounts.actions import (
    Actor,
    Officer,
    Refused,
    StepUp,
    action,
    not_yours,
    reading,
    require_compartment,
    sign_as_officer,
)
from clew.node.accounts.queries import compartment_ids
from clew.node.audit.actions import record
from clew.node.kinship.actions.destroying import destroy_all
from clew.node.kinship.actions.laboratories import human
from clew.node.kinship.actions.profiles import counts_on
from clew.node.kinship.models import Hit, Laboratory, Profile, Telling
from clew.node.kinship.sealing import open_under_all
from clew.node.types import BadInput

REPORT: Final = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9._/-]{0,59}")
"""The laboratory's number of a report; no names."""

LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class HitRead:
    """A hit with what was computed of it; `review` is None once a profile that it speaks of was destroyed."""

    hit: Hit
    review: Mapping[str, Any] | None


@reading("kinship.read_hit", permission="kinship.see", object_kind="hit", of=("hit_id",))
def read_hit(*, actor: Officer, hit_id: int) -> HitRead | None:
    """A hit with its loci, for whoever works on kinship in its unit; None for everyone else."""
    hit = Hit.objects.select_related("family", "profile__child", "search", "laboratory").filter(pk=hit_id).first()
    if hit is None or hit.family.compartment_id not in compartment_ids(actor):
        return None
    if not bytes(hit.review):
        return HitRead(hit, None)
    profiles = [hit.profile, *hit.relatives.all()]
    content = open_under_all(profiles, bytes(hit.review), b"kinship hit %d" % hit.pk)
    return HitRead(hit, None if content is None else json.loads(content))


@action("kinship.ask_laboratory", permission="kinship.review")
def ask_laboratory(*, actor: Actor, hit_id: int, laboratory_id: int) -> Hit:
    """Note that an accredited laboratory was asked to confirm a hit, from new samples or from the old ones.

    A confirmed hit that another confirmed one contradicts is asked about once more.

    Raises:
        Refused: there is no such hit, or it is another unit's.
        BadInput: it is no lead any more and nothing contradicts it, a profile was destroyed, or the laboratory's
            accreditation does not count.
    """
    hit = _hit_of_unit(actor, hit_id)
    if hit.state != Hit.State.LEAD and contradicting(hit) is None:
        raise BadInput("", _("A laboratory was asked already."), _("Wait for its answer, or record it."))
    _require_standing(hit)
    laboratory = Laboratory.objects.filter(pk=laboratory_id).first()
    if laboratory is None or not counts_on(laboratory, timezone.localdate()):
        cure = _("Choose one from the list.")
        raise BadInput("laboratory", _("This laboratory has no accreditation that counts."), cure)
    hit.state, hit.laboratory, hit.asked_by, hit.asked = Hit.State.ASKED, laboratory, human(actor), timezone.now()
    hit.save(update_fields=["state", "laboratory", "asked_by", "asked"])
    _record(actor, "kinship.ask_laboratory", hit, {"laboratory": laboratory.pk})
    return hit


@action("kinship.record_answer", permission="kinship.review")
def record_answer(*, actor: Actor, hit_id: int, confirmed: bool, report: str) -> Hit:
    """Record what the laboratory answered; `report`: the number of its report.

    Raises:
        Refused: there is no such hit, or it is another unit's.
        BadInput: no laboratory was asked, its accreditation has ended, or the report has no number.
    """
    hit = _hit_of_unit(actor, hit_id)
    if hit.state != Hit.State.ASKED or hit.laboratory is None:
        cure = _("Ask an accredited laboratory first.")
        raise BadInput("", _("No laboratory was asked, or it has answered already."), cure)
    if not counts_on(hit.laboratory, timezone.localdate()):
        cure = _("Have its accreditation registered anew first.")
        raise BadInput("", _("This laboratory has no accreditation that counts."), cure)
    if not REPORT.fullmatch(report):
        cure = _("Enter the number of the laboratory's report, without spaces. No name stands here.")
        raise BadInput("report", _("This is no number of a report."), cure)
    hit.state = Hit.State.CONFIRMED if confirmed else Hit.State.REFUTED
    hit.report, hit.answered_by, hit.answered = report, human(actor), timezone.now()
    hit.save(update_fields=["state", "report", "answered_by", "answered"])
    _record(actor, "kinship.record_answer", hit, {"confirmed": confirmed, "report": report})
    return hit


@action("kinship.decide_protection", permission="kinship.protect")
def decide_protection(*, actor: Actor, hit_id: int, may: bool, reason: str) -> Hit:
    """Decide for the child whether telling anybody does no harm; the newest decision counts.

    Raises:
        Refused: there is no such hit, or neither the child's team nor the unit is the actor's.
        BadInput: the hit is not confirmed, or no reason is given.
    """
    hit = _hit_of_child(actor, hit_id)
    _require_confirmed(hit)
    words = _text("reason", reason)
    hit.decision = Hit.Decision.MAY if may else Hit.Decision.MAY_NOT
    hit.decided_by, hit.decided, hit.sealed = human(actor), timezone.now(), _with(hit, "decision", words)
    hit.save(update_fields=["decision", "decided_by", "decided", "sealed"])
    _record(actor, "kinship.decide_protection", hit, {"decision": hit.decision})
    return hit


@action("kinship.hear_child", permission="kinship.protect")
def hear_child(*, actor: Actor, hit_id: int, view: str, note: str) -> Hit:
    """Record what the child wants: `view` is a code of `Hit.View`, `note` how the child was asked, or why not.

    Raises:
        Refused: there is no such hit, or neither the child's team nor the unit is the actor's.
        BadInput: the hit is not confirmed, the code is unknown, or nothing is said of how the child was asked.
    """
    hit = _hit_of_child(actor, hit_id)
    _require_confirmed(hit)
    if view not in Hit.View.values:
        raise BadInput("view", _("This code is unknown."), _("Choose one from the list."))
    hit.sealed = _with(hit, "view", _text("note", note))
    hit.view, hit.heard_by, hit.heard = Hit.View(view), human(actor), timezone.now()
    hit.save(update_fields=["view", "heard_by", "heard", "sealed"])
    _record(actor, "kinship.hear_child", hit, {"view": view})
    return hit


@action("kinship.propose_telling", permission="kinship.tell")
def propose_telling(*, actor: Actor, hit_id: int, whom: str, step_up: StepUp) -> Telling:
    """Propose that somebody is told of a confirmed hit, signed.

    Raises:
        Refused: there is no such hit, or neither the child's team nor the unit is the actor's.
        BadInput: something that has to come first is missing, it is proposed already, or the proof of presence is none.
    """
    hit = _hit_of_child(actor, hit_id)
    if whom not in Telling.Whom.values:
        raise BadInput("whom", _("This code is unknown."), _("Choose one from the list."))
    require_ready(hit, whom)
    if hit.tellings.filter(whom=whom).exclude(approved=False).exists():
        cure = _("Wait until a second person has answered.")
        raise BadInput("whom", _("This is proposed already, or approved."), cure)
    signature = sign_as_officer(officer=human(actor), digest=proposal_digest(hit), step_up=step_up)
    telling = Telling.objects.create(
        hit=hit, whom=whom, proposed_by=human(actor), proposed=timezone.now(), proposed_proof=signature.as_json()
    )
    _record(actor, "kinship.propose_telling", hit, {"telling": telling.pk, "whom": whom})
    return telling


@action("kinship.answer_telling", permission="kinship.tell")
def answer_telling(*, actor: Actor, telling_id: int, approve: bool, step_up: StepUp | None = None) -> Telling:
    """Approve, signed, or refuse that somebody is told; never by the one who proposed it.

    Raises:
        Refused: there is no such proposal, or it is the actor's own.
        BadInput: it was answered before, something that has to come first is missing by now, or it is approved without
            a proof of presence.
    """
    telling = Telling.objects.select_for_update().filter(pk=telling_id).first()
    if telling is None:
        raise not_yours()
    hit = _hit_of_child(actor, telling.hit_id)
    officer = human(actor)
    if telling.proposed_by_id == officer.pk:
        raise Refused(_("Two persons tell anybody of a hit."), _("A colleague with the right role can approve it."))
    if telling.approved is not None:
        raise BadInput("", _("This was answered before."), _("Nothing is left to do."))
    if approve:
        require_ready(hit, telling.whom)
        if step_up is None:
            raise BadInput("code", _("No code was entered."), _("Enter the code your authenticator shows now."))
        signature = sign_as_officer(officer=officer, digest=telling_digest(telling), step_up=step_up)
        telling.approved_proof = signature.as_json()
    telling.approved, telling.answered_by, telling.answered = approve, officer, timezone.now()
    telling.save(update_fields=["approved", "answered_by", "answered", "approved_proof"])
    _record(actor, "kinship.answer_telling", hit, {"telling": telling.pk, "approved": approve})
    return telling


@action("kinship.record_reunion", permission="kinship.protect")
def record_reunion(*, actor: Actor, hit_id: int) -> int:
    """Record that the child is with its family again. Every profile of both is destroyed; returns how many were.

    Raises:
        Refused: there is no such hit, or neither the child's team nor the unit is the actor's.
        BadInput: the family was never told, it is recorded already, or another confirmed hit contradicts this one.
    """
    hit = _hit_of_child(actor, hit_id)
    human(actor)
    _require_no_contradiction(hit)
    if not hit.tellings.filter(whom=Telling.Whom.FAMILY, approved=True).exists():
        cure = _("First two persons decide that the family is told.")
        raise BadInput("", _("The family has not been told."), cure)
    if hit.reunited is not None:
        raise BadInput("", _("This is recorded already."), _("Nothing is left to do."))
    hit.reunited = timezone.now()
    hit.save(update_fields=["reunited"])
    child = hit.profile.child
    standing = Profile.objects.filter(destroyed=None)
    number = destroy_all(
        actor, [*standing.filter(family=hit.family), *standing.filter(child=child)], Profile.Reason.REUNITED
    )
    for record_ in (hit.family, child):
        if record_ is not None and record_.closed is None:
            record_.closed = hit.reunited
            record_.save(update_fields=["closed"])
    _record(actor, "kinship.record_reunion", hit, {"profiles": number})
    return number


def require_ready(hit: Hit, whom: str) -> None:
    """Raises `BadInput` with the first thing that has to come before somebody is told."""
    _require_confirmed(hit)
    _require_no_contradiction(hit)
    if hit.decision != Hit.Decision.MAY:
        problem = _("No child-protection officer has decided that telling does no harm.")
        raise BadInput("", problem, _("Parents may have been the sellers: ask for that decision first."))
    if whom == Telling.Whom.FAMILY and hit.view not in {Hit.View.WANTS, Hit.View.TOO_YOUNG}:
        problem = _("The child was not heard, or does not want the family to be told.")
        raise BadInput("", problem, _("Hear the child first, and respect what the child wants."))


def proposal_digest(hit: Hit) -> bytes:
    """What the officer who proposes to tell somebody signs: of which hit, confirmed by what, decided and heard how."""
    signed = {
        "act": "kinship.propose_telling",
        "hit": hit.pk,
        "report": hit.report,
        "decided": hit.decided.isoformat() if hit.decided else "",
        "view": hit.view,
    }
    return bytes.fromhex(digest(signed))


def telling_digest(telling: Telling) -> bytes:
    """What the second officer signs: who is told of which hit, and who proposed it when."""
    signed = {
        "act": "kinship.answer_telling",
        "telling": telling.pk,
        "hit": telling.hit_id,
        "whom": telling.whom,
        "proposed_by": telling.proposed_by_id,
        "proposed": telling.proposed.isoformat(),
    }
    return bytes.fromhex(digest(signed))


def words_of(hit: Hit) -> dict[str, str]:
    """The reasons that were given for a hit, by what they are for: `decision`, `view`."""
    if not bytes(hit.sealed):
        return {}
    words: dict[str, str] = json.loads(at_rest.unseal(bytes(hit.sealed), _bound_to(hit)))
    return words


def _with(hit: Hit, name: str, text: str) -> bytes:
    return at_rest.seal(json.dumps({**words_of(hit), name: text}).encode(), _bound_to(hit))


def _bound_to(hit: Hit) -> bytes:
    return b"kinship hit words %d" % hit.pk


def _text(field: str, text: str) -> str:
    text = text.strip()
    if not text:
        raise BadInput(field, _("Nothing is entered here."), _("Enter a text."))
    if len(text) > LONGEST:
        raise BadInput(field, _("The text is too long."), _("Shorten it to 2,000 characters."))
    return text


def contradicting(hit: Hit) -> Hit | None:
    """Another confirmed hit of this child or this family: a child has one family, a family here misses one child."""
    same = Q(profile__child=hit.profile.child_id) | Q(family=hit.family_id)
    others = Hit.objects.filter(same, state=Hit.State.CONFIRMED).exclude(pk=hit.pk).order_by("pk")
    return others.select_related("family", "profile__child").first() if hit.state == Hit.State.CONFIRMED else None


def _require_no_contradiction(hit: Hit) -> None:
    """Two reports that give one child to two families are both kept, and nobody is told because of either."""
    if contradicting(hit) is not None:
        # The child's team reads this too, and the other hit's child or family may be no business of its own.
        problem = _("Another hit of this child or of this family is confirmed too: both cannot be true.")
        cure = _(
            "Put both reports before the laboratories, and ask again. Until one has answered anew, nobody is told."
        )
        raise BadInput("", problem, cure)


def _require_confirmed(hit: Hit) -> None:
    if hit.state != Hit.State.CONFIRMED:
        cure = _("Until an accredited laboratory has confirmed it, it is a lead, and nobody is told.")
        raise BadInput("", _("This hit is not confirmed."), cure)


def _require_standing(hit: Hit) -> None:
    if hit.profile.destroyed is not None or hit.relatives.exclude(destroyed=None).exists():
        cure = _("Search again with the profiles that stand.")
        raise BadInput("", _("A profile that this hit rests on was destroyed."), cure)


def _hit_of_unit(actor: Actor, hit_id: int) -> Hit:
    hit = _hit(hit_id)
    require_compartment(actor, hit.family.compartment_id)
    return hit


def _hit_of_child(actor: Actor, hit_id: int) -> Hit:
    """The hit, for the unit that works on it and for the team that recorded the child's consent."""
    hit = _hit(hit_id)
    if not {hit.family.compartment_id, hit.profile.team_id} & set(compartment_ids(actor)):
        raise not_yours()
    return hit


def _hit(hit_id: int) -> Hit:
    found = Hit.objects.select_for_update(of=("self",)).select_related("family", "profile__child", "laboratory")
    hit = found.filter(pk=hit_id).first()
    if hit is None:
        raise not_yours()
    return hit


def _record(actor: Actor, act: str, hit: Hit, details: Mapping[str, str | int | bool | None]) -> None:
    record(actor=actor, act=act, object_kind="hit", object_id=hit.pk, details={"family": hit.family_id, **details})
