"""What a neutral refusal hides stays hidden: two cases that differ in it alone read the same, everywhere but in one."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clew.disclosure.ruleset import shipped_rules
from clew.node.accounts.models import Officer
from clew.node.audit.models import AuditEntry
from clew.node.disclosure import actions, queries
from clew.node.disclosure.cures import DOORS, PERMISSIONS
from clew.node.disclosure.models import Decision, RuleSetVersion, StatementOutcome
from clew.node.disclosure.sealed_reasons import NEUTRAL, named_openly
from clew.node.disclosure.wording import reasons_told
from clew.node.partners.models import Party
from clew.node.rulebook.models import RuleSetAdoption
from tests.node.disclosure.conftest import World

SignIn = Callable[[Officer], Client]
CodeOf = Callable[[Officer], str]
TELLING = {each.id for each in shipped_rules().policies.values() if each.neutral}
PAGES = ("decision", "explain", "sign")
LISTS = ("/", "/releases/", "/cases/tasks")


def _decision(world: World) -> Decision:
    chosen = [world.statement(*each) for each in (("Person", "name"), ("Phone", "number"))]
    return actions.decide(actor=world.anna, release_id=world.draft(statements=chosen).pk)


def _say(world: World, kind: str, *answer: str) -> None:
    actions.record_safeguard(actor=world.anna, person_id=world.person(), kind=kind, answer=answer,
                             expires=timezone.now().date() + dt.timedelta(days=90))  # fmt: skip


def _form_of(text: str) -> str:
    """A page without what differs between any two decisions: numbers, digests, tokens, moments."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|<time.*?</time>', "", text, flags=re.DOTALL)
    return re.sub(r"[0-9a-f]{16,}|\d+", "N", text)


def _told(world: World, client: Client) -> list[str]:
    """Everything that an ordinary officer can open of a decision made now, and what the command line says of it."""
    decision = _decision(world)
    pages = [client.get(reverse(f"disclosure:{name}", args=[decision.pk])).content.decode() for name in PAGES]
    pages += [client.get(path).content.decode() for path in LISTS]
    pages += [json.dumps(queries.explain(decision).as_json()), queries.explain(decision).as_text()]
    pages.append(str(sorted(StatementOutcome.objects.filter(decision=decision).values_list("verdict", "policies"))))
    actions.withdraw_release(actor=world.anna, release_id=decision.release_id, reason="Next.")
    return [_form_of(each) for each in pages]


@pytest.mark.parametrize("kind", ["police", "prosecutor"])
def test_an_applicant_who_fears_the_recipient_reads_like_one_of_whom_nothing_is_recorded(
    world: World, signed_in_client: SignIn, kind: str
) -> None:
    Party.objects.filter(uid="cn-office").update(kind=kind)
    _say(world, "origin", "cn")
    client = signed_in_client(world.anna)
    _told(world, client)
    nothing_held = _told(world, client)
    _say(world, "protection", "applicant")
    _say(world, "feared", "cn")
    decision = _decision(world)
    reasons = {each["policy"] for one in decision.outcome["statements"] for each in one["reasons"]}
    assert {"R20a", "G1d"} <= reasons
    actions.withdraw_release(actor=world.anna, release_id=decision.release_id, reason="Next.")
    held = _told(world, client)
    assert len(nothing_held) == len(held)
    for number, (before, now) in enumerate(zip(nothing_held, held, strict=True)):
        if number in range(len(PAGES), len(PAGES) + len(LISTS)):
            assert _once_each(now) == _once_each(before)
        else:
            assert now == before


def _once_each(page: str) -> str:
    """A list grows by a row with each decision; what its rows say is compared once each."""
    return "\n".join(dict.fromkeys(line.strip() for line in page.splitlines()))


def test_no_page_report_or_register_names_a_neutral_policy(world: World, signed_in_client: SignIn) -> None:
    _say(world, "protection", "applicant")
    _say(world, "feared", "cn")
    told = "\n".join(_told(world, signed_in_client(world.anna)))
    raw = json.dumps(queries.explain(_decision(world)).as_json())
    rows = str(list(StatementOutcome.objects.values_list("policies", flat=True)))
    for policy in TELLING:
        assert not re.search(rf"\b{policy}\b", told + raw + rows)
    assert NEUTRAL in rows


def test_nobody_who_reads_the_store_finds_the_name_of_a_neutral_policy(world: World) -> None:
    _say(world, "protection", "applicant")
    _say(world, "feared", "cn")
    decision = _decision(world)
    actions.withdraw_release(actor=world.anna, release_id=decision.release_id, reason="Next.")
    # The rules themselves are no secret: they are kept with every version that was used or adopted.
    rules = {RuleSetVersion, RuleSetAdoption}
    models = [each for each in apps.get_models() if each not in rules and each._meta.managed]
    rows = [row for model in models for row in model._default_manager.values_list()]
    stored = " ".join(str(bytes(cell) if isinstance(cell, memoryview) else cell) for row in rows for cell in row)
    assert NEUTRAL in stored
    assert not {policy for policy in TELLING if re.search(rf"\b{policy}\b", stored)}


def test_neutral_policies_are_named_as_one_and_last() -> None:
    assert named_openly(["G1d", "R01", "R20a", "R20a"], shipped_rules()) == ["R01", NEUTRAL]
    assert named_openly(["R01"], shipped_rules()) == ["R01"]


@pytest.mark.django_db
def test_a_page_tells_neutral_reasons_once_and_last() -> None:
    rules = shipped_rules()
    assert reasons_told(["G1d", "R20a", "R01"], rules) == reasons_told(["R01", "R20b"], rules)
    assert [each.policy for each in reasons_told(["G1d", "R01"], rules)] == ["R01", ""]


def test_a_neutral_policy_has_no_door_and_every_door_a_permission() -> None:
    assert not TELLING & set(DOORS)
    assert set(DOORS) <= set(shipped_rules().policies)
    assert set(DOORS.values()) == set(PERMISSIONS)


def test_the_sealed_record_tells_a_legal_adviser_who_says_why_and_proves_herself(
    world: World, signed_in_client: SignIn, code_of: CodeOf
) -> None:
    _say(world, "protection", "applicant")
    _say(world, "feared", "cn")
    decision = _decision(world)
    client, address = signed_in_client(world.bernd), reverse("disclosure:sealed_record", args=[decision.pk])
    assert "R20a" not in client.get(address).content.decode()
    assert client.post(address, {"reason": "", "code": code_of(world.bernd)}).status_code == 422
    wrong = client.post(address, {"reason": "Court asks.", "code": "000000"})
    assert wrong.status_code == 422
    assert "R20a" not in wrong.content.decode()
    assert not AuditEntry.objects.filter(act="disclosure.read_sealed_reason").exists()
    opened = client.post(address, {"reason": "Court asks.", "code": code_of(world.bernd)})
    assert "R20a" in opened.content.decode()
    entry = AuditEntry.objects.get(act="disclosure.read_sealed_reason")
    assert (entry.actor_id, entry.object_id) == (world.bernd.pk, str(decision.pk))


def test_nobody_else_opens_the_sealed_record(world: World, signed_in_client: SignIn) -> None:
    decision = _decision(world)
    address = reverse("disclosure:sealed_record", args=[decision.pk])
    assert signed_in_client(world.anna).get(address).status_code == 403
    world.stranger.role_assignments.create(role="legal_adviser")
    assert signed_in_client(world.stranger).get(address).status_code == 404
    assert (
        "Sealed record"
        not in signed_in_client(world.anna).get(reverse("disclosure:decision", args=[decision.pk])).content.decode()
    )
