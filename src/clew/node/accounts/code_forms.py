"""What a form asks when a code is entered: it counts once, in every process and after a restart."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator

from clew.node.accounts.codes import time_step_of, use_code, use_step


class CodeCountsOnce:
    """For allauth's forms that ask for a code: used codes are kept in the store, not in one process' memory."""

    user: Any
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        """The code, used up."""
        forget_failures = check_rate_limit(self.user)
        code: str = self.cleaned_data["code"]
        authenticator = use_code(self.user, code)
        if authenticator is None:
            self._tell_of_failure()
            raise get_adapter().validation_error("incorrect_code")
        authenticator.user = self.user
        self.authenticator = authenticator
        forget_failures()
        return code

    def _tell_of_failure(self) -> None:
        first = Authenticator.objects.filter(user_id=self.user.pk).exclude(type=Authenticator.Type.WEBAUTHN).first()
        if first is not None:
            super()._emit_authentication_failed(first)  # type: ignore[misc] # allauth's form, the class beside this one


class FirstCodeCountsOnce:
    """For allauth's form that takes the first code of a new authenticator: it does not sign in as well."""

    user: Any
    secret: str

    def clean_code(self) -> str:
        """The code, used up."""
        code: str = super().clean_code()  # type: ignore[misc] # allauth's form, the class beside this one
        step = time_step_of(self.secret, code)
        if step is None or not use_step(self.user, step):
            raise get_adapter().validation_error("incorrect_code")
        return code
