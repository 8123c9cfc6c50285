"""Sources, statements and entities; the rows that lists read; keys and judgements about persons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q


class Source(models.Model):
    """Where facts came from; it carries what holds for all of them. Codes are those of the named lists.

    `chain`: uids of the organisations that had it before its `owner`, the originator first.
    """

    compartment = models.ForeignKey("accounts.Compartment", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    owner = models.CharField(max_length=64)
    reliability = models.CharField(max_length=1)
    handling = models.CharField(max_length=4)
    handling_text = models.TextField(blank=True)
    purpose = models.CharField(max_length=40)
    basis = models.CharField(max_length=20)
    language = models.CharField(max_length=10, blank=True)
    retain_until = models.DateField()
    received_letter = models.CharField(max_length=64, blank=True, db_index=True)
    chain = models.JSONField(default=list)
    recorded = models.DateTimeField()
    recorded_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    undone = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    undone_reason = models.TextField(blank=True)

    entity_numbers: Mapping[str, int]
    """The number of each entity by its key in the draft; only on what `record_source` returns."""

    def __str__(self) -> str:
        return self.title


class Entity(models.Model):
    """A thing that statements speak of.

    `canonical` names the entity that stands for the group it was judged to belong to, if it is not itself that one.
    """

    schema = models.CharField(max_length=60)
    canonical = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged", db_index=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["canonical"], name="entity_canonical", condition=Q(canonical__isnull=False))
        ]


class Property(models.Model):
    """The names of properties, written once: a statement refers to them by number to stay small."""

    name = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class ConcernSet(models.Model):
    """Persons that some statements of a source concern, said for those statements. May be empty: nobody.

    One set serves every statement that names the same persons: an import has one for each of its rows.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="concern_sets")


class ConcernSetPerson(models.Model):
    """A person of a concern set."""

    concern_set = models.ForeignKey(ConcernSet, on_delete=models.CASCADE, related_name="persons")
    person = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="+")


class Statement(models.Model):
    """(entity, property, value, source), with accuracy, nature, original spelling, and what replaced it.

    Never overwritten. `sealed` holds the value where it identifies a protected person (then `value` is empty).
    `ref` is the entity that the value names, where the property names one; `concern_set` is None where the statement
    concerns every person of its source.
    """

    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="statements")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="statements")
    prop = models.ForeignKey(Property, on_delete=models.PROTECT, related_name="+", db_index=False)
    value = models.TextField()
    ref = models.ForeignKey(Entity, null=True, on_delete=models.PROTECT, related_name="referring", db_index=False)
    original = models.TextField(null=True)
    lang = models.CharField(max_length=35, null=True)
    accuracy = models.PositiveSmallIntegerField()
    nature = models.PositiveSmallIntegerField(default=0)
    seen_on = models.DateField(null=True)
    handling = models.CharField(max_length=4, null=True)
    concern_set = models.ForeignKey(
        ConcernSet, null=True, on_delete=models.PROTECT, related_name="statements", db_index=False
    )
    sealed = models.BinaryField(null=True)
    lookup = models.BinaryField(null=True)

    class Meta:
        # Most statements have none of these: indexes over those that do cost next to nothing.
        indexes: ClassVar = [
            models.Index(fields=["lookup"], name="statement_lookup", condition=Q(lookup__isnull=False)),
            models.Index(fields=["ref"], name="statement_ref", condition=Q(ref__isnull=False)),
            models.Index(fields=["concern_set"], name="statement_concern", condition=Q(concern_set__isnull=False)),
        ]


class StatementEnd(models.Model):
    """A statement was corrected (then `replaced_by` is set) or retracted. Kept apart, since most never are."""

    statement = models.OneToOneField(Statement, primary_key=True, on_delete=models.PROTECT, related_name="end")
    at = models.DateTimeField()
    by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    replaced_by = models.OneToOneField(Statement, null=True, on_delete=models.PROTECT, related_name="replaces")


class SourcePerson(models.Model):
    """A person its source speaks of: by default every statement of the source concerns her."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="persons")
    person = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "person"], name="source_person_once")]


class EntityRow(models.Model):
    """What one compartment's statements say of one entity: what lists and search read. Rebuildable.

    `entity` is the eldest of its group that this compartment speaks of. `text` is folded; the search index stands on
    it. Where `protected`, `caption` is the pseudonym and `text` holds nothing else.
    """

    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="rows", db_index=False)
    compartment = models.ForeignKey("accounts.Compartment", on_delete=models.CASCADE, related_name="+", db_index=False)
    schema = models.CharField(max_length=60)
    caption = models.CharField(max_length=300)
    sort_key = models.CharField(max_length=80)
    text = models.TextField()
    statements = models.PositiveIntegerField(default=0)
    protected = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entity", "compartment"], name="one_row_per_compartment")
        ]
        indexes: ClassVar = [
            models.Index(fields=["compartment", "sort_key", "id"], name="row_order"),
            models.Index(fields=["compartment", "schema", "sort_key", "id"], name="row_order_of_schema"),
            # For who is in so many teams that nearly every row is hers: the order of all rows, asked one by one.
            models.Index(fields=["sort_key", "id", "compartment"], name="row_order_of_all"),
            models.Index(fields=["schema", "sort_key", "id", "compartment"], name="row_order_of_all_of_schema"),
        ]


class PersonKey(models.Model):
    """The data key of one person, wrapped by the node's rest key. Destroying it erases her values.

    While `in_use`, every identifying statement that concerns her is sealed under it. That is stored, not worked out
    from the clock: a category that expires at midnight seals nothing by itself.
    """

    person = models.OneToOneField(Entity, primary_key=True, on_delete=models.PROTECT, related_name="key")
    wrapped = models.BinaryField(null=True)
    in_use = models.BooleanField(default=True)
    created = models.DateTimeField()
    destroyed = models.DateTimeField(null=True)
    destroyed_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    destroyed_reason = models.TextField(blank=True)


class PersonCategory(models.Model):
    """What a named human says a person is in this matter (Directive (EU) 2016/680, Art. 6), until when.

    `expires`: the last day on which it holds; afterwards it is unknown, which protects and lets nothing leave (R17).
    """

    person = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="categories")
    category = models.CharField(max_length=20)
    entered_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    entered = models.DateTimeField()
    expires = models.DateField()
    reason = models.TextField(blank=True)


class Judgement(models.Model):
    """A human said that two entities are the same, or took that back; nothing is lost either way."""

    kept = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()
    undone = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("accounts.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    undone_reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["other"], name="merged_once", condition=Q(undone__isnull=True))
        ]
