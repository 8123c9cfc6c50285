"""From a lead to a family that is told: nothing is skipped, and nobody does it alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone

from clew.node.accounts.actions import Refused
from clew.node.accounts.models import Compartment, Officer
from clew.node.kinship import actions
from clew.node.kinship.actions.reviewing import words_of
from clew.node.kinship.models import Family, Hit, Laboratory, Profile, Search, Telling
from clew.node.kinship.queries import who_is_who
from clew.node.types import BadInput
from tests.node.kinship.conftest import Store, from_today, proof

pytestmark = pytest.mark.django_db


@dataclass
class Case:
    """A hit, and who works on it."""

    store: Store
    hit: Hit
    protector: Officer

    def asked(self) -> None:
        actions.ask_laboratory(actor=self.store.geneticist, hit_id=self.hit.pk, laboratory_id=self.store.laboratory.pk)

    def answered(self, confirmed: bool = True) -> None:
        actions.record_answer(actor=self.store.geneticist, hit_id=self.hit.pk, confirmed=confirmed, report="R-1")

    def decided(self, may: bool = True) -> None:
        actions.decide_protection(actor=self.protector, hit_id=self.hit.pk, may=may, reason="Looked into it.")

    def heard(self, view: str = "wants") -> None:
        actions.hear_child(actor=self.protector, hit_id=self.hit.pk, view=view, note="Asked with a psychologist.")

    def told(self, whom: str = "family") -> None:
        proposed = actions.propose_telling(
            actor=self.store.geneticist, hit_id=self.hit.pk, whom=whom, step_up=proof(self.store.geneticist)
        )
        actions.answer_telling(
            actor=self.protector, telling_id=proposed.pk, approve=True, step_up=proof(self.protector)
        )

    def upto(self, *steps: Callable[[], None]) -> None:
        for each in steps:
            each()


@pytest.fixture
def case(store: Store, officer_factory: Callable[..., Officer]) -> Case:
    family = store.family()
    relatives = [store.profile(family, who) for who in ("F", "M")]
    child = store.profile(store.child())
    search = Search.objects.create(family=family, state="done", made_by=store.geneticist, made=timezone.now())
    hit = Hit.objects.create(search=search, family=family, profile=child, log10=9.0, found=timezone.now())
    hit.relatives.set(relatives)
    return Case(store, hit, officer_factory(roles=["child_protection_officer"], compartments=[store.team]))


def test_the_whole_road_ends_with_the_profiles_destroyed(case: Case) -> None:
    case.upto(case.asked, case.answered, case.decided, case.heard, case.told)
    assert actions.record_reunion(actor=case.protector, hit_id=case.hit.pk) == 3
    assert {each.reason for each in Profile.objects.all()} == {"reunited"}
    assert Family.objects.get().closed is not None
    with pytest.raises(BadInput):
        actions.record_reunion(actor=case.protector, hit_id=case.hit.pk)


@pytest.mark.parametrize("missing", ["answered", "decided", "heard"])
def test_a_family_is_not_told_while_anything_is_missing(case: Case, missing: str) -> None:
    steps: dict[str, Callable[[], None]] = {
        "asked": case.asked, "answered": case.answered, "decided": case.decided, "heard": case.heard,
    }  # fmt: skip
    for name, step in steps.items():
        if name == missing:
            continue
        if missing == "answered" and name in {"decided", "heard"}:
            with pytest.raises(BadInput):
                step()
        else:
            step()
    with pytest.raises(BadInput):
        actions.propose_telling(
            actor=case.store.geneticist, hit_id=case.hit.pk, whom="family", step_up=proof(case.store.geneticist)
        )


@pytest.mark.parametrize(
    "said",
    [
        lambda case: case.answered(confirmed=False),
        lambda case: case.upto(case.answered, lambda: case.decided(may=False), case.heard),
        lambda case: case.upto(case.answered, case.decided, lambda: case.heard("refuses")),
    ],
    ids=["refuted", "may-not", "child-refuses"],
)
def test_a_no_on_the_way_is_a_no(case: Case, said: Callable[[Case], Any]) -> None:
    case.asked()
    said(case)
    with pytest.raises(BadInput):
        actions.propose_telling(
            actor=case.store.geneticist, hit_id=case.hit.pk, whom="family", step_up=proof(case.store.geneticist)
        )


def test_the_child_itself_may_be_told_what_the_family_may_not(case: Case) -> None:
    case.upto(case.asked, case.answered, case.decided, lambda: case.heard("refuses"))
    case.told("child")
    with pytest.raises(BadInput):
        actions.propose_telling(actor=case.protector, hit_id=case.hit.pk, whom="family", step_up=proof(case.protector))


def test_nobody_approves_a_telling_that_she_proposed(case: Case) -> None:
    case.upto(case.asked, case.answered, case.decided, case.heard)
    proposed = actions.propose_telling(
        actor=case.protector, hit_id=case.hit.pk, whom="family", step_up=proof(case.protector)
    )
    with pytest.raises(Refused):
        actions.answer_telling(
            actor=case.protector, telling_id=proposed.pk, approve=True, step_up=proof(case.protector)
        )
    with pytest.raises(BadInput):
        actions.record_reunion(actor=case.protector, hit_id=case.hit.pk)
    actions.answer_telling(actor=case.store.geneticist, telling_id=proposed.pk, approve=False)
    with pytest.raises(BadInput):
        actions.answer_telling(
            actor=case.store.geneticist, telling_id=proposed.pk, approve=True, step_up=proof(case.store.geneticist)
        )


def test_what_changed_between_the_two_persons_counts(case: Case) -> None:
    case.upto(case.asked, case.answered, case.decided, case.heard)
    proposed = actions.propose_telling(
        actor=case.store.geneticist, hit_id=case.hit.pk, whom="family", step_up=proof(case.store.geneticist)
    )
    case.decided(may=False)
    with pytest.raises(BadInput):
        actions.answer_telling(
            actor=case.protector, telling_id=proposed.pk, approve=True, step_up=proof(case.protector)
        )


def test_a_laboratory_whose_accreditation_ended_confirms_nothing(case: Case) -> None:
    case.asked()
    Laboratory.objects.update(valid_until=from_today(-1))
    with pytest.raises(BadInput):
        case.answered()
    case.hit.refresh_from_db()
    assert case.hit.state == "asked"


def test_a_hit_on_a_destroyed_profile_is_not_followed_up(case: Case) -> None:
    actions.destroy_profile(actor=case.store.geneticist, profile_id=case.hit.profile_id, reason="withdrawn")
    with pytest.raises(BadInput):
        case.asked()


@pytest.mark.parametrize("report", ["", "Report of Mila Fictional", "REPORT"])
def test_a_report_has_a_number_and_no_name(case: Case, report: str) -> None:
    case.asked()
    with pytest.raises(BadInput):
        actions.record_answer(actor=case.store.geneticist, hit_id=case.hit.pk, confirmed=True, report=report)


def test_reasons_lie_sealed(case: Case) -> None:
    case.upto(case.asked, case.answered, case.decided, case.heard)
    case.hit.refresh_from_db()
    assert b"psychologist" not in bytes(case.hit.sealed)
    assert words_of(case.hit) == {"decision": "Looked into it.", "view": "Asked with a psychologist."}


def test_only_the_childs_team_and_the_unit_take_part(case: Case, officer_factory: Callable[..., Officer]) -> None:
    case.upto(case.asked, case.answered)
    stranger = officer_factory(roles=["child_protection_officer", "geneticist"])
    acts: list[Callable[[], object]] = [
        lambda: actions.decide_protection(actor=stranger, hit_id=case.hit.pk, may=True, reason="No."),
        lambda: actions.hear_child(actor=stranger, hit_id=case.hit.pk, view="wants", note="No."),
        lambda: actions.propose_telling(actor=stranger, hit_id=case.hit.pk, whom="family", step_up=proof(stranger)),
        lambda: actions.record_reunion(actor=stranger, hit_id=case.hit.pk),
        lambda: actions.ask_laboratory(actor=stranger, hit_id=case.hit.pk, laboratory_id=case.store.laboratory.pk),
        lambda: actions.decide_protection(actor=case.store.geneticist, hit_id=case.hit.pk, may=True, reason="No."),
    ]
    for act in acts:
        with pytest.raises(Refused):
            act()


def test_who_proposes_to_tell_and_who_approves_both_sign_it(case: Case) -> None:
    case.upto(case.asked, case.answered, case.decided, case.heard, case.told)
    telling = Telling.objects.get()
    proposed, approved = telling.proposed_proof, telling.approved_proof
    assert proposed is not None
    assert approved is not None
    assert proposed["signature"] != approved["signature"]
    assert proposed["method"] == approved["method"] == "totp-server-key"


def test_nobody_proposes_or_approves_with_the_proof_of_another_and_a_no_needs_none(case: Case) -> None:
    case.upto(case.asked, case.answered, case.decided, case.heard)
    geneticist, hit = case.store.geneticist, case.hit.pk
    with pytest.raises(BadInput, match="does not belong"):
        actions.propose_telling(actor=geneticist, hit_id=hit, whom="family", step_up=proof(case.protector))
    proposed = actions.propose_telling(actor=geneticist, hit_id=hit, whom="family", step_up=proof(geneticist))
    with pytest.raises(BadInput, match="No code"):
        actions.answer_telling(actor=case.protector, telling_id=proposed.pk, approve=True)
    with pytest.raises(BadInput, match="does not belong"):
        actions.answer_telling(actor=case.protector, telling_id=proposed.pk, approve=True, step_up=proof(geneticist))
    proposed.refresh_from_db()
    assert proposed.approved is None
    answered = actions.answer_telling(actor=case.protector, telling_id=proposed.pk, approve=False)
    assert (answered.approved, answered.approved_proof) == (False, None)


def another(case: Case, reference: str, log10: float = 9.0, state: str = "lead") -> Hit:
    """A hit of the same child with another family."""
    family = case.store.family(reference)
    search = Search.objects.create(family=family, state="done", made_by=case.store.geneticist, made=timezone.now())
    return Hit.objects.create(
        search=search, family=family, profile=case.hit.profile, log10=log10, found=timezone.now(), state=state
    )


def test_a_child_whom_laboratories_give_to_two_families_is_told_of_to_nobody(case: Case) -> None:
    case.upto(case.asked, case.answered, case.decided, case.heard)
    proposed = actions.propose_telling(
        actor=case.store.geneticist, hit_id=case.hit.pk, whom="family", step_up=proof(case.store.geneticist)
    )
    other = another(case, "FAM-2", state="confirmed")
    with pytest.raises(BadInput, match="both cannot be true"):
        actions.answer_telling(
            actor=case.protector, telling_id=proposed.pk, approve=True, step_up=proof(case.protector)
        )
    with pytest.raises(BadInput, match="both cannot be true"):
        actions.propose_telling(
            actor=case.store.geneticist, hit_id=case.hit.pk, whom="child", step_up=proof(case.store.geneticist)
        )
    # The laboratory is asked once more about the other one, and refutes it: the road is open again.
    actions.ask_laboratory(actor=case.store.geneticist, hit_id=other.pk, laboratory_id=case.store.laboratory.pk)
    actions.record_answer(actor=case.store.geneticist, hit_id=other.pk, confirmed=False, report="R-2")
    actions.answer_telling(actor=case.protector, telling_id=proposed.pk, approve=True, step_up=proof(case.protector))
    assert actions.record_reunion(actor=case.protector, hit_id=case.hit.pk) == 3


def test_a_reunion_is_not_recorded_while_another_family_is_confirmed(case: Case) -> None:
    case.upto(case.asked, case.answered, case.decided, case.heard, case.told)
    another(case, "FAM-2", state="confirmed")
    with pytest.raises(BadInput, match="both cannot be true"):
        actions.record_reunion(actor=case.protector, hit_id=case.hit.pk)
    assert not Profile.objects.exclude(destroyed=None).exists()


def test_a_confirmed_hit_that_nothing_contradicts_is_not_asked_about_again(case: Case) -> None:
    case.upto(case.asked, case.answered)
    another(case, "FAM-2", state="refuted")
    with pytest.raises(BadInput):
        case.asked()


def test_a_child_that_fits_two_families_is_weighed_for_both_together(case: Case) -> None:
    assert who_is_who(case.hit) is None
    other = another(case, "FAM-2")
    found = who_is_who(case.hit)
    assert found is not None
    assert (found.hits, found.apart, found.many) == (2, False, False)
    assert [round(posterior, 6) for _, posterior in found.assignments] == [0.5, 0.5, 0.0]
    child = case.hit.profile.child
    assert child is not None
    assert found.assignments[0][0] in {((case.hit.family.reference, child.reference),), (("FAM-2", child.reference),)}
    Hit.objects.filter(pk=other.pk).update(state="refuted")
    assert who_is_who(case.hit) is None


def test_what_another_unit_found_is_not_weighed_with_it(
    case: Case, compartment_factory: Callable[..., Compartment]
) -> None:
    other = another(case, "FAM-2")
    Family.objects.filter(pk=other.family_id).update(compartment=compartment_factory())
    assert who_is_who(case.hit) is None
