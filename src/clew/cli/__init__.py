"""The command line: one file per command group.

Only `typer` is imported here and in the groups; Django comes in when a command needs the node, so that
`clew --help` answers at once.
"""

from __future__ import annotations


def main() -> None:
    """Run `clew`."""
    from clew.cli.app import run

    run()
