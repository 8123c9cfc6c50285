"""Another use of what a partner gave is asked for, allowed or not; what is allowed becomes an input of the rules.

Only the one who gave it can allow it. What it had from another needs that one's leave, too: the rules ask for every
hand that it passed through, and a grant speaks for its sender alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from clew.disclosure.particulars import CONSENT_GRANT, CONSENT_REQUEST, Consent, Particulars
from clew.exchange.kinds.table import KINDS
from clew.exchange.letters import Letter as SignedLetter
from clew.exchange.refusals import Refusal
from clew.node.accounts.actions import NODE, Officer
from clew.node.disclosure.actions import record_grant
from clew.node.dossier.queries import sources_of_letter
from clew.node.exchange.at_rest import NotReadableAtRest
from clew.node.exchange.drafting import draft_about
from clew.node.exchange.identity import own_uid
from clew.node.exchange.models import ControlOrder, Letter
from clew.node.exchange.numbering import statements_by_number
from clew.node.exchange.queries import OpenedLetter
from clew.node.exchange.reading import opened
from clew.node.types import BadInput

CONSENT_DENY: Final = "consent-deny"

LONGEST: Final = dt.timedelta(days=366)
"""No grant counts for longer, whatever day it names: who allowed it years ago is asked again."""


def may_ask_consent(row: Letter) -> bool:
    """Whether another use of a letter may be asked for: it brought something, and an officer took it."""
    told = row.kind in KINDS[CONSENT_REQUEST].refers_to
    return row.direction == "in" and told and row.state == "accepted" and row.thread.case_id is not None


def may_decide_consent(row: Letter) -> bool:
    """Whether a letter asks for a use of what this node gave, was taken, and has no answer yet."""
    if row.direction != "in" or row.kind != CONSENT_REQUEST or row.state != "accepted":
        return False
    is_denied = ControlOrder.objects.filter(about=row, kind=CONSENT_DENY).exists()
    return not is_denied and not row.thread.letters.filter(direction="out", in_reply_to=row.uid).exists()


def draft_consent_request(
    officer: Officer, letter: OpenedLetter, *, consent: Consent, purpose: str, necessity: str
) -> int:
    """Draft the letter that asks for another use of what a partner gave; returns the release's number.

    Raises:
        BadInput, BadInputs: it cannot be asked of this letter, or what was written does not do.
    """
    row, body = letter.line.row, letter.body
    if body is None or not may_ask_consent(row):
        raise BadInput("", _("Another use of this letter cannot be asked for."), _("Reload the page."))
    if not set(consent.numbers) <= {one["n"] for one in body.get("statements", ())}:
        raise BadInput("numbers", _("The letter has no such statement."), _("Choose some of its statements."))
    subject = _("Another use of: %(subject)s") % {"subject": body["subject"]}
    return draft_about(
        officer, row, body, CONSENT_REQUEST, Particulars(consent=consent), subject=subject, necessity=necessity,
        purpose=purpose,
    )  # fmt: skip


def draft_grant(
    officer: Officer, letter: OpenedLetter, *, numbers: Collection[int], pass_on_to: Collection[str], until: dt.date,
    conditions: Sequence[str], necessity: str,
) -> int:  # fmt: skip
    """Draft the letter that allows what was asked for, or less; returns the release's number.

    Raises:
        BadInput, BadInputs: it is not asked for, or is more than that.
    """
    row, body = letter.line.row, letter.body
    if body is None or row.thread.case_id is None or not may_decide_consent(row):
        raise BadInput("", _("This cannot be allowed, or was answered already."), _("Reload the page."))
    asked = consent_in(body)
    if asked.numbers and not set(numbers) <= set(asked.numbers):
        raise BadInput("numbers", _("More is allowed than was asked for."), _("Choose some of what was asked for."))
    if not set(pass_on_to) <= set(asked.pass_on_to):
        raise BadInput("pass_on_to", _("More is allowed than was asked for."), _("Choose some of those named."))
    allowed = Consent(asked.use, tuple(sorted(numbers)) or asked.numbers, tuple(pass_on_to), until.isoformat())
    subject = _("Leave for: %(subject)s") % {"subject": body["subject"]}
    written = Particulars(consent=allowed, conditions=tuple(conditions))
    return draft_about(officer, row, body, CONSENT_GRANT, written, subject=subject, necessity=necessity)


def consent_in(body: Mapping[str, Any]) -> Consent:
    """What a letter asks for or allows."""
    return Consent(
        body["use"], tuple(body.get("statement_numbers", ())), tuple(body.get("pass_on_to", ())), body.get("until", "")
    )


def note_grant(row: Letter, letter: SignedLetter, today: dt.date) -> None:
    """What a grant that was taken allows becomes an input of the rules; never more than was asked for.

    It counts for nothing where it is unclear: another use or purpose than was asked for, statements that cannot be
    told apart here, a day that has passed.
    """
    asked = Letter.objects.filter(uid=row.in_reply_to, direction="out", kind=CONSENT_REQUEST).first()
    if row.kind != CONSENT_GRANT or asked is None:
        return
    wanted = _body(asked)
    told = Letter.objects.filter(uid=asked.in_reply_to, direction="in", party=row.party).first()
    expires = _last_day(letter.body.get("until", ""), today)
    if wanted is None or told is None or wanted["purpose"] != letter.body["purpose"] or expires < today:
        return
    was, given = consent_in(wanted), consent_in(letter.body)
    recipients = [uid for uid in given.pass_on_to if uid in was.pass_on_to]
    if not was.pass_on_to:
        recipients = [own_uid()]
    if was.use != given.use or not recipients:
        return
    numbers = _both(was.numbers, given.numbers)
    for source in sources_of_letter(told.uid):
        by_number = statements_by_number(told, source)
        meant = [by_number[n] for n in numbers if n in by_number] if numbers is not None else []
        if numbers is None or meant:
            record_grant(
                actor=NODE, letter=row.uid, by=row.party, source_id=source.pk, statements=meant,
                recipients=recipients, purpose=letter.body["purpose"], evidence=given.use == "evidence",
                conditions=[one["text"] for one in letter.body.get("conditions", ()) if not one.get("rule")],
                expires=expires,
            )  # fmt: skip


def _both(was: tuple[int, ...], given: tuple[int, ...]) -> list[int] | None:
    """The numbers that were asked for and allowed; None for all of the letter."""
    if not was and not given:
        return None
    return sorted(set(was or given) & set(given or was))


def _last_day(until: str, today: dt.date) -> dt.date:
    """Until when it counts: a year or month alone counts until it begins, and no grant longer than `LONGEST`."""
    parts = [int(part) for part in until.split("-")] if until else []
    try:
        named = dt.date(parts[0], *[*parts[1:], 1, 1][:2]) if parts else today + LONGEST
    except ValueError:
        return dt.date.min
    return min(named, today + LONGEST)


def _body(row: Letter) -> Mapping[str, Any] | None:
    try:
        return opened(row).body
    except (Refusal, NotReadableAtRest):
        return None
