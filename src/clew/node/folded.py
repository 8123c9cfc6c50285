"""A column that holds other columns' text folded, so that a list finds words in every script on either store.

SQLite compares letters without regard to case in ASCII alone, PostgreSQL in every script, and neither leaves marks out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.db import models
from django.db.models import Q

from clew.dossier.folding import VALUE_BREAK, fold

MOST_WORDS: Final = 12
"""Words of a question that are looked for: no store takes a question of any length."""

PORTION: Final = 1_000


class FoldedField(models.TextField):  # type: ignore[type-arg]
    """The values of the fields `of`, folded (`clew.dossier.folding`) whenever the row is saved.

    A save of named fields only has to name this one beside what it folds.
    """

    def __init__(self, *args: Any, of: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "editable": False, "default": ""})
        self.of = tuple(of)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """As a migration writes it down."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["editable"], kwargs["default"]
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """The folded text, also set on the instance."""
        text = folded_text(*(getattr(model_instance, name) for name in self.of))
        setattr(model_instance, self.attname, text)
        return text


def folded_text(*values: str) -> str:
    """The values folded, with a break between them that no question can match across."""
    return f" {VALUE_BREAK} ".join(map(fold, values))


def holding_words(text: str, asked: Callable[[str, str], Q]) -> Q | None:
    """What a row must hold to be found by a text: every word of it; None where the text holds no word at all.

    Args:
        asked: the condition for one word, given as it was typed and folded.
    """
    # PostgreSQL takes no U+0000 in a text.
    words = [(word, folded) for word in text.replace("\x00", " ").split() if (folded := fold(word))][:MOST_WORDS]
    if not words:
        return None
    return Q(*(asked(word, folded) for word, folded in words))


def holds_words(text: str, words: Sequence[str]) -> bool:
    """Whether a text that no store can be asked about, because it is sealed at rest, holds every one of folded words.

    >>> holds_words("Agentur in der Müller Straße (fictional)", ["muller", "strasse"])
    True
    """
    folded = fold(text)
    return all(word in folded for word in words)


def fold_rows(rows: models.QuerySet[Any], *, of: tuple[str, ...]) -> None:
    """Fill the column `folded` of rows that were saved before it was there, a portion at a time; for migrations."""
    unfilled, last = rows.only("pk", *of).order_by("pk"), 0
    while portion := list(unfilled.filter(pk__gt=last)[:PORTION]):
        last = portion[-1].pk
        for row in portion:
            row.folded = folded_text(*(getattr(row, name) for name in of))
        rows.bulk_update(portion, ["folded"])
