"""In which encoding a text was written: told by its first bytes, else by what its bytes can mean."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from clew.node.transfer.readers.content import Pieces
from clew.node.transfer.readers.refusals import FileRefused
from clew.node.transfer.telling import told as _

KNOWN = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "windows-1251", "windows-1252")
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
SAMPLE = 256 * 1024
"""Bytes beyond ASCII that are looked at to tell Chinese, Cyrillic and western text apart."""

_CYRILLIC_RUN = re.compile(rb"[\xc0-\xff\xa8\xb8]{3,}")
_LETTERS = re.compile(rb"[\xc0-\xff]")
_NOT_IN_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """The encoding taken. `certain` is False where it was only inferred, and a person should look at the letters."""

    name: str
    certain: bool


def detect(pieces: Pieces, wanted: str = "") -> Encoding:
    """Read the whole file once and say how it was written; `wanted` is the officer's own choice.

    Raises:
        FileRefused: `encoding_wrong` where the chosen encoding does not fit, `encoding_unknown` where none does.
    """
    if wanted:
        _check_known(wanted)
        _decode_all(pieces, wanted)
        return Encoding(wanted, certain=True)
    start = next(pieces(), b"")[:4]
    for mark, name in MARKS:
        if start.startswith(mark):
            _decode_all(pieces, name)
            return Encoding(name, certain=True)
    unmarked = _unmarked_utf16(start)
    if unmarked:
        _decode_all(pieces, unmarked)
        return Encoding(unmarked, certain=False)
    if _decodes(pieces, "utf-8"):
        return Encoding("utf-8", certain=True)
    return Encoding(_infer(pieces), certain=False)


def _check_known(wanted: str) -> None:
    if wanted not in KNOWN:
        raise FileRefused(
            "encoding_unknown",
            _("The encoding “%(encoding)s” is not known here.") % {"encoding": wanted},
            _("Choose one of: %(known)s.") % {"known": ", ".join(KNOWN)},
        )


def _unmarked_utf16(start: bytes) -> str:
    if len(start) == 4 and start[1] == start[3] == 0 and start[0] and start[2]:
        return "utf-16-le"
    if len(start) == 4 and start[0] == start[2] == 0 and start[1] and start[3]:
        return "utf-16-be"
    return ""


def _decode_all(pieces: Pieces, name: str) -> None:
    if not _decodes(pieces, name):
        raise FileRefused(
            "encoding_wrong",
            _("The file is not written in %(encoding)s, or it was cut or damaged.") % {"encoding": name},
            _("Save it again as “CSV UTF-8”, or choose the encoding it was written in."),
        )


def _decodes(pieces: Pieces, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for piece in pieces():
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _infer(pieces: Pieces) -> str:
    sample = _lines_beyond_ascii(pieces)
    if _looks_chinese(sample) and _decodes(pieces, "gb18030"):
        return "gb18030"
    in_runs = sum(len(run) for run in _CYRILLIC_RUN.findall(sample))
    if in_runs * 2 > len(_LETTERS.findall(sample)) and _decodes(pieces, "windows-1251"):
        return "windows-1251"
    if not _NOT_IN_1252.search(sample) and _decodes(pieces, "windows-1252"):
        return "windows-1252"
    raise FileRefused(
        "encoding_unknown",
        _("It cannot be told in which encoding this file was written."),
        _("Save it again as “CSV UTF-8”, or choose the encoding it was written in."),
    )


def _lines_beyond_ascii(pieces: Pieces) -> bytes:
    found = bytearray()
    for piece in pieces():
        found += b"\n".join(line for line in piece.split(b"\n") if not line.isascii())
        if len(found) > SAMPLE:
            break
    return bytes(found)


def _looks_chinese(sample: bytes) -> bool:
    """Whether most pairs of high bytes are common characters: GB 2312 level 1 has its lead bytes in B0-D7."""
    text = sample.decode("gb18030", errors="replace")
    beyond = [sign for sign in text if sign > "\x7f"]
    if not beyond or beyond.count("\ufffd") * 20 > len(beyond):
        return False
    common = 0
    for sign in beyond:
        pair = sign.encode("gb2312", errors="ignore")
        common += len(pair) == 2 and (0xB0 <= pair[0] <= 0xD7 or 0xA1 <= pair[0] <= 0xA3)
    return common * 10 >= len(beyond) * 8
