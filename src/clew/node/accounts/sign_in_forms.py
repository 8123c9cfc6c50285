"""allauth's forms in this node's words: labels say what is wanted, nothing hides in a placeholder."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm, SetPasswordForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from clew.node.accounts.code_forms import CodeCountsOnce, FirstCodeCountsOnce

PASSWORD_RULES = _("At least 12 characters. Several words that do not belong together are good.")
CODE_HELP = _("The six digits that your authenticator shows now, or one of your recovery codes.")


class OwnWords(forms.Form):
    """Replaces labels and hints, takes placeholders away; a field without words here is left out."""

    words: ClassVar[dict[str, tuple[Any, Any]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in list(self.fields.items()):
            if name in self.words:
                field.label, field.help_text = self.words[name]
            elif not isinstance(field.widget, forms.HiddenInput):
                del self.fields[name]
            field.widget.attrs.pop("placeholder", None)
            if name == "code":
                field.widget.attrs |= {"inputmode": "numeric", "class": "govuk-input--width-10", "spellcheck": "false"}


class SignInForm(OwnWords, LoginForm):  # type: ignore[misc] # allauth ships no types
    words: ClassVar = {"login": (_("User name"), ""), "password": (_("Password"), "")}


class PasswordAgainForm(OwnWords, ReauthenticateForm):  # type: ignore[misc] # allauth ships no types
    words: ClassVar = {"password": (_("Password"), "")}


class NewPasswordForm(OwnWords, ChangePasswordForm):  # type: ignore[misc] # allauth ships no types
    words: ClassVar = {
        "oldpassword": (_("Present password"), ""),
        "password1": (_("New password"), PASSWORD_RULES),
        "password2": (_("New password again"), ""),
    }


class FirstPasswordForm(OwnWords, SetPasswordForm):  # type: ignore[misc] # allauth ships no types
    words: ClassVar = {
        "password1": (_("New password"), PASSWORD_RULES),
        "password2": (_("New password again"), ""),
    }


class CodeForm(OwnWords, CodeCountsOnce, AuthenticateForm):  # type: ignore[misc] # allauth ships no types
    words: ClassVar = {"code": (_("Code"), CODE_HELP)}


class CodeAgainForm(OwnWords, CodeCountsOnce, CodeReauthenticateForm):  # type: ignore[misc] # allauth ships no types
    words: ClassVar = {"code": (_("Code"), CODE_HELP)}


class AuthenticatorForm(OwnWords, FirstCodeCountsOnce, ActivateTOTPForm):  # type: ignore[misc] # allauth ships no types
    words: ClassVar = {"code": (_("Code"), _("The six digits that your authenticator shows now."))}


class PasskeyForm(OwnWords, AddWebAuthnForm):  # type: ignore[misc] # allauth ships no types
    words: ClassVar = {"name": (_("Name of this passkey"), _("So that you know it again, for example: work laptop."))}
