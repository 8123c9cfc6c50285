"""One conversation: yes, no and not asked, item by item; a no is kept and costs nothing."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

import clew
from clew.node.accounts.actions import NODE, Refused
from clew.node.accounts.models import Compartment, Officer
from clew.node.accounts.permission_words import WORDS
from clew.node.consent import actions, queries
from clew.node.consent.actions import Answer
from clew.node.consent.models import Consent, Guardian, Refusal
from clew.node.partners.models import Party
from clew.node.types import BadInputs
from tests.node.consent.conftest import OTHER, PARTNER, by_guardian, from_today, said

Record = Callable[..., actions.Recorded]


@pytest.fixture
def tell(officer: Officer, team: Compartment, person: int, partner: Party) -> Record:
    def record(*answers: Answer, **changes: object) -> actions.Recorded:
        return actions.record_answers(
            actor=officer, person_id=person, compartment_id=team.pk, said=said(**changes), answers=answers
        )

    return record


def standing(person: int) -> set[tuple[str, str, str]]:
    """(purpose, recipient, item) of all that counts."""
    found = queries.consents_of([person], timezone.now())
    return {(one.purpose, one.recipient, item) for one in found for item in one.items}


def test_one_conversation_records_yes_and_no_for_each_purpose_and_recipient(tell: Record, person: int) -> None:
    recorded = tell(
        Answer("court", PARTNER, agreed=["situation", "identity"], refused=["whereabouts"]),
        Answer("referral", OTHER, refused=["situation", "identity"]),
        Answer("return", OTHER),
    )
    assert standing(person) == {("court", PARTNER, "situation"), ("court", PARTNER, "identity")}
    assert (len(recorded.consents), len(recorded.refusals)) == (1, 2)
    refusals = {(one.purpose, one.recipient, tuple(one.items)) for one in Refusal.objects.all()}
    assert refusals == {("court", PARTNER, ("whereabouts",)), ("referral", OTHER, ("identity", "situation"))}


def test_a_refusal_is_never_a_consent(tell: Record, person: int, officer: Officer) -> None:
    tell(Answer("court", PARTNER, refused=["situation"]))
    assert queries.consents_of([person], timezone.now()) == []
    assert not Consent.objects.exists()
    (view,) = queries.refusals_of_person(officer=officer, person_id=person)
    assert (view.refusal.refused, view.refusal.refused_by, view.item_words) == (
        from_today(0), "person", ["What happened to her"],
    )  # fmt: skip


def test_a_no_takes_back_an_earlier_yes_to_the_same(tell: Record, person: int, consent: Consent) -> None:
    recorded = tell(Answer("criminal_investigation", PARTNER, refused=["identity"]))
    assert standing(person) == {("criminal_investigation", PARTNER, "situation")}
    assert [one.pk for one in recorded.withdrawn.consents] == [consent.pk]


def test_a_refusal_needs_no_form_but_a_consent_does(tell: Record) -> None:
    unprepared: dict[str, Any] = {"understood": False, "explained_by": "", "capacity": "", "method": ""}
    tell(Answer("court", PARTNER, refused=["situation"]), **unprepared)
    with pytest.raises(BadInputs) as fault:
        tell(Answer("court", PARTNER, agreed=["identity"], refused=["situation"]), **unprepared)
    assert {"understood", "explained_by", "capacity", "method"} <= {one.field for one in fault.value.problems}


def test_a_child_s_no_makes_the_guardian_s_yes_a_refusal(tell: Record, person: int, guardian: Guardian) -> None:
    recorded = tell(Answer("court", PARTNER, agreed=["situation"]), **by_guardian(guardian, assent="no"))
    assert recorded.consents == ()
    assert [(one.refused_by, one.items) for one in recorded.refusals] == [("child", ["situation"])]
    assert standing(person) == set()


def test_a_guardian_with_a_conflict_may_refuse_and_not_agree(
    tell: Record, guardian: Guardian, officer: Officer
) -> None:
    actions.record_guardian_conflict(actor=officer, guardian_id=guardian.pk, answer="yes", reason="Seen.")
    recorded = tell(Answer("court", PARTNER, refused=["situation"]), **by_guardian(guardian))
    assert [one.refused_by for one in recorded.refusals] == ["guardian"]
    with pytest.raises(BadInputs):
        tell(Answer("court", PARTNER, agreed=["situation"]), **by_guardian(guardian))


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ([], ""),
        ([Answer("court", PARTNER)], ""),
        ([Answer("court", PARTNER, ["money"]), Answer("court", PARTNER, ["travel"])], ""),
        ([Answer("court", PARTNER, ["identity"], ["identity"])], "items"),
        ([Answer("court", PARTNER, ["identity"], ["Person:name"])], "items"),
        ([Answer("own_use", PARTNER, ["identity"])], "purpose"),
        ([Answer("court", "nobody", [], ["identity"])], "recipient"),
        ([Answer("court", PARTNER, [], ["everything"])], "items"),
    ],
)
def test_faulty_answers_are_refused_and_nothing_is_recorded(tell: Record, answers: list[Answer], field: str) -> None:
    with pytest.raises(BadInputs) as fault:
        tell(*answers)
    assert field in {one.field for one in fault.value.problems}
    assert not Consent.objects.exists()
    assert not Refusal.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"given": dt.timedelta(days=2)}, "given"),
        ({"given_by": "friend"}, "given_by"),
        ({"language": "xx"}, "language"),
    ],
)
def test_a_faulty_refusal_is_refused_at_its_field(tell: Record, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInputs) as fault:
        tell(Answer("court", PARTNER, refused=["situation"]), **changes)
    assert [one.field for one in fault.value.problems] == [field]


def test_another_team_and_the_node_record_no_answers_and_see_none(
    tell: Record, officer: Officer, officer_factory: Callable[..., Officer], team: Compartment, person: int
) -> None:
    tell(Answer("court", PARTNER, refused=["situation"]))
    assert len(queries.refusals_of_person(officer=officer, person_id=person)) == 1
    stranger = officer_factory(roles=["caseworker"])
    for actor in (stranger, NODE):
        with pytest.raises(Refused):
            actions.record_answers(
                actor=actor, person_id=person, compartment_id=team.pk, said=said(),
                answers=[Answer("court", PARTNER, refused=["situation"])],
            )  # fmt: skip
    assert queries.refusals_of_person(officer=stranger, person_id=person) == []


def test_no_room_and_no_permission_knows_of_refusals() -> None:
    """What refuses help to somebody who said no would have to read that she did: nothing outside consent can."""
    node = Path(clew.__file__).parent
    readers = [
        str(path.relative_to(node))
        for path in sorted(node.rglob("*.py"))
        if not path.is_relative_to(node / "node" / "consent") and _names(path) & NAMES_OF_REFUSALS
    ]
    assert readers == []
    assert not any("refusal" in code and "consent" in code for code in WORDS)
    pointing = [
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.related_model is Refusal and model is not Refusal
    ]
    assert pointing == []


NAMES_OF_REFUSALS = {"Refusal", "refusals_of_person", "RefusalView", "consent_refusal", "record_answers", "Recorded"}


def _names(path: Path) -> set[str]:
    """Every name and text of a module that stands for refusals of consents, imported from wherever."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("clew.node.consent")
        for alias in node.names
    }
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return imported | texts | (attributes - {"Refusal", "Recorded"})


