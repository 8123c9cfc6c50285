"""What an officer may not write in her own words: whom the rules guard, and what another gave."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.cases import actions as cases
from clew.node.disclosure import actions
from clew.node.disclosure.models import Decision, Release
from clew.node.dossier.actions import merge_entities, record_source
from clew.node.dossier.models import Statement
from clew.node.partners.models import Instrument, Party
from tests.node.disclosure.conftest import World

NAMING = "Karim Beispielmann lives in Linz and has asked for asylum here."
SAFE = {"protection": ["none"], "child": ["no"], "witness_protection": ["no"], "role_conflict": ["no"]}


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def suspect(world: World, category: str = "suspect", **said: list[str]) -> int:
    """A man of the case, with what was recorded of him."""
    draft = SourceDraft(
        kind="document", title="Report (fictional)", owner="at-office", reliability="B", handling="H0",
        purpose="criminal_investigation", retain_until=in_days(100), basis="intelligence",
        entities=(EntityDraft("he", "Person", category=category),),
        statements=(StatementDraft("he", "name", "Karim Beispielmann (fictional)", 2),
                    StatementDraft("he", "address", "Hauptplatz 1, Linz", 2)),
    )  # fmt: skip
    record_source(actor=world.anna, compartment_id=world.case.compartment_id, draft=draft)
    person = Statement.objects.filter(prop__name="address").latest("pk").entity_id
    record(world, person, **said)
    return person


def record(world: World, person: int, **said: list[str]) -> None:
    for kind, answer in said.items():
        actions.record_safeguard(actor=world.anna, person_id=person, kind=kind, answer=answer, expires=in_days(100))


def given(world: World, handling: str = "H2", owner: str = "fr-office", title: str = "Silberbach Reisen SARL") -> int:
    """An agency of which somebody told us."""
    draft = SourceDraft(
        kind="document", title="Letter (fictional)", owner=owner, reliability="B", handling=handling,
        purpose="criminal_investigation", retain_until=in_days(100), basis="intelligence",
        entities=(EntityDraft("firm", "RecruitmentAgency"),),
        statements=(StatementDraft("firm", "name", f"{title} (fictional)", 2),),
    )  # fmt: skip
    record_source(actor=world.anna, compartment_id=world.case.compartment_id, draft=draft)
    return Statement.objects.filter(entity__schema="RecruitmentAgency").latest("pk").source_id


def decided(world: World, **changes: object) -> Decision:
    return actions.decide(actor=world.anna, release_id=world.draft(**changes).pk)


def reasons(decision: Decision) -> set[str]:
    return {each["policy"] for each in decision.outcome["letter"]["reasons"]}


def naming(decision: Decision, what: str = "words_naming") -> list[str]:
    found: list[str] = json.loads(bytes(decision.inputs))["inputs"]["transfer"][what]
    return found


@pytest.mark.parametrize(
    "said",
    [
        {"protection": ["applicant"], "feared": ["CN"]},
        {"protection": []},
        {"witness_protection": ["yes"]},
        {"role_conflict": ["yes"]},
        {"child": ["yes"]},
        {"child": ["uncertain"]},
    ],
    ids=lambda said: " ".join(f"{key} {value}" for key, value in said.items()),
)
def test_a_suspect_of_whom_the_rules_would_not_tell_is_not_named_either(
    world: World, said: dict[str, list[str]]
) -> None:
    suspect(world, **{key: value for key, value in (SAFE | said).items() if value})
    decision = decided(world, facts=NAMING)
    assert "G2b" in reasons(decision)
    assert decision.outcome["letter"]["verdict"] == "refuse"
    assert naming(decision) == ["facts"]


def test_a_suspect_of_whom_nothing_stops_telling_may_be_named(world: World) -> None:
    suspect(world, **SAFE)
    assert "G2b" not in reasons(decided(world, facts=NAMING))


def test_where_somebody_is_stays_unsaid_while_nobody_knows_of_witness_protection(world: World) -> None:
    suspect(world, **{key: value for key, value in SAFE.items() if key != "witness_protection"})
    assert "G2b" not in reasons(decided(world, facts="Karim Beispielmann recruits."))
    assert "G2b" in reasons(decided(world, facts="He lives at Hauptplatz 1, Linz."))


def test_at_home_protection_that_nobody_spoke_of_stops_no_name(world: World) -> None:
    Party.objects.filter(uid="cn-office").update(country="AT")
    suspect(world, **{key: value for key, value in SAFE.items() if key != "protection"})
    assert "G2b" not in reasons(decided(world, facts=NAMING))


def test_what_was_said_of_one_counts_for_the_other_who_is_the_same(world: World) -> None:
    first = suspect(world, **SAFE)
    second = suspect(world, **(SAFE | {"protection": ["refugee"]}))
    merge_entities(actor=world.anna, keep_id=first, other_id=second, reason="The same man.")
    assert "G2b" in reasons(decided(world, facts=NAMING))


def introduction(world: World, **changes: object) -> Decision:
    Instrument.objects.update(enables=[{"letter": "introduction", "purposes": ["criminal_investigation"]}])
    return decided(world, kind="introduction", case_id=None, statements=[], items=[], **changes)


@pytest.mark.parametrize("words", ["Mei Beispielfrau is with us.", "Call +43 660 0000001.", "We house Beispielfrau."])
def test_a_letter_without_a_case_names_nobody_of_any_case(world: World, words: str) -> None:
    decision = introduction(world, facts=words)
    assert (naming(decision), decision.outcome["letter"]["verdict"]) == (["facts"], "refuse")
    assert "G2b" in reasons(decision)


def test_an_introduction_that_names_nobody_passes(world: World) -> None:
    assert not {"G2b", "G2c"} & reasons(introduction(world, facts="We lead the unit for such cases in Vienna."))


def test_the_page_refuses_it_as_well(world: World, signed_in_client: object) -> None:
    Instrument.objects.update(enables=[{"letter": "introduction", "purposes": ["criminal_investigation"]}])
    signed_in_client(world.anna).post(reverse("disclosure:new"), {  # type: ignore[operator]
        "kind": "introduction", "recipient": "cn-office", "instrument": "AT-CN-TEST", "subject": "s",
        "purpose": "criminal_investigation", "urgency": "routine-7d", "necessity": "n", "languages": ["zh-Hans"],
        "use": "intelligence", "facts": "Mei Beispielfrau, +43 660 0000001, is with us.",
    })  # fmt: skip
    decision = Release.objects.latest("pk").decisions.latest("pk")
    assert decision.outcome["letter"]["verdict"] == "refuse"


def test_whom_another_team_guards_is_not_told_by_what_is_refused(world: World) -> None:
    other = cases.open_case(actor=world.stranger, title="Other (fictional)", kind="investigation", offence_codes=[])
    draft = SourceDraft(
        kind="document", title="t", owner="at-office", reliability="B", handling="H0", basis="intelligence",
        purpose="criminal_investigation", retain_until=in_days(100),
        entities=(EntityDraft("she", "Person", category="victim"),),
        statements=(StatementDraft("she", "name", "Zora Unbekannt (fictional)", 2),),
    )  # fmt: skip
    record_source(actor=world.stranger, compartment_id=other.compartment_id, draft=draft)
    assert naming(introduction(world, facts="Zora Unbekannt leads our unit.")) == []


@pytest.mark.parametrize("handling", ["H0", "H2"])
@pytest.mark.parametrize("words", ["Silberbach Reisen SARL recruits.", "Ask for SILBERBACH  REISEN."])
def test_what_another_gave_and_did_not_authorise_is_not_retyped(world: World, handling: str, words: str) -> None:
    given(world, handling)
    decision = decided(world, facts=words, subject="Silberbach Reisen")
    assert "G2c" in reasons(decision)
    assert decision.outcome["letter"]["verdict"] == "refuse"
    assert naming(decision, "words_repeating") == ["subject", "facts"]


def test_without_a_case_it_is_not_retyped_either(world: World) -> None:
    given(world)
    assert "G2c" in reasons(introduction(world, facts="Silberbach Reisen SARL recruits."))


def test_what_the_owner_authorised_for_this_recipient_may_be_written(world: World) -> None:
    source = given(world)
    actions.record_authorisation(
        actor=world.bernd, source_id=source, recipient="cn-office", reference="FR-1 (fictional)", given=in_days(0),
        expires=in_days(30),
    )  # fmt: skip
    assert "G2c" not in reasons(decided(world, facts="Silberbach Reisen SARL recruits."))


def test_what_the_recipient_gave_may_be_written_to_it(world: World) -> None:
    given(world, owner="cn-office")
    assert "G2c" not in reasons(decided(world, facts="Silberbach Reisen SARL recruits."))


def test_what_a_source_of_our_own_says_too_may_be_written(world: World) -> None:
    given(world)
    given(world, "H0", "at-office")
    assert "G2c" not in reasons(decided(world, facts="Silberbach Reisen SARL recruits."))


def test_words_of_which_nobody_told_us_may_be_written(world: World) -> None:
    given(world)
    assert "G2c" not in reasons(decided(world, facts="An agency recruits by travel offers (Reisen)."))


def test_however_much_is_known_the_words_take_as_many_questions(world: World) -> None:
    def asked() -> int:
        release = world.draft(kind="introduction", case_id=None, statements=[], items=[], facts="We lead the unit.")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            actions.decide(actor=world.anna, release_id=release.pk)
        return len(queries)

    suspect(world, "victim")
    given(world)
    asked()
    few = asked()
    for number in range(5):
        suspect(world, "victim", protection=["applicant"])
        given(world, title=f"Agency {number}")
    assert asked() == few
