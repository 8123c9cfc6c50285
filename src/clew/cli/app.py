"""The `clew` command: its groups by name, and the options that hold for all.

The table below is all that `clew --help` needs: neither typer nor any command is imported to answer it. A command's
own module is imported when it is asked for, and no other.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

HEAD = """Usage: clew [--home DIR] COMMAND [OPTIONS]

Clew: authorities and NGOs of different countries work one case together.

CLEW_HOME, or --home, names the node's directory. Every command that answers takes --json.
Exit codes: 0 done; 1 not done, the reason is printed; 2 wrong use of the command; 3 no usable node.

Commands:
"""
TAIL = """
Examples:
  clew init --name "Office (fictional)" --country AT --kind police --yes
  clew serve
  clew demo start
  clew COMMAND --help
"""
COMMANDS = {
    "init": ("init", "init", "Make a node: its directory, keys, store, own directory entry and card."),
    "serve": ("serve", "serve", "Run the node: staff pages, inbound and worker."),
    "certificate": ("certificate", "certificate", "Make a TLS certificate for inbound, and a card that carries it."),
    "officer": ("officer", "app", "Officers: add one, make a one-time sign-in link."),
    "partner": ("partner", "app", "Partners and their node cards."),
    "letter": ("letter", "app", "Letters: carry them by hand, in a file or mail; a mailbox at a relay."),
    "relay": ("relay", "app", "Run a relay: it keeps sealed letters for nodes behind firewalls."),
    "import": ("transfer", "import_file", "Import a file with a mapping; --dry-run only checks it."),
    "count": ("transfer", "count", "Count statistical records by a column."),
    "statistics": ("statistics", "app", "Safe tables of statistical records, and the register of published ones."),
    "export": ("transfer", "export", "Export for the own organisation: decided, logged and marked."),
    "htcds": ("htcds", "app", "Tables of HTCDS 2.0, IOM's case data standard: check and convert."),
    "disclosure": ("disclosure", "app", "Decisions about what may leave."),
    "evidence": ("evidence", "app", "Bags of evidence: check that one is whole and unchanged."),
    "kinship": ("kinship", "app", "Likelihood ratios of DNA profiles in families."),
    "match": ("match", "app", "Whether two names can be one person's, across scripts."),
    "audit": ("audit", "app", "The append-only log of every act."),
    "doctor": ("doctor", "doctor", "Check the node: keys, store, audit log; rebuild rows."),
    "backup": ("backup", "backup", "Make one consistent, encrypted file of the whole node while it runs."),
    "restore": ("backup", "restore", "Bring a backup back into an empty directory."),
    "demo": ("demo", "app", "Four fictional nodes carry one case."),
}
"""Name: module in `clew.cli`, what it offers, what it is for."""


def help_text() -> str:
    """What `clew --help` prints."""
    width = max(map(len, COMMANDS))
    return HEAD + "".join(f"  {name:<{width}}  {purpose}\n" for name, (_, _, purpose) in COMMANDS.items()) + TAIL


def run() -> None:
    """Run the command line; known refusals end with their sentence and exit code instead of a traceback."""
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in {"--help", "-h"}:
        sys.stdout.write(help_text())
        return
    if arguments[0] == "--version":
        from importlib.metadata import version

        sys.stdout.write(f"clew {version('clew')}\n")
        return
    from clew.cli.answers import ending_in_words

    with ending_in_words():
        build(_first_word(arguments))(prog_name="clew")


def build(wanted: str) -> typer.Typer:
    """The command line with the command `wanted`, or with all where there is none of that name."""
    import typer

    app = typer.Typer(name="clew", rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
    app.callback()(_options)
    for name in [wanted] if wanted in COMMANDS else COMMANDS:
        module, attribute, purpose = COMMANDS[name]
        offered = getattr(import_module(f"clew.cli.{module}"), attribute)
        if isinstance(offered, typer.Typer):
            app.add_typer(offered, name=name, help=purpose)
        else:
            app.command(name)(offered)
    return app


def _first_word(arguments: list[str]) -> str:
    words = iter(arguments)
    for word in words:
        if word == "--home":
            next(words, None)
        elif not word.startswith("-"):
            return word
    return ""


def _options(home: Path | None = None) -> None:
    """Take the option that holds for every command."""
    if home is not None:
        os.environ["CLEW_HOME"] = str(home)
