"""Check digits and checksums: each answers (whether it holds, why not).

ISO 13616 and ISO 7064 (IBAN), ICAO Doc 9303 part 3 (passport), GB 11643-1999 (Chinese resident identity card), the
Bulgarian Civil Registration Act's weights (EGN), BIP 173 and BIP 350 (bech32), EIP-55 (Ethereum).
"""

from __future__ import annotations

import hashlib
from datetime import date

Answer = tuple[bool | None, str]
_CARD_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CARD_DIGITS = "10X98765432"
_EGN_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6)
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
HOLDS: Answer = (True, "")


def iban(value: str) -> Answer:
    """An IBAN in capitals without spaces: the length of its country, and the remainder 1."""
    from stdnum import iban as numbers
    from stdnum.exceptions import ValidationError

    try:
        numbers.validate(value)
    except ValidationError as fault:
        return False, f"no IBAN: {str(fault).rstrip('.').lower()}"
    return HOLDS


def machine_readable(field: str, digit: str) -> Answer:
    """A field of a machine-readable zone and its check digit: weights 7, 3, 1."""
    total = 0
    for place, letter in enumerate(field):
        worth = 0 if letter == "<" else int(letter) if letter.isdigit() else ord(letter) - ord("A") + 10
        total += worth * (7, 3, 1)[place % 3]
    return HOLDS if digit == str(total % 10) else (False, f"the check digit is {digit}, {total % 10} would hold")


def resident_card(value: str) -> Answer:
    """An 18-place number of a Chinese resident identity card: date of birth and check digit."""
    if len(value) != 18 or not value[:17].isdigit():
        return False, "18 places are needed, 17 digits and a digit or X"
    if not _is_date(value[6:10], value[10:12], value[12:14]):
        return False, "places 7 to 14 are no date"
    expected = _CARD_DIGITS[sum(int(digit) * weight for digit, weight in zip(value, _CARD_WEIGHTS, strict=False)) % 11]
    return HOLDS if value[17] == expected else (False, f"the check digit is {value[17]}, {expected} would hold")


def egn(value: str) -> Answer:
    """A Bulgarian EGN: month raised by 20 before 1900 and by 40 from 2000, and its check digit."""
    if len(value) != 10:
        return False, "ten digits are needed"
    year, month = int(value[:2]), int(value[2:4])
    century, raised = (1800, 20) if 21 <= month <= 32 else (2000, 40) if month > 40 else (1900, 0)
    if not _is_date(str(century + year), str(month - raised), value[4:6]):
        return False, "the first six digits are no date"
    expected = sum(int(digit) * weight for digit, weight in zip(value, _EGN_WEIGHTS, strict=False)) % 11 % 10
    return HOLDS if int(value[9]) == expected else (False, f"the check digit is {value[9]}, {expected} would hold")


def _is_date(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def hashed_base58(text: str) -> Answer:
    """A base58 address whose last four bytes are the doubled SHA-256 of the rest."""
    number = 0
    for letter in text:
        number = number * 58 + _BASE58.index(letter)
    zeros = len(text) - len(text.lstrip("1"))
    raw = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(raw) != 25:
        return None, "a base58 text of a length whose checksum is not known here"
    expected = hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4]
    return HOLDS if raw[-4:] == expected else (False, "the checksum does not hold")


def bech32(text: str) -> Answer:
    """A bech32 or bech32m address."""
    if text not in {text.lower(), text.upper()}:
        return False, "capitals and small letters are mixed"
    prefix, _, data = text.lower().rpartition("1")
    if any(letter not in _BECH32 for letter in data):
        return False, "a letter that bech32 does not have"
    values = [ord(each) >> 5 for each in prefix] + [0] + [ord(each) & 31 for each in prefix]
    values += [_BECH32.index(letter) for letter in data]
    return HOLDS if _polymod(values) in {1, 0x2BC830A3} else (False, "the checksum does not hold")


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if (top >> place) & 1 else 0
    return check


def keccak_case(digits: str) -> Answer:
    """An Ethereum address: its 40 digits; where capitals and small letters are mixed, EIP-55 is not checked here."""
    if digits in {digits.lower(), digits.upper()}:
        return None, "written without the check that capitals carry"
    return None, "the check that its capitals carry (EIP-55, Keccak-256) is not made here"
