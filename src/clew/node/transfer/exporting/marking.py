"""What every exported file says of itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clew.vocabulary import codelist


@dataclass(frozen=True, slots=True)
class Mark:
    """Classification, number, recipient, purpose and day; `content_sha256` is the hash of the data below the mark;
    `left_out` says how much is left out, by the sentence that says why.
    """

    number: str
    recipient: str
    purpose: str
    classification: str
    made: dt.datetime
    officer: str
    content_sha256: str = ""
    left_out: tuple[tuple[str, int], ...] = ()

    def lines(self, language: str) -> list[tuple[str, str]]:
        """Label and text of each line of the mark."""
        handling, purposes = codelist("handling_codes"), codelist("purposes")
        return [
            (_("Clew export"), self.number),
            (_("Handling code"), f"{self.classification} {handling.label(self.classification, language)}"),
            (_("Recipient"), self.recipient),
            (_("Purpose"), f"{self.purpose} {purposes.label(self.purpose, language)}"),
            (_("Date"), self.made.isoformat(timespec="seconds")),
            (_("Made by"), self.officer),
            (_("SHA-256 of the data"), self.content_sha256),
            *((_("Left out"), f"{number}: {said}") for said, number in self.left_out),
            (
                pgettext("remark in an exported file", "Note"),
                _("For the recipient and purpose named here only. It is no release to anyone else."),
            ),
        ]
