"""What a legal adviser says of a pattern."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, Officer, Refused, action
from clew.node.audit.actions import record
from clew.node.dossier.queries import is_known_person
from clew.node.oversight.models import PatternNote
from clew.node.oversight.words import JUDGEMENTS, NOTED
from clew.node.partners.queries import party as known_party
from clew.node.types import BadInput

LONGEST = 2_000


@action("oversight.note_pattern", permission="pattern.see")
def note_pattern(
    *, actor: Actor, party: str, kind: str, judgement: str, reason: str, person_id: int | None = None
) -> PatternNote:
    """Say of a pattern, or of a requester as a whole, that it was seen, is harmless, or is flagged; the newest counts.

    A flag reaches the rules through `queries.requester_flagged`. Nobody outside this node learns of it.
    """
    if not isinstance(actor, Officer):
        raise Refused(_("Only a legal adviser judges a pattern."), _("Sign in and judge it yourself."))
    if kind not in NOTED:
        raise BadInput("", _("This pattern is unknown."), _("Open it from the list of patterns."))
    if known_party(party) is None:
        raise BadInput("", _("The directory does not know this party."), _("Open it from the list of patterns."))
    if person_id is not None and not is_known_person(person_id):
        raise BadInput("", _("There is no such person."), _("Open it from the list of patterns."))
    if judgement not in JUDGEMENTS:
        raise BadInput("judgement", _("This answer is unknown."), _("Choose one from the list."))
    reason = required_reason(reason)
    note = PatternNote.objects.create(
        kind=kind, party=party, person_id=person_id, judgement=judgement, reason=reason, at=timezone.now(), by=actor
    )
    record(
        actor=actor,
        act="oversight.note_pattern",
        object_kind="party",
        object_id=party,
        details={"pattern": kind, "judgement": judgement, "person": person_id},
    )
    return note


def required_reason(text: str, field: str = "reason") -> str:
    """The text without outer blanks; raises `BadInput` where it is empty or longer than 2,000 characters."""
    text = text.strip()
    if not text:
        raise BadInput(field, _("There is no reason."), _("Write why, in a sentence."))
    if len(text) > LONGEST:
        raise BadInput(field, _("The text is too long."), _("Shorten it to 2,000 characters."))
    return text
