"""Every action with the objects of a team's work, called by an officer of another team who holds every role.

The pages answer 404 before an action is called; here its own check of the object is asked. Arguments come from a table
by their names, so that an action with a new one fails until it is said what it names.
"""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from clew.disclosure.particulars import Asked, Compared, ComparedPart, Filed, Particulars, Referred
from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.kinship.laboratory_files import LaboratoryFile
from clew.node.accounts.acting import RegisteredAction
from clew.node.accounts.actions import ACTIONS, Officer, Refused, StepUp
from clew.node.accounts.permissions import roles_holding
from clew.node.accounts.step_up import prove
from clew.node.audit.models import AuditEntry
from clew.node.cases import actions as cases
from clew.node.consent.actions import Answer, Circumstances, ConsentDraft, GuardianDraft
from clew.node.dossier.models import Statement
from clew.node.dossier.queries import release_facts
from clew.node.exchange.actions import Grades
from clew.node.exchange.models import Letter, Recall, Thread
from clew.node.home import load_home
from clew.node.kinship import actions as kinship
from clew.node.sealed_files import ReceivedFile
from clew.node.transfer.actions import request_export
from clew.node.types import BadInput
from clew.vocabulary import codelist
from tests.node.canaries.planting import World
from tests.node.test_roles_by_actions import action_modules

pytestmark = pytest.mark.django_db
ROLES = [code for code, _label in codelist("roles").choices("en")]

KEEPS_ALL = (
    "the data-protection officer reviews, keeps and deletes over all teams (`retention.review`), each act logged"
)
WHOLE = "belongs to the whole organisation"
INSIDE = "called inside an act that has checked its object; it shows nothing"
NO_OBJECT_OF_A_TEAM = {
    "api.": f"an integration and its tokens {WHOLE}",
    "accounts.create_": "officers and units are the administrator's work; the team of a new case is its opener's",
    "accounts.set_": "officers are the administrator's work, the language one's own",
    "accounts.deactivate_officer": "officers are the administrator's work",
    "accounts.reactivate_officer": "officers are the administrator's work",
    "accounts.add_member": "who is in which unit is the administrator's work",
    "accounts.remove_member": "who is in which unit is the administrator's work",
    "accounts.issue_sign_in_link": "officers are the administrator's work",
    "partners.": f"the directory, cards, instruments: {WHOLE}",
    "rulebook.": f"rules and settings: {WHOLE}",
    "oversight.": "data-protection officers and legal advisers look over all teams, at digest level, each look logged",
    "transfer.save_": f"a mapping {WHOLE}",
    "transfer.rename_mapping": f"a mapping {WHOLE}",
    "transfer.delete_mapping": f"a mapping {WHOLE}",
    "transfer.publish_table": f"the register of tables of records, which are no persons, {WHOLE}",
    "disclosure.record_assurance": f"a partner's written word {WHOLE}",
    "kinship.register_laboratory": f"which laboratory counts: {WHOLE}",
    "kinship.end_laboratory": f"which laboratory counts: {WHOLE}",
    "referral.sign_off_indicators": f"which sets of indicators agree with their text: {WHOLE}",
    "referral.end_sign_off": f"which sets of indicators agree with their text: {WHOLE}",
    "referral.register_service": f"the directory of services {WHOLE}; of a team, only its own may enter one",
    "referral.set_places": f"the directory of services {WHOLE}",
    "referral.end_service": f"the directory of services {WHOLE}",
    "cases.finish_tasks_at": f"names an address: {INSIDE} (an approval ticks off what asked for it)",
    "disclosure.register_letter_entities": f"names a thread: {INSIDE} (the taking of a letter)",
    "exchange.announce": f"what this organisation says of itself {WHOLE}",
    "exchange.discard_rejected": "a rejected envelope was never opened, so it belongs to no team",
    "exchange.settle_contradiction": f"the audit log of a node {WHOLE}",
    "exchange.write_again": f"the letters to a partner {WHOLE}",
    "cases.open_case": "a new case has no team yet",
    "cases.delete_document": KEEPS_ALL,
    "cases.blank_words": KEEPS_ALL,
    "consent.delete_consent": KEEPS_ALL,
    "disclosure.remove_safeguard": KEEPS_ALL,
    "disclosure.forget_contents": KEEPS_ALL,
    "exchange.forget_letters": KEEPS_ALL,
    "dossier.destroy_source": KEEPS_ALL,
    "dossier.prolong_source": KEEPS_ALL,
    "dossier.rebuild_rows": "makes every row anew from the statements and shows none",
    "dossier.protect_expired": "only ever protects, whoever's team it is",
}
"""Actions, or the beginnings of their names, that name no object of a team, with the reason."""


