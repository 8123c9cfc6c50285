"""`clew kinship`: likelihood ratios of DNA profiles and searches with them, from files alone.

Nothing here opens a node or its store.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from clew.cli.answers import AsJson, answer, stop
from clew.cli.kinship_bench import bench
from clew.cli.kinship_search import FoundersOption, convention, power, search
from clew.cli.kinship_simulate import simulate

app = typer.Typer(
    help="Whose child is this: likelihood ratios of DNA profiles, and searches.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


app.command("search")(search)
app.command("power")(power)
app.command("simulate")(simulate)
app.command("bench")(bench)


@app.callback()
def group() -> None:
    """Whose child is this: likelihood ratios of DNA profiles, and searches."""


@app.command("lr")
def lr(
    cases: Annotated[Path, typer.Argument(help="A file of cases (JSON): pedigrees, profiles, frequencies.")],
    founders: FoundersOption = "keep",
    as_json: AsJson = False,
) -> None:
    """Compute the likelihood ratio of each case: how many times likelier the profiles are under H1 than under H2."""
    from clew.kinship.cases import answer as ratios

    result = ratios(_document(cases), convention(founders))
    answer(result, as_json=as_json, text=_in_lines(result))


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
