"""Settings are data: stricter with one person, looser with two, and what cannot be read is the strictest."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from clew.disclosure.ruleset import shipped_rules
from clew.node.accounts.actions import NODE, Officer, Refused
from clew.node.rulebook import actions, queries
from clew.node.rulebook.actions.setting import SettingDraft
from clew.node.rulebook.effective import Scope, Value, effective, loosens
from clew.node.rulebook.models import Setting
from clew.node.rulebook.schema import kind_of, schema
from clew.node.types import BadInput, BadInputs
from tests.node.disclosure.conftest import step_up
from tests.node.rulebook.conftest import Office

DAY = dt.timedelta(days=1)


def today() -> dt.date:
    return timezone.now().date()


def propose(officer: Officer, key: str, value: object, **more: Any) -> Setting:
    given: dict[str, Any] = {"reason": "So decided.", "source": "Order 1 (fictional)", "from_day": today()} | more
    return actions.propose_setting(actor=officer, draft=SettingDraft(key, value, **given))


def confirmed(office: Office, key: str, value: object, **more: Any) -> Setting:
    return actions.confirm_setting(
        actor=office.dora, setting_id=propose(office.lea, key, value, **more).pk, step_up=step_up(office.dora)
    )


def risk_days(country: str = "", on: dt.date | None = None) -> int:
    return queries.settings_for(country, on or today()).risk_days


@pytest.mark.django_db
def test_without_any_entry_the_defaults_hold() -> None:
    found = queries.settings_for("CN", today())
    assert (found.risk_days, found.retention_years_initial, found.remedy_days) == (30, 5, 30)
    assert (found.request_limit_selectors, found.request_limit_refuse) == (5, 25)
    assert found.roles_for("approver") == {"approver"}
    assert found.adequacy is None
    assert found.dual_criminality_required == "may_decline"
    assert found.require_sign_off == "warn"
    assert found.penalties_excluded == shipped_rules().penalties_excluded
    assert found.unreadable == ()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "stricter", "looser", "more"),
    [
        ("risk_days", 10, 60, {}),
        ("risk_days", 10, 60, {"country": "CN"}),
        ("request_limit_selectors", 1, 50, {"country": "CN"}),
        ("derogation_repeat_days", 700, 40, {}),
        ("require_sign_off", "refuse", "none", {}),
        ("approvers", None, {"approver": ["prosecutor"]}, {}),
        ("adequacy", None, {"sector": "police", "reference": "C(2021) 1 (fictional)"}, {"country": "GB"}),
        ("penalties_excluded", None, True, {"country": "CN"}),
        ("penalties_excluded", False, None, {"country": "FR"}),
        ("dual_criminality_required", "mandatory", "not_required", {"country": "CN"}),
    ],
)
def test_a_stricter_value_takes_effect_with_one_person_and_a_looser_one_waits_for_a_second(
    office: Office, key: str, stricter: object, looser: object, more: dict[str, str]
) -> None:
    if stricter is not None:
        assert propose(office.lea, key, stricter, **more).state == "taken"
        Setting.objects.all().delete()
    if looser is None:
        return
    before = queries.settings_for(more.get("country", ""), today())
    waiting = propose(office.lea, key, looser, **more)
    assert waiting.state == "proposed"
    assert queries.settings_for(more.get("country", ""), today()) == before
    with pytest.raises(Refused):
        actions.confirm_setting(actor=office.lea, setting_id=waiting.pk, step_up=step_up(office.lea))
    with pytest.raises(BadInput):
        actions.confirm_setting(actor=office.dora, setting_id=waiting.pk, step_up=step_up(office.lea))
    assert Setting.objects.get(pk=waiting.pk).state == "proposed"
    agreed = actions.confirm_setting(actor=office.dora, setting_id=waiting.pk, step_up=step_up(office.dora))
    assert agreed.proofs["value"]["signature"]
    assert queries.settings_for(more.get("country", ""), today()) != before


@pytest.mark.django_db
def test_the_node_itself_changes_no_setting(office: Office) -> None:
    with pytest.raises(Refused):
        actions.propose_setting(actor=NODE, draft=SettingDraft("risk_days", 10, "x", "y", today()))
    waiting = propose(office.lea, "risk_days", 60)
    with pytest.raises(Refused):
        actions.confirm_setting(actor=NODE, setting_id=waiting.pk, step_up=step_up(office.dora))


@pytest.mark.django_db
def test_a_countrys_value_holds_for_it_and_the_rest_keeps_the_general_one(office: Office) -> None:
    confirmed(office, "risk_days", 60, country="CN")
    assert (risk_days("CN"), risk_days("cn"), risk_days("FR"), risk_days()) == (60, 60, 30, 30)
    propose(office.lea, "risk_days", 20)
    assert (risk_days("CN"), risk_days("FR")) == (60, 20)


@pytest.mark.django_db
def test_what_one_person_made_stricter_for_a_country_stays_no_looser_than_the_general_value(office: Office) -> None:
    propose(office.lea, "risk_days", 20, country="CN")
    propose(office.luc, "risk_days", 10)
    assert (risk_days("CN"), risk_days("FR")) == (10, 10)


@pytest.mark.django_db
def test_a_value_that_would_be_looser_only_later_waits_too(office: Office) -> None:
    propose(office.lea, "risk_days", 10, from_day=today() + 10 * DAY)
    assert propose(office.luc, "risk_days", 20).state == "proposed"
    assert propose(office.luc, "risk_days", 20, until_day=today() + 5 * DAY).state == "taken"
    assert (risk_days(), risk_days(on=today() + 6 * DAY), risk_days(on=today() + 10 * DAY)) == (20, 30, 10)


@pytest.mark.django_db
def test_ending_what_is_strict_waits_for_a_second_person_and_ending_what_is_loose_does_not(office: Office) -> None:
    strict = propose(office.lea, "risk_days", 10)
    actions.end_setting(actor=office.lea, setting_id=strict.pk, last_day=today(), reason="No longer.")
    assert risk_days(on=today() + DAY) == 10
    with pytest.raises(Refused):
        actions.confirm_setting(actor=office.lea, setting_id=strict.pk, step_up=step_up(office.lea))
    actions.confirm_setting(actor=office.dora, setting_id=strict.pk, step_up=step_up(office.dora))
    assert risk_days(on=today() + DAY) == 30
    loose = confirmed(office, "risk_days", 60, country="CN")
    actions.end_setting(actor=office.lea, setting_id=loose.pk, last_day=today(), reason="No longer.")
    assert (risk_days("CN"), risk_days("CN", today() + DAY)) == (60, 30)


@pytest.mark.django_db
def test_an_end_that_is_rejected_leaves_the_value(office: Office) -> None:
    strict = propose(office.lea, "risk_days", 10)
    actions.end_setting(actor=office.lea, setting_id=strict.pk, last_day=today(), reason="No longer.")
    actions.reject_setting(actor=office.dora, setting_id=strict.pk, reason="Still needed.")
    assert risk_days(on=today() + DAY) == 10
    assert not queries.settings_waiting().exists()


@pytest.mark.django_db
def test_a_rejected_value_never_holds_and_needs_a_reason(office: Office) -> None:
    waiting = propose(office.lea, "risk_days", 60)
    with pytest.raises(BadInput):
        actions.reject_setting(actor=office.dora, setting_id=waiting.pk, reason="")
    actions.reject_setting(actor=office.dora, setting_id=waiting.pk, reason="Too long.")
    with pytest.raises(BadInput):
        actions.confirm_setting(actor=office.dora, setting_id=waiting.pk, step_up=step_up(office.dora))
    assert risk_days() == 30


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "value", "strictest"),
    [
        ("risk_days", 91, 1),
        ("risk_days", 0, 1),
        ("risk_days", "thirty", 1),
        ("risk_days", True, 1),
        ("retention_years_initial", 6, 1),
        ("derogation_repeat_days", 1, 1825),
        ("require_sign_off", "maybe", "refuse"),
        ("dual_criminality_required", "no", "mandatory"),
    ],
)
def test_a_stored_value_that_cannot_be_read_counts_as_the_strictest(
    office: Office, key: str, value: object, strictest: object
) -> None:
    row = confirmed(office, "risk_days", 60)
    Setting.objects.filter(pk=row.pk).update(key=key, value=value)
    found = queries.settings_for("CN", today())
    assert getattr(found, key) == strictest
    assert found.unreadable == (key,)


@pytest.mark.django_db
def test_an_unreadable_record_list_or_role_permits_nothing(office: Office) -> None:
    row = confirmed(office, "adequacy", {"sector": "police", "reference": "C 1"}, country="GB")
    Setting.objects.filter(pk=row.pk).update(value={"sector": "all", "reference": "C 1"})
    roles = confirmed(office, "approvers", {"approver": ["prosecutor"]})
    Setting.objects.filter(pk=roles.pk).update(value={"approver": ["caseworker"]})
    penalties = confirmed(office, "penalties_excluded", True, country="CN")
    Setting.objects.filter(pk=penalties.pk).update(value="yes")
    found = queries.settings_for("GB", today())
    assert found.adequacy is None
    assert found.roles_for("approver") == {"approver"}
    assert "cn" not in found.penalties_excluded
    assert found.unreadable == ("adequacy", "approvers", "penalties_excluded")


@pytest.mark.django_db
def test_a_second_person_who_is_the_first_is_no_second_person(office: Office) -> None:
    row = confirmed(office, "risk_days", 60)
    Setting.objects.filter(pk=row.pk).update(confirmed_by=office.lea)
    assert risk_days() == 30


@pytest.mark.django_db
def test_an_adequacy_decision_holds_within_its_period_and_for_its_country_only(office: Office) -> None:
    value = {"sector": "police", "reference": "C(2021) 1 (fictional)"}
    confirmed(office, "adequacy", value, country="GB", until_day=today() + 3 * DAY)
    found = queries.settings_for("GB", today()).adequacy
    assert found is not None
    assert found.reference == "C(2021) 1 (fictional)"
    assert queries.settings_for("GB", today() + 4 * DAY).adequacy is None
    assert queries.settings_for("CN", today()).adequacy is None


@pytest.mark.django_db
def test_penalties_are_added_by_two_and_removed_by_one(office: Office) -> None:
    propose(office.lea, "penalties_excluded", False, country="FR")
    confirmed(office, "penalties_excluded", True, country="CN")
    found = queries.settings_for("", today()).penalties_excluded
    assert "fr" not in found
    assert "cn" in found
    assert "at" in found


@pytest.mark.django_db
def test_dual_criminality_may_be_given_up_for_one_instrument_only(office: Office) -> None:
    confirmed(office, "dual_criminality_required", "not_required", country="CN", instrument="AT-CN-TEST")
    found = queries.settings_for("CN", today(), instrument="AT-CN-TEST")
    assert found.dual_criminality_required == "not_required"
    assert queries.settings_for("CN", today()).dual_criminality_required == "may_decline"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "draft"),
    [
        ("value", {"value": 91}),
        ("reason", {"reason": " "}),
        ("source", {"source": ""}),
        ("from_day", {"from_day": dt.date(2020, 1, 1)}),
        ("until_day", {"until_day": dt.date(2020, 1, 1)}),
        ("country", {"country": "XX"}),
        ("country", {"key": "adequacy", "value": {"sector": "police", "reference": "C"}}),
        ("country", {"key": "remedy_days", "country": "CN"}),
        ("instrument", {"instrument": "AT-CN"}),
        ("value", {"key": "approvers", "value": {"approver": ["caseworker"]}}),
        ("value", {"key": "approvers", "value": {"investigator": ["prosecutor"]}}),
    ],
)
def test_a_draft_with_a_fault_is_refused_on_its_field(office: Office, field: str, draft: dict[str, Any]) -> None:
    given = {"key": "risk_days", "value": 10, "reason": "r", "source": "s", "from_day": today()} | draft
    with pytest.raises(BadInputs) as fault:
        actions.propose_setting(actor=office.lea, draft=SettingDraft(**given))
    assert field in {each.field for each in fault.value.problems}
    assert not Setting.objects.exists()


@pytest.mark.django_db
def test_an_unknown_key_is_refused_and_one_in_the_store_is_reported(office: Office) -> None:
    with pytest.raises(BadInput):
        propose(office.lea, "open_the_gates", value=True)
    row = propose(office.lea, "risk_days", 10)
    Setting.objects.filter(pk=row.pk).update(key="open_the_gates")
    assert queries.settings_for("", today()).unreadable == ("open_the_gates",)


@pytest.mark.django_db
def test_a_stored_row_of_a_setting_that_is_no_more_breaks_no_page_and_says_nothing(
    office: Office, signed_in_client: Callable[[Officer], Client]
) -> None:
    before = queries.settings_for("CN", today())
    for state in ("taken", "proposed"):
        row = propose(office.lea, "risk_days", 10, country="CN")
        Setting.objects.filter(pk=row.pk).update(key="reservations", value="Not for x (fictional).", state=state)
    assert queries.settings_for("CN", today()) == before
    assert not queries.settings_waiting().exists()
    assert "reservations" not in {view.kind.key for view in queries.setting_views()}
    client = signed_in_client(office.dora)
    assert client.get(reverse("rulebook:settings")).status_code == 200
    assert client.get(reverse("rulebook:setting", args=["reservations"])).status_code == 404
    with pytest.raises(BadInput):
        propose(office.lea, "reservations", "Not for x (fictional).", country="CN")
    with pytest.raises(BadInput):
        actions.confirm_setting(actor=office.dora, setting_id=row.pk, step_up=step_up(office.dora))


@pytest.mark.django_db
def test_confirming_moves_a_start_that_has_passed_to_today(office: Office) -> None:
    waiting = propose(office.lea, "risk_days", 60)
    Setting.objects.filter(pk=waiting.pk).update(from_day=today() - 5 * DAY)
    assert (
        actions.confirm_setting(actor=office.dora, setting_id=waiting.pk, step_up=step_up(office.dora)).from_day
        == today()
    )
    late = propose(office.lea, "remedy_days", 60)
    past = {"from_day": today() - 5 * DAY, "until_day": today() - DAY}
    Setting.objects.filter(pk=late.pk).update(**past)
    with pytest.raises(BadInput):
        actions.confirm_setting(actor=office.dora, setting_id=late.pk, step_up=step_up(office.dora))


@pytest.mark.parametrize("key", [each for each, kind in schema().items() if kind.default != "shipped"])
def test_the_schemas_own_values_are_readable_and_the_strictest_is_the_strictest(key: str) -> None:
    kind = kind_of(key)
    default, strictest = kind.read(kind.default), kind.read(kind.strictest)
    assert not kind.loosens(default, strictest)
    assert kind.stricter_of(default, strictest) == strictest or default == strictest


START = dt.date(2026, 11, 1)
VALUES = st.builds(
    Value,
    scope=st.sampled_from([Scope(), Scope("CN"), Scope("FR")]),
    value=st.one_of(st.integers(-5, 120), st.just("x")),
    by_two=st.booleans(),
    start=st.integers(0, 30).map(lambda day: START + day * DAY),
    end=st.one_of(st.none(), st.integers(0, 60).map(lambda day: START + day * DAY)),
    order=st.tuples(st.integers(0, 100)),
)


@given(
    rows=st.lists(VALUES, max_size=6), added=VALUES, day=st.integers(0, 70), country=st.sampled_from(["", "CN", "FR"])
)
def test_a_row_of_one_person_never_makes_anything_looser(
    rows: list[Value], added: Value, day: int, country: str
) -> None:
    kind = kind_of("risk_days")
    one = dataclasses.replace(added, by_two=False, order=(1000,))
    on = START + day * DAY
    before, _readable = effective(kind, rows, Scope(country), on)
    after, _readable = effective(kind, [*rows, one], Scope(country), on)
    assert after <= before


@given(
    rows=st.lists(VALUES, max_size=5), added=VALUES, day=st.integers(0, 70), country=st.sampled_from(["", "CN", "FR"])
)
def test_what_is_said_to_loosen_nothing_loosens_nothing_on_any_day(
    rows: list[Value], added: Value, day: int, country: str
) -> None:
    kind = kind_of("risk_days")
    after = [*rows, added]
    if loosens(kind, rows, after, START):
        return
    on = START + day * DAY
    assert effective(kind, after, Scope(country), on)[0] <= effective(kind, rows, Scope(country), on)[0]
