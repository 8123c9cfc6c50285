from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from clew.node.accounts.actions import NODE, Refused
from clew.node.accounts.models import Officer
from clew.node.partners import actions, queries
from clew.node.partners.actions import InstrumentDraft, JointDraft, JointTerms
from clew.node.partners.models import JointAgreement, JointChange
from clew.node.types import BadInput, BadInputs
from tests.node.partners.conftest import foreign, known

START, END = dt.date(2026, 3, 1), dt.date(2026, 12, 31)
DAY = dt.date(2026, 6, 1)
CODE = "JIT-2026-1"


@pytest.fixture
def adviser(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["legal_adviser"])


@pytest.fixture
def second(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["prosecutor"])


@pytest.fixture
def sofia(officer: Officer, own: str) -> str:
    return known(foreign(name="Sofia (fictional)", country="BG"), officer)


@pytest.fixture
def ankara(officer: Officer, own: str) -> str:
    return known(foreign(name="Ankara (fictional)", country="TR"), officer)


def instrument(adviser: Officer, code: str, parties: list[str], until: dt.date | None = None) -> str:
    actions.register_instrument(
        actor=adviser,
        draft=InstrumentDraft(
            code=code, title=f"{code} (fictional)", kind="convention", parties=parties, fictional=True,
            in_force_from=dt.date(2020, 1, 1), in_force_until=until,
        ),
    )  # fmt: skip
    return code


@pytest.fixture
def convention(adviser: Officer) -> str:
    return instrument(adviser, "CONV-13", ["AT", "BG", "DE"])


@pytest.fixture
def draft(own: str, sofia: str, convention: str) -> JointDraft:
    terms = JointTerms(
        title="Recruitment across two borders (fictional)", instrument=convention, lead=own, period_from=START,
        period_until=END, clause="Only for what the team investigates.", purposes=("criminal_investigation",),
        outside_use="consent",
    )  # fmt: skip
    return JointDraft(CODE, terms, [own, sofia], fictional=True)


@pytest.fixture
def agreed(adviser: Officer, second: Officer, draft: JointDraft) -> str:
    actions.register_joint_agreement(actor=adviser, draft=draft)
    confirm(second)
    return CODE


def confirm(second: Officer) -> JointChange:
    return actions.confirm_joint_change(actor=second, change_id=JointChange.objects.get(decision="").pk)


def amend(adviser: Officer, signed_by: list[str], day: dt.date = DAY, **changes: Any) -> JointChange:
    return actions.amend_joint_agreement(
        actor=adviser, code=CODE, day=day, text="As agreed.", changes=changes, signed_by=signed_by
    )


def test_an_agreement_holds_only_once_a_second_officer_confirmed_it(
    adviser: Officer, second: Officer, draft: JointDraft, own: str, sofia: str
) -> None:
    actions.register_joint_agreement(actor=adviser, draft=draft)
    assert queries.joint_agreement(CODE, DAY) is None
    assert queries.joint_standing(CODE, own, sofia, DAY) == queries.JointStanding(CODE)
    confirm(second)
    standing = queries.joint_standing(CODE, own, sofia, DAY)
    assert (standing.known, standing.in_period, standing.suspended) == (True, True, False)
    assert (standing.sender_member, standing.recipient_member) == (True, True)
    assert (standing.purposes, standing.outside_use) == (("criminal_investigation",), "consent")
    assert set(standing.origins) == {own, sofia}


def test_nobody_confirms_what_she_entered_herself_nor_does_the_node(adviser: Officer, draft: JointDraft) -> None:
    actions.register_joint_agreement(actor=adviser, draft=draft)
    for actor in (adviser, NODE):
        with pytest.raises(Refused):
            confirm(actor)  # type: ignore[arg-type]
    assert queries.joint_agreement(CODE, DAY) is None


def test_a_declined_agreement_never_holds_and_cannot_be_confirmed_later(
    adviser: Officer, second: Officer, draft: JointDraft
) -> None:
    actions.register_joint_agreement(actor=adviser, draft=draft)
    change = JointChange.objects.get()
    with pytest.raises(BadInput):
        actions.decline_joint_change(actor=second, change_id=change.pk, reason=" ")
    actions.decline_joint_change(actor=second, change_id=change.pk, reason="Bulgaria has not signed")
    with pytest.raises(BadInput):
        actions.confirm_joint_change(actor=second, change_id=change.pk)
    assert queries.joint_agreement(CODE, DAY) is None


