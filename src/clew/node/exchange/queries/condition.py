"""What `clew doctor` finds in the exchange: letters that do not arrive, partners not heard, clocks that differ.

For the command line on the host: parties and numbers, no letter's subject and no case.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from statistics import median
from typing import Final

from django.db.models import Count, Max, Min, QuerySet

from clew.node.exchange.identity import own_uid
from clew.node.exchange.models import DispatchProblem, InboxEntry, OutboxEntry, Receipt, Transit
from clew.node.exchange.queries.mailbox import mailbox_findings
from clew.node.exchange.queries.restored import restored_finding
from clew.node.exchange.words import problem_in_words
from clew.node.partners.queries import KeysWithheld, names_of, parties, usable_keys
from clew.node.types import Finding

STUCK_AFTER: Final = dt.timedelta(hours=1)
"""A letter that waits longer is stuck: by then it was tried some ten times, and 8 hours may be all there are."""

UNOPENED_AFTER: Final = dt.timedelta(minutes=10)
"""An envelope that waits longer to be opened is not merely in the queue: a night's backlog takes a minute or two."""

LOOKED_BACK: Final = dt.timedelta(days=30)
"""What was given up before is history, and stands on the page of the letters."""

CLOCK_DAYS: Final = dt.timedelta(days=7)
"""Receipts older than this say nothing about a clock of today."""

CLOCK_RECEIPTS: Final = 5
"""The newest receipts of each partner of which the middle one counts: one odd receipt proves nothing."""

CLOCKS_DIFFER: Final = dt.timedelta(minutes=2)
"""A difference that is no delay of the line: receipts are signed within a second, and asked for within some more."""


def health_findings(*, now: dt.datetime) -> list[Finding]:
    """All that is looked at, the node as a whole first, then partner by partner."""
    return [
        clock_finding(now),
        restored_finding(),
        unsent_finding(now),
        unopened_finding(now),
        *undelivered_findings(now),
        *transit_findings(now),
        *mailbox_findings(now),
        *partner_findings(now),
    ]


def clock_finding(now: dt.datetime) -> Finding:
    """This node's clock beside the signed times of partners' receipts.

    Only a receipt that came as the answer to the first sending tells the time of its signing: one that is asked for
    again was signed long before. Between two clocks nobody can say which is wrong; between several, the odd one is.
    """
    found = {uid: skew for uid, skew in _skews(now).items() if abs(skew) > CLOCKS_DIFFER}
    looked_at = len(_skews(now))
    if not looked_at:
        none = "No partner has signed a receipt in the last week, so this clock cannot be compared."
        return Finding("clock", "unknown", none, "Compare it by hand, or run a time service (NTP).")
    if not found:
        return Finding("clock", "well", f"It agrees with the receipts of {_count(looked_at, 'partner')}.")
    names = names_of(set(found))
    differ = "; ".join(f"{names.get(uid, uid)} {_apart(skew)}" for uid, skew in sorted(found.items()))
    if len(found) < looked_at:
        other = "Their clock is off, for others agree with this one. Tell them."
        return Finding("clock", "wrong", f"Partners' receipts differ from this clock: {differ}.", other)
    cure = "Compare this machine's clock, and run a time service (NTP). If it is right, tell the partner."
    return Finding("clock", "wrong", f"Every partner's receipts differ from this clock: {differ}.", cure)


def unsent_finding(now: dt.datetime) -> Finding:
    """Signed decisions that could not become letters."""
    problems = DispatchProblem.objects.filter(at__gte=now - LOOKED_BACK)
    if not problems:
        return Finding("dispatch", "well")
    said = "; ".join(sorted({problem_in_words(code) for code in problems.values_list("code", flat=True)}))
    signed = _count(problems.count(), "signed letter")
    cure = "Its officer sees it on her desk: she withdraws the release and has it decided again."
    first = problems.aggregate(first=Min("at"))["first"]
    return Finding("dispatch", "wrong", f"{signed} could not be sent: {said}", cure, first)


def unopened_finding(now: dt.datetime) -> Finding:
    """Envelopes that are stored and not opened."""
    waiting = InboxEntry.objects.filter(state="stored", received__lte=now - UNOPENED_AFTER)
    first = waiting.aggregate(first=Min("received"))["first"]
    if first is None:
        return Finding("opening", "well")
    senders = set(waiting.order_by().values_list("sender", flat=True).distinct())
    withheld = {uid for uid in senders if isinstance(usable_keys(uid, now), KeysWithheld)}
    envelopes = _count(waiting.exclude(sender__in=withheld).count(), "envelope")
    if senders - withheld:
        cure = "Look into the node's log for “could not be opened”; nothing of them is lost, and they are tried again."
        return Finding("opening", "wrong", f"{envelopes} could not be opened since {_moment(first)}.", cure, first)
    held = f"{_count(waiting.count(), 'envelope')} of suspended or expired partners wait unopened."
    return Finding("opening", "unknown", held, "A liaison officer decides about those partners.", first)


