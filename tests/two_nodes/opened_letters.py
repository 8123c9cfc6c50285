"""What the letters of a node say, opened as the node itself opens them.

Started as `python -m tests.two_nodes.opened_letters HOME`, because a process holds the settings of one node. The answer
on standard output is a JSON list of {"direction", "kind", "state", "body"}, oldest first.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(home: Path) -> None:
    """Print every letter of the node."""
    from clew.cli.answers import set_up_node

    set_up_node(home, process="web")
    from clew.node.exchange.models import Letter
    from clew.node.exchange.reading import opened

    rows = Letter.objects.order_by("recorded", "pk")
    told = [
        {"direction": row.direction, "kind": row.kind, "state": row.state, "body": opened(row).body} for row in rows
    ]
    json.dump(told, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
