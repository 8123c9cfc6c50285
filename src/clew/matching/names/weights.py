"""The weight of each kind of evidence, as learned by `bench/learn_name_weights.py`.

`data/weights.json` is meant to be read: a weight is what one such observation adds to the log-odds that two strings
can write one person's name.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

Weights = dict[str, float]
CONSTANT = "constant"
THRESHOLD = 0.5


@cache
def shipped_weights() -> Weights:
    """Kind of evidence: weight in natural log-odds."""
    text = (files("clew.matching.names") / "data" / "weights.json").read_text(encoding="utf-8")
    return {str(kind): float(weight) for kind, weight in json.loads(text)["weights"].items()}