@pytest.mark.parametrize("code", ["", "nothing", "jit-2026-1"])
def test_of_an_unknown_agreement_nothing_holds(agreed: str, own: str, sofia: str, code: str) -> None:
    standing = queries.joint_standing(code, own, sofia, DAY)
    assert not any((standing.known, standing.in_period, standing.sender_member, standing.recipient_member))
    assert not standing.recipient_has_basis
    assert standing.purposes == ()


@pytest.mark.parametrize(
    ("on", "holds"), [(START - dt.timedelta(1), False), (START, True), (END, True), (END + dt.timedelta(1), False)]
)
def test_it_holds_from_its_first_to_its_last_day(agreed: str, own: str, sofia: str, on: dt.date, holds: bool) -> None:
    assert queries.joint_standing(agreed, own, sofia, on).in_period is holds
    assert bool(queries.joint_agreements_of(own, sofia, on)) is holds


def test_it_does_not_outlive_the_instrument_that_it_rests_on(
    agreed: str, adviser: Officer, own: str, sofia: str, convention: str
) -> None:
    actions.end_instrument(actor=adviser, code=convention, until=DAY)
    assert queries.joint_standing(agreed, own, sofia, DAY).in_period
    assert not queries.joint_standing(agreed, own, sofia, DAY + dt.timedelta(1)).in_period


def test_a_post_counts_as_its_organisation_and_a_stranger_as_nobody(
    agreed: str, officer: Officer, own: str, sofia: str, ankara: str
) -> None:
    post = actions.add_post(
        actor=officer, parent_uid=sofia, name="Post (fictional)", kind="embassy_liaison", seat_country="TR"
    ).uid
    assert queries.joint_standing(agreed, own, post, DAY).recipient_member
    assert not queries.joint_standing(agreed, own, post, DAY).recipient_needs_basis
    for stranger in (ankara, "nobody", ""):
        standing = queries.joint_standing(agreed, own, stranger, DAY)
        assert not standing.recipient_member
        assert standing.recipient_needs_basis
    assert queries.joint_agreements_of(own, post, DAY)
    assert not queries.joint_agreements_of(own, ankara, DAY)
    assert not queries.joint_agreements_of(sofia, post, DAY)


def test_a_member_outside_the_directive_needs_its_own_basis_in_force_between_the_two(
    agreed: str, adviser: Officer, second: Officer, own: str, sofia: str, ankara: str
) -> None:
    assert not queries.joint_standing(agreed, own, sofia, DAY).recipient_needs_basis
    actions.add_joint_member(actor=adviser, code=CODE, party_uid=ankara, day=DAY)
    assert not queries.joint_standing(agreed, own, ankara, DAY).recipient_member
    confirm(second)
    standing = queries.joint_standing(agreed, own, ankara, DAY)
    assert (standing.recipient_member, standing.recipient_needs_basis) == (True, True)
    assert not standing.recipient_has_basis
    elsewhere = instrument(adviser, "BG-TR", ["BG", "TR"])
    between = instrument(adviser, "AT-TR", ["AT", "TR"], until=dt.date(2026, 9, 30))
    for basis, day, has in (
        (elsewhere, DAY, False), (between, DAY, True), (between, dt.date(2026, 10, 1), False),
    ):  # fmt: skip
        if queries.joint_agreement(CODE, DAY).members[-1].basis != basis:  # type: ignore[union-attr]
            actions.set_joint_basis(actor=adviser, code=CODE, party_uid=ankara, day=DAY, basis=basis)
            assert not queries.joint_standing(agreed, own, ankara, DAY).recipient_has_basis
            confirm(second)
        assert queries.joint_standing(agreed, own, ankara, day).recipient_has_basis is has
    actions.set_joint_basis(actor=adviser, code=CODE, party_uid=ankara, day=DAY, basis="")
    assert not queries.joint_standing(agreed, own, ankara, DAY).recipient_has_basis


def test_an_amendment_holds_from_its_day_and_earlier_days_keep_what_held_then(
    agreed: str, adviser: Officer, second: Officer, own: str, sofia: str
) -> None:
    later = END + dt.timedelta(200)
    amend(adviser, [own, sofia], period_until=later, outside_use="no", purposes=("criminal_investigation", "court"))
    assert queries.joint_standing(agreed, own, sofia, DAY).outside_use == "consent"
    confirm(second)
    before = queries.joint_agreement(CODE, DAY - dt.timedelta(1))
    after = queries.joint_agreement(CODE, DAY)
    assert before is not None
    assert after is not None
    assert (before.period_until, before.outside_use, before.amendments) == (END, "consent", 0)
    assert (after.period_until, after.outside_use, after.amendments) == (later, "no", 1)
    assert after.purposes == ("criminal_investigation", "court")
    assert queries.joint_standing(agreed, own, sofia, later).in_period
    # What it does not change stays.
    assert after.clause == before.clause
    assert JointChange.objects.get(kind="amended").content.keys() == {"period_until", "outside_use", "purposes"}


