from __future__ import annotations

from ctypes.util import find_library

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.matching.private.refusing import RoundRefused
from clew.matching.private.sodium import IDENTITY, NoPoint, sodium
from clew.matching.private.voprf import LARGEST_BATCH, Voprf

FUNCTION = Voprf(sodium())
ORDER = 2**252 + 27742317777372353535851937790883648493


def octets(text: str) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(each) for each in text.split(","))


ONE, OTHER = "00", "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
BLIND = "64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706"
SECOND_BLIND = "222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e"
OF_ONE = {
    "blinded": "863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945",
    "evaluated": "aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e",
    "output": "b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7d"
    "a4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c",
}
OUTPUT_OF_OTHER = (
    "8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60"
    "356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6"
)
# RFC 9497, appendix A.1.2 (ristretto255-SHA512, VOPRF), all three vectors.
VECTORS = [
    {
        "input": ONE,
        "blind": BLIND,
        **OF_ONE,
        "nonce": SECOND_BLIND,
        "proof": "ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd06"
        "6d4346421d17bf5117a2a1ff0fcb2a759f58a539dfbe857a40bce4cf49ec600d",
    },
    {
        "input": OTHER,
        "blind": BLIND,
        "blinded": "cc0b2a350101881d8a4cba4c80241d74fb7dcbfde4a61fde2f91443c2bf9ef0c",
        "evaluated": "60a59a57208d48aca71e9e850d22674b611f752bed48b36f7a91b372bd7ad468",
        "output": OUTPUT_OF_OTHER,
        "nonce": SECOND_BLIND,
        "proof": "401a0da6264f8cf45bb2f5264bc31e109155600babb3cd4e5af7d181a2c9dc0a"
        "67154fabf031fd936051dec80b0b6ae29c9503493dde7393b722eafdf5a50b02",
    },
    {
        "input": f"{ONE},{OTHER}",
        "blind": f"{BLIND},{SECOND_BLIND}",
        "blinded": f"{OF_ONE['blinded']},90a0145ea9da29254c3a56be4fe185465ebb3bf2a1801f7124bbbadac751e654",
        "evaluated": f"{OF_ONE['evaluated']},cc5ac221950a49ceaa73c8db41b82c20372a4c8d63e5dded2db920b7eee36a2a",
        "output": f"{OF_ONE['output']},{OUTPUT_OF_OTHER}",
        "nonce": "419c4f4f5052c53c45f3da494d2b67b220d02118e0857cdbcf037f9ea84bbe0c",
        "proof": "cc203910175d786927eeb44ea847328047892ddf8590e723c37205cb74600b0a"
        "5ab5337c8eb4ceae0494c2cf89529dcf94572ed267473d567aeed6ab873dee08",
    },
]
KEY = FUNCTION.derive_key(bytes([0xA3] * 32), b"test key")


def test_the_key_of_the_standard_comes_out() -> None:
    assert KEY.secret.hex() == "e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909"
    assert KEY.public.hex() == "c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e"


@pytest.mark.parametrize("vector", VECTORS)
def test_every_value_that_the_standard_prints_comes_out(vector: dict[str, str]) -> None:
    inputs, blinds = octets(vector["input"]), octets(vector["blind"])
    blinded = FUNCTION.blind(inputs, blinds)
    assert blinded == list(octets(vector["blinded"]))
    evaluated = FUNCTION.evaluate(KEY, blinded)
    assert evaluated == list(octets(vector["evaluated"]))
    assert FUNCTION.prove(KEY, blinded, evaluated, bytes.fromhex(vector["nonce"])).hex() == vector["proof"]
    assert FUNCTION.verify(KEY.public, blinded, evaluated, bytes.fromhex(vector["proof"]))
    assert FUNCTION.unblind(inputs, blinds, evaluated) == list(octets(vector["output"]))
    assert FUNCTION.compute(KEY, inputs) == list(octets(vector["output"]))


@given(st.lists(st.integers(1, ORDER - 1), min_size=1, max_size=8))
def test_many_inverses_at_once_are_the_inverses(numbers: list[int]) -> None:
    scalars = [number.to_bytes(32, "little") for number in numbers]
    found = [int.from_bytes(each, "little") for each in sodium().inverses(scalars)]
    assert found == [pow(number, -1, ORDER) for number in numbers]


