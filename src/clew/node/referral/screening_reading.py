"""A kept screening as the library judges it: from what was sealed, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from clew.referral.screening import Answer, Screening


def read_back(digest: str, said: Mapping[str, Any]) -> Screening:
    """The screening that a sealed content holds; `digest`: of the version that it was kept with."""
    answers = {
        question: Answer(
            said=one["said"], by=one["by"], at=dt.datetime.fromisoformat(one["at"]), basis=one["basis"] or None
        )
        for question, one in said["answers"].items()
    }
    return Screening(digest=digest, age=said["age"], answers=answers, act=said["act"])
