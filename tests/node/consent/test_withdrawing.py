"""A withdrawal works at once, in every record about her, and says what had left before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from clew.node.accounts.actions import NODE, Refused, add_member, create_compartment, create_officer, deactivate_officer
from clew.node.accounts.models import Compartment, Officer
from clew.node.cases import actions as cases
from clew.node.cases.models import Task
from clew.node.consent import actions, queries
from clew.node.consent.actions import Answer
from clew.node.consent.items import GROUPS, overlapping
from clew.node.consent.models import Consent
from clew.node.dossier.actions import merge_entities, record_source
from clew.node.partners.models import Party
from clew.node.types import BadInput, EarlierDisclosure
from tests.node.consent.conftest import OTHER, PARTNER, draft, from_today, said, source_about

ITEMS = (*GROUPS, "Person:name", "Phone", "identifying", "Person")
PURPOSES = ("court", "referral")


def standing(person: int) -> set[tuple[str, str, str]]:
    """(purpose, recipient, item) of all that counts."""
    found = queries.consents_of([person], timezone.now())
    return {(one.purpose, one.recipient, item) for one in found for item in one.items}


def test_an_item_taken_back_leaves_the_rest_standing_as_a_new_record(
    officer: Officer, team: Compartment, person: int, partner: Party
) -> None:
    told = draft(method="oral_witnessed", witness="Wanda Fictional", items=["situation", "money", "travel"])
    old = actions.record_consent(actor=officer, person_id=person, compartment_id=team.pk, draft=told)
    taken = actions.withdraw_consent(actor=officer, consent_id=old.pk, items=["money"], reason="Not that.")
    assert [one.pk for one in taken.consents] == [old.pk]
    new, kept = queries.consents_of_person(officer=officer, person_id=person, now=timezone.now())
    assert (new.state, new.consent.items, new.consent.continues_id) == ("given", ["situation", "travel"], old.pk)
    assert (new.consent.given, new.consent.expires) == (old.given, old.expires)
    assert (kept.state, kept.consent.items) == ("withdrawn", ["money", "situation", "travel"])
    assert (new.texts["witness"], kept.texts["reason"]) == ("Wanda Fictional", "Not that.")
    assert "reason" not in new.texts


def test_what_overlaps_with_what_she_takes_back_goes_with_it(
    officer: Officer, team: Compartment, person: int, partner: Party
) -> None:
    """“Who she is” covers her name: taking back the name, in whichever record, leaves no way to it."""
    both = draft(items=["identity", "situation", "Person:name"])
    one = actions.record_consent(actor=officer, person_id=person, compartment_id=team.pk, draft=both)
    actions.record_consent(actor=officer, person_id=person, compartment_id=team.pk, draft=draft(items=["identity"]))
    actions.withdraw_consent(actor=officer, consent_id=one.pk, items=["Person:name"])
    assert standing(person) == {("criminal_investigation", PARTNER, "situation")}


def test_an_expired_consent_leaves_nothing_standing(consent: Consent, officer: Officer, person: int) -> None:
    Consent.objects.update(given=from_today(-20), expires=from_today(-1))
    actions.withdraw_consent(actor=officer, consent_id=consent.pk, items=["situation"])
    assert Consent.objects.count() == 1


@pytest.mark.parametrize(
    ("named", "left"),
    [
        ({}, set()),
        ({"purpose": "court"}, {"referral"}),
        ({"recipient": OTHER}, {"court"}),
        ({"items": ["money"]}, {"court", "referral"}),
    ],
)
def test_a_withdrawal_reaches_all_that_it_names_and_nothing_else(
    officer: Officer, team: Compartment, person: int, partner: Party, named: dict[str, str], left: set[str]
) -> None:
    for purpose, recipient in (("court", PARTNER), ("referral", OTHER)):
        told = draft(purpose=purpose, recipient=recipient, items=["situation", "money"])
        actions.record_consent(actor=officer, person_id=person, compartment_id=team.pk, draft=told)
    actions.withdraw_consents(actor=officer, person_id=person, **named)  # type: ignore[arg-type]
    assert {purpose for purpose, _recipient, _item in standing(person)} == left
    assert {item for _purpose, _recipient, item in standing(person)} <= {"situation", "money"} - {
        *named.get("items", ())
    }


def test_her_no_holds_for_every_team_that_recorded_a_yes(
    consent: Consent, officer: Officer, person: int, other_team: tuple[Officer, Compartment]
) -> None:
    colleague, there = other_team
    actions.record_consent(actor=colleague, person_id=person, compartment_id=there.pk, draft=draft())
    actions.withdraw_consent(actor=officer, consent_id=consent.pk)
    assert standing(person) == set()
    task = Task.objects.get(kind="consent.recall")
    assert (task.assigned, task.url) == (colleague, f"/consent/person/{person}/shared")
    assert len(queries.consents_of_person(officer=officer, person_id=person, now=timezone.now())) == 1


def test_it_reaches_what_was_recorded_of_an_entity_that_was_judged_the_same(
    consent: Consent, officer: Officer, team: Compartment, person: int
) -> None:
    kept = record_source(actor=officer, compartment_id=team.pk, draft=source_about()).entity_numbers["her"]
    merge_entities(actor=officer, keep_id=kept, other_id=person, reason="The same (fictional).")
    assert {one.person_id for one in queries.consents_of([kept], timezone.now())} == {kept}
    actions.withdraw_consents(actor=officer, person_id=kept)
    assert standing(kept) == set()
    (view,) = queries.consents_of_person(officer=officer, person_id=kept, now=timezone.now())
    assert (view.consent.pk, view.state) == (consent.pk, "withdrawn")


def test_a_team_without_its_officer_is_still_told(
    consent: Consent, officer: Officer, person: int, other_team: tuple[Officer, Compartment]
) -> None:
    colleague, there = other_team
    actions.record_consent(actor=colleague, person_id=person, compartment_id=there.pk, draft=draft())
    deactivate_officer(actor=NODE, officer=colleague)
    actions.withdraw_consent(actor=officer, consent_id=consent.pk)
    assert Task.objects.get(kind="consent.recall").role == "data_protection_officer"


def earlier(monkeypatch: pytest.MonkeyPatch) -> EarlierDisclosure:
    """One letter that had left to the partner."""
    left = EarlierDisclosure(timezone.now(), "Partner", "criminal_investigation", "Her situation (fictional)")

    def disclosures_of_person(*, officer: Officer, person_id: int, recipient: str) -> list[EarlierDisclosure]:
        return [left] if recipient in {"", PARTNER} else []

    monkeypatch.setattr("clew.node.consent.queries.people.offers", lambda _name: [disclosures_of_person])
    return left


@pytest.mark.parametrize("closed", [False, True])
def test_what_was_shared_before_is_listed_and_the_team_is_asked_to_call_it_back(
    officer_factory: Callable[..., Officer], partner: Party, monkeypatch: pytest.MonkeyPatch, closed: bool
) -> None:
    officer = officer_factory(roles=["caseworker"])
    case = cases.open_case(actor=officer, title="Case (fictional)", kind="assistance")
    place = {"actor": officer, "compartment_id": case.compartment_id}
    person = record_source(**place, draft=source_about()).entity_numbers["her"]
    consent = actions.record_consent(**place, person_id=person, draft=draft())
    left = earlier(monkeypatch)
    if closed:
        cases.close_case(actor=officer, case_id=case.pk, reason="Over (fictional).")
    assert actions.withdraw_consent(actor=officer, consent_id=consent.pk).earlier == (left,)
    task = Task.objects.get(kind="consent.recall")
    assert (task.case_id, task.assigned) == ((None, officer) if closed else (case.pk, None))
    assert (task.url, "Partner" in task.title) == (f"/consent/person/{person}/shared", True)


def test_where_nothing_was_shared_no_task_is_raised(consent: Consent, officer: Officer) -> None:
    actions.withdraw_consent(actor=officer, consent_id=consent.pk)
    assert not Task.objects.exists()


def test_faulty_withdrawals_are_refused(
    consent: Consent, officer: Officer, person: int, officer_factory: Callable[..., Officer]
) -> None:
    with pytest.raises(BadInput):
        actions.withdraw_consent(actor=officer, consent_id=consent.pk, items=["money"])
    with pytest.raises(BadInput):
        actions.withdraw_consents(actor=officer, person_id=person, items=["everything"])
    with pytest.raises(BadInput):
        actions.withdraw_consents(actor=officer, person_id=person, purpose="court")
    with pytest.raises(Refused):
        actions.withdraw_consents(actor=officer_factory(roles=["caseworker"]), person_id=person)
    for act in (
        lambda: actions.withdraw_consents(actor=NODE, person_id=person),
        lambda: actions.withdraw_consent(actor=NODE, consent_id=consent.pk),
        lambda: actions.withdraw_consent(actor=officer, consent_id=0),
    ):
        with pytest.raises(Refused):
            act()
    assert len(standing(person)) == 2


def test_the_pages_take_back_a_part_and_then_everything(
    consent: Consent, officer: Officer, person: int, signed_in_client: Callable[[Officer], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    earlier(monkeypatch)
    client = signed_in_client(officer)
    base = f"/consent/person/{person}"
    assert "Her situation" in client.get(f"/consent/{consent.pk}/withdraw").content.decode()
    answer = client.post(f"/consent/{consent.pk}/withdraw", {"items": ["situation"], "reason": ""})
    assert answer.url == f"{base}/shared"  # type: ignore[attr-defined]
    assert standing(person) == {("criminal_investigation", PARTNER, "Person:name")}
    assert "Her situation" in client.get(f"{base}/withdraw").content.decode()
    assert client.post(f"{base}/withdraw", {"purpose": "nonsense"}).status_code == 422
    assert client.post(f"{base}/withdraw", {"reason": "All of it."}).status_code == 302
    assert standing(person) == set()
    assert client.post(f"{base}/withdraw", {}).status_code == 422
    text = client.get(f"{base}/shared").content.decode()
    assert text.count("Her situation") == 1
    assert "What happened to her" in text


def test_empty_pages_say_what_to_do(
    person: int, officer: Officer, signed_in_client: Callable[[Officer], Client]
) -> None:
    client = signed_in_client(officer)
    assert "Nothing was shared" in client.get(f"/consent/person/{person}/shared").content.decode()
    assert "no consent that still holds" in client.get(f"/consent/person/{person}/withdraw").content.decode()


cells = st.tuples(st.sampled_from(PURPOSES), st.sampled_from((PARTNER, OTHER)))
some_items = st.lists(st.sampled_from(ITEMS), min_size=1, max_size=4, unique=True)
acts = st.one_of(
    st.tuples(st.just("yes"), cells, some_items),
    st.tuples(st.just("no"), cells, some_items),
    st.tuples(st.just("withdraw"), cells, some_items),
    st.tuples(st.just("first"), cells, some_items),
)


class AfterAnyWithdrawal(TestCase):
    """Whatever was agreed to and taken back before, in whatever order and by whichever team."""

    def setUp(self) -> None:
        for uid, kind in ((PARTNER, "police"), (OTHER, "ngo")):
            Party.objects.create(uid=uid, name=uid[0], country="AT", kind=kind, status="active", added=timezone.now())
        self.team = create_compartment(actor=NODE, name="Unit (fictional)", kind="unit")
        self.officer = create_officer(actor=NODE, username="clara", full_name="Clara (fictional)", roles=["caseworker"])
        add_member(actor=NODE, compartment=self.team, officer=self.officer)
        source = record_source(actor=self.officer, compartment_id=self.team.pk, draft=source_about())
        self.person = source.entity_numbers["her"]

    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(acts, min_size=1, max_size=6))
    def test_no_consent_for_that_purpose_recipient_and_item_remains(
        self, doings: list[tuple[str, tuple[str, str], list[str]]]
    ) -> None:
        place = {"actor": self.officer, "person_id": self.person}
        for doing, (purpose, recipient), items in doings:
            if doing == "yes":
                told = draft(purpose=purpose, recipient=recipient, items=items)
                actions.record_consent(**place, compartment_id=self.team.pk, draft=told)
                continue
            before = standing(self.person)
            gone = items
            try:
                if doing == "no":
                    answers = [Answer(purpose, recipient, refused=items)]
                    actions.record_answers(**place, compartment_id=self.team.pk, said=said(), answers=answers)
                elif doing == "withdraw":
                    actions.withdraw_consents(**place, purpose=purpose, recipient=recipient, items=items)
                else:
                    found = Consent.objects.filter(purpose=purpose, recipient=recipient, withdrawn=None).first()
                    gone = [found.items[0]] if found else []
                    if found:
                        actions.withdraw_consent(actor=self.officer, consent_id=found.pk, items=gone)
            except BadInput:
                assert before == standing(self.person)
            after = standing(self.person)
            assert after <= before
            here = [item for one, to, item in after if (one, to) == (purpose, recipient)]
            assert overlapping(here, gone) == frozenset()
            assert {each for each in before if each[:2] != (purpose, recipient)} <= after
