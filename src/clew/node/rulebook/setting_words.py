"""What each setting is called and what it does, in words."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Final[dict[str, tuple[str | Promise, str | Promise]]] = {
    "risk_days": (
        _("Days a return-risk assessment is valid"),
        _("After these days an assessment no longer counts, and nothing on a protected person goes to that state."),
    ),
    "retention_years_initial": (
        _("Years a statement may be kept at first"),
        _("The longest first period of retention. After it, somebody must say why it is kept longer."),
    ),
    "stale_days": (
        _("Days after which knowledge is stale"),
        _("What was last seen, or else recorded, longer ago leaves with the remark that it was not verified lately."),
    ),
    "remedy_days": (
        _("Days to answer a person who asks for a check"),
        _("The clock on the answer to a person, lawyer or authority who asks what was shared."),
    ),
    "request_limit_selectors": (
        _("Persons or facts one request may name"),
        _("A request that names more needs a second approval."),
    ),
    "request_limit_refuse": (
        _("Persons or facts above which a request is refused"),
        _("A request that names more is a search through everybody, and is not sent."),
    ),
    "derogation_repeat_days": (
        _("Days in which a second derogation counts as repeated"),
        _("A derogation is for a single case. Within these days another one to the same recipient is a repetition."),
    ),
    "require_sign_off": (
        _("What happens with unverified rules that no lawyer has signed for"),
        _("“None” says nothing, “warn” shows it, “refuse” lets nothing leave that such a rule would permit."),
    ),
    "approvers": (
        _("Which roles may give a second approval"),
        _("The role that a rule names always counts. Here others are added, never the officer who asks."),
    ),
    "adequacy": (
        _("Adequacy decision"),
        _("A decision of the European Commission that a country protects police data well enough."),
    ),
    "penalties_excluded": (
        _("Country without the death penalty"),
        _("Where this is not so, nothing that could help a death sentence leaves without an assurance."),
    ),
    "dual_criminality_required": (
        _("The act must be a crime on both sides"),
        _("Where it is required, a request without it needs a second approval or is refused."),
    ),
}
"""Key: name and explanation."""
