"""Walks every text in five languages that the vocabulary's data files hold."""

from collections.abc import Iterator

from clew.vocabulary.words import DATA, LANGUAGES, load_data


def data_files() -> list[str]:
    return sorted(str(path.relative_to(DATA)) for path in DATA.rglob("*.yaml") if path.parent.name != "schemata")


def translated_texts(data: object, where: str) -> Iterator[tuple[str, dict[str, str]]]:
    """(place, texts by language) for every mapping that has an English text."""
    if isinstance(data, dict):
        if "en" in data:
            yield where, data
            return
        for key, value in data.items():
            yield from translated_texts(value, f"{where}/{key}")
    elif isinstance(data, list):
        for place, value in enumerate(data):
            name = value.get("code", place) if isinstance(value, dict) else place
            yield from translated_texts(value, f"{where}/{name}")


def every_text() -> list[tuple[str, dict[str, str]]]:
    return [found for name in data_files() for found in translated_texts(load_data(name), name)]


def same_as_english() -> set[tuple[str, str]]:
    """(language, English text) of every translation that reads like the English, country names aside."""
    return {
        (lang, texts["en"])
        for where, texts in every_text()
        if not where.startswith("countries.yaml")
        for lang in LANGUAGES[1:]
        if texts.get(lang, "").casefold() == texts["en"].casefold()
    }