def undelivered_findings(now: dt.datetime) -> Iterator[Finding]:
    """Letters, receipts among them, that wait too long or were given up: by partner, with the last problem."""
    unconfirmed = OutboxEntry.objects.filter(delivered=None)
    stuck = unconfirmed.filter(failed=None, carried=None, created__lte=now - STUCK_AFTER)
    carried = unconfirmed.filter(failed=None, carried__lte=now - STUCK_AFTER)
    given_up = unconfirmed.filter(failed__gte=now - LOOKED_BACK)
    if not (stuck or carried or given_up):
        yield Finding("letters on their way", "well", f"None waits longer than {STUCK_AFTER.seconds // 3600} hour.")
    call = "Ask the partner by telephone whether its node runs. Letters go by themselves once it answers."
    for name, number, since, problem in _by_party(stuck, "party", "created"):
        waits = f"{_count(number, 'letter')} to {name} wait since {_moment(since)}. {problem}"
        yield Finding(f"stuck: {name}", "wrong", waits, call, since)
    for name, number, since, _problem in _by_party(carried, "party", "carried"):
        lies = f"A post or relay has {_count(number, 'letter')} to {name} since {_moment(since)}"
        says = f"{lies}; whether they arrived is unknown."
        yield Finding(f"carried: {name}", "unknown", says, "Ask the recipient by telephone.", since)
    for name, number, since, problem in _by_party(given_up, "party", "failed"):
        over = f"{_count(number, 'letter')} to {name} were given up since {_moment(since)}. {problem}"
        cure = "An officer of the case sees them under Letters, On their way, and what can be done."
        yield Finding(f"undeliverable: {name}", "wrong", over, cure, since)


def transit_findings(now: dt.datetime) -> Iterator[Finding]:
    """Letters of others that this node carries and cannot hand over."""
    waiting = Transit.objects.filter(passed_on=None, failed=None, received__lte=now - STUCK_AFTER)
    for name, number, since, problem in _by_party(waiting, "recipient", "received"):
        says = f"{_count(number, 'letter')} carried for others to {name} wait since {_moment(since)}. {problem}"
        yield Finding(f"in transit: {name}", "wrong", says, "Ask that partner whether its node runs.", since)


def partner_findings(now: dt.datetime) -> Iterator[Finding]:
    """When each partner was last heard. Silence alone is no fault: who was never written to never answered."""
    receipts = Receipt.objects.exclude(issuer=own_uid()).order_by()
    signed = dict(receipts.values_list("issuer").annotate(last=Max("recorded")))
    letters = dict(InboxEntry.objects.order_by().values_list("sender").annotate(last=Max("received")))
    for party in parties():
        if party.is_own or party.parent_id is not None:
            continue
        receipt, letter = signed.get(party.uid), letters.get(party.uid)
        heard = max((at for at in (receipt, letter) if at is not None), default=None)
        keys = usable_keys(party.uid, now)
        check = f"partner: {party.name}"
        if isinstance(keys, KeysWithheld):
            yield Finding(check, "unknown", f"{problem_in_words(keys.code)} Nothing is sent to it.", since=heard)
        elif heard is None:
            nothing = "Nothing has come from it yet, so whether it can be reached is unknown."
            yield Finding(check, "unknown", nothing, "Ask it to send a letter, or telephone.")
        else:
            parts = [f"last receipt {_ago(receipt, now)}", f"last letter from it {_ago(letter, now)}"]
            yield Finding(check, "well", f"{', '.join(parts).capitalize()}.", since=heard)


def _skews(now: dt.datetime) -> dict[str, dt.timedelta]:
    """By partner, how far its clock is ahead of this one's."""
    first_try = OutboxEntry.objects.filter(attempts=0, carrier="", delivered__gte=now - CLOCK_DAYS)
    receipts = Receipt.objects.filter(
        stage="stored", recorded__gte=now - CLOCK_DAYS, envelope_digest__in=first_try.values("envelope_digest")
    ).exclude(issuer=own_uid())
    newest: dict[str, list[float]] = {}
    for issuer, at, recorded in receipts.order_by("-recorded").values_list("issuer", "at", "recorded").iterator():
        kept = newest.setdefault(issuer, [])
        if len(kept) < CLOCK_RECEIPTS:
            kept.append((at - recorded).total_seconds())
    return {issuer: dt.timedelta(seconds=median(seconds)) for issuer, seconds in newest.items()}


def _by_party(
    rows: QuerySet[OutboxEntry] | QuerySet[Transit], party: str, since: str
) -> Iterator[tuple[str, int, dt.datetime, str]]:
    """Name, number, since when and the last problem in words, for each party that rows go to."""
    counted = rows.order_by().values_list(party).annotate(number=Count("pk"), since=Min(since))
    found = list(counted.order_by(party))
    names = names_of({uid for uid, _number, _since in found})
    for uid, number, first in found:
        oldest = rows.filter(**{party: uid}).order_by(since).values_list("last_problem", flat=True).first()
        yield names.get(uid, uid), number, first, problem_in_words(oldest or "")


def _apart(skew: dt.timedelta) -> str:
    minutes = abs(skew) // dt.timedelta(minutes=1)
    much = _count(minutes, "minute") if minutes < 120 else _count(minutes // 60, "hour")
    return f"{much} {'ahead' if skew > dt.timedelta() else 'behind'}"


def _ago(at: dt.datetime | None, now: dt.datetime) -> str:
    if at is None:
        return "never"
    minutes = max((now - at) // dt.timedelta(minutes=1), 0)
    if minutes < 120:
        return f"{_count(minutes, 'minute')} ago"
    return f"{_count(minutes // 60, 'hour')} ago" if minutes < 2880 else f"{_count(minutes // 1440, 'day')} ago"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _moment(at: dt.datetime) -> str:
    return f"{at:%d %B %Y, %H:%M} UTC"
