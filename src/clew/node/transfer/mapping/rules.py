"""What a mapping says: how the columns of a table become entities, properties and statistical columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from clew.vocabulary.words import Words

Kind = Literal["entities", "ftm", "statistics"]
ColumnKind = Literal["text", "flag", "year", "band", "country", "choice", "multiple"]


@dataclass(frozen=True, slots=True)
class PropertyRule:
    """Where the value of one property comes from: a column, a constant, or another entity of the same row.

    Args:
        values: what values of the column mean; a value that is not among them is a problem.
        date_formats: formats of `strptime`, tried in order; without any the value has to be an ISO 8601 date.
        split: text between several values in one cell.
        country_from: column that says where a phone number without an international prefix is dialled.
        otherwise: property that takes the text when it is no valid value of this one: a register's odd phone number
            is still what the register says.
    """

    prop: str
    column: str = ""
    constant: str = ""
    entity: str = ""
    values: dict[str, str] = field(default_factory=dict)
    date_formats: tuple[str, ...] = ()
    split: str = ""
    country_from: str = ""
    otherwise: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class EntityRule:
    """One entity of each row. Rows with the same values in the `key` columns speak of the same entity.

    `category_column` with `category_values`, or `category` for all: what a person is (list `person_categories`).
    """

    name: str
    schema: str
    key: tuple[str, ...]
    properties: tuple[PropertyRule, ...]
    category: str = ""
    category_column: str = ""
    category_values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceRule:
    """What a mapping proposes for the source; the officer may change it before the import. Codes of the named lists."""

    reliability: str = "X"
    accuracy: int = 4
    handling: str = "H1"
    handling_text: str = ""
    purpose: str = "criminal_investigation"
    basis: str = "intelligence"
    nature: str = "fact"
    language: str = ""
    retain_days: int = 1825


@dataclass(frozen=True, slots=True)
class ReadingRule:
    """How a saved mapping proposes to read the file; `category` is what its persons are, where it does not say so."""

    encoding: str = ""
    leave_out_unknown: bool = False
    category: str = ""


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """One column of a statistical table and the values it may hold; every value is kept as given.

    `derived_from`: columns that say the same thing in other words, so that not both are published; `x*` for several.
    """

    name: str
    kind: ColumnKind = "text"
    values: tuple[str, ...] = ()
    spellings: dict[str, str] = field(default_factory=dict)
    separator: str = ""
    derived_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MappingRules:
    """A whole mapping. `columns` are the table's columns it reads, in order; none for FollowTheMoney."""

    id: str
    title: Words
    description: Words
    kind: Kind
    columns: tuple[str, ...] = ()
    required_columns: tuple[str, ...] = ()
    entities: tuple[EntityRule, ...] = ()
    source: SourceRule = field(default_factory=SourceRule)
    statistics: tuple[ColumnRule, ...] = ()
    reading: ReadingRule = field(default_factory=ReadingRule)
    citation: str = ""
    note: Words | None = None
