"""Plants the canaries: every sort of sensitive fact, through the actions with which officers record it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node import at_rest
from clew.node.accounts.actions import NODE, Officer, StepUp, add_member, create_compartment
from clew.node.accounts.models import Compartment
from clew.node.accounts.step_up import prove
from clew.node.cases import actions as cases
from clew.node.cases.models import Case, Document
from clew.node.consent import actions as consents
from clew.node.disclosure import actions as disclosure
from clew.node.dossier.actions import record_source, retract_statement, undo_source
from clew.node.dossier.models import Source, Statement
from clew.node.exchange.actions import Grades, prepare_files, say_whom_it_shows, take_letter
from clew.node.exchange.models import Letter, Recall
from clew.node.kinship import actions as kinship
from clew.node.kinship.models import Family, FoundChild, Hit, Laboratory, Profile, Search, WideSearch
from clew.node.matching import actions as matching
from clew.node.matching.models import Finding
from clew.node.oversight import actions as oversight
from clew.node.partners.models import Party
from clew.node.referral import actions as referral
from clew.node.referral.models import IncomingReferral
from clew.node.transfer import actions as transfer
from tests.exchange.partner import body
from tests.node.exchange.conftest import Correspondent
from tests.node.transfer import files

WORKING_ROLES = ["investigator", "caseworker", "liaison_officer", "child_protection_officer"]


@dataclass
class World:
    """The case, who works on it, its partner, and a team that knows nothing of it."""

    case: Case
    officer: Officer
    beijing: Correspondent
    signed: Callable[..., int]
    officer_factory: Callable[..., Officer]
    elsewhere: Compartment
    person: int = 0
    decision: int = 0
    sources: dict[str, int] = field(default_factory=dict)

    def of_team(self, role: str) -> Officer:
        """An officer with this role alone, in the team of the case."""
        return self.officer_factory(roles=[role], compartments=[self.case.compartment])

    def outside(self, role: str) -> Officer:
        """An officer with this role alone, in another team."""
        return self.officer_factory(roles=[role], compartments=[self.elsewhere])

    def record(self, name: str, entities: list[EntityDraft], said: list[tuple[str, str, str]], **more: Any) -> Source:
        """A source of the team, with a title after its name."""
        values: dict[str, Any] = {
            "kind": "interview", "title": f"Title {name} (fictional)", "owner": settings.NODE.node_id,
            "reliability": "B", "handling": "H0", "purpose": "criminal_investigation", "basis": "intelligence",
            "retain_until": timezone.localdate() + dt.timedelta(days=300),
        }  # fmt: skip
        draft = SourceDraft(
            entities=tuple(entities), statements=tuple(StatementDraft(*one, accuracy=2) for one in said),
            **(values | more),
        )  # fmt: skip
        source = record_source(actor=self.officer, compartment_id=self.case.compartment_id, draft=draft)
        self.sources[name] = source.pk
        return source


def plant(world: World) -> World:
    """All of it, in the order in which a team would come to know it."""
    for role in WORKING_ROLES[1:]:
        world.officer.role_assignments.get_or_create(role=role)
    _dossiers(world)
    _work_file(world)
    _consents(world)
    _for_the_rules(world)
    _letters(world)
    _files(world)
    _oversight(world)
    _kinship(world)
    _path(world)
    _who_is_who(world)
    _refused(world)
    return world


def _kinship(world: World) -> None:
    """A family and a found child of the team, both typed, under consents of their own."""
    unit, geneticist = world.case.compartment_id, world.of_team("geneticist")
    laboratory = kinship.register_laboratory(
        actor=world.officer_factory(roles=["legal_adviser"]), party_uid=world.beijing.partner.uid,
        accreditation="ISO/IEC 17025 (fictional)", valid_from=timezone.localdate() - dt.timedelta(days=9),
        valid_until=timezone.localdate() + dt.timedelta(days=99),
    )  # fmt: skip
    pedigree = [{"id": "F", "sex": 1}, {"id": "M", "sex": 2}, {"id": "MP", "fid": "F", "mid": "M"}]
    family = kinship.register_family(
        actor=geneticist, compartment_id=unit,
        draft=kinship.FamilyDraft("KINQUAX-77", pedigree, "MP", "norstr_norway"),
    )  # fmt: skip
    child = kinship.register_found_child(actor=geneticist, compartment_id=unit, reference="CHIQUAX-78", sex="unknown")
    typed = dict.fromkeys(("D1S1656", "TH01", "vWA", "FGA", "D8S1179", "D3S1358"), "15/16") | {
        "TH01": "6/9.3", "FGA": "22/24", "D8S1179": "13/14",
    }  # fmt: skip
    places: list[dict[str, Any]] = [{"family_id": family.pk, "person": "F"}, {"child_id": child.pk}]
    for number, place in enumerate(places):
        consent = consents.record_consent(
            actor=world.officer, person_id=world.person, compartment_id=unit,
            draft=consents.ConsentDraft(
                purpose="missing_person_search", recipient=world.beijing.partner.uid, items=["dna"], given_by="self",
                capacity="able", understood=True, explained_by="Explainer (fictional)", language="bg",
                method="written", given=timezone.localdate(),
                expires=timezone.localdate() + dt.timedelta(days=60 + number),
            ),
        )  # fmt: skip
        kinship.record_profile(
            actor=geneticist,
            draft=kinship.ProfileDraft(
                laboratory.pk, f"SAMPQUAX-{number}", timezone.localdate(), consent.pk, typed, **place
            ),
        )  # fmt: skip
    _hit(world, geneticist, family)


def _who_is_who(world: World) -> None:
    """Two pairs that may be one, one of them judged; and a telephone of the team that another team recorded later."""
    for number in (1, 2):
        world.record(
            f"Twin {number}",
            [EntityDraft("him", "Person", category="suspect"), EntityDraft("car", "Vehicle")],
            [
                ("him", "name", "Zwillquard (fictional)"), ("him", "phone", "+436601112223"),
                ("car", "registrationNumber", "W 12345 Q"),
            ],
        )  # fmt: skip
    # A third team: of what stands in its place, the one that tests ask from outside knows as little.
    third = create_compartment(actor=NODE, name="A third unit (fictional)")
    other = world.officer_factory(roles=["investigator"], compartments=[third])
    draft = SourceDraft(
        kind="interview", title="Elsewhere (fictional)", owner=settings.NODE.node_id, reliability="B", handling="H0",
        purpose="criminal_investigation", basis="intelligence",
        retain_until=timezone.localdate() + dt.timedelta(days=300), entities=(EntityDraft("line", "Phone"),),
        statements=(StatementDraft("line", "number", "+436601112223", accuracy=2),),
    )  # fmt: skip
    record_source(actor=other, compartment_id=third.pk, draft=draft)
    while matching.compare_waiting():
        pass
    pair = Finding.objects.filter(family="person").latest("pk")
    matching.judge_pair(
        actor=world.officer, one_id=pair.one_id, other_id=pair.other_id, said="unsure", reason="Judgequor saw both."
    )


def _path(world: World) -> None:
    """A path with her: a contact, a presumption, a decision that waits, and a referral that a service was asked for."""
    house, today = "h" * 32, timezone.localdate()
    Party.objects.create(
        uid=house, name="House (fictional)", country="AT", kind="ngo", status="active", added=timezone.now()
    )
    path = referral.open_path(actor=world.officer, case_id=world.case.pk, person_id=world.person)
    where: dict[str, Any] = {"actor": world.officer, "path_id": path.pk}
    referral.record_contact(
        **where,
        draft=referral.ContactDraft(
            met=today, channel="in_person", place_class="street", danger="no", safe="yes", age="adult",
            reach="Reachiquor at nine", interpreter="Interprequix", interpreter_checked=True,
        ),
    )  # fmt: skip
    for outcome, grounds in (("presumed", "Groundiquor"), ("identified", "Waitiquor")):
        draft = referral.IdentificationDraft(
            outcome=outcome, body="NGO", body_name="House (fictional)", decided=today, grounds=grounds
        )
        referral.record_identification(**where, draft=draft)
    helping = create_compartment(actor=NODE, name="Helping team (fictional)")
    add_member(actor=NODE, compartment=helping, officer=world.officer)
    service = referral.register_service(
        actor=world.officer,
        draft=referral.ServiceDraft(
            name="House (fictional)", party=house, kinds=["shelter"], country="AT", address="Shelterquist 9",
            team_id=helping.pk,
        ),
    )  # fmt: skip
    said = consents.ConsentDraft(
        purpose="referral", recipient=house, items=["contact"], given_by="self", capacity="able", understood=True,
        explained_by="Explainer (fictional)", language="de", method="written", given=today,
        expires=today + dt.timedelta(days=80),
    )  # fmt: skip
    consents.record_consent(
        actor=world.officer, person_id=world.person, compartment_id=world.case.compartment_id, draft=said
    )
    asked = referral.ReferralDraft(service_id=service.pk, needs=["shelter"], urgency="urgent-3d", contact="Handediquor")
    referral.make_referral(**where, draft=asked)
    told = json.dumps({"needs": ["shelter"], "group": "women", "contact": "Incomiquor"}).encode()
    IncomingReferral.objects.create(
        letter="e" * 32, party=house, team_id=world.case.compartment_id, state="taken", reference="r1", basis="consent",
        urgency="urgent-3d", sealed=at_rest.seal(told, b"referral incoming " + b"e" * 32), taken_by=world.officer,
        taken=timezone.now(), answer_by=timezone.now() + dt.timedelta(days=3),
    )  # fmt: skip


def _hit(world: World, geneticist: Officer, family: Family) -> None:
    """A search with a confirmed hit, about which somebody is to be told, and another that waits in an open store."""
    kinship.open_session(
        actor=geneticist, compartment_id=world.case.compartment_id, step_up=prove(StepUp(geneticist.pk, "totp"))
    )
    found = kinship.prepare_search(actor=geneticist, family_id=family.pk)
    wide = kinship.prepare_child_search(actor=geneticist, child_id=FoundChild.objects.get().pk)
    Search.objects.update(state="weighed", size=1, can_answer=True, power=POWER)
    WideSearch.objects.filter(pk=wide.pk).update(state="weighed")
    hit = Hit.objects.create(
        search=found, family=family, profile=Profile.objects.get(child__isnull=False), log10=7.0, state="confirmed",
        decision="may", view="wants", found=timezone.now(), laboratory=Laboratory.objects.get(),
    )  # fmt: skip
    hit.relatives.set(Profile.objects.filter(family=family))
    kinship.propose_telling(
        actor=geneticist, hit_id=hit.pk, whom="family", step_up=prove(StepUp(geneticist.pk, "totp"))
    )


POWER: dict[str, Any] = {
    "can_answer": True, "threshold": 2.0, "found": 0.99, "median": 8.0, "low": 5.0, "at": [], "next": [],
    "curve": [[step, 0.5, 0.1] for step in range(-4, 25)], "loci": ["TH01"], "without": [], "typed": ["F"],
}  # fmt: skip


def _dossiers(world: World) -> None:
    source = world.record(
        "Titelquorn",
        [
            EntityDraft("her", "Person", category="victim"), EntityDraft("line", "Phone"),
            EntityDraft("house", "Address"),
        ],
        [
            ("her", "name", "Mirzaquell Beispielfrau (fictional)"), ("her", "alias", "Alizorvane"),
            ("her", "notes", "Treated for Healthquarn (fictional)."), ("line", "number", "+436607788991"),
            ("house", "full", "Brunnquistgasse 7, 1010 Wien (fictional)"),
        ],
        handling="H3", handling_text="Handlixum: for this team alone.",
    )  # fmt: skip
    world.person = source.entity_numbers["her"]
    man = world.record(
        "Suspetitle",
        [EntityDraft("him", "Person", category="suspect"), EntityDraft("firm", "Company")],
        [
            ("him", "name", "Karl Suspequard (fictional)"), ("him", "notes", "Retraquist was his driver (fictional)."),
            ("firm", "name", "Firmaquelle GmbH (fictional)"),
        ],
    )  # fmt: skip
    said = Statement.objects.get(source=man, prop__name="notes")
    retract_statement(actor=world.officer, statement_id=said.pk, reason="Reasoquist was mistaken.")
    gone = world.record("Undotitle", [EntityDraft("firm", "Company")], [("firm", "name", "Undoquelle AG (fictional)")])
    undo_source(actor=world.officer, source_id=gone.pk, reason="Undoreason was mistaken.")
    for key in (world.person, man.entity_numbers["him"], man.entity_numbers["firm"]):
        cases.link_entity(actor=world.officer, case_id=world.case.pk, entity_id=key)


def _work_file(world: World) -> None:
    officer, case, soon = world.officer, world.case.pk, timezone.now() + dt.timedelta(hours=5)
    cases.add_task(actor=officer, case_id=case, title="Call Taskorvan", due=soon)
    cases.add_deadline(actor=officer, case_id=case, title="Deadlinor ends", due=soon, set_by="Courtquelle")
    cases.note(actor=officer, case_id=case, text="Notequillo was seen.")
    cases.link_reference(actor=officer, case_id=case, party_uid=world.beijing.partner.uid, reference="Referquill-9")
    cases.add_document(
        actor=officer, case_id=case, title="Photo of Doctitelum", file_name="Filenamoz.jpg", media_type="image/jpeg",
        content=iter([b"the face of Contenquix"]),
    )  # fmt: skip


def _consents(world: World) -> None:
    today = timezone.localdate()
    place: dict[str, Any] = {
        "actor": world.officer, "person_id": world.person, "compartment_id": world.case.compartment_id
    }  # fmt: skip
    consents.record_guardian(
        **place,
        draft=consents.GuardianDraft(
            name="Gundovrax (fictional)", relation="relative", authority="Authoquell", reference="Guardiref",
            conflict="no", conflict_reason="Conflictoq looked into it.", valid_from=today,
            valid_until=today + dt.timedelta(days=20),
        ),
    )  # fmt: skip
    said = consents.ConsentDraft(
        purpose="court", recipient=world.beijing.partner.uid, items=["contact"], given_by="self", capacity="doubt",
        second_person="Secondquor", second_note="Secondnotiq", understood=True, explained_by="Explaquin (fictional)",
        language="de", method="oral_witnessed", witness="Witzebald (fictional)", given=today,
        expires=today + dt.timedelta(days=5),
    )  # fmt: skip
    consents.record_consent(**place, draft=said)


def _for_the_rules(world: World) -> None:
    today = timezone.localdate()
    _say(world, "protection", "applicant")
    _say(world, "feared", "cn", "tv")
    _say(world, "sheltered", "yes")
    disclosure.record_risk_assessment(
        actor=world.officer, person_id=world.person, state="cn", assessed=today, favourable=False,
        reasons="Riskaverol threatens her.",
    )  # fmt: skip
    for source, reason in (("Titelquorn", "Markzorum is under way."), ("Suspetitle", "Markolift is under way.")):
        mark = disclosure.set_mark(
            actor=world.officer, kind="on_hold", source_id=world.sources[source], reason=reason,
            review=today + dt.timedelta(days=9),
        )  # fmt: skip
    lawyer = world.of_team("legal_adviser")
    proof = prove(StepUp(lawyer.pk, "totp"))
    disclosure.lift_mark(actor=lawyer, mark_id=mark.pk, reason="Liftoquar is over.", step_up=proof)
    disclosure.record_authorisation(
        actor=lawyer, source_id=world.sources["Titelquorn"], recipient=world.beijing.partner.uid, by="",
        reference="Authorefiq", given=today, expires=today + dt.timedelta(days=9),
    )  # fmt: skip


def _say(world: World, kind: str, *answer: str) -> None:
    expires = timezone.localdate() + dt.timedelta(days=90)
    disclosure.record_safeguard(
        actor=world.officer, person_id=world.person, kind=kind, answer=answer, expires=expires
    )  # fmt: skip


def _letters(world: World) -> None:
    """A request that left and was answered, one in the outbox, and one of the partner's in quarantine."""
    beijing = world.beijing
    world.signed(subject="Subjequor (fictional)", facts="Factsquor (fictional).", necessity="Necessiquor.")
    beijing.work()
    (request,) = beijing.letters()
    value = {
        "n": 1, "entity": "e1", "prop": "name", "value": "Takenvalq GmbH (fictional)", "accuracy": 2,
        "reliability": "B", "nature": "fact", "handling": "H1",
    }  # fmt: skip
    answer = body("reply", subject="Takensubq (fictional)", statements=[value])
    beijing.send(beijing.write(answer, thread=request.header.thread, in_reply_to=request.header.id, deadline=None))
    beijing.work()
    reply = Letter.objects.get(direction="in")
    take_letter(actor=world.officer, letter_uid=reply.uid, case_id=world.case.pk)
    # A partner took it back and nobody has answered yet; of what it does to the dossier other tests speak.
    Recall.objects.create(
        uid="d" * 32, direction="in", thread=reply.thread, party=reply.party, recalled=reply.uid, digest=reply.digest,
        action="restrict", reason="wrong", asked=timezone.now(),
    )  # fmt: skip
    waiting = body(subject="Quarantsub (fictional)", statements=[{**value, "value": "Quarantval GmbH (fictional)"}])
    beijing.send(beijing.write(waiting))
    beijing.work()
    world.signed(subject="Outboxquor (fictional)")
    beijing.cut = True
    beijing.work()


