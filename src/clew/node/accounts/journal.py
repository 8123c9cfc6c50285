"""Puts into the audit log what allauth's pages do: signing in, failing to, and every change of a factor or password."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from allauth.account import signals as account_signals
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.core import context
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as auth_signals
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest, HttpResponse

from clew.node.accounts.acting import NODE, Actor
from clew.node.accounts.adapters import FACTORS
from clew.node.accounts.models import Officer
from clew.node.audit.actions import Detail, record

READING: Final = ("GET", "HEAD")


def with_its_entry(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of allauth whose change and audit entry are one transaction."""

    @wraps(view)
    def either_both_or_neither(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in READING:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            return view(request, *args, **kwargs)

    return either_both_or_neither


def connect() -> None:
    """Listen; called once when the node starts."""
    for signal, receiver in (
        (auth_signals.user_logged_in, _signed_in),
        (auth_signals.user_logged_out, _signed_out),
        (auth_signals.user_login_failed, _failed),
        (account_signals.password_set, _password_set),
        (account_signals.password_changed, _password_changed),
        (mfa_signals.authentication_failed, _code_failed),
    ):
        signal.connect(receiver, dispatch_uid=f"clew.{receiver.__name__}")
    # allauth tells of a changed factor only after the commit; its entry belongs into the same transaction.
    post_save.connect(_factor_saved, sender=Authenticator, dispatch_uid="clew.factor_saved")
    post_delete.connect(_factor_deleted, sender=Authenticator, dispatch_uid="clew.factor_deleted")


def _signed_in(user: Officer, **_rest: object) -> None:
    _note(user, "accounts.signed_in", user.pk)


def _signed_out(user: Officer | None, **_rest: object) -> None:
    if user is not None:
        _note(user, "accounts.signed_out", user.pk)


def _failed(credentials: dict[str, Any], **_rest: object) -> None:
    # What was typed is not kept: people type passwords into the wrong field.
    known = Officer.objects.filter(username__iexact=str(credentials.get("username") or "")).first()
    _note(NODE, "accounts.sign_in_failed", known.pk if known else 0)


def _code_failed(user: Officer, **_rest: object) -> None:
    _note(NODE, "accounts.second_factor_failed", user.pk)


def _password_set(request: HttpRequest, user: Officer, **_rest: object) -> None:
    # She has just typed it twice; the next page need not ask for it again.
    reauthenticate_by_password(request)
    _note(user, "accounts.set_password", user.pk)


def _password_changed(user: Officer, **_rest: object) -> None:
    _note(user, "accounts.change_password", user.pk)


def _factor_saved(instance: Authenticator, created: bool, **_rest: object) -> None:
    request = context.request
    if not created or request is None:
        return
    if instance.type in FACTORS:
        # She has just used it; her recovery codes, shown next, need no further code.
        record_authentication(
            request, instance.user, method="mfa", id=instance.pk, type=instance.type, reauthenticated=True
        )
    _note(request.user, "accounts.add_second_factor", instance.user_id, {"kind": instance.type})


def _factor_deleted(instance: Authenticator, **_rest: object) -> None:
    if context.request is not None:
        _note(context.request.user, "accounts.remove_second_factor", instance.user_id, {"kind": instance.type})


def _note(actor: Actor, act: str, officer_id: int, details: dict[str, Detail] | None = None) -> None:
    with transaction.atomic():
        record(actor=actor, act=act, object_kind="officer", object_id=officer_id, details=details)
