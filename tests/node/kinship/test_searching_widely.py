"""The other way round: one found child among all families, all families among all children; cut off, it goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from clew.node import at_rest
from clew.node.accounts.actions import NODE, Refused
from clew.node.accounts.models import Officer
from clew.node.audit.models import AuditEntry
from clew.node.consent.actions import withdraw_consent
from clew.node.consent.models import Consent
from clew.node.kinship import actions, opened
from clew.node.kinship.actions import performing, working
from clew.node.kinship.actions.searching_widely import proposed_threshold
from clew.node.kinship.models import Family, FoundChild, Hit, Search, Session, WideSearch
from clew.node.types import BadInput
from tests.node.kinship.conftest import Store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_in_memory() -> None:
    opened.let_go()


def parents(store: Store, seed: int) -> Family:
    """A family whose father and mother are typed."""
    family = store.family(f"FAM-{seed}")
    for who in ("F", "M"):
        store.profile(family, who, seed=seed)
    return family


def unit(store: Store, families: int = 3) -> tuple[list[Family], list[FoundChild]]:
    """Families, each with its child among those found."""
    children = [store.child(f"CH-{seed}") for seed in range(1, families + 1)]
    for seed, each in enumerate(children, 1):
        store.profile(each, seed=seed)
    return [parents(store, seed) for seed in range(1, families + 1)], children


def opening(store: Store) -> Session:
    return store.open()


def started(store: Store, wide: WideSearch, reason: str = "") -> WideSearch:
    """Weighed and started, with the store open; not yet run."""
    actions.run_searches()
    if not Session.objects.filter(closed=None).exists():
        opening(store)
    actions.start_wide_search(actor=store.geneticist, wide_id=wide.pk, log10=4.0, reason=reason)
    wide.refresh_from_db()
    return wide


def pairs() -> set[tuple[str, str]]:
    """Which child was found for which family."""
    found = Hit.objects.select_related("family", "profile__child")
    return {(each.family.reference, each.profile.child.reference) for each in found if each.profile.child}


def logged(act: str) -> dict[str, Any]:
    """What the log holds of the one entry of an act."""
    found: dict[str, Any] = json.loads(bytes(AuditEntry.objects.get(act=act).leaf))["details"]
    return found


def test_one_child_finds_its_family_among_all_and_no_other_child_is_looked_at(store: Store) -> None:
    _families, children = unit(store)
    wide = actions.prepare_child_search(actor=store.geneticist, child_id=children[1].pk)
    assert (wide.size, wide.searches.count()) == (3, 3)
    started(store, wide)
    assert actions.run_searches() == 0
    wide.refresh_from_db()
    assert wide.state == "done"
    assert pairs() == {("FAM-2", "CH-2")}
    assert [each.result["searched"] for each in wide.searches.all() if each.result] == [1, 1, 1]
    assert logged("kinship.end_wide_search") == {"families": 3, "hits": 1}


def test_a_child_has_the_same_ratio_found_alone_and_found_among_all(store: Store) -> None:
    families, children = unit(store, 2)
    started(store, actions.prepare_child_search(actor=store.geneticist, child_id=children[0].pk))
    actions.run_searches()
    alone = Hit.objects.get()
    review = actions.read_hit(actor=store.geneticist, hit_id=alone.pk)
    search = actions.prepare_search(actor=store.geneticist, family_id=families[0].pk)
    actions.run_searches()
    actions.start_search(actor=store.geneticist, search_id=search.pk, log10=4.0)
    actions.run_searches()
    again = Hit.objects.get()
    assert again.log10 == alone.log10
    among_all = actions.read_hit(actor=store.geneticist, hit_id=again.pk)
    assert review is not None
    assert among_all is not None
    assert review.review == among_all.review, "also how probable it is: as many children could have been the one"


def test_all_families_among_all_children_find_each_its_own(store: Store) -> None:
    unit(store)
    wide = actions.prepare_unit_search(actor=store.geneticist, compartment_id=store.unit.pk)
    assert wide.size == 9
    started(store, wide)
    actions.run_searches()
    assert pairs() == {("FAM-1", "CH-1"), ("FAM-2", "CH-2"), ("FAM-3", "CH-3")}


def test_a_search_that_was_cut_off_goes_on_with_the_families_that_are_left(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit(store)
    wide = started(store, actions.prepare_unit_search(actor=store.geneticist, compartment_id=store.unit.pk))
    first = wide.searches.earliest("pk")

    class Killed(BaseException):
        pass

    def killed_after_one(search: Search) -> None:
        if search.pk != first.pk:
            Search.objects.filter(pk=search.pk).update(state="running")
            raise Killed
        performing.run(search)

    monkeypatch.setattr("clew.node.kinship.actions.working_widely.run", killed_after_one)
    with pytest.raises(Killed):
        actions.run_searches()
    assert pairs() == {("FAM-1", "CH-1")}
    monkeypatch.undo()
    ended = Search.objects.get(pk=first.pk).ended
    actions.run_searches()
    wide.refresh_from_db()
    assert wide.state == "done"
    assert Search.objects.get(pk=first.pk).ended == ended, "what was done is not done again"
    assert len(pairs()) == 3


def test_it_waits_while_the_store_is_closed_and_goes_on_when_it_is_opened_again(store: Store) -> None:
    unit(store, 2)
    wide = started(store, actions.prepare_unit_search(actor=store.geneticist, compartment_id=store.unit.pk))
    Session.objects.update(closed=timezone.now())
    assert actions.run_searches() == 0, "nothing can be gone on with now, and the worker may rest"
    wide.refresh_from_db()
    assert wide.state == "running"
    assert not Hit.objects.exists()
    opening(store)
    actions.run_searches()
    wide.refresh_from_db()
    assert (wide.state, len(pairs())) == ("done", 2)


def test_a_long_one_lets_others_have_their_turn(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    unit(store, 2)
    wide = actions.prepare_unit_search(actor=store.geneticist, compartment_id=store.unit.pk)
    monkeypatch.setattr(working, "TURN", 0.0)
    assert actions.run_searches() == 2
    wide.refresh_from_db()
    assert wide.state == "weighing"
    monkeypatch.undo()
    assert actions.run_searches() == 0
    wide.refresh_from_db()
    assert wide.state == "weighed"


def test_families_whose_relatives_cannot_answer_are_left_out_or_need_a_reason(store: Store) -> None:
    _families, children = unit(store, 1)
    weak = store.family("FAM-9")
    store.profile(weak, "F", seed=9)
    wide = actions.prepare_child_search(actor=store.geneticist, child_id=children[0].pk)
    actions.run_searches()
    Search.objects.filter(family=weak).update(can_answer=False)
    started(store, wide)
    actions.run_searches()
    assert Search.objects.get(family=weak).state == "left_out"
    again = actions.prepare_child_search(actor=store.geneticist, child_id=children[0].pk)
    actions.run_searches()
    Search.objects.filter(family=weak, wide=again).update(can_answer=False)
    started(store, again, reason="All who live.")
    actions.run_searches()
    assert Search.objects.get(family=weak, wide=again).state == "done"
    again.refresh_from_db()
    assert b"live" not in bytes(again.sealed)
    assert at_rest.unseal(bytes(again.sealed), b"kinship wide search %d" % again.pk) == b"All who live."


def test_where_no_family_can_answer_it_is_not_run_without_a_reason(store: Store) -> None:
    _families, children = unit(store, 1)
    wide = actions.prepare_child_search(actor=store.geneticist, child_id=children[0].pk)
    actions.run_searches()
    Search.objects.update(can_answer=False)
    opening(store)
    with pytest.raises(BadInput, match="can answer"):
        actions.start_wide_search(actor=store.geneticist, wide_id=wide.pk, log10=4.0)
    assert actions.start_wide_search(actor=store.geneticist, wide_id=wide.pk, log10=4.0, reason="Why.").threshold == 4.0


def test_the_proposed_threshold_lets_less_than_one_stranger_be_expected_in_all_comparisons() -> None:
    assert [proposed_threshold(each) for each in (0, 1, 99, 1_000_000, 2_500_000)] == [2.0, 2.0, 2.0, 6.0, 6.4]


def test_a_child_whose_consent_was_withdrawn_meanwhile_is_not_searched_for(store: Store) -> None:
    _families, children = unit(store, 2)
    wide = started(store, actions.prepare_child_search(actor=store.geneticist, child_id=children[0].pk))
    consent = Consent.objects.get(pk=children[0].profiles.get().consent_number)
    withdraw_consent(actor=store.caseworker, consent_id=consent.pk, reason="She asked.")
    actions.run_searches()
    wide.refresh_from_db()
    assert wide.state == "done"
    assert {each.state for each in wide.searches.all()} == {"cancelled"}
    assert not Hit.objects.exists()


def test_a_family_that_was_closed_meanwhile_is_not_searched_for(store: Store) -> None:
    families, _children = unit(store, 2)
    wide = started(store, actions.prepare_unit_search(actor=store.geneticist, compartment_id=store.unit.pk))
    actions.close_family(actor=store.geneticist, family_id=families[0].pk)
    actions.run_searches()
    assert [each.state for each in wide.searches.order_by("pk")] == ["cancelled", "done"]


def test_it_can_be_stopped_and_then_nothing_more_of_it_runs(store: Store) -> None:
    unit(store, 2)
    wide = started(store, actions.prepare_unit_search(actor=store.geneticist, compartment_id=store.unit.pk))
    actions.cancel_wide_search(actor=store.geneticist, wide_id=wide.pk)
    actions.run_searches()
    assert not Hit.objects.exists()
    with pytest.raises(BadInput, match="has ended"):
        actions.cancel_wide_search(actor=store.geneticist, wide_id=wide.pk)
    assert logged("kinship.cancel_wide_search") == {"families": 2}


def test_what_is_lacking_is_said_before_anything_is_weighed(store: Store) -> None:
    child = store.child()
    with pytest.raises(BadInput, match="no profile"):
        actions.prepare_child_search(actor=store.geneticist, child_id=child.pk)
    with pytest.raises(BadInput, match="No found child"):
        actions.prepare_unit_search(actor=store.geneticist, compartment_id=store.unit.pk)
    store.profile(child)
    with pytest.raises(BadInput, match="No family"):
        actions.prepare_child_search(actor=store.geneticist, child_id=child.pk)
    parents(store, 1)
    wide = actions.prepare_child_search(actor=store.geneticist, child_id=child.pk)
    with pytest.raises(BadInput, match="under way"):
        actions.prepare_child_search(actor=store.geneticist, child_id=child.pk)
    with pytest.raises(BadInput, match="cannot be started"):
        actions.start_wide_search(actor=store.geneticist, wide_id=wide.pk, log10=4.0)
    actions.run_searches()
    with pytest.raises(BadInput, match="is closed"):
        actions.start_wide_search(actor=store.geneticist, wide_id=wide.pk, log10=4.0)
    with pytest.raises(BadInput, match="no threshold"):
        actions.start_wide_search(actor=store.geneticist, wide_id=wide.pk, log10=99.0)


def test_one_familys_part_of_it_is_not_started_or_stopped_alone(store: Store) -> None:
    _families, children = unit(store, 1)
    wide = actions.prepare_child_search(actor=store.geneticist, child_id=children[0].pk)
    actions.run_searches()
    opening(store)
    part = wide.searches.get()
    with pytest.raises(BadInput, match="part of one"):
        actions.start_search(actor=store.geneticist, search_id=part.pk, log10=4.0)
    with pytest.raises(BadInput, match="part of one"):
        actions.cancel_search(actor=store.geneticist, search_id=part.pk)


def test_another_unit_and_the_node_itself_start_nothing_here(
    store: Store, officer_factory: Callable[..., Officer]
) -> None:
    _families, children = unit(store, 1)
    wide = actions.prepare_child_search(actor=store.geneticist, child_id=children[0].pk)
    actions.run_searches()
    opening(store)
    outsider = officer_factory(roles=["geneticist"])
    for actor in (outsider, NODE):
        tries: list[Callable[[], object]] = [
            lambda actor=actor: actions.prepare_child_search(actor=actor, child_id=children[0].pk),  # type: ignore[misc]
            lambda actor=actor: actions.prepare_unit_search(actor=actor, compartment_id=store.unit.pk),  # type: ignore[misc]
            lambda actor=actor: actions.start_wide_search(actor=actor, wide_id=wide.pk, log10=4.0),  # type: ignore[misc]
            lambda actor=actor: actions.cancel_wide_search(actor=actor, wide_id=wide.pk),  # type: ignore[misc]
        ]
        for each in tries:
            with pytest.raises(Refused):
                each()


def test_closing_a_store_that_has_closed_by_itself_says_so(store: Store) -> None:
    unit(store, 1)
    session = opening(store)
    Session.objects.update(closed=timezone.now())
    with pytest.raises(BadInput, match="closed already"):
        actions.close_session(actor=store.geneticist, session_id=session.pk)
