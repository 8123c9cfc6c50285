"""Words for events, and for why a notification did not arrive."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

EVENT_WORDS: Final[dict[str, str | Promise]] = {
    "case.opened": _("A case was opened"),
    "case.changed": _("A case was changed"),
    "case.closed": _("A case was closed"),
    "case.reopened": _("A case was reopened"),
    "task.added": _("A task was added"),
    "task.finished": _("A task was finished"),
    "release.drafted": _("A letter was drafted"),
    "release.withdrawn": _("A letter was withdrawn before it left"),
    "release.decided": _("The rules decided on a letter"),
    "release.signed": _("A letter was signed"),
    "letter.sent": _("A letter went into the outbox"),
    "letter.arrived": _("A letter arrived in a case"),
    "letter.taken": _("A letter was taken"),
    "letter.refused": _("A letter was declined"),
    "clock.running": _("A clock has run to its mark"),
    "clew.test": _("Test"),
}

PROBLEMS: Final[dict[str, str | Promise]] = {
    "address-not-allowed": _("The address leads into a network that the settings do not allow."),
    "bad-address": _("The address can not be used."),
    "name-not-found": _("The name of the address was not found."),
    "wrong-certificate": _("The certificate does not fit the name, or nobody this node trusts signed it."),
    "timeout": _("There was no answer in time."),
    "no-connection": _("No connection could be made, or it was cut."),
    "key-not-readable": _("The key of the signatures can not be read. Name the address anew."),
}


def event_in_words(event: str) -> str:
    """The event in the reader's language; its code where it is unknown."""
    return str(EVENT_WORDS.get(event, event))


def problem_in_words(code: str) -> str:
    """Why a notification did not arrive; "" where it did."""
    if code.startswith("http-"):
        return gettext("The system answered with status %(status)s.") % {"status": code.removeprefix("http-")}
    return str(PROBLEMS.get(code, code))
