"""Proof, at the moment of signing, that the officer herself is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from weakref import WeakSet

from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from clew.node.accounts.codes import use_code
from clew.node.accounts.models import Officer
from clew.node.audit.actions import record
from clew.node.types import BadInput

TRIES = 5
TRIES_PERIOD = 5 * 60
"""Seconds. A code has a million values and three are valid at a time: guessing must not be quick."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """A passkey's signature over a digest: the WebAuthn response's parts, and the key (COSE, CBOR) that made it."""

    digest: bytes
    credential_id: bytes
    public_key: bytes
    signature: bytes
    authenticator_data: bytes
    client_data: bytes


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class StepUp:
    """An officer proved her presence, for one act. Only the functions that check a proof make one that counts.

    Attributes:
        method: `totp`, `recovery-code` or `webauthn`.
        assertion: with `webauthn`, what the passkey signed.
    """

    officer_id: int
    method: str
    assertion: Assertion | None = field(default=None, repr=False)


_unspent: WeakSet[StepUp] = WeakSet()


def prove(step_up: StepUp) -> StepUp:
    """Let a checked proof count, once."""
    _unspent.add(step_up)
    return step_up


def spend(step_up: StepUp, officer: Officer) -> bool:
    """Use a proof up; False when it is another officer's, was used, or was never checked."""
    if step_up not in _unspent or step_up.officer_id != officer.pk:
        return False
    _unspent.discard(step_up)
    return True


def verify_step_up(*, officer: Officer, code: str) -> StepUp:
    """Check a code of the officer's second factor; a code counts once, and so does the answer.

    Raises:
        BadInput: the code is wrong, old or used, or there were too many wrong ones.
    """
    tries = f"step-up-{officer.pk}"
    cache.add(tries, 0, TRIES_PERIOD)
    if cache.incr(tries) > TRIES:
        raise BadInput("code", _("There were too many wrong codes."), _("Wait five minutes, then try again."))
    authenticator = use_code(officer, code)
    if authenticator is None:
        with transaction.atomic():
            record(actor=officer, act="accounts.step_up_failed", object_kind="officer", object_id=officer.pk)
        raise BadInput(
            "code",
            _("This code is wrong, too old, or was used already."),
            _("Enter the code your authenticator shows now; wait for the next one if you have just used it."),
        )
    cache.delete(tries)
    method = "totp" if authenticator.type == Authenticator.Type.TOTP else "recovery-code"
    return prove(StepUp(officer.pk, method))
