"""One function per kind of identifier, and the door to them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from clew.matching.identifiers.checks import (
    bech32,
    egn,
    hashed_base58,
    iban,
    keccak_case,
    machine_readable,
    resident_card,
)

VERSION = 1
"""Raised when a normaliser answers otherwise than before: values of two versions are not compared."""


class UnknownKind(ValueError):
    """There is no normaliser of this kind; the message names those that there are."""


@dataclass(frozen=True, slots=True)
class Normalised:
    """An identifier in one form. `valid` is None where the kind has nothing to check."""

    kind: str
    value: str
    """Empty where nothing of the text can be one."""
    valid: bool | None
    reason: str
    """Why it is not valid, or what was assumed; empty where there is nothing to say."""
    version: int = VERSION


def normalise(kind: str, text: str, *, country: str = "") -> Normalised:
    """The identifier in one form.

    `country` (ISO 3166, two letters) is where a telephone number or a plate without a country belongs.
    Raises `UnknownKind`.
    """
    if kind not in KINDS:
        raise UnknownKind(f"There is no identifier of the kind {kind!r}. Kinds: {', '.join(sorted(KINDS))}.")
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return Normalised(kind, "", False, "it is empty")
    return replace(KINDS[kind](plain, country.upper()), kind=kind)


def _answer(value: str, valid: bool | None, reason: str = "") -> Normalised:
    return Normalised("", value, valid, reason)


def _letters_and_digits(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter.isalnum())


def _phone(text: str, country: str) -> Normalised:
    """E.164. Without a country in it or beside it, a number is only its digits, and not comparable across countries."""
    import phonenumbers

    digits = "+" + re.sub(r"\D", "", text) if text.startswith(("+", "00")) else re.sub(r"[^\d+]", "", text)
    if text.startswith("00"):
        digits = "+" + digits[3:]
    if not digits.startswith("+") and not country:
        return _answer(re.sub(r"\D", "", text), False, "no country: name one, or write the number with +")
    try:
        number = phonenumbers.parse(digits, country or None)
    except phonenumbers.NumberParseException as fault:
        return _answer("", False, f"no telephone number ({fault})")
    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    valid = phonenumbers.is_valid_number(number)
    return _answer(value, valid, "" if valid else "no number of that country's plan")


def _bank_account(text: str, country: str) -> Normalised:
    value = _letters_and_digits(text)
    return _answer(value, *iban(value))


def _passport(text: str, country: str) -> Normalised:
    """A passport's number; of the second line of a machine-readable zone, country and number with the check digit."""
    line = text.upper().replace(" ", "")
    if re.fullmatch(r"[A-Z0-9<]{43,44}", line) and "<" in line:
        number, state = line[:9].replace("<", ""), line[10:13].replace("<", "")
        return _answer(f"{state}:{number}", *machine_readable(line[:9], line[9]))
    return _answer(_letters_and_digits(text), None, "a number alone has no check digit")


def _resident_card(text: str, country: str) -> Normalised:
    value = _letters_and_digits(text)
    return _answer(value, *resident_card(value))


def _egn(text: str, country: str) -> Normalised:
    value = re.sub(r"\D", "", text)
    return _answer(value, *egn(value))


_ALIKE_ON_PLATES = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")


def _plate(text: str, country: str) -> Normalised:
    """Letters and digits; Cyrillic letters with a Latin twin as that twin, as Bulgarian and Russian plates are read."""
    value = _letters_and_digits(text).translate(_ALIKE_ON_PLATES)
    return _answer(
        f"{country}:{value}" if country else value, None, "" if country else "no country: plates of two may be alike"
    )


def _wallet(text: str, country: str) -> Normalised:
    """A wallet's address: Bitcoin, Litecoin, Tron (base58 and bech32), Ethereum and its kin."""
    if re.fullmatch(r"0[xX][0-9a-fA-F]{40}", text):
        return _answer(text.lower(), *keccak_case(text[2:]))
    lower = text.lower()
    if lower.startswith(("bc1", "ltc1", "tb1")):
        return _answer(lower, *bech32(text))
    if re.fullmatch(r"[1-9A-HJ-NP-Za-km-z]{25,62}", text):
        return _answer(text, *hashed_base58(text))
    return _answer(text, False, "no form of address that is known here")


_HANDLE = re.compile(
    r"^(?:https?://)?(?:www\.)?"
    r"(?:t\.me|telegram\.me|wa\.me|instagram\.com|facebook\.com|vk\.com|line\.me/ti/p)/",
    re.IGNORECASE,
)


def _handle(text: str, country: str) -> Normalised:
    """A messenger's or network's name: without address, @ and capitals. A wa.me number becomes a telephone number."""
    bare = _HANDLE.sub("", text).split("?")[0].strip("/")
    if re.fullmatch(r"\+?\d{8,15}", bare):
        return _answer("+" + bare.lstrip("+"), None, "a telephone number as handle")
    value = bare.lstrip("@~").lower()
    return _answer(value, None if value else False, "" if value else "no name is left of it")


KINDS: dict[str, Callable[[str, str], Normalised]] = {
    "phone": _phone,
    "iban": _bank_account,
    "passport": _passport,
    "china resident card": _resident_card,
    "bulgaria egn": _egn,
    "plate": _plate,
    "wallet": _wallet,
    "handle": _handle,
}
"""Kind: its normaliser."""
