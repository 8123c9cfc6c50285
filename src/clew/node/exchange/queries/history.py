"""What partners asked of this node and what they were answered, for oversight: counts and codes, no content.

Read by `clew.node.oversight`, whose own permissions say who sees it; no officer is asked here.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count

from clew.exchange.kinds.table import CONTROL
from clew.exchange.letters import Letter as SignedLetter
from clew.exchange.refusals import Refusal
from clew.node.exchange.at_rest import NotReadableAtRest
from clew.node.exchange.identity import own_uid
from clew.node.exchange.models import Letter, ThreadEvent
from clew.node.exchange.reading import opened


@dataclass(frozen=True, slots=True)
class RequestReceived:
    """One request of a partner.

    `signer`: the id of the key with which the partner's officer released it; no name travels. `persons`: what its
    letter calls the persons it speaks of, in its thread. `readable`: false where the letter no longer opens; then only
    its envelope's facts are there.
    """

    letter: str
    thread: str
    party: str
    post: str
    signer: str
    at: dt.datetime
    state: str
    purpose: str
    offence_codes: tuple[str, ...]
    persons: tuple[str, ...]
    readable: bool


@dataclass(frozen=True, slots=True)
class LetterCount:
    """How many letters of a kind went one way (`in` or `out`) with one party, or with one of its posts."""

    party: str
    post: str
    direction: str
    kind: str
    letters: int


def requests_received(*, since: dt.datetime) -> list[RequestReceived]:
    """The requests that came in since a moment, oldest first."""
    rows = Letter.objects.filter(direction="in", kind="request", recorded__gte=since)
    found = rows.select_related("thread").order_by("recorded", "pk")
    return [_request(row) for row in found.iterator(chunk_size=200)]


def letter_counts(*, since: dt.datetime) -> list[LetterCount]:
    """Letters with content by party, post, direction and kind; one query."""
    rows = Letter.objects.filter(recorded__gte=since).exclude(kind__in=CONTROL).order_by()
    counted = rows.values_list("party", "post", "direction", "kind").annotate(letters=Count("pk"))
    return [LetterCount(*row) for row in counted.order_by("party", "post", "direction", "kind")]


def answers_given(*, since: dt.datetime) -> dict[str, Counter[str]]:
    """The outcomes of the items that this node answered, by the party that had asked; one query."""
    found: dict[str, Counter[str]] = {}
    replies = ThreadEvent.objects.filter(by=own_uid(), at__gte=since, data__type="reply")
    for party, data in replies.values_list("thread__party", "data"):
        found.setdefault(party, Counter()).update(outcome for _item, outcome in data.get("answers", ()))
    return found


def _request(row: Letter) -> RequestReceived:
    signer = str(row.header.get("decision", {}).get("officer", {}).get("key_id", ""))
    try:
        letter = opened(row)
    except (Refusal, NotReadableAtRest):
        return RequestReceived(row.uid, row.thread.uid, row.party, row.post, signer, row.recorded, row.state,
                               "", (), (), readable=False)  # fmt: skip
    body = letter.body
    return RequestReceived(
        letter=row.uid,
        thread=row.thread.uid,
        party=row.party,
        post=row.post,
        signer=signer,
        at=row.recorded,
        state=row.state,
        purpose=str(body.get("purpose", "")),
        offence_codes=tuple(body.get("offence_codes", ())),
        persons=tuple(dict.fromkeys(_persons(letter))),
        readable=True,
    )


def _persons(letter: SignedLetter) -> Iterator[str]:
    for each in letter.body.get("entities", ()):
        if each.get("schema") == "Person":
            yield str(each["id"])
    for each in letter.body.get("persons", ()):
        yield str(each["id"])
