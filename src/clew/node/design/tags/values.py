"""Tags for values inside text: codes, countries, times, deadlines, badges, facts."""

import datetime
from collections.abc import Iterable
from itertools import count
from typing import Any

from django.template import Library
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from clew import vocabulary
from clew.node.design.tags.component import component

TONES = ("neutral", "info", "good", "attention", "danger")

# Popover ids must differ within a page; a process-wide count needs no state in the page.
_tips = count(1)


def checked_tone(tone: str) -> str:
    """The tone itself; a misspelt tone is a mistake in the page, not a missing colour."""
    if tone not in TONES:
        raise ValueError(f"Unknown tone {tone!r}; use one of {', '.join(TONES)}.")
    return tone


def _language() -> str:
    return get_language() or "en"


def code(codelist: str, value: str, show: str = "both", tip: bool = True) -> SafeString:
    """A code of a code list with its label; its help opens on hover, click, touch or Enter.

    A code the list does not have (a partner's newer list, say) is shown and called unknown; an unknown
    list is a mistake of the page and raises ``UnknownCodeList``.
    """
    if not value:
        return nothing()
    entries = vocabulary.codelist(codelist)
    if value not in entries:
        return component("code", value=value, label=_("unknown code"), help="", show="both")
    help_text = entries.help(value, _language()) if tip else ""
    return component(
        "code",
        value=value,
        label=entries.label(value, _language()),
        help=help_text,
        show=show,
        tip_id=f"tip-{next(_tips)}",
    )


def explain_codes(list_id: str) -> SafeString:
    """Every code of a list with label and help, folded: below a list of choices, or below a long table.

    An unknown list is a mistake of the page and raises ``UnknownCodeList``.
    """
    found = vocabulary.codelist(list_id)
    entries = [(code, label, found.help(code, _language())) for code, label in found.choices(_language())]
    helps = {help_text for _code, _label, help_text in entries}
    # One sentence that holds for all of them, as for languages, is said once.
    shared = helps.pop() if len(helps) == 1 else ""
    return component("codes", list_id=list_id, title=found.title(_language()), entries=entries, shared=shared)


def handling_words(value: str) -> str:
    """A handling code and its label, to stand before the words of a page's classification; "" where there is none."""
    codes = vocabulary.codelist("handling_codes")
    if not value:
        return ""
    return f"{value} {codes.label(value, _language())} · " if value in codes else f"{value} · "


def country_name(value: str) -> SafeString:
    """The country's name in the reader's language; ``value`` is an ISO 3166-1 alpha-2 code."""
    if not value:
        return nothing()
    if value.upper() not in vocabulary.country_codes():
        return component("code", value=value, label=_("unknown country"), help="", show="both")
    return component("plain", text=vocabulary.country_label(value, _language()))


def when(moment: datetime.date | None, style: str = "long") -> SafeString:
    """A moment or date for the reader, with ISO 8601 in ``<time datetime>``."""
    if moment is None:
        return nothing()
    formats = {"long": ("DATETIME_FORMAT", "DATE_FORMAT"), "short": ("SHORT_DATETIME_FORMAT", "SHORT_DATE_FORMAT")}
    with_time, only_date = formats[style]
    if isinstance(moment, datetime.datetime):
        local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
        zone = local.tzname() or ""
        return component("when", iso=local.isoformat(), text=date_format(local, with_time), zone=zone)
    return component("when", iso=moment.isoformat(), text=date_format(moment, only_date), zone="")


def deadline(due: datetime.datetime | None, now: datetime.datetime, set_by: str = "") -> SafeString:
    """How long is left, in words; ``set_by`` names the instrument or rule that set the deadline."""
    if due is None:
        return component("deadline", tone="neutral", text=_("No deadline"), iso="", moment="", set_by=set_by)
    left = due - now
    moment = date_format(timezone.localtime(due), "DATETIME_FORMAT")
    tone, text = _time_left(left)
    return component("deadline", tone=tone, text=text, iso=due.isoformat(), moment=moment, set_by=set_by)


def _time_left(left: datetime.timedelta) -> tuple[str, str]:
    span = _span(abs(left))
    if left < datetime.timedelta(0):
        return "danger", _("Overdue by %(span)s") % {"span": span}
    text = _("%(span)s left") % {"span": span}
    if left < datetime.timedelta(days=1):
        return "danger", text
    return ("attention" if left < datetime.timedelta(days=7) else "neutral"), text


def _span(left: datetime.timedelta) -> str:
    # One unit, rounded down: a clock that runs out must never look longer than it is.
    minutes = int(left.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        hours = minutes // 60
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = minutes // (24 * 60)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def badge(text: str, tone: str = "neutral") -> SafeString:
    """A short state in words; the tone only underlines it."""
    return component("badge", text=text, tone=checked_tone(tone))


def shared_with(parties: Iterable[Any]) -> SafeString:
    """Who outside this node has been given this fact."""
    return component("shared_with", parties=[str(party) for party in parties or ()])


def fact(value: Any, why_url: str = "", source: str = "", original: str = "", lang: str = "") -> SafeString:
    """A value of a dossier with its original spelling, its source and "why do we think so"."""
    if value in (None, ""):
        return nothing()
    return component("fact", value=value, why_url=why_url, source=source, original=original, lang=lang)


def nothing() -> SafeString:
    """What stands where nothing is recorded."""
    return component("nothing")


def add_to(register: Library) -> None:
    for tag in (code, explain_codes, handling_words, country_name, when, deadline, badge, shared_with, fact, nothing):
        register.simple_tag(tag)
