"""`clew kinship search` and `power`: families against children found, from files alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clew.cli.answers import WRONG_USE, AsJson, answer, stop

if TYPE_CHECKING:
    from clew.kinship.assumptions import Founders
    from clew.kinship.columns import Columns
    from clew.kinship.family_files import SearchingFamily
    from clew.kinship.power import Power
    from clew.kinship.scanning import Hit, Hits

FAMILY_FILE = typer.Argument(metavar="FAMILY", help="A family that looks for a child (JSON), or a directory of such.")
FoundersOption = Annotated[
    str, typer.Option(help="Untyped founders with one child: keep (their alleles mutate) or prune (left out).")
]
LEAD = "A hit is a lead, never an identification: have it confirmed by an accredited laboratory."
THRESHOLDS = (1e2, 1e4, 1e6)


def convention(text: str) -> Founders:
    """The founder convention named on the command line."""
    if text == "keep":
        return "keep"
    if text != "prune":
        stop(f'--founders is keep or prune, not "{text}".', WRONG_USE)
    return "prune"


def search(
    family: Annotated[Path, FAMILY_FILE],
    profiles: Annotated[Path, typer.Argument(metavar="PROFILES", help="Profiles of children found (CSV).")],
    threshold: Annotated[float, typer.Option(help="The least likelihood ratio of a hit.")] = 1e4,
    top: Annotated[int, typer.Option(help="How many hits of a family are shown, the best first.")] = 50,
    threads: Annotated[int, typer.Option(help="Threads to search with.")] = 2,
    founders: FoundersOption = "keep",
    reason: Annotated[str, typer.Option(help="Why to search although the relatives cannot answer.")] = "",
    checkpoint: Annotated[
        Path | None, typer.Option(help="A file from which a search of many families goes on after it was cut off.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Search children found for the missing child of a family; says first whether its relatives can answer.

    The files are read, nothing is stored, and no profile of a node is looked at.

    Example: clew kinship search family.json children.csv --threshold 1e4 --top 50 --json
    """
    from clew.kinship.family_files import read_family_file

    if top < 1 or threads < 1 or not 0 < threshold < float("inf"):
        stop("--top and --threads are at least 1, and --threshold is above 0.", WRONG_USE)
    files = sorted(family.glob("*.json")) if family.is_dir() else [family]
    if not files:
        stop(f"{family} has no family: no file that ends in .json.")
    families = [read_family_file(each, founders=convention(founders)) for each in files]
    columns = _columns(profiles, families, hidden=as_json)
    families = [each.with_alleles(columns.alleles()) for each in families]
    powers = _powers(families, columns, hidden=as_json)
    _demand_reason(families, powers, columns, reason)
    with _progress("Searching", hidden=as_json) as tell:
        found = _found(families, columns, threshold, top, threads, checkpoint, tell)
    answers = [_answered(each, powers[each.id], found[each.id], threshold, len(columns), reason) for each in families]
    whole = {"families": answers} if family.is_dir() else answers[0]
    alike = _alike(columns)
    lines = [line for each in answers for line in _in_lines(each)] + [
        f"Same profile: {', '.join(each)}." for each in alike
    ]
    answer({**whole, "same_profiles": [list(each) for each in alike]}, as_json=as_json, text="\n".join([*lines, LEAD]))


def power(
    family: Annotated[Path, typer.Argument(metavar="FAMILY", help="A family that looks for a child (JSON).")],
    database_size: Annotated[int, typer.Option(help="How many children would be searched.")],
    founders: FoundersOption = "keep",
    as_json: AsJson = False,
) -> None:
    """Say before a search whether the relatives at hand can answer, and whose sample would help most.

    Example: clew kinship power family.json --database-size 1000000
    """
    from clew.kinship.family_files import read_family_file

    if database_size < 1:
        stop("--database-size is at least 1.", WRONG_USE)
    own = read_family_file(family, founders=convention(founders)).with_alleles({})
    known = _power(own, own.loci)
    said = {
        "family": own.id,
        **_power_in_json(known, database_size),
        "sample_next": _next(own, own.loci, database_size),
    }
    answer(said, as_json=as_json, text="\n".join([_power_in_words(own, known, database_size), *_next_in_words(said)]))


def _columns(path: Path, families: list[SearchingFamily], *, hidden: bool) -> Columns:
    from clew.kinship.profile_files import read_profiles_file

    x = {each.assumptions.chromosome for each in families}
    if len(x) > 1:
        stop("Some families are for the X and some are not. Search them apart.")
    with _progress("Reading profiles", hidden=hidden) as tell:
        return read_profiles_file(path, haploid=x == {"X"}, progress=tell)


def _powers(families: list[SearchingFamily], columns: Columns, *, hidden: bool) -> dict[str, Power]:
    from clew.kinship.alleles import locus_key

    typed = {locus_key(each.name) for each in columns.loci if each.counts[1:].any()}
    made: dict[str, Power] = {}
    with _progress("Weighing what the relatives can answer", hidden=hidden) as tell:
        for number, each in enumerate(families):
            made[each.id] = _power(each, [locus for locus in each.loci if locus_key(locus) in typed])
            if tell is not None:
                tell(number + 1, len(families))
    return made


def _power(family: SearchingFamily, loci: list[str] | tuple[str, ...]) -> Power:
    from clew.kinship.power import power as power_of
    from clew.kinship.problems import KinshipProblem

    try:
        return power_of(family.pedigree, family.missing, family.profiles, family.assumptions, loci)
    except KinshipProblem as fault:
        raise KinshipProblem(f"Family {family.id}: {fault.subject}", fault.problem, fault.cure) from fault