def _pk(label: str, **wanted: Any) -> Callable[[World], Any]:
    return lambda _world: apps.get_model(label)._default_manager.filter(**wanted).order_by("pk")[0].pk


def _finding() -> Any:
    return apps.get_model("matching.Finding")._default_manager.order_by("pk")[0]


def _taken(_world: World) -> str:
    return str(Thread.objects.exclude(case=None)[0].letters.filter(direction="in")[0].uid)


def _statements(world: World) -> list[int]:
    return list(Statement.objects.filter(source_id=world.sources["Suspetitle"]).values_list("pk", flat=True)[:1])


OBJECTS: dict[str, Callable[[World], Any]] = {
    "batch_id": _pk("transfer.ImportBatch"),
    "case_id": lambda world: world.case.pk,
    "compartment_id": lambda world: world.case.compartment_id,
    "consent_id": _pk("consent.Consent"),
    "deadline_id": _pk("cases.Deadline"),
    "decision_id": lambda world: world.decision,
    "document_id": _pk("cases.Document"),
    "document_ids": lambda _world: [_pk("cases.Document")(_world)],
    "entity_id": lambda world: world.person,
    "entity_ids": lambda world: [world.person],
    "entry_id": _pk("exchange.OutboxEntry", delivered=None, letter__isnull=False),
    "export_id": _pk("transfer.Export"),
    "guardian_id": _pk("consent.Guardian"),
    "child_id": _pk("kinship.FoundChild"),
    "family_id": _pk("kinship.Family"),
    "hit_id": _pk("kinship.Hit"),
    "profile_id": _pk("kinship.Profile", destroyed=None),
    "search_id": _pk("kinship.Search"),
    "session_id": _pk("kinship.Session"),
    "wide_id": _pk("kinship.WideSearch"),
    "telling_id": _pk("kinship.Telling"),
    "keep_id": lambda world: world.person,
    "letter_uid": _taken,
    "link_id": _pk("cases.CaseEntity"),
    "mark_id": _pk("disclosure.Mark"),
    "notice_id": _pk("matching.Notice"),
    "one": lambda world: world.person,
    "other": lambda world: world.person,
    "other_id": lambda world: world.person,
    "person_id": lambda world: world.person,
    "recall_uid": lambda _world: Recall.objects.filter(direction="in", outcome="")[0].uid,
    "path_id": _pk("referral.Path"),
    "incoming_id": _pk("referral.IncomingReferral"),
    "referral_id": _pk("referral.Referral", state="asked"),
    "release_id": _pk("disclosure.Release"),
    "service_id": _pk("referral.Service"),
    "source_id": lambda world: world.sources["Suspetitle"],
    "statement_id": lambda world: _statements(world)[0],
    "statement_ids": _statements,
    "statements": _statements,
    "task_id": _pk("cases.Task"),
    "transfer_id": _pk("exchange.Transfer"),
    "verdict_id": _pk("matching.Verdict"),
}
"""What names an object of the team's, by the argument's name."""


def _source() -> SourceDraft:
    return SourceDraft(
        kind="interview", title="Title (fictional)", owner="own", reliability="B", handling="H0",
        purpose="criminal_investigation", basis="intelligence",
        retain_until=timezone.localdate() + dt.timedelta(days=300),
        entities=(EntityDraft("him", "Person", category="suspect"),),
        statements=(StatementDraft("him", "name", "Karl Beispiel (fictional)", accuracy=2),),
    )  # fmt: skip


