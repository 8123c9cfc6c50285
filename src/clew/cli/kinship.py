"""`clew kinship`: likelihood ratios of DNA profiles, from files alone. Nothing here opens a node or its store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clew.cli.answers import WRONG_USE, AsJson, answer, stop

if TYPE_CHECKING:
    from clew.kinship.assumptions import Founders

app = typer.Typer(help="Likelihood ratios of DNA profiles in families.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def group() -> None:
    """Likelihood ratios of DNA profiles in families."""


@app.command("lr")
def lr(
    cases: Annotated[Path, typer.Argument(help="A file of cases (JSON): pedigrees, profiles, frequencies.")],
    founders: Annotated[
        str, typer.Option(help="Untyped founders with one child: keep (their alleles mutate) or prune (left out).")
    ] = "keep",
    as_json: AsJson = False,
) -> None:
    """Compute the likelihood ratio of each case: how many times likelier the profiles are under H1 than under H2."""
    from clew.kinship.cases import answer as ratios

    result = ratios(_document(cases), _convention(founders))
    answer(result, as_json=as_json, text=_in_lines(result))


def _convention(text: str) -> Founders:
    if text == "keep":
        return "keep"
    if text != "prune":
        stop(f'--founders is keep or prune, not "{text}".', WRONG_USE)
    return "prune"


def _document(path: Path) -> object:
    try:
        document: object = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        stop(f"{path} cannot be read. Name a file of cases.")
    except (UnicodeDecodeError, ValueError) as fault:
        stop(f"{path} is not JSON ({fault}). The shape is described in docs/use/kinship.md.")
    return document


def _in_lines(result: dict[str, Any]) -> str:
    lines = [
        f"{each['id']}: LR {_shown(each['LR'])}, log10 {_shown(each['log10LR'])}, {len(each['LR_per_locus'])} loci, "
        f"untyped founders {each['untyped_founders']}, frequencies {each['frequencies'][:12]}"
        for each in result["cases"]
    ]
    lines += [
        f"{each['relation']}, rho {each['rho']}: LR {_shown(each['LR_vs_unrelated'])}"
        for each in result["linked_pairs"]
    ]
    return "\n".join(lines) or "The file has no cases."


def _shown(number: float | str | None) -> str:
    if number is None:
        return "none (neither hypothesis can show these profiles)"
    return number if isinstance(number, str) else f"{number:.10g}"