def _next(family: SearchingFamily, loci: list[str] | tuple[str, ...], database_size: int) -> list[dict[str, Any]]:
    from clew.kinship.power import whom_to_sample_next

    asked = whom_to_sample_next(
        family.pedigree, family.missing, family.profiles, family.assumptions, loci, database_size
    )
    return [{"person": each, "found": found, "loci_left_out": list(own.left_out)} for each, found, own in asked]


def _demand_reason(families: list[SearchingFamily], powers: dict[str, Power], columns: Columns, reason: str) -> None:
    """Ends the command where relatives cannot answer and nobody says why to search all the same."""
    size = max(1, len(columns))
    weak = [each for each in families if not powers[each.id].can_answer(size)]
    if not weak or reason.strip():
        return
    sentences = [_power_in_words(each, powers[each.id], size) for each in weak]
    if len(weak) == 1:
        sentences += _next_in_words({"sample_next": _next(weak[0], weak[0].loci, size)})
    stop("\n".join([*sentences, 'Nothing was searched. To search all the same, say why: --reason "…".']))


def _found(
    families: list[SearchingFamily],
    columns: Columns,
    threshold: float,
    top: int,
    threads: int,
    checkpoint: Path | None,
    tell: Callable[[int, int], None] | None,
) -> dict[str, Hits]:
    from clew.kinship.many import search_all
    from clew.kinship.scanning import scan

    if len(families) > 1 or checkpoint is not None:
        return search_all(families, columns, threshold, top, checkpoint=checkpoint, threads=threads, progress=tell)
    only = families[0]
    return {only.id: scan(only.compiled(), columns, threshold, top, threads=threads, progress=tell)}


def _alike(columns: Columns) -> tuple[tuple[str, ...], ...]:
    from clew.kinship.duplicates import same_profiles

    return same_profiles(columns)


def _answered(
    family: SearchingFamily, known: Power, found: Hits, threshold: float, size: int, reason: str
) -> dict[str, Any]:
    from math import log10

    assumed = family.assumptions
    return {
        "family": family.id,
        "missing": family.missing,
        "threshold": threshold,
        "profiles": size,
        "searched": found.searched,
        "reached": found.reached,
        "expected_by_chance": known.false_hits(log10(threshold), max(found.searched, 1)),
        "hits": [_hit(each) for each in found.hits],
        "loci": list(family.loci),
        "untyped_loci": list(found.untyped_loci),
        "power": _power_in_json(known, max(found.searched, 1)),
        "reason": reason or None,
        "untyped_founders": "prune" if assumed.prunes else "keep",
        "assumptions": assumed.digest,
        "frequencies": assumed.table.digest,
        "frequency_steps": list(assumed.table.steps),
    }


def _hit(hit: Hit) -> dict[str, Any]:
    from clew.kinship.documents import plain

    return {
        "profile": hit.profile,
        "LR": plain(hit.lr),
        "log10LR": plain(hit.log10),
        "LR_per_locus": [plain(each) for each in hit.per_locus],
    }


def _power_in_json(known: Power, size: int) -> dict[str, Any]:
    from math import log10

    from clew.kinship.documents import plain

    threshold = known.threshold(size)
    return {
        "database_size": size,
        "can_answer": known.can_answer(size),
        "threshold_for_one_false_hit": plain(10.0**threshold),
        "true_child_found_there": known.found(threshold),
        "true_child_log10LR": {
            "median": plain(known.true_child.quantile(0.5)),
            "5 %": plain(known.true_child.quantile(0.05)),
        },
        "at": [
            {
                "LR": each,
                "true_child_found": known.found(log10(each)),
                "false_hits": known.false_hits(log10(each), size),
            }
            for each in THRESHOLDS
        ],
    }


def _power_in_words(family: SearchingFamily, known: Power, size: int) -> str:
    threshold = known.threshold(size)
    verdict = "can answer" if known.can_answer(size) else "cannot answer"
    return (
        f"Family {family.id}: these relatives {verdict} among {size:,} children. One unrelated child is expected at LR "
        f"{10.0**threshold:.3g}; the true child reaches it with probability {known.found(threshold):.3f}."
    )


def _next_in_words(said: dict[str, Any]) -> list[str]:
    return [
        f"  with a sample of {each['person']} as well: {each['found']:.3f}"
        + (f" (without {', '.join(each['loci_left_out'])})" if each["loci_left_out"] else "")
        for each in said["sample_next"]
    ]


def _in_lines(said: dict[str, Any]) -> list[str]:
    lines = [
        (
            f"Family {said['family']}: {said['searched']:,} of {said['profiles']:,} children searched for "
            f"{said['missing']}; {said['reached']:,} reach LR {said['threshold']:g} "
            f"({said['expected_by_chance']:.2g} expected by chance)."
        )
    ]
    if said["untyped_loci"]:
        lines.append(f"  No child is typed at {', '.join(said['untyped_loci'])}.")
    lines += [
        f"  {number}. {each['profile']}: LR {float(each['LR']):.6g}, log10 {each['log10LR']:.4f}"
        for number, each in enumerate(said["hits"], 1)
    ]
    return lines


@contextmanager
def _progress(what: str, *, hidden: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar on the error stream, so that the answer on standard output stays alone."""
    if hidden:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