def _profile(_world: World) -> kinship.ProfileDraft:
    profile = apps.get_model("kinship.Profile")._default_manager.filter(child__isnull=False)[0]
    return kinship.ProfileDraft(
        profile.laboratory_id, "LAB-9", timezone.localdate(), profile.consent_number, {"TH01": "6/7"},
        child_id=profile.child_id,
    )  # fmt: skip


def _circumstances() -> dict[str, Any]:
    return {
        "given_by": "self", "language": "de", "method": "oral_witnessed", "given": timezone.localdate(),
        "expires": timezone.localdate() + dt.timedelta(days=5), "understood": True,
        "explained_by": "Explainer (fictional)",
        "capacity": "able", "witness": "Witness (fictional)",
    }  # fmt: skip


VALUES: dict[str, Callable[[Officer], Any]] = {
    "answer": lambda _who: "yes",
    "assigned_id": lambda who: who.pk,
    "assessed": lambda _who: timezone.localdate(),
    "by_referral": lambda _who: False,
    "category": lambda _who: "witness",
    "content": lambda _who: iter([b"content"]),
    "due": lambda _who: timezone.now() + dt.timedelta(days=9),
    "answer_by": lambda _who: timezone.localdate() + dt.timedelta(days=9),
    "conditions": lambda _who: ["Not before a court (fictional)."],
    "expires": lambda _who: timezone.localdate() + dt.timedelta(days=9),
    "facts": lambda _who: "Facts (fictional).",
    "favourable": lambda _who: True,
    "file_format": lambda _who: "csv",
    "file_name": lambda _who: "file.csv",
    "given": lambda _who: timezone.localdate(),
    "good_rows_only": lambda _who: False,
    "instrument": lambda _who: "FICTIONAL-ARRANGEMENT",
    "kind": lambda _who: "request",
    "level": lambda _who: "year",
    "mapping": lambda _who: "agencies",
    "media_type": lambda _who: "image/jpeg",
    "contact": lambda _who: "desk-1",
    "necessity": lambda _who: "Necessary.",
    "offence_codes": lambda _who: ["at_104a"],
    "officer": lambda who: who,
    "officer_id": lambda who: who.pk,
    "purpose": lambda _who: "criminal_investigation",
    "reason": lambda _who: "Because.",
    "reasons": lambda _who: "Because.",
    "recipient": lambda _who: "own",
    "reference": lambda _who: "REF-1",
    "role": lambda _who: "approver",
    "set_by": lambda _who: "Court",
    "state": lambda _who: "cn",
    "step_up": lambda who: prove(StepUp(who.pk, "totp")),
    "subject": lambda _who: "Subject (fictional)",
    "summary": lambda _who: "Summary.",
    "text": lambda _who: "Text.",
    "title": lambda _who: "Title",
    "until": lambda _who: timezone.localdate() + dt.timedelta(days=99),
    "url": lambda _who: "/",
    "value": lambda _who: "Value",
    "waiting": lambda _who: False,
    "what": lambda _who: "case",
    "party_uid": lambda _who: "partner",
}
"""What names no object, by the argument's name; arguments with a default that stand in no table are left out."""


def _yes(_world: World) -> bool:
    return True


