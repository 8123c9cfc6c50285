"""`clew partner`: cards of partners."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clew.cli.answers import WRONG_USE, AsJson, HomeOption, answer, set_up_node, stop

if TYPE_CHECKING:
    from clew.node.partners.models import NodeCard

app = typer.Typer(help="Partners and their node cards.", no_args_is_help=True, rich_markup_mode=None)


@app.command("card")
def card(
    out: Annotated[Path | None, typer.Option(help="Write the signed card to this file.")] = None,
    renew: Annotated[bool, typer.Option("--renew", help="Make a new card, signed by the present key.")] = False,
    new_keys: Annotated[bool, typer.Option("--new-keys", help="With --renew: new keys too.")] = False,
    hybrid: Annotated[
        bool | None,
        typer.Option(
            "--hybrid/--no-hybrid",
            help="With --renew: list suite 2 (ML-KEM-768 with X25519) or no longer. Left out: as before.",
        ),
    ] = None,
    lead_days: Annotated[int, typer.Option(min=0, max=90, help="With --renew: days until the new card begins.")] = 14,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Show this node's own card: what a partner needs to write to it, and the fingerprint to read out to her.

    With --renew, a new card is made and shown. Hand it to each partner before it begins; a running node, or the next
    one to run, then puts new keys in place by itself.
    """
    set_up_node(home)
    from clew.node.partners.queries import certificate_ends_before, own_card

    if (new_keys or hybrid is not None) and not renew:
        stop("What is on the card changes with a new card only. Add --renew.", WRONG_USE)
    own = _renewed(new_keys, hybrid, lead_days) if renew else own_card()
    if own is None:
        stop("This node has no card yet. It is made by: clew init")
    raw = bytes(own.raw)
    period = f"{own.valid_from:%Y-%m-%d %H:%M} to {own.valid_until:%Y-%m-%d} (UTC)"
    if out is not None:
        out.write_bytes(raw)
    ends = certificate_ends_before(own)
    keeps = (
        f"Its TLS certificate ends before it, on {ends:%Y-%m-%d}. Make another in time: clew certificate\n"
        if ends
        else ""
    )
    answer(
        {
            "fingerprint": own.fingerprint,
            "card": raw.decode(),
            "file": str(out) if out else None,
            "begins": own.valid_from.isoformat(),
            "valid_until": own.valid_until.isoformat(),
            "suites": [1, 2] if own.hybrid_key else [1],
            "certificate_ends_before": ends.isoformat() if ends else None,
        },
        as_json=as_json,
        text=f"Fingerprint: {own.fingerprint}\nValid from {period}\n"
        + keeps
        + (f"Written to {out}." if out else raw.decode()),
    )


def _renewed(new_keys: bool, hybrid: bool | None, lead_days: int) -> NodeCard:
    import datetime as dt

    from django.utils import timezone

    from clew.node.accounts.actions import NODE
    from clew.node.partners.actions import renew_own_card

    starts = timezone.now() + dt.timedelta(days=lead_days)
    return renew_own_card(actor=NODE, new_keys=new_keys, starts=starts, hybrid=hybrid)


@app.command("add")
def add(
    file: Annotated[Path, typer.Argument(help="The card file the partner gave you.")],
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Put a partner's card into the directory, unconfirmed: an officer compares its fingerprint on the partner's page.

    Only the first groups of the fingerprint are printed: the last four are typed as the partner reads them aloud, and
    who already had them here would not need to call.
    """
    set_up_node(home)
    from clew.node.accounts.actions import NODE
    from clew.node.partners.actions import GROUPS_TO_TYPE, import_card

    if not file.is_file():
        stop(f"There is no file {file}.")
    node_card = import_card(actor=NODE, raw=file.read_bytes())
    begins = " ".join(node_card.fingerprint.split()[:-GROUPS_TO_TYPE])
    renewal = bool(node_card.renews)
    call = "Call the partner on a number you know; then an officer types the last four groups on the partner's page."
    text = (
        f"{node_card.party.name} has renewed its card: the key that was confirmed before signed it.\n"
        "An officer reads and approves it on the partner's page."
        if renewal
        else f"{node_card.party.name} is in the directory, not yet confirmed.\nFingerprint: {begins} …\n{call}"
    )
    answer(
        {
            "party": node_card.party.uid,
            "name": node_card.party.name,
            "fingerprint_begins": begins,
            "renewal": renewal,
        },
        as_json=as_json,
        text=text,
    )
