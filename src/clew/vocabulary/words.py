"""The five languages, and words that exist in each of them, read from this package's data files."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh_Hans", "fr", "de", "bg")
"""Catalogue names of the five languages, the default first."""

DATA = Path(__file__).parent

_BY_BASE = {"en": "en", "zh": "zh_Hans", "fr": "fr", "de": "de", "bg": "bg"}


def language(tag: str) -> str:
    """The catalogue name for a language tag: `zh-hans`, `zh_Hans` and `zh-CN` give `zh_Hans`.

    A language Clew has no words for gives `en`, so that a page is readable rather than broken.
    """
    base = tag.replace("_", "-").split("-", 1)[0].lower()
    return _BY_BASE.get(base, "en")


class Words:
    """One label or sentence in every language. A single text given for all is a code or a proper name."""

    __slots__ = ("_texts",)

    def __init__(self, texts: str | Mapping[str, str]) -> None:
        self._texts = dict.fromkeys(LANGUAGES, texts) if isinstance(texts, str) else dict(texts)
        missing = [name for name in LANGUAGES if not self._texts.get(name)]
        if missing:
            raise ValueError(f"Words without {', '.join(missing)}: {self._texts!r}. Add the missing languages.")

    def __call__(self, lang: str) -> str:
        return self._texts[language(lang)]


@cache
def load_data(relative: str) -> dict[str, Any]:
    """The mapping in one YAML file of this package, read once. The caller must not change it."""
    import yaml

    # libyaml's loader is about ten times faster; some builds of PyYAML come without it.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (DATA / relative).read_text(encoding="utf-8")
    data = yaml.load(text, Loader=loader)  # noqa: S506 - both loaders are the safe one
    if not isinstance(data, dict):
        raise TypeError(f"{relative} does not hold a mapping.")
    return data