@given(st.integers(0, ORDER - 1), st.integers(0, ORDER - 1), st.integers(0, ORDER - 1))
def test_the_scalar_of_a_proof_is_computed_modulo_the_order(start: int, one: int, other: int) -> None:
    found = sodium().minus_product(*(number.to_bytes(32, "little") for number in (start, one, other)))
    assert int.from_bytes(found, "little") == (start - one * other) % ORDER


@pytest.mark.parametrize("place", range(64))
def test_a_proof_in_which_one_byte_differs_does_not_hold(place: int) -> None:
    vector = VECTORS[2]
    proof = bytearray.fromhex(vector["proof"])
    proof[place] ^= 1
    try:
        held = FUNCTION.verify(KEY.public, octets(vector["blinded"]), octets(vector["evaluated"]), bytes(proof))
    except NoPoint:
        held = False
    assert not held


def test_one_point_under_another_key_makes_the_proof_of_all_fail() -> None:
    other = FUNCTION.derive_key(bytes(32), b"another key")
    texts = [bytes([number]) for number in range(1, 9)]
    blinded = FUNCTION.blind(texts, [sodium().scalar(text * 64) for text in texts])
    evaluated = FUNCTION.evaluate(KEY, blinded)
    evaluated[4] = FUNCTION.evaluate(other, blinded[4:5])[0]
    nonce = sodium().scalar(b"\x07" * 64)
    assert not FUNCTION.verify(KEY.public, blinded, evaluated, FUNCTION.prove(KEY, blinded, evaluated, nonce))


def test_exchanged_evaluations_make_the_proof_fail() -> None:
    vector = VECTORS[2]
    exchanged = octets(vector["evaluated"])[::-1]
    assert not FUNCTION.verify(KEY.public, octets(vector["blinded"]), exchanged, bytes.fromhex(vector["proof"]))


BAD_POINTS = {
    "the identity": IDENTITY,
    "the field's prime, which is zero written otherwise": (2**255 - 19).to_bytes(32, "little"),
    "above the field's prime": b"\xff" * 32,
    "negative": bytes([1]) + bytes(31),
    "no point at all": bytes([26]) + bytes(31),
    "too short": bytes(31),
    "too long": bytes(33),
    "empty": b"",
}


@pytest.mark.parametrize("point", BAD_POINTS.values(), ids=BAD_POINTS)
def test_what_is_no_point_is_never_evaluated(point: bytes) -> None:
    with pytest.raises(NoPoint):
        FUNCTION.evaluate(KEY, [point])


def test_a_batch_is_bounded_as_the_standard_counts() -> None:
    points = [KEY.public] * (LARGEST_BATCH + 1)
    with pytest.raises(NoPoint):
        FUNCTION.prove(KEY, points, points, KEY.secret)
    with pytest.raises(NoPoint):
        FUNCTION.prove(KEY, points[:2], points[:1], KEY.secret)


@pytest.mark.parametrize(("found", "said"), [(None, "libsodium23"), (find_library("c"), "1.0.18")])
def test_without_libsodium_it_is_said_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, found: str | None, said: str
) -> None:
    monkeypatch.setattr("ctypes.util.find_library", lambda name: found)
    sodium.cache_clear()
    with pytest.raises(RoundRefused, match=said, check=lambda refused: refused.code == "no-library"):
        sodium()


def test_threads_change_nothing() -> None:
    texts = [str(number).encode() for number in range(401)]
    blinds = [sodium().scalar(text.ljust(64)) for text in texts]
    two = Voprf(sodium(), workers=2)
    blinded = FUNCTION.blind(texts, blinds)
    evaluated = FUNCTION.evaluate(KEY, blinded)
    proof = FUNCTION.prove(KEY, blinded, evaluated, KEY.secret)
    assert two.blind(texts, blinds) == blinded
    assert two.evaluate(KEY, blinded) == evaluated
    assert two.prove(KEY, blinded, evaluated, KEY.secret) == proof
    assert two.verify(KEY.public, blinded, evaluated, proof)
    assert two.unblind(texts, blinds, evaluated) == FUNCTION.compute(KEY, texts) == two.compute(KEY, texts)


def test_a_key_does_not_show_its_secret_half() -> None:
    assert KEY.secret.hex() not in repr(KEY)
    assert str(KEY.secret) not in repr(KEY)
