"""FollowTheMoney's model with Clew's schemata, their labels and their field classes."""

import subprocess
import sys

import pytest

from clew.vocabulary import (
    FieldClass,
    UnknownProperty,
    UnknownSchema,
    caption_properties,
    edge_ends,
    entity_schemata,
    field_class,
    get_model,
    is_a,
    is_edge,
    properties,
    property_info,
    property_label,
    schema,
    schema_label,
)
from clew.vocabulary.labels import _label_sheet, _own_words, _reverse_words
from clew.vocabulary.model import lineage, own_schemata
from clew.vocabulary.words import LANGUAGES, load_data

FROM_FOLLOWTHEMONEY = (
    "Person", "Company", "Organization", "PublicBody", "BankAccount", "CryptoWallet", "Passport", "Identification",
    "Payment", "Debt", "Trip", "Address", "RealEstate", "Vehicle", "Vessel", "Airplane", "Document", "Image", "Audio",
    "Video", "Email", "Message", "Call", "CourtCase", "CourtCaseParty", "Note", "Ownership", "Employment", "Family",
    "Associate", "Membership", "Representation", "Directorship", "Documentation", "UnknownLink", "Event",
)  # fmt: skip
USED = (*FROM_FOLLOWTHEMONEY, *own_schemata())
OFFERED = entity_schemata()


def test_importing_the_vocabulary_does_not_import_followthemoney() -> None:
    code = "import sys, clew.vocabulary; sys.exit('followthemoney' in sys.modules or 'yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_reading_a_code_list_does_not_import_followthemoney() -> None:
    read = "import sys; from clew.vocabulary import codelist; codelist('purposes')"
    code = f"{read}; sys.exit('followthemoney' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", USED)
def test_the_model_holds_the_schema(name: str) -> None:
    assert schema(name).name == name
    assert name in entity_schemata()


def test_the_extended_model_is_the_one_followthemoney_looks_up_itself() -> None:
    from followthemoney import model

    assert get_model() is model


def test_a_recruitment_agency_is_a_company_and_premises_are_an_address_that_can_be_owned() -> None:
    assert is_a("RecruitmentAgency", "Company")
    assert is_a("Premises", "Address")
    assert is_a("Premises", "Asset")
    assert not is_a("Company", "RecruitmentAgency")


def test_an_exploitation_situation_points_to_no_exploited_person_with_a_property_of_its_own() -> None:
    own = {
        p.name for p in schema("ExploitationSituation").properties.values() if p.schema.name == "ExploitationSituation"
    }
    links = {name for name in own if schema("ExploitationSituation").properties[name].type.name == "entity"}
    assert links == {"premises", "controller", "recruiter"}


def test_use_of_a_phone_is_a_link_from_its_user() -> None:
    assert is_edge("PhoneUse")
    assert edge_ends("PhoneUse") == ("user", "phoneEntity")
    assert edge_ends("Phone") is None


@pytest.mark.parametrize("name", own_schemata())
def test_an_entity_of_clews_own_schema_survives_a_round_trip_through_followthemoney_json(name: str) -> None:
    from followthemoney.proxy import EntityProxy

    entity = get_model().make_entity(name)
    entity.id = "fictional-1"
    for info in properties(name):
        if info.type in {"string", "name", "text"}:
            entity.add(info.name, "fictional value")
    assert entity.properties
    read_back = EntityProxy.from_dict(entity.to_dict())
    assert read_back.schema.name == name
    assert read_back.to_dict() == entity.to_dict()


def test_the_caption_of_an_agency_is_its_name() -> None:
    assert caption_properties("RecruitmentAgency")[0] == "name"
    agency = get_model().make_entity("RecruitmentAgency")
    agency.add("name", "Silk Thread Placement (fictional)")
    assert agency.caption == "Silk Thread Placement (fictional)"


