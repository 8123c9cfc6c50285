"""Signing in by user name, whatever its case; there are no model permissions, roles decide."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend


class OfficerBackend(AuthenticationBackend):  # type: ignore[misc] # allauth ships no types
    """allauth's backend for persons: an integration has no session, only tokens."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Whether this account may have a session. It is asked with each request, too."""
        return bool(super().user_can_authenticate(user)) and not user.is_integration