def _files(world: World) -> None:
    place: dict[str, Any] = {"compartment_id": world.case.compartment_id, "case_id": world.case.pk}
    content = files.csv_of([files.agency(1, agency_name="Importfirm GmbH (fictional)", jurisdiction="Errvalquon")])
    batch = transfer.upload_file(
        actor=world.officer, file_name="Importfilq.csv", content=files.pieces(content)(), title="Importtitlq", **place
    )  # fmt: skip
    document = Document.objects.get()
    grades = Grades("H0", "A", 1, "criminal_investigation", timezone.localdate() + dt.timedelta(days=90))
    say_whom_it_shows(
        actor=world.officer, document_id=document.pk, name="photo.jpg", persons=(), nobody=True, grades=grades
    )
    prepare_files(
        actor=world.officer, case_id=world.case.pk, recipient=world.beijing.partner.uid, document_ids=[document.pk]
    )
    transfer.choose_mapping(actor=world.officer, batch_id=batch.pk, mapping="agencies")
    transfer.check_import(actor=world.officer, batch_id=batch.pk)
    transfer.request_export(
        actor=world.officer, what="entities", file_format="csv", purpose="own_use", recipient="own",
        text="Firmaquelle", reason="Exportreasq needs it.",
    )  # fmt: skip


def _oversight(world: World) -> None:
    protection = world.outside("data_protection_officer")
    today = timezone.localdate()
    draft = oversight.RemedyDraft(
        asker="self", asker_name="Askerquon (fictional)", on_behalf="", verified="Verifiquon.",
        about="Aboutquon (fictional)", person_id=world.person, asked="access", received=today,
        received_through="in_person",
    )  # fmt: skip
    oversight.open_remedy_request(actor=protection, draft=draft)
    oversight.note_pattern(
        actor=world.of_team("legal_adviser"), party=world.beijing.partner.uid, kind="requester", judgement="flagged",
        reason="Patternquon asks too often.",
    )  # fmt: skip


def _refused(world: World) -> None:
    """A letter about her, which the rules refuse neutrally; its true reason is the canary."""
    chosen = Statement.objects.filter(source_id=world.sources["Titelquorn"]).values_list("pk", flat=True)
    release = disclosure.draft_release(
        actor=world.officer, kind="request", case_id=world.case.pk, recipient=world.beijing.partner.uid,
        instrument="FICTIONAL-ARRANGEMENT", purpose="criminal_investigation", subject="Refusubjq (fictional)",
        facts="Refufactsq (fictional).", necessity="Refuneedq.", languages=["zh-Hans"], statements=list(chosen),
        items=[disclosure.Question("Who is Questioquor?", None)],
    )  # fmt: skip
    world.decision = disclosure.decide(actor=world.officer, release_id=release.pk).pk