def test_an_unknown_schema_or_property_is_refused_in_words() -> None:
    with pytest.raises(UnknownSchema, match="no schema 'Dragon'"):
        schema("Dragon")
    with pytest.raises(UnknownProperty, match="'Person' has no property 'wings'"):
        property_info("Person", "wings")
    with pytest.raises(UnknownProperty):
        property_label("Person", "wings", "en")


@pytest.mark.parametrize("name", OFFERED)
def test_an_offered_schema_and_all_its_properties_have_clews_own_labels(name: str) -> None:
    assert _label_sheet(name)
    assert [p.name for p in properties(name) if _own_words(name, p.name) is None] == []
    for lang in LANGUAGES:
        assert schema_label(name, lang)
        assert schema_label(name, lang, plural=True)
        assert all(property_label(name, p.name, lang) for p in properties(name))


@pytest.mark.parametrize("name", OFFERED)
def test_a_link_seen_from_its_other_end_has_a_label(name: str) -> None:
    for prop in schema(name).properties.values():
        forward = prop.reverse
        if not prop.stub or prop.hidden or forward is None or forward.deprecated:
            continue
        if forward.schema.name in OFFERED:
            assert _reverse_words(prop) is not None, prop.qname
        assert property_label(name, prop.name, "bg")


def test_a_schema_clew_has_no_words_for_is_still_named_but_not_offered() -> None:
    assert schema_label("TaxRoll", "de") == "Steuererklärung"
    assert schema_label("TaxRoll", "bg") == "Tax roll"
    assert property_label("TaxRoll", "income", "bg") == "Registered income"
    assert "TaxRoll" not in OFFERED


@pytest.mark.parametrize("name", OFFERED)
def test_somebody_decided_the_class_of_every_writable_property(name: str) -> None:
    classes = load_data("identifying.yaml")
    decided = {(s, prop) for s, by_class in classes.items() for props in by_class.values() for prop in props}
    levels = [above for level in lineage(name) for above in level]
    assert [p.name for p in properties(name) if not any((s, p.name) in decided for s in levels)] == []


def test_every_property_with_a_class_exists_and_has_one_class() -> None:
    for name, by_class in load_data("identifying.yaml").items():
        named = [prop for props in by_class.values() for prop in props]
        assert len(named) == len(set(named)), name
        assert set(by_class) <= {c.value for c in FieldClass}
        for prop in named:
            assert property_info(name, prop).name == prop


@pytest.mark.parametrize(
    ("name", "prop"),
    [("Person", "wings"), ("Dragon", "name"), ("Person", "indexText"), ("TaxRoll", "income"), ("", "")],
)
def test_what_nobody_classified_is_identifying(name: str, prop: str) -> None:
    assert field_class(name, prop) is FieldClass.IDENTIFYING


@pytest.mark.parametrize(
    ("name", "prop", "expected"),
    [
        ("Person", "name", FieldClass.IDENTIFYING),
        ("Person", "phone", FieldClass.IDENTIFYING),
        ("Person", "nationality", FieldClass.IDENTIFYING),
        ("Person", "ethnicity", FieldClass.SPECIAL),
        ("Person", "religion", FieldClass.SPECIAL),
        ("Person", "address", FieldClass.LOCATION),
        ("LegalEntity", "name", FieldClass.IDENTIFYING),
        ("Phone", "number", FieldClass.IDENTIFYING),
        ("Passport", "number", FieldClass.IDENTIFYING),
        ("Premises", "full", FieldClass.LOCATION),
        ("Organization", "address", FieldClass.LOCATION),
        ("RecruitmentAgency", "name", FieldClass.PLAIN),
        ("RecruitmentAgency", "address", FieldClass.PLAIN),
        ("RecruitmentAgency", "notes", FieldClass.IDENTIFYING),
        ("ExploitationSituation", "meansOfControl", FieldClass.PLAIN),
        ("ExploitationSituation", "conditionsNote", FieldClass.IDENTIFYING),
    ],
)
def test_the_nearest_schema_decides_the_class(name: str, prop: str, expected: FieldClass) -> None:
    assert field_class(name, prop) is expected
