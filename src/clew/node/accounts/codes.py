"""One-time codes of an authenticator app (RFC 6238) and recovery codes; each counts once, in every process."""

from __future__ import annotations

from hmac import compare_digest

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.db import IntegrityError, transaction

from clew.node.accounts.models import Officer, UsedCode


def use_code(officer: Officer, code: str) -> Authenticator | None:
    """Use a code up and say what it belongs to; None when it is wrong, too old, or was used."""
    code = "".join(code.split())
    for authenticator in Authenticator.objects.filter(user_id=officer.pk):
        if authenticator.type == Authenticator.Type.TOTP:
            step = time_step_of(decrypt(authenticator.data["secret"]), code)
            if step is not None and use_step(officer, step):
                return authenticator
        elif authenticator.type == Authenticator.Type.RECOVERY_CODES and RecoveryCodes(authenticator).validate_code(
            code
        ):
            return authenticator
    return None


def time_step_of(secret: str, code: str) -> int | None:
    """The time step to which a code belongs: the present one or, as clocks differ, one of its neighbours."""
    for step in yield_hotp_counters_from_time():
        if compare_digest(format_hotp_value(hotp_value(secret, step)).encode(), code.encode()):
            return int(step)
    return None


def use_step(officer: Officer, step: int) -> bool:
    """Note that the code of a time step was used; False when it had been."""
    oldest_valid = min(yield_hotp_counters_from_time())
    UsedCode.objects.filter(officer=officer, time_step__lt=oldest_valid).delete()
    try:
        with transaction.atomic():
            UsedCode.objects.create(officer=officer, time_step=step)
    except IntegrityError:
        return False
    return True
