"""Countries: ISO 3166-1 alpha-2 with names in five languages.

The names are a data file rather than ICU calls, so that a page does not change its words with the machine's ICU.
"""

from functools import cache

from clew.vocabulary.words import Words, load_data


class UnknownCountry(LookupError):
    """The code is not in ISO 3166-1 alpha-2."""

    def __init__(self, code: str) -> None:
        super().__init__(f"There is no country {code!r}. Use a two-letter code of ISO 3166-1, for instance AT.")
        self.code = code


@cache
def _countries() -> dict[str, Words]:
    return {code: Words(names) for code, names in load_data("countries.yaml")["countries"].items()}


def country_codes() -> tuple[str, ...]:
    """All codes, upper case, in alphabetical order."""
    return tuple(_countries())


def country_label(code: str, lang: str) -> str:
    """The country's name; the code may be in either case, as FollowTheMoney writes it small."""
    words = _countries().get(code.upper())
    if words is None:
        raise UnknownCountry(code)
    return words(lang)


def country_choices(lang: str) -> list[tuple[str, str]]:
    """(code, name) pairs for a form field, by name."""
    return sorted(((code, words(lang)) for code, words in _countries().items()), key=lambda pair: pair[1])
