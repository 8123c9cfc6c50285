"""Tags of the pages on which a passkey answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.forms import BaseForm
from django.template import Context, Library
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = Library()


@register.inclusion_tag("accounts/passkey_form.html", takes_context=True)
def passkey_form(
    context: Context,
    ceremony: str,
    *,
    url: str,
    text: str,
    options: Mapping[str, Any] | None = None,
    options_url: str = "",
    next: str | None = None,
    form: BaseForm | None = None,
) -> dict[str, object]:
    """A form that a passkey fills in.

    Args:
        ceremony: `create` or `get`.
        options: what the passkey is asked; where they do not come with the page, `options_url` answers with them.
        form: a form whose visible fields are filled in as well.
    """
    return {
        "ceremony": ceremony,
        "url": url,
        "text": text,
        "tone": "primary" if ceremony == "create" else "secondary",
        "options": json.dumps(dict(options), default=dict) if options else "",
        "options_url": options_url,
        "next": next,
        "form": form,
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def passkey_script() -> SafeString:
    """The module that drives the forms of this page."""
    return format_html('<script type="module" src="{}"></script>', static("accounts/passkeys.js"))


@register.filter
def has_credentials(options: Mapping[str, Any] | None) -> bool:
    """Whether there is a passkey that could answer."""
    return bool(options and options["publicKey"].get("allowCredentials"))
