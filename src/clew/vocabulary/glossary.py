"""The glossary: one word per legal or field term and language, which every label and page uses."""

from functools import cache

from clew.vocabulary.words import Words, load_data


class UnknownTerm(LookupError):
    """The glossary has no such term."""

    def __init__(self, term_id: str) -> None:
        super().__init__(f"The glossary has no term {term_id!r}. Add it to glossary.yaml.")
        self.term_id = term_id


@cache
def _terms() -> dict[str, tuple[Words, str]]:
    terms = load_data("glossary.yaml")["terms"]
    return {term_id: (Words(entry["term"]), entry["definition"]) for term_id, entry in terms.items()}


def _entry(term_id: str) -> tuple[Words, str]:
    entry = _terms().get(term_id)
    if entry is None:
        raise UnknownTerm(term_id)
    return entry


def term_ids() -> tuple[str, ...]:
    """The ids of all terms."""
    return tuple(_terms())


def term(term_id: str, lang: str) -> str:
    """The term in a language; raises `UnknownTerm`."""
    return _entry(term_id)[0](lang)


def definition(term_id: str) -> str:
    """A short definition in English; raises `UnknownTerm`."""
    return _entry(term_id)[1]
