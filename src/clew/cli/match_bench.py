"""`clew match bench`: how well names are compared on the shipped evaluation set, and how fast on one core."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

from clew.cli.answers import AsJson, answer

TIMED = 20_000
"""Pairs of each timing: about a second."""
SAID = (
    "The evaluation set was seen while the comparators were mended; `docs/methods/names.md` has figures of pairs that "
    "were not."
)


def bench(as_json: AsJson = False) -> None:
    """Measure the comparison of names: precision, recall and F1, the share right by category, pairs a second.

    Example: clew match bench --json
    """
    from clew.matching.evaluation import evaluation_set, quality
    from clew.matching.names import compare_texts

    pairs = evaluation_set()
    found = quality(pairs, lambda a, b: compare_texts(a, b).same)
    told = {
        "pairs": found.pairs,
        "precision": round(found.precision, 4),
        "recall": round(found.recall, 4),
        "f1": round(found.f1, 4),
        "categories": [
            {
                "category": each.name,
                "same": each.same,
                "pairs": each.pairs,
                "right": each.right,
                "share_right": round(each.share_right, 4),
            }
            for each in found.categories
        ],
        "pairs_per_second_of_one_core": _speed([(pair.a, pair.b) for pair in pairs]),
        "note": SAID,
    }
    answer(told, as_json=as_json, text="\n".join(_in_lines(told)))


def _speed(texts: list[tuple[str, str]]) -> dict[str, int]:
    """Of processor time: names analysed before, each with another of the set; and strings of words met before."""
    from clew.matching.names import analyse, compare, compare_texts

    names = [analyse(text) for pair in texts for text in pair]
    for name in names:
        _ = name.readings  # found when first asked for, and part of the analysis
    far = list(itertools.islice(zip(itertools.cycle(names), itertools.cycle(names[1::2] + names[:1])), TIMED))
    strings = list(itertools.islice(itertools.cycle(texts), TIMED // 4))
    return {"analysed": _rate(far, compare), "raw": _rate(strings, compare_texts)}


def _rate(pairs: list[tuple[Any, Any]], judge: Callable[[Any, Any], object]) -> int:
    began = time.process_time()
    for a, b in pairs:
        judge(a, b)
    return round(len(pairs) / max(time.process_time() - began, 1e-9))


def _in_lines(told: dict[str, Any]) -> Iterator[str]:
    yield f"{told['pairs']:,} pairs: precision {told['precision']}, recall {told['recall']}, F1 {told['f1']}"
    width = max(len(each["category"]) for each in told["categories"]) + 11
    for each in told["categories"]:
        name = f"{'same' if each['same'] else 'different'}: {each['category']}"
        yield f"  {name:<{width}} {each['pairs']:>5} pairs, {each['share_right']:.3f} right"
    speed = told["pairs_per_second_of_one_core"]
    yield f"A second of one core: {speed['analysed']:,} pairs of analysed names, {speed['raw']:,} of strings."
    yield told["note"]
