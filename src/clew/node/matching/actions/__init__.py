"""What people do with pairs that may be one: judge, take a judgement back, tick a notice off; and the worker's turn."""

from clew.node.matching.actions.comparing import compare_waiting, keep_comparison
from clew.node.matching.actions.following import facts_changed, rows_rebuilt
from clew.node.matching.actions.judging import judge_pair, take_back
from clew.node.matching.actions.noticing import close_notice

__all__ = [
    "close_notice",
    "compare_waiting",
    "facts_changed",
    "judge_pair",
    "keep_comparison",
    "rows_rebuilt",
    "take_back",
]
