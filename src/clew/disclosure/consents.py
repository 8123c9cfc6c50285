"""Whether a consent covers this statement, for this purpose, to this recipient, on this day; and what was withdrawn.

A question has no statement (`None`). It tells the recipient that she is known here, so that any item speaks of it.
"""

import datetime as dt
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any, Final

from clew.disclosure.facts import ConsentFacts, RecipientFacts, StatementFacts

WITH_ANY: Final = "with_any"
"""Stands among the items for what goes with each of them; no consent names it."""


def counting(consents: Iterable[ConsentFacts], *, may_be_child: bool, guardian: str) -> list[ConsentFacts]:
    """Those given by whoever can: an adult herself; for a child, or one who may be one, the guardian with its assent.

    `guardian`: how the person's guardian stands now. A guardian who was good when the consent was recorded, and is not
    any more, speaks for nobody; and nobody but herself speaks for an adult.
    """
    if may_be_child:
        return [each for each in consents if each.given_by == "guardian" and guardian == "good" and each.assent]
    return [each for each in consents if each.given_by == "self"]


def covering_consent(
    consents: Iterable[ConsentFacts],
    statement: StatementFacts | None,
    *,
    purpose: str,
    recipient: str,
    today: dt.date,
    wary: bool,
) -> ConsentFacts | None:
    """The consent that covers it, the guardian's before the person's own; `None` where none does.

    A guardian whose standing is anything but good, a conflict of interest above all, has consented to nothing.
    """
    covering = [
        each
        for each in consents
        if not _is_taken_back(each, wary)
        and _has_standing(each)
        and each.given <= today <= each.expires
        and each.purpose == purpose
        and each.recipient == recipient
        and _speaks_of(each, statement)
    ]
    return max(covering, key=lambda each: (each.given_by == "guardian", each.assent, each.given), default=None)


def withdrawn_since(
    consents: Iterable[ConsentFacts],
    statement: StatementFacts | None,
    *,
    recipient: RecipientFacts,
    covering: ConsentFacts | None,
    wary: bool,
) -> bool:
    """Whether she took back a consent towards this recipient that covered this, and has given none since (G4).

    Whatever it was given for: who withdraws means the recipient, not a code for the purpose, and means the organisation
    with all its posts. A consent that she had signed before counts no more than one whose order nobody knows.

    `wary`: a withdrawal of which it is not said from whom, or of what, is one from everybody, or of everything.
    """
    return any(
        _is_taken_back(each, wary)
        and (_of_one_organisation(each, recipient) or (wary and not {each.recipient, each.organisation} - {""}))
        and (_speaks_of(each, statement) or (wary and not each.items))
        and (covering is None or not _given_since(covering, each))
        for each in consents
    )


def _is_taken_back(consent: ConsentFacts, wary: bool) -> bool:
    return consent.withdrawn or (wary and consent.withdrawn_at is not None)


def _of_one_organisation(consent: ConsentFacts, recipient: RecipientFacts) -> bool:
    ours = {recipient.uid, recipient.organisation} - {""}
    return bool(ours & {consent.recipient, consent.organisation})


def _given_since(consent: ConsentFacts, taken_back: ConsentFacts) -> bool:
    """Whether it was signed and recorded after the other was taken back; only days are known of the signing."""
    if consent.recorded_at is None or taken_back.withdrawn_at is None:
        return False
    return consent.recorded_at > taken_back.withdrawn_at and consent.given >= taken_back.withdrawn_at.date()


def _has_standing(consent: ConsentFacts) -> bool:
    return consent.guardian_standing == ("good" if consent.given_by == "guardian" else "not_needed")


def _speaks_of(consent: ConsentFacts, statement: StatementFacts | None) -> bool:
    if statement is None:
        return True
    # A consent that names nothing agrees to nothing, not even to being helped.
    return any(covers_item(item, statement) or covers_item(WITH_ANY, statement) for item in consent.items)


def covers_item(item: str, statement: StatementFacts) -> bool:
    """Whether an item of a consent speaks of this statement."""
    prop = f"{statement.schema}:{statement.prop}"
    if item in {prop, statement.schema, statement.field_class}:
        return bool(item)
    group = _items().get(item, {})
    return statement.schema in group.get("schemata", ()) or prop in group.get("properties", ())


@cache
def _items() -> dict[str, dict[str, Any]]:
    import yaml

    text = files("clew.disclosure").joinpath("rules/consent_items.yaml").read_text(encoding="utf-8")
    items: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return items
