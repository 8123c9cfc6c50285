"""What a service is asked and told, wherever it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from clew.node.referral.access import said_last
from clew.node.referral.checking import choice_problems, several_problems, text_problems
from clew.node.referral.models import Entry, Path
from clew.node.types import BadInput

HOURS: Final = {"urgent-8h": 8, "urgent-3d": 72, "routine-7d": 168}
"""Until when an answer is wanted, by urgency (codes of the list `urgency`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralDraft:
    """What a service is asked, and the least it needs to know.

    Attributes:
        needs: codes of `service_kinds`. contact: how the service can reach her. situation: what it must know of her.
            Both need an item of that name in the consent; her group and language go without one.
    """

    service_id: int
    needs: Sequence[str]
    urgency: str
    contact: str = ""
    situation: str = ""

    def problems(self) -> list[BadInput]:
        """Every fault of its shape."""
        found = several_problems("needs", self.needs, "service_kinds")
        found += choice_problems({"urgency": (self.urgency, HOURS)})
        texts = {"contact": self.contact, "situation": self.situation}
        return found + text_problems(texts, longest=1000, optional=texts)

    @property
    def told(self) -> set[str]:
        """The parts of it that need an item of a consent."""
        said = {"contact": self.contact, "situation": self.situation}
        return {name for name, text in said.items() if text.strip()}


def least(path: Path, draft: ReferralDraft) -> dict[str, Any]:
    """The minimum data set: what is needed, who she is as a group, her language; the rest only where it was entered."""
    contact = said_last(path, Entry.Kind.CONTACT)
    return {
        "needs": sorted(set(draft.needs)), "group": contact.get("group", ""), "language": contact.get("language", ""),
        "contact": draft.contact.strip(), "situation": draft.situation.strip(),
    }  # fmt: skip


def no_consent() -> BadInput:
    """Nothing is handed on, because no consent of hers names the service for it."""
    cure = _(
        "Go through it with her, or leave out what she did not agree to. You can tell her of the service instead: "
        "then nothing is handed on, and she goes herself."
    )
    return BadInput("", _("No consent of hers names this service for this."), cure)
