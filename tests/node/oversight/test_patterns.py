"""Who keeps asking about whom: numbers for the legal adviser alone, and for the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from clew.disclosure.ruleset import shipped_rules
from clew.node.accounts.actions import Officer, Refused
from clew.node.audit.models import AuditEntry
from clew.node.cases.actions import add_to_team
from clew.node.disclosure.actions import record_safeguard, register_letter_entities
from clew.node.disclosure.models import Decision, Release, RuleSetVersion
from clew.node.disclosure.queries import NEUTRAL, refusals
from clew.node.exchange.actions import refuse_letter
from clew.node.exchange.models import Letter
from clew.node.home import load_home
from clew.node.oversight.actions import note_pattern
from clew.node.oversight.models import PatternNote
from clew.node.oversight.queries import party_history, pattern_page, requester_flagged
from clew.node.oversight.thresholds import BadThresholds, is_unusual, needs_offence, threshold, thresholds
from clew.node.oversight.words import HARMLESS, PATTERNS
from clew.node.types import BadInput
from clew.vocabulary import codelist
from tests.node.oversight.conftest import VICTIM, Office, person_of

pytestmark = pytest.mark.django_db
ROLES = [code for code, _label in codelist("roles").choices("en")]
Signed = Callable[[Officer], Client]


def kinds(office: Office) -> dict[str, int]:
    found = party_history(officer=office.adviser, party=office.beijing.partner.uid, now=timezone.now())
    return {one.kind: one.number for one in found.patterns} if found else {}


def ask_three_times_about_her(office: Office) -> int:
    """Three letters about one person whom officers know as a victim; returns her number."""
    person = person_of(office.record(VICTIM, "victim"))
    for number in range(3):
        letter = office.ask_about(f"p{number}", offence_codes=["at_104a"])
        register_letter_entities(actor=office.officer, thread=letter.thread.uid, names={f"p{number}": person})
    return person


def test_a_partner_that_asked_once_shows_no_pattern(office: Office) -> None:
    office.ask_about("p1", offence_codes=["at_104a"])
    found = party_history(officer=office.adviser, party=office.beijing.partner.uid, now=timezone.now())
    assert found is not None
    assert (found.requests, found.persons, found.patterns) == (1, 1, [])
    assert dict(found.purposes) == {"criminal_investigation": 1}
    assert dict(found.offences) == {"at_104a": 1}
    assert len(found.signers) == 1


def test_asking_three_times_about_one_person_is_shown_with_its_number_and_threshold(office: Office) -> None:
    person = ask_three_times_about_her(office)
    found = party_history(officer=office.adviser, party=office.beijing.partner.uid, now=timezone.now())
    assert found is not None
    (pattern,) = [one for one in found.patterns if one.kind == "repeated_person"]
    assert (pattern.number, pattern.limit, pattern.person) == (3, 3, person)


def test_a_victims_name_is_not_shown_to_an_adviser_who_may_not_see_her(
    office: Office, signed_in_client: Signed
) -> None:
    ask_three_times_about_her(office)
    client = signed_in_client(office.adviser)
    for path in ("/oversight/patterns/", f"/oversight/patterns/{office.beijing.partner.uid}/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "Beispielfrau" not in answer.text
        assert "a person you may not see" in answer.text
        assert office.case.reference not in answer.text


def test_eight_requests_in_a_week_are_a_burst_and_seven_are_none(office: Office) -> None:
    for number in range(7):
        office.ask_about(f"p{number}", offence_codes=["at_104a"])
    assert "burst" not in kinds(office)
    office.ask_about("p7", offence_codes=["at_104a"])
    assert kinds(office)["burst"] == 8
    Letter.objects.filter(direction="in").order_by("pk").filter(pk__lte=Letter.objects.earliest("pk").pk + 2).update(
        recorded=timezone.now() - dt.timedelta(days=30)
    )
    assert "burst" not in kinds(office)


def test_a_request_without_an_offence_or_with_an_unusual_purpose_does_not_fit(office: Office) -> None:
    office.ask_about("p1")
    assert kinds(office) == {"purpose_misfit": 1}
    office.ask_about("p2", purpose="assistance")
    assert kinds(office)["purpose_misfit"] == 2


def test_requests_about_a_protected_person_are_only_a_count(office: Office) -> None:
    person = ask_three_times_about_her(office)
    assert "protected_person" not in kinds(office)
    soon = timezone.localdate() + dt.timedelta(days=90)
    record_safeguard(actor=office.officer, person_id=person, kind="protection", answer=["none"], expires=soon)
    assert "protected_person" not in kinds(office)
    record_safeguard(actor=office.officer, person_id=person, kind="protection", answer=["applicant"], expires=soon)
    found = party_history(officer=office.adviser, party=office.beijing.partner.uid, now=timezone.now())
    assert found is not None
    (pattern,) = [one for one in found.patterns if one.kind == "protected_person"]
    assert (pattern.number, pattern.person, pattern.person_name) == (3, None, "")


def test_many_refusals_are_shown_when_they_are_also_a_large_share(office: Office) -> None:
    for number in range(4):
        letter = office.ask_about(f"p{number}", offence_codes=["at_104a"])
        refuse_letter(actor=office.officer, letter_uid=letter.uid, code="unclear", reason="Unclear (fictional).")
    assert kinds(office)["refused"] == 4
    for number in range(5):
        office.ask_about(f"q{number}", offence_codes=["at_104a"])
    assert "refused" not in kinds(office)


@pytest.fixture
def own_thresholds() -> Generator[Path]:
    """The node's own file of thresholds, which is not there before and after."""
    path = load_home().path / "thresholds.yaml"
    yield path
    path.unlink(missing_ok=True)


