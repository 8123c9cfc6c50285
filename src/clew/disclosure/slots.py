"""When an answer leaves: at moments that the request alone fixes, and nothing that is known about anybody.

An answer leaves a whole number of periods after its request came, whatever it says. On the last of these moments before
the request's clock runs out, something always leaves: the answer, or the word that it is postponed (R43).
"""

import datetime as dt

SHORTEST = dt.timedelta(minutes=15)
"""No clock that a requester names makes a period shorter: she could otherwise watch this office at work."""

PERIODS_OF_A_CLOCK = 16
WITHOUT_CLOCK = dt.timedelta(days=7)
"""The time given to a request that names none."""


def slot_period(arrived: dt.datetime, due: dt.datetime | None, longest: dt.timedelta) -> dt.timedelta:
    """The time between two slots of one request: a sixteenth of what its clock gives, so that an urgent one waits less.

    Args:
        arrived, due: of the request; `due` None where it names no clock.
        longest: the node's own period, which is also the one without a clock.
    """
    if due is None:
        return longest
    return min(longest, max(SHORTEST, (due - arrived) / PERIODS_OF_A_CLOCK))


def next_slot(arrived: dt.datetime, now: dt.datetime, period: dt.timedelta) -> dt.datetime:
    """The first moment from `now` on that lies a whole number of periods after `arrived`, at least one.

    Looking long for what may not be said, and finding at once that nothing is held, end in the same slot (R43).

    Raises:
        ValueError: the period is not positive.
    """
    if period <= dt.timedelta(0):
        raise ValueError("A slot's period must be positive.")
    periods = max(1, -((arrived - now) // period))
    return arrived + periods * period


def interval_of_word(arrived: dt.datetime, due: dt.datetime | None, period: dt.timedelta) -> dt.timedelta:
    """How long a requester is at most without a word: whole periods, as many as its clock gives, at least one.

    Raises:
        ValueError: the period is not positive.
    """
    if period <= dt.timedelta(0):
        raise ValueError("A slot's period must be positive.")
    given = WITHOUT_CLOCK if due is None else due - arrived
    return max(1, given // period) * period


def last_word_slot(
    arrived: dt.datetime, due: dt.datetime | None, now: dt.datetime, period: dt.timedelta
) -> dt.datetime | None:
    """The latest slot up to `now` at which an answer or its postponement must leave; None before the first."""
    interval = interval_of_word(arrived, due, period)
    past = (now - arrived) // interval
    return arrived + past * interval if past >= 1 else None