def test_an_amendment_that_a_member_has_not_signed_is_refused(
    agreed: str, adviser: Officer, own: str, sofia: str, ankara: str
) -> None:
    for signed_by in ([own], [], [own, sofia, ankara]):
        with pytest.raises(BadInputs) as fault:
            amend(adviser, signed_by, outside_use="no")
        assert {one.field for one in fault.value.problems} == {"signed_by"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, ""),
        ({"outside_use": "consent"}, ""),
        ({"period_from": dt.date(2026, 1, 1)}, ""),
        ({"period_until": dt.date(2026, 1, 1)}, "period_until"),
        ({"purposes": ()}, "purposes"),
        ({"purposes": ("nonsense",)}, "purposes"),
        ({"outside_use": "always"}, "outside_use"),
        ({"instrument": "nothing"}, "instrument"),
        ({"lead": "nobody"}, "lead"),
        ({"clause": " "}, "clause"),
    ],
)
def test_a_faulty_amendment_is_refused_at_its_field(
    agreed: str, adviser: Officer, own: str, sofia: str, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises((BadInput, BadInputs)) as fault:
        amend(adviser, [own, sofia], **changes)
    problems = fault.value.problems if isinstance(fault.value, BadInputs) else (fault.value,)
    assert {one.field for one in problems} == {field}
    assert not JointChange.objects.filter(kind="amended").exists()


def test_an_amendment_cannot_hold_outside_the_period_or_before_a_later_one(
    agreed: str, adviser: Officer, second: Officer, own: str, sofia: str
) -> None:
    for day in (START - dt.timedelta(1), END + dt.timedelta(1)):
        with pytest.raises(BadInput, match="outside the agreed period"):
            amend(adviser, [own, sofia], day=day, outside_use="no")
    amend(adviser, [own, sofia], outside_use="no")
    with pytest.raises(BadInput, match="later amendment"):
        amend(adviser, [own, sofia], day=DAY - dt.timedelta(1), outside_use="clause")


def test_a_member_that_leaves_is_out_at_once_and_its_material_stays_its_own(
    agreed: str, adviser: Officer, second: Officer, own: str, sofia: str
) -> None:
    actions.remove_joint_member(actor=adviser, code=CODE, party_uid=sofia, day=DAY, reason="It left the team")
    assert queries.joint_standing(agreed, own, sofia, DAY - dt.timedelta(1)).recipient_member
    standing = queries.joint_standing(agreed, own, sofia, DAY)
    assert (standing.recipient_member, sofia in standing.origins) == (False, True)
    actions.add_joint_member(actor=adviser, code=CODE, party_uid=sofia, day=DAY + dt.timedelta(9))
    confirm(second)
    assert not queries.joint_standing(agreed, own, sofia, DAY + dt.timedelta(8)).recipient_member
    assert queries.joint_standing(agreed, own, sofia, DAY + dt.timedelta(9)).recipient_member


def test_whoever_is_removed_before_a_later_joining_day_stays_out(
    agreed: str, adviser: Officer, second: Officer, own: str, ankara: str
) -> None:
    actions.add_joint_member(actor=adviser, code=CODE, party_uid=ankara, day=DAY)
    confirm(second)
    with pytest.raises(BadInput, match="no member on that day"):
        actions.remove_joint_member(
            actor=adviser, code=CODE, party_uid=ankara, day=DAY - dt.timedelta(9), reason="A mistake"
        )
    actions.remove_joint_member(actor=adviser, code=CODE, party_uid=ankara, day=DAY, reason="A mistake")
    assert not queries.joint_standing(agreed, own, ankara, END).recipient_member


def test_a_suspension_holds_at_once_and_ends_only_with_a_second_officer(
    agreed: str, adviser: Officer, second: Officer, own: str, sofia: str
) -> None:
    with pytest.raises(BadInput):
        actions.suspend_joint_agreement(actor=adviser, code=CODE, day=DAY, reason="")
    actions.suspend_joint_agreement(actor=adviser, code=CODE, day=DAY, reason="A court has stopped it")
    assert not queries.joint_standing(agreed, own, sofia, DAY - dt.timedelta(1)).suspended
    assert queries.joint_standing(agreed, own, sofia, DAY).suspended
    assert not queries.joint_agreements_of(own, sofia, DAY)
    resumed = DAY + dt.timedelta(30)
    actions.resume_joint_agreement(actor=adviser, code=CODE, day=resumed, reason="The court allowed it")
    assert queries.joint_standing(agreed, own, sofia, resumed).suspended
    confirm(second)
    assert queries.joint_standing(agreed, own, sofia, resumed - dt.timedelta(1)).suspended
    assert not queries.joint_standing(agreed, own, sofia, resumed).suspended


def test_what_was_suspended_after_an_ordered_end_stays_suspended(
    agreed: str, adviser: Officer, second: Officer, own: str, sofia: str
) -> None:
    actions.suspend_joint_agreement(actor=adviser, code=CODE, day=DAY, reason="First")
    actions.resume_joint_agreement(actor=adviser, code=CODE, day=DAY + dt.timedelta(5), reason="Over")
    confirm(second)
    actions.suspend_joint_agreement(actor=adviser, code=CODE, day=DAY + dt.timedelta(7), reason="Again")
    days = [queries.joint_standing(agreed, own, sofia, DAY + dt.timedelta(n)).suspended for n in (0, 4, 5, 6, 7, 30)]
    assert days == [True, True, False, False, True, True]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "has blanks"}, "code"),
        ({"members": ()}, "members"),
        ({"members": ("own",)}, "members"),
        ({"members": ("own", "nobody")}, "members"),
        ({"bases": {"nobody": "CONV-13"}}, "bases"),
        ({"terms": {"title": " "}}, "title"),
        ({"terms": {"instrument": "nothing"}}, "instrument"),
        ({"terms": {"period_until": dt.date(2026, 1, 1)}}, "period_until"),
        ({"terms": {"clause": ""}}, "clause"),
        ({"terms": {"purposes": ()}}, "purposes"),
        ({"terms": {"outside_use": ""}}, "outside_use"),
        ({"terms": {"lead": "nobody"}}, "lead"),
    ],
)
def test_a_faulty_agreement_is_refused_at_its_field(
    adviser: Officer, draft: JointDraft, own: str, change: dict[str, Any], field: str
) -> None:
    if "members" in change:
        change = {"members": [own if uid == "own" else uid for uid in change["members"]]}
    if "terms" in change:
        change = {"terms": replace(draft.terms, **change["terms"])}
    with pytest.raises(BadInputs) as fault:
        actions.register_joint_agreement(actor=adviser, draft=replace(draft, **change))
    assert field in {one.field for one in fault.value.problems}
    assert not JointAgreement.objects.exists()


