from __future__ import annotations

import pytest

from clew.dossier.types import EntityDraft
from clew.node.accounts.actions import NODE, Refused
from clew.node.accounts.models import Compartment, Officer
from clew.node.audit.models import AuditEntry
from clew.node.dossier.actions import (
    append_to_source,
    correct_statement,
    rebuild_rows,
    record_source,
    retract_statement,
    start_source,
    undo_source,
)
from clew.node.dossier.models import Entity, EntityRow, Source, Statement
from clew.node.dossier.queries import entity_list, search_hits
from clew.node.dossier.queries.viewing import dossier
from clew.node.types import BadInput, BadInputs
from tests.node.dossier.conftest import AGENCY, MAN, PHONE, WOMAN, draft, says

AGENCY_NAME = "Golden Gate Staffing (fictional)"


def record_agency(officer: Officer, team: Compartment, name: str = AGENCY_NAME) -> Source:
    return record_source(actor=officer, compartment_id=team.pk, draft=draft([AGENCY], [says("agency", "name", name)]))


def rows() -> list[tuple[object, ...]]:
    fields = ("entity_id", "compartment_id", "schema", "caption", "sort_key", "text", "statements", "protected")
    return sorted(EntityRow.objects.values_list(*fields))


def test_a_source_is_recorded_with_rows_and_one_audit_entry(officer: Officer, team: Compartment) -> None:
    before = AuditEntry.objects.count()
    source = record_agency(officer, team)
    assert AuditEntry.objects.count() == before + 1
    (row,) = entity_list(officer=officer).entities
    assert row.caption == AGENCY_NAME
    view = dossier(officer=officer, entity_id=source.entity_numbers["agency"])
    assert view is not None
    assert [fact.value for fact in view.view.facts("name")] == [AGENCY_NAME]


