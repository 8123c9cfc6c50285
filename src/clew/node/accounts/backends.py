"""Signing in by user name, whatever its case; there are no model permissions, roles decide."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend


class OfficerBackend(AuthenticationBackend):  # type: ignore[misc] # allauth ships no types
    """allauth's backend under this node's name, so that settings name one thing of ours."""