def page_answers(team: Compartment, **changes: object) -> dict[str, object]:
    until = from_today(30)
    return {
        "compartment": team.pk, "given_by": "self", "guardian_id": "", "assent": "", "capacity": "able",
        "understood": "on", "explained_by": "Clara Fictional", "language": "bg", "method": "written",
        "given_day": from_today(0).day, "given_month": from_today(0).month, "given_year": from_today(0).year,
        "expires_day": until.day, "expires_month": until.month, "expires_year": until.year, **changes,
    }  # fmt: skip


def test_the_grid_records_a_whole_conversation_and_shows_it_the_next_time(
    officer: Officer, team: Compartment, person: int, partner: Party, signed_in_client: Callable[[Officer], Client]
) -> None:
    client = signed_in_client(officer)
    base = f"/consent/person/{person}"
    chosen = f"{base}/answers?purpose=court&purpose=return&recipient={PARTNER}&recipient={OTHER}"
    assert "Partner" in client.get(f"{base}/ask").content.decode()
    text = client.get(chosen).content.decode()
    assert text.count(">Not asked</label>") == 4 * 8
    assert client.post(chosen, page_answers(team)).status_code == 422
    answers = page_answers(team, **{"answer-0-situation": "yes", "answer-0-identity": "no", "answer-3-money": "no"})
    assert client.post(chosen, {**answers, "explained_by": ""}).status_code == 422
    assert client.post(chosen, answers).status_code == 302
    assert standing(person) == {("court", PARTNER, "situation")}
    text = client.get(chosen).content.decode()
    assert (text.count("She said yes on"), text.count("She said no on")) == (1, 2)
    assert "no help" in client.get(f"{base}/").content.decode()
    assert "What she refused" in client.get(f"{base}/").content.decode()


def test_without_a_choice_or_with_too_much_the_grid_leads_back_to_choosing(
    officer: Officer, person: int, partner: Party, signed_in_client: Callable[[Officer], Client]
) -> None:
    client = signed_in_client(officer)
    base = f"/consent/person/{person}"
    assert client.get(f"{base}/answers").url == f"{base}/ask"  # type: ignore[attr-defined]
    assert client.get(f"{base}/answers?purpose=court").status_code == 422
    assert client.get(f"{base}/answers?purpose=nonsense&recipient={PARTNER}").status_code == 422
    purposes = "&".join(f"purpose={one}" for one in ("court", "return", "referral", "assistance", "family_contact",
                                                     "life_in_danger", "origin_authorities"))  # fmt: skip
    text = client.get(f"{base}/answers?{purposes}&recipient={PARTNER}&recipient={OTHER}")
    assert text.status_code == 422
    assert "Too much for one conversation" in text.content.decode()
