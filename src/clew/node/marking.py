"""What every exported file says of itself, and tables that no spreadsheet computes."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clew.vocabulary import codelist

_COMPUTED = ("=", "+", "-", "@", "\t", "\r")
_COMPUTED_CELL = re.compile(r"([,;\t]\s*)(?=[=+\-@])")


@dataclass(frozen=True, slots=True)
class Mark:
    """Classification, number, recipient, purpose and day; `content_sha256` is the hash of the data below the mark;
    `left_out` says how much is left out, by the sentence that says why; `purposes` is the code list of `purpose`.
    """

    number: str
    recipient: str
    purpose: str
    classification: str
    made: dt.datetime
    officer: str
    content_sha256: str = ""
    left_out: tuple[tuple[str, int], ...] = ()
    purposes: str = "purposes"

    def lines(self, language: str) -> list[tuple[str, str]]:
        """Label and text of each line of the mark."""
        return [
            (_("Clew export"), self.number),
            (_("Handling code"), f"{self.classification} {self._handling(language)}"),
            (_("Recipient"), self.recipient),
            (_("Purpose"), f"{self.purpose} {self._purpose(language)}"),
            (_("Date"), self.made.isoformat(timespec="seconds")),
            (_("Made by"), self.officer),
            (_("SHA-256 of the data"), self.content_sha256),
            *((_("Left out"), f"{number}: {said}") for said, number in self.left_out),
            (pgettext("remark in an exported file", "Note"), self._note()),
        ]

    def as_json(self, language: str) -> dict[str, str]:
        """The mark at the head of a JSON file. A file cannot hold its own hash: the record of the export has it."""
        return {
            "number": self.number,
            "classification": self.classification,
            "classification_words": self._handling(language),
            "recipient": self.recipient,
            "purpose": self.purpose,
            "purpose_words": self._purpose(language),
            "made": self.made.isoformat(timespec="seconds"),
            "made_by": self.officer,
            "note": self._note(),
        }

    def _handling(self, language: str) -> str:
        return codelist("handling_codes").label(self.classification, language)

    def _purpose(self, language: str) -> str:
        return codelist(self.purposes).label(self.purpose, language)

    def _note(self) -> str:
        return _("For the recipient and purpose named here only. It is no release to anyone else.")


def escaped(text: str) -> str:
    """The text as a cell no spreadsheet computes: an apostrophe before a sign that begins a formula (CWE-1236)."""
    return f"'{text}" if text.startswith(_COMPUTED) else text


def one_line(text: str) -> str:
    """The text without its line breaks."""
    return " ".join(text.split())


def csv_of(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The table as CSV in UTF-8, without a mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([escaped(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def marked_csv(data: bytes, mark: Mark, language: str) -> tuple[bytes, str]:
    """The CSV below its mark, with the sign by which spreadsheets know UTF-8; and the hash of the data."""
    digest = hashlib.sha256(data).hexdigest()
    lines = replace(mark, content_sha256=digest).lines(language)
    # The lines of the mark are not quoted, so a spreadsheet breaks them into cells at each comma.
    head = "".join(f"# {label}: {_cells(text)}\r\n" for label, text in lines)
    return b"\xef\xbb\xbf" + head.encode() + data, digest


def _cells(text: str) -> str:
    return _COMPUTED_CELL.sub(r"\1'", one_line(text))
