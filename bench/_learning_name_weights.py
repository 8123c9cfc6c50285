"""Learns the weights of clew.matching.names and writes src/clew/matching/names/data/weights.json.

    .venv/bin/python bench/_learning_name_weights.py

Learned from: bench/data/name_pairs.tsv, 379 pairs written by hand, and what is made of them here (slips of the hand,
and each name against another's surname or given name). Apart from the evaluation set (clew.matching.evaluation).
The method: logistic regression that starts from, and is drawn back to, the weights set by hand
(bench/data/name_weights_before.json), because most kinds of evidence occur in few pairs. `make bench` leaves it out.
"""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter
from pathlib import Path

import numpy as np

from clew.matching.names import analyse
from clew.matching.names.comparing import evidences, weigh
from clew.matching.names.weights import CONSTANT
from clew.matching.names.words import is_han

HERE = Path(__file__).parent
OUT = HERE.parents[0] / "src/clew/matching/names/data/weights.json"
DRAWN_BACK = 4.0
"""Strength of the pull to the weight set by hand: as much as that many pairs that each say otherwise."""
FIXED = {"same text", "nothing to compare", "nothing in common"}
ORGANISATIONS = {"other legal form", "same organisation words", "other organisation words", "an acronym"}


def pairs() -> list[tuple[str, str, bool]]:
    rows = [line.split("\t") for line in (HERE / "data/name_pairs.tsv").read_text("utf-8").splitlines()[1:]]
    found = [(a, b, same == "yes") for same, _, a, b in rows]
    rng = random.Random(7)
    whole = sorted(
        {b for _, b, same in found if same and b.isascii() and len(b.split()) == 2 and min(map(len, b.split())) > 4}
    )
    for name, other in zip(whole, whole[1:] + whole[:1], strict=True):
        slipped = slip(name, rng)
        if slipped != name:
            found.append((name, slipped, True))
        (given, surname), (given_2, surname_2) = name.split(), other.split()
        if given != given_2 and surname != surname_2:
            found += [(name, f"{given} {surname_2}", False), (name, f"{given_2} {surname}", False)]
    return found + crossed([(kind, a, b) for same, kind, a, b in rows if same == "yes"])


def crossed(rows: list[tuple[str, str, str]]) -> list[tuple[str, str, bool]]:
    """Each name against its own with the first, or the last, word of the next name of its kind."""
    found = []
    for (kind, a, b), (next_kind, _, other) in itertools.pairwise(rows):
        mine, theirs = b.split(), other.split()
        if (
            kind != next_kind
            or len(mine) != len(theirs)
            or len(mine) < 2
            or not b[:1].isalpha()
            or "<" in b
            or "." in b
        ):
            continue
        if mine[0][:1] != theirs[0][:1] and mine[-1][:1] != theirs[-1][:1] and not is_han(b[0]):
            found.append((a, " ".join([theirs[0], *mine[1:]]), False))
            found.append((a, " ".join([*mine[:-1], theirs[-1]]), False))
    return found


def slip(name: str, rng: random.Random) -> str:
    """One letter swapped with its neighbour, left out, doubled, or replaced."""
    place = rng.randrange(2, len(name) - 2)
    if " " in name[place - 1 : place + 2]:
        return name
    return rng.choice([
        name[:place] + name[place + 1] + name[place] + name[place + 2 :],
        name[:place] + name[place + 1 :],
        name[:place] + name[place] + name[place:],
        name[:place] + rng.choice("aeiounrst") + name[place + 1 :],
    ])  # fmt: skip


def main() -> None:
    before: dict[str, float] = json.loads((HERE / "data/name_weights_before.json").read_text("utf-8"))["weights"]
    kinds = sorted(set(before) - FIXED - ORGANISATIONS)
    told = [(analyse(a), analyse(b), same) for a, b, same in pairs()]
    weights = dict(before)
    for _ in range(3):
        chosen = [max(evidences(a, b), key=lambda found: weigh(found, weights)) for a, b, _ in told]
        counts = [Counter(each.kind for each in evidence) for evidence in chosen]
        seen = np.array([[1 if kind == CONSTANT else count[kind] for kind in kinds] for count in counts], dtype=float)
        truth = np.array([same for _, _, same in told], dtype=float)
        weights |= dict(zip(kinds, learned(seen, truth, np.array([before[kind] for kind in kinds])), strict=True))
    right = sum((weigh(evidence, weights) >= 0.5) == same for evidence, (_, _, same) in zip(chosen, told, strict=True))
    said = f"{len(told)} pairs ({sum(same for _, _, same in told)} same), bench/_learning_name_weights.py"
    shown = {kind: round(float(weights[kind]), 2) for kind in before}
    OUT.write_text(json.dumps({"learned_from": said, "weights": shown}, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(f"{said}: {right} right at the threshold")


def learned(seen: np.ndarray, truth: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Minimise log loss plus half of DRAWN_BACK times the squared way from `before`, by gradient steps."""
    weights = before.copy()
    rate = 4.0 / (np.square(seen).sum(axis=1).max() * len(seen) / 60)
    for _ in range(4000):
        expected = 1 / (1 + np.exp(-np.clip(seen @ weights, -30, 30)))
        weights -= rate * (seen.T @ (expected - truth) + DRAWN_BACK * (weights - before))
    return weights


if __name__ == "__main__":
    main()