def test_a_short_name_is_taken_once_and_a_basis_must_be_registered(
    agreed: str, adviser: Officer, draft: JointDraft, sofia: str
) -> None:
    with pytest.raises(BadInputs, match="taken"):
        actions.register_joint_agreement(actor=adviser, draft=draft)
    with pytest.raises(BadInputs, match="not in the register"):
        actions.register_joint_agreement(actor=adviser, draft=replace(draft, code="X", bases={sofia: "nothing"}))
    with pytest.raises(BadInput, match="not in the register"):
        actions.set_joint_basis(actor=adviser, code=CODE, party_uid=sofia, day=DAY, basis="nothing")


def test_a_post_and_an_unconfirmed_party_cannot_be_members(
    agreed: str, adviser: Officer, officer: Officer, sofia: str
) -> None:
    post = actions.add_post(actor=officer, parent_uid=sofia, name="P", kind="consulate", seat_country="AT").uid
    stranger = foreign()
    actions.import_card(actor=officer, raw=stranger.card())
    for uid in (post, stranger.uid, sofia):
        with pytest.raises(BadInput):
            actions.add_joint_member(actor=adviser, code=CODE, party_uid=uid, day=DAY)


def test_nothing_is_changed_about_an_agreement_that_is_unknown_or_not_confirmed(
    adviser: Officer, draft: JointDraft, own: str, sofia: str
) -> None:
    for _again in range(2):
        with pytest.raises(BadInput):
            actions.suspend_joint_agreement(actor=adviser, code=CODE, day=DAY, reason="Stop")
        with pytest.raises(BadInput):
            amend(adviser, [own, sofia], outside_use="no")
        if not JointAgreement.objects.exists():
            actions.register_joint_agreement(actor=adviser, draft=draft)


def test_who_may_not_register_or_confirm_is_refused(
    agreed: str, officer: Officer, caseless: Officer, draft: JointDraft
) -> None:
    for actor in (officer, caseless):
        with pytest.raises(Refused):
            actions.register_joint_agreement(actor=actor, draft=replace(draft, code="OTHER"))
        with pytest.raises(Refused):
            actions.suspend_joint_agreement(actor=actor, code=CODE, day=DAY, reason="Stop")
