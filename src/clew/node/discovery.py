"""Finds what the installed apps offer by name, so that a page can show it without knowing who offers it.

The desk, the search and the case page ask here; no app has to import another that stands above it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps


def offers(function: str, *, module: str = "queries") -> Iterator[Callable[..., Any]]:
    """Every `<app>.<module>.<function>` of the node's installed apps, in the order of the settings."""
    for name in _node_apps():
        found = _attribute(name, module, function)
        if callable(found):
            yield found


def listed(attribute: str, *, module: str) -> Iterator[Any]:
    """Every entry of the lists `<app>.<module>.<attribute>` of the node's installed apps."""
    for name in _node_apps():
        yield from _attribute(name, module, attribute) or ()


def _node_apps() -> list[str]:
    return [config.name for config in apps.get_app_configs() if config.name.startswith("clew.node.")]


@cache
def _attribute(app: str, module: str, attribute: str) -> Any:
    # Looked up before importing: a module that exists and is broken must fail loudly, not count as absent.
    name = f"{app}.{module}"
    return getattr(import_module(name), attribute, None) if find_spec(name) else None
