"""`clew letter mailbox`: this node's letters are put at a relay, where it fetches them, and not at its own inbound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clew.cli.answers import AsJson, HomeOption, answer, set_up_node, stop
from clew.cli.card_making import publish_card
from clew.cli.files import read_file

if TYPE_CHECKING:
    from clew.exchange.relaying import RelayAddress

app = typer.Typer(help="A mailbox at a relay, for a node that partners cannot reach.", no_args_is_help=True,
                  rich_markup_mode=None)  # fmt: skip

NEXT = "Next: write the new card with clew partner card --out office.card and give it to every partner"


@app.command("set")
def set_mailbox(
    file: Annotated[Path, typer.Argument(help="The relay's address, from clew relay address.")],
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Have a mailbox at a relay, and a new card that says so. A running node begins to look into it by itself.

    Compare the fingerprint with whoever runs the relay. The relay can read no letter; it sees who writes to whom, when,
    and how large.
    """
    set_up_node(home)
    from clew.exchange.refusals import Refusal
    from clew.exchange.relaying import MAX_ADDRESS, read_address
    from clew.node.home import load_home

    try:
        relay = read_address(read_file(file, MAX_ADDRESS))
    except Refusal as refusal:
        stop(f"{file} is no address of a relay. {refusal.sentence}")
    secure = load_home().settings.secure
    if secure and not relay.url.startswith("https:"):
        stop(f"{relay.url} is not TLS. Ask whoever runs the relay for an address that is.")
    card = _change(relay)
    answer(
        {"relay": relay.uid, "url": relay.url, "relay_fingerprint": relay.fingerprint, "fingerprint": card},
        as_json=as_json,
        text=f"This node's mailbox is at {relay.url}.\nThe relay's fingerprint: {relay.fingerprint}\n"
        f"This node's, as before: {card}\n{NEXT} and to whoever runs the relay.",
    )


@app.command("leave")
def leave(home: HomeOption = None, as_json: AsJson = False) -> None:
    """Have no mailbox any more, and a new card that says so. What lies there and was not fetched comes again directly.

    Until a partner has the new card it still writes to the relay.
    """
    set_up_node(home)
    from clew.node.home import load_home
    from clew.node.mailbox import own_relay

    if own_relay(load_home()) is None:
        stop("This node has no mailbox.")
    card = _change(None)
    answer({"relay": None, "fingerprint": card}, as_json=as_json, text=f"This node has no mailbox any more.\n{NEXT}.")


@app.command("show")
def show(home: HomeOption = None, as_json: AsJson = False) -> None:
    """Show where the mailbox is and how the last look into it went."""
    set_up_node(home)
    from clew.node.exchange.words import problem_in_words
    from clew.node.home import load_home
    from clew.node.mailbox import last_state, own_relay

    node = load_home()
    relay, state = own_relay(node), last_state(node.path)
    if relay is None:
        answer({"relay": None}, as_json=as_json, text="This node has no mailbox: partners write to it directly.")
        return
    told: dict[str, Any] = {"relay": relay.uid, "url": relay.url, "relay_fingerprint": relay.fingerprint}
    text = f"The mailbox is at {relay.url}.\nThe relay's fingerprint: {relay.fingerprint}\n"
    if state is None or state.relay != relay.uid:
        answer({**told, "looked": None}, as_json=as_json, text=text + "Nobody has looked into it yet.")
        return
    well = f"{state.well:%Y-%m-%d %H:%M} UTC" if state.well else "never"
    problem = f"\n{problem_in_words(state.problem)}" if state.problem else ""
    answer(
        {**told, "looked": state.at.isoformat(), "well": state.well.isoformat() if state.well else None,
         "problem": state.problem, "new": state.pulled},
        as_json=as_json,
        text=f"{text}Last looked into with success: {well}; {state.pulled} new envelopes since the start.{problem}",
    )  # fmt: skip


def _change(relay: RelayAddress | None) -> str:
    """Keep the mailbox and publish a card that says it; the one before is kept where that fails."""
    from clew.node.home import load_home
    from clew.node.mailbox import keep_relay, own_relay

    home = load_home()
    before = own_relay(home)
    keep_relay(home, relay)
    try:
        return publish_card(home)
    except BaseException:
        keep_relay(home, before)
        raise
