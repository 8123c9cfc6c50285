"""`clew demo`: four fictional nodes, one case."""

from __future__ import annotations

from typing import Annotated

import typer

from clew.cli.answers import AsJson, answer, stop

app = typer.Typer(help="Four fictional nodes carry one case.", no_args_is_help=True, rich_markup_mode=None)
Node = Annotated[str, typer.Argument(help="vienna, beijing, shelter or bridge.")]


@app.command("start")
def start() -> None:
    """Make and start the four nodes and play the case; running it again is safe and takes it up where it was.

    With CLEW_DEMO_EXIT=1 it stops the nodes once the story is through.
    """
    from clew.demo.playing import play

    play()


@app.command("stop")
def stop_nodes() -> None:
    """Stop the demonstration's nodes; what they hold stays for the next start."""
    from clew.demo.places import places
    from clew.demo.processes import stop as stop_node

    for place in places():
        if place.home.is_dir():
            typer.echo(f"{place.key}: {'stopped' if stop_node(place) else 'was not running'}")


@app.command("reset")
def reset() -> None:
    """Stop the nodes and remove everything the demonstration made."""
    import shutil

    from clew.demo.places import demo_directory

    stop_nodes()
    shutil.rmtree(demo_directory(), ignore_errors=True)


@app.command("login")
def login(
    node: Node,
    person: Annotated[str, typer.Option("--as", help="User name; the first of the node's people otherwise.")] = "",
    as_json: AsJson = False,
) -> None:
    """Print a one-time sign-in link; it works for ten minutes."""
    from clew.demo.places import place
    from clew.demo.playing import one_time_link

    where = place(node)
    link = one_time_link(where, person or where.people[0])
    answer({"link": link}, as_json=as_json, text=link)


@app.command("code")
def code(
    node: Node,
    person: Annotated[str, typer.Option("--as", help="User name; the first of the node's people otherwise.")] = "",
    as_json: AsJson = False,
) -> None:
    """Print the code that an officer's authenticator shows now: signing and approving ask for it."""
    from clew.cli.answers import set_up_node
    from clew.demo.places import place

    where = place(node)
    set_up_node(where.home)
    from clew.demo.acts.script import codes, officer

    unused = codes(officer(person or where.people[0]))
    if not unused:
        stop("All codes of this half minute are used. Wait for the next one and ask again.")
    shown = unused[0]
    answer({"code": shown}, as_json=as_json, text=shown)
