"""`clew init`: make a node."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clew.cli.answers import AsJson, HomeOption, answer, set_up_node, stop, use_home
from clew.cli.card_making import publish_card

if TYPE_CHECKING:
    from clew.node.home import NodeSettings

LANGUAGES = ("en", "zh-hans", "fr", "de", "bg")


def init(
    name: Annotated[str, typer.Option(prompt="Name of the organisation", help="As partners will read it.")],
    country: Annotated[str, typer.Option(prompt="Country (two letters)", help="ISO 3166-1 alpha-2.")],
    kind: Annotated[str, typer.Option(prompt="Kind (police, prosecutor, ncb, ngo, io, ministry)")],
    home: HomeOption = None,
    host: Annotated[str, typer.Option(help="Host name of the staff pages.")] = "localhost",
    port: Annotated[int, typer.Option(help="Port of the staff pages.")] = 8400,
    inbound_port: Annotated[int, typer.Option(help="Port that partners reach; 0: none, see letter mailbox.")] = 8401,
    inbound_url: Annotated[str, typer.Option(help="Address of inbound as partners write it.")] = "",
    inbound_bind: Annotated[str, typer.Option(help="Address inbound listens on; empty: as the pages.")] = "",
    tls: Annotated[str, typer.Option(help="own: inbound has its own certificate; proxy: a proxy ends TLS.")] = "own",
    carries: Annotated[bool, typer.Option("--carries", help="Pass on sealed letters between partners.")] = False,
    language: Annotated[str, typer.Option(help="en, zh-hans, fr, de or bg.")] = "en",
    database: Annotated[str, typer.Option(help="postgresql://… ; empty for SQLite in the directory.")] = "",
    insecure_loopback: Annotated[
        bool, typer.Option(help="No TLS before the pages: only where nothing but this machine reaches them.")
    ] = False,
    banner: Annotated[str, typer.Option(help="A line shown on every page.")] = "",
    reply_slot: Annotated[int, typer.Option(min=1, help="Seconds between the slots in which answers leave.")] = 21_600,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a node: its directory, keys, store, own directory entry and card.

    Example: clew init --name "Office (fictional)" --country AT --kind police --yes
    """
    from clew.node.home import NodeSettings, home_path

    use_home(home)
    path = home_path()
    settings = NodeSettings(
        node_id=secrets.token_hex(16),
        name=name.strip(),
        country=country.strip().upper(),
        kind=kind.strip().lower(),
        host=host,
        port=port,
        inbound_port=inbound_port,
        inbound_url=inbound_url,
        inbound_bind=inbound_bind,
        tls=tls,
        carries=carries,
        language=language,
        database=database,
        secure=not insecure_loopback,
        banner=banner,
        reply_slot=reply_slot,
    )
    _check(settings)
    if not yes and not as_json:
        typer.confirm(f"Make a node for {settings.name} ({settings.country}) in {path}?", abort=True)
    fingerprint = _make(path, settings)
    answer(
        {"home": str(path), "node_id": settings.node_id, "fingerprint": fingerprint},
        as_json=as_json,
        text=f"The node of {settings.name} is in {path}.\nIts fingerprint: {fingerprint}\n"
        "Next: make the first administrator with\n"
        '  clew officer add NAME --full-name "…" --role administrator\nand start the node with: clew serve',
    )


def _check(settings: NodeSettings) -> None:
    from clew.node.types import BadInput
    from clew.vocabulary.codelists import codelist
    from clew.vocabulary.countries import country_codes

    if not settings.name:
        raise BadInput("--name", "The organisation needs a name.", "Give one with --name.")
    if settings.country not in country_codes():
        raise BadInput("--country", f"{settings.country!r} is no country code.", "Give two letters, for instance AT.")
    _check_running(settings)
    kinds = list(codelist("party_kinds").codes)
    if settings.kind not in kinds:
        raise BadInput(
            "--kind", f"{settings.kind!r} is no kind of organisation.", f"Choose one of: {', '.join(kinds)}."
        )


def _check_running(settings: NodeSettings) -> None:
    from clew.node.home import CHOICES
    from clew.node.types import BadInput

    if settings.language not in LANGUAGES:
        raise BadInput(
            "--language",
            f"{settings.language!r} is no language of the node.",
            f"Choose one of: {', '.join(LANGUAGES)}.",
        )
    if settings.tls not in CHOICES["tls"]:
        raise BadInput("--tls", f"{settings.tls!r} is unknown.", f"Choose one of: {', '.join(CHOICES['tls'])}.")
    if settings.tls == "own" and settings.inbound_url.startswith("http:"):
        raise BadInput(
            "--inbound-url",
            "Inbound speaks TLS, but its address begins with http:.",
            "Begin it with https:, or choose --tls proxy.",
        )
    for name, port in (("--port", settings.port), ("--inbound-port", settings.inbound_port)):
        if not 0 < port < 65536 and (name, port) != ("--inbound-port", 0):
            raise BadInput(name, f"{port} is no port.", "Give a number from 1 to 65535.")
    if settings.port == settings.inbound_port:
        raise BadInput("--inbound-port", "Pages and inbound cannot share a port.", "Give two different ports.")


def _make(path: Path, settings: NodeSettings) -> str:
    if path.exists() and any(path.iterdir()):
        what = "There is already a node in" if (path / "node.toml").exists() else "There are other files in"
        stop(f"{what} {path}. Choose another directory with --home.")
    try:
        return _fill(path, settings)
    except BaseException:
        # A node without a store or a card is no node, and would stand in the way of the next attempt.
        shutil.rmtree(path, ignore_errors=True)
        raise


def _fill(path: Path, settings: NodeSettings) -> str:
    from clew.node.home import create_home
    from clew.node.keys import create_keys

    home = create_home(path, settings)
    create_keys(home)
    set_up_node(path)
    from django.db import OperationalError

    from clew.node.tables import bring_up_to_date
    from clew.node.types import BadInput

    try:
        bring_up_to_date()
    except OperationalError as problem:
        raise BadInput(
            "--database", f"The store cannot be used: {problem}.", "Check the address and rights."
        ) from problem
    fingerprint = publish_card(home)
    _record_rules()
    return fingerprint


def _record_rules() -> None:
    from clew.node.accounts.actions import NODE
    from clew.node.rulebook.actions import record_first_rules

    record_first_rules(actor=NODE)
