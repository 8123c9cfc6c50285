"""Which roles hold which permission: data, read once, closed by default."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml

from clew.node.accounts.permission_words import WORDS

NOBODY: frozenset[str] = frozenset()


def roles_holding(permission: str) -> frozenset[str]:
    """The roles that hold a permission; an unknown permission is held by nobody."""
    return _table().get(permission, NOBODY)


def permissions_of_roles(roles: frozenset[str]) -> frozenset[str]:
    """Every permission that one of the roles holds."""
    return frozenset(code for code, holders in _table().items() if roles & holders)


def known_permissions() -> frozenset[str]:
    """Every permission there is."""
    return frozenset(_table())


@cache
def open_to_integrations() -> frozenset[str]:
    """The permissions that an integration can hold at all; what is not listed is a human's alone."""
    text = files("clew.node.accounts").joinpath("integration_permissions.yaml").read_text(encoding="utf-8")
    return frozenset(yaml.safe_load(text))


def sentence_of(permission: str) -> str:
    """What the permission is for, to complete a sentence; its code where it is unknown."""
    return str(WORDS.get(permission, permission))


@cache
def _table() -> dict[str, frozenset[str]]:
    text = files("clew.node.accounts").joinpath("permissions.yaml").read_text(encoding="utf-8")
    return {code: frozenset(roles) for code, roles in yaml.safe_load(text).items()}