OF_ONE: dict[str, dict[str, Callable[[World], Any]]] = {
    "accounts.add_to_case_team": {"compartment": lambda world: world.case.compartment},
    "accounts.remove_from_case_team": {"compartment": lambda world: world.case.compartment},
    "consent.record_answers": {
        "said": lambda _world: Circumstances(**_circumstances()),
        "answers": lambda _world: [Answer("court", "own", agreed=["contact"])],
    },
    "consent.record_consent": {
        "draft": lambda world: ConsentDraft(
            purpose="court", recipient=world.beijing.partner.uid, items=["contact"], **_circumstances()
        )
    },
    "consent.record_guardian": {
        "draft": lambda _world: GuardianDraft(
            name="Guardian (fictional)",
            relation="relative",
            authority="Court",
            reference="1",
            conflict="no",
            conflict_reason="Looked into.",
            valid_from=timezone.localdate(),
            valid_until=timezone.localdate() + dt.timedelta(days=20),
        )
    },
    "disclosure.record_safeguard": {"kind": lambda _world: "sheltered", "answer": lambda _world: ["yes"]},
    "disclosure.set_mark": {"kind": lambda _world: "on_hold"},
    "dossier.append_to_source": {"entities": lambda _world: _source().entities, "statements": lambda _world: ()},
    "dossier.record_source": {"draft": lambda _world: _source()},
    "dossier.start_source": {"draft": lambda _world: _source()},
    "cases.take_in_document": {
        "received": lambda _world: ReceivedFile(load_home().documents, "f" * 32, "a" * 64, 1, b"k" * 32),
        "party": lambda world: world.beijing.partner.uid,
    },
    "cases.link_reference": {"party_uid": lambda world: world.beijing.partner.uid},
    "disclosure.draft_correction": {
        "number": lambda _world: 1,
        "old": lambda world: _statements(world)[0],
        "new": lambda world: _statements(world)[0],
        "reason": lambda _world: "wrong",
    },
    "disclosure.draft_compared": {
        "kind": lambda _world: "private-question",
        "compared": lambda world: Compared(
            '{"kinds":[]}', "desk-1", 1, (ComparedPart((_statements(world)[0],), "AAAA"),), ("AAAA",)
        ),
        "recipient": lambda world: world.beijing.partner.uid,
    },
    "exchange.ask_privately": {"recipient": lambda world: world.beijing.partner.uid},
    "disclosure.draft_evidence": {
        "particulars": lambda world: Particulars(
            files=(Filed(_statements(world)[0], 1, "a" * 64, 200, ("b" * 64,)),), part_size=65536
        ),
        "recipient": lambda world: world.beijing.partner.uid,
    },
    "disclosure.draft_particular": {
        "kind": lambda _world: "clarify",
        "particulars": lambda _world: Particulars("unclear", (Asked("Which?", 1),)),
        "recipient": lambda world: world.beijing.partner.uid,
        "urgency": lambda _world: "routine-7d",
        "thread": lambda _world: "a" * 32,
        "in_reply_to": _taken,
    },
    "disclosure.draft_release": {"recipient": lambda world: world.beijing.partner.uid},
    "disclosure.record_authorisation": {"recipient": lambda world: world.beijing.partner.uid},
    "exchange.prepare_files": {"recipient": lambda world: world.beijing.partner.uid},
    "exchange.say_whom_it_shows": {
        "name": lambda _world: "photo.jpg",
        "persons": lambda _world: (),
        "nobody": lambda _world: True,
        "grades": lambda _world: Grades("H0", "A", 1, "criminal_investigation", timezone.localdate()),
    },
    "exchange.explain_delay": {"code": lambda _world: "other", "words": lambda _world: "Words (fictional)."},
    "exchange.answer_recall": {"outcome": lambda _world: "done"},
    "exchange.recall_letter": {
        "letter_uid": lambda _world: Letter.objects.filter(direction="out", thread__case__isnull=False)[0].uid,
        "what": lambda _world: "restrict",
        "reason": lambda _world: "wrong",
    },
    "exchange.recall_source": {"what": lambda _world: "restrict", "reason": lambda _world: "wrong"},
    "exchange.refuse_letter": {"code": lambda _world: "not_competent"},
    "matching.judge_pair": {
        "one_id": lambda _world: _finding().one_id,
        "other_id": lambda _world: _finding().other_id,
        "said": lambda _world: "same",
    },
    "kinship.answer_telling": {"approve": lambda _world: True},
    "kinship.ask_laboratory": {"laboratory_id": _pk("kinship.Laboratory")},
    "kinship.decide_protection": {"may": lambda _world: True},
    "kinship.hear_child": {"view": lambda _world: "wants", "note": lambda _world: "Asked."},
    "kinship.propose_telling": {"whom": lambda _world: "child"},
    "kinship.record_answer": {"confirmed": lambda _world: True, "report": lambda _world: "R-1"},
    "kinship.start_search": {"log10": lambda _world: 4.0},
    "kinship.start_wide_search": {"log10": lambda _world: 4.0},
    "kinship.import_profiles": {
        "laboratory_id": _pk("kinship.Laboratory"),
        "taken": lambda _world: timezone.localdate(),
        "file": lambda _world: LaboratoryFile((), ()),
        "dry_run": lambda _world: True,
    },
    "kinship.destroy_profile": {"reason": lambda _world: "mistake"},
    "kinship.record_profile": {"draft": _profile},
    "kinship.register_family": {
        "draft": lambda _world: kinship.FamilyDraft("FAM-9", [{"id": "MP"}, {"id": "F"}], "MP", "norstr_norway")
    },
    "kinship.register_found_child": {"reference": lambda _world: "CH-9", "sex": lambda _world: "male"},
    "referral.answer_entry": {"entry_id": _pk("referral.Entry", approved=None, needs_second=True), "approve": _yes},
    "referral.answer_referral": {"accept": _yes},
    "referral.record_arrival": {"on": lambda _world: timezone.localdate()},
    "referral.record_incoming_arrival": {"on": lambda _world: timezone.localdate()},
    "referral.take_incoming": {"team_id": lambda world: world.case.compartment_id},
    "referral.refer_by_letter": {"draft": lambda _world: None, "letter": lambda _world: None},
    "disclosure.draft_referral": {
        "referred": lambda _world: Referred("consent", "2026-12-01T00:00:00Z", ()),
        "needed": lambda _world: {},
        "urgency": lambda _world: "urgent-3d",
    },
    **{
        f"referral.{name}": {"draft": lambda _world: None}
        for name in (
            "grant_reflection",
            "make_referral",
            "propose_closing",
            "record_assistance",
            "record_best_interests",
            "record_contact",
            "record_follow_up",
            "record_identification",
            "record_justice",
            "record_residence",
            "record_screening",
        )
    },
    "transfer.request_export": {"purpose": lambda _world: "own_use"},
}
"""Arguments that mean something else in one action, or that one alone has."""

