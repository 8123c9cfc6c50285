"""A person judges a pair, takes that back, and judgements never contradict each other unseen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from clew.node.accounts.actions import NODE, Officer, Refused
from clew.node.audit.models import AuditEntry
from clew.node.dossier.actions import correct_statement, merge_entities, split_entity
from clew.node.dossier.models import Entity, Statement
from clew.node.dossier.queries import groups_of
from clew.node.matching.actions import judge_pair, take_back
from clew.node.matching.models import Finding, Verdict
from clew.node.matching.queries import contradictions, last_verdicts, open_count, pair_page, standing_against
from clew.node.types import BadInput
from clew.vocabulary import codelist
from tests.node.matching.conftest import PHONE, World, work

ROLES = [code for code, _label in codelist("roles").choices("en")]
pytestmark = pytest.mark.django_db


def one_entity(one: int, other: int) -> bool:
    return groups_of(entity_ids=[one])[one] == groups_of(entity_ids=[other])[other]


def test_same_merges_and_taking_it_back_splits(world: World) -> None:
    one, other = world.alike()
    work()
    verdict = world.judge(one, other, "same")
    assert one_entity(one, other)
    assert not world.sees(one, other)
    work()
    take_back(actor=world.officer, verdict_id=verdict.pk, reason="A slip.")
    assert not one_entity(one, other)
    work()
    assert world.sees(one, other)
    assert open_count(officer=world.officer) == 1
    told = Verdict.objects.get()
    assert (told.by, told.reason, told.undone_by, told.undone_reason) == (
        world.officer, "Seen by me.", world.officer, "A slip.",
    )  # fmt: skip


def test_without_a_person_nothing_is_merged(world: World) -> None:
    one, other = world.alike()
    work()
    assert not one_entity(one, other)
    with pytest.raises(Refused):
        judge_pair(actor=NODE, one_id=one, other_id=other, said="same", reason="The node thinks so.")


@pytest.mark.parametrize("said", ["different", "unsure"])
def test_what_was_judged_is_not_asked_again_until_the_evidence_changes(world: World, said: str) -> None:
    one, other = world.alike()
    work()
    world.judge(one, other, said)
    assert open_count(officer=world.officer) == 0
    phone = Statement.objects.get(entity=other, prop__name="phone")
    correct_statement(actor=world.officer, statement_id=phone.pk, value=PHONE, reason="Spelling.", lang="de")
    work()
    assert open_count(officer=world.officer) == 0
    for number in (one, other):
        world.thing("Person")  # something else happens
        _say(world, number, "birthDate", "1984-03-02")
    work()
    assert open_count(officer=world.officer) == 1


def _say(world: World, entity: int, prop: str, value: str) -> None:
    from clew.dossier.types import EntityDraft
    from clew.node.dossier.actions import record_source
    from tests.node.dossier.conftest import draft, says

    record_source(
        actor=world.officer, compartment_id=world.here.pk,
        draft=draft([EntityDraft("it", "Person", existing_id=entity)], [says("it", prop, value)]),
    )  # fmt: skip


def test_unsure_leaves_the_desk_and_stays_in_a_list_of_its_own(world: World) -> None:
    one, other = world.alike()
    work()
    world.judge(one, other, "unsure")
    assert pair_page(officer=world.officer, unsure=False).lines == ()
    assert [line.ends for line in pair_page(officer=world.officer, unsure=True).lines] == [(one, other)]
    world.judge(one, other, "different")
    assert pair_page(officer=world.officer, unsure=True).lines == ()


def test_taking_different_back_asks_again(world: World) -> None:
    one, other = world.alike()
    work()
    verdict = world.judge(one, other, "different")
    take_back(actor=world.officer, verdict_id=verdict.pk, reason="I was wrong.")
    assert open_count(officer=world.officer) == 1
    with pytest.raises(BadInput):
        take_back(actor=world.officer, verdict_id=verdict.pk, reason="Again.")


def test_a_judgement_on_a_pair_comes_along_when_one_of_it_is_merged(world: World) -> None:
    one, other, third = world.alike(number=3)
    work()
    world.judge(other, third, "different")
    world.judge(one, other, "same")
    work()
    # One now stands for both; the same evidence was judged before, on its second half.
    assert Finding.objects.get(one=one, other=third).settled is not None


def test_same_is_refused_where_it_contradicts_and_shown_with_who_said_so(world: World) -> None:
    one, other, third = world.alike(number=3)
    work()
    world.judge(one, other, "same")
    work()
    world.judge(one, third, "different")
    fourth = world.person("Ivan Zhelyazkov (fictional)", phone=PHONE)
    work()
    world.judge(third, fourth, "same")
    work()
    with pytest.raises(BadInput) as refused:
        world.judge(one, third, "same")
    assert refused.value.field == "said"
    assert not one_entity(one, third)
    (against,) = standing_against(officer=world.officer, one=one, other=third)
    assert against.by == world.officer


def test_a_merge_elsewhere_that_contradicts_is_shown_and_not_resolved(world: World) -> None:
    one, other, third = world.alike(number=3)
    work()
    world.judge(one, third, "different")
    merge_entities(actor=world.officer, keep_id=one, other_id=other, reason="Seen.")
    assert contradictions(officer=world.officer) == []
    merge_entities(actor=world.officer, keep_id=other, other_id=third, reason="Seen too.")
    (shown,) = contradictions(officer=world.officer)
    assert (shown.one, shown.other, shown.by) == (one, third, str(world.officer))
    assert one_entity(one, third)
    assert contradictions(officer=world.stranger) == []
    split_entity(actor=world.officer, entity_id=third, reason="A slip.")
    assert contradictions(officer=world.officer) == []


def test_a_hidden_judgement_stands_in_nobodys_way_and_is_told_to_nobody(world: World) -> None:
    """Whoever cannot see one end must not learn from a refusal that there is another end."""
    one, other = world.alike()
    hidden = world.alike(team=world.there, number=1)[0]
    work()
    world.judge(one, hidden, "different", by=world.bridge)
    merge_entities(actor=world.bridge, keep_id=other, other_id=hidden, reason="Seen by both.")
    work()
    world.judge(one, other, "same")
    assert contradictions(officer=world.officer) == []
    assert len(contradictions(officer=world.bridge)) == 1


@pytest.mark.parametrize("said", ["", "maybe"])
def test_a_judgement_is_one_of_three(world: World, said: str) -> None:
    one, other = world.alike()
    work()
    with pytest.raises(BadInput) as refused:
        world.judge(one, other, said)
    assert refused.value.field == "said"


def test_a_judgement_without_a_reason_is_refused(world: World) -> None:
    one, other = world.alike()
    work()
    for said in ("same", "different", "unsure"):
        with pytest.raises(BadInput) as refused:
            judge_pair(actor=world.officer, one_id=one, other_id=other, said=said, reason="  ")
        assert refused.value.field == "reason"
    verdict = world.judge(one, other, "different")
    with pytest.raises(BadInput):
        take_back(actor=world.officer, verdict_id=verdict.pk, reason=" ")


def test_what_was_never_proposed_cannot_be_judged(world: World) -> None:
    one = world.person("Somebody (fictional)")
    other = world.person("Quite Else (fictional)")
    work()
    with pytest.raises(Refused):
        world.judge(one, other, "same")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("said", ["same", "different", "unsure"])
def test_a_role_may_judge_and_take_back_as_the_table_says(
    world: World, role: str, said: str, officer_factory: Any
) -> None:
    """Role by object by action: a pair of her team, a pair of another team, a pair with somebody protected."""
    judges = role in {"investigator", "analyst", "prosecutor", "caseworker"}
    identifies = judges and role != "analyst"
    officer: Officer = officer_factory(roles=[role], compartments=[world.here])
    own, theirs = world.alike(), world.alike(team=world.there)
    guarded = [world.person("Mila (fictional)", phone="+43 660 1010101", category="victim") for _ in range(2)]
    work()
    for pair, may in ((own, judges), (theirs, False), (guarded, identifies)):
        if not may:
            with pytest.raises(Refused):
                world.judge(pair[0], pair[1], said, by=officer)
            continue
        verdict = world.judge(pair[0], pair[1], said, by=officer)
        assert AuditEntry.objects.filter(act="matching.judge_pair", object_id=verdict.pk).exists()
        take_back(actor=officer, verdict_id=verdict.pk, reason="Back.")
    if judges:
        return
    given = world.judge(own[0], own[1], said)
    with pytest.raises(Refused):
        take_back(actor=officer, verdict_id=given.pk, reason="Back.")


def test_another_teams_judgement_cannot_be_taken_back_or_seen(world: World) -> None:
    one, other = world.alike()
    work()
    verdict = world.judge(one, other, "different")
    with pytest.raises(Refused):
        take_back(actor=world.stranger, verdict_id=verdict.pk, reason="Mine now.")
    assert last_verdicts(officer=world.stranger) == []
    assert len(last_verdicts(officer=world.officer)) == 1


def test_a_split_on_the_dossiers_page_does_not_stop_taking_the_judgement_back(world: World) -> None:
    one, other = world.alike()
    work()
    verdict = world.judge(one, other, "same")
    split_entity(actor=world.officer, entity_id=other, reason="On the other page.")
    take_back(actor=world.officer, verdict_id=verdict.pk, reason="Also here.")
    assert not one_entity(one, other)


STEPS = st.lists(
    st.tuples(st.sampled_from(["same", "different", "unsure", "back", "merge"]), st.integers(0, 3), st.integers(0, 3)),
    max_size=9,
)


class Consistency(TestCase):
    """Whatever is judged and taken back, in whatever order."""

    @settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
    @given(STEPS)
    def test_no_judgement_is_lost_or_resolved_unseen(self, steps: list[tuple[str, int, int]]) -> None:
        world = self._world()
        persons = world.alike(number=4)
        work()
        merged_elsewhere = False
        for step, a, b in steps:
            one, other = persons[a], persons[b]
            merged_elsewhere |= self._take(world, step, one, other)
            work()
            within = {
                each.pk
                for each in Verdict.objects.filter(said="different", undone=None)
                if one_entity(each.one_id, each.other_id)
            }
            # What contradicts is shown, all of it; and judging here never makes a contradiction.
            assert {each.pk for each in contradictions(officer=world.officer)} == within
            assert merged_elsewhere or not within
        for verdict in Verdict.objects.filter(undone=None).order_by("-pk"):
            take_back(actor=world.officer, verdict_id=verdict.pk, reason="All of it.")
        work()
        if not merged_elsewhere:
            assert not Entity.objects.filter(canonical__isnull=False).exists()
            assert open_count(officer=world.officer) == 6

    @staticmethod
    def _take(world: World, step: str, one: int, other: int) -> bool:
        try:
            if step == "merge":
                merge_entities(actor=world.officer, keep_id=one, other_id=other, reason="Elsewhere.")
                return True
            if step == "back":
                last = Verdict.objects.filter(undone=None).order_by("-pk").first()
                if last is not None:
                    take_back(actor=world.officer, verdict_id=last.pk, reason="Back.")
                return False
            ends = [Entity.objects.get(pk=each) for each in (one, other)]
            roots = [each.canonical_id or each.pk for each in ends]
            world.judge(roots[0], roots[1], step)
        except (BadInput, Refused):
            pass
        return False

    @staticmethod
    def _world() -> World:
        from clew.node.accounts.actions import add_member, create_compartment, create_officer

        here = create_compartment(actor=NODE, name="Team Lantern (fictional)", kind="unit")
        officer = create_officer(actor=NODE, username="judge", full_name="Judge (fictional)", roles=["investigator"])
        add_member(actor=NODE, compartment=here, officer=officer)
        return World(here, here, officer, officer, create_officer)
