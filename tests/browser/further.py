"""What the story leaves out and pages show: a newcomer, an auditor, a file not yet imported, an export, a closed case.

Started as `python -m tests.browser.further HOME NODE`, because a process holds the settings of one node. Everything is
done through the node's own actions. Standard input is the card of a partner that nobody has confirmed, or nothing.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.browser.helping import walked_path
from tests.browser.kinship import kinship_unit
from tests.browser.twins import known_twice
from tests.node.accounts.software_passkey import SoftwarePasskey
from tests.resident import run_python
from tests.story_nodes import StoryNodes

AUDITOR, NEWCOMER, GUARDIAN = "dora", "nora", "gerda"
PASSWORD = "seven clouds above the harbour"
HALF_WAY = "dora, at her second factor"
"""Who has entered the auditor's password and not yet her code."""
PASSKEY_NAME = "Key of the office (fictional)"
JOINT_TITLE = "Recruitment across two borders (fictional)"
JOINT_CLAUSE = "Only for what the team investigates (fictional)."
JOINT_AMENDED = "No use outside the team any more (fictional)."
JOINT = (JOINT_TITLE, JOINT_CLAUSE, JOINT_AMENDED)
FAULTY = "agency_name,registration_number,jurisdiction\nProbe (fictional),FN 000009x,AT\n,FN 000008x,Atlantis\n"


def prepare(nodes: StoryNodes) -> None:
    """Do it in the nodes that need it."""
    with closing(sqlite3.connect(nodes.home / "vienna" / "store.sqlite3")) as store:
        card = store.execute(
            "select c.raw from partners_nodecard c join partners_party p on p.id = c.party_id where p.kind = 'io'"
        ).fetchone()[0]
    renewed = json.loads(nodes.of("vienna", "partner", "card", "--renew", "--json").stdout)["card"].encode()
    for node, given in (("vienna", b""), ("beijing", renewed), ("shelter", bytes(card))):
        done = run_python(["-m", "tests.browser.further", str(nodes.home / node), node], os.environ, given)
        assert done.returncode == 0, done.stderr.decode()


def main(home: Path, node: str) -> None:
    """What one node's officers do besides the story."""
    from clew.cli.answers import set_up_node

    set_up_node(home)
    if node == "vienna":
        newcomers()
        files()
        closed_case()
        rule_book()
        mark()
        joint_investigation()
        contact_points()
        watched_over()
        rewritten_log()
        integration()
        kinship_unit()
        walked_path()
        known_twice()
    elif node == "beijing":
        begun_answer()
        renewed_partner(sys.stdin.buffer.read())
    else:
        unconfirmed_partner(sys.stdin.buffer.read())
        guardian()
        checked_disclosure()


