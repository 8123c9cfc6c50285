"""No page around signing in carries a script, a style or an address of its own: the node's CSP would stop it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.urls import reverse

from clew.node.accounts.models import Officer
from clew.node.accounts.sign_in_urls import urlpatterns

pytestmark = pytest.mark.django_db
WITHOUT_A_PAGE = {
    "account_inactive": "tried signed out, below",
    "account_login": "tried signed out, below",
    "mfa_authenticate": "tried half signed in, below",
    "mfa_login_webauthn": "answers scripts with JSON",
    "mfa_download_recovery_codes": "a text file",
    "mfa_remove_webauthn": "needs a passkey; tried in the browser",
    "mfa_reauthenticate_webauthn": "needs a passkey; tried in the browser",
    "account_set_password": "only for an officer without a password",
    "mfa_activate_totp": "only for an officer without an authenticator",
}
PASSWORD = "a password of several words"


def assert_clean(html: str) -> None:
    assert re.findall(r"<script(?![^>]*\ssrc=\"/static/)[^>]*>", html) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=", html) == []
    assert re.findall(r"(?:src|href|action)=\"(?:https?:)?//[^\"]*", html) == []
    assert "placeholder=" not in re.sub(r"<form class=\"clew-search\".*?</form>", "", html, flags=re.DOTALL)


@pytest.fixture
def anna(officer_factory: Callable[..., Officer]) -> Officer:
    officer = officer_factory()
    officer.set_password(PASSWORD)
    officer.save()
    RecoveryCodes.activate(officer)
    return officer


@pytest.mark.parametrize("name", sorted({str(each.name) for each in urlpatterns} - set(WITHOUT_A_PAGE)))
def test_a_page_of_the_own_account_is_clean(
    name: str, anna: Officer, signed_in_client: Callable[[Officer], Client], code_of: Callable[[Officer], str]
) -> None:
    client = signed_in_client(anna)
    client.post(reverse("mfa_reauthenticate"), {"code": code_of(anna)})
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert_clean(answer.content.decode())


@pytest.mark.parametrize("name", ["account_set_password", "mfa_activate_totp", "mfa_add_webauthn"])
def test_a_page_of_setting_up_is_clean(
    name: str, officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    answer = signed_in_client(officer_factory(second_factor=False)).get(reverse(name))
    assert answer.status_code == 200
    assert_clean(answer.content.decode())


@pytest.mark.parametrize("name", ["account_login", "account_inactive"])
def test_a_page_for_people_signed_out_is_clean(name: str, client: Client) -> None:
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert_clean(answer.content.decode())


def test_the_page_that_asks_for_the_second_factor_is_clean(client: Client, anna: Officer) -> None:
    client.post(reverse("account_login"), {"login": anna.username, "password": PASSWORD})
    assert_clean(client.get(reverse("mfa_authenticate")).content.decode())
