"""What the nodes know before anybody writes: an interview, a patrol's note, a register's extract."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from clew.demo.acts.script import officer, retain_until, script
from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.actions import Officer
from clew.node.cases.actions import add_to_team, link_entities, open_case
from clew.node.cases.models import Case
from clew.node.consent.actions import ConsentDraft, record_consent
from clew.node.consent.models import Consent
from clew.node.disclosure.actions import record_safeguard
from clew.node.disclosure.models import Safeguard
from clew.node.dossier.actions import record_source
from clew.node.dossier.models import Entity, Source


def case_of(title: str) -> Case | None:
    """The case of that title."""
    return Case.objects.filter(title=title).first()


def open_own_case(node: str, by: str, colleague: str) -> str:
    """Open the node's case and take a colleague into its team, who can approve."""
    content = script()[node]["case"]
    case = case_of(content["title"])
    if case is None:
        case = open_case(
            actor=officer(by),
            title=content["title"],
            kind=content["kind"],
            offence_codes=content.get("offence_codes", []),
        )
    other = officer(colleague)
    if not other.memberships.filter(compartment_id=case.compartment_id).exists():
        add_to_team(actor=officer(by), case_id=case.pk, officer_id=other.pk)
    return case.reference


def team(node: str, by: str, case: str, colleague: str) -> str:
    """Take a colleague into the team of the case of that title."""
    found, other = case_of(case), officer(colleague)
    if found is not None and not other.memberships.filter(compartment_id=found.compartment_id).exists():
        add_to_team(actor=officer(by), case_id=found.pk, officer_id=other.pk)
    return other.full_name


def interview(node: str, by: str) -> str:
    """Record what the person assisted said; whatever identifies her is sealed under her own key."""
    content = script()[node]["interview"]
    if not Source.objects.filter(title=content["title"]).exists():
        entities, statements = _person(content["person"], content["phone"], "victim")
        entities.append(EntityDraft("situation", "ExploitationSituation"))
        statements += _facts("situation", content["situation"])
        enter_source(
            officer(by),
            case_of(script()[node]["case"]["title"]),
            "interview",
            content["title"],
            entities,
            statements,
            purpose="assistance",
        )
    return str(content["title"])


def adult_and_consent(node: str, by: str, recipient: dict[str, str]) -> str:
    """Say that she is an adult, and record her consent: the situation, to the police, and nothing else."""
    person, case = _person_of(script()[node]["interview"]["title"]), case_of(script()[node]["case"]["title"])
    today = timezone.now().date()
    content = script()[node]["consent"]
    if not Safeguard.objects.filter(person_id=person.pk, kind="child").exists():
        expires = today + dt.timedelta(days=365)
        record_safeguard(actor=officer(by), person_id=person.pk, kind="child", answer=["no"], expires=expires)
    if case is not None and not Consent.objects.filter(person_id=person.pk).exists():
        draft = ConsentDraft(
            purpose=content["purpose"],
            recipient=recipient["uid"],
            items=content["items"],
            given_by="self",
            capacity="able",
            understood=True,
            explained_by=str(officer(by)),
            language=content["language"],
            method=content["method"],
            witness=content["witness"],
            given=today,
            expires=today + dt.timedelta(days=content["days"]),
        )
        record_consent(actor=officer(by), person_id=person.pk, compartment_id=case.compartment_id, draft=draft)
    return "situation only; not her name, not where she is"


def observation(node: str, by: str) -> str:
    """Record the patrol's note: the woman, her phone, the premises, all of which concern her."""
    content = script()[node]["observation"]
    if not Source.objects.filter(title=content["title"]).exists():
        entities, statements = _person(content["person"], content["phone"], "victim")
        entities.append(EntityDraft("premises", "Premises"))
        statements += _facts("premises", content["premises"])
        enter_source(officer(by), _own_case(node), "observation", content["title"], entities, statements)
    person = _person_of(content["title"])
    expires = in_a_year()
    for kind, answer in (("origin", ["cn"]), ("child", ["no"])):
        if not Safeguard.objects.filter(person_id=person.pk, kind=kind).exists():
            record_safeguard(actor=officer(by), person_id=person.pk, kind=kind, answer=answer, expires=expires)
    return str(content["title"])


