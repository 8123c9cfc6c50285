"""A lawyer signs for one rule, for exactly the file she read, until a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from clew.disclosure.ruleset import BrokenRules, rule_files
from clew.node.accounts.actions import NODE, Officer, Refused
from clew.node.rulebook import actions, queries
from clew.node.rulebook.adopted import _loaded, file_digest
from clew.node.rulebook.models import RuleSetAdoption, RuleSignOff
from clew.node.types import BadInput, BadInputs
from tests.node.disclosure.conftest import step_up
from tests.node.rulebook.conftest import Office, adopted
from tests.node.rulebook.test_settings import propose

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def sign(officer: Officer, rule: str = "R18", **more: Any) -> RuleSignOff:
    today = timezone.now().date()
    given: dict[str, Any] = {
        "file": file_digest(rule, queries.active_rules()), "jurisdiction": "Austria (fictional)",
        "sources": "BGBl. 1 (fictional)", "checked": today, "expires": today + 300 * DAY, "step_up": step_up(officer),
    } | more  # fmt: skip
    return actions.sign_off_rule(actor=officer, rule_id=rule, **given)


def test_every_unverified_rule_waits_until_a_lawyer_signs_for_it(office: Office) -> None:
    rules = queries.active_rules().rules
    unverified = {each.id for each in rules.values() if each.unverified}
    assert queries.unsigned_rules() == unverified
    assert "R18" in unverified
    sign(office.lea)
    assert queries.unsigned_rules() == unverified - {"R18"}


def test_a_sign_off_is_refused_to_whoever_is_no_legal_adviser(office: Office) -> None:
    for actor in (office.dora, office.ina):
        with pytest.raises(Refused):
            sign(actor)
    with pytest.raises(Refused):
        actions.sign_off_rule(
            actor=NODE, rule_id="R18", file="", jurisdiction="x", sources="x", checked=timezone.now().date(),
            expires=timezone.now().date(), step_up=step_up(office.lea),
        )  # fmt: skip
    assert not RuleSignOff.objects.exists()


def test_a_sign_off_holds_for_exactly_the_file_that_was_signed(office: Office) -> None:
    sign(office.lea)
    files = rule_files()
    files["R18.cedar"] += "// a remark\n"
    adopted(office, files)
    assert "R18" in queries.unsigned_rules()
    view = queries.sign_offs_of("R18")
    assert view is not None
    assert view.awaits
    assert len(view.all) == 1


def test_what_she_did_not_read_she_cannot_sign(office: Office) -> None:
    with pytest.raises(BadInput):
        sign(office.lea, file="0" * 64)
    with pytest.raises(BadInput):
        actions.sign_off_rule(
            actor=office.lea, rule_id="R99", file="0" * 64, jurisdiction="x", sources="x",
            checked=timezone.now().date(), expires=timezone.now().date() + DAY, step_up=step_up(office.lea),
        )  # fmt: skip


def test_an_expired_or_withdrawn_sign_off_no_longer_counts(office: Office) -> None:
    made = sign(office.lea)
    RuleSignOff.objects.filter(pk=made.pk).update(expires=timezone.now().date() - DAY)
    assert "R18" in queries.unsigned_rules()
    again = sign(office.luc)
    assert "R18" not in queries.unsigned_rules()
    with pytest.raises(BadInput):
        actions.withdraw_sign_off(actor=office.lea, sign_off_id=again.pk, reason=" ")
    actions.withdraw_sign_off(actor=office.lea, sign_off_id=again.pk, reason="The law has changed (fictional).")
    assert "R18" in queries.unsigned_rules()
    with pytest.raises(BadInput):
        actions.withdraw_sign_off(actor=office.lea, sign_off_id=again.pk, reason="Again.")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("jurisdiction", " "),
        ("sources", ""),
        ("checked", dt.date(2999, 1, 1)),
        ("expires", dt.date(2020, 1, 1)),
        ("expires", dt.date(2999, 1, 1)),
    ],
)
def test_a_sign_off_with_a_fault_is_refused_on_its_field(office: Office, field: str, value: object) -> None:
    with pytest.raises(BadInputs) as fault:
        sign(office.lea, **{field: value})
    assert [each.field for each in fault.value.problems] == [field]


def test_whether_a_sign_off_is_demanded_is_a_setting_that_one_person_can_make_stricter(office: Office) -> None:
    assert not queries.sign_off_required()
    assert propose(office.lea, "require_sign_off", "refuse").state == "taken"
    assert queries.sign_off_required()
    assert propose(office.luc, "require_sign_off", "none").state == "proposed"
    assert queries.sign_off_required()


def test_broken_rules_are_signed_by_nobody_and_no_list_says_otherwise(office: Office) -> None:
    RuleSetAdoption.objects.update(files={})
    _loaded.cache_clear()
    for ask in (queries.unsigned_rules, queries.sign_offs, lambda: queries.sign_offs_of("R18")):
        with pytest.raises(BrokenRules):
            ask()
