"""How this node and its partners stand with each other's audit logs. Anything missing is "not verified"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clew.exchange.checkpoints import Offer, Verdict, cosigned_at, judge, read_note
from clew.exchange.refusals import Refusal
from clew.node.accounts.actions import Actor, Officer, require
from clew.node.accounts.queries import permissions_of
from clew.node.audit.queries import AuditReport
from clew.node.audit.queries import verify as verify_log
from clew.node.exchange.identity import own_uid
from clew.node.exchange.models import CosignedCheckpoint, LogContradiction, PartnerLog, Restored
from clew.node.exchange.witnessing import COSIGNED, OURS, THEIRS, content_of, kept, own_keys
from clew.node.exchange.words import CONTRADICTIONS
from clew.node.partners.queries import names_of, parties, transport_keys_of
from clew.node.types import DeskItem, OnProgress, PartnerLogLine

STALE: Final = dt.timedelta(days=7)
"""After so long without a checkpoint a log counts as not verified: who rewrote it may just keep silent."""

MAY_SEE: Final = frozenset({"audit.verify", "partner.see"})


@dataclass(frozen=True, slots=True)
class PartnerReport:
    """Whether this node's log and a partner's are what each showed the other; `problems` are sentences.

    `cosigned` and `kept` are how many checkpoints of ours it cosigned and of its own this node did, with the newest of
    each.
    """

    ok: bool
    size: int
    root: bytes
    cosigned: int
    kept: int
    newest_cosigned: dt.datetime | None
    newest_kept: dt.datetime | None
    problems: tuple[str, ...]


def verify_with(
    *, officer: Actor, party_uid: str, now: dt.datetime, on_progress: OnProgress | None = None
) -> PartnerReport:
    """Compute the own log anew, and hold it and the partner's against every checkpoint that both signed.

    Raises:
        Refused: without the permission to verify the log.
    """
    require(officer, "audit.verify")
    ours, theirs = list(kept(party_uid, OURS)), list(kept(party_uid, THEIRS))
    report = verify_log(on_progress, sizes=[row.size for row in ours])
    keys = transport_keys_of(party_uid)
    problems = [
        *report.problems,
        *(fault for row in ours for fault in _faults_of_ours(row, report, keys)),
        *_faults_of_theirs(theirs, keys),
        *(_contradiction_in_words(row) for row in _open().filter(party=party_uid)),
        *_missing(PartnerLog.objects.filter(party=party_uid).first(), _last(ours), _last(theirs), now),
    ]
    return PartnerReport(
        ok=not problems,
        size=report.size,
        root=report.root,
        cosigned=len(ours),
        kept=len(theirs),
        newest_cosigned=ours[-1].at if ours else None,
        newest_kept=theirs[-1].at if theirs else None,
        problems=tuple(problems),
    )


def partner_logs(*, officer: Officer, uid: str = "") -> list[PartnerLogLine]:
    """How things stand with each active partner, or with one, in words; for whoever may see partners or the log."""
    held = permissions_of(officer)
    if not held & MAY_SEE:
        return []
    found = parties(status="active").filter(uid=uid) if uid else parties(status="active")
    return _lines(dict(found.values_list("uid", "name")), timezone.now(), may_open="audit.verify" in held)


def contradiction(*, officer: Actor, pk: int) -> LogContradiction | None:
    """One contradiction with its evidence; None where there is none."""
    require(officer, "audit.verify")
    return LogContradiction.objects.select_related("settled_by").filter(pk=pk).first()


def log_items(*, officer: Officer, now: dt.datetime) -> list[DeskItem]:
    """Contradictions that nobody has settled, and partners long not heard of, for those who verify the log.

    The administrator is among them, who has to find out why; only the data-protection officer can settle it.
    """
    if "audit.verify" not in permissions_of(officer):
        return []
    rows = list(_open())
    names = names_of({row.party for row in rows})
    return [
        *_unverified(now),
        *(
            DeskItem(
                kind="log.contradiction",
                title=_title(row, names),
                url=reverse("exchange:contradiction", args=[row.pk]),
                detail=str(CONTRADICTIONS.get(row.code, row.code)),
                urgent=True,
            )
            for row in rows
        ),
    ]


def _unverified(now: dt.datetime) -> list[DeskItem]:
    known = parties(status="active").filter(confirmed__lt=now - STALE).values_list("uid", "name")
    count = sum(line.tone == "attention" for line in _lines(dict(known), now, may_open=False))
    if not count:
        return []
    title = _("Audit logs of partners are not verified")
    return [DeskItem(kind="log.unverified", title=title, url=reverse("audit:state"), detail=str(count))]


def _open() -> QuerySet[LogContradiction]:
    return LogContradiction.objects.filter(settled=None).order_by("pk")


def _title(row: LogContradiction, names: Mapping[str, str]) -> str:
    party = {"party": names.get(row.party, row.party)}
    if row.whose == OURS:
        return _("This node's audit log is not the one that %(party)s cosigned") % party
    return _("The audit log of %(party)s is not the one that it showed before") % party


def _contradiction_in_words(row: LogContradiction) -> str:
    return f"{_title(row, names_of({row.party}))}: {CONTRADICTIONS.get(row.code, row.code)}"


def _faults_of_ours(row: CosignedCheckpoint, report: AuditReport, keys: Sequence[bytes]) -> Iterator[str]:
    size = {"size": row.size}
    if row.size > report.size:
        yield _("The partner cosigned %(size)d entries, and the log has fewer: entries were cut off.") % size
    elif report.roots.get(row.size) != bytes(row.root):
        yield _("The first %(size)d entries are not those that the partner cosigned: entries were changed.") % size
    if not (_is_owners(row, own_uid(), own_keys()) and _is_cosigned(row, row.party, keys)):
        yield _("The cosigned checkpoint of size %(size)d was changed: its signatures do not hold.") % size


def _faults_of_theirs(rows: Sequence[CosignedCheckpoint], keys: Sequence[bytes]) -> Iterator[str]:
    before: CosignedCheckpoint | None = None
    for row in rows:
        size = {"size": row.size}
        if not (_is_owners(row, row.party, keys) and _is_cosigned(row, own_uid(), own_keys())):
            yield _("The kept checkpoint of size %(size)d was changed: its signatures do not hold.") % size
        proof = tuple(bytes.fromhex(step) for step in row.proof)
        offer = Offer(row.note, content_of(row), row.start, proof, bytes(row.signed_with))
        if not judge(offer, content_of(before) if before else None).accepted or (before is None and row.start):
            yield _("The kept checkpoint of size %(size)d does not extend the one before it.") % size
        before = row


def _is_owners(row: CosignedCheckpoint, owner: str, keys: Sequence[bytes]) -> bool:
    try:
        return read_note(row.note, owner=owner, keys=keys)[0] == content_of(row)
    except Refusal:
        return False


def _is_cosigned(row: CosignedCheckpoint, cosigner: str, keys: Sequence[bytes]) -> bool:
    for key in keys:
        try:
            cosigned_at(row.note, row.cosignature, cosigner=cosigner, key=key)
        except Refusal:
            continue
        return True
    return False


def _missing(
    log: PartnerLog | None, ours: CosignedCheckpoint | None, theirs: CosignedCheckpoint | None, now: dt.datetime
) -> Iterator[str]:
    """Why nothing is known, or nothing new; `ours` and `theirs` are the newest that count."""
    if ours is None:
        yield _("The partner has cosigned no checkpoint of this node yet: nothing is verified with it.")
    elif now - ours.at > STALE:
        yield _("The partner has cosigned no checkpoint of this node for more than a week.")
    if theirs is None:
        yield _("The partner has shown no checkpoint of its own log yet: nothing of it is verified.")
    elif now - theirs.at > STALE:
        yield _("The partner has shown no checkpoint of its own log that holds for more than a week.")
    if log is not None and log.answer not in {"", COSIGNED}:
        yield _("The partner did not cosign the newest checkpoint of this node (%(code)s).") % {"code": log.answer}
    if log is not None and log.verdict and not Verdict(log.verdict).accepted:
        yield _("This node did not cosign the partner's newest checkpoint (%(code)s).") % {"code": log.verdict}


def _last(rows: Sequence[CosignedCheckpoint]) -> CosignedCheckpoint | None:
    return rows[-1] if rows else None


def _lines(names: Mapping[str, str], now: dt.datetime, *, may_open: bool) -> list[PartnerLogLine]:
    """One line for each of these parties; the number of queries does not grow with theirs."""
    logs = {log.party: log for log in PartnerLog.objects.filter(party__in=names).defer("owed")}
    newest = _newest_of_all(names)
    standing: dict[str, LogContradiction] = {}
    for row in _open().filter(party__in=names):
        standing.setdefault(row.party, row)
    held = dict(Restored.objects.filter(resolved=None, party__in=names).values_list("party", "pk"))
    return [
        _since_restore(uid, name, held[uid]) if uid in held and uid not in standing else
        _line(uid, name, list(_missing(logs.get(uid), newest.get((uid, OURS)), newest.get((uid, THEIRS)), now)),
              newest, standing.get(uid), may_open=may_open)
        for uid, name in names.items()
    ]  # fmt: skip


def _since_restore(uid: str, name: str, pk: int) -> PartnerLogLine:
    words = _("Nothing leaves to this partner since this node was brought back from a backup.")
    return PartnerLogLine(
        party=name, party_url=reverse("partners:party", args=[uid]), words=words, tone="attention", ours=None,
        theirs=None, url=reverse("exchange:restored", args=[pk]),
    )  # fmt: skip


def _newest_of_all(uids: Collection[str]) -> dict[tuple[str, str], CosignedCheckpoint]:
    """The newest checkpoint that counts, by party and whose log it is."""
    settled = LogContradiction.objects.filter(party__in=uids).exclude(settled=None)
    after = dict[tuple[str, str], int]()
    for party, whose, number in settled.values_list("party", "whose", "after"):
        after[party, whose] = max(number, after.get((party, whose), 0))
    groups = CosignedCheckpoint.objects.filter(party__in=uids).order_by().values("party", "whose")
    newest = groups.annotate(newest=Max("pk")).values_list("newest", flat=True)
    rows = CosignedCheckpoint.objects.filter(pk__in=list(newest))
    return {(row.party, row.whose): row for row in rows if row.pk > after.get((row.party, row.whose), 0)}


def _line(
    uid: str,
    name: str,
    missing: Sequence[str],
    newest: Mapping[tuple[str, str], CosignedCheckpoint],
    standing: LogContradiction | None,
    *,
    may_open: bool,
) -> PartnerLogLine:
    if standing is not None:
        words, tone = f"{_title(standing, {uid: name})}: {CONTRADICTIONS.get(standing.code, standing.code)}", "danger"
    elif missing:
        words, tone = missing[0], "attention"
    else:
        words, tone = _("Each log extends what the other node keeps of it."), "good"
    ours, theirs = newest.get((uid, OURS)), newest.get((uid, THEIRS))
    return PartnerLogLine(
        party=name,
        party_url=reverse("partners:party", args=[uid]),
        words=words,
        tone=tone,
        ours=ours.at if ours else None,
        theirs=theirs.at if theirs else None,
        url=reverse("exchange:contradiction", args=[standing.pk]) if standing is not None and may_open else "",
    )
