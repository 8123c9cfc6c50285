"""What every page's frame shows: the node, the reader, and the ways that are open to her."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from clew import vocabulary
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import officer_roles, permissions_of
from clew.node.discovery import listed
from clew.node.types import NavItem


def node(request: HttpRequest) -> dict[str, object]:
    """Fill the frame. Costs two queries (her roles and what they allow) beside the one that read the officer.

    Gives `clew_node` {name, host, version, url}, `clew_nav` [{label, url, current}], `clew_user` {name, roles, url},
    `clew_demo_banner` and `clew_session` {seconds}; the last three are empty for people who are signed out.
    """
    frame: dict[str, object] = {
        "clew_node": {
            "name": settings.NODE.name,
            "host": settings.NODE.host,
            "version": _version(),
            "url": "/",
        },
        "clew_demo_banner": settings.NODE.banner,
    }
    officer = getattr(request, "user", None)
    if isinstance(officer, Officer):
        frame.update(_for_officer(request, officer))
    return frame


def _for_officer(request: HttpRequest, officer: Officer) -> dict[str, object]:
    roles = officer_roles(officer)
    titles = vocabulary.codelist("roles")
    language = get_language() or "en"
    return {
        "clew_user": {
            "name": str(officer),
            "roles": [titles.label(role, language) for role in sorted(roles) if role in titles],
            "url": _account_url(),
        },
        "clew_nav": _navigation(request, permissions_of(officer)),
        "clew_session": {"seconds": settings.SESSION_COOKIE_AGE},
        # Where a person may sit beside the officer, or someone may come in: one press leaves the page.
        "clew_quick_exit": settings.NODE.kind == "ngo",
    }


def _navigation(request: HttpRequest, held: frozenset[str]) -> list[dict[str, object]]:
    items: list[NavItem] = sorted(listed("nav", module="urls"), key=lambda item: item.order)
    here = request.resolver_match.view_name if request.resolver_match else ""
    shown = [item for item in items if not item.permission or item.permission in held]
    exact = here in {item.url_name for item in shown}
    return [
        {
            "label": item.label,
            "url": reverse(item.url_name),
            "current": item.url_name == here or (not exact and _same_room(item.url_name, here, shown)),
        }
        for item in shown
    ]


def _same_room(url_name: str, here: str, shown: list[NavItem]) -> bool:
    """Whether a page without an entry of its own belongs to this entry: the first of its app."""
    room = here.partition(":")[0] if ":" in here else ""
    first = next((item.url_name for item in shown if room and item.url_name.startswith(f"{room}:")), "")
    return url_name == first


def _account_url() -> str:
    try:
        return reverse("mfa_index")
    except NoReverseMatch:
        return ""


@cache
def _version() -> str:
    try:
        return version("clew")
    except PackageNotFoundError:
        return ""
