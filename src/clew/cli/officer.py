"""`clew officer`: the people of the node, managed by whoever holds the node's own host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from clew.cli.answers import AsJson, HomeOption, answer, set_up_node, stop

if TYPE_CHECKING:
    from clew.node.accounts.models import Officer

app = typer.Typer(help="Officers: add one, make a one-time sign-in link.", no_args_is_help=True, rich_markup_mode=None)


@app.command("add")
def add(
    username: Annotated[str, typer.Argument(help="The name to sign in with.")],
    full_name: Annotated[str, typer.Option(help="As colleagues read it.")],
    role: Annotated[list[str], typer.Option(help="A role's code; repeat for several.")],
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Add an officer and print a one-time link with which she sets her own password and second factor.

    Example: clew officer add anna --full-name "Anna Beispiel (fictional)" --role investigator
    """
    set_up_node(home)
    from clew.node.accounts.actions import NODE, create_officer

    officer = create_officer(actor=NODE, username=username, full_name=full_name, roles=role)
    link = _link(officer.username)
    answer({"officer": officer.pk, "link": link}, as_json=as_json, text=f"{full_name} is added. One-time link:\n{link}")


@app.command("link")
def link(
    username: Annotated[str, typer.Argument(help="The name to sign in with.")],
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Make a one-time sign-in link, valid ten minutes; its making and its use are in the audit log."""
    set_up_node(home)
    url = _link(username)
    answer({"link": url}, as_json=as_json, text=url)


@app.command("reset")
def reset(
    username: Annotated[str, typer.Argument(help="The name to sign in with.")],
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Remove an officer's lost second factor and print a one-time link with which she sets up a new one.

    Only the node's own host can do this: an administrator who could would pass for any colleague.
    """
    set_up_node(home)
    from clew.node.accounts.actions import NODE, reset_second_factor

    reset_second_factor(actor=NODE, officer=_officer(username))
    url = _link(username)
    answer({"link": url}, as_json=as_json, text=f"Her second factor is removed. One-time link:\n{url}")


def _officer(username: str) -> Officer:
    from clew.node.accounts.models import Officer

    officer = Officer.objects.filter(username__iexact=username).first()
    if officer is None:
        stop(f"There is no officer {username!r} here.")
    return officer


def _link(username: str) -> str:
    from django.conf import settings
    from django.urls import reverse

    from clew.node.accounts.actions import NODE, issue_sign_in_link

    token = issue_sign_in_link(actor=NODE, officer=_officer(username))
    scheme = "https" if settings.NODE.secure else "http"
    return f"{scheme}://{settings.NODE.host}:{settings.NODE.port}" + reverse("accounts:link", args=[token])
