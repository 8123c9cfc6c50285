"""`clew serve`: run the node."""

from __future__ import annotations

import json

import typer

from clew.cli.answers import AsJson, HomeOption, set_up_node, stop


def serve(home: HomeOption = None, as_json: AsJson = False) -> None:
    """Run the node: staff pages, inbound and worker, until it is told to stop (Ctrl-C or SIGTERM)."""
    set_up_node(home)
    from django.core.management.base import CommandError

    from clew.node.backup_restoring import refuse_unfinished
    from clew.node.home import load_home
    from clew.node.serving import PortBusy
    from clew.node.serving import serve as run

    node = load_home()
    refuse_unfinished(node.path)
    _refuse_old_store()
    scheme = "https" if node.settings.secure else "http"
    pages = f"{scheme}://{node.settings.host}:{node.settings.port}/"

    def announce(state: str) -> None:
        told = {"state": state, "pages": pages, "inbound": node.inbound_url}
        typer.echo(json.dumps(told) if as_json else f"{node.settings.name}: pages {pages}, inbound {node.inbound_url}")

    try:
        raise typer.Exit(run(node, announce))
    except (PortBusy, CommandError) as problem:
        stop(str(problem))


def _refuse_old_store() -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        stop("The store is older than this program. Make a backup (clew backup), then run: clew doctor --migrate")
    connection.close()
