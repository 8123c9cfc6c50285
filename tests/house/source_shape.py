"""The house rules on a module's shape: how long, what it is called, and what a library may ask of its machine."""

from __future__ import annotations

import ast
from collections.abc import Iterator

MOST_LINES_OF_A_FUNCTION = 60
MOST_LINES_OF_A_FILE = 400
NAMES_THAT_SAY_NOTHING = frozenset({"utils", "helpers", "common", "misc", "manager"})

# A library takes `now` and `rng` as arguments, so that the same input gives the same answer for ever.
OWN_CLOCK_OR_CHANCE = frozenset(
    {
        "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now",
        "os.urandom", "uuid.uuid1", "uuid.uuid4",
    }
)  # fmt: skip


def long_functions(source: str) -> Iterator[tuple[str, int]]:
    """Each function of more than a screen, with its number of lines."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MOST_LINES_OF_A_FUNCTION:
                yield node.name, lines


def own_clock_or_chance(source: str) -> Iterator[tuple[int, str]]:
    """Each use of the machine's clock or randomness, with its line; a mention without a call counts too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            name = ast.unparse(node)
            if any(name == one or name.endswith(f".{one}") for one in OWN_CLOCK_OR_CHANCE):
                yield node.lineno, name


def days_asked_at_import(source: str) -> Iterator[tuple[int, str]]:
    """Each day that a module counts when it is imported, with its line: the bodies of functions run later."""
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call) and _asks_the_day(node):
            yield node.lineno, ast.unparse(node)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
        elif isinstance(node, ast.Lambda):
            waiting += [*node.args.defaults, *filter(None, node.args.kw_defaults)]
        else:
            waiting += ast.iter_child_nodes(node)


def _asks_the_day(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    of_now = name.endswith(".date") and "now(" in name
    return of_now or name.rpartition(".")[2] in {"today", "localdate", "from_today"}
