from __future__ import annotations

import pytest

from clew import vocabulary
from clew.vocabulary.words import load_data


def test_the_bound_states_are_the_union_and_the_four_associated_states() -> None:
    bound = vocabulary.bound_states()
    assert len(bound) == 27 + 4
    assert {"AT", "DK", "IE", "NO", "IS", "LI", "CH"} <= bound
    assert bound <= set(vocabulary.country_codes())


@pytest.mark.parametrize("country", ["CN", "GB", "TR", "RS", "US", "", "ZZ", "no country"])
def test_every_other_state_and_whatever_is_no_state_is_a_third_country(country: str) -> None:
    assert vocabulary.is_third_country(country)


def test_a_bound_state_is_known_in_either_case() -> None:
    assert not vocabulary.is_third_country("no")
    assert not vocabulary.is_third_country("AT")


def test_the_list_says_where_it_comes_from_and_that_no_lawyer_has_verified_it() -> None:
    data = load_data("data_protection.yaml")
    assert data["mark"] == "unverified"
    assert "2016/680" in data["source"]
