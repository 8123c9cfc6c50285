"""What each type of letter may say, refer to and carry."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.exchange import schema
from clew.exchange.kinds import consenting, governance, telling
from clew.exchange.kinds.governance import approve, approvers
from clew.exchange.kinds.records import RECORDS, body_of, record_of
from clew.exchange.kinds.table import CONTROL, HANDLED, KINDS, LONG_KNOWN, Carries, Writer, is_danger_warning
from clew.exchange.letters import Header, Letter, check_reference, read_letter, write_letter
from clew.exchange.refusals import Refusal
from clew.exchange.strict_json import canonical
from tests.exchange.partner import NOW, Partner, body
from tests.exchange.samples import FRAME, SAMPLES, tell

STORY = tell()
NAMES = [sample.name for sample in SAMPLES]
NEW = sorted(set(KINDS) - LONG_KNOWN)
SCHEMAS = Path(schema.__file__).parent / "schemas"


def code_of(raw: bytes, letter: Letter, **changes: Any) -> str:
    header = letter.header
    with pytest.raises(Refusal) as refused:
        read_letter(
            raw, sender=header.sender.node, recipient=header.recipient.node, now=NOW, **{"types": KINDS, **changes}
        )
    return refused.value.code


def parts(whole: Any) -> Iterator[dict[str, Any]]:
    """Every part of a schema."""
    if isinstance(whole, dict):
        if "type" in whole or "enum" in whole or "const" in whole:
            yield whole
        for name, one in whole.items():
            if name == "properties":
                for each in one.values():
                    yield from parts(each)
            elif name == "items":
                yield from parts(one)


def test_every_type_has_a_schema_a_record_and_a_row() -> None:
    assert set(RECORDS) == set(KINDS)
    for name in KINDS:
        (file,) = SCHEMAS.glob(f"{name}-[0-9].json")
        assert schema.schema(name)["$id"] == file.name
        assert schema.schema(name)["properties"]["type"] == {"const": name}


@pytest.mark.parametrize("name", KINDS)
def test_every_string_list_and_object_of_a_type_is_bounded_and_closed(name: str) -> None:
    for part in parts(schema._whole_schema(name)):
        kind = part.get("type")
        if kind == "string":
            assert "maxLength" in part or not set("*+") & set(part["pattern"]), part
        elif kind == "array":
            assert part["maxItems"] <= 50_000
        elif kind == "object" and (name, part) != ("receipt", {"type": "object"}):
            assert part["additionalProperties"] is False


@pytest.mark.parametrize("name", KINDS)
def test_the_record_of_a_type_has_the_fields_of_its_schema_and_needs_the_same(name: str) -> None:
    fields = {one.name: one.default is dataclasses.MISSING for one in dataclasses.fields(RECORDS[name])}
    known = schema.schema(name)
    assert {*fields, "type"} == set(known["properties"])
    needed = {one for one, is_needed in fields.items() if is_needed}
    # An offer's conditions are asked for by its schema: the record shares them with letters that may have none.
    assert needed == set(known["required"]) - {"type"} - ({"conditions"} if name == "offer" else set())


SIGNED_TEXTS = {"receipt", "checkpoint", "cosignature"}
"""What they carry is signed and has one form, to which `receipts` and `checkpoints` hold it to the last byte."""


@pytest.mark.parametrize("name", [one for one in CONTROL if one not in SIGNED_TEXTS])
def test_a_control_letter_has_no_field_in_which_a_sentence_or_a_name_could_stand(name: str) -> None:
    free = {"line", "text", "code", "handling", "condition", "entity", "statement", "person", "name"}
    named = set(_named(schema.schema(name)))
    assert not named & free
    assert named <= {"uid", "digest", "date", "moment", "number", "refusal_code", "card_token", "approval"}
    for part in parts(schema._whole_schema(name)):
        if part.get("type") == "string":
            assert " " not in part["pattern"]


def _named(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"].rpartition("/")[2]
        for one in part.values():
            yield from _named(one)


def test_no_ground_of_a_refusal_and_no_reason_of_a_recall_tells_of_protection() -> None:
    told = {
        *schema.schema("parts")["$defs"]["refusal_code"]["enum"],
        *schema.schema("recall")["properties"]["reason"]["enum"],
        *schema.schema("correct")["properties"]["reason"]["enum"],
        *schema.schema("decline-conditions")["properties"]["reason"]["enum"],
        *schema.schema("referral-answer")["properties"]["code"]["enum"],
    }
    telling_words = (
        "protect", "refugee", "asylum", "victim", "witness", "child", "minor", "safety", "danger", "persecut",
        "consent", "shelter", "political", "discriminat", "penalty", "torture", "status", "risk", "health",
    )  # fmt: skip
    assert [code for code in told if any(word in code for word in telling_words)] == []


@pytest.mark.parametrize("code", ["witness_protection", "refugee", "person_at_risk", "other", ""])
def test_a_refusal_with_a_ground_outside_the_list_is_refused(code: str) -> None:
    answers = [{"item": 1, "outcome": "refused", "code": code}]
    with pytest.raises(Refusal) as refused:
        Partner("Vienna").write(Partner("Beijing").uid, body("reply", answers=answers))
    assert refused.value.code == "bad-field"


@pytest.mark.parametrize(
    "answer",
    [
        telling.ItemAnswer(1, "no-information", text="We may not say."),
        telling.ItemAnswer(1, "no-information", until="2026-12-01"),
        telling.ItemAnswer(1, "no-information", code="security"),
        telling.ItemAnswer(1, "provided", code="security"),
        telling.ItemAnswer(1, "refused"),
        telling.ItemAnswer(1, "refused", code="security", until="2026-12-01"),
        telling.ItemAnswer(1, "postponed"),
    ],
)
def test_an_answer_is_not_written_that_says_beside_its_outcome_what_belongs_to_another(
    answer: telling.ItemAnswer,
) -> None:
    with pytest.raises(Refusal) as refused:
        body_of(telling.Reply(**FRAME, answers=(answer,)))
    assert (refused.value.code, refused.value.where) == ("bad-field", "body/answers/outcome")


def test_a_reply_as_it_was_written_before_these_rules_is_read_as_ever() -> None:
    answers = [{"item": 1, "outcome": "refused", "text": "No."}, {"item": 2, "outcome": "no-information", "text": "x"}]
    raw = Partner("Vienna").write(Partner("Beijing").uid, body("reply", answers=answers))
    letter = read_letter(raw, sender=Partner("Vienna").uid, recipient=Partner("Beijing").uid, now=NOW)
    assert letter.raw == raw


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_reads_back_as_a_record_and_writes_the_same_bytes(name: str) -> None:
    letter = STORY.told[name].letter
    record = record_of(letter.body)
    assert isinstance(record, RECORDS[letter.header.type])
    assert body_of(record) == letter.package
    assert write_letter(letter.header, letter.package, types=KINDS).raw == letter.raw


@pytest.mark.parametrize("name", NEW)
def test_a_type_that_the_caller_does_not_act_on_is_unknown_to_it(name: str) -> None:
    letter = STORY.told[name].letter
    others = HANDLED - {name}
    assert code_of(letter.raw, letter, types=others) == "unknown-type"
    with pytest.raises(Refusal):
        write_letter(letter.header, letter.package, types=others)


def test_every_type_is_acted_on() -> None:
    assert set(KINDS) == HANDLED


@pytest.mark.parametrize("name", NEW)
def test_an_unknown_field_anywhere_and_a_missing_one_are_refused(name: str) -> None:
    letter = STORY.told[name].letter
    content = json.loads(letter.raw)
    for holder in _objects(content["body"]):
        changed = copy.deepcopy(content)
        _at(changed["body"], holder)["unknown"] = 1
        assert code_of(canonical(changed), letter) == "unknown-field"
    for field in schema.schema(name)["required"]:
        if field != "type":
            changed = copy.deepcopy(content)
            del changed["body"][field]
            assert code_of(canonical(changed), letter) == "missing-field"


def _objects(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if isinstance(value, dict):
        yield way
    for step, one in steps:
        yield from _objects(one, (*way, step))


def _at(value: Any, way: tuple[Any, ...]) -> Any:
    for step in way:
        value = value[step]
    return value


def _reheaded(letter: Letter, **changes: Any) -> bytes:
    content = json.loads(letter.raw)
    for name, value in changes.items():
        if value is None:
            content["header"].pop(name, None)
        else:
            content["header"][name] = value
    return canonical(content)


@pytest.mark.parametrize("name", NEW)
def test_the_header_has_what_its_type_needs_and_nothing_that_it_must_not_have(name: str) -> None:
    kind, letter = KINDS[name], STORY.told[name].letter
    if kind.must_refer:
        assert code_of(_reheaded(letter, in_reply_to=None), letter) == "missing-field"
    if not kind.refers_to:
        assert code_of(_reheaded(letter, in_reply_to="a" * 32), letter) == "bad-field"
    if kind.threaded:
        assert code_of(_reheaded(letter, thread=None), letter) == "missing-field"
    else:
        assert code_of(_reheaded(letter, thread="a" * 32), letter) == "bad-field"
    if kind.carries is Carries.CONTENT:
        assert code_of(_reheaded(letter, decision=None), letter) == "no-officer"
    else:
        decision = json.loads(STORY.told["request"].letter.raw)["header"]["decision"]
        assert code_of(_reheaded(letter, decision=decision), letter) == "bad-field"


@pytest.mark.parametrize("name", [one for one in NEW if KINDS[one].refers_to])
def test_a_letter_refers_only_to_a_letter_of_the_right_type_side_and_correspondence(name: str) -> None:
    header = STORY.told[name].letter.header
    referred = next(one.letter.header for one in STORY.told.values() if one.letter.header.id == header.in_reply_to)
    check_reference(header, referred)

    def refused(found: Header | None) -> str:
        with pytest.raises(Refusal) as refusal:
            check_reference(header, found)
        return refusal.value.code

    assert refused(None) == "bad-field"
    assert refused(replace(referred, id="f" * 32)) == "bad-field"
    assert refused(replace(referred, type="receipt")) == "bad-field"
    assert refused(replace(referred, thread="f" * 32)) == "bad-field"
    assert refused(replace(referred, sender=replace(referred.sender, node="f" * 32))) == "foreign-thread"
    turned = replace(referred, sender=referred.recipient, recipient=referred.sender)
    if KINDS[name].writer is Writer.EITHER:
        check_reference(header, turned)
    else:
        assert refused(turned) == "bad-field"


def test_a_letter_that_needs_to_refer_to_none_refers_to_none() -> None:
    check_reference(STORY.told["offer"].letter.header, None)


def test_a_danger_warning_is_a_notification_with_that_purpose() -> None:
    assert is_danger_warning(dict(STORY.told["notify-warning"].letter.body))
    assert not is_danger_warning(dict(STORY.told["notify"].letter.body))
    assert not is_danger_warning({**STORY.told["notify-warning"].letter.body, "type": "request"})


def test_conditions_are_accepted_to_the_letter() -> None:
    offer = record_of(STORY.told["offer"].letter.body)
    accepted = record_of(STORY.told["accept-conditions"].letter.body)
    assert accepted.conditions_sha256 == consenting.conditions_digest(offer.conditions)
    assert accepted.conditions_sha256 != consenting.conditions_digest(offer.conditions[::-1])
    assert accepted.conditions_sha256 != consenting.conditions_digest(offer.conditions[:1])


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("clarify", {"questions": [{"n": 1, "text": "a"}, {"n": 1, "text": "b"}]}),
        ("clarified", {"answers": [{"question": 1, "text": "a"}, {"question": 1, "text": "b"}]}),
        ("consent-request", {"pass_on_to": []}),
        ("consent-grant", {"use": "other-purpose"}),
        ("consent-grant", {"statement_numbers": [1, 1]}),
        ("correct", {"replaces": [{"statement": 1, "by": 2}]}),
        ("correct", {"replaces": [{"statement": 1}]}),
        ("correct", {"replaces": [{"statement": 1, "by": 1}, {"statement": 1}]}),
        ("recall", {"statement_numbers": [2, 2]}),
        ("recall", {"answer_by": "2026-02-30T00:00:00Z"}),
        ("recall-ack", {"outcome": "done"}),
        ("recall-ack", {"passed_on": [{"to": "a" * 32, "letter": "b" * 32}] * 2}),
        ("status", {"items": [{"item": 1, "state": "done"}, {"item": 1, "state": "waiting"}]}),
        ("withdraw", {"items": [1, 1]}),
        ("offer", {"conditions": []}),
        ("referral", {"needs": []}),
        ("referral", {"needs": ["shelter", "shelter"]}),
        ("referral", {"needs": ["Li Na (fictional)"]}),
        ("referral", {"group": "sisters"}),
        ("referral", {"language": "Li"}),
        ("referral", {"urgency": "now"}),
        ("referral", {"basis": "child-safety"}),
        ("referral", {"basis": "vital-interest"}),
        ("referral", {"answer_by": "2026-02-30T00:00:00Z"}),
        ("referral", {"contact": ""}),
        ("referral", {"contact": "a" * 1001}),
        ("referral-answer", {"outcome": "refused"}),
        ("referral-answer", {"code": "no-place"}),
        ("referral-answer", {"outcome": "refused", "code": "she is well known here"}),
        ("referral-arrived", {"on": "2026-11"}),
        ("referral-arrived", {"on": "2026-02-30"}),
        ("evidence-announce", {"part_size": 70_000_000}),
        ("evidence-announce", {"statements": []}),
        ("evidence-announce", {"entities": []}),
        ("evidence-close", {"keys": []}),
        ("evidence-close", {"keys": [{"file": 1, "key": "age1publichalf"}]}),
        ("evidence-announce", {"custody": [{"at": "2026-13-01T00:00:00Z", "act": "seized", "by": "x"}]}),
        ("evidence-receipt", {"outcome": "complete"}),
        ("suspend", {"effective": "2026-02-30T00:00:00Z"}),
        ("status-query", {"items": [1, 1]}),
    ],
)
def test_parts_that_do_not_fit_one_another_are_refused(name: str, change: dict[str, Any]) -> None:
    content = {**STORY.told[name].letter.body, **change}
    with pytest.raises(Refusal) as refused:
        record_of(content)
    assert refused.value.code == "bad-field"


@pytest.mark.parametrize(
    "more",
    [{"statements": []}, {"entities": []}, {"facts": "x"}, {"necessity": "x"}, {"case_reference": "x"}, {"name": "x"}],
)
def test_a_referral_has_no_part_in_which_more_than_the_least_could_stand(more: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        record_of({**STORY.told["referral"].letter.body, **more})
    assert refused.value.code == "unknown-field"


def test_the_least_of_a_referral_does_without_every_word() -> None:
    more = {"contact", "situation", "group", "language"}
    least = {name: value for name, value in STORY.told["referral"].letter.body.items() if name not in more}
    assert record_of({**least, "basis": "child-safety"}).needs == ("shelter", "health")


@pytest.mark.parametrize("name", ["../etc/passwd", "a\\b", "/x", "a\nb", ".", "..", "con.", "a ", ""])
def test_evidence_with_a_path_for_a_name_is_refused(name: str) -> None:
    files = [{**STORY.told["evidence-announce"].letter.body["files"][0], "name": name}]
    with pytest.raises(Refusal):
        record_of({**STORY.told["evidence-announce"].letter.body, "files": files})


def test_two_files_whose_names_differ_only_in_case_are_refused() -> None:
    first = STORY.told["evidence-announce"].letter.body["files"][0]
    files = [first, {**first, "n": 2, "name": first["name"].upper()}]
    with pytest.raises(Refusal):
        record_of({**STORY.told["evidence-announce"].letter.body, "files": files})


@pytest.mark.parametrize(
    "change",
    [
        {"entity": "p1"},
        {"entity": "d2"},
        {"entity": "unlisted"},
        {"sealed_size": 150_000},
        {"sealed_size": 2**40},
        {"parts": ["a" * 64, "b" * 64]},
        {"parts": ["a" * 64, "b" * 64, "c" * 64, "d" * 64]},
        {"parts": ["a" * 64, "b" * 64, "a" * 64]},
    ],
    ids=str,
)
def test_a_file_is_announced_that_something_is_said_of_and_with_the_parts_that_it_has(change: dict[str, Any]) -> None:
    announced = STORY.told["evidence-announce"].letter.body
    first, second = announced["files"]
    record_of({**announced, "files": [first, second]})
    with pytest.raises(Refusal) as refused:
        record_of({**announced, "files": [{**first, **change}, second]})
    assert refused.value.code == "bad-field"


def test_an_announcement_has_no_field_for_a_key_and_the_closing_none_for_anything_else() -> None:
    assert '"key"' not in json.dumps(schema._whole_schema("evidence-announce"))
    assert set(schema.schema("evidence-close")["properties"]) == {"type", "manifest", "keys"}


def test_the_keys_of_the_sample_are_keys_that_age_takes() -> None:
    for one in STORY.told["evidence-close"].letter.body["keys"]:
        pyrage.x25519.Identity.from_str(one["key"])


def test_a_conviction_names_its_court() -> None:
    content = {name: value for name, value in STORY.told["result"].letter.body.items() if name != "court"}
    with pytest.raises(Refusal) as refused:
        record_of(content)
    assert refused.value.code == "missing-field"


@pytest.mark.parametrize("field", ["digest", "answer_by"])
def test_a_line_break_after_an_id_a_digest_or_a_moment_is_another_value(field: str) -> None:
    content = {**STORY.told["recall"].letter.body}
    content[field] += "\n"
    with pytest.raises(Refusal):
        record_of(content)


def test_a_governance_letter_counts_the_parties_that_really_approved() -> None:
    sofia, paris, rome = Partner("Sofia"), Partner("Paris"), Partner("Rome")
    keys = {one.uid: one.keys.sign for one in (sofia, paris, rome)}
    suspension = dict(STORY.told["suspend"].letter.body)
    vienna = STORY.partners["vienna"]
    assert approvers(suspension, {vienna.uid: vienna.keys.sign}) == {vienna.uid} == {suspension["party"]}
    signed = [approve(suspension, one.uid, one.sign_key) for one in (sofia, paris)]
    suspension["approvals"] = [dataclasses.asdict(one) for one in signed]
    assert approvers(suspension, keys) == {sofia.uid, paris.uid}
    with pytest.raises(Refusal, match="unknown-sender"):
        approvers(suspension, {sofia.uid: keys[sofia.uid]})
    with pytest.raises(Refusal, match="bad-signature"):
        approvers({**suspension, "party": sofia.uid}, keys)
    with pytest.raises(Refusal, match="bad-signature"):
        approvers({**suspension, "serial": 10}, keys)
    with pytest.raises(Refusal, match="bad-field"):
        approvers({**suspension, "approvals": suspension["approvals"][:1] * 2}, keys)
    forged = governance.Approval(paris.uid, approve(suspension, rome.uid, rome.sign_key).signature)
    with pytest.raises(Refusal, match="bad-signature"):
        approvers({**suspension, "approvals": [dataclasses.asdict(forged)]}, keys)


@pytest.mark.parametrize("body_", [{}, {"type": "jit-sign"}, {"type": 1}, {"type": ["recall"]}])
def test_a_body_of_no_known_type_is_refused(body_: dict[str, Any]) -> None:
    with pytest.raises(Refusal, match="unknown-type"):
        record_of(body_)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=20),
    lambda part: st.lists(part, max_size=4) | st.dictionaries(st.text(max_size=8), part, max_size=4),
    max_leaves=10,
)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_nothing_but_a_refusal_comes_out_of_a_letter_with_any_part_replaced(data: st.DataObject) -> None:
    letter = STORY.told[data.draw(st.sampled_from(NAMES))].letter
    content = json.loads(letter.raw)
    way = data.draw(st.sampled_from([way for way in _places(content) if way]))
    _at(content, way[:-1])[way[-1]] = data.draw(JSON)
    raw = canonical(content)
    header = letter.header
    try:
        read = read_letter(raw, sender=header.sender.node, recipient=header.recipient.node, now=NOW, types=KINDS)
    except Refusal:
        return
    assert read.raw == raw
    assert isinstance(record_of(read.body), RECORDS[read.header.type])


def _places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield way
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in steps:
        yield from _places(one, (*way, step))


@settings(max_examples=200, deadline=None)
@given(raw=st.binary(max_size=400), name=st.sampled_from(NAMES), cut=st.integers(0, 4000))
def test_nothing_but_a_refusal_comes_out_of_any_bytes(raw: bytes, name: str, cut: int) -> None:
    letter = STORY.told[name].letter
    for changed in (raw, letter.raw[:cut] + raw, letter.raw[:cut] + raw + letter.raw[cut + len(raw) :]):
        if changed == letter.raw:
            continue
        try:
            read_letter(
                changed, sender=letter.header.sender.node, recipient=letter.header.recipient.node, now=NOW, types=KINDS
            )
        except Refusal:
            continue
        assert canonical(json.loads(changed)) == changed
