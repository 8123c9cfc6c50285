"""What is known of this node's mailbox at a relay: for `clew doctor` and for a monitoring service."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from django.conf import settings

from clew.node.exchange.words import problem_in_words
from clew.node.home import HomeProblem
from clew.node.mailbox import last_state, own_relay
from clew.node.types import Finding, MetricFamily, Sample

CHECK: Final = "mailbox"

UNHEARD_AFTER: Final = dt.timedelta(minutes=30)
"""Longer than the longest pause between two tries: by then it is not a short fault of the line."""


def mailbox_findings(now: dt.datetime) -> Iterator[Finding]:
    """Whether letters are fetched from the mailbox; nothing for a node that has none."""
    try:
        relay = own_relay(settings.HOME)
    except HomeProblem as problem:
        yield Finding(CHECK, "wrong", str(problem))
        return
    if relay is None:
        return
    state = last_state(settings.HOME.path)
    if state is None or state.relay != relay.uid:
        yield Finding(CHECK, "unknown", "Nobody has looked into the mailbox yet.", "Start the node: clew serve")
        return
    if state.damaged:
        says = f"The relay gave {state.damaged} times what is no letter. It, or the line to it, changes what it holds."
        yield Finding(
            "mailbox: content", "wrong", says, "Ask whoever runs the relay. Partners still have their letters."
        )
    if state.problem:
        since = f"since {state.well:%d %B %Y, %H:%M} UTC" if state.well else "and never did"
        says = f"The mailbox does not answer {since}. {problem_in_words(state.problem)}"
        waits = state.well is not None and now - state.well < UNHEARD_AFTER
        cure = "Letters to this node wait at the relay or at their senders. Ask whoever runs the relay."
        yield Finding(CHECK, "unknown" if waits else "wrong", says, cure, state.well)
    elif now - state.at > UNHEARD_AFTER:
        yield Finding(CHECK, "wrong", "Nobody looks into the mailbox any more.", "Start the node: clew serve", state.at)
    else:
        yield Finding(CHECK, "well", f"It was looked into at {state.at:%d %B %Y, %H:%M} UTC.")


def mailbox_figures(now: dt.datetime) -> Iterator[MetricFamily]:
    """Figures without a name: neither the relay's nor anybody's."""
    state = last_state(settings.HOME.path)
    if state is None:
        return
    age = (now - (state.well or state.at)).total_seconds()
    told = {
        "clew_mailbox_last_look_seconds": ("Since the mailbox was last looked into with success.", max(age, 0.0)),
        "clew_mailbox_failures": ("Looks into the mailbox that failed, one after the other.", state.failures),
        "clew_mailbox_damaged": ("What the relay gave and was no envelope.", state.damaged),
    }
    for name, (says, value) in told.items():
        yield MetricFamily(name, "gauge", says, [Sample(value)])