SAID_AT_THE_FIELD = {"transfer.request_export": "case_id", "cases.link_entity": "entity"}
"""Actions that refuse at a field of their form, in the words with which they refuse a number that names nothing."""

LEFT_OUT = {
    "cases.link_entities": "an import or a letter brings what its team knows; all else is left out, nobody told",
    "disclosure.draft_release": "a statement that its officer may not see is not decided upon, so it never leaves",
    "disclosure.draft_compared": "a statement that its officer may not see is not decided upon: no point of it leaves",
}
"""Actions that take several numbers and leave out those of another team, with the reason."""

OWN_PLACE = ("case_id", "compartment_id")
"""What names where something is put: the second time, it is a place of the outsider's own."""


def _team_actions() -> list[RegisteredAction]:
    """Those that an officer can be permitted; the others are refused to every officer (`test_roles_by_actions`)."""
    ours = [one for one in ACTIONS.values() if one.function.__module__.startswith("clew.")]
    return [
        one for one in ours if roles_holding(one.permission) and not one.name.startswith(tuple(NO_OBJECT_OF_A_TEAM))
    ]


def _parameters(found: RegisteredAction) -> list[inspect.Parameter]:
    return [
        one
        for one in found.signature.parameters.values()
        if one.name not in {"actor", "now"} and one.kind is not inspect.Parameter.VAR_KEYWORD
    ]


def _named(found: RegisteredAction) -> set[str]:
    """The arguments of the action that name an object of the team's."""
    own = OF_ONE.get(found.name, {})
    return {one.name for one in _parameters(found) if one.name in OBJECTS and one.name not in own} | set(own)


def _arguments(found: RegisteredAction, world: World, outsider: Officer) -> dict[str, Any]:
    given: dict[str, Any] = {"now": timezone.now()} if "now" in found.signature.parameters else {}
    for one in _parameters(found):
        if one.name in OF_ONE.get(found.name, {}):
            given[one.name] = OF_ONE[found.name][one.name](world)
        elif one.name in OBJECTS:
            given[one.name] = OBJECTS[one.name](world)
        elif one.default is inspect.Parameter.empty:
            given[one.name] = VALUES[one.name](outsider)
    return given


