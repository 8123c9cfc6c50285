"""Who may be handed the register or the log, and what for."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from clew.node.home import load_home
from clew.node.partners.queries import own_party, party
from clew.node.types import BadInput
from clew.vocabulary import codelist

OWN, AUTHORITY = "own", "authority"
PURPOSES = {
    OWN: frozenset({"lawfulness", "self_monitoring", "integrity", "criminal_proceedings"}),
    AUTHORITY: frozenset({"lawfulness", "integrity"}),
}
"""The purposes of each recipient; what is not here is refused."""

RULE = "directive-2016-680-art-25"
"""What permits it: logs are for these purposes alone, and for the supervisory authority on request."""

CLASSIFICATION = "H2"
"""Handling code of both files: no fact of any source, but who did what; not to be passed on."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """For whom and what for a file is taken out; `authority` names the authority where it is for one."""

    recipient: str
    purpose: str
    authority: str = ""


def decided_name(asked: Recipient) -> str:
    """The recipient's name, where it may be handed the file for this purpose.

    Raises:
        BadInput: nobody or anybody else is named, or the purpose is not one that this recipient may have.
    """
    if asked.purpose not in codelist("oversight_purposes"):
        raise BadInput("purpose", _("It is not said what the file is for."), _("Choose a purpose."))
    if asked.recipient not in PURPOSES:
        raise _no_recipient(asked.recipient)
    if asked.purpose not in PURPOSES[asked.recipient]:
        raise BadInput(
            "purpose",
            _("A data-protection authority is not handed this file for that purpose."),
            _("Choose another purpose. For criminal proceedings, take it for your own organisation."),
        )
    own = own_party()
    if asked.recipient == OWN:
        return own.name if own else load_home().settings.name
    if not asked.authority.strip():
        raise BadInput(
            "authority", _("It is not said which authority the file is for."), _("Enter its name, as on its request.")
        )
    return " ".join(asked.authority.split())


def _no_recipient(code: str) -> BadInput:
    other = party(code)
    if other is None:
        return BadInput(
            "recipient", _("It is not said for whom the file is."),
            _("Choose your own organisation or the data-protection authority."),
        )  # fmt: skip
    return BadInput(
        "recipient",
        _("What goes to %(recipient)s leaves as a letter: only so is it decided, sealed and answered for.")
        % {"recipient": other.name},
        _("Choose your own organisation or the data-protection authority."),
    )
