"""Names of files that somebody else chose, made harmless: for showing, and as the name of a file in a bag.

What stands in a letter is kept as it was written; only where a file is written to a disk is its name made anew.
"""

from __future__ import annotations

import unicodedata
from typing import Final

LONGEST: Final = 180
"""Bytes of a name (UTF-8): with its number it stays below the 255 that file systems allow."""

_NOT_EVERYWHERE: Final = frozenset('<>:"/\\|?*%~')
"""Characters that some system reads as more than a character of a name; `%` BagIt itself (RFC 8493, 2.1.3)."""


def shown_name(name: str) -> str:
    """The name without what is not seen: controls, and marks that turn the direction of the text (`gpj.exe`)."""
    return "".join("_" if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} else c for c in name)


def disk_name(number: int, name: str) -> str:
    """A name that is no path on any system, hidden on none and a device on none: it begins with the file's number."""
    plain = unicodedata.normalize("NFC", shown_name(name))
    plain = "".join("_" if c in _NOT_EVERYWHERE else c for c in plain)
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = plain, "", ""
    room = LONGEST - len((dot + ending).encode())
    stem = stem.encode()[:room].decode(errors="ignore")
    return f"{number:04d}-{stem}{dot}{ending}".rstrip(". ")
