"""`clew kinship simulate`: families and children that never were, as files to search in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from clew.cli.answers import WRONG_USE, AsJson, answer, stop


def simulate(
    directory: Annotated[Path, typer.Argument(metavar="DIRECTORY", help="Where the files go; new, or empty.")],
    relatives: Annotated[str, typer.Option(help="Who is typed: duo, trio, sibs or grandparent.")] = "trio",
    families: Annotated[int, typer.Option(help="How many families look for a child.")] = 1,
    profiles: Annotated[
        int, typer.Option(help="How many unrelated children were found, the missing ones apart.")
    ] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same persons.")] = 1,
    table: Annotated[str, typer.Option(help="A frequency table that comes with Clew.")] = "norstr_norway",
    rate: Annotated[float, typer.Option(help="Mutations per meiosis and locus (model equal).")] = 0.002,
    missing: Annotated[float, typer.Option(help="The share of loci that failed in a child's sample.")] = 0.02,
    as_json: AsJson = False,
) -> None:
    """Make fictional families and a database of children found, in which the missing ones are.

    Writes families/*.json, children.csv and truth.json (which child is whose).

    Example: clew kinship simulate trial --relatives sibs --profiles 100000 --seed 7
    """
    import numpy as np

    from clew.kinship.profile_files import write_profiles_file
    from clew.kinship.simulation import RELATIVES

    if relatives not in RELATIVES:
        stop(f'--relatives is one of {", ".join(RELATIVES)}, not "{relatives}".', WRONG_USE)
    if families < 1 or profiles < 0 or not 0 <= missing < 1 or not 0 <= rate < 1:
        stop("--families is at least 1, --profiles at least 0, --missing and --rate are from 0 to below 1.", WRONG_USE)
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        stop(f"{directory} is there and not empty. Name a new directory; nothing is overwritten.")
    rng = np.random.default_rng(seed)
    made = [_family(f"family-{number}", relatives, table, rate, rng) for number in range(1, families + 1)]
    columns, truth = _children({own["id"]: child for own, child in made}, table, profiles, missing, rng)
    (directory / "families").mkdir(parents=True)
    for own, _ in made:
        (directory / "families" / f"{own['id']}.json").write_text(json.dumps(own, indent=1), encoding="utf-8")
    write_profiles_file(directory / "children.csv", columns)
    (directory / "truth.json").write_text(json.dumps(truth, indent=1), encoding="utf-8")
    said = {"families": families, "profiles": len(columns), "seed": seed, "directory": str(directory)}
    text = f"{families:,} families and {len(columns):,} children found (all fictional) are in {directory}."
    answer(said, as_json=as_json, text=text)


def _family(name: str, relatives: str, table: str, rate: float, rng: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A family as its file says it, and the profile of the child it looks for."""
    from clew.kinship.assumptions import Assumptions
    from clew.kinship.family_files import SearchingFamily, family_to_json
    from clew.kinship.mutation import Mutation
    from clew.kinship.simulation import RELATIVES, TWENTY_THREE, simulated_family
    from clew.kinship.tables import shipped_table

    pedigree, typed = RELATIVES[relatives]
    assumed = Assumptions(shipped_table(table), Mutation.both("equal", rate) if rate else None)
    drawn = simulated_family(pedigree, [*typed, "MP"], assumed, TWENTY_THREE, rng)
    child: dict[str, Any] = drawn.pop("MP")
    own = SearchingFamily(name, pedigree, "MP", drawn, assumed, TWENTY_THREE, None)
    return {"fictional": True, **family_to_json(own, table)}, child


def _children(children: dict[str, Any], table: str, count: int, missing: float, rng: Any) -> tuple[Any, dict[str, str]]:
    from clew.kinship.simulation import TWENTY_THREE, planted, shuffled, simulated_columns
    from clew.kinship.tables import shipped_table

    typed = {
        each: {locus: seen for locus, seen in own.items() if rng.random() >= missing} for each, own in children.items()
    }
    strangers = simulated_columns(shipped_table(table), TWENTY_THREE, count, rng, missing=missing)
    return shuffled(planted(strangers, typed), rng, "child-")
