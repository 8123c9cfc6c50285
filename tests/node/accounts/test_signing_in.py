"""Signing in takes a password and a second factor; without one, nothing but its set-up can be reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import NoReverseMatch, reverse

from clew.node.accounts.actions import NODE, deactivate_officer
from clew.node.accounts.models import Officer
from clew.node.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
PASSWORD = "a password of several words"


@pytest.fixture
def anna(officer_factory: Callable[..., Officer]) -> Officer:
    return with_password(officer_factory())


def with_password(officer: Officer) -> Officer:
    officer.set_password(PASSWORD)
    officer.save()
    return officer


def enter(client: Client, officer: Officer, password: str = PASSWORD) -> Any:
    return client.post(reverse("account_login"), {"login": officer.username, "password": password})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_password_alone_does_not_sign_in(client: Client, anna: Officer) -> None:
    assert enter(client, anna)["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    assert client.get(reverse("accounts:profile"))["Location"].startswith("/account/login/")


def test_password_and_code_sign_in(client: Client, anna: Officer, code_of: Callable[[Officer], str]) -> None:
    enter(client, anna)
    assert client.get(reverse("mfa_authenticate")).status_code == 200
    client.post(reverse("mfa_authenticate"), {"code": code_of(anna)})
    assert is_signed_in(client)
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_the_user_name_may_be_written_in_any_case(client: Client, anna: Officer) -> None:
    answer = client.post(reverse("account_login"), {"login": anna.username.upper(), "password": PASSWORD})
    assert answer["Location"] == reverse("mfa_authenticate")


def test_a_wrong_password_is_refused_and_recorded_without_what_was_typed(client: Client, anna: Officer) -> None:
    answer = enter(client, anna, "not the password")
    assert "is not right" in answer.content.decode()
    entry = AuditEntry.objects.get(act="accounts.sign_in_failed")
    assert entry.object_id == str(anna.pk)
    assert b"not the password" not in bytes(entry.leaf)


def test_an_unknown_name_is_refused_in_the_same_words(client: Client, anna: Officer) -> None:
    known = enter(client, anna, "not the password").content.decode()
    unknown = client.post(reverse("account_login"), {"login": "nobody", "password": "x"}).content.decode()
    sentence = "The user name or the password is not right. Check both and try again."
    assert sentence in known
    assert sentence in unknown


def test_a_wrong_code_is_refused_and_recorded(client: Client, anna: Officer) -> None:
    enter(client, anna)
    answer = client.post(reverse("mfa_authenticate"), {"code": "nonsense"})
    assert "This code is wrong" in answer.content.decode()
    assert not is_signed_in(client)
    assert AuditEntry.objects.filter(act="accounts.second_factor_failed", object_id=str(anna.pk)).exists()


def test_a_code_that_signed_in_once_does_not_sign_in_again(
    client: Client, anna: Officer, code_of: Callable[[Officer], str]
) -> None:
    code, other = code_of(anna), Client()
    for each in (client, other):
        enter(each, anna)
        each.post(reverse("mfa_authenticate"), {"code": code})
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_guessing_codes_is_stopped(client: Client, anna: Officer, code_of: Callable[[Officer], str]) -> None:
    enter(client, anna)
    for number in range(12):
        client.post(reverse("mfa_authenticate"), {"code": f"{number:06}"})
    answer = client.post(reverse("mfa_authenticate"), {"code": code_of(anna)})
    assert "too many attempts" in answer.content.decode()
    assert not is_signed_in(client)


def test_a_deactivated_officer_is_told_so_and_stays_outside(client: Client, anna: Officer) -> None:
    deactivate_officer(actor=NODE, officer=anna)
    enter(client, anna)
    assert not is_signed_in(client)
    assert client.get(reverse("account_inactive")).status_code == 200


def test_deactivating_ends_an_open_session(anna: Officer, signed_in_client: Callable[[Officer], Client]) -> None:
    client = signed_in_client(anna)
    assert client.get(reverse("accounts:profile")).status_code == 200
    deactivate_officer(actor=NODE, officer=anna)
    assert client.get(reverse("accounts:profile"))["Location"].startswith("/account/login/")


def test_an_officer_without_a_second_factor_is_led_to_set_one_up(
    officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    client = signed_in_client(officer_factory(second_factor=False))
    for path in ("/", reverse("accounts:profile"), reverse("account_inactive").replace("inactive", "nowhere")):
        assert client.get(path)["Location"] == reverse("mfa_activate_totp")
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_recovery_codes_alone_are_no_second_factor(
    officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    officer = officer_factory(second_factor=False)
    Authenticator.objects.create(user=officer, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert signed_in_client(officer).get("/")["Location"] == reverse("mfa_activate_totp")


def test_setting_up_an_authenticator_gives_recovery_codes_and_is_recorded(
    officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    officer = officer_factory(second_factor=False)
    client = signed_in_client(officer)
    client.get(reverse("mfa_activate_totp"))
    secret = client.session[SECRET_SESSION_KEY]
    steps = list(yield_hotp_counters_from_time())
    code = format_hotp_value(hotp_value(secret, steps[len(steps) // 2]))
    answer = client.post(reverse("mfa_activate_totp"), {"code": code})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert page.count("<li><code>") == 10
    entries = AuditEntry.objects.filter(act="accounts.add_second_factor", object_id=str(officer.pk)).count()
    assert entries == 2


def test_a_wrong_first_code_sets_nothing_up(
    officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    client = signed_in_client(officer_factory(second_factor=False))
    client.get(reverse("mfa_activate_totp"))
    assert "This code is wrong" in client.post(reverse("mfa_activate_totp"), {"code": "nonsense"}).content.decode()
    assert not Authenticator.objects.exists()


def test_after_a_first_password_the_authenticator_is_set_up_without_asking_for_it_again(
    officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    client = signed_in_client(officer_factory(second_factor=False))
    client.post(reverse("account_set_password"), {"password1": PASSWORD, "password2": PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    assert AuditEntry.objects.filter(act="accounts.set_password").exists()


def test_a_short_password_is_refused(
    officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    officer = officer_factory()
    signed_in_client(officer).post(reverse("account_set_password"), {"password1": "short", "password2": "short"})
    officer.refresh_from_db()
    assert not officer.has_usable_password()


def test_changing_the_second_factor_asks_who_is_there(
    anna: Officer, signed_in_client: Callable[[Officer], Client], code_of: Callable[[Officer], str]
) -> None:
    client = signed_in_client(anna)
    answer = client.get(reverse("mfa_add_webauthn"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert client.get(answer["Location"]).status_code == 200
    client.post(reverse("mfa_reauthenticate"), {"code": code_of(anna)})
    assert client.get(reverse("mfa_add_webauthn")).status_code == 200


def test_the_only_second_factor_cannot_be_removed(
    anna: Officer, signed_in_client: Callable[[Officer], Client], code_of: Callable[[Officer], str]
) -> None:
    client = signed_in_client(anna)
    client.post(reverse("mfa_reauthenticate"), {"code": code_of(anna)})
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert "your only second factor" in answer.content.decode()
    assert Authenticator.objects.filter(user_id=anna.pk, type=Authenticator.Type.TOTP).exists()


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_reset_password", "mfa_signup_webauthn"])
def test_nobody_signs_up_and_no_password_goes_by_mail(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_signing_out_ends_the_session(anna: Officer, signed_in_client: Callable[[Officer], Client]) -> None:
    client = signed_in_client(anna)
    assert client.get(reverse("account_logout")).status_code == 200
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "name",
    ["mfa_index", "mfa_list_webauthn", "account_change_password", "account_logout", "accounts:profile"],
)
def test_every_page_of_the_own_account_opens(
    name: str, anna: Officer, signed_in_client: Callable[[Officer], Client]
) -> None:
    answer = signed_in_client(anna).get(reverse(name))
    assert answer.status_code == 200
    assert "<h1" in answer.content.decode()
