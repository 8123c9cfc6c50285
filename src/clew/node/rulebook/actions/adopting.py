"""A rule set is proposed by one person and adopted, or rejected, by another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.disclosure.ruleset import BrokenRules
from clew.node.accounts.actions import Actor, Officer, Refused, action, sign_as_officer
from clew.node.audit.actions import record
from clew.node.rulebook.adopted import adoption_digest, parsed
from clew.node.rulebook.beginning import record_first
from clew.node.rulebook.models import RuleSetAdoption
from clew.node.rulebook.reading import read_rule_set
from clew.node.types import BadInput

if TYPE_CHECKING:
    from clew.node.accounts.actions import StepUp

State = RuleSetAdoption.State


@action("rulebook.record_first_rules", permission="node.manage")
def record_first_rules(*, actor: Actor) -> RuleSetAdoption:
    """Write into the log of a new node which rules it begins with."""
    adoption = RuleSetAdoption.objects.order_by("pk").first()
    if adoption is None or adoption.proposed_by_id is not None:
        raise BadInput("", _("This node has no first rules."), _("Bring the store up to this program."))
    record_first(adoption)
    return adoption


@action("rulebook.propose_rule_set", permission="rules.propose")
def propose_rule_set(*, actor: Actor, files: Mapping[str, str], source: str, reason: str) -> RuleSetAdoption:
    """Put a whole rule set before a second person. It is read first; until it is adopted, nothing changes.

    Raises:
        BadInput: it cannot be read, no reason is given, or it is in force or proposed already.
    """
    officer = _human(actor)
    if source not in RuleSetAdoption.Source.values:
        raise BadInput("source", _("This code is unknown."), _("Choose one from the list."))
    if not reason.strip():
        raise BadInput("reason", _("No reason is given."), _("Say why these rules should be used."))
    rules = read_rule_set(files)
    if RuleSetAdoption.objects.filter(version=rules.version, state__in=(State.IN_FORCE, State.PROPOSED)).exists():
        raise BadInput(
            "files", _("This rule set is in force or proposed already."), _("Look at the list of rule sets.")
        )
    made = RuleSetAdoption.objects.create(
        version=rules.version,
        files=rules.files,
        source=source,
        reason=reason.strip(),
        proposed_by_id=officer.pk,
        proposed=timezone.now(),
    )
    _record(actor, "rulebook.propose_rule_set", made)
    return made


@action("rulebook.adopt_rule_set", permission="rules.adopt")
def adopt_rule_set(*, actor: Actor, adoption_id: int, step_up: StepUp) -> RuleSetAdoption:
    """Adopt a proposed rule set, signed: from now on every process of this node decides with it.

    Raises:
        Refused: the actor proposed it herself, or is no person.
        BadInput: it is not proposed any more, or its stored files are not those that were proposed.
    """
    officer = _human(actor)
    adoption = _open(adoption_id)
    if officer.pk == adoption.proposed_by_id:
        raise Refused(
            _("You proposed this rule set yourself, so you cannot adopt it."),
            _("Another officer who may adopt rules must look at it."),
        )
    _check_files(adoption)
    signature = sign_as_officer(officer=officer, digest=adoption_digest(adoption), step_up=step_up)
    now = timezone.now()
    RuleSetAdoption.objects.filter(state=State.IN_FORCE).update(state=State.SUPERSEDED, superseded=now)
    adoption.state, adoption.adopted_by_id, adoption.adopted = State.IN_FORCE, officer.pk, now
    adoption.method, adoption.key_id = signature.method, signature.key_id
    adoption.public_key, adoption.signature = signature.public_key, signature.signature
    adoption.save()
    _record(actor, "rulebook.adopt_rule_set", adoption)
    return adoption


@action("rulebook.reject_rule_set", permission="rules.adopt")
def reject_rule_set(*, actor: Actor, adoption_id: int, reason: str) -> RuleSetAdoption:
    """Reject a proposed rule set, or withdraw one's own, with a reason. The set in force stays."""
    officer = _human(actor)
    adoption = _open(adoption_id)
    if not reason.strip():
        raise BadInput("reason", _("No reason is given."), _("Say why these rules should not be used."))
    adoption.state, adoption.rejected_by_id, adoption.rejected = State.REJECTED, officer.pk, timezone.now()
    adoption.rejection_reason = reason.strip()
    adoption.save(update_fields=["state", "rejected_by", "rejected", "rejection_reason"])
    _record(actor, "rulebook.reject_rule_set", adoption)
    return adoption


def _open(adoption_id: int) -> RuleSetAdoption:
    # Every set is locked: two adoptions at the same moment must come one after the other.
    rows = {each.pk: each for each in RuleSetAdoption.objects.select_for_update().defer("files").order_by("pk")}
    found = rows.get(adoption_id)
    if found is None or found.state != State.PROPOSED:
        raise BadInput("", _("This rule set is not proposed any more."), _("Look at the list of rule sets."))
    return found


def _check_files(adoption: RuleSetAdoption) -> None:
    try:
        parsed(adoption.files, adoption.version)
    except BrokenRules as fault:
        raise BadInput(
            "", _("The stored files are not those that were proposed."), _("Reject this set, and propose it anew.")
        ) from fault


def _human(actor: Actor) -> Officer:
    if not isinstance(actor, Officer):
        raise Refused(_("Only a person may do this."), _("Sign in as an officer who may propose or adopt rules."))
    return actor


def _record(actor: Actor, act: str, adoption: RuleSetAdoption) -> None:
    record(
        actor=actor,
        act=act,
        object_kind="rule_set",
        object_id=adoption.pk,
        details={"version": adoption.version, "source": str(adoption.source)},
    )
