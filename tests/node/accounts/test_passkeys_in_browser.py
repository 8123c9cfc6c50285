"""A passkey in a real Chromium under the node's CSP: it is set up, signs in without a password, and signs a digest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as present_settings
from django.test import RequestFactory
from playwright.sync_api import Browser, Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from clew.node.accounts.actions import (
    NODE,
    Officer,
    begin_assertion,
    issue_sign_in_link,
    read_step_up,
    sign_as_officer,
)
from clew.node.accounts.queries import step_up_choice
from clew.node.audit.models import AuditEntry
from clew.node.types import BadInput

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DIGEST = sha256(b"what is released").digest()
PASSWORD = "several words as a password"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def node(live_server: LiveServer, settings: Settings) -> str:
    """The node under a name for which a browser has passkeys; returns its address."""
    settings.NODE = replace(present_settings.NODE, host="localhost")
    settings.ALLOWED_HOSTS = ["localhost"]
    return f"http://localhost:{urlsplit(live_server.url).port}"


@pytest.fixture
def tab(node: str, browser: Browser) -> Iterator[Page]:
    page = browser.new_page(base_url=node)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    protocol = page.context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    protocol.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    yield page
    page.context.close()
    assert complaints == []


def answer_of_the_passkey(tab: Page, officer: Officer, digest: bytes) -> dict[str, Any]:
    """What the page's own module posts for a digest."""
    asking = "options => import('/static/accounts/ceremony.js').then(module => module.get(options))"
    found: dict[str, Any] = tab.evaluate(asking, begin_assertion(officer, digest))
    return found


def set_up_passkey(tab: Page, officer: Officer) -> None:
    tab.goto(f"/account/link/{issue_sign_in_link(actor=NODE, officer=officer)}/")
    tab.get_by_role("button", name="Sign in").click()
    tab.get_by_label("New password", exact=True).fill(PASSWORD)
    tab.get_by_label("New password again").fill(PASSWORD)
    tab.get_by_role("button", name="Set the password").click()
    tab.get_by_role("link", name="Use a passkey instead").click()
    tab.get_by_label("Name of this passkey").fill("Work laptop")
    tab.get_by_role("button", name="Add the passkey").click()
    tab.wait_for_url("**/recovery-codes/")


def test_a_passkey_is_set_up_signs_in_and_signs(tab: Page, officer_factory: Callable[..., Officer]) -> None:
    anna = officer_factory(second_factor=False)
    set_up_passkey(tab, anna)
    assert Authenticator.objects.filter(user_id=anna.pk, type=Authenticator.Type.WEBAUTHN).count() == 1

    tab.goto("/account/")
    tab.locator("summary", has_text="Signed in as").click()
    tab.get_by_role("button", name="Sign out").click()
    tab.wait_for_url("**/account/login/")
    tab.get_by_role("button", name="Sign in with a passkey").click()
    tab.wait_for_url(lambda url: urlsplit(url).path == "/")
    tab.goto("/account/2fa/webauthn/")
    assert tab.get_by_role("rowheader", name="Work laptop").is_visible()
    assert AuditEntry.objects.filter(act="accounts.signed_in", actor_id=anna.pk).count() == 2

    posted = {"credential": json.dumps(answer_of_the_passkey(tab, anna, DIGEST))}
    signature = sign_as_officer(officer=anna, digest=DIGEST, step_up=read_step_up(anna, DIGEST, posted))
    assert signature.method == "webauthn"
    with pytest.raises(BadInput):
        read_step_up(anna, sha256(b"something else").digest(), posted)
    with pytest.raises(BadInput):
        read_step_up(officer_factory(second_factor=False), DIGEST, posted)


def test_password_and_passkey_sign_in(tab: Page, officer_factory: Callable[..., Officer]) -> None:
    anna = officer_factory(second_factor=False)
    set_up_passkey(tab, anna)
    tab.context.clear_cookies()
    tab.goto("/account/login/")
    tab.get_by_label("User name").fill(anna.username)
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in", exact=True).click()
    tab.get_by_role("button", name="Use a passkey").click()
    tab.wait_for_url(lambda url: urlsplit(url).path == "/")


def test_the_fragment_that_signs_offers_what_the_officer_has(
    tab: Page, officer_factory: Callable[..., Officer]
) -> None:
    from django.template.loader import render_to_string

    anna, boris = officer_factory(second_factor=False), officer_factory()
    set_up_passkey(tab, anna)
    request = RequestFactory().get("/")
    html = render_to_string("accounts/step_up.html", {"step_up": step_up_choice(anna, DIGEST)}, request)
    assert "Sign with your passkey" in html
    html = render_to_string("accounts/step_up.html", {"step_up": step_up_choice(boris, DIGEST)}, request)
    assert "Sign with your passkey" not in html
    assert "Sign with the code" in html
