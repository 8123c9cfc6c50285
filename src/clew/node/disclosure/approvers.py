"""For which of the rules' roles an officer may answer: her own, and those that a setting lets her roles count for."""

from __future__ import annotations

from django.utils import timezone

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import officer_roles, officers_with_role
from clew.node.partners.queries import party
from clew.node.rulebook.queries import NodeSettings, settings_for


class Answers:
    """What one officer may answer for; settings are read only where her own roles do not suffice."""

    def __init__(self, officer: Officer) -> None:
        self.roles = officer_roles(officer)
        self._settings: dict[str, NodeSettings] = {}

    def may(self, role: str, recipient: str) -> bool:
        """Whether her answer counts for a rule's role in a letter to this party or post (uid)."""
        if role in self.roles:
            return True
        if recipient not in self._settings:
            found = party(recipient)
            self._settings[recipient] = settings_for(found.country if found else "", timezone.now().date())
        return bool(self.roles & self._settings[recipient].roles_for(role))


def officers_for(role: str, recipient: str) -> list[Officer]:
    """Active officers whose answer counts for a rule's role in a letter to this party or post (uid), by name."""
    found = party(recipient)
    roles = settings_for(found.country if found else "", timezone.now().date()).roles_for(role)
    officers = {each.pk: each for one in sorted(roles) for each in officers_with_role(one)}
    return sorted(officers.values(), key=lambda each: (each.full_name, each.pk))
