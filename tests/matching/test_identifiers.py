from __future__ import annotations

import pytest

from clew.matching.identifiers import KINDS, VERSION, UnknownKind, normalise

BITCOIN = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"  # the first block's, public
SEGWIT = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"  # BIP 173's example


@pytest.mark.parametrize(
    ("kind", "text", "country", "value"),
    [
        ("phone", "0888 123 456", "BG", "+359888123456"),
        ("phone", "00359 (888) 123-456", "", "+359888123456"),
        ("phone", "＋８６ 138 0013 8000", "", "+8613800138000"),
        ("iban", "bg80 bnbg 9661 1020 3456 78", "", "BG80BNBG96611020345678"),
        ("passport", "L898902C36UTO7408122F1204159ZE184226B<<<<<10", "", "UTO:L898902C3"),
        ("china resident card", "11010519491231002x", "", "11010519491231002X"),
        ("bulgaria egn", "75 2316 9263", "", "7523169263"),
        ("wallet", BITCOIN, "", BITCOIN),
        ("wallet", SEGWIT.upper(), "", SEGWIT),
    ],
)
def test_an_identifier_that_holds_has_one_form(kind: str, text: str, country: str, value: str) -> None:
    found = normalise(kind, text, country=country)
    assert (found.value, found.valid, found.version) == (value, True, VERSION)


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("phone", "0888 123 456", "no country"),
        ("phone", "+359 1", "no "),
        ("iban", "BG81BNBG96611020345678", "no IBAN"),
        ("passport", "L898902C37UTO7408122F1204159ZE184226B<<<<<10", "6 would hold"),
        ("china resident card", "110105194912310021", "X would hold"),
        ("china resident card", "110105194913310021", "no date"),
        ("china resident card", "1101051949", "18 places"),
        ("bulgaria egn", "7523169264", "3 would hold"),
        ("bulgaria egn", "7513169264", "no date"),
        ("wallet", BITCOIN[:-1] + "b", "checksum"),
        ("wallet", SEGWIT[:-1] + "5", "checksum"),
        ("wallet", SEGWIT.replace("q", "Q", 1), "mixed"),
        ("wallet", "hello", "no form"),
        ("handle", "@", "no name"),
        ("iban", "  ", "empty"),
    ],
)
def test_an_identifier_that_does_not_hold_is_kept_and_said_to_fail(kind: str, text: str, said: str) -> None:
    found = normalise(kind, text)
    assert found.valid is False
    assert said in found.reason


@pytest.mark.parametrize(
    ("kind", "a", "b"),
    [
        ("plate", "СВ 1234 КМ", "CB-1234-KM"),
        ("handle", "https://t.me/Some_Name?start=1", "@some_name"),
        ("handle", "wa.me/8613800138000", "+8613800138000"),
        ("wallet", "0x52908400098527886E0F7030069857D2E4169EE7", "0x52908400098527886e0f7030069857d2e4169ee7"),
        ("passport", "ab 123-456", "AB123456"),
    ],
)
def test_two_ways_to_write_one_identifier_meet(kind: str, a: str, b: str) -> None:
    one, other = normalise(kind, a), normalise(kind, b)
    assert one.value == other.value
    assert one.valid is None


def test_plates_of_two_countries_are_two() -> None:
    assert normalise("plate", "CB1234", country="BG") != normalise("plate", "CB1234", country="RO")


def test_an_unknown_kind_names_the_known() -> None:
    with pytest.raises(UnknownKind, match="phone, plate, wallet"):
        normalise("fax", "1")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_normalising_twice_changes_nothing(kind: str) -> None:
    once = normalise(kind, "BG80 BNBG 9661 1020 3456 78", country="BG").value
    assert not once or normalise(kind, once.removeprefix("BG:"), country="BG").value == once
