from __future__ import annotations

import numpy as np
import pytest

from clew.matching.entities.learning import MISSING, CannotLearn, Floats, Learned, Outcomes, learn

TRUE_M = (np.array([0.85, 0.10, 0.05]), np.array([0.90, 0.10]), np.array([0.70, 0.30]), np.array([0.95, 0.05]))
TRUE_U = (np.array([0.02, 0.03, 0.95]), np.array([0.05, 0.95]), np.array([0.01, 0.99]), np.array([0.30, 0.70]))
START_M = (np.array([0.6, 0.2, 0.2]), np.array([0.7, 0.3]), np.array([0.6, 0.4]), np.array([0.8, 0.2]))
START_U = (np.array([0.1, 0.1, 0.8]), np.array([0.2, 0.8]), np.array([0.1, 0.9]), np.array([0.5, 0.5]))


def generated(pairs: int, share: float, missing: float) -> Outcomes:
    rng = np.random.default_rng(11)
    same = rng.random(pairs) < share
    columns = []
    for m, u in zip(TRUE_M, TRUE_U, strict=True):
        drawn = np.where(same, rng.choice(len(m), pairs, p=m), rng.choice(len(u), pairs, p=u))
        columns.append(np.where(rng.random(pairs) < missing, MISSING, drawn))
    return np.stack(columns, axis=1).astype(np.int8)


@pytest.fixture(scope="module")
def outcomes() -> Outcomes:
    return generated(60_000, 0.1, 0.3)


@pytest.fixture(scope="module")
def learned(outcomes: Outcomes) -> Learned:
    return learn(outcomes, START_M, START_U)


def furthest(found: tuple[Floats, ...], true: tuple[Floats, ...]) -> float:
    return max(float(np.abs(one - other).max()) for one, other in zip(found, true, strict=True))


def test_the_rates_that_pairs_were_made_with_are_found_again(learned: Learned) -> None:
    assert learned.settled
    assert learned.prior == pytest.approx(0.1, abs=0.01)
    assert furthest(learned.m, TRUE_M) < 0.03
    assert furthest(learned.u, TRUE_U) < 0.01


def test_a_known_u_is_kept(outcomes: Outcomes) -> None:
    found = learn(outcomes, START_M, TRUE_U, keep_u=True)
    assert all((one == other).all() for one, other in zip(found.u, TRUE_U, strict=True))
    assert furthest(found.m, TRUE_M) < 0.03


def test_the_order_of_pairs_makes_no_difference(outcomes: Outcomes, learned: Learned) -> None:
    again = learn(outcomes[::-1], START_M, START_U)
    assert furthest(again.m, learned.m) < 1e-9
    assert again.rounds == learned.rounds


def test_shares_sum_to_one_and_what_was_never_seen_stays_as_it_was() -> None:
    never = generated(2000, 0.2, 0.2)
    never[:, 2] = MISSING
    found = learn(never, START_M, START_U)
    assert all(each.sum() == pytest.approx(1) for each in (*found.m, *found.u))
    assert (found.m[2] == START_M[2]).all()


@pytest.mark.parametrize(
    ("outcomes", "m", "u", "prior", "said"),
    [
        (np.zeros((0, 4), np.int8), START_M, START_U, 0.1, "no pairs"),
        (np.zeros((5, 3), np.int8), START_M, START_U, 0.1, "3 comparisons"),
        (np.full((5, 4), 2, np.int8), START_M, START_U, 0.1, "levels are numbered"),
        (np.zeros((5, 4), np.int8), START_M, START_M, 0.1, "start alike"),
        (np.zeros((5, 4), np.int8), START_M, START_U, 1.0, "between 0 and 1"),
    ],
)
def test_what_cannot_be_learned_from_is_refused_in_words(
    outcomes: Outcomes, m: tuple[Floats, ...], u: tuple[Floats, ...], prior: float, said: str
) -> None:
    with pytest.raises(CannotLearn, match=said):
        learn(outcomes, m, u, prior=prior)
