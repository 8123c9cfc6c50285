"""The fictional case as data, and the people of the node who act it out."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.utils import timezone

from clew.node.accounts.actions import Officer, StepUp, verify_step_up
from clew.node.accounts.models import UsedCode

NOT_YET = "not yet"
RETENTION = dt.timedelta(days=3 * 365)


@cache
def script() -> dict[str, Any]:
    """The content of `data/case.yaml`."""
    text = files("clew.demo").joinpath("data", "case.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content


def officer(username: str) -> Officer:
    """The officer who signs in under that name."""
    return Officer.objects.get(username=username)


def retain_until() -> dt.date:
    """The retention date of what the story records."""
    return timezone.now().date() + RETENTION


def codes(person: Officer) -> list[str]:
    """The codes that count for her now and that she has not used: the present one first.

    A server allows for clocks that differ by one step of half a minute.
    """
    authenticator = Authenticator.objects.get(user_id=person.pk, type=Authenticator.Type.TOTP)
    secret = get_adapter().decrypt(authenticator.data["secret"])
    before, present, after = sorted(yield_hotp_counters_from_time())
    used = set(UsedCode.objects.filter(officer=person).values_list("time_step", flat=True))
    return [format_hotp_value(hotp_value(secret, step)) for step in (present, before, after) if step not in used]


def step_up(person: Officer) -> StepUp:
    """Prove her presence with a code that she has not used yet, or with one of her recovery codes."""
    unused = codes(person) or _recovery_codes(person)
    return verify_step_up(officer=person, code=unused[0])


def _recovery_codes(person: Officer) -> list[str]:
    authenticator = Authenticator.objects.get(user_id=person.pk, type=Authenticator.Type.RECOVERY_CODES)
    return list(RecoveryCodes(authenticator).get_unused_codes())
