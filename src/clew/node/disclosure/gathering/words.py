"""The officer's own words: where they name whom the rules would not let go, or repeat what another gave.

With a case it is asked of all that the case speaks of; without one, of everything the officer can see.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from clew.disclosure.context import authorised
from clew.disclosure.facts import PersonFacts, RecipientFacts, SenderFacts, StatementFacts
from clew.disclosure.guard import fields_naming, may_be_named
from clew.disclosure.particulars import REFERRAL
from clew.disclosure.ruleset import RuleSet
from clew.dossier.types import HeldSource, ProtectedText
from clew.node.accounts.actions import Officer
from clew.node.disclosure.gathering.persons import standing_of
from clew.node.disclosure.gathering.registers import Registers
from clew.node.disclosure.gathering.statements import Chosen, authorisations_of
from clew.node.disclosure.models import Release
from clew.node.disclosure.particulars import particulars_of
from clew.node.dossier import queries as dossier
from clew.vocabulary.fields import FieldClass

NEVER_NAMES = {"gender", "title", "nationality", "citizenship", "country", "spokenLanguage", "profession", "position"}
"""Properties whose values are ordinary words: they would stop every sentence without protecting anyone."""
HELP = "HelpNeeded"
TO_A_SERVICE = frozenset({"contact", "situation"})
"""Properties of `HELP` that hold an officer's words for a service; looked at, and not what is looked for."""
CONTACT = "contact"
REACHES_HER = frozenset({"phone", "email", "number"})
"""Properties whose values say how somebody can be reached; whether hers may be told, her consent and R18 say."""
AT_ONCE = 5_000
"""So many persons or sources are opened at a time."""


def own_words(release: Release) -> dict[str, str]:
    """The officer's own words that the recipient would read, by field."""
    words = {"subject": release.subject, "facts": release.facts, "necessity": release.necessity}
    words |= {f"items.{n}": each.get("text", "") for n, each in enumerate(release.items, 1)}
    words |= {f"answers.{each.get('item')}": each.get("text", "") for each in release.answers}
    return words | particulars_of(release.particulars).words


def words_of(release: Release, chosen: Iterable[StatementFacts]) -> dict[str, str]:
    """The officer's own words; of a referral also those that stand in what was entered for it."""
    words = own_words(release)
    if release.kind == REFERRAL:
        words |= {each.prop: each.value for each in chosen if each.schema == HELP and each.prop in TO_A_SERVICE}
    return words


def fields_held_back(
    release: Release,
    chosen: Chosen,
    officer: Officer,
    sender: SenderFacts,
    recipient: RecipientFacts,
    rules: RuleSet,
    registers: Registers,
    now: dt.datetime,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields whose words name whom this recipient may not be told of, and those that repeat what another gave."""
    words = words_of(release, chosen.facts)
    named = spoken_of(release, officer, chosen.concerned, registers)
    return (
        fields_naming_anyone(release, words, named, sender, recipient, rules, now),
        fields_repeating(release, words, officer, sender, recipient, now),
    )


def fields_naming_anyone(
    release: Release,
    words: Mapping[str, str],
    spoken_of: Collection[int],
    sender: SenderFacts,
    recipient: RecipientFacts,
    rules: RuleSet,
    now: dt.datetime,
) -> tuple[str, ...]:
    """The fields that hold what identifies somebody of whom the rules would not let this recipient know.

    Args:
        words: as `words_of` gathers them. spoken_of: whom they could name, as `spoken_of` finds them.
    """
    found: set[str] = set()
    standing = standing_of(spoken_of, now)
    guarded = [each for each, one in standing.items() if not _all_may_be_told(one, sender, recipient, rules)]
    for persons in _in_portions(guarded):
        texts = [
            each
            for each in dossier.identifying_texts(persons=persons)
            if each.prop not in NEVER_NAMES | TO_A_SERVICE
            and not may_be_named(standing[each.person_id], each.field_class, sender, recipient, rules)
        ]
        # Without a case, an ordinary word of an address somewhere in the house would stop every sentence.
        in_parts = [each for each in texts if release.case is not None or each.kind == "name"]
        whole = [each.folded for each in texts if release.case is None and each.kind != "name"]
        found |= {*_naming(words, in_parts), *fields_naming(words, whole, in_parts=False)}
    return tuple(each for each in words if each in found)


def _naming(words: Mapping[str, str], texts: Iterable[ProtectedText]) -> set[str]:
    """The fields that hold one of these; how she can be reached may be said where a referral says it."""
    ordered = list(texts)
    others = {name: text for name, text in words.items() if name != CONTACT}
    contact = {name: text for name, text in words.items() if name == CONTACT}
    return {
        *fields_naming(others, [each.folded for each in ordered]),
        *fields_naming(contact, [each.folded for each in ordered if each.prop not in REACHES_HER]),
    }


def _all_may_be_told(person: PersonFacts, sender: SenderFacts, recipient: RecipientFacts, rules: RuleSet) -> bool:
    return all(may_be_named(person, each, sender, recipient, rules) for each in FieldClass)


def fields_repeating(
    release: Release,
    words: Mapping[str, str],
    officer: Officer,
    sender: SenderFacts,
    recipient: RecipientFacts,
    now: dt.datetime,
) -> tuple[str, ...]:
    """The fields that hold a value which another gave, and has not authorised this recipient to read (R04, R33).

    What this organisation holds from a source of its own as well is its own to tell.
    """
    compartment = release.case.compartment_id if release.case is not None else None
    sources = dossier.held_sources(officer=officer, compartment_id=compartment)
    received = [each for each in sources if _received(each, sender)]
    closed = _closed({each.id: each for each in received}, release.purpose, sender, recipient, now)
    found: dict[str, set[str]] = {}
    for portion in _in_portions(closed):
        for text in dossier.texts_of_sources(source_ids=portion):
            if text.prop not in NEVER_NAMES:
                for field in fields_naming(words, [text.folded], in_parts=text.of_person):
                    found.setdefault(field, set()).add(text.folded)
    if not found:
        return ()
    own: set[str] = set()
    for portion in _in_portions({each.id for each in sources} - {each.id for each in received}):
        own |= {each.folded for each in dossier.texts_of_sources(source_ids=portion)}
    return tuple(field for field in words if found.get(field, set()) - own)


def spoken_of(release: Release, officer: Officer, concerned: frozenset[int], registers: Registers) -> set[int]:
    """Whom an officer's words could name: all of whom the case speaks, and whom the chosen statements concern."""
    if release.case is None:
        return dossier.persons_seen(officer=officer)
    known = registers.spoken_of_in_case(officer, release.case.pk, release.case.compartment_id)
    return dossier.persons_spoken_of(entity_ids=known | concerned)


def _received(source: HeldSource, sender: SenderFacts) -> bool:
    return source.owner != sender.uid or bool(source.chain)


def _closed(
    received: dict[int, HeldSource], purpose: str, sender: SenderFacts, recipient: RecipientFacts, now: dt.datetime
) -> set[int]:
    """Of what others gave, the sources that somebody has not authorised for this recipient and purpose."""
    allowed = authorisations_of(received, now.date())
    return {
        pk
        for pk, each in received.items()
        if each.owner != recipient.uid
        and not authorised(each, allowed.get(pk, ()), purpose=purpose, sender=sender.uid, recipient=recipient.uid)
    }


def _in_portions(numbers: Collection[int]) -> Iterable[list[int]]:
    ordered = sorted(numbers)
    return (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))
