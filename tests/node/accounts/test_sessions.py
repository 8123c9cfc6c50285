"""A stolen store shows nobody's session, and a desk left alone does not stay signed in."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client
from django.utils import timezone

from clew.node.accounts.models import Officer
from clew.node.accounts.sessions import LAST_SEEN, SealedSerializer

pytestmark = pytest.mark.django_db
PutOff = Callable[..., dt.timedelta]
NOT_AT_ALL = dt.timedelta()


def test_a_session_is_read_as_it_was_written() -> None:
    session = SessionStore()
    session["mfa.totp.secret"] = "JBSWY3DPEHPK3PXP"
    session.save()
    assert SessionStore(session.session_key)["mfa.totp.secret"] == "JBSWY3DPEHPK3PXP"


def test_a_session_is_sealed_in_the_store() -> None:
    session = SessionStore()
    session["mfa.totp.secret"] = "JBSWY3DPEHPK3PXP"
    session.save()
    stored = Session.objects.get(pk=session.session_key).session_data
    content = signing.loads(stored, salt=session.key_salt, serializer=Bare)
    assert b"JBSWY3DPEHPK3PXP" not in content
    assert b"totp" not in content


def test_a_session_that_was_not_sealed_here_counts_as_empty() -> None:
    assert SealedSerializer().loads(b'{"_auth_user_id": "1"}') == {}
    assert SealedSerializer().loads(b"") == {}


@pytest.fixture
def put_off(officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]) -> PutOff:
    """How much later a session ends that was last seen some seconds ago, after asking for a page."""

    def by(last_seen: int, **headers: str) -> dt.timedelta:
        client = signed_in_client(officer_factory())
        session = client.session
        session[LAST_SEEN] = int(time.time()) - last_seen
        session.save()
        soon = timezone.now().replace(microsecond=0) + dt.timedelta(minutes=5)
        Session.objects.update(expire_date=soon)
        assert client.get("/account/", headers=headers).status_code == 200
        return Session.objects.get(pk=session.session_key).expire_date - soon

    return by


def test_a_session_lives_on_while_its_officer_asks_for_pages(put_off: PutOff) -> None:
    assert put_off(90) > NOT_AT_ALL


def test_a_session_is_not_saved_with_every_page(put_off: PutOff) -> None:
    assert put_off(5) == NOT_AT_ALL


def test_what_a_page_fetches_by_itself_does_not_keep_a_session_alive(put_off: PutOff) -> None:
    assert put_off(90, **{"HX-Request": "true"}) == NOT_AT_ALL


def test_an_officer_whose_session_has_ended_signs_in_again(
    officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    client = signed_in_client(officer_factory())
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    answer = client.get("/account/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


class Bare:
    """Shows the bytes that lie in the store."""

    def loads(self, data: bytes) -> bytes:
        return data
