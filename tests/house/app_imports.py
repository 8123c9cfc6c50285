"""Which imports between the node's apps are doors, and which climb through the window."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Rooms that every app may use from inside: the page components, and the modules beside the apps.
OPEN_TO_ALL = frozenset({"design", "home", "keys", "settings", "types"})
DOORS = frozenset({"actions", "queries"})


@dataclass(frozen=True, slots=True)
class Trespass:
    """One import that reaches past another app's doors."""

    file: str
    line: int
    module: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.module}; only its actions and queries are open to other apps"


def trespasses(source: str, *, app: str, file: str, apps: frozenset[str]) -> list[Trespass]:
    """Find the imports of one module of `app` that reach into another of `apps` past its doors.

    Args:
        source: Python source of the module.
        app: the app that the module belongs to; its own modules are free.
        file: name for the report.
        apps: names of all apps below `clew.node`.
    """
    found = []
    for line, module in _imported(ast.parse(source, filename=file)):
        parts = module.split(".")
        if parts[:2] != ["clew", "node"] or len(parts) < 3:
            continue
        other, inside = parts[2], parts[3:]
        if other == app or other in OPEN_TO_ALL or other not in apps:
            continue
        if not inside or inside[0] not in DOORS:
            found.append(Trespass(file, line, module))
    return found


def _imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name that is imported, in full, wherever in the module the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def apps_of(node: Path) -> frozenset[str]:
    """The apps below the directory of `clew.node`: its packages, the open ones included."""
    return frozenset(path.parent.name for path in node.glob("*/__init__.py"))


def all_trespasses(node: Path) -> list[Trespass]:
    """Check every module of every app below the directory of `clew.node`."""
    apps = apps_of(node)
    return [
        trespass
        for app in sorted(apps)
        for path in sorted((node / app).rglob("*.py"))
        for trespass in trespasses(
            path.read_text(encoding="utf-8"), app=app, file=str(path.relative_to(node)), apps=apps
        )
    ]
