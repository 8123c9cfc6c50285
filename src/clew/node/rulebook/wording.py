"""Values of settings, and states, in the reader's language."""

from __future__ import annotations

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from clew import vocabulary
from clew.node.rulebook.models import RuleSetAdoption
from clew.node.rulebook.schema import SettingKind, Unreadable


def value_words(kind: SettingKind, value: object) -> str:
    """A stored value as a person reads it; one that cannot be read is said to be so."""
    try:
        known = kind.read(value)
    except Unreadable:
        return _("Cannot be read; the strictest value holds")
    if kind.type == "integer":
        return _number(kind, known)
    if kind.type == "boolean":
        return pgettext("answer", "Yes") if known else pgettext("answer", "No")
    if kind.type == "choice":
        return choice_words(known)
    if kind.type == "roles":
        return _roles(known)
    return f"{choice_words(known['sector'])}: {known['reference']}" if known else _("None")


def choice_words(code: str) -> str:
    """A code of a choice in words."""
    words = {
        "none": pgettext("sign-off", "none"),
        "warn": pgettext("sign-off", "warn"),
        "refuse": pgettext("sign-off", "refuse"),
        "not_required": pgettext("crime on both sides", "not required"),
        "may_decline": pgettext("crime on both sides", "may decline without it"),
        "mandatory": pgettext("crime on both sides", "required"),
        "police": pgettext("sector", "police and justice"),
    }
    return words.get(code, code)


def _number(kind: SettingKind, number: int) -> str:
    if "days" in kind.key:
        return ngettext("%(number)d day", "%(number)d days", number) % {"number": number}
    if "years" in kind.key:
        return ngettext("%(number)d year", "%(number)d years", number) % {"number": number}
    return str(number)


def _roles(value: dict[str, list[str]]) -> str:
    roles, lang = vocabulary.codelist("roles"), get_language() or "en"
    parts = [
        _("%(role)s: also %(others)s")
        % {"role": roles.label(role, lang), "others": ", ".join(roles.label(each, lang) for each in more)}
        for role, more in sorted(value.items())
    ]
    return "; ".join(parts) or _("Only the role that a rule names")


def source_words(source: str) -> str:
    """Where a rule set came from."""
    words = {
        RuleSetAdoption.Source.SHIPPED: _("Came with Clew"),
        RuleSetAdoption.Source.UPLOADED: _("Uploaded"),
        RuleSetAdoption.Source.EDITED: _("Edited in a simulation"),
    }
    return words.get(RuleSetAdoption.Source(source), source)


def state_words(state: str) -> str:
    """What became of a rule set."""
    words = {
        RuleSetAdoption.State.PROPOSED: pgettext("rule set", "Waits for a second person"),
        RuleSetAdoption.State.REJECTED: pgettext("rule set", "Rejected"),
        RuleSetAdoption.State.IN_FORCE: pgettext("rule set", "In force"),
        RuleSetAdoption.State.SUPERSEDED: pgettext("rule set", "Replaced"),
    }
    return words.get(RuleSetAdoption.State(state), state)
