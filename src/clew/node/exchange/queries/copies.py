"""Where copies of a source are: to whom letters carried it, under which conditions, until when, and what is known.

Software cannot pull a copy back. What stands here is whom this node sent it to, and what their signed receipts say;
that a partner passed it on is known only where it asked first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clew.exchange.refusals import Refusal
from clew.exchange.strict_json import canonical
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import compartment_ids
from clew.node.disclosure.queries import LetterView, left_of_source, letter_view
from clew.node.dossier.queries import SourceOrigin, ended_statement, source_origin
from clew.node.exchange.at_rest import NotReadableAtRest
from clew.node.exchange.identity import own_uid
from clew.node.exchange.models import Letter
from clew.node.exchange.queries.correspondence import FactLine, facts_of_letters
from clew.node.exchange.queries.recalls import RecallLine, recalls_of
from clew.node.exchange.queries.visibility import visible_threads
from clew.node.exchange.reading import opened
from clew.node.exchange.untold import untold_holders
from clew.node.partners.queries import names_of


@dataclass(frozen=True, slots=True)
class CopyLine:
    """One letter that carried statements of the source.

    `party` is whom it was for, `posts` whose nodes it may have passed. `said` is the letter's own word on handling,
    conditions and until when it may be kept, `None` where it no longer opens. `recalls`: what of the letter was taken
    back, and what its recipient said became of it. `thread`: its correspondence where the
    officer may see it, else "".
    """

    party: str
    posts: Sequence[str]
    at: dt.datetime
    statements: int
    said: LetterView | None
    body: Mapping[str, Any] | None
    facts: Sequence[FactLine]
    thread: str
    recalls: Sequence[RecallLine]


@dataclass(frozen=True, slots=True)
class SourceCopies:
    """A source, who gave it and held it before (names, the originator first), and where letters carried it."""

    source: SourceOrigin
    before: Sequence[str]
    copies: Sequence[CopyLine]


def copies_of_source(*, officer: Officer, source_id: int) -> SourceCopies | None:
    """Where copies of one of the officer's sources are, the newest letter first; None for what is not hers."""
    source = source_origin(source_id)
    if source is None or source.compartment not in compartment_ids(officer):
        return None
    left = left_of_source(source_id)
    rows = list(Letter.objects.filter(decision__in=left).select_related("thread").order_by("-created", "-pk"))
    held = [uid for uid in dict.fromkeys([*source.chain, source.owner]) if uid != own_uid()]
    posts = {uid for row in rows for uid in _posts(row)}
    names = names_of({*held, *posts, *(row.party for row in rows)})
    facts = facts_of_letters(rows)
    recalls = recalls_of([row.uid for row in rows])
    own = set(visible_threads(officer).filter(letters__in=rows).values_list("uid", flat=True))
    return SourceCopies(
        source,
        [names.get(uid, uid) for uid in held],
        [
            _line(row, left[row.decision or 0], names, facts[row.pk], recalls.get(row.uid, ()), row.thread.uid in own)
            for row in rows
        ],
    )


@dataclass(frozen=True, slots=True)
class Correction:
    """A statement that ended here after it was sent. `holders`: who was not told; `replaced`: by something."""

    source: int
    holders: Sequence[str]
    replaced: bool


def correction(*, officer: Officer, statement_id: int) -> Correction | None:
    """What is to be told of a statement of the officer's; None where it still stands, or is not hers."""
    ended = ended_statement(statement_id)
    if ended is None or ended.compartment not in compartment_ids(officer):
        return None
    holders = untold_holders(statement_id, replaced=ended.replacement is not None)
    names = names_of({one.letter.party for one in holders})
    parties = dict.fromkeys(names.get(one.letter.party, one.letter.party) for one in holders)
    return Correction(ended.source, list(parties), ended.replacement is not None)


def _line(
    row: Letter,
    statements: int,
    names: Mapping[str, str],
    facts: Sequence[FactLine],
    recalls: Sequence[RecallLine],
    may_open: bool,
) -> CopyLine:
    body = _body(row)
    return CopyLine(
        party=names.get(row.party, row.party),
        posts=[names.get(uid, uid) for uid in _posts(row)],
        at=row.created,
        statements=statements,
        said=letter_view(canonical(body)) if body is not None else None,
        body=body,
        facts=facts,
        thread=row.thread.uid if may_open else "",
        recalls=recalls,
    )


def _posts(row: Letter) -> list[str]:
    return [uid for uid in dict.fromkeys([*row.header.get("via", ()), row.post]) if uid]


def _body(row: Letter) -> Mapping[str, Any] | None:
    try:
        return opened(row).body
    except (Refusal, NotReadableAtRest):
        return None
