"""A page costs the same number of queries with three rows of everything as with thirty.

The pages without an argument are generated from the URL configuration, so that a new list is counted without being
named here; those about one object are named below, and that object has three or thirty of all its parts.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.actions import add_member, create_compartment
from clew.node.accounts.models import Officer
from clew.node.accounts.sessions import LAST_SEEN
from clew.node.api.models import Integration, Token
from clew.node.cases import actions as cases
from clew.node.cases.models import Case, Document
from clew.node.consent import actions as consents
from clew.node.disclosure import actions as disclosure
from clew.node.disclosure.models import Assurance, Decision, Release, RuleSetVersion, StatementOutcome
from clew.node.dossier.actions import record_source
from clew.node.dossier.models import Entity, Source, Statement
from clew.node.exchange.at_rest import put_to_rest
from clew.node.exchange.models import (
    Attempt,
    DispatchProblem,
    InboxEntry,
    Letter,
    OutboxEntry,
    Receipt,
    Thread,
    Transit,
)
from clew.node.kinship.models import Family, FoundChild, Hit, Laboratory, Profile, Search, Telling, WideSearch
from clew.node.matching import actions as matching
from clew.node.matching.models import Finding, Notice
from clew.node.oversight.models import DeletionProof, PatternNote, RemedyRequest, ReviewMark
from clew.node.partners.models import Instrument, Introduction, JointAgreement, JointChange, Party
from clew.node.referral.indicators import kept, offered
from clew.node.referral.models import (
    Entry,
    IncomingReferral,
    IndicatorSignOff,
    Path,
    Referral,
    Screening,
    Service,
    new_uid,
)
from clew.node.referral.sealing import seal
from clew.node.rulebook.models import RuleSetAdoption, RuleSignOff, Setting, Simulation
from clew.node.transfer.models import Export, ImportBatch
from clew.vocabulary import codelist

FEW, MANY = 3, 30
PARTY = "b" * 32
ROOMS = frozenset(
    ("accounts", "audit", "cases", "consent", "desk", "disclosure", "dossier", "exchange", "partners", "search")
) | {"api", "kinship", "matching", "oversight", "referral", "rulebook", "transfer"}
MUST_OPEN = frozenset(
    (
        "api:list", "accounts:compartments", "accounts:officers", "audit:log", "cases:list", "cases:tasks", "desk:desk",
        "disclosure:approvals", "disclosure:assurances", "disclosure:list", "dossier:list", "exchange:list",
        "partners:joint_list", "disclosure:replay", "disclosure:simulations", "rulebook:settings", "rulebook:sets",
        "rulebook:sign_offs",
        "exchange:outbox", "exchange:quarantine", "exchange:rejected", "exchange:transit", "oversight:patterns",
        "oversight:proofs",
        "oversight:clocks", "oversight:register", "oversight:remedies", "oversight:retention", "partners:instruments",
        "partners:introductions", "partners:list", "search:search", "transfer:exports", "transfer:imports",
        "kinship:laboratories", "kinship:list", "kinship:register", "matching:list",
        "referral:indicators", "referral:list", "referral:services",
    )
)  # fmt: skip
"""Lists that the generated walk must have met, so that it cannot come to nothing unnoticed."""


@dataclass
class Work:
    """The objects that have parts, and who works on them."""

    officer: Officer
    case: Case
    thread: Thread
    company: int = 0
    person: int = 0
    rows: int = 0

    def grow_to(self, rows: int) -> None:
        """Give everything that many rows."""
        for number in range(self.rows, rows):
            _case_work(self, number)
            _facts(self, number)
            _letters(self, number)
            _releases(self, number)
            _registers(self, number)
            _transfers(self, number)
            _rule_book(self, number)
            _watched(self, number)
            _integrations(self, number)
            _kinship(self, number)
            _paths(self, number)
            _pairs(self, number)
        self.rows = rows


@pytest.fixture
def work(officer_factory: Callable[..., Officer]) -> Work:
    roles = [code for code, _label in codelist("roles").choices("en")]
    officer = officer_factory(roles=roles)
    case = cases.open_case(actor=officer, title="Golden Bridge (fictional)", kind="investigation")
    now = timezone.now()
    Party.objects.create(uid=PARTY, name="Office (fictional)", country="CN", kind="police", status="active", added=now)
    thread = Thread.objects.create(uid="t" * 32, party=PARTY, case=case, kind="request", opened=now, changed=now)
    RuleSetVersion.objects.create(version="counted", files={}, first_used=now)
    return Work(officer, case, thread)


def test_a_list_costs_no_more_queries_with_thirty_rows_than_with_three(
    work: Work, signed_in_client: Callable[[Officer], Client]
) -> None:
    client = signed_in_client(work.officer)
    work.grow_to(FEW)
    few = _counted(client, dict(_lists()))
    work.grow_to(MANY)
    many = _counted(client, {name: url for name, url in _lists() if name in few})
    assert few.keys() >= MUST_OPEN
    assert many == few


def test_the_page_of_one_thing_costs_no_more_queries_when_the_thing_has_thirty_parts(
    work: Work, signed_in_client: Callable[[Officer], Client]
) -> None:
    client = signed_in_client(work.officer)
    work.grow_to(FEW)
    few = _counted(client, _things(work))
    work.grow_to(MANY)
    assert few.keys() == _things(work).keys()
    assert _counted(client, _things(work)) == few


def test_a_decision_costs_no_more_queries_with_thirty_statements_than_with_three(
    work: Work, signed_in_client: Callable[[Officer], Client]
) -> None:
    client = signed_in_client(work.officer)
    work.grow_to(MANY)
    statements = list(Statement.objects.filter(prop__name__in=("name", "role")).values_list("pk", flat=True))
    counted = []
    for number in (FEW, MANY):
        decision = _decided(work, statements[:number])
        counted.append(_counted(client, {"decision": reverse("disclosure:decision", args=[decision.pk])}))
    assert counted[0].keys() == {"decision"}
    assert counted[0] == counted[1]


def _decided(work: Work, statements: list[int]) -> Decision:
    release = disclosure.draft_release(
        actor=work.officer, kind="request", case_id=work.case.pk, recipient=PARTY, instrument="i0",
        purpose="criminal_investigation", subject="An agency (fictional)", facts="We follow an agency.",
        necessity="Only your office can say who owns it.", languages=["zh-Hans"], statements=statements,
        items=[disclosure.Question("Who owns it?", None)],
    )  # fmt: skip
    return disclosure.decide(actor=work.officer, release_id=release.pk)


def _counted(client: Client, pages: dict[str, str]) -> dict[str, int]:
    """The number of queries of each page that opens."""
    # The first page of each minute also notes that its reader is there; that is no part of any page.
    session = client.session
    session[LAST_SEEN] = int(time.time()) + 3600
    session.save()
    counted = {}
    for name, url in pages.items():
        # The first reading of a thing in an hour is an entry of the log; the pages are counted without it.
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(url)
        if answer.status_code == 200:
            counted[name] = len(captured)
    return counted


def _lists() -> Iterator[tuple[str, str]]:
    """Every page of a room that takes no argument; the search with a word that finds in every room."""
    for name in sorted(_names(get_resolver())):
        yield name, reverse(name) + ("?q=golden" if name == "search:search" else "")


def _names(resolver: URLResolver, room: str = "", arguments: int = 0) -> Iterator[str]:
    for one in resolver.url_patterns:
        asked = arguments + len(one.pattern.converters)
        if isinstance(one, URLResolver):
            yield from _names(one, one.namespace or room, asked)
        elif isinstance(one, URLPattern) and room in ROOMS and not asked and one.name:
            yield f"{room}:{one.name}"


def _things(work: Work) -> dict[str, str]:
    """The pages of the things that have grown."""
    named: dict[str, list[Any]] = {
        "cases:case": [work.case.pk], "cases:print": [work.case.pk], "cases:timeline": [work.case.pk],
        "cases:custody": [Document.objects.filter(case=work.case).earliest("pk").pk],
        "cases:team": [work.case.pk], "dossier:entity": [work.company], "exchange:thread": [work.thread.uid],
        "partners:joint": [JointAgreement.objects.earliest("pk").pk], "partners:party": [PARTY],
        "consent:person": [work.person], "consent:print": [work.person], "consent:shared": [work.person],
        "accounts:compartment": [work.case.compartment_id], "api:integration": [Integration.objects.earliest("pk").pk],
        "oversight:party": [PARTY], "oversight:person": [work.person],
        "kinship:family": [Family.objects.earliest("pk").pk], "kinship:search": [Search.objects.earliest("pk").pk],
        "kinship:hit": [Hit.objects.earliest("pk").pk], "kinship:wide": [WideSearch.objects.earliest("pk").pk],
        "kinship:child": [FoundChild.objects.earliest("pk").pk],
        "referral:path": [Path.objects.earliest("pk").pk], "referral:own": [Path.objects.earliest("pk").pk],
        "matching:pair": [*Finding.objects.order_by("one_id").values_list("one_id", "other_id")[0]],
        "oversight:remedy": [RemedyRequest.objects.earliest("pk").pk],
    }  # fmt: skip
    found = {name: reverse(name, args=arguments) for name, arguments in named.items()}
    simulation = Simulation.objects.get(sandbox__kind="shipped")
    found |= {
        "rulebook:setting": reverse("rulebook:setting", args=["risk_days"]),
        "rulebook:sign_off": reverse("rulebook:sign_off", args=["R18"]),
        "disclosure:simulation": reverse("disclosure:simulation", args=[simulation.pk]),
    }
    return found | {"dossier:entity of a person": reverse("dossier:entity", args=[work.person])}


def _case_work(work: Work, number: int) -> None:
    officer, case, later = work.officer, work.case.pk, timezone.now() + dt.timedelta(days=3)
    cases.open_case(actor=officer, title=f"Golden {number} (fictional)", kind="investigation")
    cases.add_task(actor=officer, case_id=case, title=f"Task {number}", due=later, assigned_id=officer.pk)
    cases.add_task(actor=officer, case_id=case, title=f"Undated task {number}")
    cases.add_deadline(actor=officer, case_id=case, title=f"Deadline {number}", due=later, set_by="Court")
    cases.add_document(
        actor=officer, case_id=case, title=f"D{number}", file_name="a", media_type="", content=[bytes([number])]
    )
    cases.read_document(actor=officer, document_id=Document.objects.filter(case=case).earliest("pk").pk)
    cases.note(actor=officer, case_id=case, text=f"Called {number}")
    cases.link_reference(actor=officer, case_id=case, party_uid=PARTY, reference=f"R{number}")


def _facts(work: Work, number: int) -> None:
    """One more source on the same company and person, one more company, and one more link between the two."""
    old = {"company": work.company or None, "person": work.person or None}
    entities = (
        EntityDraft("company", "Company", existing_id=old["company"]),
        EntityDraft("person", "Person", existing_id=old["person"], category=None if old["person"] else "victim"),
        EntityDraft("other", "Company"),
        EntityDraft("job", "Employment"),
    )
    said = (
        ("company", "name", f"Golden Bridge {number} (fictional)"), ("person", "name", f"Maria {number} (fictional)"),
        ("other", "name", f"Golden Gate {number} (fictional)"), ("job", "employer", "company"),
        ("job", "employee", "person"), ("job", "role", f"cook {number}"),
    )  # fmt: skip
    source = record_source(
        actor=work.officer,
        compartment_id=work.case.compartment_id,
        draft=SourceDraft(
            kind="document", title=f"Source {number} (fictional)", owner="own", reliability="B", handling="H1",
            purpose="criminal_investigation", retain_until=dt.date(2031, 1, 1), basis="intelligence",
            entities=entities, statements=tuple(StatementDraft(*one, accuracy=2) for one in said),
        ),
    )  # fmt: skip
    work.company, work.person = source.entity_numbers["company"], source.entity_numbers["person"]
    for key in ("other", "person", "company") if number == 0 else ("other",):
        cases.link_entity(actor=work.officer, case_id=work.case.pk, entity_id=source.entity_numbers[key])
    _consents(work, number)


def _consents(work: Work, number: int) -> None:
    """One more guardian, of whom a consent comes, and one more refusal, all with words that lie sealed."""
    today = timezone.localdate()
    place: dict[str, Any] = {
        "actor": work.officer, "person_id": work.person, "compartment_id": work.case.compartment_id
    }  # fmt: skip
    guardian = consents.record_guardian(
        **place,
        draft=consents.GuardianDraft(
            name=f"Guardian {number} (fictional)", relation="relative", authority="Court", conflict="no",
            conflict_reason="Asked.", valid_from=today, valid_until=today + dt.timedelta(days=20),
        ),
    )  # fmt: skip
    said = consents.Circumstances(
        given_by="guardian", guardian_id=guardian.pk, assent="yes", understood=True, explained_by="Clara (fictional)",
        language="en", method="oral_witnessed", witness=f"Witness {number} (fictional)", given=today,
        expires=today + dt.timedelta(days=20),
    )  # fmt: skip
    answer = consents.Answer("criminal_investigation", PARTY, agreed=["situation"], refused=["identity"])
    consents.record_answers(**place, said=said, answers=[answer])


def _letters(work: Work, number: int) -> None:
    now = timezone.now()
    own = Thread.objects.create(
        uid=f"a{number:031d}", party=PARTY, case=work.case, kind="request", state="sent", opened=now, changed=now,
        due=now + dt.timedelta(days=1),
    )  # fmt: skip
    new = Thread.objects.create(uid=f"n{number:031d}", party=PARTY, kind="request", opened=now, changed=now)
    for place, thread, direction, state in (
        ("a", own, "out", "sent"), ("b", work.thread, "out", "sent"), ("c", new, "in", "quarantined"),
    ):  # fmt: skip
        letter = _letter(f"{place}{number:031d}", thread, direction, state)
        Receipt.objects.create(
            letter=letter, issuer=PARTY, addressee="own", envelope_id=letter.envelope, stage="stored", at=now,
            envelope_digest=letter.envelope_digest, recorded=now,
        )  # fmt: skip
        if direction == "out":
            OutboxEntry.objects.create(
                party=PARTY, letter=letter, kind="request", envelope_id=letter.uid, created=now, expires=now,
                envelope_digest=letter.envelope_digest, envelope=b"", next_attempt=now, failed=now,
            )  # fmt: skip
    InboxEntry.objects.create(
        sender=PARTY, envelope_id=f"i{number}", digest=f"{number:064d}", envelope=b"", stored_receipt=b"",
        received=now, expires=now, state="rejected", code="wrong-recipient",
    )  # fmt: skip
    Transit.objects.create(
        sender=PARTY, recipient="own", envelope_id=f"t{number}", digest=f"{number:064d}", envelope=b"", size=4000,
        received=now, expires=now, receipt=b"", next_attempt=now,
    )  # fmt: skip
    Attempt.objects.create(claimed=f"x{number}", code="unknown-sender", first=now, last=now)
    DispatchProblem.objects.create(decision=10_000 + number, case=work.case, code="no-keys", at=now)


def _letter(uid: str, thread: Thread, direction: str, state: str) -> Letter:
    now = timezone.now()
    rest = put_to_rest(uid, "e30.e30.e30", f"About the golden bridge {uid} (fictional)")
    return Letter.objects.create(
        uid=uid, thread=thread, direction=direction, state=state, kind="request", party=PARTY, sequence=1, previous="",
        digest="0" * 64, envelope=uid, envelope_digest=uid * 2, signed_with=b"", header={}, created=now, recorded=now,
        wrapped_key=rest.wrapped_key, sealed=rest.sealed, sealed_subject=rest.sealed_subject,
    )  # fmt: skip


def _releases(work: Work, number: int) -> None:
    now = timezone.now()
    release = Release.objects.create(
        kind="request", case=work.case, compartment=work.case.compartment, recipient=PARTY, thread=f"r{number}",
        instrument="i0", purpose="criminal_investigation", urgency="routine", subject=f"Golden {number} (fictional)",
        state="decided", requested_by=None, created=now, changed=now,
    )  # fmt: skip
    first = Release.objects.order_by("pk")[0]
    for decided, state in ((release, "decided"), (first, "stale")):
        decision = Decision(
            release=decided, ruleset=RuleSetVersion.objects.get(), basis="0" * 64, digest="0" * 64, state=state,
            outcome={"letter": {"verdict": "permit", "reasons": []}, "missing": [_missing()], "statements": []},
            package_digest="0" * 64, decided=now,
        )  # fmt: skip
        decision.inputs, decision.package = b'{"inputs":{"statements":[]}}', b"{}"
        decision.save()
    Assurance.objects.create(
        kind="assurance", party=PARTY, text="We promise.", issuer="Office (fictional)", issued=dt.date(2026, 1, 1),
        expires=dt.date(2027, 1, 1), recorded_by=work.officer, recorded=now,
    )  # fmt: skip


def _missing() -> dict[str, Any]:
    return {"role": "approver", "whole_letter": True, "statements": [], "policies": []}


def _registers(work: Work, number: int) -> None:
    now = timezone.now()
    parent = Party.objects.get(uid=PARTY)
    for uid, post_of in ((f"p{number}", None), (f"post{number}", parent)):
        Party.objects.create(
            uid=uid, name=f"Golden office {uid} (fictional)", country="BG", kind="police", status="active", added=now,
            parent=post_of, post_kind="consulate" if post_of else "",
        )  # fmt: skip
    Instrument.objects.create(
        code=f"i{number}", title=f"Arrangement {number} (fictional)", kind="police_arrangement", parties=[PARTY, "AT"],
        in_force_from=dt.date(2025, 1, 1), enables=[], fictional=True, registered_by=work.officer, registered=now,
    )  # fmt: skip
    Introduction.objects.create(
        facilitator=PARTY, recipient="own", party_uid=f"p{number}", card=b"{}", received=now, decision="declined",
        decided_by=work.officer, decided=now,
    )  # fmt: skip
    agreement = JointAgreement.objects.create(code=f"J{number}", registered=now, registered_by=work.officer)
    _joint_history(work, agreement, f"p{number}")
    _joint_history(work, JointAgreement.objects.earliest("pk"), f"post{number}")
    unit = create_compartment(actor=work.officer, name=f"Unit {number} (fictional)")
    colleague = Officer.objects.create(username=f"c{number}", full_name=f"Colleague {number} (fictional)")
    colleague.role_assignments.create(role="investigator")
    add_member(actor=work.officer, compartment=unit, officer=work.officer)
    cases.add_to_team(actor=work.officer, case_id=work.case.pk, officer_id=colleague.pk)


def _integrations(work: Work, number: int) -> None:
    """One more integration, and one more token of the first."""
    now = timezone.now()
    account = Officer.objects.create(username=f"s{number}", full_name=f"System {number}", is_integration=True)
    made = Integration.objects.create(
        account=account, purpose="Work.", responsible=work.officer, registered_by=work.officer, registered=now
    )
    for of, kind in ((made, "a"), (Integration.objects.earliest("pk"), "b")):
        Token.objects.create(
            integration=of, handle=f"{kind}{number}", digest=b"", scopes=["case.see"], made=now, made_by=work.officer,
            proof={}, expires=now + dt.timedelta(days=90),
        )  # fmt: skip


def _kinship(work: Work, number: int) -> None:
    """One more family and found child with a profile, one more laboratory, search, and hit of the first family."""
    now, today = timezone.now(), timezone.localdate()
    unit, who = work.case.compartment, work.officer
    laboratory = Laboratory.objects.create(
        party=f"l{number}", accreditation="No 1", valid_from=today, valid_until=today, registered_by=who, registered=now
    )
    family = Family.objects.create(
        reference=f"FAM-{number}", compartment=unit, pedigree=[{"id": "F"}, {"id": "MP", "fid": "F"}], missing="MP",
        table="norstr_norway", unseen=0.001, registered_by=who, registered=now,
    )  # fmt: skip
    child = FoundChild.objects.create(
        reference=f"CH-{number}", compartment=unit, sex="male", registered_by=who, registered=now
    )
    first = Family.objects.earliest("pk")
    Family.objects.filter(pk=first.pk).update(pedigree=[*first.pedigree, {"id": f"P{number}", "fid": "F"}])
    common = {
        "laboratory": laboratory, "taken": today, "loci": 9, "consent_number": number, "team": unit, "wrapped": b"k",
        "sealed": b"s", "recorded_by": who, "recorded": now,
    }  # fmt: skip
    Profile.objects.create(family=first, person=f"P{number}", sample=f"A{number}", **common)
    profile = Profile.objects.create(child=child, sample=f"B{number}", **common)
    wide = WideSearch.objects.filter(child=None).first() or WideSearch.objects.create(
        compartment=unit, state="running", size=9, threshold=4.0, made_by=who, made=now
    )
    Search.objects.create(family=family, wide=wide, state="done", made_by=who, made=now, result={})
    WideSearch.objects.create(
        compartment=unit, child=FoundChild.objects.earliest("pk"), state="done", size=9, made_by=who, made=now
    )
    for of in {first, family}:
        search = Search.objects.create(family=of, state="done", made_by=who, made=now, result={})
        Hit.objects.create(search=Search.objects.earliest("pk"), family=of, profile=profile, log10=5.0, found=now)
    Telling.objects.create(hit=Hit.objects.filter(family=first).earliest("pk"), whom="child", proposed_by=who,
                           proposed=now)  # fmt: skip
    assert search.pk


def _paths(work: Work, number: int) -> None:
    """One more path and service; one more entry, screening and referral of the first path."""
    now, who, team = timezone.now(), work.officer, work.case.compartment
    entity = Entity.objects.create(schema="Person")
    person = work.person if number == 0 else entity.pk
    path = Path.objects.create(
        case=work.case, compartment=team, person_id=person, status="contact", opened=now, opened_by=who
    )
    first = Path.objects.earliest("pk")
    said: dict[str, Any] = {"age": "adult", "met": "2026-11-30"}
    for of in {first, path}:
        uid = new_uid()
        sealed = seal(work.person, said, kind="entry", uid=uid)
        Entry.objects.create(uid=uid, path=of, kind="contact", sealed=sealed, recorded_by=who, recorded=now)
    version, uid = kept(offered()["unodc_general"]), new_uid()
    answers = {"age": "adult", "act": "not_asked", "answers": {}, "why_again": ""}
    Screening.objects.create(
        uid=uid, path=first, version=version, made_by=who, made=now,
        sealed=seal(work.person, answers, kind="screening", uid=uid),
    )  # fmt: skip
    IndicatorSignOff.objects.create(version=version, read_in="Page 1", signed_by=who, signed=now)
    service = Service.objects.create(
        name=f"House {number} (fictional)", party=PARTY, team=team, kinds=["shelter"], country="AT", registered_by=who,
        registered=now,
    )  # fmt: skip
    Referral.objects.create(path=first, service=service, state="told", made_by=who, made=now)
    Referral.objects.create(
        path=first, service=service, state="asked", consent_number=number + 1, answer_by=now, made_by=who, made=now
    )
    IncomingReferral.objects.create(
        letter=new_uid(), party=PARTY, team=team, state="taken", reference="r1", urgency="urgent-3d", basis="consent",
        answer_by=now, taken_by=who, taken=now,
    )  # fmt: skip


def _joint_history(work: Work, agreement: JointAgreement, party: str) -> None:
    """One more member; the first time, the registration too. And an amendment that waits."""
    now, first = timezone.now(), not agreement.changes.exists()
    terms = {
        "title": "Together (fictional)", "instrument": "i0", "lead": PARTY, "period_from": "2025-01-01",
        "period_until": "2030-01-01", "clause": "Inside only.", "purposes": ["court"], "outside_use": "no",
        "members": [{"party": PARTY, "basis": ""}],
    }  # fmt: skip
    entered = {"agreement": agreement, "day": dt.date(2025, 1, 1), "entered": now, "entered_by": work.officer}
    decided = {"decision": "confirmed", "decided": now, "decided_by": work.officer}
    if first:
        JointChange.objects.create(kind="registered", content=terms, **entered, **decided)
    JointChange.objects.create(kind="joined", party=party, content={"basis": "i0"}, **entered, **decided)
    JointChange.objects.create(kind="amended", number=1, content={"outside_use": "clause"}, **entered)


def _pairs(work: Work, number: int) -> None:
    """Two more pairs, one of them judged; one more value of both entities of the first pair; one more notice."""
    entities = [EntityDraft(f"{kind}{side}", "Phone") for kind in "ab" for side in "12"]
    said = [(f"{kind}{side}", "number", f"+43660{kind == 'a':d}{number:06d}") for kind in "ab" for side in "12"]
    first = Finding.objects.order_by("pk").first()
    ends = [] if first is None else [first.one_id, first.other_id]
    entities += [EntityDraft(f"old{end}", "Phone", existing_id=end) for end in ends]
    said += [(f"old{end}", "notes", f"Seen {number} (fictional)") for end in ends]
    record_source(
        actor=work.officer, compartment_id=work.case.compartment_id,
        draft=SourceDraft(
            kind="document", title=f"Phones {number} (fictional)", owner="own", reliability="B", handling="H1",
            purpose="criminal_investigation", retain_until=dt.date(2031, 1, 1), basis="intelligence",
            entities=tuple(entities), statements=tuple(StatementDraft(*one, accuracy=2) for one in said),
        ),
    )  # fmt: skip
    while matching.compare_waiting():
        pass
    pair = Finding.objects.latest("pk")
    matching.judge_pair(
        actor=work.officer, one_id=pair.one_id, other_id=pair.other_id, said="unsure", reason="Seen (fictional)."
    )
    Notice.objects.create(team=work.case.compartment, entity_id=pair.one_id, kind="phone", raised=timezone.now())


def _watched(work: Work, number: int) -> None:
    """A remedy, a note, a proof, a source kept too long with its mark, and a letter that left about the person."""
    now, officer = timezone.now(), work.officer
    remedy = RemedyRequest(
        number=f"RM-{number}", asker="self", person_id=work.person, asked="access", received=now.date(),
        received_through="post", due=now, recorded=now, recorded_by=officer,
    )  # fmt: skip
    remedy.words = {"asker_name": "Maria (fictional)"}
    remedy.save()
    PatternNote.objects.create(kind="burst", party=PARTY, judgement="seen", reason="Seen.", at=now, by=officer)
    DeletionProof.objects.create(
        kind="consent", object=number, reason="Over.", counts={}, digests=[], digest="0" * 64, checked={},
        audit_index=0, at=now, by=officer,
    )  # fmt: skip
    source = Source.objects.latest("pk")
    Source.objects.filter(pk=source.pk).update(retain_until=now.date() - dt.timedelta(days=1))
    ReviewMark.objects.create(kind="source", object=source.pk, due=now.date() - dt.timedelta(days=1), raised=now)
    release = Release.objects.create(
        kind="reply", recipient=PARTY, thread=f"s{number}", instrument="i0", purpose="criminal_investigation",
        urgency="routine", subject="Golden (fictional)", state="dispatched", created=now, changed=now,
    )  # fmt: skip
    decision = Decision(
        release=release, ruleset=RuleSetVersion.objects.get(), basis="0" * 64, digest="0" * 64, state="dispatched",
        outcome={"letter": {"verdict": "permit", "reasons": []}, "missing": [], "statements": []},
        package_digest="0" * 64, decided=now, dispatched=now,
    )  # fmt: skip
    decision.inputs, decision.package = b'{"inputs":{"statements":[]}}', b"{}"
    decision.save()
    about = Statement.objects.filter(source=source, entity_id=work.person).latest("pk")
    StatementOutcome.objects.create(decision=decision, statement=about, verdict="permit")


def _transfers(work: Work, number: int) -> None:
    now = timezone.now()
    ImportBatch.objects.create(
        state="checked", mapping="ftm", kind="entities", compartment=work.case.compartment, case=work.case, made=now,
        title=f"Golden {number} (fictional)", file_name="a.csv", size=1, sha256="0" * 64, made_by=work.officer,
        changed=now,
    )  # fmt: skip
    Export.objects.create(
        number=f"E{number}", what="entities", file_format="csv", recipient=PARTY, recipient_name="Office (fictional)",
        purpose="criminal_investigation", classification="H1", rows=1, withheld=0, content_sha256="0" * 64,
        file_sha256="0" * 64, file_name="a.csv", size=1, made=now, made_by=work.officer,
    )  # fmt: skip


def _rule_book(work: Work, number: int) -> None:
    now, officer = timezone.now(), work.officer
    RuleSetAdoption.objects.create(
        version=f"{number:064d}", files={}, source="uploaded", state="rejected", proposed_by=officer, proposed=now,
        rejected_by=officer, rejected=now,
    )  # fmt: skip
    RuleSignOff.objects.create(
        rule="R18", file_digest="0" * 64, jurisdiction="Austria", sources="A text", checked=now.date(), at=now,
        expires=now.date(), officer=officer, method="totp", key_id="k", public_key=b"", signature=b"",
    )  # fmt: skip
    for state in ("taken", "proposed"):
        Setting.objects.create(
            key="risk_days", country="CN", value=20, reason="r", source="s", state=state, proposed_by=officer,
            proposed=now, taken=now if state == "taken" else None, from_day=now.date(),
        )  # fmt: skip
    for kind in ("uploaded", "replay"):
        Simulation.objects.create(
            made_by=officer, made=now, sandbox={"kind": kind}, files={}, version="v", state="done"
        )
    found, _made = Simulation.objects.get_or_create(
        made_by=officer, sandbox={"kind": "shipped"}, files={}, version="v", state="done", defaults={"made": now}
    )
    decision = Decision.objects.filter(state="decided").latest("pk")
    part = {"appear": ["R18a"], "disappear": [], "number": 1}
    change = {"decision": decision.pk, "letter": ["permit", "refuse"], "conditions": {}, "statements": [
        {"verdict": ["permit", "redact"], **part}], **part}  # fmt: skip
    found.changes = [*found.changes, change]
    found.save()
