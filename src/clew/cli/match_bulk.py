"""`clew match bulk`: which records of a large file of persons are one person's; from files alone."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clew.cli.answers import WRONG_USE, AsJson, answer, stop
from clew.cli.progress import progress

if TYPE_CHECKING:
    from clew.matching.bulk import Linked

PROPOSED = "These are proposals. Nothing is merged without a human."
MOST_CLUSTERS = 1000
"""Clusters that are listed in an answer; a file that --output names has them all."""


def bulk(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Persons, CSV in UTF-8; columns in docs/use/matching.md.")
    ],
    output: Annotated[Path | None, typer.Option(help="Write every record's cluster to this CSV file.")] = None,
    resume: Annotated[
        Path | None, typer.Option(help="A directory that keeps each step; named again, work goes on where it ended.")
    ] = None,
    threads: Annotated[int, typer.Option(help="Threads to compare with.")] = 2,
    as_json: AsJson = False,
) -> None:
    """Link a large file of persons: clusters of records that may be one person's, and which rules found them.

    Example: clew match bulk persons.csv --output clusters.csv --resume work/
    """
    if threads < 1:
        stop("--threads is at least 1.", WRONG_USE)
    if output is not None and output.exists():
        stop(f"{output} is there already. Name a file that is not.")
    from clew.matching.bulk import BadFile, WrongFolder, link

    try:
        with progress(as_json=as_json) as tell:
            found = link(file, folder=resume, threads=threads, tell=tell)
    except (BadFile, WrongFolder) as fault:
        stop(str(fault))
    if output is not None:
        _write(output, found)
    told = _told(found, output)
    answer(told, as_json=as_json, text="\n".join(_in_lines(told)))


def _write(path: Path, found: Linked) -> None:
    """A row per record: its id, the id of its cluster's first record, and how many records the cluster has."""
    try:
        with path.open("x", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(["id", "cluster", "records"])
            ids, sizes = found.persons.ids, found.clusters.sizes.tolist()
            writer.writerows((ids[row], ids[of], sizes[of]) for row, of in enumerate(found.clusters.of.tolist()))
    except OSError as fault:
        stop(f"{path} cannot be written: {fault.strerror}.")


def _told(found: Linked, output: Path | None) -> dict[str, Any]:
    clusters = found.clusters.several()
    shown = clusters if output is None else []
    ids = found.persons.ids
    return {
        "records": len(found.persons),
        "clusters_of_several": len(clusters),
        "records_in_them": sum(map(len, clusters)),
        "links": len(found.links.bits),
        "links_cut_as_contradicting": len(found.clusters.contradicting),
        "links_cut_as_weak": len(found.clusters.weak),
        "unsure_pairs": len(found.unsure.bits),
        "names_looked_at_closely": found.looked_closer,
        "rules": [
            {
                "rule": each.rule,
                "pairs": each.pairs,
                "new": each.new,
                "only": each.only,
                "blocks_left_out": each.left_out_blocks,
                "records_left_out": each.left_out_records,
            }
            for each in found.rules
        ],
        "steps_taken_from_before": list(found.resumed),
        "output": str(output) if output else None,
        "clusters": [[ids[row] for row in rows] for rows in shown[:MOST_CLUSTERS]],
        "clusters_not_listed": max(len(shown) - MOST_CLUSTERS, 0) if output is None else len(clusters),
    }


def _in_lines(told: dict[str, Any]) -> Iterator[str]:
    yield f"{told['records']:,} records: {told['clusters_of_several']:,} clusters of several, {told['links']:,} links."
    yield "Pairs by what both records share (only: no other rule brings the pair):"
    for each in told["rules"]:
        left_out = (
            f"; {each['records_left_out']:,} records left out, too many share it" if each["blocks_left_out"] else ""
        )
        yield f"  {each['rule']}: {each['pairs']:,} pairs, {each['new']:,} new, {each['only']:,} only so{left_out}"
    yield (
        f"Cut: {told['links_cut_as_contradicting']:,} links that contradict a national number, "
        f"{told['links_cut_as_weak']:,} that alone tied two clusters. "
        f"Unsure, not linked: {told['unsure_pairs']:,} pairs."
    )
    yield from ("  " + " ".join(ids) for ids in told["clusters"])
    if told["output"]:
        yield f"Every record's cluster: {told['output']}"
    elif told["clusters_not_listed"]:
        yield f"{told['clusters_not_listed']:,} more clusters: name a file with --output."
    yield PROPOSED