def register_entry(node: str, by: str, case: str) -> str:
    """Record what the office's company register says of the agency and its director, on the agency the letter names."""
    content = script()[node]["register"]
    if not Source.objects.filter(title=content["title"]).exists():
        agency, director = dict(content["agency"]), dict(content["director"])
        original, directors_original = agency.pop("original_name"), director["original_name"]
        entities = [
            EntityDraft("agency", "RecruitmentAgency", existing_id=_agency_of_letter()),
            EntityDraft("director", "Person", category=director["category"], category_until=in_a_year()),
            EntityDraft("directorship", "Directorship"),
        ]
        statements = [
            StatementDraft("agency", "name", agency.pop("name"), 2, original=original, lang="zh", concerns=()),
            *_facts("agency", agency, concerns=()),
            StatementDraft("director", "name", director["name"], 2, original=directors_original, lang="zh"),
            StatementDraft("directorship", "director", "director", 2),
            StatementDraft("directorship", "organization", "agency", 2),
        ]
        enter_source(officer(by), case_of(case), "document", content["title"], entities, statements)
    director_found = _person_of(content["title"])
    expires = in_a_year()
    for kind, answer in content["director"]["circumstances"].items():
        if not Safeguard.objects.filter(person_id=director_found.pk, kind=kind).exists():
            record_safeguard(
                actor=officer(by), person_id=director_found.pk, kind=kind, answer=[answer], expires=expires
            )
    return str(content["title"])


def _agency_of_letter() -> int | None:
    """The agency that the partner's letter brought, so that both sides mean the same one."""
    agencies = Entity.objects.filter(schema="RecruitmentAgency", statements__source__kind="letter").order_by("pk")
    return agencies.values_list("pk", flat=True).first()


def _own_case(node: str) -> Case | None:
    return case_of(script()[node]["case"]["title"])


def _person(person: dict[str, str], number: str, category: str) -> tuple[list[EntityDraft], list[StatementDraft]]:
    entities = [
        EntityDraft("person", "Person", category=category, category_until=in_a_year()),
        EntityDraft("phone", "Phone"),
        EntityDraft("use", "PhoneUse"),
    ]
    statements = [
        *_facts("person", person),
        StatementDraft("phone", "number", number, 2),
        StatementDraft("use", "user", "person", 2),
        StatementDraft("use", "phoneEntity", "phone", 2),
    ]
    return entities, statements


def _facts(key: str, values: dict[str, Any], concerns: tuple[str, ...] | None = None) -> list[StatementDraft]:
    rows = [(prop, one) for prop, value in values.items() for one in (value if isinstance(value, list) else [value])]
    return [StatementDraft(key, prop, str(value), 2, concerns=concerns) for prop, value in rows]


def enter_source(
    by: Officer,
    case: Case | None,
    kind: str,
    title: str,
    entities: list[EntityDraft],
    statements: list[StatementDraft],
    purpose: str = "criminal_investigation",
) -> None:
    """Record a source in a case, and have the case look at what it speaks of."""
    if case is None:
        raise LookupError(title)
    # One act of the officer: a source whose entries the case does not look at would be half of it.
    with transaction.atomic():
        source = record_source(
            actor=by,
            compartment_id=case.compartment_id,
            draft=SourceDraft(
                kind=kind,
                title=title,
                owner=own_uid(),
                reliability="B",
                handling="H1",
                purpose=purpose,
                retain_until=retain_until(),
                basis="intelligence",
                entities=tuple(entities),
                statements=tuple(statements),
            ),
        )
        spoken_of = Entity.objects.filter(statements__source=source).distinct().order_by("pk")
        link_entities(actor=by, case_id=case.pk, entity_ids=list(spoken_of.values_list("pk", flat=True)))


def own_uid() -> str:
    """This node's own id in the directory."""
    from clew.node.partners.queries import own_party

    own = own_party()
    return own.uid if own is not None else ""


def _person_of(title: str) -> Entity:
    return Entity.objects.filter(schema="Person", statements__source__title=title).distinct().get()


def in_a_year() -> dt.date:
    """Until when what the demo's officers say of a person holds: the longest that a node allows."""
    return timezone.now().date() + dt.timedelta(days=365)