def newcomers() -> None:
    """An auditor who is also data protection officer, in the team of the case; and one who has no second factor yet."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from allauth.mfa.webauthn.internal.auth import WebAuthn
    from django.conf import settings

    from clew.demo.acts.script import officer
    from clew.node.accounts.actions import NODE, add_member, create_officer
    from clew.node.cases.models import Case

    dora = create_officer(actor=NODE, username=AUDITOR, full_name="Dora Prüfbeispiel (fictional)", password=PASSWORD,
                          roles=["auditor", "data_protection_officer"])  # fmt: skip
    TOTP.activate(dora, generate_totp_secret())
    RecoveryCodes.activate(dora)
    host, port = settings.NODE.host, settings.NODE.port
    WebAuthn.add(dora, PASSKEY_NAME, SoftwarePasskey(host, f"http://{host}:{port}").register())
    team = Case.objects.earliest("pk").compartment
    add_member(actor=officer("admin"), compartment=team, officer=dora)
    create_officer(actor=NODE, username=NEWCOMER, full_name="Nora Neubeispiel (fictional)", roles=["analyst"])


def files() -> None:
    """One file uploaded, one checked with a faulty row, one mapping kept, one export."""
    from clew.demo.acts.script import officer
    from clew.node.cases.models import Case
    from clew.node.transfer.actions import check_import, choose_mapping, request_export, save_matching, upload_file

    anna, case = officer("anna"), Case.objects.earliest("pk")
    for title in ("Extract that is only uploaded (fictional)", "Extract with a fault (fictional)"):
        batch = upload_file(actor=anna, file_name="faulty.csv", content=[FAULTY.encode()], title=title,
                            compartment_id=case.compartment_id, case_id=case.pk)  # fmt: skip
    choose_mapping(actor=anna, batch_id=batch.pk, mapping="agencies")
    check_import(actor=anna, batch_id=batch.pk)
    save_matching(actor=anna, title="Register of firms (fictional)", mapping="agencies", options={})
    request_export(actor=anna, what="case", file_format="csv", purpose="criminal_investigation", case_id=case.pk,
                   reason="A meeting of the unit (fictional).")  # fmt: skip


def closed_case() -> None:
    """A case that is over."""
    from clew.demo.acts.script import officer
    from clew.node.cases.actions import close_case, open_case

    case = open_case(actor=officer("anna"), title="A hint that led nowhere (fictional)", kind="investigation")
    close_case(actor=officer("anna"), case_id=case.pk, reason="Nothing was found (fictional).")


def rule_book() -> None:
    """A proposed rule set, a sign-off, a setting in effect and one that waits, a simulation and a replay."""
    from django.utils import timezone

    from clew.demo.acts.script import officer
    from clew.disclosure.ruleset import shipped_rules
    from clew.node.accounts.actions import StepUp
    from clew.node.accounts.models import Officer
    from clew.node.accounts.step_up import prove
    from clew.node.disclosure.actions import run_simulations
    from clew.node.disclosure.queries.simulating import Selection, chosen_decisions
    from clew.node.rulebook import actions
    from clew.node.rulebook.actions.setting import SettingDraft
    from clew.node.rulebook.queries import sign_offs_of

    bernd, dora, today = officer("bernd"), Officer.objects.get(username=AUDITOR), timezone.now().date()
    other = shipped_rules().without("R46")
    actions.propose_rule_set(actor=bernd, files=other.files, source="uploaded", reason="To try it (fictional).")
    rule = sign_offs_of("R18")
    if rule is None:
        raise LookupError("R18")
    actions.sign_off_rule(
        actor=bernd, rule_id="R18", file=rule.file, jurisdiction="Austria (fictional)", sources="A text (fictional).",
        checked=today, expires=today.replace(year=today.year + 1), step_up=prove(StepUp(bernd.pk, "totp")),
    )  # fmt: skip
    for days in (20, 60):
        draft = SettingDraft("risk_days", days, "So decided (fictional).", "Order 1 (fictional)", today)
        actions.propose_setting(actor=dora, draft=draft)
    chosen = chosen_decisions(Selection())
    for sandbox, rules in (({"kind": "uploaded"}, shipped_rules().without("R18")), ({"kind": "replay"}, other)):
        actions.start_simulation(actor=bernd, sandbox=sandbox, rules=rules, selection={}, chosen=chosen)
    run_simulations(60)


def mark() -> None:
    """A source on hold."""
    import datetime as dt

    from django.utils import timezone

    from clew.demo.acts.script import officer
    from clew.node.disclosure.actions import set_mark
    from clew.node.dossier.models import Source

    review = timezone.now().date() + dt.timedelta(days=30)
    set_mark(actor=officer("anna"), kind="on_hold", source_id=Source.objects.earliest("pk").pk, review=review,
             reason="An observation is under way (fictional).")  # fmt: skip


def watched_over() -> None:
    """A request for a check that runs and one that is answered; a source kept too long, and one that was deleted."""
    from django.utils import timezone

    from clew.demo.acts.script import officer
    from clew.node.cases.models import Case
    from clew.node.dossier.models import Source
    from clew.node.oversight import actions

    dora, anna, today = officer(AUDITOR), officer("anna"), timezone.localdate()
    _request(dora, None)
    answered = _request(dora, None)
    actions.answer_remedy(actor=dora, remedy_id=answered, kind="neutral", language="en", reason="Nothing is held.")
    team = Case.objects.earliest("pk").compartment_id
    kept = [_old_sheet(anna, team, number) for number in (1, 2)]
    Source.objects.filter(pk__in=kept).update(retain_until=today - dt.timedelta(days=1))
    actions.delete_and_prove(actor=dora, kind="source", pk=kept[1], reason="Its time is over (fictional).")


def rewritten_log() -> None:
    """A partner whose log is not what it was."""
    from django.db import transaction
    from django.utils import timezone

    from clew.node.exchange.witnessing import THEIRS, contradict
    from clew.node.partners.queries import parties

    uid = parties(status="active")[0].uid
    kept, shown = (f"clew/{uid}\n{size}\n{'A' * 43}=\n\n— clew/{uid} {'B' * 92}\n" for size in (412, 97))
    with transaction.atomic():
        contradict(uid, THEIRS, "smaller", kept_note=kept, shown_note=shown, now=timezone.now())


def integration() -> None:
    """A case system for which the auditor answers: a token, and notifications that find their way closed."""
    from clew.demo.acts.script import officer
    from clew.node.accounts.actions import StepUp
    from clew.node.accounts.step_up import prove
    from clew.node.api import actions

    dora = officer(AUDITOR)
    made = actions.register_integration(
        actor=officer("admin"), name="Case system (fictional)", purpose="Keeps both files in step (fictional).",
        responsible_id=dora.pk, roles=["investigator"],
    )  # fmt: skip
    # An address that the settings do not allow: a test connects to nothing.
    named = {"url": "https://127.0.0.1:9/notify", "events": ["case.opened"]}
    actions.issue_token(
        actor=dora, integration_id=made.pk, scopes=["case.see"], days=90, step_up=prove(StepUp(dora.pk, "totp"))
    )
    actions.set_webhook(actor=dora, integration_id=made.pk, **named, step_up=prove(StepUp(dora.pk, "totp")))
    actions.try_webhook(actor=dora, integration_id=made.pk)


def checked_disclosure() -> None:
    """A data-protection officer of the shelter checks what left about one of its guests."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from clew.node.accounts.actions import NODE, create_officer
    from clew.node.disclosure.queries import disclosures_about
    from clew.node.dossier.models import Entity
    from clew.node.oversight import actions

    gerda = create_officer(actor=NODE, username=GUARDIAN, full_name="Gerda Hutbeispiel (fictional)",
                           password=PASSWORD, roles=["data_protection_officer"])  # fmt: skip
    TOTP.activate(gerda, generate_totp_secret())
    persons = Entity.objects.filter(schema="Person").order_by("pk").values_list("pk", flat=True)
    told = next(person for person in persons if disclosures_about(person).exists())
    actions.judge_disclosure(
        actor=gerda, remedy_id=_request(gerda, told), decision_id=disclosures_about(told)[0].pk, judgement="lawful",
        reason="With her consent (fictional).", told=False,
    )  # fmt: skip