def _ended(found: RegisteredAction, outsider: Officer, given: dict[str, Any]) -> str:
    """How the action ended, "" where it was refused; nothing of it stays."""
    before = AuditEntry.objects.count()
    with transaction.atomic():
        try:
            shown = found.function(actor=outsider, **given)
        except Refused:
            return ""
        except BadInput as refused:
            if SAID_AT_THE_FIELD.get(found.name) == refused.field:
                return ""
            return f"{found.name}: {refused}"
        except Exception as other:  # noqa: BLE001  any other end is what the test reports
            return f"{found.name}: {type(other).__name__}: {other}"
        finally:
            transaction.set_rollback(True)
    return "" if found.reads and shown is None and AuditEntry.objects.count() == before else f"{found.name} was done"


@pytest.fixture
def outsider(world: World) -> Officer:
    return world.officer_factory(roles=ROLES, compartments=[world.elsewhere])


def test_every_argument_of_an_action_is_known_and_no_reason_is_left_over() -> None:
    assert action_modules(), "every app's actions have to be loaded, whichever tests run beside this one"
    unknown = [
        f"{found.name}({one.name})"
        for found in _team_actions()
        for one in _parameters(found)
        if one.default is inspect.Parameter.empty
        if not {one.name} & {*OBJECTS, *VALUES, *OF_ONE.get(found.name, {})}
    ]
    assert unknown == []
    assert [found.name for found in _team_actions() if not _named(found)] == []
    assert [each for each in NO_OBJECT_OF_A_TEAM if not any(name.startswith(each) for name in ACTIONS)] == []
    assert set(OF_ONE) <= set(ACTIONS)


def test_an_action_on_what_is_another_teams_is_refused_whatever_the_role(world: World, outsider: Officer) -> None:
    done = [_ended(found, outsider, _arguments(found, world, outsider)) for found in _team_actions()]
    assert [each for each in done if each] == []
    assert len(done) > 60


def test_nothing_of_another_team_is_brought_into_a_place_of_ones_own(world: World, outsider: Officer) -> None:
    case = cases.open_case(
        actor=outsider, title="Own case (fictional)", kind="investigation", offence_codes=["at_104a"], summary=""
    )  # fmt: skip
    own = {"case_id": case.pk, "compartment_id": case.compartment_id}
    done = []
    for found in _team_actions():
        named = _named(found)
        if named & set(OWN_PLACE) and named & set(OBJECTS) - set(OWN_PLACE) and found.name not in LEFT_OUT:
            given = _arguments(found, world, outsider)
            given |= {name: own[name] for name in OWN_PLACE if name in given}
            done.append(_ended(found, outsider, given))
    assert [each for each in done if each] == []
    assert len(done) >= 5


def test_what_an_action_leaves_out_of_another_team_is_really_left_out(world: World, outsider: Officer) -> None:
    case = cases.open_case(
        actor=outsider, title="Own case (fictional)", kind="investigation", offence_codes=["at_104a"], summary=""
    )  # fmt: skip
    assert cases.link_entities(actor=outsider, case_id=case.pk, entity_ids=[world.person]) == 0
    assert release_facts(officer=outsider, statement_ids=_statements(world)) == []
    assert len(release_facts(officer=world.officer, statement_ids=_statements(world))) == 1


def test_a_refusal_at_a_field_is_the_same_for_a_number_that_names_nothing(world: World, outsider: Officer) -> None:
    asked: dict[str, Any] = {"what": "case", "file_format": "csv", "purpose": "own_use"}
    said = set()
    for number in (world.case.pk, 999_999):
        with pytest.raises(BadInput) as refused:
            request_export(actor=outsider, case_id=number, **asked)
        said.add(str(refused.value))
    assert said == {"case_id: This case is not among yours. Choose one of your cases."}