def test_a_request_about_many_persons_at_once_is_shown(office: Office, own_thresholds: Path) -> None:
    own_thresholds.write_text("many_persons: 3\n", encoding="utf-8")
    office.ask_about("p1", "p2", offence_codes=["at_104a"])
    assert "many_persons" not in kinds(office)
    office.ask_about("p1", "p2", "p3", offence_codes=["at_104a"])
    assert kinds(office)["many_persons"] == 3


@pytest.mark.parametrize("text", ["bursts: 3", "burst: many", "burst: 0", "burst: true", "- burst"])
def test_thresholds_of_a_nodes_own_that_cannot_be_read_count_for_nothing(text: str, own_thresholds: Path) -> None:
    own_thresholds.write_text(text, encoding="utf-8")
    with pytest.raises(BadThresholds):
        threshold("burst")


def test_each_pattern_has_a_threshold_with_a_reason_and_what_would_explain_it_harmlessly() -> None:
    known = {name: why for name, _number, why in thresholds()}
    assert PATTERNS.keys() == HARMLESS.keys()
    assert PATTERNS.keys() <= known.keys()
    assert all(known.values())
    assert is_unusual("ngo", "criminal_investigation")
    assert not is_unusual("police", "criminal_investigation")
    assert not is_unusual("nobody_listed_this_kind", "court")
    assert needs_offence("court")
    assert not needs_offence("assistance")


def test_a_flag_reaches_the_rules_and_a_newer_note_takes_it_back(office: Office) -> None:
    uid = office.beijing.partner.uid
    office.ask_about("p1")
    assert requester_flagged(uid) is False
    note_pattern(actor=office.adviser, party=uid, kind="purpose_misfit", judgement="flagged", reason="Odd (fictional).")
    assert requester_flagged(uid) is True
    assert AuditEntry.objects.filter(act="oversight.note_pattern", object_id=uid).exists()
    note_pattern(actor=office.adviser, party=uid, kind="burst", judgement="harmless", reason="A raid (fictional).")
    assert requester_flagged(uid) is True
    note_pattern(actor=office.adviser, party=uid, kind="purpose_misfit", judgement="harmless", reason="A mistake.")
    assert requester_flagged(uid) is False


def test_a_party_that_nobody_knows_is_not_flagged(db: None) -> None:
    assert requester_flagged("nobody") is False


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"judgement": "guilty"}, "judgement"),
        ({"reason": "  "}, "reason"),
        ({"kind": "unknown"}, ""),
        ({"party": "nobody"}, ""),
        ({"person_id": 999_999}, ""),
    ],
)
def test_a_note_that_cannot_be_is_refused(office: Office, changes: dict[str, object], field: str) -> None:
    values = {"party": office.beijing.partner.uid, "kind": "burst", "judgement": "seen", "reason": "Seen."} | changes
    with pytest.raises(BadInput) as refused:
        note_pattern(actor=office.adviser, **values)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert not PatternNote.objects.exists()