def _request(taker: Any, person: int | None) -> int:
    from django.utils import timezone

    from clew.node.oversight import actions

    draft = actions.RemedyDraft(
        asker="self", asker_name="Robin Beispiel (fictional)", on_behalf="", verified="Passport (fictional).",
        about="Robin Beispiel (fictional)", person_id=person, asked="access", received=timezone.localdate(),
        received_through="post",
    )  # fmt: skip
    return int(actions.open_remedy_request(actor=taker, draft=draft).pk)


def _old_sheet(anna: Any, team: int, number: int) -> int:
    from django.conf import settings
    from django.utils import timezone

    from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
    from clew.node.dossier.actions import record_source

    draft = SourceDraft(
        kind="document", title=f"Old sheet {number} (fictional)", owner=settings.NODE.node_id, reliability="B",
        handling="H0", purpose="criminal_investigation", retain_until=timezone.localdate() + dt.timedelta(days=1),
        basis="intelligence", entities=(EntityDraft("firm", "Company"),),
        statements=(StatementDraft("firm", "name", f"Kontor Altblatt {number} (fictional)", 1),),
    )  # fmt: skip
    return int(record_source(actor=anna, compartment_id=team, draft=draft).pk)


def begun_answer() -> None:
    """An answer that was begun, and that the rules have not seen."""
    from clew.demo.acts.script import officer
    from clew.node.exchange.actions import read_letter
    from clew.node.exchange.answering import draft_answer
    from clew.node.exchange.models import Letter

    request = Letter.objects.filter(direction="in", kind="request").latest("pk")
    letter = read_letter(actor=officer("lin"), letter_uid=request.uid)
    if letter is None:
        raise LookupError(request.uid)
    draft_answer(officer("lin"), letter)