def test_a_wrong_value_is_named_with_its_place_and_nothing_is_written(officer: Officer, team: Compartment) -> None:
    statements = [says("phone", "number", "+43 660 1234567"), says("phone", "number", "not a number")]
    with pytest.raises(BadInputs) as refused:
        record_source(actor=officer, compartment_id=team.pk, draft=draft([PHONE], statements))
    assert [problem.field for problem in refused.value.problems] == ["statements.1.number"]
    assert not Source.objects.exists()
    assert not Entity.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"handling": "H9"}, "handling"),
        ({"kind": "rumour"}, "kind"),
        ({"title": " "}, "title"),
        ({"handling": "H3"}, "handling_text"),
    ],
)
def test_a_source_that_lacks_what_it_needs_is_refused(
    officer: Officer, team: Compartment, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(BadInputs) as refused:
        record_source(
            actor=officer,
            compartment_id=team.pk,
            draft=draft([AGENCY], [says("agency", "name", AGENCY_NAME)], **changes),
        )
    assert field in [problem.field for problem in refused.value.problems]


def test_a_statement_laxer_than_its_source_is_refused(officer: Officer, team: Compartment) -> None:
    lax = draft([AGENCY], [says("agency", "name", AGENCY_NAME, handling="H0")], handling="H2")
    with pytest.raises(BadInputs, match="laxer H0"):
        record_source(actor=officer, compartment_id=team.pk, draft=lax)


@pytest.mark.parametrize(
    ("entities", "statements"),
    [
        ([AGENCY, AGENCY], [says("agency", "name", "Twice (fictional)")]),
        ([AGENCY], [says("ghost", "name", "Nobody (fictional)")]),
        ([AGENCY], []),
        ([EntityDraft("x", "Nonsense")], []),
        ([AGENCY, EntityDraft("use", "PhoneUse")], [says("agency", "name", "A"), says("use", "user", "ghost")]),
        (
            [AGENCY, PHONE],
            [says("agency", "name", "A (fictional)"), says("phone", "number", "+436601234567", concerns=("agency",))],
        ),
        ([EntityDraft("agency", "RecruitmentAgency", category="victim")], [says("agency", "name", "A (fictional)")]),
        ([EntityDraft("p", "Person", category="saint")], []),
        ([AGENCY], [says("agency", "name", "A (fictional)", accuracy=5)]),
        ([AGENCY], [says("agency", "name", "A (fictional)", nature="guess")]),
        ([AGENCY], [says("agency", "colour", "red")]),
    ],
)  # fmt: skip
def test_a_draft_that_does_not_hold_together_is_refused(
    officer: Officer, team: Compartment, entities: list[EntityDraft], statements: list[object]
) -> None:
    with pytest.raises(BadInputs):
        record_source(actor=officer, compartment_id=team.pk, draft=draft(entities, statements))  # type: ignore[arg-type]
    assert not Source.objects.exists()


def test_recording_is_refused_outside_the_officers_team(officer: Officer, other_team: Compartment) -> None:
    with pytest.raises(Refused):
        record_agency(officer, other_team)


def test_an_entity_the_officer_may_not_see_cannot_be_added_to(
    officer: Officer, team: Compartment, other_team: Compartment
) -> None:
    hidden = record_source(
        actor=NODE, compartment_id=other_team.pk, draft=draft([AGENCY], [says("agency", "name", AGENCY_NAME)])
    ).entity_numbers["agency"]
    known = EntityDraft("agency", "RecruitmentAgency", existing_id=hidden)
    with pytest.raises(BadInputs):
        record_source(
            actor=officer, compartment_id=team.pk, draft=draft([known], [says("agency", "name", "Other (fictional)")])
        )


def test_a_correction_keeps_the_old_statement_in_the_history(officer: Officer, team: Compartment) -> None:
    source = record_agency(officer, team, "Goldn Gate (fictional)")
    old = Statement.objects.get(source=source)
    new = correct_statement(actor=officer, statement_id=old.pk, value="Golden Gate (fictional)", reason="typing error")
    view = dossier(officer=officer, entity_id=source.entity_numbers["agency"])
    assert view is not None
    assert [fact.value for fact in view.view.facts("name")] == ["Golden Gate (fictional)"]
    (gone,) = view.view.history
    assert gone.value == "Goldn Gate (fictional)"
    assert gone.ending is not None
    assert gone.ending.replaced_by == new.pk
    assert entity_list(officer=officer).entities[0].caption == "Golden Gate (fictional)"
    with pytest.raises(BadInput, match="no longer stands"):
        retract_statement(actor=officer, statement_id=old.pk, reason="again")


def test_the_dossier_can_be_read_as_it_was_before_a_correction(officer: Officer, team: Compartment) -> None:
    source = record_agency(officer, team, "Goldn Gate (fictional)")
    old = Statement.objects.get(source=source)
    correct_statement(actor=officer, statement_id=old.pk, value="Golden Gate (fictional)", reason="typing error")
    before = dossier(officer=officer, entity_id=old.entity_id, as_of=source.recorded)
    assert before is not None
    assert [fact.value for fact in before.view.facts("name")] == ["Goldn Gate (fictional)"]


def test_an_act_without_a_reason_is_refused(officer: Officer, team: Compartment) -> None:
    source = record_agency(officer, team)
    with pytest.raises(BadInput):
        retract_statement(actor=officer, statement_id=Statement.objects.get().pk, reason=" ")
    with pytest.raises(BadInput):
        undo_source(actor=officer, source_id=source.pk, reason="")


def test_a_retracted_statement_leaves_list_and_search(officer: Officer, team: Compartment) -> None:
    record_agency(officer, team)
    retract_statement(actor=officer, statement_id=Statement.objects.get().pk, reason="wrong agency")
    assert entity_list(officer=officer).entities == ()
    assert search_hits(officer=officer, text="golden", limit=9) == []


def test_undoing_a_source_takes_back_everything_it_said(officer: Officer, team: Compartment) -> None:
    first = record_agency(officer, team)
    known = EntityDraft("agency", "RecruitmentAgency", existing_id=first.entity_numbers["agency"])
    second = record_source(
        actor=officer,
        compartment_id=team.pk,
        draft=draft(
            [known, PHONE], [says("agency", "alias", "GGS (fictional)"), says("phone", "number", "+436601234567")]
        ),
    )
    assert len(entity_list(officer=officer).entities) == 2
    undo_source(actor=officer, source_id=second.pk, reason="wrong file")
    (left,) = entity_list(officer=officer).entities
    assert (left.caption, left.statements) == (AGENCY_NAME, 1)
    with pytest.raises(BadInput, match="already undone"):
        undo_source(actor=officer, source_id=second.pk, reason="again")


def test_a_source_in_portions_says_whom_each_statement_concerns(officer: Officer, team: Compartment) -> None:
    source = start_source(actor=officer, compartment_id=team.pk, draft=draft([], [], kind="import"))
    with pytest.raises(BadInputs, match="whom a statement concerns"):
        append_to_source(
            actor=officer, source_id=source.pk, entities=[AGENCY], statements=[says("agency", "name", "A (fictional)")]
        )
    numbers = append_to_source(
        actor=officer,
        source_id=source.pk,
        entities=[AGENCY],
        statements=[says("agency", "name", AGENCY_NAME, concerns=())],
    )
    again = EntityDraft("agency", "RecruitmentAgency", existing_id=numbers["agency"])
    append_to_source(
        actor=officer,
        source_id=source.pk,
        entities=[again],
        statements=[says("agency", "alias", "GGS (fictional)", concerns=())],
    )
    assert entity_list(officer=officer).entities[0].statements == 2


def test_rebuilding_gives_the_same_rows_and_the_same_hits(officer: Officer, team: Compartment) -> None:
    source = record_source(
        actor=officer,
        compartment_id=team.pk,
        draft=draft(
            [AGENCY, WOMAN, MAN, PHONE, EntityDraft("use", "PhoneUse")],
            [
                says("agency", "name", AGENCY_NAME),
                says("woman", "name", "Ana Fictional"),
                says("man", "name", "Marko Fictional"),
                says("phone", "number", "+436601234567", concerns=()),
                says("use", "user", "man", concerns=("man",)),
                says("use", "phoneEntity", "phone", concerns=("man",)),
            ],
        ),
    )
    correct = Statement.objects.get(entity_id=source.entity_numbers["agency"])
    correct_statement(actor=officer, statement_id=correct.pk, value="Silver Gate (fictional)", reason="misread")
    before, hits = rows(), search_hits(officer=officer, text="silver", limit=9)
    assert len(hits) == 1
    EntityRow.objects.all().delete()
    rebuild_rows(actor=NODE)
    assert rows() == before
    assert search_hits(officer=officer, text="silver", limit=9) == hits
