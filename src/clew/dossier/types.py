"""What goes into a dossier (drafts) and what comes out of it (facts), as plain immutable values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from clew.vocabulary.fields import FieldClass

FACT = "fact"
ASSESSMENT = "assessment"
NATURES = (FACT, ASSESSMENT)
"""Codes of the list `statement_nature`; their places here are the numbers in the store."""


@dataclass(frozen=True, slots=True)
class EntityDraft:
    """A thing the statements of a draft speak of.

    Args:
        key: name of the entity within its draft.
        schema: schema of the vocabulary, for instance `Person`.
        existing_id: the node's number of an entity already known; None makes a new one.
        category: code of the list `person_categories`; only for persons. None counts as `unknown`, which is protected.
        category_until: the last day on which the category holds; None for the longest that the node allows.
    """

    key: str
    schema: str
    existing_id: int | None = None
    category: str | None = None
    category_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class StatementDraft:
    """One fact about one entity of the draft.

    Args:
        entity_key: `key` of the entity it is about.
        prop: name of a property of the entity's schema.
        value: the value; for a property that names another entity, that entity's `key`.
        accuracy: 1 to 4 (list `information_accuracy`).
        nature: `fact` or `assessment`.
        original: spelling in the source, where it differs from the value.
        lang: BCP 47 tag of the original.
        concerns: keys of the persons it concerns; None means every person of the source.
        handling: code of the list `handling_codes`, where stricter than the source's.
        seen_on: the day on which it was so, as far as the source says.
    """

    entity_key: str
    prop: str
    value: str
    accuracy: int
    nature: str = FACT
    original: str | None = None
    lang: str | None = None
    concerns: tuple[str, ...] | None = None
    handling: str | None = None
    seen_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """Where facts came from, what holds for all of them, and the facts.

    Args:
        kind: code of `source_kinds`. owner: uid of the party that owns it.
        reliability: A, B, C or X (list `source_reliability`). handling: code of `handling_codes`.
        handling_text: the owner's own words; needed with H3.
        purpose: code of `purposes`. retain_until: the day after which it must go.
        basis: code of `evidence_basis`. received_letter: uid of the letter it came in, if any.
        language: BCP 47 tag of the source.
        chain: uids of the organisations it passed through before its owner had it, the originator first.
    """

    kind: str
    title: str
    owner: str
    reliability: str
    handling: str
    purpose: str
    retain_until: dt.date
    basis: str
    handling_text: str = ""
    received_letter: str = ""
    language: str = ""
    chain: tuple[str, ...] = ()
    entities: tuple[EntityDraft, ...] = ()
    statements: tuple[StatementDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """A recorded source, as a dossier shows it. Times are in UTC."""

    id: int
    compartment_id: int
    kind: str
    title: str
    owner: str
    reliability: str
    handling: str
    handling_text: str
    purpose: str
    basis: str
    language: str
    retain_until: dt.date
    received_letter: str
    recorded: dt.datetime
    recorded_by: str
    undone: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """A statement was corrected (`replaced_by` is the newer one) or retracted."""

    at: dt.datetime
    by: str
    reason: str
    replaced_by: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One recorded statement. `value` is None where it is sealed and may not or can no longer be read."""

    id: int
    entity_id: int
    schema: str
    prop: str
    value: str | None
    source: SourceFacts
    accuracy: int
    nature: str
    recorded: dt.datetime
    recorded_by: str = ""
    original: str | None = None
    lang: str | None = None
    seen_on: dt.date | None = None
    handling: str | None = None
    sealed: bool = False
    refers_to: int | None = None
    ending: Ending | None = None


@dataclass(frozen=True, slots=True)
class ConcernedPerson:
    """A person a statement concerns, with the category that holds now and whether it protects her."""

    entity_id: int
    category: str
    protected: bool


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """All the release engine needs to know of one statement; `value` is None once a key was destroyed.

    `handling` is the stricter of the statement's and the source's; `concerns` names canonical persons, sorted;
    `received_letter` is "" for what was not received; `live` is False once corrected, retracted or undone.
    `subject_id` is the canonical entity it is about; `recorded` the day on which its source was recorded here; `chain`
    names the organisations that had it before its owner.
    """

    id: int
    subject_id: int
    schema: str
    prop: str
    field_class: FieldClass
    value: str | None
    original: str | None
    lang: str | None
    accuracy: int
    nature: str
    reliability: str
    handling: str
    handling_text: str
    purpose: str
    basis: str
    owner: str
    received_letter: str
    retain_until: dt.date
    seen_on: dt.date | None
    compartment_id: int
    source_id: int
    concerns: tuple[ConcernedPerson, ...]
    recorded: dt.date
    chain: tuple[str, ...] = ()
    live: bool = True
    refers_to: int | None = None


@dataclass(frozen=True, slots=True)
class ProtectedText:
    """A folded value that names a person, so that an officer's own words can be checked against it.

    `kind` is the type of the property in the vocabulary, `field_class` its class.
    """

    person_id: int
    prop: str
    folded: str
    kind: str
    field_class: str


@dataclass(frozen=True, slots=True)
class HeldSource:
    """Whose a source is, through whose hands it came (the originator first), and what it was given for."""

    id: int
    owner: str
    chain: tuple[str, ...]
    purpose: str


@dataclass(frozen=True, slots=True)
class SourceText:
    """A folded value of a source; `of_person`: it is said of a person."""

    source_id: int
    prop: str
    folded: str
    of_person: bool