def test_the_adviser_notes_what_she_makes_of_a_pattern_on_its_page(office: Office, signed_in_client: Signed) -> None:
    office.ask_about("p1")
    client = signed_in_client(office.adviser)
    path = f"/oversight/patterns/{office.beijing.partner.uid}/note/?kind=purpose_misfit"
    assert "A code chosen by mistake" in client.get(path).text
    assert client.post(path, {"judgement": "seen", "reason": ""}).status_code == 422
    assert client.post(path, {"judgement": "flagged", "reason": "Odd (fictional)."}).status_code == 302
    answer = client.get(f"/oversight/patterns/{office.beijing.partner.uid}/")
    assert "Odd (fictional)." in answer.text
    assert client.get(path.replace("purpose_misfit", "burst")).status_code == 404
    assert client.get("/oversight/patterns/nobody/").status_code == 404


def test_the_adviser_flags_a_requester_as_a_whole_where_no_number_reaches_its_threshold(
    office: Office, signed_in_client: Signed
) -> None:
    uid = office.beijing.partner.uid
    office.ask_about("p1", offence_codes=["at_104a"])
    client = signed_in_client(office.adviser)
    assert client.get(f"/oversight/patterns/{uid}/note/").status_code == 200
    assert client.get(f"/oversight/patterns/{uid}/note/?person=1").status_code == 404
    posted = {"judgement": "flagged", "reason": "Told by a colleague (fictional)."}
    assert client.post(f"/oversight/patterns/{uid}/note/", posted).status_code == 302
    assert requester_flagged(uid) is True


@pytest.mark.parametrize("role", [role for role in ROLES if role != "legal_adviser"])
def test_no_other_role_sees_a_pattern(
    role: str, office: Office, officer_factory: Callable[..., Officer], signed_in_client: Signed
) -> None:
    office.ask_about("p1")
    other = officer_factory(roles=[role])
    client = signed_in_client(other)
    uid = office.beijing.partner.uid
    for path in ("/oversight/patterns/", f"/oversight/patterns/{uid}/", f"/oversight/patterns/{uid}/note/?kind=burst"):
        assert client.get(path).status_code == 403
    with pytest.raises(Refused):
        pattern_page(officer=other, now=timezone.now())


def test_a_node_without_letters_says_what_stands_here_later(
    officer_factory: Callable[..., Officer], signed_in_client: Signed
) -> None:
    answer = signed_in_client(officer_factory(roles=["legal_adviser"])).get("/oversight/patterns/")
    assert "Nothing to look at" in answer.text
    assert "No letters yet" in answer.text


def test_a_rule_whose_name_would_tell_the_reason_is_named_to_nobody(
    office: Office,
) -> None:
    policy = next(each for each in shipped_rules().policies.values() if each.rule == "R20" and each.neutral)
    refused = {"verdict": "refuse", "reasons": [{"policy": policy.id}]}
    now = timezone.now()
    release = Release.objects.create(
        kind="reply", case=office.case, compartment=office.case.compartment, recipient=office.beijing.partner.uid,
        thread="t", instrument="i", purpose="criminal_investigation", urgency="routine", subject="x", state="decided",
        created=now, changed=now,
    )  # fmt: skip
    rules = RuleSetVersion.objects.create(version="tested", files={}, first_used=now)
    decision = Decision(
        release=release, ruleset=rules, basis="0" * 64, digest="0" * 64, state="decided", package_digest="0" * 64,
        outcome={"letter": refused, "statements": [], "missing": []}, decided=now,
    )  # fmt: skip
    decision.inputs = decision.package = b"{}"
    decision.save()
    since = now - dt.timedelta(days=1)
    uid = office.beijing.partner.uid
    add_to_team(actor=office.officer, case_id=office.case.pk, officer_id=office.adviser.pk)
    assert dict(refusals(since=since)[uid].rules) == {NEUTRAL: 1}
