"""Every statement of an export is decided upon: what the rules refuse stays out, and it is said why."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from clew.disclosure.engine import UNDECIDED, Engine
from clew.disclosure.ruleset import RuleSet, shipped_rules
from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.models import Officer
from clew.node.audit.models import AuditEntry
from clew.node.cases.actions import link_entity
from clew.node.cases.models import Case
from clew.node.disclosure.actions import record_safeguard
from clew.node.dossier.actions import record_source, retract_statement
from clew.node.dossier.models import Source, Statement
from clew.node.rulebook import adopted
from clew.node.rulebook.models import RuleSetAdoption
from clew.node.transfer.actions import request_export
from clew.node.transfer.exporting import collecting, deciding
from clew.node.transfer.models import Export
from clew.node.types import BadInput
from tests.node.transfer.test_export import made, text_of

pytestmark = pytest.mark.django_db

AGENCY = "Golden Way (fictional)"
WORDS = "Not before a court (fictional)"


@pytest.fixture
def say(officer: Officer, case: Case) -> Callable[..., Source]:
    """Record a fact of an agency that the case looks at, from a source of these codes."""

    def record(value: str = AGENCY, **changes: Any) -> Source:
        known = {
            "kind": "observation", "title": "Note (fictional)", "owner": deciding.own_uid(), "reliability": "B",
            "handling": "H1", "purpose": "criminal_investigation", "retain_until": dt.date(2036, 1, 1),
            "basis": "intelligence",
        }  # fmt: skip
        draft = SourceDraft(
            entities=(EntityDraft("agency", "RecruitmentAgency"),),
            statements=(StatementDraft("agency", "name", value, 2, concerns=()),),
            **(known | changes),  # type: ignore[arg-type]
        )
        source = record_source(actor=officer, compartment_id=case.compartment_id, draft=draft)
        link_entity(actor=officer, case_id=case.pk, entity_id=source.entity_numbers["agency"])
        return source

    return record


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_another_gave_under_h2_or_h3_stands_in_a_table_with_its_restriction_beside_it(
    officer: Officer, case: Case, say: Callable[..., Source], form: str
) -> None:
    say(owner="bg-police", handling="H2")
    say("Silver Way (fictional)", owner="bg-police", handling="H3", handling_text=WORDS)
    export, content = made(officer, case, form)
    text = text_of(form, content)
    assert AGENCY in text
    assert "Do not pass on to anyone without our prior permission (H2)." in text
    assert f"Observe the restriction in words stated under handling (H3). {WORDS}" in text
    assert (export.classification, export.withheld) == ("H3", 0)
    assert export.decision["restricted"] == {"R33c": 1, "R34c": 1}


def test_a_format_without_room_for_a_restriction_holds_nothing_that_another_restricted(
    officer: Officer, case: Case, say: Callable[..., Source]
) -> None:
    say(owner="bg-police", handling="H2")
    say("Silver Way (fictional)", owner="bg-police", handling="H1")
    say("Copper Way (fictional)", handling="H2")
    export, content = made(officer, case, "ftm")
    text = content.decode()
    assert AGENCY not in text
    assert "Silver Way" in text
    assert "Copper Way" in text
    assert export.decision["withheld"] == {deciding.NO_ROOM: 1}
    assert "has no place beside it in this format" in text


def test_what_should_have_been_deleted_stays_out(officer: Officer, case: Case, say: Callable[..., Source]) -> None:
    kept, old = say(), say("Silver Way (fictional)")
    Source.objects.filter(pk=old.pk).update(retain_until=dt.date(2026, 1, 1))
    assert kept.retain_until > old.recorded.date()
    export, content = made(officer, case)
    assert AGENCY in content.decode()
    assert "Silver Way" not in content.decode()
    assert export.decision["withheld"] == {"R31a": 1}
    assert f"1: {deciding.sentence('R31a')}" in content.decode()


def test_what_was_retracted_is_not_even_counted(officer: Officer, case: Case, say: Callable[..., Source]) -> None:
    say()
    wrong = say("Silver Way (fictional)")
    retract_statement(actor=officer, statement_id=Statement.objects.get(source=wrong).pk, reason="Misread.")
    export, content = made(officer, case)
    assert "Silver Way" not in content.decode()
    assert export.withheld == 0


def test_the_address_of_a_shelter_stays_out(
    officer: Officer, case: Case, officer_factory: Callable[..., Officer]
) -> None:
    draft = SourceDraft(
        kind="observation", title="Visit (fictional)", owner=deciding.own_uid(), reliability="B", handling="H1",
        purpose="criminal_investigation", retain_until=dt.date(2036, 1, 1), basis="intelligence",
        entities=(EntityDraft("house", "Premises"),),
        statements=(StatementDraft("house", "name", "Quiet House (fictional)", 1, concerns=()),),
    )  # fmt: skip
    source = record_source(actor=officer, compartment_id=case.compartment_id, draft=draft)
    house = source.entity_numbers["house"]
    link_entity(actor=officer, case_id=case.pk, entity_id=house)
    assert "Quiet House" in made(officer, case)[1].decode()
    record_safeguard(
        actor=officer_factory(roles=["caseworker"], compartments=[case.compartment]), person_id=house,
        kind="shelter_address", answer=["yes"], expires=dt.date(2036, 1, 1),
    )  # fmt: skip
    export, content = made(officer, case)
    assert "Quiet House" not in content.decode()
    assert export.decision["withheld"] == {"G5a": 1}


def test_a_statement_of_which_the_rules_have_no_facts_stays_out(
    officer: Officer, case: Case, say: Callable[..., Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    say()
    monkeypatch.setattr(deciding, "facts_of", lambda *_given: ((), ()))
    export, content = made(officer, case)
    assert AGENCY not in content.decode()
    assert export.withheld == 1


def test_where_the_engine_fails_nothing_stands_in_the_file(
    officer: Officer, case: Case, say: Callable[..., Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    say()
    monkeypatch.setattr(Engine, "_ask", lambda *_asked, **_named: UNDECIDED)
    export, content = made(officer, case)
    assert AGENCY not in content.decode()
    assert export.decision["withheld"] == {"engine": 1}


def test_the_log_counts_what_each_rule_left_out(officer: Officer, case: Case, say: Callable[..., Source]) -> None:
    say()
    Source.objects.filter(pk=say("Silver Way (fictional)").pk).update(retain_until=dt.date(2026, 1, 1))
    made(officer, case)
    details = json.loads(bytes(AuditEntry.objects.get(act="transfer.request_export").leaf))["details"]
    assert (details["withheld"], details["left_out.r31a"]) == (1, 1)
    assert len(details["ruleset"]) == 64


def test_the_page_says_how_much_is_left_out_and_why_in_the_readers_language(
    officer: Officer, case: Case, say: Callable[..., Source], signed_in_client: Callable[[Officer], Client]
) -> None:
    say()
    Source.objects.filter(pk=say("Silver Way (fictional)").pk).update(retain_until=dt.date(2026, 1, 1))
    export, _content = made(officer, case)
    client = signed_in_client(officer)
    page = client.get(reverse("transfer:export", args=[export.pk])).content.decode()
    assert deciding.sentence("R31a") in page
    with translation.override("de"):
        german = deciding.sentence("R31a")
    assert german != deciding.sentence("R31a")


def test_reasons_of_the_same_words_are_counted_together() -> None:
    shown = deciding.by_sentence({"R18a": 2, "R31a": 3, "gone": 1})
    assert shown[0] == (deciding.sentence("R31a"), 3)
    assert [number for _said, number in shown] == [3, 2, 1]
    assert "gone" in shown[-1][0]


def test_nothing_but_the_decision_lets_a_statement_into_the_file(
    officer: Officer, case: Case, say: Callable[..., Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    say()

    def refuse(*, statements: Any, **_named: Any) -> dict[int, deciding.ExportRuling]:
        return {one.id: deciding.ExportRuling(False, ("R31a",)) for one in statements}

    monkeypatch.setattr(collecting, "decide_export", refuse)
    assert AGENCY not in made(officer, case)[1].decode()


ADDED = """@id("N01a")
@title("No agency's name leaves a dossier (fictional)")
@source("Decision of this node (fictional)")
@mark("own")
@version("1")
@effect("REFUSE")
@sentence("This node keeps every name where it is.")
@cure("None.")
forbid (principal, action == Action::"disclose", resource)
when { context.statement.about_person == false };
"""


@pytest.fixture(autouse=True)
def _read_anew() -> Iterator[None]:
    """Rules are read once in a process for each row; the next test's row may have the same number."""
    yield
    adopted._loaded.cache_clear()


