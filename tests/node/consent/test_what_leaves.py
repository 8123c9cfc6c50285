"""A letter that rests on a consent does not leave after the consent is withdrawn, signed or not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.actions import Officer, verify_step_up
from clew.node.audit.models import AuditEntry
from clew.node.cases.models import Case, Task
from clew.node.consent import actions as consents
from clew.node.consent.models import Consent, Guardian
from clew.node.disclosure import actions as disclosure
from clew.node.disclosure.deriving import Derived, derive_with
from clew.node.disclosure.gathering import Registers
from clew.node.disclosure.models import Decision, Release
from clew.node.dossier.actions import record_source
from clew.node.dossier.models import Statement
from clew.node.exchange.models import DispatchProblem, Letter
from clew.node.partners.models import Instrument, Party
from clew.node.types import BadInput
from tests.node.consent.conftest import by_guardian, draft, from_today, guardian_draft
from tests.node.exchange.conftest import Correspondent
from tests.node.exchange.conftest import beijing as beijing
from tests.node.exchange.conftest import case as case

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["caseworker"], username="clara")


@pytest.fixture
def shelter(beijing: Correspondent) -> Correspondent:
    """This node is an NGO; the partner is a police office of the same country, to which the person may say yes."""
    Party.objects.filter(is_own=True).update(kind="ngo")
    Party.objects.filter(uid=beijing.partner.uid).update(country="AT")
    Instrument.objects.update(
        kind="domestic_protocol", translations=[], enables=[{"letter": "notify", "purposes": ["referral"]}]
    )
    return beijing


@pytest.fixture
def situation(officer: Officer, case: Case) -> Statement:
    """What happened to her; it concerns her."""
    source = SourceDraft(
        kind="interview", title="Interview (fictional)", owner=settings.NODE.node_id, reliability="B", handling="H0",
        purpose="referral", retain_until=from_today(300), basis="intelligence",
        entities=(EntityDraft("her", "Person", category="victim"), EntityDraft("it", "ExploitationSituation")),
        statements=(
            StatementDraft("her", "name", "Mila Fictional", 1),
            StatementDraft("it", "placeClass", "massage_parlour", 1, concerns=("her",)),
        ),
    )  # fmt: skip
    recorded = record_source(actor=officer, compartment_id=case.compartment_id, draft=source)
    return recorded.statements.get(prop__name="placeClass")


@pytest.fixture
def her(situation: Statement) -> int:
    return Statement.objects.get(prop__name="name").entity_id


def circumstances(officer: Officer, person: int, child: str) -> None:
    for kind, answer in (("child", child), ("origin", "bg"), ("protection", "none"), ("witness_protection", "no"),
                         ("sheltered", "no")):  # fmt: skip
        disclosure.record_safeguard(actor=officer, person_id=person, kind=kind, answer=[answer], expires=from_today(90))


@pytest.fixture
def decide(shelter: Correspondent, officer: Officer, case: Case, situation: Statement) -> Callable[[], Decision]:
    def decided() -> Decision:
        release = disclosure.draft_release(
            actor=officer, kind="notify", case_id=case.pk, recipient=shelter.partner.uid,
            instrument="FICTIONAL-ARRANGEMENT", purpose="referral", subject="A situation (fictional)",
            facts="See below.", necessity="Only you can inspect it.", languages=["de"], statements=[situation.pk],
            items=[],
        )  # fmt: skip
        return disclosure.decide(actor=officer, release_id=release.pk)

    return decided


def verdict(decision: Decision) -> str:
    (one,) = decision.outcome["statements"]
    return str(one["verdict"])


@pytest.fixture
def sign(officer: Officer, code_of: Callable[[Officer], str]) -> Callable[[Decision], Decision]:
    return lambda decision: disclosure.sign(
        actor=officer, decision_id=decision.pk, step_up=verify_step_up(officer=officer, code=code_of(officer))
    )


@pytest.fixture
def consent(officer: Officer, case: Case, shelter: Correspondent, her: int) -> Consent:
    circumstances(officer, her, "no")
    told = draft(purpose="referral", recipient=shelter.partner.uid, items=["situation"])
    return consents.record_consent(actor=officer, person_id=her, compartment_id=case.compartment_id, draft=told)


def test_under_her_consent_her_situation_leaves(
    shelter: Correspondent, consent: Consent, decide: Callable[[], Decision], sign: Callable[[Decision], Decision]
) -> None:
    decision = decide()
    assert verdict(decision) == "permit"
    sign(decision)
    shelter.work()
    (letter,) = shelter.letters()
    assert letter.body["statements"][0]["value"] == "massage_parlour"


def looked_at(decision: Decision) -> list[str]:
    """What the log says of a decision that was about to leave, each time it was looked at."""
    found = AuditEntry.objects.filter(act="disclosure.withhold_outdated", object_id=str(decision.pk)).order_by("index")
    return [str(json.loads(bytes(entry.leaf))["details"]["outcome"]) for entry in found]


def test_a_signed_letter_does_not_leave_after_the_withdrawal(
    shelter: Correspondent, consent: Consent, officer: Officer, case: Case,
    decide: Callable[[], Decision], sign: Callable[[Decision], Decision],
) -> None:  # fmt: skip
    decision = sign(decide())
    consents.withdraw_consent(actor=officer, consent_id=consent.pk)
    for _round in range(2):
        shelter.work()
    assert shelter.got == []
    assert not Letter.objects.exists()
    assert not DispatchProblem.objects.exists()
    decision.refresh_from_db()
    assert (decision.state, decision.release.state) == ("stale", "decided")
    assert Task.objects.get(kind="release.outdated").case == case
    assert looked_at(decision) == ["withheld"]
    assert verdict(disclosure.decide(actor=officer, release_id=decision.release_id)) == "refuse"


def test_a_letter_beside_it_that_still_holds_leaves(
    shelter: Correspondent, consent: Consent, officer: Officer, case: Case,
    decide: Callable[[], Decision], sign: Callable[[Decision], Decision],
) -> None:  # fmt: skip
    first, second = sign(decide()), sign(decide())
    release = first.release
    release.subject = "Changed after signing (fictional)"
    release.save(update_fields=["subject"])
    shelter.work()
    assert [one.decision for one in Letter.objects.all()] == [second.pk]
    first.refresh_from_db()
    assert first.state == "stale"
    assert (looked_at(first), looked_at(second)) == (["withheld"], ["holds"])


def test_a_letter_that_cannot_be_derived_any_more_stays_here_and_holds_up_no_other(
    shelter: Correspondent, consent: Consent, decide: Callable[[], Decision], sign: Callable[[Decision], Decision],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    broken, other = sign(decide()), sign(decide())

    def derived(registers: Registers, release: Release, *more: Any) -> Derived:
        if release.pk == broken.release_id:
            raise ValueError("a seal is broken")
        return derive_with(registers, release, *more)

    monkeypatch.setattr("clew.node.disclosure.holding.derive_with", derived)
    shelter.work()
    assert [one.decision for one in Letter.objects.all()] == [other.pk]
    broken.refresh_from_db()
    assert broken.state == "stale"


@pytest.mark.parametrize("closed", [True, False])
def test_the_officer_is_told_even_if_the_case_is_closed_by_then(
    shelter: Correspondent, consent: Consent, officer: Officer, case: Case,
    decide: Callable[[], Decision], sign: Callable[[Decision], Decision], closed: bool,
) -> None:  # fmt: skip
    sign(decide())
    consents.withdraw_consent(actor=officer, consent_id=consent.pk)
    Case.objects.update(closed=timezone.now(), status="closed")
    Officer.objects.update(is_active=closed)
    shelter.work()
    task = Task.objects.get(kind="release.outdated")
    assert (task.case, task.assigned, task.role) == ((None, officer, "") if closed else (None, None, "legal_adviser"))


def test_an_unsigned_letter_is_not_signed_after_the_withdrawal(
    consent: Consent, officer: Officer, decide: Callable[[], Decision], sign: Callable[[Decision], Decision]
) -> None:
    decision = decide()
    consents.withdraw_consents(actor=officer, person_id=consent.person_id)
    with pytest.raises(BadInput, match="changed"):
        sign(decision)


def test_what_a_guardian_agreed_to_stays_here_once_a_conflict_is_found(
    shelter: Correspondent, officer: Officer, case: Case, her: int, decide: Callable[[], Decision],
    sign: Callable[[Decision], Decision],
) -> None:  # fmt: skip
    circumstances(officer, her, "yes")
    place: dict[str, Any] = {"actor": officer, "person_id": her, "compartment_id": case.compartment_id}
    guardian: Guardian = consents.record_guardian(**place, draft=guardian_draft())
    told = draft(purpose="referral", recipient=shelter.partner.uid, items=["situation"], **by_guardian(guardian))
    consents.record_consent(**place, draft=told)
    before = verdict(decide())
    consents.record_guardian_conflict(actor=officer, guardian_id=guardian.pk, answer="yes", reason="Seen.")
    assert (before != "refuse", verdict(decide())) == (True, "refuse")
