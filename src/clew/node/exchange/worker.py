"""The worker: dispatches what was signed, opens what came, signs and sends receipts, watches the clocks.

Each step is a short transaction of its own and can be done again: whatever the moment at which the process is killed,
the next round finds in the store what is still to be done, and does it once.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Final

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import transaction
from django.utils import timezone

from clew.node.accounts.actions import NODE
from clew.node.connections import renew_connection
from clew.node.disclosure.queries import signed_undispatched
from clew.node.exchange.actions import (
    NotNow,
    answer_checkpoint,
    dispatch_decisions,
    offer_checkpoints,
    open_envelopes,
    postpone_answers,
    send_announcement,
    send_cards,
    send_recalls,
    send_receipts,
    sign_receipts,
    write_ordered,
)
from clew.node.exchange.dispatching import Route, SignedDecision, route_to, signed_decision
from clew.node.exchange.holding import may_write_to
from clew.node.exchange.lines import PATIENCE, Lines
from clew.node.exchange.models import ControlOrder, DispatchProblem, InboxEntry, PartnerLog, Receipt
from clew.node.exchange.outbox import OWN, Post, deliver
from clew.node.exchange.part_sending import PARTS, PostPart, close_arrived, send_parts
from clew.node.exchange.passing_on import TRANSIT, pass_on
from clew.node.exchange.posting import post_part
from clew.node.exchange.postponing import unanswered_at_their_slot
from clew.node.exchange.pulling import PULL, Mailbox
from clew.node.exchange.recalling import waiting_recalls
from clew.node.exchange.relay_lines import post
from clew.node.exchange.restoring import answer_partners, ask_partners
from clew.node.exchange.rotating import due_for_card
from clew.node.exchange.showing import due_for_checkpoint
from clew.node.exchange.suspending import unsent_announcements
from clew.node.exchange.watching import watch_clocks
from clew.node.heartbeat import Heart
from clew.node.partners.actions import keep_own_keys
from clew.node.partners.queries import KeysWithheld, UsableKeys, usable_keys

PAUSE: Final = 0.5
"""Seconds between two looks when there was nothing to do."""

SHORT_PAUSE: Final = 0.05
"""Seconds between two looks while a partner is about to answer: its next letters wait for that."""

QUIET: Final = 20
"""Looks in vain after which the node counts as quiet."""

QUIET_PAUSE: Final = 2.0
"""Seconds between two looks of a quiet node: one small server may carry several, and each look costs it some 20 ms."""

PORTION: Final = 64
"""Rows per step and transaction: as many as one request holds; a page waits at most a quarter of a second for it."""

MOST_RECEIPTS: Final = 100
"""Receipts in one letter: about 50 kB, so that a night's backlog does not become one giant letter."""

LAST_WORDS: Final = 10.0
"""Seconds for which a worker that is to stop waits for the partners it talks to."""

SHOWN_AT_ONCE: Final = 8
"""Partners who are shown the log in one round and transaction."""

