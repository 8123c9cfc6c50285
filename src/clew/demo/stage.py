"""The part of the story that happens inside one node: a process that calls the node's own actions.

Started as `python -m clew.demo.stage HOME`. Each line on standard input is a JSON object {"act", "with"}; each answer
is one line: {"ok": true, "told": …}, {"ok": false, "problem": sentence}, or {"ended": true} when the act was cut off.
Every act runs in a child of its own, as on the command line: of what a node knows nothing but the store carries over
from one to the next. What is the same for every node, its rules and its vocabulary, is read once for all of them.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any


def main(home: Path) -> None:
    """Answer lines until standard input closes."""
    from clew.cli.answers import set_up_node

    set_up_node(home)
    for module in ("setting", "recording", "importing", "releasing", "receiving", "searching"):
        importlib.import_module(f"clew.demo.acts.{module}")
    _read_what_never_changes()
    for line in sys.stdin:
        sys.stdout.write(_in_child(json.loads(line)) + "\n")
        sys.stdout.flush()


def _read_what_never_changes() -> None:
    """Some two seconds of processor, which each act would need anew; no store is touched."""
    from clew.disclosure.ruleset import shipped_rules
    from clew.disclosure.texts import sentence_translated
    from clew.vocabulary.model import get_model

    shipped_rules()
    sentence_translated("", "en")
    get_model()


def _in_child(asked: dict[str, Any]) -> str:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "w", encoding="utf-8") as answers:
            answers.write(json.dumps(_answer(asked), ensure_ascii=False, default=str))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as answers:
        answer = answers.read()
    os.waitpid(child, 0)
    return answer or json.dumps({"ended": True})


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    module_name, _, function_name = str(asked["act"]).rpartition(".")
    try:
        module = importlib.import_module(f"clew.demo.acts.{module_name}")
        return {"ok": True, "told": getattr(module, function_name)(**asked.get("with", {}))}
    except Exception as problem:  # noqa: BLE001 - the story's teller must hear of it, whatever it is
        traceback.print_exc()
        return {"ok": False, "problem": f"{type(problem).__name__}: {problem}"}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
