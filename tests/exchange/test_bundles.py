"""A bundle is taken as it was made, to the last bit, or not at all."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.exchange import bundles
from clew.exchange.bundles import CONTEXT, Bundle, make_bundle, read_bundle, verify_bundle
from clew.exchange.keys import sign_in_context
from clew.exchange.receipts import MAX_RECEIPT, Stage
from clew.exchange.refusals import Refusal
from clew.exchange.sealing import MAX_ENVELOPE
from clew.exchange.strict_json import canonical, digest
from tests.exchange.partner import Partner

VIENNA = Partner("Vienna", "AT")
BEIJING = Partner("Beijing", "CN")
SENT = [Partner("Vienna", "AT").send(BEIJING.uid, BEIJING.keys.seal) for _letter in range(2)]
ENVELOPES = [one.raw for one in SENT]
RECEIPTS = [VIENNA.receipt(SENT[0], Stage.STORED)]

contents = st.lists(st.binary(min_size=1, max_size=60), unique=True, max_size=4)


def bundle(envelopes: list[bytes] | None = None, receipts: list[bytes] | None = None) -> bytes:
    return make_bundle(
        sender=VIENNA.uid,
        recipient=BEIJING.uid,
        envelopes=ENVELOPES if envelopes is None else envelopes,
        receipts=RECEIPTS if receipts is None else receipts,
        transport_key=VIENNA.transport_key,
    )


def taken(raw: bytes) -> Bundle:
    """As Beijing reads it."""
    found = read_bundle(raw)
    verify_bundle(found, transport_key=VIENNA.keys.transport, own_uid=BEIJING.uid)
    return found


def code_of(raw: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        taken(raw)
    return refused.value.code


def index_of(raw: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(zipfile.ZipFile(io.BytesIO(raw)).read("index.json"))
    del found["signature"]
    return found


def by_hand(files: list[tuple[str, bytes]]) -> bytes:
    """An archive in the very form of a bundle, of any files."""
    made, central, at = b"", b"", 0
    for name, content in files:
        facts = struct.pack("<5H3L2H", 10, 0, 0, 0, 0x21, zlib.crc32(content), len(content), len(content), len(name), 0)
        central += b"PK\x01\x02" + struct.pack("<H", 10) + facts + struct.pack("<3H2L", 0, 0, 0, 0, at) + name.encode()
        made += b"PK\x03\x04" + facts + name.encode() + content
        at = len(made)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(files), len(files), len(central), len(made), 0)
    return made + central + end


def signed_index(content: dict[str, Any]) -> bytes:
    """An index that Vienna signs although it should not."""
    signature = sign_in_context(VIENNA.transport_key, CONTEXT, canonical(content))
    return canonical({**content, "signature": signature})


def misbehaving(change: Callable[[dict[str, Any]], None], files: list[tuple[str, bytes]] | None = None) -> bytes:
    """A bundle of Vienna whose index was changed before it was signed."""
    content = index_of(bundle())
    change(content)
    kept = [("0001-envelope.json", ENVELOPES[0]), ("0002-envelope.json", ENVELOPES[1]),
            ("0003-receipt.json", RECEIPTS[0])]  # fmt: skip
    return by_hand([("index.json", signed_index(content)), *(kept if files is None else files)])


def test_a_bundle_reads_back_as_it_was_made_and_the_same_content_has_the_same_bytes() -> None:
    found = taken(bundle())
    assert (found.sender, found.recipient) == (VIENNA.uid, BEIJING.uid)
    assert (list(found.envelopes), list(found.receipts)) == (ENVELOPES, RECEIPTS)
    assert bundle() == bundle()
    assert found.digest == digest(bundle())


@given(contents, contents)
def test_whatever_is_put_in_comes_out_in_its_order(envelopes: list[bytes], receipts: list[bytes]) -> None:
    receipts = [one for one in receipts if one not in envelopes]
    if not envelopes and not receipts:
        return
    found = taken(bundle(envelopes, receipts))
    assert (list(found.envelopes), list(found.receipts)) == (envelopes, receipts)


def test_an_unpacking_program_lists_it_and_no_name_in_it_is_a_path() -> None:
    archive = zipfile.ZipFile(io.BytesIO(bundle()))
    assert archive.testzip() is None
    assert archive.namelist() == ["index.json", "0001-envelope.json", "0002-envelope.json", "0003-receipt.json"]
    assert {one.compress_type for one in archive.infolist()} == {zipfile.ZIP_STORED}
    assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert archive.read("0002-envelope.json") == ENVELOPES[1]


def test_the_index_says_who_writes_to_whom_how_many_and_how_large_and_nothing_else() -> None:
    content = index_of(bundle())
    assert set(content) == {"clew", "from", "to", "entries"}
    assert [set(one) for one in content["entries"]] == [{"n", "kind", "digest", "size"}] * 3


@pytest.mark.parametrize("bit", range(8))
def test_every_flipped_bit_of_a_bundle_is_refused(bit: int) -> None:
    raw = bundle([b'{"a":1}', b'{"a":2}'], [b'{"b":1}'])
    for at in range(len(raw)):
        changed = bytearray(raw)
        changed[at] ^= 1 << bit
        code_of(bytes(changed))


@given(st.data())
def test_any_flipped_bit_of_a_bundle_of_real_letters_is_refused(data: st.DataObject) -> None:
    raw = bytearray(bundle())
    bit = data.draw(st.integers(0, 8 * len(raw) - 1))
    raw[bit // 8] ^= 1 << bit % 8
    code_of(bytes(raw))


@given(st.data())
def test_a_bundle_that_was_cut_off_or_has_something_before_or_behind_it_is_refused(data: st.DataObject) -> None:
    raw = bundle()
    more = data.draw(st.binary(min_size=1, max_size=40))
    assert code_of(raw[: data.draw(st.integers(0, len(raw) - 1))]) == "not-a-bundle"
    assert code_of(raw + more) == "not-a-bundle"
    assert code_of(more + raw) == "not-a-bundle"


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_of_bundles_fail_otherwise_than_by_refusing(raw: bytes) -> None:
    for one in (raw, b"PK\x03\x04" + raw, bundle()[:200] + raw):
        with pytest.raises(Refusal):
            read_bundle(one)


@pytest.mark.parametrize(
    "name",
    ["../0001-envelope.json", "/etc/passwd", "0001-envelope.json/", "..\\0001-envelope.json", "C:0001-envelope.json",
     "1-envelope.json", "0002-envelope.json", "0001-envelope.JSON", "0001-ENVELOPE.json", "index.json", ""],
)  # fmt: skip
def test_a_bundle_with_a_path_or_another_name_in_it_is_refused_and_nothing_is_taken(name: str) -> None:
    content = index_of(bundle([ENVELOPES[0]], []))
    raw = by_hand([("index.json", signed_index(content)), (name, ENVELOPES[0])])
    assert code_of(raw) == "not-a-bundle"


def zipped(**how: Any) -> bytes:
    """The files of a bundle in an ordinary archive."""
    kept = zipfile.ZipFile(io.BytesIO(bundle()))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", how.get("compression", zipfile.ZIP_STORED)) as archive:
        for one in kept.infolist():
            info = zipfile.ZipInfo(one.filename, how.get("date_time", (1980, 1, 1, 0, 0, 0)))
            info.compress_type = how.get("compression", zipfile.ZIP_STORED)
            info.extra = how.get("extra", b"")
            archive.writestr(info, kept.read(one))
        archive.comment = how.get("comment", b"")
    return target.getvalue()


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"compression": zipfile.ZIP_DEFLATED},
        {"comment": b"read me"},
        {"extra": b"\x01\x00\x04\x00abcd"},
        {"date_time": (2026, 11, 28, 9, 0, 0)},
    ],
)
def test_another_archive_of_the_same_files_is_no_bundle(how: dict[str, Any]) -> None:
    assert code_of(zipped(**how)) == "not-a-bundle"


def test_the_archive_that_this_test_makes_by_hand_is_a_bundle_when_nothing_is_wrong_with_it() -> None:
    assert misbehaving(lambda _content: None) == bundle()


def test_a_bomb_is_not_inflated() -> None:
    content = index_of(bundle())
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.json", signed_index(content))
        archive.writestr("0001-envelope.json", b"{" * 50_000_000)
    assert len(target.getvalue()) < 200_000
    assert code_of(target.getvalue()) == "not-a-bundle"


def test_entries_that_share_their_bytes_are_refused() -> None:
    raw = bytearray(bundle())
    # In the directory the second envelope now begins where the first does: a small file that unpacks into a large one.
    at = raw.rindex(b"0002-envelope.json") - 46
    first = raw.rindex(b"0001-envelope.json") - 46
    raw[at + 42 : at + 46] = raw[first + 42 : first + 46]
    assert code_of(bytes(raw)) == "not-a-bundle"


def test_too_many_entries_are_refused_and_not_even_counted_to_the_end() -> None:
    empty = b"PK\x03\x04" + struct.pack("<5H3L2H", 10, 0, 0, 0, 0x21, 0, 0, 0, 0, 0)
    assert code_of(empty * 100_000) == "too-many"
    many = [b"%d" % number for number in range(bundles.MOST_OF_A_KIND + 1)]
    for envelopes, receipts in ((many, []), ([], many)):
        with pytest.raises(Refusal, match="too-many"):
            bundle(envelopes, receipts)


def test_as_many_as_are_allowed_of_both_kinds_fit() -> None:
    envelopes = [b"e%d" % number for number in range(bundles.MOST_OF_A_KIND)]
    receipts = [b"r%d" % number for number in range(bundles.MOST_OF_A_KIND)]
    assert len(taken(bundle(envelopes, receipts)).receipts) == bundles.MOST_OF_A_KIND


def test_an_entry_or_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert code_of(b"P" * (bundles.MAX_BUNDLE + 1)) == "too-large"
    with pytest.raises(Refusal, match="too-large"):
        bundle([b"x" * (MAX_ENVELOPE + 1)], [])
    with pytest.raises(Refusal, match="too-large"):
        bundle([], [b"x" * (MAX_RECEIPT + 1)])

    def large(content: dict[str, Any]) -> None:
        content["entries"] = [{"n": 1, "kind": "receipt", "digest": digest(b"x" * 5000), "size": 5000}]

    assert code_of(misbehaving(large, [("0001-receipt.json", b"x" * 5000)])) == "too-large"
    raw = bundle()
    monkeypatch.setattr(bundles, "MAX_BUNDLE", len(raw) - 1)
    with pytest.raises(Refusal, match="too-large"):
        bundle()


def test_nothing_and_the_same_twice_make_no_bundle() -> None:
    with pytest.raises(Refusal, match="bad-field"):
        bundle([], [])
    with pytest.raises(Refusal, match="not-as-listed"):
        bundle([ENVELOPES[0], ENVELOPES[0]], [])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda content: content["entries"][0].update(digest="0" * 64), "not-as-listed"),
        (lambda content: content["entries"][0].update(size=1), "not-as-listed"),
        (lambda content: content["entries"][1].update(n=1), "not-as-listed"),
        (lambda content: content["entries"][0].update(kind="receipt"), "not-as-listed"),
        (lambda content: content["entries"].pop(), "not-as-listed"),
        (lambda content: content["entries"].reverse(), "not-as-listed"),
        (lambda content: content["entries"].append(dict(content["entries"][0])), "not-as-listed"),
        (lambda content: content.update(entries=[]), "bad-field"),
        (lambda content: content.update(clew=2), "unknown-version"),
        (lambda content: content.update(note="x"), "unknown-field"),
        (lambda content: content.pop("to"), "missing-field"),
        (lambda content: content.update(to=VIENNA.uid), "wrong-recipient"),
    ],
)
def test_an_index_that_lists_something_else_is_refused(change: Callable[[dict[str, Any]], None], code: str) -> None:
    assert code_of(misbehaving(change)) == code


def test_entries_in_another_order_than_the_signed_one_are_refused() -> None:
    swapped = [("0001-envelope.json", ENVELOPES[1]), ("0002-envelope.json", ENVELOPES[0]),
               ("0003-receipt.json", RECEIPTS[0])]  # fmt: skip
    assert code_of(misbehaving(lambda _content: None, swapped)) == "not-as-listed"


def test_a_bundle_that_another_key_signed_or_nobody_is_refused() -> None:
    content = index_of(bundle())
    files = [("0001-envelope.json", ENVELOPES[0]), ("0002-envelope.json", ENVELOPES[1]),
             ("0003-receipt.json", RECEIPTS[0])]  # fmt: skip
    theirs = sign_in_context(BEIJING.transport_key, CONTEXT, canonical(content))
    of_a_receipt = sign_in_context(VIENNA.transport_key, b"clew-receipt-1", canonical(content))
    for signature in (theirs, of_a_receipt, "", 1):
        index = canonical({**content, "signature": signature})
        assert code_of(by_hand([("index.json", index), *files])) == "bad-signature"
    assert code_of(by_hand([("index.json", canonical(content)), *files])) == "bad-signature"
