"""The page that decides: what is known here, exactly what they will read, and what is withheld and why.

The middle column is rendered from the package's own bytes and from nothing else.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from clew import vocabulary
from clew.disclosure.decision import Verdict
from clew.disclosure.ruleset import RuleSet
from clew.dossier.concerns import protects
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.disclosure.cures import NOTHING, Cure, Setting, cures_of
from clew.node.disclosure.cures import Withheld as About
from clew.node.disclosure.models import Approval, Decision
from clew.node.disclosure.queries.approvers import Missing, open_approvals
from clew.node.disclosure.queries.explaining import readable_rules
from clew.node.disclosure.queries.releases import in_team
from clew.node.disclosure.queries.together import Together, facts_together
from clew.node.disclosure.wording import (
    ConditionView,
    LetterView,
    ReasonView,
    condition_views,
    letter_view,
    reader_language,
    reasons_told,
)
from clew.node.dossier import queries as dossier
from clew.node.partners.queries import instrument, names_of
from clew.vocabulary.values import value_label


@dataclass(frozen=True, slots=True)
class Known:
    """A chosen statement as it is known here; `value` is empty where it is sealed from this officer."""

    statement: int
    entity: str
    label: str
    value: str
    original: str
    lang: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """Statements that stay, or wait for an approval, for the same reasons and with the same cures."""

    known: tuple[Known, ...]
    verdict: str
    reasons: tuple[ReasonView, ...]
    cures: tuple[Cure, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """All that the page shows of one decision. `outside`: the reader is not in the team, and sees this one alone.

    `reservations`: what the parties to the instrument have reserved, for whoever decides.
    """

    decision: Decision
    outside: bool
    recipient: str
    instrument: str
    known: tuple[Known, ...]
    letter: LetterView
    after_approval: LetterView | None
    withheld: tuple[Withheld, ...]
    verdict: str
    reasons: tuple[ReasonView, ...]
    cures: tuple[Cure, ...]
    conditions: tuple[ConditionView, ...]
    reservations: str
    missing: tuple[Missing, ...]
    approvals: tuple[Approval, ...]
    naming: tuple[str, ...]
    unsigned: tuple[str, ...]
    together: tuple[Together, ...]
    recognition: Mapping[str, Any] | None
    ready: bool

    @property
    def unverified(self) -> bool:
        """Whether a rule that decided has not been checked against the official text."""
        reasons = [*self.reasons, *(reason for each in self.withheld for reason in each.reasons)]
        return any(each.unverified for each in reasons)

    @property
    def unanswered(self) -> bool:
        """Whether the officer must still say if someone could recognise the person."""
        return bool(self.together) and self.recognition is None


def preview(*, officer: Officer, decision: Decision) -> Preview:
    """The preview of a decision the officer may see (`queries.decision` found it)."""
    return _Previewer(officer, decision).preview()


class _Previewer:
    """Reads once what the parts of the page share."""

    def __init__(self, officer: Officer, decision: Decision) -> None:
        stored = json.loads(decision.inputs)
        self.officer, self.decision, self.release = officer, decision, decision.release
        self.inputs, self.draft = stored["inputs"], stored["draft"]
        self.after = json.loads(decision.after or b"{}")
        self.rules: RuleSet = readable_rules(decision.ruleset)
        self.outside = not in_team(officer, decision)
        self.held = permissions_of(officer)
        self.lang = reader_language()
        self.statements: dict[int, dict[str, Any]] = {each["id"]: each for each in self.inputs["statements"]}
        facts = dossier.release_facts(officer=officer, statement_ids=list(self.statements))
        self.sources = {each.id: each.source_id for each in facts}
        self.guarded = {each["id"] for each in self.inputs["persons"] if protects(each["category"])}
        named = {each["entity"] for each in self.statements.values()} | self.guarded
        named |= {each["refers_to"] for each in self.statements.values()} - {None}
        self.captions = dossier.captions_seen(named, officer=officer)
        uid = self.release.post or self.release.recipient
        self.parties = names_of({uid, *self.release.via, *(each["owner"] for each in self.statements.values())})
        self.recipient = self.parties.get(uid, uid)

    def preview(self) -> Preview:
        outcome, decision = self.decision.outcome, self.decision
        open_ones = decision.state == Decision.State.DECIDED
        letter_reasons = reasons_told((each["policy"] for each in outcome["letter"]["reasons"]), self.rules)
        recognition = _read(self.draft.get("recognition"))
        together = facts_together(self.after.get("mosaic", []), self.statements, self._fact, self._caption)
        complete = outcome["letter"]["verdict"] == Verdict.PERMIT and not outcome["missing"]
        return Preview(
            decision=decision,
            outside=self.outside,
            recipient=self.recipient,
            instrument=self.inputs["transfer"]["instrument"]["title"],
            known=tuple(self._known(each) for each in self.statements.values() if each["id"] in self.sources),
            letter=letter_view(bytes(decision.package)),
            after_approval=self._after_approval() if open_ones and outcome["missing"] else None,
            withheld=self._withheld(),
            verdict=outcome["letter"]["verdict"],
            reasons=letter_reasons,
            cures=cures_of(letter_reasons, NOTHING, self._setting()),
            conditions=condition_views((each["policy"], each["text"]) for each in outcome["conditions"]),
            reservations=self._reservations(),
            missing=open_approvals(decision, self.rules, with_people=not self.outside),
            approvals=tuple(decision.approvals.select_related("officer").order_by("pk")),
            naming=tuple(self.inputs["transfer"]["words_naming"]),
            unsigned=tuple(self.inputs["transfer"].get("rules_unsigned", ())),
            together=together,
            recognition=recognition,
            ready=complete and not (together and recognition is None),
        )

    def _reservations(self) -> str:
        """What the parties to the instrument have reserved, as its register says today; nothing of it travels."""
        found = instrument(self.inputs["transfer"]["instrument"]["code"])
        return found.reservations if found is not None else ""

    def _after_approval(self) -> LetterView | None:
        """What they would read once every open approval is given."""
        return letter_view(self.after["letter"].encode()) if "letter" in self.after else None

    def _withheld(self) -> tuple[Withheld, ...]:
        """What does not leave, in the order of the letter; statements with the same reasons stand together."""
        groups: dict[tuple[str, tuple[ReasonView, ...]], list[int]] = {}
        for each in self.decision.outcome["statements"]:
            if each["verdict"] != Verdict.PERMIT:
                reasons = reasons_told((reason["policy"] for reason in each["reasons"]), self.rules)
                groups.setdefault((each["verdict"], reasons), []).append(each["statement"])
        setting = self._setting()
        return tuple(
            Withheld(
                tuple(self._named(each) for each in ids), verdict, reasons, cures_of(reasons, self._about(ids), setting)
            )
            for (verdict, reasons), ids in groups.items()
        )

    def _setting(self) -> Setting:
        transfer = self.inputs["transfer"]
        states = sorted({transfer["recipient"]["country"], *transfer["recipient"]["states"]} - {""})
        names = tuple(vocabulary.country_label(each, self.lang) for each in states if _is_country(each))
        return Setting(
            recipient=self.recipient,
            recipient_uid=self.release.recipient,
            way=tuple((each, self.parties.get(each, each)) for each in self.release.via),
            states=names,
            purpose=vocabulary.codelist("purposes").label(self.release.purpose, self.lang),
            risk_days=transfer["settings"]["risk_days"],
            release=self.release.pk,
            may=None if self.outside else frozenset(self.held),
            naming=lambda person: self.captions.get(person, ""),
        )

    def _about(self, ids: list[int]) -> About:
        """What cures need to know of these statements, as far as the officer may see them."""
        seen = [self.statements[each] for each in ids if each in self.sources]
        persons = [person for each in seen for person in self._persons(each)]
        owners = [self.parties.get(each["owner"], each["owner"]) for each in seen if each["owner"]]
        labels = [vocabulary.property_label(each["schema"], each["prop"], self.lang) for each in seen]
        return About(
            tuple(dict.fromkeys(labels)),
            tuple(dict.fromkeys(persons)),
            tuple(dict.fromkeys(self.sources[each["id"]] for each in seen)),
            tuple(dict.fromkeys(owners)),
        )

    def _persons(self, stored: dict[str, Any]) -> list[int]:
        concerned = [stored["entity"], stored["refers_to"], *(stored["concerns"] or ())]
        return [each for each in concerned if each in self.guarded]

    def _known(self, stored: dict[str, Any]) -> Known:
        label, value, sealed = self._fact(stored)
        original = "" if sealed else stored["original"] or ""
        return Known(stored["id"], self._entity(stored), label, "" if sealed else value, original, stored["lang"] or "")

    def _named(self, statement: int) -> Known:
        """What a withheld statement is, without its value; who is outside the team learns the property alone."""
        stored = self.statements.get(statement)
        if stored is None or (statement not in self.sources and not self.outside):
            return Known(statement, "", "", "", "", "")
        label = vocabulary.property_label(stored["schema"], stored["prop"], self.lang)
        return Known(statement, self._entity(stored), label, "", "", "")

    def _entity(self, stored: dict[str, Any]) -> str:
        return self.captions.get(stored["entity"]) or vocabulary.schema_label(stored["schema"], self.lang)

    def _caption(self, person: int) -> str:
        return self.captions.get(person, "") or _("a protected person")

    def _fact(self, stored: dict[str, Any]) -> tuple[str, str, bool]:
        """Label and value of a statement, and whether it is sealed: shown only to who may identify the person."""
        label = vocabulary.property_label(stored["schema"], stored["prop"], self.lang)
        sealed = stored["field_class"] != "plain" and bool(self._persons(stored))
        if self.outside or (sealed and "dossier.identify" not in self.held):
            return label, "", True
        if stored["refers_to"] is not None:
            return label, self.captions.get(stored["refers_to"], ""), False
        return label, value_label(stored["schema"], stored["prop"], str(stored["value"]), self.lang), False


def _read(recognition: dict[str, Any] | None) -> dict[str, Any] | None:
    return {**recognition, "at": dt.datetime.fromisoformat(recognition["at"])} if recognition else None


def _is_country(code: str) -> bool:
    return code.upper() in vocabulary.country_codes()
