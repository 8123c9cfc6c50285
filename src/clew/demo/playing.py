"""Making the four nodes, playing the story with a progress display, and what is said at its end."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from clew.demo.places import BANNER, DemoProblem, Place, places
from clew.demo.processes import start, stop, wait_until_ready
from clew.demo.stages import Stages
from clew.demo.steps import steps
from clew.demo.story import Told, tell

console = Console(highlight=False)


def play() -> None:
    """Make and start the nodes, tell the story, say how to go on; stop again where `CLEW_DEMO_EXIT` is set.

    Raises:
        DemoProblem: a port is busy, a node does not start, or an act is refused. Nodes that run stay running, so that
            the story can be taken up again.
    """
    console.print(f"[bold]{BANNER}[/bold]")
    make_nodes()
    with console.status("The four nodes start."):
        for place in places():
            start(place)
        for place in places():
            wait_until_ready(place)
    tell_story()
    if os.environ.get("CLEW_DEMO_EXIT"):
        for place in places():
            stop(place)
        console.print("The story is through. All nodes are stopped.")
        return
    say_how_to_go_on()


def make_nodes() -> None:
    """Make those of the four nodes that do not exist yet, side by side, and bring older ones up to this program."""
    for place in places():
        if (place.home / "made").exists() and (place.home / "made").read_text() != _store_of_this_program():
            bring_up(place)
    missing = [place for place in places() if not (place.home / "made").exists()]
    if not missing:
        return
    said = console.status("Four nodes are made, each with its own store, keys and host name.")
    with said, ThreadPoolExecutor(max_workers=len(missing)) as pool:
        list(pool.map(make_node, missing))


def make_node(place: Place) -> None:
    """Make one node with `clew init`; one that was interrupted half-way is made anew."""
    shutil.rmtree(place.home, ignore_errors=True)
    place.home.parent.mkdir(parents=True, exist_ok=True)
    arguments = ["init", "--home", str(place.home), "--name", place.name, "--country", place.country]
    arguments += ["--kind", place.kind, "--host", place.host, "--port", str(place.port)]
    arguments += ["--inbound-port", str(place.inbound_port), "--banner", BANNER]
    arguments += ["--inbound-url", f"https://127.0.0.1:{place.inbound_port}", "--insecure-loopback", "--yes"]
    # A demonstration is told in a minute; an office keeps the hours that are the default.
    arguments += ["--reply-slot", "1"]
    if place.kind == "io":
        arguments.append("--carries")
    database = os.environ.get("CLEW_DEMO_DATABASES")
    if database:
        arguments += ["--database", database.format(node=place.key)]
    run(arguments)
    (place.home / "made").write_text(_store_of_this_program())


def bring_up(place: Place) -> None:
    """Bring the store of a node that an earlier program made up to this one; its case can be carried on."""
    stop(place)
    run(["doctor", "--migrate", "--home", str(place.home)])
    (place.home / "made").write_text(_store_of_this_program())


def _store_of_this_program() -> str:
    """The names of the migrations of this program: what a node's store was last brought up to."""
    found = files("clew.node")
    names = [
        f"{app.name}/{one.name}"
        for app in found.iterdir()
        if app.joinpath("migrations").is_dir()
        for one in app.joinpath("migrations").iterdir()
        if one.name.endswith(".py")
    ]
    return "\n".join(sorted(names))


def run(arguments: list[str]) -> str:
    """Run one `clew` command and return what it printed.

    Raises:
        DemoProblem: it failed; its own words are passed on.
    """
    hidden = {"CLEW_HOME", "CLEW_PROCESS", "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(  # noqa: S603 - our own program with our own arguments
        [sys.executable, "-m", "clew", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if name not in hidden},
    )
    if done.returncode:
        raise DemoProblem(f"clew {arguments[0]} failed: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def tell_story() -> None:
    """Play every step; what is done already is passed over quickly."""
    script = steps()
    names = {place.key: place.name.removesuffix(" (fictional)") for place in places()}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress, Stages(places()) as stages:
        bar = progress.add_task("The case", total=len(script))
        for told in tell(stages, script):
            progress.advance(bar)
            progress.console.print(line(told, names[told.step.node]))


def line(told: Told, name: str) -> str:
    """One step in words; what the node says about it stands in brackets, its reasons on lines of their own."""
    said, *reasons = told.detail.splitlines() or [""]
    detail = f" [dim]({said})[/dim]" if said else ""
    below = "".join(f"\n     [dim]{escape(reason)}[/dim]" for reason in reasons)
    return f"{told.number:>3}  [bold]{name}[/bold] {told.step.sentence}{detail}{below}"


def one_time_link(place: Place, username: str) -> str:
    """A one-time sign-in link into a demo node."""
    if not (place.home / "made").exists():
        raise DemoProblem("The demonstration has not been started. Run: make demo")
    return str(json.loads(run(["officer", "link", username, "--home", str(place.home), "--json"]))["link"])


def say_how_to_go_on() -> None:
    """Links, one-time links, and the first click to make."""
    console.print("\nThe nodes run. Sign in with one click (each link works once, for ten minutes):")
    for place in places():
        console.print(f"  {place.key:<8} {one_time_link(place, place.people[0])}", soft_wrap=True)
    console.print("\nThe first click: in vienna, on the desk, a letter from the shelter waits to be taken.")
    console.print("In beijing a clock runs, and an answer waits for approval: clew demo login beijing --as zhao")
    console.print("Signing asks for a code: clew demo code beijing --as zhao")
    console.print("In shelter a child was found whose family waits to be told: clew demo login shelter --as greta")
    console.print("New links: clew demo login vienna    Stop: make demo-stop")
