"""`clew relay`: a relay, which keeps sealed letters for nodes behind firewalls. It needs no node beside it."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clew.cli.answers import NO_NODE, AsJson, answer, stop
from clew.cli.files import read_file

if TYPE_CHECKING:
    from clew.relay.home import RelayHome
    from clew.relay.store import Registered, Store

app = typer.Typer(
    help="A relay: sealed letters for nodes behind firewalls.", no_args_is_help=True, rich_markup_mode=None
)

RelayOption = Annotated[Path | None, typer.Option("--home", help="The relay's directory.", metavar="DIR")]
CERTIFICATE_VALIDITY = dt.timedelta(days=1825)


@app.command("init")
def init(
    url: Annotated[str, typer.Option(help="Address of the relay as nodes write it, https://…")],
    home: RelayOption = None,
    bind: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8410,
    tls: Annotated[str, typer.Option(help="own: a certificate of its own; proxy: a proxy ends TLS.")] = "own",
    keep_days: Annotated[int, typer.Option(min=1, max=31, help="Days for which a letter lies at most.")] = 14,
    as_json: AsJson = False,
) -> None:
    """Make a relay: its directory, its certificate, and the address file to hand to nodes.

    Example: clew relay init --url https://relay.example:8410 --bind 0.0.0.0 --home /var/lib/clew-relay
    """
    import secrets
    from urllib.parse import urlsplit

    from clew.exchange.refusals import Refusal
    from clew.node.certificate import make_certificate_for
    from clew.relay.home import RelaySettings, create_relay

    if tls not in {"own", "proxy"}:
        stop(f"--tls is own or proxy, not {tls}.")
    if tls == "own" and not url.startswith("https:"):
        stop("The relay speaks TLS, so --url begins with https: (or choose --tls proxy).")
    path, now = _path(home), dt.datetime.now(dt.UTC).replace(microsecond=0)
    settings = RelaySettings(secrets.token_hex(16), url.rstrip("/"), bind, port, tls, keep_days)
    host = urlsplit(url).hostname or ""
    try:
        made = make_certificate_for(host, now=now, until=now + CERTIFICATE_VALIDITY) if tls == "own" and host else None
        relay = create_relay(path, settings, made)
    except (Refusal, ValueError):
        stop(f"{url} is no address that could be handed to nodes. Write it as https://host:port")
    told = relay.address().fingerprint
    answer(
        {"home": str(path), "relay": settings.relay_id, "fingerprint": told},
        as_json=as_json,
        text=f"The relay is in {path}.\nFingerprint of its address: {told}\n"
        "Next: add each node's card with clew relay add, hand the file of clew relay address to each node, and start\n"
        "the relay with: clew relay serve",
    )


@app.command("serve")
def serve(home: RelayOption = None, as_json: AsJson = False) -> None:
    """Run the relay until it is told to stop (Ctrl-C or SIGTERM)."""
    import logging
    import sys

    from clew.node.logs import PlainLines
    from clew.relay.serving import serve as run

    relay = _relay(home)
    told = logging.StreamHandler(sys.stderr)
    told.setFormatter(PlainLines())
    logging.basicConfig(level=logging.WARNING, handlers=[told], force=True)
    os.environ["CLEW_PROCESS"] = "relay"

    def announce() -> None:
        url = relay.settings.url
        typer.echo(json.dumps({"state": "ready", "url": url}) if as_json else f"relay {url}")

    run(relay, lambda: dt.datetime.now(dt.UTC), announce)


@app.command("address")
def address(
    out: Annotated[Path | None, typer.Option(help="Write the address to this file.")] = None,
    home: RelayOption = None,
    as_json: AsJson = False,
) -> None:
    """Show what a node needs to have its mailbox here, and the fingerprint to compare by telephone."""
    from clew.exchange.relaying import write_address

    found = _relay(home).address()
    raw = write_address(found)
    if out is not None:
        out.write_bytes(raw + b"\n")
    answer(
        {"relay": found.uid, "url": found.url, "fingerprint": found.fingerprint, "file": str(out) if out else None,
         "address": raw.decode()},
        as_json=as_json,
        text=f"Fingerprint: {found.fingerprint}\n" + (f"Written to {out}." if out else raw.decode()),
    )  # fmt: skip


@app.command("add")
def add(
    file: Annotated[Path, typer.Argument(help="The node's card.")],
    home: RelayOption = None,
    as_json: AsJson = False,
) -> None:
    """Register a node, or give a registered one the keys of its new card; the ones before hold for a week beside them.

    Compare the fingerprint with the node's people by telephone: who is registered may deposit, and reads who writes to
    it. Whether it may write to others is theirs to decide.
    """
    from clew.exchange.cards import MAX_CARD, read_card
    from clew.exchange.refusals import Refusal

    store, now = _store(home), dt.datetime.now(dt.UTC)
    try:
        card = read_card(read_file(file, MAX_CARD))
        if card.valid_until <= now:
            raise Refusal("not-valid-now")
        with store.transaction() as visit:
            visit.add_node(card)
    except Refusal as refusal:
        stop(f"{file} was not added. {refusal.sentence}")
    answer(
        {"node": card.uid, "name": card.name, "fingerprint": card.fingerprint, "until": card.valid_until.isoformat()},
        as_json=as_json,
        text=f"{card.name} has a mailbox until {card.valid_until:%Y-%m-%d}.\nFingerprint: {card.fingerprint}",
    )


@app.command("end")
def end(
    node: Annotated[str, typer.Argument(help="The node's number (uid), as clew relay list shows it.")],
    home: RelayOption = None,
    as_json: AsJson = False,
) -> None:
    """End a node's membership at once: its next request is refused, and what lies for it is deleted unread.

    Its partners still have their letters. What it deposited for others stays: they decide whether they take it.
    """
    with _store(home).transaction() as visit:
        found = visit.end_node(node)
    if not found:
        stop(f"No node {node} is registered. clew relay list shows the numbers.")
    answer({"node": node}, as_json=as_json, text=f"{node} is registered no more.")


@app.command("list")
def registered(home: RelayOption = None, as_json: AsJson = False) -> None:
    """Show who is registered and how much lies in each mailbox: all that a relay knows."""
    with _store(home).transaction() as visit:
        nodes = visit.nodes()
    answer(
        {"nodes": [_as_json(one) for one in nodes]},
        as_json=as_json,
        text="\n".join(_in_words(one) for one in nodes) or "No node is registered. Add one with: clew relay add",
    )


def _as_json(one: Registered) -> dict[str, str | int | None]:
    first = one.first.isoformat() if one.first else None
    return {"node": one.uid, "name": one.name, "until": one.until.isoformat(), "letters": one.letters,
            "bytes": one.size, "since": first}  # fmt: skip


def _in_words(one: Registered) -> str:
    since = f" since {one.first:%Y-%m-%d %H:%M} UTC" if one.first else ""
    return f"{one.uid} {one.name}: {one.letters} letters, {one.size:,} bytes{since}; until {one.until:%Y-%m-%d}"


def _path(home: Path | None) -> Path:
    """The relay's directory is always named: `~/.clew` is a node's."""
    named = str(home or os.environ.get("CLEW_HOME", ""))
    if not named:
        stop("Name the relay's directory with --home, or in CLEW_HOME.", NO_NODE)
    return Path(named).expanduser()


def _relay(home: Path | None) -> RelayHome:
    from clew.relay.home import load_relay

    return load_relay(_path(home))


def _store(home: Path | None) -> Store:
    from clew.relay.store import Store

    relay = _relay(home)
    return Store(relay.store, relay.settings)
