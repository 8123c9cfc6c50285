"""Which states are bound by the law under which EU police share personal data, as data with its source and mark."""

from functools import cache

from clew.vocabulary.words import load_data


@cache
def bound_states() -> frozenset[str]:
    """Codes (ISO 3166-1 alpha-2, upper case) of the states that Directive (EU) 2016/680 binds."""
    return frozenset(load_data("data_protection.yaml")["bound_by_directive_2016_680"])


def is_third_country(country: str) -> bool:
    """Whether the rules on transfers to third countries apply; what is no country counts as one."""
    return country.upper() not in bound_states()
