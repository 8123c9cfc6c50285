"""Which statements may stand in an export, why the others may not, and what stands beside a value that may.

This is the only place that decides so. The rules' own words are used wherever a rule is the reason.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clew.disclosure import texts
from clew.disclosure.decision import SENTENCES
from clew.disclosure.facts import SenderFacts
from clew.disclosure.own_use import Ruled, inputs_within, own_use
from clew.disclosure.ruleset import BrokenRules, RuleSet, shipped_rules
from clew.dossier.types import Statement
from clew.node.accounts.actions import Officer
from clew.node.disclosure.queries import facts_of
from clew.node.home import load_home
from clew.node.partners.queries import own_party
from clew.node.rulebook.queries import active_or_none, broken_sentence, deciding_rules
from clew.node.types import BadInput
from clew.vocabulary import language

log = logging.getLogger(__name__)

SEALED = "identifies_protected_person"
NAMES = "text_names_protected_person"
OUTSIDE = "refers_to_something_not_exported"
NO_ROOM = "format_without_restriction"
UNSAID = "nobody_said_whom_it_shows"
GONE = "what_was_said_of_it_is_gone"

CHUNK = 2_000
"""Statements whose facts are gathered at once."""


@dataclass(frozen=True, slots=True)
class ExportRuling:
    """The decision on one statement.

    `reasons` are ids of policies, or one of the codes above; the first is the one that is counted and shown.
    `restrictions` are the policies whose words stand beside the value.
    """

    permitted: bool
    reasons: tuple[str, ...] = ()
    restrictions: tuple[str, ...] = ()


def decide_export(
    *, officer: Officer, statements: Collection[Statement], purpose: str, now: dt.datetime, room: bool = True
) -> dict[int, ExportRuling]:
    """The decision on each statement, by its number. A statement the rules have no facts of is left out.

    Args:
        room: whether the format can carry a restriction beside each value. Where it cannot, what another organisation
            gave under a restriction is left out.
    """
    ruled = _ruled(officer, [one.id for one in statements], purpose, now)
    own = own_uid()
    return {one.id: _ruling(one, ruled.get(one.id), received=_received(one, own), room=room) for one in statements}


def _received(statement: Statement, own: str) -> bool:
    return bool(statement.source.received_letter) or statement.source.owner != own


def _ruling(statement: Statement, ruled: Ruled | None, *, received: bool, room: bool) -> ExportRuling:
    if ruled is not None and not ruled.permitted:
        return ExportRuling(False, ruled.policies)
    if ruled is None or statement.value is None or statement.sealed:
        return ExportRuling(False, (SEALED,))
    if received and ruled.conditions and not room:
        return ExportRuling(False, (NO_ROOM,))
    return ExportRuling(True, (), ruled.conditions)


def _ruled(officer: Officer, ids: list[int], purpose: str, now: dt.datetime) -> dict[int, Ruled]:
    own, rules = own_party(), rules_of_exports(now.date())
    kind, country = (own.kind, own.country.lower()) if own else ("", "")
    organisation = SenderFacts(own_uid(), country, kind)
    found: dict[int, Ruled] = {}
    for start in range(0, len(ids), CHUNK):
        facts = facts_of(dict.fromkeys(ids[start : start + CHUNK], ""), officer, now)
        inputs = inputs_within(organisation, *facts, purpose=purpose, requester=str(officer.pk), now=now)
        found |= {one.statement: one for one in own_use(inputs, rules)}
    return found


def rules_of_exports(on: dt.date) -> RuleSet:
    """The rules in force, as for letters. Raises `BadInput` where they cannot be used: nothing is exported then."""
    try:
        return deciding_rules(on)
    except BrokenRules as fault:
        log.error("The rules of this node cannot be used, so nothing is exported: %s", fault)
        cure = _("Ask an administrator, who sees what is wrong under the rules.")
        raise BadInput("", broken_sentence(), cure) from fault


def _rules_for_words() -> RuleSet:
    return active_or_none() or shipped_rules()


def own_uid() -> str:
    """The organisation whose node this is."""
    own = own_party()
    return own.uid if own else load_home().settings.node_id


def sentence(reason: str) -> str:
    """Why something is left out, in the reader's language."""
    own = {
        SEALED: _("This identifies a protected person."),
        NAMES: _("Its text names a protected person."),
        OUTSIDE: _("It points to something that is not part of this export."),
        UNSAID: _("Nobody has said whom this document shows."),
        GONE: _("What was said of this document was taken back, or can no longer be read."),
        NO_ROOM: _("Another organisation gave it under a restriction, which has no place beside it in this format."),
    }
    if reason in own:
        return own[reason]
    rules = _rules_for_words()
    if reason not in rules.policies and reason not in SENTENCES:
        return _("A rule that is no longer in force left it out (%(rule)s).") % {"rule": reason}
    return texts.sentence(reason, language(get_language() or "en"), rules)


def by_sentence(left_out: Mapping[str, int]) -> list[tuple[str, int]]:
    """How much is left out, by the sentence that says why; the most first."""
    found: dict[str, int] = {}
    for reason, number in left_out.items():
        said = sentence(reason)
        found[said] = found.get(said, 0) + number
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))


def restriction_words(policies: Iterable[str], handling_text: str) -> str:
    """What stands beside a value: the rules' conditions, and the source's own words."""
    lang, rules = language(get_language() or "en"), _rules_for_words()
    conditions = [texts.condition(policy, lang, rules) for policy in policies]
    return " ".join([*conditions, *([handling_text] if handling_text and conditions else [])])