NOT_OPENED: Final = "not-opened"
"""Code of a stored envelope that could not be opened for a reason of this node's own; it is tried again."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Round:
    """What one round did."""

    pulled: int = 0
    dispatched: int = 0
    opened: int = 0
    receipts: int = 0
    delivered: int = 0
    passed_on: int = 0
    warned: int = 0
    checkpoints: int = 0
    recalls: int = 0
    cards: int = 0
    parts: int = 0
    resyncs: int = 0

    def __bool__(self) -> bool:
        return any(asdict(self).values())


def run(stopping: threading.Event) -> None:
    """Work until told to stop."""
    rng = random.SystemRandom()
    lines = Lines(PATIENCE)
    mailbox = Mailbox(rng)
    heart = Heart(settings.HOME.path, timezone.now())
    in_vain = 0
    while not stopping.is_set():
        began = time.monotonic()
        try:
            done = run_once(now=timezone.now(), rng=rng, lines=lines, mailbox=mailbox)
        except DatabaseError:
            log.exception("the worker could not use the store; it tries again")
            renew_connection()
            done = Round()
        heart.beat(timezone.now(), time.monotonic() - began, asdict(done))
        in_vain = 0 if done else in_vain + 1
        if not done:
            stopping.wait(SHORT_PAUSE if lines.expect_soon() else pause_after(in_vain))
    _stop(lines)
    heart.end(timezone.now())


def _stop(lines: Lines) -> None:
    """Let partners that are being talked to finish, and note their receipts; what is cut off is sent again.

    What came from a mailbox is stored. It is acknowledged when the worker runs again, for the relay gives it again.
    """
    lines.close(LAST_WORDS)
    now = timezone.now()
    for kind in (OWN, TRANSIT, PULL, PARTS):
        _guarded(partial(lines.settle, kind), now)


def pause_after(in_vain: int) -> float:
    """Seconds to wait after so many looks in vain, one after the other."""
    return PAUSE if in_vain < QUIET else QUIET_PAUSE


def run_once(
    *,
    now: dt.datetime,
    rng: random.Random,
    post: Post = post,
    post_part: PostPart = post_part,
    lines: Lines | None = None,
    mailbox: Mailbox | None = None,
) -> Round:
    """One round of everything that is due at `now`.

    Args:
        rng: spreads the next attempts, so that nodes that were down together do not come back together.
        mailbox: looked into when it is time; None = in this round it is not.
        lines: those to partners, which may stay open from one round to the next; None = the round waits for its own.
    """
    renew_connection()
    lines = lines or Lines()
    done = Round()
    _guarded(keep_own_keys, now)
    done.resyncs = _guarded(ask_partners, now)
    # Before any other letter: whoever reads it takes nothing more from here.
    done.cards = _guarded(_announcements, now)
    done.dispatched = _guarded(_dispatch, now)
    # After the answers that are ready: what is left without one at its slot is postponed.
    done.dispatched += _guarded(_postpone, now)
    done.dispatched += _guarded(close_arrived, now)
    done.dispatched += _guarded(_ordered, now)
    if mailbox is not None:
        done.pulled = _guarded(partial(mailbox.look, lines=lines), now)
    done.opened = _guarded(_open, now)
    done.resyncs += _guarded(answer_partners, now)
    # Before receipts and new checkpoints: what is to be used no more is said first.
    done.recalls = _guarded(_recalls, now)
    done.receipts = _guarded(_receipts, now)
    # After everything that somebody waits for: a checkpoint never goes before a letter.
    done.checkpoints = _guarded(_checkpoints, now)
    done.cards += _guarded(_cards, now)
    done.delivered = deliver(now=now, rng=rng, post=post, lines=lines)
    done.passed_on = pass_on(now=now, rng=rng, post=post, lines=lines)
    # After the letters: parts take what is left of the lines.
    done.parts = send_parts(now=now, rng=rng, lines=lines, post_part=post_part)
    done.warned = _guarded(watch_clocks, now)
    return done


def _guarded(step: Callable[[dt.datetime], int], now: dt.datetime) -> int:
    """A step that fails must not keep the others from their work; it fails loudly and is tried in the next round."""
    try:
        return step(now)
    except DatabaseError:
        raise
    except Exception:
        log.exception("a step of the worker failed: %s", getattr(step, "__name__", "settle"))
        return 0


def _dispatch(now: dt.datetime) -> int:
    """Dispatch a portion of the decisions whose recipients can be written to."""
    routes: dict[tuple[str, tuple[str, ...]], Route] = {}
    portion: list[tuple[SignedDecision, Route]] = []
    given_up = DispatchProblem.objects.values_list("decision", flat=True)
    for row in signed_undispatched(now).exclude(pk__in=list(given_up)).iterator(chunk_size=PORTION):
        decision = signed_decision(row)
        target = decision.post or decision.recipient
        way = (target, decision.via)
        route = routes[way] = routes.get(way) or route_to(target, now, decision.via)
        if not isinstance(route.keys, KeysWithheld):
            portion.append((decision, route))
        if len(portion) == PORTION:
            break
    return len(dispatch_decisions(actor=NODE, decisions=portion, now=now)) if portion else 0


def _postpone(now: dt.datetime) -> int:
    """Postpone a portion of the requests whose slot has come and whose answer has not left."""
    usable = []
    for request in unanswered_at_their_slot(now):
        route = route_to(request.post or request.party, now)
        if isinstance(route.keys, UsableKeys):
            usable.append((request, route))
        if len(usable) == PORTION:
            break
    return len(postpone_answers(actor=NODE, requests=usable, now=now)) if usable else 0


def _ordered(now: dt.datetime) -> int:
    """Write a portion of the control letters that were asked for."""
    portion = []
    for one in ControlOrder.objects.filter(written=None).select_related("about__thread").order_by("pk"):
        route = route_to(one.about.post or one.about.party, now)
        if isinstance(route.keys, UsableKeys):
            portion.append((one, route))
        if len(portion) == PORTION:
            break
    return len(write_ordered(actor=NODE, orders=portion, now=now)) if portion else 0


def _open(now: dt.datetime) -> int:
    """Open a portion in one transaction; an envelope that fails takes no other with it."""
    stored = InboxEntry.objects.filter(state="stored")
    keys = {
        sender: usable_keys(sender, now) for sender in stored.order_by().values_list("sender", flat=True).distinct()
    }
    usable = {sender: found for sender, found in keys.items() if not isinstance(found, KeysWithheld)}
    # Those that failed before come last, so that they hold up nobody.
    entries = list(stored.filter(sender__in=usable).order_by("code", "pk")[:PORTION])
    if not entries:
        return 0
    try:
        open_envelopes(actor=NODE, entries=entries, keys=usable, now=now)
    except DatabaseError:
        raise
    except Exception:
        log.exception("a portion of envelopes could not be opened; each is tried alone")
        return sum(_open_alone(entry.pk, usable, now) for entry in entries)
    return len(entries)


def _open_alone(pk: int, usable: dict[str, UsableKeys], now: dt.datetime) -> int:
    entry = InboxEntry.objects.get(pk=pk)
    try:
        open_envelopes(actor=NODE, entries=[entry], keys=usable, now=now)
    except DatabaseError:
        raise
    except Exception:
        # The action's own transaction undid what it had begun; the envelope stays, and is tried again.
        log.exception("envelope %s could not be opened", entry.envelope_id)
        InboxEntry.objects.filter(pk=pk).update(code=NOT_OPENED)
        return 0
    return 1


def _recalls(now: dt.datetime) -> int:
    """Send a portion of the recalls and answers to recalls whose recipients can be written to; the others stay."""
    usable = []
    for recall, target, via in waiting_recalls():
        route = route_to(target, now, via)
        if isinstance(route.keys, UsableKeys):
            usable.append((recall, route))
        if len(usable) == PORTION:
            break
    if usable:
        send_recalls(actor=NODE, recalls=usable, now=now)
    return len(usable)


def _receipts(now: dt.datetime) -> int:
    owed = Receipt.objects.filter(to_send=True)
    done = 0
    for party in owed.order_by().values_list("addressee", flat=True).distinct():
        with transaction.atomic():
            receipts = list(owed.filter(addressee=party).order_by("pk")[:MOST_RECEIPTS])
            try:
                sign_receipts(actor=NODE, receipts=receipts)
                send_receipts(actor=NODE, receipts=receipts, now=now)
                done += len(receipts)
            except NotNow:
                transaction.set_rollback(True)
    return done


def _announcements(now: dt.datetime) -> int:
    """Tell what this organisation says of itself to a portion of the partners that do not know it yet."""
    done = 0
    for announcement in unsent_announcements():
        found = [may_write_to(party, now) for party in announcement.waiting]
        partners = [keys for keys in found if isinstance(keys, UsableKeys)][:PORTION]
        if partners:
            send_announcement(actor=NODE, announcement=announcement, partners=partners, now=now)
        done += len(partners)
    return done


def _cards(now: dt.datetime) -> int:
    """Send this node's next card to a portion of the partners that have not got it."""
    card, parties = due_for_card(now)
    found = [may_write_to(party, now) for party in parties]
    partners = [keys for keys in found if isinstance(keys, UsableKeys)][:SHOWN_AT_ONCE]
    if card is not None and partners:
        send_cards(actor=NODE, card=card, partners=partners, now=now)
    return len(partners)


def _checkpoints(now: dt.datetime) -> int:
    """Answer the checkpoints that came, and show this node's own to a few of the partners whose day it is."""
    done = 0
    for party in PartnerLog.objects.filter(owed__isnull=False).values_list("party", flat=True)[:PORTION]:
        keys = may_write_to(party, now)
        if isinstance(keys, UsableKeys):
            answer_checkpoint(actor=NODE, keys=keys, now=now)
            done += 1
    found = [may_write_to(party, now) for party in due_for_checkpoint(now)]
    partners = [keys for keys in found if isinstance(keys, UsableKeys)][:SHOWN_AT_ONCE]
    if partners:
        offer_checkpoints(actor=NODE, partners=partners, now=now)
    return done + len(partners)