def joint_investigation() -> None:
    """An agreement that a second officer confirmed, and an amendment that waits for one."""
    import datetime as dt

    from clew.demo.acts.script import officer
    from clew.node.accounts.actions import NODE
    from clew.node.partners import actions
    from clew.node.partners.models import Instrument, JointChange, Party

    police = [one.uid for one in Party.objects.filter(kind="police", parent=None).order_by("-is_own", "pk")]
    today = dt.date.today()  # noqa: DTZ011 - the day on which the pages are looked at
    terms = actions.JointTerms(
        title=JOINT_TITLE, instrument=Instrument.objects.earliest("pk").code, lead=police[0], period_from=today,
        period_until=today + dt.timedelta(days=300), clause=JOINT_CLAUSE, purposes=("criminal_investigation",),
        outside_use="consent",
    )  # fmt: skip
    draft = actions.JointDraft("FICTIONAL-JIT-1", terms, police, fictional=True)
    actions.register_joint_agreement(actor=NODE, draft=draft)
    actions.confirm_joint_change(actor=officer("bernd"), change_id=JointChange.objects.get().pk)
    actions.amend_joint_agreement(
        actor=NODE, code=draft.code, day=today, text=JOINT_AMENDED, changes={"outside_use": "no"}, signed_by=police
    )


def contact_points() -> None:
    """Contact points of all partners: of the first one is to be tried, of the last one is being tried."""
    from clew.demo.acts.script import officer
    from clew.node.partners import actions
    from clew.node.partners.contact_tests import contact_lines
    from clew.node.partners.models import Party

    duty = [{"kind": "duty phone", "value": "+00 0 0000000 (fictional)", "note": "day and night"}]
    partners = list(Party.objects.filter(is_own=False).order_by("pk"))
    for party in partners:
        actions.set_contacts(actor=officer("anna"), party_uid=party.uid, contacts=duty)
    for party in (partners[0], partners[-1]):
        (line,) = contact_lines(Party.objects.get(pk=party.pk))
        test = actions.begin_contact_test(actor=officer("anna"), party_uid=party.uid, contact=line)
        if party == partners[0]:
            actions.end_contact_test(actor=officer("anna"), test_id=test.pk, answered=False)


def renewed_partner(card: bytes) -> None:
    """A partner's renewed card, which the key that was confirmed before signed; its letter may have brought it."""
    from clew.exchange.cards import read_card
    from clew.node.accounts.actions import NODE
    from clew.node.partners.actions import import_renewal

    import_renewal(actor=NODE, sender=read_card(card).uid, raw=card)


def unconfirmed_partner(card: bytes) -> None:
    """A partner whose fingerprint nobody has compared."""
    from clew.demo.acts.script import officer
    from clew.node.partners.actions import import_card

    import_card(actor=officer("clara"), raw=card)


def guardian() -> None:
    """Somebody who says that he may answer for the person, and into whom nobody has looked yet."""
    import datetime as dt

    from django.utils import timezone

    from clew.demo.acts.script import officer
    from clew.node.cases.models import Case
    from clew.node.consent.actions import GuardianDraft, record_guardian
    from clew.node.dossier.models import Entity

    today = timezone.localdate()
    draft = GuardianDraft(
        name="Uncle Beispiel (fictional)", relation="relative", authority="Says so himself", conflict="unknown",
        conflict_reason="", valid_from=today, valid_until=today + dt.timedelta(days=90),
    )  # fmt: skip
    record_guardian(
        actor=officer("clara"), person_id=Entity.objects.filter(schema="Person").earliest("pk").pk,
        compartment_id=Case.objects.earliest("pk").compartment_id, draft=draft,
    )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
