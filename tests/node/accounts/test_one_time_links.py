"""A one-time link signs in once; looking at it changes nothing; an administrator's link replaces no second factor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from clew.node.accounts.actions import NODE, deactivate_officer, issue_sign_in_link
from clew.node.accounts.models import Officer, SignInLink
from clew.node.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


def link_for(officer: Officer, made_by: object = NODE) -> str:
    return reverse("accounts:link", args=[issue_sign_in_link(actor=made_by, officer=officer)])  # type: ignore[arg-type]


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_link_signs_in_and_asks_for_a_password(officer_factory: Callable[..., Officer], client: Client) -> None:
    answer = client.post(link_for(officer_factory()))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("account_set_password")
    assert is_signed_in(client)


def test_an_officer_who_has_a_password_goes_on_to_her_desk(
    officer_factory: Callable[..., Officer], client: Client
) -> None:
    officer = officer_factory()
    officer.set_password("a password of several words")
    officer.save()
    assert client.post(link_for(officer))["Location"] == "/"


def test_looking_at_a_link_does_not_use_it_up(officer_factory: Callable[..., Officer], client: Client) -> None:
    url = link_for(officer_factory())
    for method in (client.get, client.head, client.get):
        assert method(url).status_code == 200
    assert not is_signed_in(client)
    client.post(url)
    assert is_signed_in(client)


def test_a_link_is_refused_the_second_time(officer_factory: Callable[..., Officer], client: Client) -> None:
    url = link_for(officer_factory())
    Client().post(url)
    answer = client.post(url)
    assert answer.status_code == 410
    assert "was used already" in answer.content.decode()
    assert not is_signed_in(client)


def test_a_link_is_refused_when_it_has_expired(officer_factory: Callable[..., Officer], client: Client) -> None:
    url = link_for(officer_factory())
    SignInLink.objects.update(expires=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    assert client.post(url).status_code == 410


def test_a_link_nobody_made_is_refused_in_the_same_words(
    officer_factory: Callable[..., Officer], client: Client
) -> None:
    used = link_for(officer_factory())
    Client().post(used)
    unknown = client.post(reverse("accounts:link", args=["no-such-token"]))
    assert unknown.status_code == 410
    assert "was used already, has expired, or never existed" in unknown.content.decode()


def test_a_link_is_refused_for_a_deactivated_officer(officer_factory: Callable[..., Officer], client: Client) -> None:
    officer = officer_factory()
    url = link_for(officer)
    deactivate_officer(actor=NODE, officer=officer)
    assert client.post(url).status_code == 410


def test_an_administrators_link_still_asks_for_the_second_factor(
    officer_factory: Callable[..., Officer], client: Client, code_of: Callable[[Officer], str]
) -> None:
    officer = officer_factory()
    answer = client.post(link_for(officer, officer_factory(roles=["administrator"])))
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    answer = client.post(reverse("mfa_authenticate"), {"code": code_of(officer)})
    assert is_signed_in(client)
    assert answer["Location"] == reverse("account_set_password")


def test_an_administrators_link_takes_the_old_password_away(
    officer_factory: Callable[..., Officer], client: Client
) -> None:
    officer = officer_factory(second_factor=False)
    officer.set_password("a password of several words")
    officer.save()
    client.post(link_for(officer, officer_factory(roles=["administrator"])))
    officer.refresh_from_db()
    assert is_signed_in(client)
    assert not officer.has_usable_password()


def test_the_store_does_not_hold_the_token(officer_factory: Callable[..., Officer]) -> None:
    token = issue_sign_in_link(actor=NODE, officer=officer_factory())
    assert token.encode() not in bytes(SignInLink.objects.get().token_digest)


def test_making_and_using_a_link_are_in_the_log(officer_factory: Callable[..., Officer], client: Client) -> None:
    client.post(link_for(officer_factory()))
    acts = set(AuditEntry.objects.values_list("act", flat=True))
    assert {"accounts.issue_sign_in_link", "accounts.use_sign_in_link", "accounts.signed_in"} <= acts
