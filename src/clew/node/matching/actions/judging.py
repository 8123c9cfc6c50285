"""A person says that two are the same, are different, or that she is not sure; and takes that back."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from clew import vocabulary
from clew.node.accounts.actions import Actor, Officer, Refused, action, not_yours
from clew.node.audit.actions import record
from clew.node.dossier.actions import merge_entities, split_entity
from clew.node.dossier.queries import judgement_stands
from clew.node.matching.models import Finding, Verdict
from clew.node.matching.queries.consistency import standing_against, verdicts_seen
from clew.node.matching.queries.seeing import findings_of
from clew.node.types import BadInput


@action("matching.judge_pair", permission="match.judge")
def judge_pair(*, actor: Actor, one_id: int, other_id: int, said: str, reason: str) -> Verdict:
    """Judge a pair that was proposed. `same` merges the two; `different` is remembered until the evidence changes.

    Args:
        said: a code of the list `match_judgements`.

    Raises:
        BadInput: no reason; or `same`, though somebody judged two of those who would then be one different.
    """
    officer = _human(actor)
    one, other = sorted((one_id, other_id))
    found = list(findings_of(officer=officer, one=one, other=other))
    if not found:
        raise not_yours()
    reason = _checked(said, reason)
    verdict = Verdict(one_id=one, other_id=other, said=said, reason=reason, by=officer, at=timezone.now())
    verdict.fingerprints = sorted({each.fingerprint for each in found})
    verdict.guarded = any(each.guarded for each in found)
    if said == Verdict.Said.SAME:
        against = standing_against(officer=officer, one=one, other=other)
        if against:
            raise BadInput(
                "said",
                _("This contradicts a judgement: two of those who would then be one were judged different."),
                _("Look at that judgement below; one of the two has to be taken back first."),
            )
        merged = merge_entities(actor=actor, keep_id=one, other_id=other, reason=reason)
        verdict.merge, verdict.merged = merged.pk, merged.other_id
    verdict.save(force_insert=True)
    Finding.objects.filter(pk__in=[each.pk for each in found]).update(settled=verdict)
    record(
        actor=actor,
        act="matching.judge_pair",
        object_kind="verdict",
        object_id=verdict.pk,
        details={"one": one, "other": other, "said": said},
    )
    return verdict


@action("matching.take_back", permission="match.judge")
def take_back(*, actor: Actor, verdict_id: int, reason: str) -> Verdict:
    """Take a judgement back: what was merged is split, what was judged different is proposed again."""
    officer = _human(actor)
    verdict = Verdict.objects.select_for_update().filter(pk=verdict_id).first()
    if verdict is None or not verdicts_seen(officer=officer, verdicts=[verdict]):
        raise not_yours()
    if verdict.undone is not None:
        raise BadInput("", _("This judgement was already taken back."), _("Nothing is left to do."))
    if not reason.strip():
        raise BadInput("reason", _("There is no reason."), _("Write why, in a sentence."))
    if verdict.merge is not None and verdict.merged is not None and judgement_stands(verdict.merge):
        split_entity(actor=actor, entity_id=verdict.merged, reason=reason.strip())
    verdict.undone, verdict.undone_by, verdict.undone_reason = timezone.now(), officer, reason.strip()
    verdict.save(update_fields=["undone", "undone_by", "undone_reason"])
    Finding.objects.filter(settled=verdict).update(settled=None)
    record(
        actor=actor, act="matching.take_back", object_kind="verdict", object_id=verdict.pk,
        details={"one": verdict.one_id, "other": verdict.other_id},
    )  # fmt: skip
    return verdict


def _human(actor: Actor) -> Officer:
    if not isinstance(actor, Officer):
        raise Refused(_("Only a person can answer for this."), _("Sign in and do it yourself."))
    return actor


def _checked(said: str, reason: str) -> str:
    if said not in vocabulary.codelist("match_judgements"):
        raise BadInput("said", _("Nothing is chosen."), _("Choose one of the three."))
    if not reason.strip():
        raise BadInput("reason", _("There is no reason."), _("Write why, in a sentence."))
    return reason.strip()
