"""To whom nothing leaves since this node was brought back from a backup, for the pages, the desk and the doctor."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Officer, require
from clew.node.accounts.queries import permissions_of
from clew.node.disclosure.queries import signed_undispatched
from clew.node.exchange.models import OutboxEntry, Restored, ResyncQuestion, SentBefore
from clew.node.exchange.words import WRITING_AGAIN, problem_in_words
from clew.node.partners.queries import names_of, organisations_of
from clew.node.types import DeskItem, Finding


@dataclass(frozen=True, slots=True)
class RestoredPage:
    """One partner since the restore. `waiting`: sealed letters that wait; `signed`: decisions that wait to be sent.

    `fault`: why its answer cannot be believed. `before`: how many letters left after the backup and are not here.
    """

    row: Restored
    party: str
    reason: str
    waiting: int
    signed: int
    fault: str
    before: int


def restored_page(*, officer: Officer, pk: int, now: dt.datetime) -> RestoredPage | None:
    """How it stands with one partner; None where there is no such row."""
    require(officer, "partner.see")
    row = Restored.objects.select_related("resolved_by").filter(pk=pk).first()
    if row is None:
        return None
    targets = list(signed_undispatched(now).values_list("release__recipient", flat=True))
    nodes = organisations_of(targets)
    return RestoredPage(
        row=row,
        party=names_of({row.party}).get(row.party, row.party),
        reason=str(WRITING_AGAIN.get(row.reason, row.reason)),
        waiting=OutboxEntry.objects.filter(party=row.party, delivered=None, failed=None).count(),
        fault=problem_in_words(row.fault) if row.fault else "",
        before=SentBefore.objects.filter(party=row.party, told__gte=row.restored).count(),
        signed=sum(nodes.get(uid, uid) == row.party for uid in targets),
    )


def held_since_restore() -> list[tuple[str, str]]:
    """Name and page of each partner to whom nothing leaves."""
    found = list(Restored.objects.filter(resolved=None).order_by("pk").values_list("party", "pk"))
    names = names_of({uid for uid, _pk in found})
    return [(names.get(uid, uid), reverse("exchange:restored", args=[pk])) for uid, pk in found]


def restored_items(*, officer: Officer) -> list[DeskItem]:
    """What is held back, for whoever may say that it leaves again, and who asks with keys that it has replaced."""
    if "resync.settle" not in permissions_of(officer):
        return []
    asking = list(ResyncQuestion.objects.filter(answered=None, by_former_key=True).values_list("party", flat=True))
    names = names_of(set(asking))
    return [
        *(
            DeskItem(
                kind="letter.resync",
                title=_("%(party)s says it was restored from a backup, signed with keys it has replaced")
                % {"party": names.get(uid, uid)},
                url=reverse("partners:party", args=[uid]),
                detail=_("Call it on a number you know. If it is true, it needs a new card before it is answered."),
                urgent=True,
            )
            for uid in asking
        ),
        *_held_items(),
    ]


def _held_items() -> list[DeskItem]:
    return [
        DeskItem(
            kind="letter.restored",
            title=_("Nothing leaves to %(party)s since this node was brought back from a backup") % {"party": name},
            url=url,
            urgent=True,
        )
        for name, url in held_since_restore()
    ]


def restored_finding() -> Finding:
    """Partners to whom nothing leaves since the restore, for the command line on the host; in English."""
    rows = list(Restored.objects.filter(resolved=None).order_by("restored"))
    if not rows:
        return Finding("restore", "well")
    names = names_of({row.party for row in rows})
    who = ", ".join(sorted(names.get(row.party, row.party) for row in rows))
    says = f"Since the backup was brought back nothing leaves to: {who}. They have not said yet what they have."
    cure = "It goes by itself once they have; else a data-protection or liaison officer decides on her desk."
    return Finding("restore", "wrong", says, cure, rows[0].restored)
