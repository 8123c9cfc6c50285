"""The rule set in force, parsed once in a process for each version, and checked before it is used."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from django.utils.translation import gettext as _

from clew.disclosure.records import digest
from clew.disclosure.ruleset import BrokenRules, RuleSet, shipped_rules
from clew.node.rulebook.models import RuleSetAdoption


def active_rules() -> RuleSet:
    """The rules that decide at this node now.

    Which version is in force is asked of the store each time, so that every process changes at once; parsing is kept.

    Raises:
        BrokenRules: no set is in force, it cannot be read, or its files are not those of its version.
    """
    found = RuleSetAdoption.objects.filter(state=RuleSetAdoption.State.IN_FORCE).order_by().values_list("pk", "version")
    row = found.first()
    if row is None:
        raise BrokenRules("No rule set is in force at this node.")
    return _loaded(*row)


@lru_cache(maxsize=4)
def _loaded(pk: int, version: str) -> RuleSet:
    """Read once; a set that cannot be used is not remembered, so that it is read again once it is repaired."""
    files = RuleSetAdoption.objects.values_list("files", flat=True).get(pk=pk)
    if files == shipped_rules().files and version == shipped_rules().version:
        return shipped_rules()
    return parsed(files, version)


def parsed(files: object, version: str) -> RuleSet:
    """The rules of stored files, if they are those of the version; raises `BrokenRules`."""
    if not isinstance(files, dict) or not all(isinstance(each, str) for each in files.values()):
        raise BrokenRules("The stored rule files are no texts.")
    try:
        rules = RuleSet(files)
    except BrokenRules:
        raise
    except Exception as fault:
        raise BrokenRules(f"The stored rule set cannot be read: {type(fault).__name__}.") from fault
    if rules.version != version:
        raise BrokenRules("The stored rule files are not those of their version.")
    return rules


def broken_sentence() -> str:
    """What a page says where no rules can be used."""
    return _("The rules of this node cannot be used. Nothing leaves until two persons adopt a rule set that is whole.")


def file_digest(rule_id: str, rules: RuleSet) -> str:
    """SHA-256 of one rule's file, in hexadecimal."""
    return hashlib.sha256(rules.rules[rule_id].text.encode()).hexdigest()


def adoption_digest(adoption: RuleSetAdoption) -> bytes:
    """What the second person signs: which set, proposed by whom and when."""
    return bytes.fromhex(
        digest(
            {
                "act": "rulebook.adopt",
                "adoption": adoption.pk,
                "version": adoption.version,
                "proposed_by": adoption.proposed_by_id,
                "proposed": adoption.proposed.isoformat(),
            }
        )
    )


def sign_off_digest(rule_id: str, file: str) -> bytes:
    """What a lawyer signs: the rule and the digest of its file."""
    return bytes.fromhex(digest({"act": "rulebook.sign_off", "rule": rule_id, "file": file}))