def in_force(**changed: str) -> None:
    """Another set of rules in force, as two persons would have adopted it."""
    rules = RuleSet({**shipped_rules().files, **{f"{name}.cedar": text for name, text in changed.items()}})
    RuleSetAdoption.objects.filter(state="in_force").update(files=rules.files, version=rules.version)
    adopted._loaded.cache_clear()


def test_a_rule_that_this_node_added_speaks_in_exports_too(
    officer: Officer, case: Case, say: Callable[..., Source]
) -> None:
    say()
    in_force(N01=ADDED)
    export, content = made(officer, case, "csv")
    assert AGENCY not in text_of("csv", content)
    assert export.decision["withheld"] == {"N01a": 1}
    assert "This node keeps every name where it is." in text_of("csv", content)
    assert export.decision["ruleset"] == adopted.active_rules().version != shipped_rules().version


@pytest.mark.parametrize("what", ["case", "cases"])
def test_where_the_rules_are_broken_nothing_is_exported(
    officer: Officer, case: Case, say: Callable[..., Source], what: str
) -> None:
    say()
    RuleSetAdoption.objects.filter(state="in_force").update(files={"R01.cedar": "nonsense"})
    adopted._loaded.cache_clear()
    with pytest.raises(BadInput, match="rules of this node cannot be used"):
        request_export(actor=officer, what=what, file_format="csv", purpose="criminal_investigation", case_id=case.pk)
    assert not Export.objects.exists()
