"""`clew doctor`: is the node well, and what to do if it is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from clew.cli.answers import NOT_DONE, AsJson, HomeOption, answer, set_up_node
from clew.cli.progress import progress

if TYPE_CHECKING:
    from clew.node.types import OnStep

SOON = dt.timedelta(days=30)
"""Before the end of a card or a certificate: partners need some weeks to confirm a new card."""


def doctor(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make all rows and the search index anew.")] = False,
    migrate: Annotated[bool, typer.Option("--migrate", help="Bring the store up to this program.")] = False,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Check the node: keys and their permissions, store, audit log, rows. Exit code 1 if anything is wrong.

    Example: clew doctor --rebuild
    """
    set_up_node(home)
    if migrate:
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
    with progress(as_json=as_json) as show:
        rebuilt = _rebuild(show) if rebuild else None
        findings = {name: check() for name, check in CHECKS.items()} | {"audit log": _audit(show)}
    problems = {name: finding for name, finding in findings.items() if finding}
    lines = [f"{name}: {finding or 'well'}" for name, finding in findings.items()]
    if rebuilt is not None:
        lines.append(f"rows made anew: {rebuilt}")
    answer({"ok": not problems, "checks": findings, "rows_rebuilt": rebuilt}, as_json=as_json, text="\n".join(lines))
    if problems:
        raise typer.Exit(NOT_DONE)


def _rebuild(show: OnStep) -> int:
    from clew.node.accounts.actions import NODE
    from clew.node.dossier.actions import rebuild_rows

    return rebuild_rows(actor=NODE, on_progress=lambda done, total: show("rows", done, total))


def _keys() -> str:
    from clew.node.home import load_home
    from clew.node.keys import KeyRefused, rest_key, seal_key, sign_key, transport_key

    home = load_home()
    for load in (sign_key, seal_key, transport_key, rest_key):
        try:
            load(home)
        except KeyRefused as problem:
            return str(problem)
    loose = [path.name for path in home.keys.iterdir() if path.stat().st_mode & 0o077]
    return f"Others can read {', '.join(loose)}. Run: chmod 600 {home.keys}/*" if loose else ""


def _store() -> str:
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check")
            result = str(cursor.fetchone()[0])
        return "" if result == "ok" else f"The store is damaged: {result}. Restore the last backup."
    connection.ensure_connection()
    return ""


def _audit(show: OnStep) -> str:
    from clew.node.audit.queries import verify

    return "; ".join(verify(on_progress=lambda done, total: show("log", done, total)).problems)


def _certificate() -> str:
    from django.utils import timezone

    from clew.exchange.cards import read_card
    from clew.node.certificate import own_certificate, valid_until
    from clew.node.home import HomeProblem, load_home
    from clew.node.partners.queries import own_card

    try:
        pem = own_certificate(load_home())
    except HomeProblem as problem:
        return str(problem)
    if not pem:
        return ""
    if valid_until(pem) - timezone.now() < SOON:
        return f"The certificate of inbound ends on {valid_until(pem):%d %B %Y}. Make another with: clew certificate"
    card = own_card()
    if card is not None and read_card(bytes(card.raw)).certificate != pem:
        return "The certificate of inbound is not the one on the card. Make both anew with: clew certificate"
    return ""


def _card() -> str:
    from django.utils import timezone

    from clew.node.partners.queries import own_card, upcoming_card

    now = timezone.now()
    card, following = own_card(now), upcoming_card(now)
    newest = following or card
    if newest is None:
        return "This node has no card. Make one with: clew certificate"
    if newest.valid_until - now < SOON:
        return f"The card ends on {newest.valid_until:%d %B %Y}. Make the next with: clew partner card --renew"
    return ""


CHECKS: dict[str, Callable[[], str]] = {
    "keys": _keys,
    "card": _card,
    "certificate": _certificate,
    "store": _store,
}
