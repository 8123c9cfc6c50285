"""Which pairs, judgements and notices an officer may see, and what other rooms' pages show of them."""

from clew.node.matching.queries.consistency import (
    VerdictLine,
    contradictions,
    last_verdicts,
    standing_against,
    verdict,
    verdict_lines,
)
from clew.node.matching.queries.notices import notice, open_notices
from clew.node.matching.queries.seeing import (
    PairLine,
    PairPage,
    findings_of,
    next_pair,
    open_count,
    pair_page,
)
from clew.node.matching.queries.top_floor import desk_items, health_findings, parts_about
from clew.node.matching.queries.warning import likely_same

__all__ = [
    "PairLine",
    "PairPage",
    "VerdictLine",
    "contradictions",
    "desk_items",
    "findings_of",
    "health_findings",
    "last_verdicts",
    "likely_same",
    "next_pair",
    "notice",
    "open_count",
    "open_notices",
    "pair_page",
    "parts_about",
    "standing_against",
    "verdict",
    "verdict_lines",
]
