"""How the command line answers: plain words or JSON, exit codes, and refusals as sentences."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

DONE, NOT_DONE, WRONG_USE, NO_NODE = 0, 1, 2, 3

AsJson = Annotated[bool, typer.Option("--json", help="Answer as one JSON object.")]
HomeOption = Annotated[Path | None, typer.Option("--home", help="The node's directory.", metavar="DIR")]


def use_home(home: Path | None) -> None:
    """Let `--home` after the command's name count as much as before it."""
    if home is not None:
        os.environ["CLEW_HOME"] = str(home)


def set_up_node(home: Path | None = None, process: str = "cli") -> None:
    """Load Django with the node's settings; ends with exit code 3 and a sentence where there is no usable node."""
    use_home(home)
    os.environ.setdefault("CLEW_PROCESS", process)
    os.environ["DJANGO_SETTINGS_MODULE"] = "clew.node.settings"
    import django

    django.setup()


def answer(result: Mapping[str, Any], *, as_json: bool, text: str) -> None:
    """Print the result as JSON or as the sentence(s) `text`."""
    typer.echo(json.dumps(result, ensure_ascii=False, default=str) if as_json else text)


def stop(sentence: str, code: int = NOT_DONE) -> NoReturn:
    """End with a sentence on the error stream."""
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


@contextmanager
def ending_in_words() -> Iterator[None]:
    """Turn the refusals that a person can cure into their sentence; anything else stays a traceback."""
    try:
        yield
    except Exception as problem:
        code = _code_of(problem)
        if code is None:
            raise
        typer.echo(str(problem), err=True)
        sys.exit(code)


def _code_of(problem: Exception) -> int | None:
    if type(problem).__name__ == "HomeProblem":
        return NO_NODE
    if type(problem).__name__ in {
        "BadInput",
        "BadInputs",
        "Refused",
        "KeyRefused",
        "DemoProblem",
        "BackupProblem",
        "KinshipProblem",
    }:
        return NOT_DONE
    return None
